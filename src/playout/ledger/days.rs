//! Days as the catalogue keeps them: folded when they are over, closed when nothing can come any more.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::fold::{Planned, chained, fold, hash_of};
use crate::library::catalog::{Catalog, CatalogError, FIRST_PREVIOUS};
use crate::model::playout::{DayRow, LedgerDay, PlayRow};
use crate::present::messages::ledger::LedgerFault;

/// Days for which plays are kept one by one; see the README.
const RAW_DAYS: i64 = 90;

/// Days beyond those for which screens go on alone, until a day is closed.
const GRACE_DAYS: i64 = 2;

/// What the ledger works with.
pub struct Ledger<'a> {
    pub catalog: &'a Catalog,
    pub today: Date,
    /// For which screens go on without the server.
    pub offline_days: u32,
    /// Showings that the programme of a date asked for.
    pub planned: &'a dyn Fn(Date) -> Planned,
}

impl std::fmt::Debug for Ledger<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("today", &self.today).finish_non_exhaustive()
    }
}

impl Ledger<'_> {
    /// Returns the last date that is closed today.
    fn closes(&self) -> Date {
        self.today.saturating_sub((i64::from(self.offline_days) + GRACE_DAYS).days())
    }

    fn folded(&self, date: Date) -> Result<Vec<DayRow>, CatalogError> {
        let name = date.to_string();
        Ok(fold(&name, plays_of(self.catalog, &name)?, &(self.planned)(date)))
    }
}

fn plays_of(catalog: &Catalog, date: &str) -> Result<Vec<PlayRow>, CatalogError> {
    let mut plays = Vec::new();
    catalog.each_play_of(date, |play| plays.push(play))?;
    Ok(plays)
}

/// Gives lost plays their rows, folds days that are over, closes those for which nothing can come any more, and removes plays
/// that are old. Returns how many days were closed.
pub fn bring_up_to_date(ledger: &Ledger<'_>, now: Timestamp) -> Result<usize, CatalogError> {
    let catalog = ledger.catalog;
    catalog.note_lost_plays(now.as_millisecond(), &ledger.today.to_string())?;
    let last = catalog.last_closed_date()?.and_then(|date| date.parse::<Date>().ok());
    let first = match last {
        Some(last) => Some(last.saturating_add(1.day())),
        None => catalog.first_play_date()?.and_then(|date| date.parse().ok()),
    };
    let Some(first) = first else { return Ok(0) };
    let mut closed = 0;
    let folded = catalog.folded_dates(&first.to_string(), &ledger.today.to_string())?;
    for date in first.series(1.day()).take_while(|date| *date < ledger.today) {
        let name = date.to_string();
        let closes = date <= ledger.closes();
        if closes {
            let rows = ledger.folded(date)?;
            let link = |previous: &str| chained(&name, &rows, previous);
            closed += usize::from(catalog.close_day((&name, &rows), link, FIRST_PREVIOUS)?);
        } else if !folded.contains(&name) {
            catalog.put_play_day(&name, &ledger.folded(date)?)?;
        }
    }
    let old = ledger.today.saturating_sub(RAW_DAYS.days());
    if last.is_some_and(|last| last >= old) {
        catalog.drop_plays_before(&old.to_string())?;
    }
    Ok(closed)
}

/// Returns the rows of a period, both dates inclusive: of days that are over as they were folded, of today as it is so far.
/// Changes nothing.
pub fn rows_of(ledger: &Ledger<'_>, from: Date, to: Date) -> Result<Vec<DayRow>, CatalogError> {
    let (first, last) = (from.to_string(), to.to_string());
    let mut rows = ledger.catalog.play_days(&first, &last)?;
    let folded = ledger.catalog.folded_dates(&first, &last)?;
    let closed = ledger.catalog.last_closed_date()?.unwrap_or_default();
    let open = |date: &Date| {
        let name = date.to_string();
        *date <= ledger.today && name > closed && !folded.contains(&name)
    };
    for date in from.series(1.day()).take_while(|date| *date <= to).filter(open) {
        rows.extend(ledger.folded(date)?);
    }
    rows.sort_by(|one, other| {
        (&one.date, &one.screen, &one.sha256).cmp(&(&other.date, &other.screen, &other.sha256))
    });
    Ok(rows)
}

/// What was found of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Closed days that were looked at.
    pub days: usize,
    /// The first that is not as it was closed.
    pub broken: Option<Broken>,
}

/// A day that is not as it was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub date: String,
    pub what: LedgerFault,
}

/// Checks every closed day: hash, order, rows, and its plays where they are still kept.
pub fn verify(catalog: &Catalog, today: Date) -> Result<Verified, CatalogError> {
    let raw_since = today.saturating_sub(RAW_DAYS.days()).to_string();
    let mut verified = Verified { days: 0, broken: None };
    let mut last: Option<LedgerDay> = None;
    catalog.each_closed_day(|day| {
        verified.days += 1;
        if let Some(what) = fault(catalog, &day, (last.as_ref(), &raw_since))? {
            verified.broken = Some(Broken { date: day.date, what });
            return Ok(false);
        }
        last = Some(day);
        Ok(true)
    })?;
    Ok(verified)
}

fn fault(
    catalog: &Catalog,
    day: &LedgerDay,
    (last, raw_since): (Option<&LedgerDay>, &str),
) -> Result<Option<LedgerFault>, CatalogError> {
    #[derive(serde::Deserialize)]
    struct Said {
        date: String,
        rows: Vec<DayRow>,
    }
    let previous = last.map_or(FIRST_PREVIOUS, |last| &last.hash);
    if day.previous != previous || day.hash != hash_of(&day.previous, &day.said) {
        return Ok(Some(LedgerFault::Hash));
    }
    let Ok(said) = serde_json::from_str::<Said>(&day.said) else { return Ok(Some(LedgerFault::Hash)) };
    let follows = |last: &LedgerDay| {
        let next = last.date.parse::<Date>().ok().map(|date| date.saturating_add(1.day()).to_string());
        next.as_deref() == Some(day.date.as_str())
    };
    if said.date != day.date || !last.is_none_or(follows) {
        return Ok(Some(LedgerFault::Order));
    }
    if catalog.play_days(&day.date, &day.date)? != said.rows {
        return Ok(Some(LedgerFault::Rows));
    }
    if day.date.as_str() >= raw_since {
        let planned = said.rows.iter().map(|row| ((row.screen.clone(), row.sha256.clone()), row.planned));
        let again = fold(&day.date, plays_of(catalog, &day.date)?, &planned.collect());
        if again != said.rows {
            return Ok(Some(LedgerFault::Plays));
        }
    }
    Ok(None)
}
