//! `jincai column`: released works for the college's site, for an article of WeChat, and for Weibo.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::error::CommandError;
use super::package::{CHECKING, Desk, place};
use super::session::GlobalOptions;
use crate::clock::{Clock, SystemClock};
use crate::model::config::{Season, season_named};
use crate::model::language::{Bilingual, Lang};
use crate::model::preset::{Preset, TargetKind};
use crate::model::showcase::candidate::Held;
use crate::model::showcase::plan::Stop;
use crate::present::messages::column as words;
use crate::present::messages::showcase as package_words;
use crate::present::terminal::Screen;
use crate::showcase::column::build::{self, BuildError, Building, Built, build};
use crate::showcase::column::choose::{Asked, Chosen, LeftOut, choose, line};
use crate::showcase::column::item::{Column, Kind};
use crate::showcase::column::layout::{Layout, folder_name};
use crate::showcase::column::numbers::Censor;
use crate::showcase::column::{site, wechat, weibo};

/// What the progress bar is known by.
const BAR: &str = "column";

/// Most works that are not in, and that a person is told of; `--json` tells all.
const MOST_TOLD: usize = 30;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KindName {
    Site,
    Wechat,
    Weibo,
}

impl KindName {
    fn kind(self) -> Kind {
        match self {
            Self::Site => Kind::Site,
            Self::Wechat => Kind::Wechat,
            Self::Weibo => Kind::Weibo,
        }
    }
}

#[derive(Debug, Args)]
pub struct ColumnArgs {
    /// 做哪一种：网站、公众号文章、微博图文 · which one [site, wechat, weibo]
    #[arg(value_enum, hide_possible_values = true)]
    kind: KindName,
    /// 作品编号或标题，默认是全部可以发布的 · ids or titles, in their order [default: all that are released]
    works: Vec<String>,
    /// 放在哪个文件夹；以前做的同一个专栏会整个换掉 · the folder it goes to; an earlier build there is replaced
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 只要一个赛季的 · of one season only, by its id or name
    #[arg(long, value_name = "SEASON", conflicts_with = "works")]
    season: Option<String>,
    /// 专栏的标题 · the column's heading
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// 专栏放到网站上的网址，嵌入用的链接从它开始 · where the site will be, for the fragment's links
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ColumnEvent<'a> {
    Work {
        work: &'a str,
        title: &'a str,
        target: &'a str,
        numbers_left_out: bool,
    },
    LeftOut {
        work: &'a str,
        title: &'a str,
        why: Bilingual,
    },
    Built {
        kind: &'a str,
        path: &'a Path,
        works: usize,
        linked: usize,
        copied: usize,
        kept: Option<&'a Path>,
    },
    TakenDown {
        kind: &'a str,
        path: &'a Path,
    },
}

pub fn column(
    globals: &GlobalOptions,
    given: &ColumnArgs,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let kind = given.kind.kind();
    if let Some(url) = &given.url {
        let is_address = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_address {
            return Err(usage(words::odd_address(url)));
        }
    }
    let desk = Desk::open(globals, lang, screen)?;
    let to = place(&desk, &given.to)?;
    let season = given.season.as_deref().map(|season| season_of(&desk, season)).transpose()?;
    let targets = targets(&desk, kind)?;
    let works = (!given.works.is_empty()).then(|| named(&desk, &given.works)).transpose()?;
    let name = folder_name(kind, season.map(|season| season.id.as_str()));
    let path = to.join(&name);
    let before = build::earlier(&path, kind).map_err(failed)?;
    let people = desk.catalog.people()?;
    let asked = Asked {
        targets: &targets,
        works: works.as_deref(),
        season: season.map(|season| season.id.as_str()),
        seasons: &desk.config.seasons,
        censor: &Censor::knowing(people.0.iter().map(|person| person.phone.as_str())),
        college: &desk.config.college,
        credit: &desk.config.post.credit,
    };
    let chosen = choose(desk.shelf(), asked, &mut |title, done| desk.checking(title, done));
    desk.screen.rest(CHECKING);
    let chosen = chosen?;
    tell(&desk, &chosen, works.is_some());
    if chosen.items.is_empty() {
        if let Some(before) = &before {
            stale(&desk, (kind, &path), before)?;
        }
        return Err(usage(words::nothing_released(&words::kind(kind.name()))));
    }
    let given_title = given.title.as_deref().map(line).filter(|title| !title.is_empty());
    let season_name = season.map(|season| season.name.as_str());
    let column = Column {
        heading: given_title
            .unwrap_or_else(|| line(&words::heading(&desk.config.campaign.name, season_name))),
        college: line(&desk.config.college),
        date: SystemClock.local().date().to_string(),
        items: chosen.items,
    };
    let layout = match kind {
        Kind::Site => site::layout(&column, given.url.as_deref()),
        Kind::Wechat => wechat::layout(&column),
        Kind::Weibo => weibo_layout(&desk, &column, &targets)?,
    };
    let building =
        Building { kind, items: &column.items, layout: &layout, shelf: desk.shelf(), to: &to, name: &name };
    let built = build(building, before.as_ref(), &mut |title, (done, of)| {
        desk.screen.update(BAR, words::copying(title).get(desk.lang), (done as u64, of as u64), "");
    });
    desk.screen.rest(BAR);
    said(&desk, kind, (&built.map_err(failed)?, column.items.len()));
    Ok(0)
}

