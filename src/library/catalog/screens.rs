//! Orders to screens, and what screens said of themselves.

use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::Serialize;

use super::Catalog;
use super::error::{CatalogError, Result};
use super::rows::{from_json, to_json};
use crate::model::playout::{Beat, Fault, FaultKind, Order, OrderKind};

/// Milliseconds for which the same fault of a screen is counted, not listed again.
const SAME_FAULT_MS: i64 = 3_600_000;

/// The last word of a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct BeatRow {
    pub screen: String,
    /// When it was heard, by the server's clock, milliseconds since 1970.
    pub at: i64,
    pub beat: Beat,
    /// When its picture last moved as it should.
    pub moved: i64,
}

/// A fault, as often as it was told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultRow {
    pub screen: String,
    pub at: i64,
    pub kind: FaultKind,
    pub sha256: String,
    pub detail: String,
    pub count: u32,
}

/// An edition that was given to a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionRow {
    pub id: String,
    pub number: u64,
    pub good_until: i64,
}

/// A stick that left the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StickOut {
    pub number: u64,
    pub screen: String,
    pub made_ms: i64,
    pub by: String,
}

impl Catalog {
    /// Returns a number that differs whenever another connection has written to the catalogue; costs next to nothing.
    pub fn written_version(&self) -> Result<i64> {
        Ok(self.connection.query_row("pragma data_version", [], |row| row.get(0))?)
    }

    /// Gives an order to a screen, or to all; returns its number.
    pub fn give_order(
        &self,
        kind: OrderKind,
        screen: Option<&str>,
        (at, by): (i64, &str),
        said: &impl Serialize,
    ) -> Result<u64> {
        let sql = "insert into screen_orders (serial, kind, screen, at, by, said) \
                   values ((select coalesce(max(serial), 0) + 1 from screen_orders), ?1, ?2, ?3, ?4, ?5) returning serial";
        let values = params![kind.as_str(), screen, at, by, to_json(said)?];
        let serial: i64 = self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
        Ok(serial.cast_unsigned())
    }

