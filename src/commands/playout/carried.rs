//! Waits until screens have carried out an order, and says how far each is.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior};

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::model::playout::ScreenConfig;
use crate::present::messages::screen_orders::Carried;

/// How often it is looked whether screens are done.
const LOOK: Duration = Duration::from_millis(100);

/// A screen that was heard so lately is waited for, milliseconds.
const REACHABLE_MS: i64 = 30_000;

/// How far one screen is.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    pub screen: String,
    pub name: String,
    pub state: Carried,
    /// When it was done, or the screen was last heard; milliseconds since 1970.
    pub at: Option<i64>,
}

/// Waits at most `longest` for the screens to come to the order `serial`; those that do not answer are not waited for.
pub async fn carried_out(
    desk: &Desk,
    screens: &[&ScreenConfig],
    serial: u64,
    longest: Duration,
) -> Result<Vec<Progress>, CommandError> {
    let until = Instant::now() + longest;
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut done_at: HashMap<String, i64> = HashMap::new();
    loop {
        ticks.tick().await;
        let all = progress(desk, screens, serial, &mut done_at)?;
        let now = desk.now_ms();
        let waits = |one: &Progress| {
            one.state == Carried::Pending && one.at.is_some_and(|at| now - at < REACHABLE_MS)
        };
        if Instant::now() >= until || !all.iter().any(waits) {
            return Ok(all);
        }
    }
}

fn progress(
    desk: &Desk,
    screens: &[&ScreenConfig],
    serial: u64,
    done_at: &mut HashMap<String, i64>,
) -> Result<Vec<Progress>, CommandError> {
    let tokens = desk.catalog.tokens()?;
    let said = desk.catalog.applied()?;
    let one = |screen: &&ScreenConfig| {
        let is_paired = tokens.iter().any(|token| !token.is_stick && token.screen == screen.id);
        let heard = said.iter().find(|(id, ..)| *id == screen.id).map(|(_, applied, at)| (*applied, *at));
        let (state, at) = match heard {
            _ if !is_paired => (Carried::Unpaired, None),
            Some((applied, at)) if applied >= serial => {
                (Carried::Done, Some(*done_at.entry(screen.id.clone()).or_insert(at)))
            }
            Some((_, at)) => (Carried::Pending, Some(at)),
            None => (Carried::Pending, None),
        };
        Progress { screen: screen.id.clone(), name: screen.name.clone(), state, at }
    };
    Ok(screens.iter().map(one).collect())
}
