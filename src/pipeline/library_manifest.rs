//! `LIBRARY/manifest.json|csv|xlsx`, of everything the catalogue knows. Works are read and written one by one, so that
//! memory does not grow with the library.

use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use crate::files;
use crate::library::catalog::{CatalogError, FileKind, FileRow};
use crate::library::manifest::{
    CsvWriter, EachWorkError, JsonWriter, MANIFEST_FILE, ManifestError, XlsxWriter,
};
use crate::library::open::Library;
use crate::library::opinions_file::ANSWERS_FILE;
use crate::library::staging::{Content, Publication};
use crate::library::{manifest, recovery};
use crate::model::manifest::{Manifest, Work};
use crate::text::hex;
use crate::work::context::{RunContext, write_answers};
use crate::work::failure::JobError;

/// The library's manifest before this one, where that told something else.
const BEFORE_FILE: &str = "manifest.json.1";

const NAMES: [(&str, FileKind); 3] = [
    (MANIFEST_FILE, FileKind::Manifest),
    ("manifest.csv", FileKind::Sheet),
    ("manifest.xlsx", FileKind::Sheet),
];

/// Whether a path in the library is one of its own files, which belong to no work.
pub fn is_librarys_own(path: &Path) -> bool {
    let names = NAMES.iter().map(|(name, _)| *name).chain([BEFORE_FILE, ANSWERS_FILE]);
    names.into_iter().any(|name| path == Path::new(name))
}

/// Writes the three files anew where what they say has changed. What the present ones name and the catalogue does not is
/// taken over before; where they tell something all the same that the new ones do not, they are kept.
/// The first two do not wait for the workbook: what it cannot hold keeps nothing back that they can.
pub fn write_library_manifests(run: &RunContext) -> Result<(), JobError> {
    let library = run.library();
    let tells_more = recovery::take_over_manifest(library)?;
    let aside = library.staging.folder("manifests")?;
    let staged = NAMES.map(|(name, _)| aside.path().join(name));
    let Lists { works, workbook, unread } = write_all(run, aside.path(), &staged)?;
    write_answers(run)?;
    // The lists of the other works are written before it is told.
    let told = unread.map_or(Ok(()), |error| Err(error.into()));
    if workbook.is_ok() && is_current(library, works)? {
        library.note_manifest_written();
        return told;
    }
    let made = if workbook.is_ok() { &NAMES[..] } else { &NAMES[..2] };
    let mut rows = Vec::new();
    for ((name, kind), path) in made.iter().copied().zip(&staged) {
        let (sha256, bytes) = files::digest(path).map_err(|error| at(path, error))?;
        rows.push(FileRow { path: name.to_owned(), sha256, bytes, work_id: None, kind });
    }
    let root = library.staging.library();
    let places = NAMES.map(|(name, _)| root.join(name));
    let before = root.join(BEFORE_FILE);
    let kept = Publication { content: Content::SameAs(&places[0]), to: &before };
    let written = staged.iter().zip(&places).take(made.len());
    let written = written.map(|(from, to)| Publication { content: Content::Staged(from), to });
    let publications: Vec<Publication<'_>> =
        Some(kept).filter(|_| tells_more).into_iter().chain(written).collect();
    library.staging.publish_all(&publications)?;
    // Without the workbook's row the next one is written whatever the others say.
    library.catalog().record_library_files(&rows)?;
    library.note_manifest_written();
    workbook?;
    told
}

struct Lists {
    /// The digest of what the JSON says of the works.
    works: [u8; 32],
    workbook: Result<(), ManifestError>,
    /// The first entry of the catalogue that could not be read, which names its source.
    unread: Option<CatalogError>,
}

fn write_all(run: &RunContext, aside: &Path, staged: &[std::path::PathBuf; 3]) -> Result<Lists, JobError> {
    let library = run.library();
    let [json, csv, xlsx] = staged;
    let create = |path: &Path| files::create_new(path).map(BufWriter::new).map_err(|error| at(path, error));
    let head = Manifest::new(run.now(), run.program(), Vec::new());
    let mut json = JsonWriter::begin(create(json)?, &head)?;
    let mut csv = CsvWriter::begin(create(csv)?)?;
    let mut sheets = XlsxWriter::begin(aside);
    let ids = library.catalog().work_ids()?;
    let mut unread = None;
    for id in ids {
        // One at a time, so that nobody waits long for the catalogue.
        let found = library.catalog().work_by_id(&id);
        let work = match found {
            Ok(row) => row.map(|row| row.manifest),
            Err(error @ CatalogError::Entry { .. }) => {
                tracing::warn!(work = id, %error, "a work is listed as it was before");
                unread.get_or_insert(error);
                listed_before(library, &id)
            }
            Err(error) => return Err(error.into()),
        };
        let Some(work) = work else { continue };
        json.add(&work)?;
        csv.add(&work)?;
        sheets = sheets.and_then(|mut sheets| sheets.add(&work).map(|()| sheets));
    }
    let (mut json, works) = json.finish()?;
    json.flush().map_err(ManifestError::from)?;
    csv.finish()?.flush().map_err(ManifestError::from)?;
    let xlsx = create(xlsx)?;
    Ok(Lists { works, workbook: sheets.and_then(|sheets| sheets.finish(xlsx)), unread })
}

/// What the present list says of a work, as far as it can be read.
fn listed_before(library: &Library, id: &str) -> Option<Work> {
    let json = files::open(&library.staging.library().join(MANIFEST_FILE)).ok()?;
    // Wherever the reading ended: what was found is whole.
    match manifest::each_work(json, |work| if work.id == id { Err(Box::new(work)) } else { Ok(()) }) {
        Err(EachWorkError::Stopped(work)) => Some(*work),
        _ => None,
    }
}

/// Whether the library's manifests say this, and the catalogue knows them: a kill may have come in between.
fn is_current(library: &Library, works: [u8; 32]) -> Result<bool, JobError> {
    let root = library.staging.library();
    let Ok(json) = files::open(&root.join(MANIFEST_FILE)) else { return Ok(false) };
    let Ok((said, whole)) = manifest::works_digest(BufReader::new(json)) else { return Ok(false) };
    let sha256 = hex(&whole);
    let rows = library.catalog().library_files()?;
    let is_there = |row: &FileRow| root.join(&row.path).metadata().is_ok_and(|file| file.len() == row.bytes);
    Ok(said == Some(works)
        && NAMES.iter().all(|(name, _)| rows.iter().any(|row| row.path == *name))
        && rows.iter().any(|row| row.path == MANIFEST_FILE && row.sha256 == sha256)
        && rows.iter().all(is_there))
}

fn at(path: &Path, source: std::io::Error) -> JobError {
    JobError::Io { path: path.to_owned(), source }
}