    /// Returns the orders after a number, oldest first.
    pub fn orders_after(&self, serial: u64) -> Result<Vec<Order>> {
        let sql =
            "select serial, kind, screen, at, by, said from screen_orders where serial > ?1 order by serial";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([serial.cast_signed()], |row| Ok(order_from(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Returns the number of the order that came of a record of review.
    pub fn order_of_record(&self, record: u64) -> Result<Option<u64>> {
        let sql = "select serial from screen_orders where record = ?1";
        let serial: Option<i64> =
            self.connection.query_row(sql, [record.cast_signed()], |row| row.get(0)).optional()?;
        Ok(serial.map(i64::cast_unsigned))
    }

    /// Keeps what screens said last.
    pub fn put_beats(&mut self, beats: &[BeatRow]) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let sql = "insert or replace into screen_beats (screen, at, beat, edition, applied, moved) \
                       values (?1, ?2, ?3, ?4, ?5, ?6)";
            let mut statement = transaction.prepare_cached(sql)?;
            for BeatRow { screen, at, beat, moved } in beats {
                let applied = beat.applied.min(i64::MAX as u64).cast_signed();
                statement.execute(params![screen, at, to_json(beat)?, beat.edition, applied, moved])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Returns the last word of every screen.
    pub fn beats(&self) -> Result<Vec<BeatRow>> {
        let sql = "select screen, at, beat, moved from screen_beats order by screen";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?)))?;
        rows.map(|row| {
            let (screen, at, beat, moved) = row?;
            Ok(BeatRow { screen, at, beat: from_json(&beat)?, moved })
        })
        .collect()
    }

    /// Returns for each screen up to which order it has come, and when it was heard.
    pub fn applied(&self) -> Result<Vec<(String, u64, i64)>> {
        let sql = "select screen, applied, at from screen_beats order by screen";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned(), row.get(2)?));
        Ok(statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Forgets what a screen said of itself.
    pub fn drop_beat(&self, screen: &str) -> Result<()> {
        self.connection.execute("delete from screen_beats where screen = ?1", [screen])?;
        Ok(())
    }

    /// Notes a fault of a screen; the same one within an hour is counted.
    pub fn note_fault(&self, screen: &str, at: i64, fault: &Fault) -> Result<()> {
        let kind = kind_name(fault.kind)?;
        let sql = "update screen_faults set count = count + 1, at = ?2, detail = ?5 where id = (select max(id) from screen_faults \
                   where screen = ?1 and kind = ?3 and sha256 = ?4) and at > ?6";
        let since = at - SAME_FAULT_MS;
        let values = params![screen, at, kind, fault.sha256, fault.detail, since];
        if self.connection.prepare_cached(sql)?.execute(values)? == 0 {
            let sql =
                "insert into screen_faults (screen, at, kind, sha256, detail) values (?1, ?2, ?3, ?4, ?5)";
            let values = params![screen, at, kind, fault.sha256, fault.detail];
            self.connection.prepare_cached(sql)?.execute(values)?;
        }
        Ok(())
    }

    /// Returns the faults since a time, newest first.
    pub fn faults_since(&self, at: i64) -> Result<Vec<FaultRow>> {
        let sql = "select screen, at, kind, sha256, detail, count from screen_faults where at >= ?1 order by at desc, id desc";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([at], |row| Ok(fault_from(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Removes faults that are older than a time.
    pub fn drop_faults_before(&self, at: i64) -> Result<()> {
        self.connection.execute("delete from screen_faults where at < ?1", [at])?;
        Ok(())
    }

    /// Returns the newest editions of a screen, newest first, at most `most`.
    pub fn newest_editions(&self, screen: &str, most: u32) -> Result<Vec<EditionRow>> {
        let sql =
            "select id, number, good_until from editions where screen = ?1 order by number desc limit ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &Row<'_>| {
            Ok(EditionRow {
                id: row.get(0)?,
                number: row.get::<_, i64>(1)?.cast_unsigned(),
                good_until: row.get(2)?,
            })
        };
        Ok(statement.query_map(params![screen, most], row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the digests of all files that were ever on a programme.
    pub fn all_shown(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached("select sha256 from shown")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the sticks out there that hold one of these files, by number.
    pub fn sticks_with(&self, digests: &[String]) -> Result<Vec<StickOut>> {
        let sql = "select number, screen, made_ms, by from sticks where returned is null and exists \
                   (select 1 from json_each(sticks.files) as held where held.value in (select value from json_each(?1))) \
                   order by number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &Row<'_>| {
            Ok(StickOut {
                number: row.get::<_, i64>(0)?.cast_unsigned(),
                screen: row.get(1)?,
                made_ms: row.get(2)?,
                by: row.get(3)?,
            })
        };
        Ok(statement.query_map([to_json(&digests)?], row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Runs `write` in one transaction, which no other program interrupts.
    pub(super) fn at_once<T>(&self, write: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let written = write(&transaction)?;
        transaction.commit()?;
        Ok(written)
    }
}

fn order_from(row: &Row<'_>) -> Result<Order> {
    let kind: String = row.get(1)?;
    Ok(Order {
        serial: row.get::<_, i64>(0)?.cast_unsigned(),
        kind: OrderKind::from_name(&kind).ok_or(CatalogError::Unsound)?,
        screen: row.get(2)?,
        at: row.get(3)?,
        by: row.get(4)?,
        said: from_json(&row.get::<_, String>(5)?)?,
    })
}

fn fault_from(row: &Row<'_>) -> Result<FaultRow> {
    Ok(FaultRow {
        screen: row.get(0)?,
        at: row.get(1)?,
        kind: from_json(&format!("\"{}\"", row.get::<_, String>(2)?))?,
        sha256: row.get(3)?,
        detail: row.get(4)?,
        count: row.get(5)?,
    })
}

fn kind_name(kind: FaultKind) -> Result<String> {
    Ok(to_json(&kind)?.trim_matches('"').to_owned())
}
