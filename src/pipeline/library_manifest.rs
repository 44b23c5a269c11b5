//! Writes `LIBRARY/manifest.json|csv|xlsx`, of everything in the catalogue. Works are read and written one by one, so that
//! memory does not grow with the library.

use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::files;
use crate::library::catalog::{Catalog, CatalogError, FileKind, FileRow};
use crate::library::manifest::{
    CsvWriter, EachWorkError, JsonWriter, MANIFEST_FILE, ManifestError, TargetNames, XlsxWriter,
};
use crate::library::open::Library;
use crate::library::opinions_file::ANSWERS_FILE;
use crate::library::packages_file::PACKAGES_FILE;
use crate::library::records_file::RECORDS_FILE;
use crate::library::staging::{Content, Publication, Published, free_edited_name};
use crate::library::{manifest, recovery};
use crate::model::manifest::{Manifest, Work};
use crate::model::receipt::Receipt;
use crate::model::review::{Action, Record, ReviewRecord, ReviewState};
use crate::review::{credit, judge};
use crate::text::hex;
use crate::work::context::{RunContext, write_opinions};
use crate::work::failure::JobError;

/// The library's previous manifest, where it held works that the current one does not.
const PREVIOUS_FILE: &str = "manifest.json.1";

const NAMES: [(&str, FileKind); 3] = [
    (MANIFEST_FILE, FileKind::Manifest),
    ("manifest.csv", FileKind::Sheet),
    ("manifest.xlsx", FileKind::Sheet),
];

/// Returns true if a path in the library is one of its own files, which belong to no work.
pub fn is_library_file(path: &Path) -> bool {
    let names =
        NAMES.iter().map(|(name, _)| *name).chain([PREVIOUS_FILE, ANSWERS_FILE, RECORDS_FILE, PACKAGES_FILE]);
    names.into_iter().any(|name| path == Path::new(name))
}

/// Writes the three files again where their content has changed. Works that only the current manifest names are taken over
/// into the catalogue before; where it still holds something that the new one does not, it is kept as the previous one.
/// A workbook that cannot be written does not keep the other two from being written; its error is returned afterwards, as is
/// that of an entry of the catalogue that cannot be read.
pub fn write_library_manifests(run: &RunContext) -> Result<(), JobError> {
    let library = run.library();
    let holds_more = recovery::take_over_manifest(library)?;
    let folder = library.staging.folder("manifests")?;
    let staged = NAMES.map(|(name, _)| folder.path().join(name));
    let StagedManifests { works, workbook, unread } = write_all(run, folder.path(), &staged)?;
    write_opinions(run)?;
    // Returned only after the lists of the other works are written.
    let all_read = unread.map_or(Ok(()), |error| Err(error.into()));
    if workbook.is_ok() && is_current(library, works)? {
        library.note_manifest_written();
        return all_read;
    }
    let written = if workbook.is_ok() { &NAMES[..] } else { &NAMES[..2] };
    let mut rows = Vec::new();
    for ((name, kind), path) in written.iter().copied().zip(&staged) {
        let (sha256, bytes) = files::digest(path).map_err(|error| at(path, error))?;
        rows.push(FileRow { path: name.to_owned(), sha256, bytes, work_id: None, kind });
    }
    let root = library.staging.library();
    let edited = edited_sheets(library, &rows)?;
    let places = NAMES.map(|(name, _)| root.join(name));
    let previous = root.join(PREVIOUS_FILE);
    let edits = edited.iter().map(|(file, name)| Publication { content: Content::SameAs(file), to: name });
    let kept = Publication { content: Content::SameAs(&places[0]), to: &previous };
    let new = staged.iter().zip(&places).take(written.len());
    let new = new.map(|(from, to)| Publication { content: Content::Staged(from), to });
    let publications: Vec<Publication<'_>> =
        Some(kept).filter(|_| holds_more).into_iter().chain(edits).chain(new).collect();
    library.staging.publish_all(&publications)?;
    // Without the workbook's row the next call writes all three, whether or not the others changed.
    library.catalog().record_library_files(&rows)?;
    library.note_manifest_written();
    workbook?;
    all_read
}

/// Returns the sheets that somebody changed since they were written, each with the name under which it is kept: people add
/// columns of their own. `new` are the files that take their place.
fn edited_sheets(library: &Library, new: &[FileRow]) -> Result<Vec<(PathBuf, PathBuf)>, JobError> {
    let known = library.catalog().library_files()?;
    let is_edited = |row: &FileRow| {
        let published = Published { sha256: &row.sha256, bytes: row.bytes };
        library.staging.is_edited(Path::new(&row.path), published)
    };
    let mut edited = Vec::new();
    for row in new.iter().filter(|row| row.kind == FileKind::Sheet) {
        let Some(known) = known.iter().find(|known| known.path == row.path) else { continue };
        if is_edited(known)? && is_edited(row)? {
            let path = library.staging.library().join(&row.path);
            let name = free_edited_name(&path).map_err(|error| at(&path, error))?;
            tracing::warn!(file = row.path, kept_as = %name.display(), "a sheet that somebody changed is kept");
            edited.push((path, name));
        }
    }
    Ok(edited)
}

/// The three files in their staged folder.
struct StagedManifests {
    /// Digest of the works in the JSON file.
    works: [u8; 32],
    workbook: Result<(), ManifestError>,
    /// The first entry of the catalogue that could not be read, which names its source.
    unread: Option<CatalogError>,
}

