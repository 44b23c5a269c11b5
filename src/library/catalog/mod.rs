//! The catalogue: what the library knows of every work. The only room that speaks SQL.
//!
//! A row is written after its files are published, so the catalogue never names a file that was not there.

mod attempts;
mod copy;
mod error;
mod fingerprints;
mod index;
mod index_rebuild;
mod migrate;
mod missing_sources;
mod occurrences;
mod opinions;
mod packages;
mod pairings;
mod people;
mod play_days;
mod plays;
mod postings;
mod programme;
mod record;
mod records;
mod recover;
mod removals;
mod rows;
mod samples;
mod screens;
mod seen;
mod standings;
mod sticks;
mod term_version;

pub use error::{CatalogError, Result};
pub use fingerprints::Unindexed;
pub use index::Found;
pub use occurrences::{Occurrence, QUARTER_MS};
pub use pairings::{Claimed, MOST_TRIES, NewPairing, Ticket, TokenRow};
pub use people::Erased;
pub use plays::{Batch, TakenPlays};
pub use postings::{DuePosting, ListedPosting, ReceiptOf};
pub use programme::{ProvenFile, ShownFile, StoredEdition};
pub use records::{FIRST_PREVIOUS, Journal, StoredRecord};
pub use recover::{RecoveredFingerprint, RecoveredWork, Standing, Takeover};
pub use removals::{Reason, Removal};
pub use rows::{FileKind, FileRow, RenditionRow, WorkRow};
pub use screens::{BeatRow, EditionRow, FaultRow, StickOut};
pub use seen::{FirstSight, Sighting};
pub use standings::ComputedStanding;
pub use sticks::Stick;

use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Params, TransactionBehavior, params};

use crate::model::alignment::Term;
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::Inspection;
use rows::{bytes_of, from_json, path_of, rendition_from, to_json, work_from};

/// A work that the library publishes as it was submitted last.
const ACCEPTED: &str = "verdict in ('accepted', 'accepted_with_warnings')";

/// The content that is published of a work beside a file that was refused; `works_by_published` is an index of it.
const PUBLISHED_BESIDE: &str = "json_extract(manifest_json, '$.published_from.sha256')";

/// The same by its streams; `works_by_published_packets` is an index of it.
const PUBLISHED_PACKETS_BESIDE: &str = "json_extract(manifest_json, '$.published_from.packets_sha256')";

/// The id of the work that one repeats; `works_by_original` is an index of it for those refused as duplicates.
const DUPLICATE_OF: &str = "json_extract(manifest_json, '$.duplicate_of')";

/// Returns the condition that the library publishes the content of a row of `looks`.
fn is_published() -> String {
    format!(
        "(exists (select 1 from works where works.sha256 = looks.sha256 and {ACCEPTED}) \
         or exists (select 1 from works where {PUBLISHED_BESIDE} = looks.sha256))"
    )
}

/// How long readers and writers wait for a writer, unless told otherwise.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The catalogue of one library, held by one thread at a time.
#[derive(Debug)]
pub struct Catalog {
    connection: Connection,
}

impl Catalog {
    /// Returns where a library keeps its catalogue.
    pub fn path_in(library: &Path) -> PathBuf {
        library.join(".jincai").join("catalog.sqlite3")
    }

    /// Opens the catalogue at `path`, making or upgrading it as needed. A damaged one is an error of its own.
    pub fn open(path: &Path) -> Result<Self> {
        let opened = Connection::open(path).map_err(CatalogError::from).and_then(|connection| {
            check(&connection)?;
            Self::prepared(connection)
        });
        opened.map_err(|error| error.at(path))
    }

    /// Opens the catalogue at `path` for one question or record: without the checks of all its tables, which take as long as it
    /// is large.
    pub fn open_unchecked(path: &Path) -> Result<Self> {
        Connection::open(path)
            .map_err(CatalogError::from)
            .and_then(Self::prepared)
            .map_err(|error| error.at(path))
    }

