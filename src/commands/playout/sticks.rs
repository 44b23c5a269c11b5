//! `jincai playout sticks`: what left the house, what came back, and what was shown from it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::desk::Desk;
use crate::clock::{Clock, SystemClock};
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::files;
use crate::library::catalog::Stick;
use crate::playout::ledger::{Delivery, MOST_PLAYS, Sent, is_boot, read_play, take};
use crate::present::messages::handout as words;

/// Largest file of plays, bytes: half a million of them.
const MOST_BYTES: u64 = 200 << 20;

#[derive(Debug, clap::Args)]
pub struct SticksArgs {
    /// 第几号盘收回了 · this one is back
    #[arg(long, value_name = "N")]
    returned: Option<u64>,
    /// 登记盘上的播放记录：在“播放.html”里按 E 键存下的文件 · takes in the plays that the page of a stick saved
    #[arg(long, value_name = "FILE", conflicts_with = "returned")]
    plays: Option<PathBuf>,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum StickEvent<'a> {
    Stick(&'a Stick),
    StickPlays { number: u64, screen: &'a str, plays: usize, kept_aside: usize },
}

/// What the page of a stick saves when somebody presses `E`.
#[derive(Deserialize)]
struct SavedPlays {
    v: u32,
    stick: u64,
    batches: Vec<SavedBatch>,
}

#[derive(Deserialize)]
struct SavedBatch {
    boot: String,
    plays: Vec<serde_json::Value>,
}

/// Lists the sticks, notes that one came back, or takes in its plays.
pub(super) fn sticks(desk: &Desk, given: &SticksArgs) -> Result<u8, CommandError> {
    match (given.returned, &given.plays) {
        (Some(number), _) => returned(desk, number),
        (None, Some(file)) => plays(desk, file),
        (None, None) => list(desk),
    }
}

fn returned(desk: &Desk, number: u64) -> Result<u8, CommandError> {
    let Some(screen) = desk.catalog.return_stick(number, desk.now.as_millisecond())? else {
        return Err(CommandError::usage(words::no_such_stick(number)));
    };
    desk.screen.say(words::returned(number, name(desk, &screen)).get(desk.lang));
    Ok(0)
}

fn list(desk: &Desk) -> Result<u8, CommandError> {
    let sticks = desk.catalog.sticks()?;
    sticks.iter().for_each(|stick| desk.screen.event(&StickEvent::Stick(stick)));
    if sticks.is_empty() {
        desk.screen.say(words::no_sticks().get(desk.lang));
        return Ok(0);
    }
    let row = |stick: &Stick| {
        vec![
            stick.number.to_string(),
            name(desk, &stick.screen).to_owned(),
            desk.minute(stick.made_ms),
            stick.by.clone(),
            desk.minute(stick.good_until),
            stick.files.len().to_string(),
            stick.returned.map(|at| desk.minute(at)).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = sticks.iter().map(row).collect();
    let heads = words::stick_heads().map(|head| head.get(desk.lang).to_owned());
    desk.screen.say(&table::table(&heads, &rows, table::WIDEST));
    Ok(0)
}

/// Takes in what a stick showed. The same file may come again: each play counts once.
fn plays(desk: &Desk, file: &Path) -> Result<u8, CommandError> {
    let shown = file.display().to_string();
    let bytes = files::read_named(file, MOST_BYTES)
        .map_err(|error| CommandError::usage(words::plays_unreadable(&shown, &error.to_string())))?;
    let wrong = || CommandError::usage(words::no_plays(&shown));
    let saved: SavedPlays = serde_json::from_slice(&bytes).map_err(|error| wrong().because(error))?;
    if saved.v != 1 || !saved.batches.iter().all(|batch| is_boot(&batch.boot)) {
        return Err(wrong());
    }
    let stick = desk.catalog.sticks()?.into_iter().find(|stick| stick.number == saved.stick);
    let stick = stick.ok_or_else(|| CommandError::usage(words::no_such_stick(saved.stick)))?;
    // All of it is read before anything is kept.
    let read = |SavedBatch { boot, plays }| {
        let plays: Option<Vec<Sent>> = plays.into_iter().map(read_play).collect();
        Some((boot, plays?))
    };
    let batches: Option<Vec<_>> = saved.batches.into_iter().map(read).collect();
    let (mut all, mut kept_aside) = (0, 0);
    for (boot, mut plays) in batches.ok_or_else(wrong)? {
        plays.sort_by_key(|play| play.as_ref().map_or_else(|(seq, _)| *seq, |play| play.seq));
        while !plays.is_empty() {
            let rest = plays.split_off(MOST_PLAYS.min(plays.len()));
            let part = std::mem::replace(&mut plays, rest);
            all += part.len();
            let delivery = Delivery {
                screen: &stick.screen,
                boot: &boot,
                received: SystemClock.now(),
                zone: &desk.zone,
            };
            kept_aside += take(&desk.catalog, delivery, part)?.refused.len();
        }
    }
    let (number, screen) = (stick.number, stick.screen.as_str());
    desk.screen.event(&StickEvent::StickPlays { number, screen, plays: all - kept_aside, kept_aside });
    desk.screen
        .say(words::plays_taken(number, name(desk, screen), (all - kept_aside, kept_aside)).get(desk.lang));
    Ok(0)
}

fn name<'a>(desk: &'a Desk, id: &'a str) -> &'a str {
    let known = desk.config.screen.iter().find(|screen| screen.id == id);
    known.map_or(id, |screen| screen.name.as_str())
}
