//! What contents look and sound like.

use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::error::Result;
use super::index::{add_look, remove_look};
use super::occurrences::pack_terms;
use super::rows::path_of;
use super::{ACCEPTED, Catalog, is_published, term_version};
use crate::model::alignment::{TERMS_VERSION, Term};
use crate::model::fingerprint::{FINGERPRINT_VERSION, Fingerprint};

/// An accepted work that is not in the index yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unindexed {
    pub work: String,
    pub source: PathBuf,
    pub sha256: String,
}

impl Catalog {
    /// Stores a content's fingerprint and the words under which it is found while an accepted work has it.
    pub fn put_fingerprint(&mut self, sha256: &str, fingerprint: &Fingerprint, words: &[Term]) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        put_fingerprint(&transaction, sha256, (fingerprint, words))?;
        Ok(transaction.commit()?)
    }

    /// Returns a content's fingerprint, if there is one of the version in use.
    pub fn fingerprint(&self, sha256: &str) -> Result<Option<Fingerprint>> {
        let sql = "select fingerprint from looks where sha256 = ?1 and version = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let bytes: Option<Vec<u8>> =
            statement.query_row(params![sha256, FINGERPRINT_VERSION], |row| row.get(0)).optional()?;
        Ok(bytes.and_then(|bytes| Fingerprint::from_bytes(&bytes)))
    }

    /// Returns content and fingerprint of a number from the index, if they are of the version in use.
    pub fn look(&self, number: u32) -> Result<Option<(String, Fingerprint)>> {
        let sql = "select sha256, fingerprint from looks where number = ?1 and version = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?));
        let found = statement.query_row(params![number, FINGERPRINT_VERSION], row).optional()?;
        Ok(found.and_then(|(sha256, bytes)| Some((sha256, Fingerprint::from_bytes(&bytes)?))))
    }

    /// Returns accepted works without a fingerprint and words of the versions in use: older ones, and those of a lost
    /// catalogue.
    pub fn unlisted(&self) -> Result<Vec<Unindexed>> {
        let sql = format!(
            "select id, source, works.sha256 from works left join looks \
             on looks.sha256 = works.sha256 and looks.version = ?1 and listed = 1 \
             where {ACCEPTED} and works.sha256 is not null and number is null order by updated_at, id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([FINGERPRINT_VERSION], |row| {
            Ok(Unindexed { work: row.get(0)?, source: path_of(row.get(1)?), sha256: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns how many contents are in the index.
    pub fn listed(&self) -> Result<u64> {
        let sql = "select count(*) from looks where listed = 1";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }
}

/// Stores a fingerprint and its words, which are of the version in use.
pub(super) fn put_fingerprint(
    connection: &Connection,
    sha256: &str,
    (fingerprint, words): (&Fingerprint, &[Term]),
) -> Result<()> {
    let (bytes, words) = (fingerprint.to_bytes(), pack_terms(words));
    let known = row_of(connection, sha256)?;
    if let Some(known) = &known
        && known.words == words
        && known.words_version == TERMS_VERSION
        && connection
            .prepare_cached("select version = ?2 and fingerprint = ?3 from looks where number = ?1")?
            .query_row(params![known.number, fingerprint.version, bytes], |row| row.get(0))?
    {
        return sync_index(connection, sha256);
    }
    if let Some(known) = known.as_ref().filter(|known| known.listed) {
        remove_look(connection, known.number, &known.words)?;
    }
    let sql = "insert into looks (sha256, version, words, listed, fingerprint, words_version) \
               values (?1, ?2, ?3, 0, ?4, ?5) on conflict (sha256) do update set version = ?2, words = ?3, \
               listed = 0, fingerprint = ?4, words_version = ?5";
    let values = params![sha256, fingerprint.version, words, bytes, TERMS_VERSION];
    connection.prepare_cached(sql)?.execute(values)?;
    sync_index(connection, sha256)
}

/// Adds a content to the index if the library publishes it, and else removes it. Nothing is added while the index or the
/// content's words are of an older version: that is done when all words are made again.
pub(super) fn sync_index(connection: &Connection, sha256: &str) -> Result<()> {
    let Some(look) = row_of(connection, sha256)? else { return Ok(()) };
    let sql = format!("select {} from looks where number = ?1", is_published());
    let wanted: bool = connection.prepare_cached(&sql)?.query_row([look.number], |row| row.get(0))?
        && look.words_version == TERMS_VERSION
        && term_version::is_current(connection)?;
    match (wanted, look.listed) {
        (true, false) => add_look(connection, look.number, &look.words)?,
        (false, true) => remove_look(connection, look.number, &look.words)?,
        _ => return Ok(()),
    }
    let sql = "update looks set listed = ?2 where number = ?1";
    connection.prepare_cached(sql)?.execute(params![look.number, wanted])?;
    Ok(())
}

struct FingerprintRow {
    number: u32,
    words: Vec<u8>,
    words_version: u32,
    listed: bool,
}

fn row_of(connection: &Connection, sha256: &str) -> Result<Option<FingerprintRow>> {
    let mut statement = connection
        .prepare_cached("select number, words, words_version, listed from looks where sha256 = ?1")?;
    let row = |row: &rusqlite::Row<'_>| {
        Ok(FingerprintRow {
            number: row.get(0)?,
            words: row.get(1)?,
            words_version: row.get(2)?,
            listed: row.get(3)?,
        })
    };
    Ok(statement.query_row([sha256], row).optional()?)
}

#[cfg(test)]
mod tests;
