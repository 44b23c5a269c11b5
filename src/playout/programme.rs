//! Days as they are planned from the parts that the catalogue keeps.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::schedule::day::{DayPlan, Part, plan_day};
use super::schedule::inputs::Inputs;
use super::schedule::timetable::{Timetable, UnreadableRule};
use crate::library::catalog::{Catalog, CatalogError};

/// From when on a change governs, after the moment at which it is seen, milliseconds: screens fetch the files until then.
const NOTICE_MS: i64 = 120_000;

/// The first slot of a date that is planned after it began starts on such a boundary, milliseconds.
const START_GRID_MS: i64 = 10_000;

/// The programme of one group.
#[derive(Clone, Debug)]
pub struct Programme {
    group: String,
}

/// A planned date, with what it was planned from.
#[derive(Clone, Debug)]
pub struct PlannedDay {
    pub parts: Vec<Inputs>,
    pub plan: DayPlan,
    /// Of the last part.
    pub timetable: Timetable,
}

/// Why a programme cannot be planned.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Rule(#[from] UnreadableRule),
    #[error("what {date} was planned from cannot be read: {detail}")]
    Inputs { date: String, detail: String },
}

impl Programme {
    pub fn of(group: &str) -> Self {
        Self { group: group.to_owned() }
    }

    /// Returns from when on inputs, which have this digest, govern a date, if they were to from `now` on; `None` where they do
    /// already. 0 is from the date's beginning.
    pub fn start_of(
        &self,
        catalog: &Catalog,
        (timetable, digest): (&Timetable, &str),
        (now, date): (i64, Date),
    ) -> Result<Option<i64>, CatalogError> {
        let parts = catalog.programme_parts(&self.group, &date.to_string())?;
        let begins = timetable.lit(date).map_or(i64::MAX, |lit| lit.from);
        Ok(match parts.last() {
            Some((_, governing)) if *governing == digest => None,
            // Nothing of it was shown yet.
            _ if now + NOTICE_MS < begins => Some(0),
            Some(_) => Some(now + NOTICE_MS),
            None => Some((now + START_GRID_MS - 1) / START_GRID_MS * START_GRID_MS),
        })
    }

    /// Plans a date; `None` where nothing is known of it.
    pub fn day(&self, catalog: &Catalog, date: Date) -> Result<Option<PlannedDay>, ProgrammeError> {
        planned_day(self.parts(catalog, date)?, date)
    }

    /// Plans a date as it will be once an edition is made of `inputs` at `now`.
    pub fn preview(
        &self,
        catalog: &Catalog,
        inputs: &Inputs,
        (now, date): (i64, Date),
    ) -> Result<Option<PlannedDay>, ProgrammeError> {
        let mut parts = self.parts(catalog, date)?;
        let timetable = Timetable::of(inputs)?;
        if let Some(from) = self.start_of(catalog, (&timetable, &inputs.sealed().0), (now, date))? {
            parts.retain(|(begins, _)| *begins < from);
            parts.push((from, inputs.clone()));
        }
        planned_day(parts, date)
    }

    fn parts(&self, catalog: &Catalog, date: Date) -> Result<Vec<(i64, Inputs)>, ProgrammeError> {
        let stored = catalog.programme_parts(&self.group, &date.to_string())?;
        let mut parts = Vec::with_capacity(stored.len());
        for (from, digest) in stored {
            let unreadable = |detail: String| ProgrammeError::Inputs { date: date.to_string(), detail };
            let json = catalog.programme_inputs(&digest)?.ok_or_else(|| unreadable(digest))?;
            let inputs: Inputs =
                serde_json::from_str(&json).map_err(|error| unreadable(error.to_string()))?;
            parts.push((from, inputs));
        }
        Ok(parts)
    }

    /// Returns how often each file was to be shown on a date, by its digest.
    pub fn planned(&self, catalog: &Catalog, date: Date) -> Result<BTreeMap<String, u32>, ProgrammeError> {
        let mut planned = BTreeMap::new();
        let Some(day) = self.day(catalog, date)? else { return Ok(planned) };
        for run in &day.plan.runs {
            for slot in &run.slots {
                let work = &day.parts[run.part].works[slot.work as usize];
                *planned.entry(work.file.sha256.clone()).or_default() += 1;
            }
        }
        Ok(planned)
    }
}

fn planned_day(parts: Vec<(i64, Inputs)>, date: Date) -> Result<Option<PlannedDay>, ProgrammeError> {
    let Some((_, last)) = parts.last() else { return Ok(None) };
    let timetable = Timetable::of(last)?;
    let given: Vec<Part<'_>> = parts.iter().map(|(from, inputs)| Part { from: *from, inputs }).collect();
    let plan = plan_day(&given, date)?;
    Ok(Some(PlannedDay { parts: parts.into_iter().map(|(_, inputs)| inputs).collect(), plan, timetable }))
}
