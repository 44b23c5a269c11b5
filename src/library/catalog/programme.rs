//! Programmes and editions: what days were planned from, and what was given to screens.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};

use super::Catalog;
use super::error::Result;
use super::rows::{from_json, to_json};
use crate::model::inspection::FileStamp;
use crate::model::playout::SealedEdition;

/// An edition as it was given to a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEdition {
    pub id: String,
    pub screen: String,
    /// Ascending by screen, from 1.
    pub number: u64,
    pub made_ms: i64,
    pub good_until: i64,
    pub sealed: SealedEdition,
}

/// A file that was hashed, with its stamp then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenFile {
    /// Relative to the library.
    pub path: String,
    pub sha256: String,
    pub stamp: FileStamp,
    pub proven_ms: i64,
    /// SHA-256 of each chunk, 32 bytes each.
    pub sums: Vec<u8>,
}

/// What a file on a programme was, for the ledger: it outlives the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownFile {
    pub sha256: String,
    pub work: String,
    pub title: String,
    pub department: Option<String>,
    /// Names of who signed it, in the levels' order, separated by `、`.
    pub signed: String,
}

impl Catalog {
    /// Returns a number that rises with whatever may change what screens show.
    pub fn playout_changes(&self) -> Result<u64> {
        let number: i64 =
            self.connection.query_row("select number from playout_changes", [], |row| row.get(0))?;
        Ok(number.cast_unsigned())
    }

    /// Returns the number of the last order to screens, 0 without any.
    pub fn last_order(&self) -> Result<u64> {
        let sql = "select coalesce(max(serial), 0) from screen_orders";
        let serial: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(serial.cast_unsigned())
    }

