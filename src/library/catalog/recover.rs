//! Works recovered from manifests: all of them if the catalogue was lost, else those that an older one does not know.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::error::{CatalogError, Result};
use super::record::{contents_of, insert_file, insert_rendition, insert_work};
use super::rows::{FileRow, RenditionRow, WorkRow, bytes_of, path_of};
use super::{Catalog, fingerprints, migrate, term_version};
use crate::model::alignment::Term;
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::FileStamp;
use crate::model::manifest::Work;
use crate::model::opinion::Opinion;

/// A work as a manifest has it, with what was found beside that.
#[derive(Clone, Debug)]
pub struct RecoveredWork {
    pub work: Work,
    /// All its files with their SHA-256 sums.
    pub files: Vec<FileRow>,
    pub packets_sha256: Option<String>,
    pub look: Option<RecoveredFingerprint>,
}

/// A content's fingerprint, and the words under which it is found.
#[derive(Clone, Debug)]
pub struct RecoveredFingerprint {
    pub sha256: String,
    pub fingerprint: Fingerprint,
    pub words: Vec<Term>,
}

/// What the catalogue has of a work, to be compared with what a manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: String,
    pub revision: u32,
    /// RFC 3339.
    pub made_at: String,
}

/// A transaction in which works are recovered: all of them or none.
#[derive(Debug)]
pub struct Takeover<'a> {
    transaction: &'a Transaction<'a>,
}

impl Catalog {
    /// Begins a catalogue that is made as a whole: until [`Catalog::finish_aside`] it counts for nothing, so its writes need
    /// neither log nor sync.
    pub fn begin_aside(path: &Path) -> Result<Self> {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "off")?;
        connection.pragma_update(None, "synchronous", "off")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate::to_latest(&mut connection)?;
        term_version::adopt_if_empty(&connection)?;
        Ok(Self { connection })
    }

    /// Builds the index, checks the catalogue and closes it; the file is whole but not synced.
    pub fn finish_aside(mut self) -> Result<()> {
        self.rebuild_index()?;
        super::check(&self.connection)?;
        self.connection.close().map_err(|(_, error)| CatalogError::from(error))
    }

    /// Runs `fill` in one transaction: all that it recovers is stored if it succeeds, and nothing of it if it fails.
    pub fn take_over<T, E: From<CatalogError>>(
        &mut self,
        fill: impl FnOnce(&Takeover<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(CatalogError::from)?;
        let filled = fill(&Takeover { transaction: &transaction })?;
        transaction.commit().map_err(CatalogError::from)?;
        Ok(filled)
    }
}

impl Takeover<'_> {
    /// Returns what is known of the work with an id.
    pub fn by_id(&self, id: &str) -> Result<Option<Standing>> {
        self.standing("id = ?1", id)
    }

    /// Returns what is known of the work of a source.
    pub fn by_source(&self, source: &Path) -> Result<Option<Standing>> {
        self.standing("source = ?1", bytes_of(source))
    }

    /// Returns the videos that are published of a work.
    pub fn videos_of(&self, id: &str) -> Result<Vec<String>> {
        let mut statement =
            self.transaction.prepare_cached("select file from renditions where work_id = ?1")?;
        let files = statement.query_map([id], |row| row.get(0))?;
        Ok(files.collect::<rusqlite::Result<_>>()?)
    }

    fn standing(&self, condition: &str, value: impl rusqlite::ToSql) -> Result<Option<Standing>> {
        let sql = format!(
            "select id, revision, coalesce(json_extract(manifest_json, '$.made_at'), '') from works where {condition}"
        );
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Standing { id: row.get(0)?, revision: row.get(1)?, made_at: row.get(2)? })
        };
        Ok(self.transaction.prepare_cached(&sql)?.query_row([value], row).optional()?)
    }

    /// Stores a work in the place of what is known of its id and of its source: the caller has made sure that no other
    /// published work has the source. The next run reads its source again, since it is not known what decided it, but it
    /// copies packets instead of encoding. A file of another work is an error, and nothing is changed.
    pub fn put(&self, recalled: &RecoveredWork) -> Result<()> {
        let work = &recalled.work;
        let source = work.source.path.as_path();
        let before: Vec<(PathBuf, PathBuf)> = self
            .transaction
            .prepare_cached("select source, relative from works where id = ?1 or source = ?2")?
            .query_map(params![work.id, bytes_of(source)], |row| {
                Ok((path_of(row.get(0)?), path_of(row.get(1)?)))
            })?
            .collect::<rusqlite::Result<_>>()?;
        self.check_files(recalled)?;
        let mut contents = Vec::new();
        for (source, _) in &before {
            contents.extend(contents_of(self.transaction, source)?);
        }
        let sql = "delete from works where id = ?1 or source = ?2";
        self.transaction.prepare_cached(sql)?.execute(params![work.id, bytes_of(source)])?;
        // Before the work, which would index it word by word: a catalogue made as a whole does that at its end.
        if let Some(look) = &recalled.look {
            fingerprints::put_fingerprint(self.transaction, &look.sha256, (&look.fingerprint, &look.words))?;
        }
        let relative = before.into_iter().find(|(known, _)| known == source).map(|(_, relative)| relative);
        insert_work(
            self.transaction,
            &WorkRow {
                source: source.to_owned(),
                relative: relative.unwrap_or_else(|| source.file_name().unwrap_or(source.as_os_str()).into()),
                stamp: FileStamp { bytes: work.source.bytes, modified_ns: 0, inode: 0, changed_ns: 0 },
                packets_sha256: recalled.packets_sha256.clone(),
                decided_with: String::new(),
                manifest: work.clone(),
                updated_at: work.made_at.clone(),
            },
        )?;
        recalled.files.iter().try_for_each(|file| insert_file(self.transaction, file))?;
        for rendition in &work.renditions {
            let (rendition, draft) = (rendition.clone(), work.draft);
            let row = RenditionRow { output_key: String::new(), draft, rendition };
            insert_rendition(self.transaction, &work.id, &row)?;
        }
        contents.iter().try_for_each(|content| fingerprints::sync_index(self.transaction, content))
    }

    /// Adds the content of a recovered work to the index. Not needed where the index is built as a whole.
    pub fn list(&self, work: &Work) -> Result<()> {
        work.published_sha256().map_or(Ok(()), |content| fingerprints::sync_index(self.transaction, content))
    }

    /// Adds those of these files that the catalogue does not know, and returns how many.
    pub fn add_files(&self, files: &[FileRow]) -> Result<usize> {
        let mut statement = self.transaction.prepare_cached("select 1 from files where path = ?1")?;
        let mut added = 0;
        for file in files {
            if !statement.exists([&file.path])? {
                insert_file(self.transaction, file)?;
                added += 1;
            }
        }
        Ok(added)
    }

    /// Stores an opinion, replacing an earlier one about the same two contents.
    pub fn put_opinion(&self, opinion: &Opinion) -> Result<()> {
        super::opinions::put(self.transaction, opinion)
    }

    /// Fails if one of the files belongs to another work.
    fn check_files(&self, recalled: &RecoveredWork) -> Result<()> {
        let sql = "select works.id from files join works on works.id = files.work_id \
                   where files.path = ?1 and works.id != ?2 and works.source != ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let source = bytes_of(recalled.work.source.path.as_path());
        for file in &recalled.files {
            let values = params![file.path, recalled.work.id, source];
            if let Some(holder) = statement.query_row(values, |row| row.get(0)).optional()? {
                return Err(CatalogError::FileTaken { file: file.path.clone(), holder });
            }
        }
        Ok(())
    }
}
