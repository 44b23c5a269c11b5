//! Rows as people read them: names in the place of ids and digests.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::library::catalog::{Catalog, CatalogError, ShownFile};
use crate::model::playout::{DayRow, ScreenConfig};

/// A line of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    pub date: String,
    /// Id and name.
    pub screen: String,
    pub screen_name: String,
    pub place: String,
    /// Id; empty where it is not known.
    pub work: String,
    pub title: String,
    pub department: String,
    /// Times of day in the zone of the configuration, `HH:MM:SS`; empty: never.
    pub first: String,
    pub last: String,
    pub plays: u32,
    pub whole: u32,
    pub shown_ms: u64,
    pub planned: u32,
    pub signed: String,
    /// Empty: plays of which only the number is known.
    pub sha256: String,
}

/// Adds to rows what they mean. A screen that is configured no longer keeps its id as its name.
pub fn lines(
    catalog: &Catalog,
    (screens, zone): (&[ScreenConfig], &TimeZone),
    rows: &[DayRow],
) -> Result<Vec<Line>, CatalogError> {
    let mut known: HashMap<&str, Option<ShownFile>> = HashMap::new();
    let clock = |at: Option<i64>| {
        let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
        at.map(|at| at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S").to_string()).unwrap_or_default()
    };
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        if !known.contains_key(row.sha256.as_str()) {
            known.insert(&row.sha256, catalog.shown(&row.sha256)?);
        }
        let file = known.get(row.sha256.as_str()).and_then(Option::as_ref);
        let of_file = |text: fn(&ShownFile) -> &str| file.map(text).unwrap_or_default().to_owned();
        let screen = screens.iter().find(|screen| screen.id == row.screen);
        lines.push(Line {
            date: row.date.clone(),
            screen: row.screen.clone(),
            screen_name: screen.map_or_else(|| row.screen.clone(), |screen| screen.name.clone()),
            place: screen.map(|screen| screen.place.clone()).unwrap_or_default(),
            work: of_file(|file| &file.work),
            title: of_file(|file| &file.title),
            department: of_file(|file| file.department.as_deref().unwrap_or_default()),
            first: clock(row.first_ms),
            last: clock(row.last_ms),
            plays: row.plays,
            whole: row.whole,
            shown_ms: row.shown_ms,
            planned: row.planned,
            signed: of_file(|file| &file.signed),
            sha256: row.sha256.clone(),
        });
    }
    Ok(lines)
}
