//! Plans one date of one group.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::choose::{Accounts, Choice, Chooser, POSTER_MAX_MS, POSTER_MIN_MS, mixed};
use super::inputs::Inputs;
use super::playlists::{EVERYTHING, works_of};
use super::timetable::{Segment, Span, Timetable, UnreadableRule};
use crate::model::playout::Playlist;

/// What is left over that is shorter than this only lengthens the hold of the last picture, milliseconds: too short for a poster, and
/// the card for a moment looks like a fault.
const LEFT_OVER_MS: i64 = POSTER_MIN_MS;

/// Inputs, and from when on they govern.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Milliseconds since 1970; what runs then is shown to its end.
    pub from: i64,
    pub inputs: &'a Inputs,
}

/// What is on when, on one date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayPlan {
    pub lit: Vec<Span>,
    /// Ascending, without overlaps; where none is, the card is shown.
    pub runs: Vec<PlannedRun>,
}

/// Slots that follow each other without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRun {
    pub from: i64,
    /// Place among the parts.
    pub part: usize,
    /// Place among the part's blocks.
    pub block: Option<usize>,
    pub slots: Vec<PlannedSlot>,
}

/// A work (its place among the part's) and how long it is on, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedSlot {
    pub work: u32,
    pub ms: u32,
}

impl PlannedRun {
    /// Returns when it ends.
    pub fn to(&self) -> i64 {
        self.from + self.slots.iter().map(|slot| i64::from(slot.ms)).sum::<i64>()
    }
}

