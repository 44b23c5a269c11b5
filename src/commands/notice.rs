//! `jincai notice`: words or a poster that cut in at once, and end by themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Subcommand;
use serde::Serialize;

use super::error::CommandError;
use super::playout::desk::{Desk, named};
use super::playout::switch::follow;
use super::review::refused;
use super::session::GlobalOptions;
use crate::clock::{Clock, SystemClock};
use crate::library::catalog::CatalogError;
use crate::model::language::Lang;
use crate::model::playout::{Asset, NoticeEnd, NoticeOrder, OrderKind, ScreenConfig};
use crate::playout::candidates::{Shelf, proven};
use crate::playout::orders::Standing;
use crate::present::messages::screen_orders as words;
use crate::present::terminal::Screen;
use crate::review::release::{Proven, may_go};
use crate::review::view::find_work;

/// Longest time of a notice, minutes: what lasts longer belongs on the programme.
const MOST_MINUTES: u32 = 120;

/// Most characters that can be read from afar.
const MOST_CHARACTERS: usize = 200;

#[derive(Debug, clap::Args)]
pub struct NoticeArgs {
    /// 通知的文字 · the text
    text: Option<String>,
    /// 用一件审核通过的海报作通知 · shows the poster of a released work instead
    #[arg(long, value_name = "WORK", conflicts_with = "text")]
    poster: Option<String>,
    /// 标题 · a title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// 只在这些屏幕上 · on these screens alone
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    screens: Vec<String>,
    /// 显示几分钟，最多 120 · for how many minutes, at most 120
    #[arg(long, value_name = "N", default_value_t = 15, hide_default_value = true)]
    minutes: u32,
    /// 谁 · who
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// 不等屏幕执行 · does not wait for the screens
    #[arg(long)]
    no_wait: bool,
}

#[derive(Debug, Subcommand)]
pub enum NoticeVerb {
    /// 提前结束一条通知 · ends a notice before its time
    End {
        /// 通知的编号 · the notice's number
        id: u64,
        /// 谁 · who
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum NoticeEvent<'a> {
    Notice {
        id: u64,
        #[serde(flatten)]
        notice: &'a NoticeOrder,
    },
    NoticeEnded {
        id: u64,
    },
}

/// Puts out a notice, or ends one.
pub async fn notice(
    globals: &GlobalOptions,
    what: Option<NoticeVerb>,
    given: NoticeArgs,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let desk = Desk::open(globals, lang, screen)?;
    match what {
        Some(NoticeVerb::End { id, by }) => end(&desk, id, &by).await,
        None => begin(&desk, given).await,
    }
}

async fn begin(desk: &Desk, given: NoticeArgs) -> Result<u8, CommandError> {
    let by = named(given.by.as_deref().unwrap_or_default())?;
    if !(1..=MOST_MINUTES).contains(&given.minutes) {
        return Err(CommandError::usage(words::minutes_odd(MOST_MINUTES)));
    }
    let trimmed = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let (text, title) = (trimmed(&given.text), trimmed(&given.title));
    if text.chars().count() + title.chars().count() > MOST_CHARACTERS {
        return Err(CommandError::usage(words::notice_too_long(MOST_CHARACTERS)));
    }
    let screens = match given.screens.is_empty() {
        true => desk.config.screen.iter().collect(),
        false => desk.find_all(&given.screens)?,
    };
    let (work, pictures) = match &given.poster {
        Some(poster) => poster_of(desk, poster, &screens)?,
        None if text.is_empty() => return Err(CommandError::usage(words::notice_empty())),
        None => (None, BTreeMap::new()),
    };
    let from = desk.now_ms();
    let order = NoticeOrder {
        from,
        to: from + i64::from(given.minutes) * 60_000,
        title,
        text,
        screens: match given.screens.is_empty() {
            true => Vec::new(),
            false => screens.iter().map(|screen| screen.id.clone()).collect(),
        },
        work,
        pictures,
    };
    let id = desk.catalog.give_order(OrderKind::Notice, None, (from, by), &order)?;
    desk.screen.event(&NoticeEvent::Notice { id, notice: &order });
    let names = match order.screens.is_empty() {
        true => words::all_screens().get(desk.lang).to_owned(),
        false => screens.iter().map(|screen| screen.name.as_str()).collect::<Vec<_>>().join("、"),
    };
    desk.screen.say(words::noticed(id, &names, &desk.time(order.to)).get(desk.lang));
    follow(desk, &screens, id, given.no_wait).await?;
    Ok(0)
}

/// Returns a work and its picture for each target of the screens: released, and hashed again at this moment.
fn poster_of(
    desk: &Desk,
    poster: &str,
    screens: &[&ScreenConfig],
) -> Result<(Option<String>, BTreeMap<String, Asset>), CommandError> {
    let id = find_work(&desk.catalog, poster)?.map_err(|refusal| refused(&refusal))?;
    let title = desk.catalog.work_by_id(&id)?.map(|row| row.manifest.title).unwrap_or_default();
    let mut pictures = BTreeMap::new();
    for screen in screens {
        let target = screen.target.as_str();
        if pictures.contains_key(target) {
            continue;
        }
        let Some(Proven(release)) = proven_now(desk, &id, target)? else {
            return Err(CommandError::usage(words::poster_not_released(&title, target)));
        };
        let made = &release.rendition;
        // It fills the canvas, or it is none.
        let cover = made.covers.iter().rev().find(|it| (it.width, it.height) == (made.width, made.height));
        let Some(cover) = cover else { return Err(CommandError::usage(words::no_picture(&title, target))) };
        let picture = Asset { sha256: cover.sha256.clone(), bytes: cover.bytes };
        pictures.insert(target.to_owned(), picture);
    }
    Ok((Some(id), pictures))
}

fn proven_now(desk: &Desk, work: &str, target: &str) -> Result<Option<Proven>, CatalogError> {
    let (rules, now) = (&desk.config.review, SystemClock.now());
    let Ok(release) = may_go(&desk.catalog, rules, (work, target), now)? else { return Ok(None) };
    let shelf = Shelf { catalog: &desk.catalog, library: desk.config.library.as_path(), rules, now };
    Ok(proven(shelf, release)?.ok())
}

async fn end(desk: &Desk, id: u64, by: &str) -> Result<u8, CommandError> {
    let by = named(by)?;
    let mut standing = Standing::default();
    desk.catalog.orders_after(0)?.into_iter().for_each(|order| standing.take(order));
    let now = desk.now_ms();
    let runs =
        |screen: &&ScreenConfig| standing.notices(screen, now).iter().any(|(notice, _)| notice.id == id);
    let screens: Vec<&ScreenConfig> = desk.config.screen.iter().filter(runs).collect();
    if screens.is_empty() {
        return Err(CommandError::usage(words::no_such_notice(id)));
    }
    let serial = desk.catalog.give_order(OrderKind::NoticeEnd, None, (now, by), &NoticeEnd { notice: id })?;
    desk.screen.event(&NoticeEvent::NoticeEnded { id });
    desk.screen.say(words::notice_ended(id).get(desk.lang));
    follow(desk, &screens, serial, false).await?;
    Ok(0)
}
