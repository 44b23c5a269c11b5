//! After a withdrawal: what each screen has removed, and which sticks are to be fetched.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use super::carried::{Progress, carried_out};
use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::library::catalog::StickOut;
use crate::model::playout::ScreenConfig;
use crate::present::messages::screen_orders as words;
use crate::present::messages::screen_orders::Carried;

/// Editions that a screen may still play.
const EDITIONS: u32 = 3;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ReceiptEvent<'a> {
    ScreenReceipt {
        #[serde(flatten)]
        progress: &'a Progress,
        /// Whether the work was on its programme.
        had_it: bool,
    },
    StickToFetch {
        #[serde(flatten)]
        stick: &'a StickOut,
    },
}

/// Which screens had a work, and in which files.
#[derive(Debug, Default)]
pub struct Holders {
    screens: BTreeSet<String>,
    digests: BTreeSet<String>,
}

impl Holders {
    /// Looks into the programmes before a work is taken off them. Without targets all of them are meant.
    pub fn of(desk: &Desk, work: &str, targets: &[String]) -> Result<Self, CommandError> {
        let mut holders = Self::default();
        for screen in desk.config.screen.iter().filter(|screen| is_meant(screen, targets)) {
            for row in desk.catalog.newest_editions(&screen.id, EDITIONS)? {
                let edition = desk.catalog.edition(&row.id)?.and_then(|it| it.sealed.edition().ok());
                let items = edition.into_iter().flat_map(|edition| edition.items);
                for item in items.filter(|item| item.work == work) {
                    holders.screens.insert(screen.id.clone());
                    holders.digests.insert(item.video.sha256);
                    holders.digests.extend(item.picture.map(|picture| picture.sha256));
                }
            }
        }
        let made = desk.catalog.renditions_of(work)?;
        let made = made.into_iter().map(|row| row.rendition);
        for rendition in made.filter(|made| targets.is_empty() || targets.contains(&made.target)) {
            holders.digests.insert(rendition.sha256);
            holders.digests.extend(rendition.covers.into_iter().map(|cover| cover.sha256));
        }
        Ok(holders)
    }
}

fn is_meant(screen: &ScreenConfig, targets: &[String]) -> bool {
    targets.is_empty() || targets.contains(&screen.target)
}

/// Waits for the screens, and says what each has done.
pub async fn tell(
    desk: &Desk,
    holders: &Holders,
    (serial, targets): (u64, &[String]),
    longest: Duration,
) -> Result<(), CommandError> {
    let screens: Vec<&ScreenConfig> =
        desk.config.screen.iter().filter(|screen| is_meant(screen, targets)).collect();
    let is_served = desk.is_served();
    let longest = if is_served { longest } else { Duration::ZERO };
    let all = carried_out(desk, &screens, serial, longest).await?;
    let paired: Vec<&Progress> = all.iter().filter(|one| one.state != Carried::Unpaired).collect();
    let done = paired.iter().filter(|one| one.state == Carried::Done).count();
    if !paired.is_empty() {
        desk.screen.say(words::takedown(done, paired.len()).get(desk.lang));
    }
    for progress in paired {
        let had_it = holders.screens.contains(&progress.screen);
        desk.screen.event(&ReceiptEvent::ScreenReceipt { progress, had_it });
        let at = progress.at.map(|at| desk.time(at));
        let said = words::receipt(&progress.name, progress.state, at.as_deref(), had_it);
        desk.screen.say(said.get(desk.lang));
    }
    let digests: Vec<String> = holders.digests.iter().cloned().collect();
    for stick in desk.catalog.sticks_with(&digests)? {
        desk.screen.event(&ReceiptEvent::StickToFetch { stick: &stick });
        let name = desk.find(&stick.screen).map_or(stick.screen.clone(), |screen| screen.name.clone());
        let said = words::stick(stick.number, &name, &desk.time(stick.made_ms), &stick.by);
        desk.screen.say(said.get(desk.lang));
    }
    if !is_served && done < all.len() {
        desk.screen.warn(words::not_served().get(desk.lang));
    }
    Ok(())
}