    /// Returns the parts of a group's date, ascending: from when on (0: from the beginning), and the inputs' digest.
    pub fn programme_parts(&self, group: &str, date: &str) -> Result<Vec<(i64, String)>> {
        let sql = "select from_ms, inputs from programme_parts where grp = ?1 and date = ?2 order by from_ms";
        let mut statement = self.connection.prepare_cached(sql)?;
        let parts = statement.query_map([group, date], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(parts.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the inputs of a digest, as JSON.
    pub fn programme_inputs(&self, digest: &str) -> Result<Option<String>> {
        let sql = "select json from programme_inputs where digest = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([digest], |row| row.get(0)).optional()?)
    }

    /// Lets inputs govern a group's dates from the given times on; what was to follow on a date is forgotten.
    pub fn put_programme_parts(
        &self,
        group: &str,
        (digest, json): (&str, &str),
        from: &BTreeMap<String, i64>,
    ) -> Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        transaction
            .execute("insert into programme_inputs values (?1, ?2) on conflict do nothing", [digest, json])?;
        for (date, from) in from {
            transaction.execute(
                "delete from programme_parts where grp = ?1 and date = ?2 and from_ms >= ?3",
                params![group, date, from],
            )?;
            transaction.execute(
                "insert into programme_parts values (?1, ?2, ?3, ?4)",
                params![group, date, from, digest],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Forgets what days before `date` were planned from, and editions that ended before `ended_ms` but for each screen's last.
    pub fn forget_old_programmes(&self, date: &str, ended_ms: i64) -> Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        transaction.execute("delete from programme_parts where date < ?1", [date])?;
        transaction.execute(
            "delete from programme_inputs where digest not in (select inputs from programme_parts)",
            [],
        )?;
        transaction.execute(
            "delete from editions where good_until < ?1 and number < \
             (select max(number) from editions as others where others.screen = editions.screen)",
            [ended_ms],
        )?;
        Ok(transaction.commit()?)
    }

    /// Keeps a new edition of a screen, with what its files are; returns its number.
    pub fn put_edition(
        &self,
        screen: &str,
        (made_ms, good_until): (i64, i64),
        sealed: &SealedEdition,
        shown: &[ShownFile],
    ) -> Result<u64> {
        let transaction = self.connection.unchecked_transaction()?;
        let number: i64 = transaction.query_row(
            "select coalesce(max(number), 0) + 1 from editions where screen = ?1",
            [screen],
            |row| row.get(0),
        )?;
        transaction.execute(
            "insert into editions values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                sealed.id(),
                screen,
                number,
                made_ms,
                good_until,
                sealed.body,
                sealed.signature,
                sealed.key
            ],
        )?;
        for file in shown {
            transaction.execute(
                "insert into shown values (?1, ?2, ?3, ?4, ?5) on conflict (sha256) do update set \
                 work_id = excluded.work_id, title = excluded.title, department = excluded.department, \
                 signed = excluded.signed",
                params![file.sha256, file.work, file.title, file.department, file.signed],
            )?;
        }
        transaction.commit()?;
        Ok(number.cast_unsigned())
    }

    /// Returns the newest editions of a screen, newest first.
    pub fn editions_of(&self, screen: &str, most: u32) -> Result<Vec<StoredEdition>> {
        let sql = "select id, screen, number, made_ms, good_until, body, signature, key from editions \
                   where screen = ?1 order by number desc limit ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map(params![screen, most], edition_from)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    pub fn edition(&self, id: &str) -> Result<Option<StoredEdition>> {
        let sql = "select id, screen, number, made_ms, good_until, body, signature, key from editions where id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id], edition_from).optional()?)
    }

    /// Returns what is known of a file on a programme.
    pub fn shown(&self, sha256: &str) -> Result<Option<ShownFile>> {
        let sql = "select sha256, work_id, title, department, signed from shown where sha256 = ?1";
        let read = |row: &Row<'_>| {
            Ok(ShownFile {
                sha256: row.get(0)?,
                work: row.get(1)?,
                title: row.get(2)?,
                department: row.get(3)?,
                signed: row.get(4)?,
            })
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([sha256], read).optional()?)
    }

    /// Returns what is known of a file by its path, relative to the library.
    pub fn proven_file(&self, path: &str) -> Result<Option<ProvenFile>> {
        self.proven("path", path)
    }

    /// Returns a file with a content that was proven; of several, one.
    pub fn proven_content(&self, sha256: &str) -> Result<Option<ProvenFile>> {
        self.proven("sha256", sha256)
    }

    fn proven(&self, column: &str, value: &str) -> Result<Option<ProvenFile>> {
        let sql = format!(
            "select path, sha256, stamp, proven_ms, sums from proven_files where {column} = ?1 \
             order by proven_ms desc limit 1"
        );
        let read = |row: &Row<'_>| {
            let stamp: String = row.get(2)?;
            Ok((row.get(0)?, row.get(1)?, stamp, row.get(3)?, row.get(4)?))
        };
        let found: Option<(String, String, String, i64, Vec<u8>)> =
            self.connection.prepare_cached(&sql)?.query_row([value], read).optional()?;
        found
            .map(|(path, sha256, stamp, proven_ms, sums)| {
                Ok(ProvenFile { path, sha256, stamp: from_json(&stamp)?, proven_ms, sums })
            })
            .transpose()
    }

    pub fn put_proven_file(&self, file: &ProvenFile) -> Result<()> {
        let stamp = to_json(&file.stamp)?;
        self.connection
            .prepare_cached("insert or replace into proven_files values (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                file.path,
                file.sha256,
                file.stamp.bytes.cast_signed(),
                stamp,
                file.proven_ms,
                file.sums
            ])?;
        Ok(())
    }

    pub fn forget_proven_file(&self, path: &str) -> Result<()> {
        self.connection.prepare_cached("delete from proven_files where path = ?1")?.execute([path])?;
        Ok(())
    }
}

fn edition_from(row: &Row<'_>) -> rusqlite::Result<StoredEdition> {
    let number: i64 = row.get(2)?;
    Ok(StoredEdition {
        id: row.get(0)?,
        screen: row.get(1)?,
        number: number.cast_unsigned(),
        made_ms: row.get(3)?,
        good_until: row.get(4)?,
        sealed: SealedEdition { body: row.get(5)?, signature: row.get(6)?, key: row.get(7)? },
    })
}
