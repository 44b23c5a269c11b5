//! What screens played: each play once, durably before it is acknowledged.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::Catalog;
use super::error::Result;
use super::rows::from_json;
use crate::model::playout::{Outcome, Play, PlayRefusal, PlayRow, RefusedRow};

/// What a batch brings: plays to keep, and plays to keep aside.
#[derive(Clone, Debug, Default)]
pub struct TakenPlays {
    pub kept: Vec<PlayRow>,
    pub refused: Vec<RefusedRow>,
}

/// Whose batch it is, and until when days are closed.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub screen: &'a str,
    pub boot: &'a str,
    pub received: i64,
    /// ISO date of the day it is received on: days before it are folded.
    pub today: &'a str,
}

/// After so long a number that is missing while later ones are sent again will not come.
const STUCK_MS: i64 = 10 * 60_000;

/// A day after the play that follows a missing one was received, the missing one is lost.
const LOST_MS: i64 = 24 * 3_600_000;

impl Catalog {
    /// Keeps plays, each once: one that is known already stays as it was. Returns up to which number all plays of this boot
    /// are kept. Durable when it returns.
    pub fn take_plays(&self, batch: Batch<'_>, taken: &TakenPlays) -> Result<u64> {
        self.at_once(|transaction| {
            let closed = last_closed(transaction)?;
            for row in &taken.kept {
                match closed.as_deref().is_some_and(|closed| row.date.as_str() <= closed) {
                    true => refuse(transaction, batch, &late(row)?)?,
                    false => keep(transaction, batch, row)?,
                }
            }
            for row in &taken.refused {
                refuse(transaction, batch, row)?;
            }
            let upto = contiguous(transaction, batch.screen, batch.boot)?;
            let first = taken
                .kept
                .iter()
                .map(|row| row.play.seq)
                .chain(taken.refused.iter().map(|row| row.seq))
                .min();
            match first {
                Some(first) if first > upto + 1 && is_stuck(transaction, batch, first)? => {
                    fill(transaction, batch, (upto + 1, first))?;
                    contiguous(transaction, batch.screen, batch.boot)
                }
                _ => Ok(upto),
            }
        })
    }

    /// Returns a play.
    pub fn play(&self, screen: &str, boot: &str, seq: u64) -> Result<Option<PlayRow>> {
        let sql = format!("{SELECT} where screen = ?1 and boot = ?2 and seq = ?3");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row(params![screen, boot, seq.cast_signed()], |row| Ok(play_from(row)));
        found.optional()?.transpose()
    }

    /// Calls `take` with every play of a date, by screen and file.
    pub fn each_play_of(&self, date: &str, mut take: impl FnMut(PlayRow)) -> Result<()> {
        let sql = format!("{SELECT} where date = ?1 order by date, screen, sha256");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([date])?;
        while let Some(row) = rows.next()? {
            take(play_from(row)?);
        }
        Ok(())
    }

    /// Returns how many plays are kept aside, by reason.
    pub fn refused_plays(&self) -> Result<Vec<(String, u64)>> {
        let sql = "select reason, count(*) from refused_plays group by reason order by reason";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()));
        Ok(statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Gives every number that will not come a row that says so: a later boot has sent plays, or a day has passed. Returns how
    /// many.
    pub fn note_lost_plays(&self, now: i64, today: &str) -> Result<u64> {
        self.at_once(|transaction| {
            let mut lost = 0;
            for (screen, boot) in boots(transaction, now)? {
                let batch = Batch { screen: &screen, boot: &boot, received: now, today };
                for gap in gaps(transaction, batch)? {
                    lost += gap.1 - gap.0;
                    fill(transaction, batch, gap)?;
                }
            }
            Ok(lost)
        })
    }

    /// Removes plays before a date, except of boots that still play: what is left of a boot says up to where it has come.
    pub fn drop_plays_before(&self, date: &str) -> Result<usize> {
        let sql = "delete from plays where date < ?1 and not exists \
                   (select 1 from plays as later where later.screen = plays.screen and later.boot = plays.boot and later.date >= ?1)";
        Ok(self.connection.execute(sql, [date])?)
    }
}

const SELECT: &str = "select screen, boot, seq, edition, slot_at, sha256, started_at, shown_ms, wanted_ms, frames, gap_ms, \
                      outcome, clock, received, date from plays";

