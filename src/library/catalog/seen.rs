//! When contents were first seen, and what changes for works when a person says which came first.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::Catalog;
use super::error::Result;
use super::removals::Replacement;
use super::rows::{bytes_of, to_json};
use crate::model::language::AnyPath;
use crate::model::scan_number::ScanNumber;

/// A content that a run or the service sees now.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    pub sha256: &'a str,
    /// The department's folder that it is in.
    pub folder: Option<&'a str>,
    pub source: &'a Path,
    pub glance: ScanNumber,
    /// When the file was first seen, RFC 3339, if that was before it is recorded.
    pub seen_at: Option<&'a str>,
}

/// When a content was first seen in a department's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstSight {
    pub scan: ScanNumber,
    /// RFC 3339.
    pub at: String,
}

impl Catalog {
    /// Returns the number of a scan that begins now.
    pub fn next_scan_number(&self) -> Result<ScanNumber> {
        next_scan_number(&self.connection)
    }

    /// Returns the scan in which a content was first seen in a folder.
    pub fn first_seen(&self, sha256: &str, folder: Option<&str>) -> Result<Option<ScanNumber>> {
        first_seen(&self.connection, sha256, folder)
    }

    /// Returns when a content was first seen in a folder.
    pub fn first_sight(&self, sha256: &str, folder: Option<&str>) -> Result<Option<FirstSight>> {
        let sql = "select glance, at from first_seen where sha256 = ?1 and folder = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let sight = statement.query_row(params![sha256, folder.unwrap_or_default()], |row| {
            Ok(FirstSight { scan: ScanNumber::new(row.get(0)?), at: row.get(1)? })
        });
        Ok(sight.optional()?)
    }

    /// Records what is seen for the first time, and returns for each when that was; [`ScanNumber::NOW`] is given the next number.
    pub fn record_sightings(&mut self, sights: &[Sighting<'_>], at: &str) -> Result<Vec<ScanNumber>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = next_scan_number(&transaction)?;
        let mut first = Vec::with_capacity(sights.len());
        for sight in sights {
            let glance = if sight.glance == ScanNumber::NOW { now } else { sight.glance };
            let known = first_seen(&transaction, sight.sha256, sight.folder)?;
            if known.is_none() {
                let sql =
                    "insert into first_seen (sha256, folder, glance, source, at) values (?1, ?2, ?3, ?4, ?5)";
                let folder = sight.folder.unwrap_or_default();
                let at = sight.seen_at.unwrap_or(at);
                let values = params![sight.sha256, folder, glance.number(), bytes_of(sight.source), at];
                transaction.prepare_cached(sql)?.execute(values)?;
            }
            first.push(known.unwrap_or(glance));
        }
        transaction.commit()?;
        Ok(first)
    }

    /// Makes the next run or scan decide a work again, though nothing about its file changed.
    pub fn request_decision(&self, id: &str) -> Result<()> {
        self.connection.execute("update works set decided_with = '' where id = ?1", [id])?;
        Ok(())
    }

    /// Gives a work the source of a refused work of which nothing is published: the refused work's entry is deleted, and its
    /// files are left to be removed.
    pub fn take_place(&mut self, id: &str, source: &Path) -> Result<()> {
        let Some(row) = self.work_by_id(id)? else { return Ok(()) };
        let held = self.read_entry(source)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let refused = "source = ?1 and id <> ?2 and not exists \
                       (select 1 from renditions where renditions.work_id = works.id)";
        let values = params![bytes_of(source), id];
        let gone = transaction.execute(&format!("delete from works where {refused}"), values)?;
        if let Some((before, files)) = held.filter(|_| gone > 0) {
            let decision =
                Replacement { before: &before.manifest, after: &row.manifest, at: &row.updated_at };
            decision.record(&transaction, &files.iter().collect::<Vec<_>>())?;
        }
        let values = params![id, bytes_of(source), to_json(&AnyPath::from(source))?];
        let sql = "update works set source = ?2, manifest_json = json_set(manifest_json, '$.source.path', json(?3)) \
                   where id = ?1";
        transaction.execute(sql, values)?;
        Ok(transaction.commit()?)
    }
}

fn next_scan_number(connection: &Connection) -> Result<ScanNumber> {
    let sql = "select coalesce(max(glance), 0) from first_seen";
    let last: u32 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(ScanNumber::new(last).plus(1))
}

fn first_seen(connection: &Connection, sha256: &str, folder: Option<&str>) -> Result<Option<ScanNumber>> {
    let sql = "select glance from first_seen where sha256 = ?1 and folder = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let number = statement.query_row(params![sha256, folder.unwrap_or_default()], |row| row.get(0));
    Ok(number.optional()?.map(ScanNumber::new))
}
