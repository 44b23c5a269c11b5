//! The append-only chain of what people did to works after they were made: each record holds the hash of the one before.

use rusqlite::{OptionalExtension, Params, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{CatalogError, Result};
use super::rows::{WorkRow, from_json, to_json};
use super::{Catalog, postings, standings};
use crate::model::review::{Action, NewRecord, Record};
use crate::text::hex;

/// The hash before the first record.
pub const FIRST_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a stored record says: its number is part of what is hashed.
#[derive(Serialize, Deserialize)]
struct Said<'a> {
    seq: u64,
    #[serde(flatten)]
    said: std::borrow::Cow<'a, NewRecord>,
}

/// A record as it is stored, for whoever checks the chain or keeps a copy of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRecord {
    pub seq: u64,
    /// JSON, byte for byte what is hashed.
    pub said: String,
    pub previous: String,
    pub hash: String,
}

impl StoredRecord {
    /// Returns the record, if its JSON can be read.
    pub fn read(&self) -> Result<Record> {
        let Said { seq, said } = from_json(&self.said)?;
        let (previous, hash) = (self.previous.clone(), self.hash.clone());
        Ok(Record { seq, said: said.into_owned(), previous, hash })
    }

    /// Returns true if its hash is that of its content, and its content has its number.
    pub fn is_sound(&self) -> bool {
        self.hash == hash_of(&self.previous, &self.said) && self.read().is_ok_and(|it| it.seq == self.seq)
    }
}

/// A transaction in which records are appended: all that it appends is stored, or nothing.
#[derive(Debug)]
pub struct Journal<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    catalog: &'a Catalog,
}

impl Catalog {
    /// Runs `write` while no other program can write: what it reads is what its records follow from. All records that it
    /// appends are stored if it succeeds, none if it fails.
    pub fn with_journal<T, E: From<CatalogError>>(
        &self,
        write: impl FnOnce(&Journal<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let transaction = begun.map_err(CatalogError::from)?;
        let written = write(&Journal { transaction: &transaction, catalog: self })?;
        transaction.commit().map_err(CatalogError::from)?;
        Ok(written)
    }

    /// Returns the records of a work, oldest first.
    pub fn records_of(&self, work: &str) -> Result<Vec<Record>> {
        self.records_where("work_id = ?1", params![work])
    }

    /// Returns the records of a period, oldest first. Both bounds are RFC 3339 in the college's offset, as records are
    /// written, so that they compare as text; the second is not included.
    pub fn records_between(&self, from: &str, until: &str) -> Result<Vec<Record>> {
        self.records_where("at >= ?1 and at < ?2", params![from, until])
    }

    /// Returns the records that follow the one with this number, oldest first, at most `most`.
    pub fn records_after(&self, seq: u64, most: u32) -> Result<Vec<Record>> {
        let end = seq.saturating_add(most.into());
        self.records_where("seq > ?1 and seq <= ?2", params![seq.cast_signed(), end.cast_signed()])
    }

    /// Returns the number and hash of the last record.
    pub fn last_record(&self) -> Result<Option<(u64, String)>> {
        let sql = "select seq, hash from records order by seq desc limit 1";
        let last = self.connection.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)));
        Ok(last.optional()?.map(|(seq, hash)| (seq.cast_unsigned(), hash)))
    }

    /// Returns a record as it is stored.
    pub fn stored_record(&self, seq: u64) -> Result<Option<StoredRecord>> {
        let sql = "select seq, said, previous, hash from records where seq = ?1";
        Ok(self.connection.query_row(sql, [seq.cast_signed()], stored_from).optional()?)
    }

    /// Calls `take` with every record after `seq` as it is stored, in their order, until it returns false.
    pub fn each_stored_record(&self, seq: u64, mut take: impl FnMut(StoredRecord) -> bool) -> Result<()> {
        let sql = "select seq, said, previous, hash from records where seq > ?1 order by seq";
        let mut statement = self.connection.prepare(sql)?;
        for stored in statement.query_map([seq.cast_signed()], stored_from)? {
            if !take(stored?) {
                break;
            }
        }
        Ok(())
    }

    /// Inserts those of `records` that continue the chain, which an older copy of the catalogue lacks. Returns how many.
    pub fn continue_chain(&self, records: &[StoredRecord]) -> Result<usize> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let mut last = self.last_record()?.unwrap_or((0, FIRST_PREVIOUS.to_owned()));
        let mut taken = 0;
        for record in records {
            if record.seq == last.0 + 1 && record.previous == last.1 && record.is_sound() {
                insert(&transaction, record, &record.read()?.said)?;
                last = (record.seq, record.hash.clone());
                taken += 1;
            }
        }
        transaction.commit()?;
        Ok(taken)
    }

    fn records_where(&self, condition: &str, values: impl Params) -> Result<Vec<Record>> {
        let sql = format!("select seq, said, previous, hash from records where {condition} order by seq");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let stored = statement.query_map(values, stored_from)?;
        stored.map(|stored| stored.map_err(CatalogError::from)?.read()).collect()
    }
}

impl Journal<'_> {
    pub fn work(&self, id: &str) -> Result<Option<WorkRow>> {
        self.catalog.work_by_id(id)
    }

    /// Returns what can be asked of the catalogue, as it is within the transaction.
    pub fn catalog(&self) -> &Catalog {
        self.catalog
    }

    /// Appends a record, and lets the work's standing be computed again.
    pub fn append(&self, said: NewRecord) -> Result<Record> {
        let last = self.catalog.last_record()?;
        let (seq, previous) = match last {
            Some((seq, hash)) => (seq + 1, hash),
            None => (1, FIRST_PREVIOUS.to_owned()),
        };
        let text = to_json(&Said { seq, said: std::borrow::Cow::Borrowed(&said) })?;
        let hash = hash_of(&previous, &text);
        let stored = StoredRecord { seq, said: text, previous, hash };
        insert(self.transaction, &stored, &said)?;
        let StoredRecord { previous, hash, .. } = stored;
        Ok(Record { seq, said, previous, hash })
    }
}

/// Inserts a record that continues the chain.
pub(super) fn insert(transaction: &Transaction<'_>, stored: &StoredRecord, said: &NewRecord) -> Result<()> {
    let sql = "insert into records (seq, work_id, kind, at, said, previous, hash) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let values = params![
        stored.seq.cast_signed(),
        said.work,
        said.action.kind(),
        said.at,
        stored.said,
        stored.previous,
        stored.hash
    ];
    transaction.prepare_cached(sql)?.execute(values)?;
    if let Action::Receipt(receipt) = &said.action {
        postings::note_receipt(transaction, &said.work, (stored.seq, receipt))?;
    }
    standings::forget(transaction, &said.work)
}

fn stored_from(row: &Row<'_>) -> rusqlite::Result<StoredRecord> {
    Ok(StoredRecord {
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        said: row.get(1)?,
        previous: row.get(2)?,
        hash: row.get(3)?,
    })
}

fn hash_of(previous: &str, said: &str) -> String {
    let mut sha256 = Sha256::new();
    sha256.update(previous);
    sha256.update("\n");
    sha256.update(said);
    hex(&sha256.finalize())
}
