//! Writing: a work with all its files in one transaction.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::error::{CatalogError, Result};
use super::fingerprints;
use super::records::Journal;
use super::removals::{Removal, Replacement};
use super::rows::{FileRow, RenditionRow, WorkRow, bytes_of, to_json};
use super::standings;
use super::{Catalog, PUBLISHED_BESIDE};
use crate::model::language::AnyPath;

impl Catalog {
    /// Writes a work in the place of what was known of its source, in one transaction. Returns the files that
    /// nothing refers to any more, for `staging` to remove, each with its reason; they are pending until
    /// `note_removed` is called.
    ///
    /// # Errors
    /// If what was known of the source cannot be read whole, or if a failure would release published files: then nothing is
    /// written and no file is released.
    pub fn record_work(
        &mut self,
        work: &WorkRow,
        renditions: &[RenditionRow],
        files: &[FileRow],
    ) -> Result<Vec<Removal>> {
        let id = &work.manifest.id;
        if let Some(holder) = self.source_of(id)?.filter(|holder| *holder != work.source) {
            return Err(CatalogError::IdTaken { id: id.clone(), source_path: holder });
        }
        let known = self.read_entry(&work.source)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let contents_before = contents_of(&transaction, &work.source)?;
        transaction.execute("delete from works where source = ?1", [bytes_of(&work.source)])?;
        forget_orphans(&transaction, id)?;
        insert_work(&transaction, work)?;
        for file in files {
            insert_file(&transaction, file)?;
        }
        for rendition in renditions {
            insert_rendition(&transaction, id, rendition)?;
        }
        let published = work.manifest.published_from.as_ref().map(|file| &file.sha256);
        for content in contents_before.iter().chain(&work.manifest.source.sha256).chain(published) {
            fingerprints::sync_index(&transaction, content)?;
        }
        let now: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let mut removals = Vec::new();
        if let Some((before, held)) = &known {
            let (stay, released): (Vec<&FileRow>, Vec<&FileRow>) =
                held.iter().partition(|file| now.contains(file.path.as_str()));
            let decision =
                Replacement { before: &before.manifest, after: &work.manifest, at: &work.updated_at };
            removals = decision.record(&transaction, &released)?;
            let is_replaced =
                |old: &&FileRow| files.iter().any(|new| new.path == old.path && new.sha256 != old.sha256);
            decision
                .record_replaced(&transaction, &stay.into_iter().filter(is_replaced).collect::<Vec<_>>())?;
        }
        transaction.commit()?;
        Ok(removals)
    }

    /// Returns what is known of a source, with its files; an error if any part of it cannot be read.
    pub(super) fn read_entry(&self, source: &Path) -> Result<Option<(WorkRow, Vec<FileRow>)>> {
        let unread = |error: CatalogError| error.in_entry_of(source);
        let Some(row) = self.work_by_source(source).map_err(unread)? else { return Ok(None) };
        let files = self.files_of(&row.manifest.id).map_err(unread)?;
        self.renditions_of(&row.manifest.id).map_err(unread)?;
        Ok(Some((row, files)))
    }

    /// Gives a work another source path: an inbox was moved or renamed. Words of the entry that this program does not know
    /// stay in it.
    pub fn move_source(&mut self, id: &str, source: &Path) -> Result<()> {
        let path = AnyPath::from(source);
        let values = params![id, bytes_of(source), to_json(&path)?];
        let sql = "update works set source = ?2, manifest_json = json_set(manifest_json, '$.source.path', json(?3)) \
                   where id = ?1";
        self.connection.execute(sql, values)?;
        Ok(())
    }

    /// Replaces the library's own files, which belong to no work.
    pub fn record_library_files(&mut self, files: &[FileRow]) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("delete from files where work_id is null", [])?;
        for file in files {
            insert_file(&transaction, file)?;
        }
        Ok(transaction.commit()?)
    }
}

impl Journal<'_> {
    /// Notes that a published file of a work has another content now.
    pub fn note_rewritten(&self, path: &str, (sha256, bytes): (&str, u64)) -> Result<()> {
        let sql = "update files set sha256 = ?2, bytes = ?3 where path = ?1 and work_id is not null";
        self.transaction.prepare_cached(sql)?.execute(params![path, sha256, bytes.cast_signed()])?;
        Ok(())
    }
}

/// Returns the content of a source, and what is still published of the file before it.
pub(super) fn contents_of(connection: &Connection, source: &Path) -> Result<Vec<String>> {
    let sql = format!("select sha256, {PUBLISHED_BESIDE} from works where source = ?1");
    let contents = |row: &Row<'_>| Ok([row.get::<_, Option<String>>(0)?, row.get(1)?]);
    let known = connection.prepare_cached(&sql)?.query_row([bytes_of(source)], contents).optional()?;
    Ok(known.into_iter().flatten().flatten().collect())
}

pub(super) fn insert_work(transaction: &Transaction<'_>, work: &WorkRow) -> Result<()> {
    let mut statement = transaction.prepare_cached(
        "insert into works (id, source, relative, title, department, season, revision, verdict, stamp_bytes,
             stamp_modified, stamp_inode, sha256, packets_sha256, decided_with, manifest_json, updated_at,
             stamp_changed)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    let manifest = &work.manifest;
    // SQLite's integers are signed: sizes and inodes keep their bits, times reach to the year 2262.
    let modified = i64::try_from(work.stamp.modified_ns).unwrap_or(i64::MAX);
    statement.execute(params![
        manifest.id,
        bytes_of(&work.source),
        bytes_of(&work.relative),
        manifest.title,
        manifest.department,
        manifest.season,
        manifest.revision,
        manifest.verdict.as_str(),
        work.stamp.bytes.cast_signed(),
        modified,
        work.stamp.inode.cast_signed(),
        manifest.source.sha256,
        work.packets_sha256,
        work.decided_with,
        to_json(manifest)?,
        work.updated_at,
        work.stamp.changed_ns,
    ])?;
    standings::begin(transaction, &manifest.id)
}

/// Deletes rows of a work whose own row a damaged catalogue lost: they would keep the work from being recorded again. Their
/// files stay where they are.
fn forget_orphans(transaction: &Transaction<'_>, id: &str) -> Result<()> {
    for table in ["renditions", "files"] {
        transaction.execute(&format!("delete from {table} where work_id = ?1"), [id])?;
    }
    Ok(())
}

pub(super) fn insert_file(transaction: &Transaction<'_>, file: &FileRow) -> Result<()> {
    let sql = "insert into files (path, sha256, bytes, work_id, kind) values (?1, ?2, ?3, ?4, ?5)";
    let values = params![file.path, file.sha256, file.bytes.cast_signed(), file.work_id, file.kind.name()];
    transaction.prepare_cached(sql)?.execute(values)?;
    // It came back before it was removed.
    let came_back = "delete from removals where path = ?1 and removed_at is null and left_at is null";
    transaction.prepare_cached(came_back)?.execute([&file.path])?;
    Ok(())
}

pub(super) fn insert_rendition(transaction: &Transaction<'_>, work: &str, row: &RenditionRow) -> Result<()> {
    let mut statement = transaction.prepare_cached(
        "insert into renditions (work_id, target, file, sha256, bytes, picture_key, sound_key, output_key, draft,
             json)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let rendition = &row.rendition;
    statement.execute(params![
        work,
        rendition.target,
        rendition.file,
        rendition.sha256,
        rendition.bytes.cast_signed(),
        rendition.video.recipe,
        rendition.audio.as_ref().map(|audio| &audio.recipe),
        row.output_key,
        row.draft,
        to_json(rendition)?,
    ])?;
    Ok(())
}