fn play_from(row: &Row<'_>) -> Result<PlayRow> {
    let number = |at: usize| row.get::<_, i64>(at).map(i64::cast_unsigned);
    let outcome = match row.get_ref(11)?.as_str().unwrap_or_default() {
        "whole" => Outcome::Whole,
        "cut" => Outcome::Cut,
        "failed" => Outcome::Failed,
        "interrupted" => Outcome::Interrupted,
        other => from_json(&format!("\"{other}\""))?,
    };
    Ok(PlayRow {
        screen: row.get(0)?,
        boot: row.get(1)?,
        play: Play {
            seq: number(2)?,
            edition: row.get(3)?,
            slot_at: row.get(4)?,
            sha256: row.get(5)?,
            started_at: row.get(6)?,
            shown_ms: number(7)?,
            wanted_ms: number(8)?,
            frames: number(9)?,
            gap_ms: number(10)?,
            outcome,
            clock: row.get(12)?,
        },
        received: row.get(13)?,
        date: row.get(14)?,
    })
}

/// Inserts a play, or puts it into the place of the row that says it was lost. A day that was folded is folded again.
fn keep(transaction: &Transaction<'_>, batch: Batch<'_>, row: &PlayRow) -> Result<()> {
    let sql = "insert into plays (screen, boot, seq, edition, slot_at, sha256, started_at, shown_ms, wanted_ms, frames, gap_ms, \
               outcome, clock, received, date) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
               on conflict do update set edition = excluded.edition, slot_at = excluded.slot_at, sha256 = excluded.sha256, \
               started_at = excluded.started_at, shown_ms = excluded.shown_ms, wanted_ms = excluded.wanted_ms, \
               frames = excluded.frames, gap_ms = excluded.gap_ms, outcome = excluded.outcome, clock = excluded.clock, \
               received = excluded.received, date = excluded.date \
               where plays.outcome = 'unknown' and excluded.outcome <> 'unknown'";
    let play = &row.play;
    let signed = |number: u64| number.min(i64::MAX as u64).cast_signed();
    let before = dates_of(transaction, row)?;
    let values = params![
        row.screen,
        row.boot,
        signed(play.seq),
        play.edition,
        play.slot_at,
        play.sha256,
        play.started_at,
        signed(play.shown_ms),
        signed(play.wanted_ms),
        signed(play.frames),
        signed(play.gap_ms),
        play.outcome.as_str(),
        play.clock,
        row.received,
        row.date
    ];
    if transaction.prepare_cached(sql)?.execute(values)? > 0 {
        for date in before.iter().chain([&row.date]).filter(|date| date.as_str() < batch.today) {
            transaction.prepare_cached("delete from play_days where date = ?1")?.execute([date])?;
        }
    }
    Ok(())
}

/// Returns the date under which the row that a play replaces is counted.
fn dates_of(transaction: &Transaction<'_>, row: &PlayRow) -> Result<Option<String>> {
    let sql = "select date from plays where screen = ?1 and boot = ?2 and seq = ?3";
    let values = params![row.screen, row.boot, row.play.seq.cast_signed()];
    Ok(transaction.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?)
}

