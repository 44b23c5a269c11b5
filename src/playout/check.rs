//! What is wrong with a programme: windows that nobody fills, and works that no screen shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::candidates::{RefusedWork, Released};
use super::explain::block_name;
use super::programme::PlannedDay;
use super::schedule::inputs::Inputs;
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
                None => why(&standing, &targets, planned),
            };
            found.push(NeverShown { work: standing.work, title: standing.title, why });
        }
    }
    Ok(found)
}

fn why(standing: &Standing, targets: &BTreeSet<&str>, planned: &[Planned<'_>]) -> Why {
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
    for group in planned {
        let Some(work) = group.inputs.works.iter().find(|work| work.work == standing.work) else { continue };
        let longest = group.days.iter().flat_map(|day| &day.plan.lit).map(|span| span.to - span.from).max();
        for day in group.days {
            let valid = day.timetable.validity(&work.work);
            let holds = holding(group.inputs, &work.work, day);
            why = match why {
                _ if !holds => why,
                _ if !day.plan.lit.iter().any(|lit| valid.from < lit.to && lit.from < valid.to) => {
                    Why::OtherDates
                }
                _ if longest.is_some_and(|longest| work.slot_ms() as i64 > longest) => {
                    Why::TooLong { ms: work.ms }
                }
                _ => return Why::NoTurn,
            };
        }
    }
    why
}

/// Returns true if the loop, or a playlist of a block, holds a work on a day.
fn holding(inputs: &Inputs, work: &str, day: &PlannedDay) -> bool {
    let Some(date) = day.plan.lit.first().map(|lit| day.timetable.date_of(lit.from)) else { return false };
    let looped = inputs.looped.iter();
    let named: BTreeSet<&String> = looped.chain(inputs.blocks.iter().map(|block| &block.playlist)).collect();
    let holds = |playlist| {
        let places = super::schedule::playlists::works_of(playlist, inputs, date);
        places.iter().any(|place| inputs.works[*place as usize].work == work)
    };
    inputs.looped.is_none() || inputs.playlists.iter().filter(|one| named.contains(&one.id)).any(holds)
}
