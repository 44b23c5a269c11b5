//! Which works a playlist holds on a date.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::inputs::{Candidate, Inputs};
use crate::model::config::Season;
use crate::model::playout::Playlist;

/// Id of the playlist of all works, where the configuration names none. No id of the configuration is empty.
pub const EVERYTHING: &str = "";

/// What stands for the season of the date.
const CURRENT: &str = "current";

/// Returns the places, among the inputs' works, of those that a playlist holds on a date, ascending.
pub fn works_of(playlist: &Playlist, inputs: &Inputs, date: Date) -> Vec<u32> {
    let season = match playlist.works.season.as_deref() {
        Some(CURRENT) => Some(season_of(&inputs.seasons, date).map_or("", |season| season.id.as_str())),
        given => given,
    };
    let holds = |candidate: &Candidate| {
        let rules = &playlist.works;
        season.is_none_or(|season| candidate.season.as_deref() == Some(season))
            && (rules.departments.is_empty()
                || candidate.department.as_ref().is_some_and(|its| rules.departments.contains(its)))
            && (rules.tags.is_empty() || candidate.tags.iter().any(|tag| rules.tags.contains(tag)))
            && (rules.ids.is_empty() || rules.ids.contains(&candidate.work))
    };
    let mut places: Vec<u32> =
        (0u32..).zip(&inputs.works).filter(|(_, work)| holds(work)).map(|(place, _)| place).collect();
    if let Some(newest) = playlist.works.newest {
        places.sort_by_key(|place| {
            let work = &inputs.works[*place as usize];
            (Reverse(&work.submitted), &work.work)
        });
        places.truncate(newest as usize);
        places.sort_unstable();
    }
    places
}

fn season_of(seasons: &[Season], date: Date) -> Option<&Season> {
    let day = date.to_string();
    seasons.iter().find(|season| season.from <= day && day <= season.to)
}
