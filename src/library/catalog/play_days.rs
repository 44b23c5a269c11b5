//! Days that are over: what their plays were folded into, and the chain over those that are closed.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::Catalog;
use super::error::Result;
use crate::model::playout::{DayRow, LedgerDay};

impl Catalog {
    /// Keeps what a day was folded into, in the place of what it was folded into before. A closed day stays as it is.
    pub fn put_play_day(&self, date: &str, rows: &[DayRow]) -> Result<()> {
        self.at_once(|transaction| {
            let sql = "select exists (select 1 from ledger_days where date = ?1)";
            match transaction.query_row(sql, [date], |row| row.get(0))? {
                true => Ok(()),
                false => replace(transaction, date, rows),
            }
        })
    }

    /// Returns the rows of a period, both dates inclusive, by date, screen and file.
    pub fn play_days(&self, from: &str, to: &str) -> Result<Vec<DayRow>> {
        let sql = "select date, screen, sha256, planned, plays, whole, shown_ms, first_ms, last_ms from play_days \
                   where date >= ?1 and date <= ?2 order by date, screen, sha256";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map([from, to], day_from)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the dates of a period that have rows.
    pub fn folded_dates(&self, from: &str, to: &str) -> Result<Vec<String>> {
        let sql = "select distinct date from play_days where date >= ?1 and date <= ?2 order by date";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map([from, to], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the first date on which anything was played.
    pub fn first_play_date(&self) -> Result<Option<String>> {
        let sql = "select min(date) from (select min(date) as date from plays union all select min(date) from play_days)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Returns true if plays of a date are kept one by one.
    pub fn has_plays_of(&self, date: &str) -> Result<bool> {
        let sql = "select exists (select 1 from plays where date = ?1)";
        Ok(self.connection.query_row(sql, [date], |row| row.get(0))?)
    }

    /// Closes a day with its rows: `close` makes the link of the chain after the hash of the one before it. False where a day
    /// that is not before it is closed already.
    pub fn close_day(
        &self,
        (date, rows): (&str, &[DayRow]),
        close: impl FnOnce(&str) -> LedgerDay,
        first: &str,
    ) -> Result<bool> {
        self.at_once(|transaction| {
            let sql = "select date, hash from ledger_days order by date desc limit 1";
            let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
            let last = transaction.query_row(sql, [], row).optional()?;
            if last.as_ref().is_some_and(|(closed, _)| closed.as_str() >= date) {
                return Ok(false);
            }
            replace(transaction, date, rows)?;
            let day = close(last.as_ref().map_or(first, |(_, hash)| hash));
            let sql = "insert into ledger_days (date, said, previous, hash) values (?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![day.date, day.said, day.previous, day.hash])?;
            Ok(true)
        })
    }

    /// Returns the last closed date.
    pub fn last_closed_date(&self) -> Result<Option<String>> {
        Ok(self.connection.query_row("select max(date) from ledger_days", [], |row| row.get(0))?)
    }

    /// Calls `take` with every closed day, oldest first, until it returns false.
    pub fn each_closed_day(&self, mut take: impl FnMut(LedgerDay) -> Result<bool>) -> Result<()> {
        let sql = "select date, said, previous, hash from ledger_days order by date";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let day =
                LedgerDay { date: row.get(0)?, said: row.get(1)?, previous: row.get(2)?, hash: row.get(3)? };
            if !take(day)? {
                break;
            }
        }
        Ok(())
    }
}

fn replace(transaction: &Transaction<'_>, date: &str, rows: &[DayRow]) -> Result<()> {
    transaction.execute("delete from play_days where date = ?1", [date])?;
    let sql = "insert into play_days (date, screen, sha256, planned, plays, whole, shown_ms, first_ms, last_ms) \
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut statement = transaction.prepare_cached(sql)?;
    for row in rows {
        statement.execute(params![
            date,
            row.screen,
            row.sha256,
            row.planned,
            row.plays,
            row.whole,
            row.shown_ms.min(i64::MAX as u64).cast_signed(),
            row.first_ms,
            row.last_ms
        ])?;
    }
    Ok(())
}

fn day_from(row: &Row<'_>) -> rusqlite::Result<DayRow> {
    Ok(DayRow {
        date: row.get(0)?,
        screen: row.get(1)?,
        sha256: row.get(2)?,
        planned: row.get(3)?,
        plays: row.get(4)?,
        whole: row.get(5)?,
        shown_ms: row.get::<_, i64>(6)?.cast_unsigned(),
        first_ms: row.get(7)?,
        last_ms: row.get(8)?,
    })
}