    /// Opens a catalogue for queries: one in a place that cannot be written to is opened as it is.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        match Self::open(path) {
            Err(error) if error.is_read_only() => Self::open_unchanged(path).map_err(|error| error.at(path)),
            opened => opened,
        }
    }

    fn open_unchanged(path: &Path) -> Result<Self> {
        let mut connection = Connection::open_with_flags(
            read_only_uri(path)?,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        check(&connection)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Fails for an older one, which has to be written to before it can be asked.
        migrate::to_latest(&mut connection)?;
        Ok(Self { connection })
    }

    /// Sets how long to wait at most while another program holds the catalogue.
    pub fn wait_at_most(&self, time: Duration) -> Result<()> {
        Ok(self.connection.busy_timeout(time)?)
    }

    /// Opens an empty catalogue that vanishes with the value.
    #[cfg(test)]
    pub fn open_in_memory() -> Result<Self> {
        Self::prepared(Connection::open_in_memory()?)
    }

    fn prepared(mut connection: Connection) -> Result<Self> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // FULL: a row that was written stays written through a power cut.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate::to_latest(&mut connection)?;
        term_version::adopt_if_empty(&connection)?;
        Ok(Self { connection })
    }

    /// Returns the work of a source.
    pub fn work_by_source(&self, source: &Path) -> Result<Option<WorkRow>> {
        Ok(self.works_where("source = ?1", params![bytes_of(source)])?.pop())
    }

    /// Returns the work with an id.
    pub fn work_by_id(&self, id: &str) -> Result<Option<WorkRow>> {
        Ok(self.works_where("id = ?1", params![id])?.pop())
    }

    /// Returns the works made from the very same bytes, oldest first.
    pub fn works_with_sha256(&self, sha256: &str) -> Result<Vec<WorkRow>> {
        self.works_where("sha256 = ?1", params![sha256])
    }

    /// Returns the works of which the library publishes these very bytes, oldest first.
    pub fn works_publishing(&self, sha256: &str) -> Result<Vec<WorkRow>> {
        let condition = format!("(sha256 = ?1 and {ACCEPTED}) or {PUBLISHED_BESIDE} = ?1");
        self.works_where(&condition, params![sha256])
    }

    /// Returns the works of which the library publishes these streams, in whatever container, oldest first.
    pub fn works_publishing_packets(&self, packets_sha256: &str) -> Result<Vec<WorkRow>> {
        let condition = format!("(packets_sha256 = ?1 and {ACCEPTED}) or {PUBLISHED_PACKETS_BESIDE} = ?1");
        self.works_where(&condition, params![packets_sha256])
    }

    /// Returns how many works can be originals: those of which the library publishes something.
    pub fn originals(&self) -> Result<u64> {
        let sql = format!("select count(*) from works where {ACCEPTED} or {PUBLISHED_BESIDE} is not null");
        Ok(self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// Returns the ids of all works, oldest first.
    pub fn work_ids(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached("select id from works order by updated_at, id")?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns every work, oldest first.
    pub fn works(&self) -> Result<Vec<WorkRow>> {
        self.works_where("true", [])
    }

    /// Returns the renditions of a work, by target.
    pub fn renditions_of(&self, work: &str) -> Result<Vec<RenditionRow>> {
        let sql = "select output_key, draft, json from renditions where work_id = ?1 order by target";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([work], |row| Ok(rendition_from(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Returns the inspection of a content, unless its fingerprint is of another version than the one in use.
    pub fn inspection(&self, sha256: &str, version: u32) -> Result<Option<Inspection>> {
        let sql = "select json from inspections where sha256 = ?1 and version = ?2";
        let json: Option<String> =
            self.connection.query_row(sql, params![sha256, version], |row| row.get(0)).optional()?;
        let Some(json) = json else { return Ok(None) };
        let inspection: Inspection = from_json(&json)?;
        let fingerprint = self.fingerprint(sha256)?;
        Ok(fingerprint.map(|fingerprint| Inspection { fingerprint, ..inspection }))
    }

    /// Stores an inspection in the place of older ones, and its fingerprint, which is stored once, under `words`.
    pub fn put_inspection(&mut self, inspection: &Inspection, words: &[Term]) -> Result<()> {
        let bare = Inspection { fingerprint: Fingerprint::default(), ..inspection.clone() };
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("delete from inspections where sha256 = ?1", [&inspection.sha256])?;
        transaction.execute(
            "insert into inspections (sha256, version, json) values (?1, ?2, ?3)",
            params![inspection.sha256, inspection.version, to_json(&bare)?],
        )?;
        fingerprints::put_fingerprint(&transaction, &inspection.sha256, (&inspection.fingerprint, words))?;
        Ok(transaction.commit()?)
    }

    /// Returns a file of the library that holds this very video stream, never a draft.
    pub fn donor_for_picture(&self, key: &str) -> Result<Option<String>> {
        self.text(
            "select file from renditions where picture_key = ?1 and draft = 0 order by file limit 1",
            key,
        )
    }

    /// Returns a file of the library that holds this very audio stream, never a draft.
    pub fn donor_for_sound(&self, key: &str) -> Result<Option<String>> {
        self.text("select file from renditions where sound_key = ?1 and draft = 0 order by file limit 1", key)
    }

    /// Returns a published file.
    pub fn file(&self, path: &str) -> Result<Option<FileRow>> {
        let sql = "select path, sha256, bytes, work_id, kind from files where path = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query_map([path], rows::file_from)?;
        Ok(rows.next().transpose()?)
    }

    /// Returns every published file, by path, and the screenshots that prove receipts.
    pub fn all_files(&self) -> Result<Vec<FileRow>> {
        let sql = "select path, sha256, bytes, work_id, kind from files \
                   union all select path, sha256, bytes, null, 'proof' from proofs order by path";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], rows::file_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the library's own files, which belong to no work, by path.
    pub fn library_files(&self) -> Result<Vec<FileRow>> {
        let sql = "select path, sha256, bytes, work_id, kind from files where work_id is null order by path";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], rows::file_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the published files of one work, by path.
    pub fn files_of(&self, work: &str) -> Result<Vec<FileRow>> {
        let sql = "select path, sha256, bytes, work_id, kind from files where work_id = ?1 order by path";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([work], rows::file_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn works_where(&self, condition: &str, values: impl Params) -> Result<Vec<WorkRow>> {
        let sql = format!(
            "select source, relative, stamp_bytes, stamp_modified, stamp_inode, stamp_changed, packets_sha256, \
             decided_with, manifest_json, updated_at from works where {condition} order by updated_at, id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(values, |row| Ok(work_from(row)))?;
        rows.map(|row| row?).collect()
    }

    fn text(&self, sql: &str, value: &str) -> Result<Option<String>> {
        Ok(self.connection.prepare_cached(sql)?.query_row([value], |row| row.get(0)).optional()?)
    }

    /// Returns the source that has an id.
    fn source_of(&self, id: &str) -> Result<Option<PathBuf>> {
        let sql = "select source from works where id = ?1";
        let bytes: Option<Vec<u8>> = self.connection.query_row(sql, [id], |row| row.get(0)).optional()?;
        Ok(bytes.map(path_of))
    }
}

/// Returns the URI of a catalogue that is only read. A write-ahead log needs files beside it, which cannot be made there: if
/// none is left behind, SQLite learns that the file will not change (<https://sqlite.org/uri.html#uriimmutable>).
fn read_only_uri(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).map_err(CatalogError::Place)?;
    let mut log = path.clone().into_os_string();
    log.push("-wal");
    let is_settled = !std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
    let address = percent_encode(bytes_of(&path), NON_ALPHANUMERIC);
    Ok(format!("file:{address}?mode=ro{}", if is_settled { "&immutable=1" } else { "" }))
}

/// Checks what cannot be made again for damage. Fingerprints and the index are larger by far than all the rest and are left
/// out: a start would take minutes with a million works.
fn check(connection: &Connection) -> Result<()> {
    let sql = "select name from sqlite_schema where type = 'table' and name not in ('looks', 'words')";
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for name in names {
        let health: String =
            connection.query_row(&format!("pragma quick_check({name})"), [], |row| row.get(0))?;
        if health != "ok" {
            return Err(CatalogError::Unsound);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
