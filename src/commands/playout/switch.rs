//! `jincai playout dark|light|selftest`: orders to screens.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, MissedTickBehavior};

use super::carried::{Progress, carried_out};
use super::desk::{Desk, named};
use crate::commands::error::CommandError;
use crate::model::playout::{OrderKind, ScreenConfig, SelftestResult};
use crate::present::messages::screen_orders as order_words;
use crate::present::messages::screens as words;

/// How long an order is waited for.
pub const USUAL_WAIT: Duration = Duration::from_secs(20);

/// How long a self-test takes at most: three minutes, and what comes before it.
const SELFTEST_WAIT: Duration = Duration::from_secs(300);

#[derive(Debug, clap::Args)]
pub struct Switch {
    /// 屏幕的编号或名称 · ids or names of screens
    screens: Vec<String>,
    /// 全部屏幕 · all screens
    #[arg(long, conflicts_with = "screens")]
    all: bool,
    /// 谁 · who
    #[arg(long, value_name = "NAME")]
    by: String,
    /// 说明 · a note
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// 不等屏幕执行 · does not wait for the screens
    #[arg(long)]
    no_wait: bool,
}

#[derive(Debug, clap::Args)]
pub struct Selftest {
    /// 屏幕的编号或名称 · id or name of the screen
    screen: String,
    /// 谁 · who
    #[arg(long, value_name = "NAME")]
    by: String,
    /// 不等结果 · does not wait for the result
    #[arg(long)]
    no_wait: bool,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum OrderEvent<'a> {
    Ordered {
        serial: u64,
        kind: OrderKind,
        screens: Vec<&'a str>,
    },
    Carried {
        #[serde(flatten)]
        progress: &'a Progress,
    },
    Selftest {
        screen: &'a str,
        result: &'a SelftestResult,
    },
}

/// Shows the card alone, or the programme again.
pub async fn switch(desk: &Desk, kind: OrderKind, given: Switch) -> Result<u8, CommandError> {
    let by = named(&given.by)?;
    if given.screens.is_empty() && !given.all {
        return Err(CommandError::usage(words::which_screens()));
    }
    let screens = match given.all {
        true => desk.config.screen.iter().collect(),
        false => desk.find_all(&given.screens)?,
    };
    let (at, said) = (desk.now_ms(), json!({ "note": given.note }));
    let mut serials = Vec::new();
    let meant: Vec<Option<&str>> = match given.all {
        true => vec![None],
        false => screens.iter().map(|screen| Some(screen.id.as_str())).collect(),
    };
    for screen in meant {
        serials.push(desk.catalog.give_order(kind, screen, (at, by), &said)?);
    }
    let (first, serial) =
        (serials.iter().min().copied().unwrap_or(0), serials.iter().max().copied().unwrap_or(0));
    let ids = screens.iter().map(|screen| screen.id.as_str()).collect();
    desk.screen.event(&OrderEvent::Ordered { serial, kind, screens: ids });
    let names = match given.all {
        true => order_words::all_screens().get(desk.lang).to_owned(),
        false => screens.iter().map(|screen| screen.name.as_str()).collect::<Vec<_>>().join("、"),
    };
    let told = if kind == OrderKind::Dark { order_words::darkened(&names) } else { order_words::lit(&names) };
    desk.screen.say(told.get(desk.lang));
    follow(desk, &screens, first, given.no_wait).await?;
    Ok(0)
}

/// Says how far screens are with orders from `first` on: one to a screen is not carried out by the others, so that the first of
/// several is enough for each.
pub async fn follow(
    desk: &Desk,
    screens: &[&ScreenConfig],
    first: u64,
    no_wait: bool,
) -> Result<(), CommandError> {
    let is_served = desk.is_served();
    if !is_served {
        desk.screen.warn(order_words::not_served().get(desk.lang));
    }
    if no_wait || !is_served {
        return Ok(());
    }
    for progress in carried_out(desk, screens, first, USUAL_WAIT).await? {
        desk.screen.event(&OrderEvent::Carried { progress: &progress });
        let at = progress.at.map(|at| desk.time(at));
        desk.screen.say(order_words::carried(&progress.name, progress.state, at.as_deref()).get(desk.lang));
    }
    Ok(())
}

/// Has a screen run its self-test, and waits for the result.
pub async fn selftest(desk: &Desk, given: Selftest) -> Result<u8, CommandError> {
    let by = named(&given.by)?;
    let screen = desk.find(&given.screen)?;
    let (at, kind) = (desk.now_ms(), OrderKind::Selftest);
    let serial = desk.catalog.give_order(kind, Some(&screen.id), (at, by), &json!({}))?;
    desk.screen.event(&OrderEvent::Ordered { serial, kind, screens: vec![&screen.id] });
    desk.screen.say(order_words::selftest_ordered(&screen.name).get(desk.lang));
    if !desk.is_served() {
        desk.screen.warn(order_words::not_served().get(desk.lang));
        return Ok(0);
    }
    if given.no_wait {
        return Ok(0);
    }
    let until = Instant::now() + SELFTEST_WAIT;
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < until {
        ticks.tick().await;
        let beats = desk.catalog.beats()?;
        let said = beats.into_iter().find(|row| row.screen == screen.id).and_then(|row| row.beat.selftest);
        if let Some(result) = said.filter(|result| result.number == serial) {
            desk.screen.event(&OrderEvent::Selftest { screen: &screen.id, result: &result });
            desk.screen.say(order_words::selftest(&screen.name, &result).get(desk.lang));
            return Ok(u8::from(result.wrong > 0));
        }
    }
    desk.screen.warn(order_words::selftest_pending(&screen.name).get(desk.lang));
    Ok(1)
}