fn refuse(transaction: &Transaction<'_>, batch: Batch<'_>, row: &RefusedRow) -> Result<()> {
    let sql = "insert into refused_plays (screen, boot, seq, said, reason, received) \
               select ?1, ?2, ?3, ?4, ?5, ?6 where not exists (select 1 from plays where screen = ?1 and boot = ?2 and seq = ?3) \
               on conflict do nothing";
    let seq = row.seq.min(i64::MAX as u64).cast_signed();
    let values = params![batch.screen, batch.boot, seq, row.said, row.reason.as_str(), batch.received];
    transaction.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn late(row: &PlayRow) -> Result<RefusedRow> {
    let said = super::rows::to_json(&row.play)?;
    Ok(RefusedRow { seq: row.play.seq, said, reason: PlayRefusal::Late })
}

fn last_closed(transaction: &Transaction<'_>) -> Result<Option<String>> {
    Ok(transaction.prepare_cached("select max(date) from ledger_days")?.query_row([], |row| row.get(0))?)
}

/// Returns up to which number all plays of a boot are there. Where the first of a long boot were removed, it begins after them.
fn contiguous(transaction: &Transaction<'_>, screen: &str, boot: &str) -> Result<u64> {
    // The first number that is there and whose successor is not.
    let sql = "with had as (select seq from plays where screen = ?1 and boot = ?2 \
               union all select seq from refused_plays where screen = ?1 and boot = ?2) \
               select case when exists (select 1 from had where seq = 1) then \
               (select min(seq) from had where not exists (select 1 from plays where screen = ?1 and boot = ?2 and seq = had.seq + 1) \
               and not exists (select 1 from refused_plays where screen = ?1 and boot = ?2 and seq = had.seq + 1)) else 0 end";
    let upto: i64 = transaction.prepare_cached(sql)?.query_row([screen, boot], |row| row.get(0))?;
    Ok(upto.cast_unsigned())
}

/// Returns true if the first play of a batch was received long ago already, and is sent again for want of those before it.
fn is_stuck(transaction: &Transaction<'_>, batch: Batch<'_>, first: u64) -> Result<bool> {
    let sql = "select received from plays where screen = ?1 and boot = ?2 and seq = ?3 \
               union all select received from refused_plays where screen = ?1 and boot = ?2 and seq = ?3";
    let values = params![batch.screen, batch.boot, first.cast_signed()];
    let received: Option<i64> =
        transaction.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(received.is_some_and(|received| batch.received - received >= STUCK_MS))
}

/// Most numbers that are told as lost at once: more are no loss, but a screen that counts wrongly.
const MOST_LOST: u64 = 50_000;

/// Fills the numbers from the first to before the second with rows that say they are lost, at the time of the second.
fn fill(transaction: &Transaction<'_>, batch: Batch<'_>, (from, to): (u64, u64)) -> Result<()> {
    if to - from > MOST_LOST {
        return Ok(());
    }
    let sql = "select started_at, date, clock from plays where screen = ?1 and boot = ?2 and seq = ?3";
    let values = params![batch.screen, batch.boot, to.cast_signed()];
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
    let next = transaction.prepare_cached(sql)?.query_row(values, row).optional()?;
    let closed = last_closed(transaction)?;
    let (started_at, date, clock) = next
        .filter(|(_, date, _)| closed.as_ref().is_none_or(|closed| date > closed))
        .unwrap_or_else(|| (batch.received, batch.today.to_owned(), "unknown".to_owned()));
    for seq in from..to {
        let play = Play {
            seq,
            edition: String::new(),
            slot_at: 0,
            sha256: String::new(),
            started_at,
            shown_ms: 0,
            wanted_ms: 0,
            frames: 0,
            gap_ms: 0,
            outcome: Outcome::Unknown,
            clock: clock.clone(),
        };
        let (screen, boot) = (batch.screen.to_owned(), batch.boot.to_owned());
        let row = PlayRow { screen, boot, play, received: batch.received, date: date.clone() };
        keep(transaction, batch, &row)?;
    }
    Ok(())
}

/// Returns the boots that have sent plays lately, and whose gaps may be final.
fn boots(transaction: &Transaction<'_>, now: i64) -> Result<Vec<(String, String)>> {
    let sql = "select screen, boot from plays group by screen, boot having max(received) > ?1";
    let mut statement = transaction.prepare_cached(sql)?;
    let rows = statement.query_map([now - 30 * LOST_MS], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns the gaps of a boot that will not be filled: from the first missing number to the next that is there.
fn gaps(transaction: &Transaction<'_>, batch: Batch<'_>) -> Result<Vec<(u64, u64)>> {
    let sql = "with had as (select seq, received from plays where screen = ?1 and boot = ?2 \
               union all select seq, received from refused_plays where screen = ?1 and boot = ?2), \
               steps as (select seq, received, lag(seq, 1, 0) over (order by seq) as before from had) \
               select before + 1, seq from steps where seq > before + 1 and (received < ?3 or received < ?4 and exists \
               (select 1 from plays as later where later.screen = ?1 and later.boot <> ?2 and later.received > steps.received))";
    let values = params![batch.screen, batch.boot, batch.received - LOST_MS, batch.received - STUCK_MS];
    let mut statement = transaction.prepare_cached(sql)?;
    let row =
        |row: &Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned()));
    Ok(statement.query_map(values, row)?.collect::<rusqlite::Result<_>>()?)
}