/// Writes the three files to `staged`, with `folder` for what the workbook needs meanwhile.
fn write_all(run: &RunContext, folder: &Path, staged: &[PathBuf; 3]) -> Result<StagedManifests, JobError> {
    let library = run.library();
    let [json, csv, xlsx] = staged;
    let create = |path: &Path| files::create_new(path).map(BufWriter::new).map_err(|error| at(path, error));
    let head = Manifest::new(run.now(), run.program(), Vec::new());
    let mut json = JsonWriter::begin(create(json)?, &head)?;
    let named = run.presets.iter().map(|preset| (preset.id.clone(), preset.name.zh.clone()));
    let names: TargetNames = named.collect();
    let mut csv = CsvWriter::begin(create(csv)?)?.named(names.clone());
    let mut sheets = XlsxWriter::begin(folder).map(|sheets| sheets.named(names));
    judge(run)?;
    let ids = library.catalog().work_ids()?;
    let mut unread = None;
    for id in ids {
        // One at a time, so that other threads do not wait long for the catalogue.
        let found = library.catalog().work_by_id(&id);
        let work = match found {
            Ok(row) => row.map(|row| row.manifest),
            Err(error @ CatalogError::Entry { .. }) => {
                tracing::warn!(work = id, %error, "a work is listed as it was before");
                unread.get_or_insert(error);
                previous_entry(library, &id)
            }
            Err(error) => return Err(error.into()),
        };
        let Some(work) = work else { continue };
        let work = with_review(&library.catalog(), work)?;
        json.add(&work)?;
        csv.add(&work)?;
        sheets = sheets.and_then(|mut sheets| sheets.add(&work).map(|()| sheets));
    }
    let (mut json, works) = json.finish()?;
    json.flush().map_err(ManifestError::from)?;
    csv.finish()?.flush().map_err(ManifestError::from)?;
    let xlsx = create(xlsx)?;
    Ok(StagedManifests { works, workbook: sheets.and_then(|sheets| sheets.finish(xlsx)), unread })
}

/// Brings the standings of all works up to date, and the texts to post of those whose standing is another now. An entry that
/// cannot be read has no standing; it is told of when it is listed.
fn judge(run: &RunContext) -> Result<(), JobError> {
    let (library, rules, now) = (run.library(), &run.config.review, run.clock.now());
    let judged = match judge::judge_in_turns(library, rules, now) {
        Err(CatalogError::Entry { .. } | CatalogError::Json(_)) => return Ok(()),
        judged => judged?,
    };
    for id in judged {
        let catalog = library.catalog();
        match credit::write_posts(&catalog, library.staging.library(), (rules, &run.presets), &id, now) {
            Ok(notes) if notes.is_empty() => {}
            Ok(notes) => tracing::info!(work = id, ?notes, "the credit line was not written everywhere"),
            Err(error) => tracing::warn!(work = id, %error, "the credit line was not written"),
        }
    }
    Ok(())
}

/// Adds to an entry what its records say.
fn with_review(catalog: &Catalog, work: Work) -> Result<Work, CatalogError> {
    let mut work = work.without_review();
    work.renditions.iter_mut().for_each(|made| made.released = Some(false));
    let Some(standing) = catalog.standing_of(&work.id)? else { return Ok(work) };
    let records = match standing.last_record {
        Some(_) => catalog.records_of(&work.id)?,
        None => Vec::new(),
    };
    for made in &mut work.renditions {
        let state = standing.targets.get(&made.target).map(|its| its.state);
        made.released = Some(state == Some(ReviewState::Released));
        made.receipts = receipts(&records).filter(|receipt| receipt.target == made.target).cloned().collect();
    }
    work.review = Some(ReviewRecord {
        state: standing.state,
        supplementary: standing.supplementary,
        level: standing.level,
        since: standing.since,
        due: standing.due,
        reason: standing.reason,
        subject: standing.subject,
        last_record: standing.last_record,
        records_sha256: records.last().map(|record| record.hash.clone()),
    });
    Ok(work)
}

fn receipts(records: &[Record]) -> impl Iterator<Item = &Receipt> {
    records.iter().filter_map(|record| match &record.said.action {
        Action::Receipt(receipt) => Some(receipt),
        _ => None,
    })
}

/// Returns a work's entry in the current manifest, if it can be read.
fn previous_entry(library: &Library, id: &str) -> Option<Work> {
    let json = files::open(&library.staging.library().join(MANIFEST_FILE)).ok()?;
    // The entry is complete, wherever the reading ended.
    match manifest::each_work(json, |work| if work.id == id { Err(Box::new(work)) } else { Ok(()) }) {
        Err(EachWorkError::Stopped(work)) => Some(*work),
        _ => None,
    }
}

/// Returns true if the library's manifest holds works with this digest, and the catalogue knows all three files: the process
/// may have been killed in between.
fn is_current(library: &Library, works: [u8; 32]) -> Result<bool, JobError> {
    let root = library.staging.library();
    let Ok(json) = files::open(&root.join(MANIFEST_FILE)) else { return Ok(false) };
    let Ok((recorded, whole)) = manifest::works_digest(BufReader::new(json)) else { return Ok(false) };
    let sha256 = hex(&whole);
    let rows = library.catalog().library_files()?;
    let is_there = |row: &FileRow| root.join(&row.path).metadata().is_ok_and(|file| file.len() == row.bytes);
    Ok(recorded == Some(works)
        && NAMES.iter().all(|(name, _)| rows.iter().any(|row| row.path == *name))
        && rows.iter().any(|row| row.path == MANIFEST_FILE && row.sha256 == sha256)
        && rows.iter().all(is_there))
}

fn at(path: &Path, source: std::io::Error) -> JobError {
    JobError::Io { path: path.to_owned(), source }
}
