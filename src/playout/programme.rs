//! Days as they are planned from the parts that the catalogue keeps.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::schedule::day::{DayPlan, Part, plan_day};
use super::schedule::inputs::Inputs;
use super::schedule::timetable::{Timetable, UnreadableRule};
use crate::library::catalog::{Catalog, CatalogError};

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

    /// Plans a date; `None` where nothing is known of it.
    pub fn day(&self, catalog: &Catalog, date: Date) -> Result<Option<PlannedDay>, ProgrammeError> {
        let stored = catalog.programme_parts(&self.group, &date.to_string())?;
        let mut parts = Vec::with_capacity(stored.len());
        for (from, digest) in stored {
            let unreadable = |detail: String| ProgrammeError::Inputs { date: date.to_string(), detail };
            let json = catalog.programme_inputs(&digest)?.ok_or_else(|| unreadable(digest))?;
            let inputs: Inputs =
                serde_json::from_str(&json).map_err(|error| unreadable(error.to_string()))?;
            parts.push((from, inputs));
        }
        let Some((_, last)) = parts.last() else { return Ok(None) };
        let timetable = Timetable::of(last)?;
        let given: Vec<Part<'_>> = parts.iter().map(|(from, inputs)| Part { from: *from, inputs }).collect();
        let plan = plan_day(&given, date)?;
        Ok(Some(PlannedDay { parts: parts.into_iter().map(|(_, inputs)| inputs).collect(), plan, timetable }))
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