/// Of an earlier column nothing stays that may not be shown any more, though there is nothing to put in its place.
fn stale(desk: &Desk, (kind, path): (Kind, &Path), before: &build::Earlier) -> Result<(), CommandError> {
    if build::is_still_released(desk.shelf(), before)? {
        desk.screen.say(words::left_as_it_is(path).get(desk.lang));
        return Ok(());
    }
    let kept = build::take_down(path, before).map_err(failed)?;
    desk.screen.event(&ColumnEvent::TakenDown { kind: kind.name(), path });
    desk.screen.say(words::taken_down(path).get(desk.lang));
    if let Some(kept) = kept {
        desk.screen.say(words::kept_beside(&kept).get(desk.lang));
    }
    Ok(())
}

fn said(desk: &Desk, kind: Kind, (built, works): (&Built, usize)) {
    let Built { path, kept, linked, copied } = built;
    let (linked, copied, kept) = (*linked, *copied, kept.as_deref());
    desk.screen.event(&ColumnEvent::Built { kind: kind.name(), path, works, linked, copied, kept });
    desk.screen.say(words::built(&words::kind(kind.name()), path, works).get(desk.lang));
    if let Some(kept) = kept {
        desk.screen.say(words::kept_beside(kept).get(desk.lang));
    }
    desk.screen.say(words::next_step(kind.name()).get(desk.lang));
}

/// Returns the enabled targets that a column can be made of, the best first.
fn targets(desk: &Desk, kind: Kind) -> Result<Vec<String>, CommandError> {
    let web =
        desk.presets.iter().filter(|preset| preset.kind == TargetKind::Web).map(|preset| preset.id.as_str());
    let fitting: Vec<&str> = match kind {
        Kind::Site => web.collect(),
        Kind::Wechat => ["wechat-article", "channels"].into_iter().chain(web).collect(),
        Kind::Weibo => vec!["weibo"],
    };
    let is_enabled = |target: &&&str| desk.config.targets.iter().any(|enabled| enabled == **target);
    let enabled: Vec<String> = fitting.iter().filter(is_enabled).map(|target| (*target).to_owned()).collect();
    match enabled.is_empty() {
        true => Err(usage(words::no_target(&words::kind(kind.name()), &fitting))),
        false => Ok(enabled),
    }
}

fn weibo_layout(desk: &Desk, column: &Column, targets: &[String]) -> Result<Layout, CommandError> {
    let is_it = |preset: &&Preset| targets.contains(&preset.id);
    match desk.presets.iter().find(is_it) {
        Some(preset) => Ok(weibo::layout(column, preset, &desk.config.campaign)),
        None => Err(usage(words::no_target(&words::kind(Kind::Weibo.name()), &["weibo"]))),
    }
}

fn season_of<'a>(desk: &'a Desk, given: &str) -> Result<&'a Season, CommandError> {
    let seasons = &desk.config.seasons;
    let known: Vec<&str> = seasons.iter().map(|season| season.id.as_str()).collect();
    let found = season_named(seasons, given);
    found.ok_or_else(|| CommandError::usage(package_words::no_season(given, &known)))
}

fn named(desk: &Desk, given: &[String]) -> Result<Vec<String>, CommandError> {
    let mut ids = Vec::new();
    for one in given {
        let id = desk.work(one)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Says what is in and what is not. Of works that nobody named, those that wait for review or were withdrawn are no news.
fn tell(desk: &Desk, chosen: &Chosen, is_named: bool) {
    for item in &chosen.items {
        desk.screen.event(&ColumnEvent::Work {
            work: &item.work,
            title: &item.title,
            target: &item.target,
            numbers_left_out: item.has_left_out,
        });
        if item.has_left_out {
            desk.screen.say(words::about(&item.title, &words::numbers_left_out()).get(desk.lang));
        }
    }
    let why = |one: &LeftOut| package_words::stop(&Stop::NotReleased(one.why.clone()));
    for one in &chosen.left_out {
        desk.screen.event(&ColumnEvent::LeftOut { work: &one.work, title: &one.title, why: why(one) });
    }
    let is_told = |one: &&LeftOut| is_named || matches!(one.why, Held::File { .. });
    let told: Vec<&LeftOut> = chosen.left_out.iter().filter(is_told).collect();
    if told.is_empty() {
        return;
    }
    desk.screen.say(words::left_head().get(desk.lang));
    for one in told.iter().take(MOST_TOLD) {
        desk.screen.say(words::about(&one.title, &why(one)).get(desk.lang));
    }
    if let Some(more) = told.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        desk.screen.say(words::many_more(more).get(desk.lang));
    }
}

fn usage((text, hint): (Bilingual, Bilingual)) -> CommandError {
    CommandError::usage(text).with_hint(hint)
}

fn failed(error: BuildError) -> CommandError {
    let environment = |(text, hint)| CommandError::environment(text).with_hint(hint);
    match error {
        BuildError::Changed { title, file } => environment(words::changed_meanwhile(&title, &file)),
        BuildError::TakenBack { title } => environment(words::taken_back(&title)),
        BuildError::NotOurs { path, found } => usage(words::not_ours(&path, &found)),
        BuildError::Staging(error) => error.into(),
        BuildError::Catalog(error) => error.into(),
        error @ (BuildError::Json(_) | BuildError::Io { .. }) => CommandError::internal(error),
    }
}