/// Plans a date from its parts, which are in ascending order; without any nothing is shown. The same arguments give the same plan,
/// and no other date has a part in it.
///
/// # Errors
/// For stored inputs that no configuration would have given.
pub fn plan_day(parts: &[Part<'_>], date: Date) -> Result<DayPlan, UnreadableRule> {
    let Some(first) = parts.first() else { return Ok(DayPlan::default()) };
    let mut day = Day {
        seed: mixed(0, &format!("{} {date}", first.inputs.group)),
        known: BTreeMap::new(),
        ended: Vec::new(),
        accounts: BTreeMap::new(),
        plan: DayPlan::default(),
    };
    let mut at = first.from;
    for (index, part) in parts.iter().enumerate() {
        let until = parts.get(index + 1).map_or(i64::MAX, |next| next.from);
        at = day.plan_part((index, part), date, at.max(part.from), until)?;
    }
    Ok(day.plan)
}

/// What the parts of a date share.
struct Day {
    seed: u64,
    /// The day's works by id: their places in `ended`.
    known: BTreeMap<String, u32>,
    /// When each work was last shown to its end; `i64::MIN`: not yet.
    ended: Vec<i64>,
    /// By the playlist's id.
    accounts: BTreeMap<String, Accounts>,
    plan: DayPlan,
}

impl Day {
    /// Plans from `at` until the next part begins; returns when the last slot ends.
    fn plan_part(
        &mut self,
        (index, part): (usize, &Part<'_>),
        date: Date,
        mut at: i64,
        until: i64,
    ) -> Result<i64, UnreadableRule> {
        let inputs = part.inputs;
        let timetable = Timetable::of(inputs)?;
        let known: Vec<u32> = inputs.works.iter().map(|work| self.know(&work.work)).collect();
        let mut choosers: BTreeMap<&str, Chooser<'_>> = BTreeMap::new();
        let all = Playlist { id: EVERYTHING.to_owned(), ..Playlist::default() };
        let looped =
            inputs.playlists.iter().find(|one| Some(&one.id) == inputs.looped.as_ref()).unwrap_or(&all);
        for segment in timetable.segments(date) {
            if segment.span.to <= at {
                continue;
            }
            if segment.span.from >= until {
                break;
            }
            at = at.max(segment.span.from);
            self.light(Span { from: at, to: segment.span.to });
            let named = segment.block.map(|block| &inputs.blocks[block].playlist);
            let own =
                named.and_then(|id| inputs.playlists.iter().find(|one| one.id == *id)).unwrap_or(looped);
            for playlist in [own, looped] {
                choosers.entry(&playlist.id).or_insert_with(|| {
                    let works = works_of(playlist, inputs, date);
                    let accounts = self.accounts.get(&playlist.id).cloned().unwrap_or_default();
                    let all = (inputs.works.as_slice(), known.as_slice());
                    Chooser::new(playlist, &works, all, (&timetable, self.seed), &accounts)
                });
            }
            // A block that has nothing to show gives its time to the loop.
            let id = if choosers[own.id.as_str()].is_empty() { &looped.id } else { &own.id };
            let Some(chooser) = choosers.get_mut(id.as_str()) else { continue };
            at = self.fill(chooser, (index, segment), at, until);
        }
        for (id, chooser) in &choosers {
            self.accounts.insert((*id).to_owned(), chooser.accounts());
        }
        Ok(at)
    }

    fn know(&mut self, work: &str) -> u32 {
        if let Some(place) = self.known.get(work) {
            return *place;
        }
        let place = self.ended.len() as u32;
        self.known.insert(work.to_owned(), place);
        self.ended.push(i64::MIN);
        place
    }

    /// Notes a lit span; one that continues or repeats the last one lengthens it.
    fn light(&mut self, span: Span) {
        match self.plan.lit.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => self.plan.lit.push(span),
        }
    }

    /// Fills a segment from `at` until its end, or until the next part begins; returns when the last slot ends.
    fn fill(
        &mut self,
        chooser: &mut Chooser<'_>,
        (part, segment): (usize, Segment),
        mut at: i64,
        until: i64,
    ) -> i64 {
        let end = segment.span.to;
        let mut run = PlannedRun { from: at, part, block: segment.block, slots: Vec::new() };
        while at < end && at < until {
            let left = end - at;
            if left < LEFT_OVER_MS
                && let Some(last) = run.slots.last_mut()
            {
                last.ms += left as u32;
                at = end;
                break;
            }
            if chooser.poster_is_due()
                && left >= chooser.poster_ms + POSTER_MIN_MS
                && let Some(work) = chooser.poster(at, chooser.poster_ms)
            {
                run.slots.push(PlannedSlot { work, ms: chooser.poster_ms as u32 });
                at += chooser.poster_ms;
                continue;
            }
            match chooser.video(at, end, &mut self.ended) {
                Choice::Video { place, ms } => {
                    run.slots.push(PlannedSlot { work: place, ms: ms as u32 });
                    at += ms;
                }
                Choice::Stretch | Choice::Nothing => match stretched(chooser, at, left) {
                    Some(slot) => {
                        at += i64::from(slot.ms);
                        run.slots.push(slot);
                    }
                    None => {
                        // The card, until something begins to be valid.
                        let next = chooser.next_validity(at).unwrap_or(end).min(end).min(until);
                        self.close(&mut run, next);
                        at = next;
                    }
                },
            }
        }
        let reached = at;
        self.close(&mut run, reached);
        at
    }

    /// Ends a run, and begins the next one at `next`.
    fn close(&mut self, run: &mut PlannedRun, next: i64) {
        let begun = PlannedRun { from: next, part: run.part, block: run.block, slots: Vec::new() };
        let run = std::mem::replace(run, begun);
        if !run.slots.is_empty() {
            self.plan.runs.push(run);
        }
    }
}

/// Returns the poster that takes an equal part of what is left.
fn stretched(chooser: &mut Chooser<'_>, at: i64, left: i64) -> Option<PlannedSlot> {
    let (fewest, most) = ((left + POSTER_MAX_MS - 1) / POSTER_MAX_MS, left / POSTER_MIN_MS);
    if most == 0 {
        return None;
    }
    let posters = ((left + chooser.poster_ms / 2) / chooser.poster_ms).clamp(fewest, most.max(fewest));
    let ms = left / posters;
    chooser.poster(at, ms).map(|work| PlannedSlot { work, ms: ms as u32 })
}
