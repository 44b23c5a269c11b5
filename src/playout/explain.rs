//! Why a screen shows what it shows at an instant.

use serde::Serialize;

use super::programme::PlannedDay;
use super::schedule::day::PlannedRun;
use super::schedule::inputs::Candidate;
use super::schedule::playlists::works_of;
use crate::model::playout::{BlockFit, ItemKind, Playlist};

/// What governs an instant, from the outermost rule to the slot. Times are milliseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The date whose hours govern, ISO.
    pub date: String,
    /// The weekday that it counts as, `mon` …; missing: closed.
    pub weekday: Option<&'static str>,
    /// Whether that is an exception of the configuration.
    pub is_exception: bool,
    /// Place of the rule of hours, from 1; missing: none fits, or there is none.
    pub hours: Option<usize>,
    pub has_hours: bool,
    /// When the screen is lit on that date.
    pub lit: Option<[i64; 2]>,
    pub is_lit: bool,
    pub blocks: Vec<BlockAnswer>,
    /// Id of the playlist that runs; empty: all released works.
    pub playlist: String,
    /// Works that it holds on that date.
    pub works: usize,
    pub before: Option<Showing>,
    /// Missing: the card.
    pub now: Option<Showing>,
    pub after: Option<Showing>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockAnswer {
    pub name: String,
    pub playlist: String,
    pub fit: BlockFit,
    /// It fits, but one before it does as well.
    pub is_behind: bool,
}

/// A slot and what is shown in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Showing {
    pub from: i64,
    pub to: i64,
    pub work: String,
    pub title: String,
    pub department: Option<String>,
    pub kind: ItemKind,
    /// Name of the block; missing: the loop.
    pub block: Option<String>,
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Explains an instant of a planned day.
pub fn explain(day: &PlannedDay, date: jiff::civil::Date, at: i64) -> Option<Explanation> {
    let inputs = day.parts.last()?;
    let timetable = &day.timetable;
    let weekday = timetable.weekday(date);
    let lit = timetable.lit(date);
    let mut blocks: Vec<BlockAnswer> = Vec::new();
    for (place, block) in inputs.blocks.iter().enumerate() {
        let fit = timetable.block_fits(place, at);
        let is_behind = fit == BlockFit::Fits && blocks.iter().any(|other| other.fit == BlockFit::Fits);
        let name = if block.name.is_empty() { &block.playlist } else { &block.name };
        blocks.push(BlockAnswer { name: name.clone(), playlist: block.playlist.clone(), fit, is_behind });
    }
    let running = blocks.iter().find(|block| block.fit == BlockFit::Fits).map(|block| block.playlist.clone());
    let playlist = running.or_else(|| inputs.looped.clone()).unwrap_or_default();
    let everything = Playlist::default();
    let its = inputs.playlists.iter().find(|one| one.id == playlist).unwrap_or(&everything);
    let showings = showings(day);
    let now = showings.iter().position(|slot| (slot.from..slot.to).contains(&at));
    let before = showings.iter().rposition(|slot| slot.to <= at);
    let after = showings.iter().position(|slot| slot.from > at);
    let pick = |place: Option<usize>| place.map(|place| showings[place].clone());
    Some(Explanation {
        date: date.to_string(),
        is_exception: weekday != Some(date.weekday()),
        weekday: weekday
            .map(|day| WEEKDAYS[usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()]),
        hours: timetable.hours_of(date).map(|place| place + 1),
        has_hours: !inputs.rules.hours.is_empty(),
        lit: lit.map(|span| [span.from, span.to]),
        is_lit: lit.is_some_and(|span| span.contains(at)),
        works: works_of(its, inputs, date).len(),
        blocks,
        playlist,
        before: pick(before),
        now: pick(now),
        after: pick(after),
    })
}

/// Returns all slots of a day in order.
pub fn showings(day: &PlannedDay) -> Vec<Showing> {
    let mut all = Vec::new();
    for run in &day.plan.runs {
        let mut from = run.from;
        for slot in &run.slots {
            let work = &day.parts[run.part].works[slot.work as usize];
            let to = from + i64::from(slot.ms);
            all.push(showing(work, (from, to), block_name(day, run)));
            from = to;
        }
    }
    all
}

/// Returns the name of the block of a run: the playlist's where it has none of its own.
pub fn block_name(day: &PlannedDay, run: &PlannedRun) -> Option<String> {
    let block = run.block.map(|block| &day.parts[run.part].blocks[block])?;
    Some(if block.name.is_empty() { block.playlist.clone() } else { block.name.clone() })
}

fn showing(work: &Candidate, (from, to): (i64, i64), block: Option<String>) -> Showing {
    Showing {
        from,
        to,
        work: work.work.clone(),
        title: work.title.clone(),
        department: work.department.clone(),
        kind: work.kind,
        block,
    }
}
