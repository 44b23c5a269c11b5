//! What is wrong with a programme: windows that nobody fills, and works that no screen shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::candidates::{RefusedWork, Released};
use super::explain::block_name;
use super::programme::PlannedDay;
use super::schedule::inputs::{Candidate, Inputs};
use super::schedule::playlists::works_of;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::config::Config;
use crate::model::review::{ReviewState, Standing};
use crate::model::review_refusal::Refusal;

/// A stretch of a lit time in which a screen has nothing but the card, milliseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unfilled {
    pub screen: String,
    pub from: i64,
    pub to: i64,
    /// Name of the block before it, which does not reach further.
    pub block: Option<String>,
}

/// A work that no screen shows in the days that were looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeverShown {
    pub work: String,
    pub title: String,
    #[serde(flatten)]
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// It was not made for any screen's target.
    NotMade,
    /// It waits for a level, was returned or withdrawn.
    NotReleased { state: ReviewState, level: Option<String> },
    /// It is released, but a file is not as it was signed.
    File {
        #[serde(skip)]
        refusal: Refusal,
        file: String,
    },
    /// No playlist that runs holds it.
    NoPlaylist,
    /// It is longer than every time at which it might run.
    TooLong { ms: u64 },
    /// Its dates are others.
    OtherDates,
    /// There are so many works that its turn does not come.
    NoTurn,
}

/// Returns the stretches of a day that are lit and empty.
pub fn unfilled(screen: &str, day: &PlannedDay) -> Vec<Unfilled> {
    let mut found = Vec::new();
    for lit in &day.plan.lit {
        let mut reached = lit.from;
        let mut block = None;
        let runs = day.plan.runs.iter().filter(|run| lit.contains(run.from));
        for run in runs {
            if run.from > reached {
                found.push(Unfilled {
                    screen: screen.to_owned(),
                    from: reached,
                    to: run.from,
                    block: block.take(),
                });
            }
            block = block_name(day, run);
            reached = run.to();
        }
        if reached < lit.to {
            found.push(Unfilled { screen: screen.to_owned(), from: reached, to: lit.to, block });
        }
    }
    found
}

/// What was planned for one group of screens.
#[derive(Debug)]
pub struct Planned<'a> {
    pub target: &'a str,
    pub inputs: &'a Inputs,
    pub days: &'a [PlannedDay],
}

/// One group's works by their ids, and its days with the works that may run on each.
struct Offer<'a> {
    works: BTreeMap<&'a str, &'a Candidate>,
    days: Vec<(&'a PlannedDay, BTreeSet<&'a str>)>,
    /// The longest stretch that is lit, milliseconds.
    longest: Option<i64>,
}

impl<'a> Offer<'a> {
    fn of(group: &Planned<'a>) -> Self {
        let works = group.inputs.works.iter().map(|work| (work.work.as_str(), work));
        let spans = group.days.iter().flat_map(|day| &day.plan.lit);
        Self {
            works: works.collect(),
            days: group.days.iter().map(|day| (day, held(group.inputs, day))).collect(),
            longest: spans.map(|span| span.to - span.from).max(),
        }
    }
}

/// Returns the works that no screen shows, with the reason.
pub fn never_shown(
    catalog: &Catalog,
    config: &Config,
    released: &BTreeMap<String, Released>,
    planned: &[Planned<'_>],
) -> Result<Vec<NeverShown>, CatalogError> {
    let mut shown = BTreeSet::new();
    for day in planned.iter().flat_map(|group| group.days) {
        for run in &day.plan.runs {
            let works = &day.parts[run.part].works;
            shown.extend(run.slots.iter().map(|slot| works[slot.work as usize].work.clone()));
        }
    }
    let targets: BTreeSet<&str> = config.screen.iter().map(|screen| screen.target.as_str()).collect();
    let refused: BTreeMap<&str, &RefusedWork> =
        released.values().flat_map(|of| &of.refused).map(|one| (one.work.as_str(), one)).collect();
    let offers: Vec<Offer<'_>> = planned.iter().map(Offer::of).collect();
    let mut found = Vec::new();
    let states = [
        ReviewState::Released,
        ReviewState::Posted,
        ReviewState::Waiting,
        ReviewState::Returned,
        ReviewState::Withdrawn,
    ];
    for state in states {
        for standing in catalog.standings_in(state)? {
            if shown.contains(&standing.work) {
                continue;
            }
            let why = match refused.get(standing.work.as_str()) {
                Some(refused) => Why::File {
                    file: refused.why.file().unwrap_or_default().to_owned(),
                    refusal: refused.why.clone(),
                },
                None => why(&standing, &targets, &offers),
            };
            found.push(NeverShown { work: standing.work, title: standing.title, why });
        }
    }
    Ok(found)
}

fn why(standing: &Standing, targets: &BTreeSet<&str>, offers: &[Offer<'_>]) -> Why {
    let of_screens: Vec<_> =
        standing.targets.iter().filter(|(target, _)| targets.contains(target.as_str())).collect();
    if of_screens.is_empty() {
        return Why::NotMade;
    }
    if !of_screens.iter().any(|(_, its)| its.state == ReviewState::Released) {
        let level = of_screens.iter().find_map(|(_, its)| its.level.clone());
        let state = of_screens.first().map_or(standing.state, |(_, its)| its.state);
        return Why::NotReleased { state, level };
    }
    let mut why = Why::NoPlaylist;
    for offer in offers {
        let Some(work) = offer.works.get(standing.work.as_str()) else { continue };
        for (day, held) in &offer.days {
            let valid = day.timetable.validity(&work.work);
            why = match why {
                _ if !held.contains(work.work.as_str()) => why,
                _ if !day.plan.lit.iter().any(|lit| valid.from < lit.to && lit.from < valid.to) => {
                    Why::OtherDates
                }
                _ if offer.longest.is_some_and(|longest| work.slot_ms() as i64 > longest) => {
                    Why::TooLong { ms: work.ms }
                }
                _ => return Why::NoTurn,
            };
        }
    }
    why
}

/// Returns the ids of the works that the loop, or a playlist of a block, holds on a day.
fn held<'a>(inputs: &'a Inputs, day: &PlannedDay) -> BTreeSet<&'a str> {
    let Some(lit) = day.plan.lit.first() else { return BTreeSet::new() };
    if inputs.looped.is_none() {
        return inputs.works.iter().map(|work| work.work.as_str()).collect();
    }
    let date = day.timetable.date_of(lit.from);
    let looped = inputs.looped.iter();
    let named: BTreeSet<&String> = looped.chain(inputs.blocks.iter().map(|block| &block.playlist)).collect();
    let running = inputs.playlists.iter().filter(|playlist| named.contains(&playlist.id));
    let places = running.flat_map(|playlist| works_of(playlist, inputs, date));
    places.map(|place| inputs.works[place as usize].work.as_str()).collect()
}
