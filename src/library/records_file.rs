//! `records.jsonl`: a copy of the chain of records beside the manifests, one record a line, in case the catalogue is lost.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::files;
use crate::library::catalog::{Catalog, CatalogError, StoredRecord};
use crate::library::staging::{self, Durability, StagingError, free_edited_name};

/// The file in the library's folder.
pub const RECORDS_FILE: &str = "records.jsonl";

/// Largest file that is read: some million records.
const MAX_BYTES: u64 = 4 << 30;

/// Bytes at the end of the file within which its last line begins: a record is shorter.
const TAIL_BYTES: u64 = 4 << 20;

/// Inserts the records of the file that the catalogue, being an older copy, lacks. Returns how many. Costs one look at the
/// file's end where there are none.
pub fn take_over(library: &Path, catalog: &Catalog) -> Result<usize, CatalogError> {
    let path = library.join(RECORDS_FILE);
    let ours = catalog.last_record()?.map_or(0, |(seq, _)| seq);
    let has_more = match end_of(&path).map_err(CatalogError::Place)? {
        End::Absent => false,
        End::Line(line) => line.seq > ours,
        // A line that was cut off: those before it may be news.
        End::Unreadable => true,
    };
    if !has_more {
        return Ok(0);
    }
    catalog.continue_chain(&read(library).map_err(CatalogError::Place)?)
}

/// Appends the records that the file lacks. A file whose end is not of this chain is kept under another name, and written
/// again as a whole.
pub fn bring_up_to_date(library: &Path, catalog: &Catalog) -> Result<(), StagingError> {
    if append_missing(library, catalog)? == Appended::OfAnotherChain {
        let path = library.join(RECORDS_FILE);
        let failed = failed(&path);
        let other = files::read(&path, MAX_BYTES).map_err(&failed)?;
        let kept = free_edited_name(&path).map_err(&failed)?;
        tracing::warn!(kept_as = %kept.display(), "a copy of other records is kept");
        staging::write_beside(library, &kept, &other, Durability::Synced)?;
        let lines = lines_after(catalog, 0).map_err(|error| failed(io::Error::other(error.to_string())))?;
        staging::write_beside(library, &path, &lines, Durability::Synced)?;
    }
    Ok(())
}

/// Whether the file could be continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    UpToDate,
    /// Its end is no record of the catalogue's chain: nothing was written.
    OfAnotherChain,
}

/// Appends the records that the file lacks, such as after a kill.
pub fn append_missing(library: &Path, catalog: &Catalog) -> Result<Appended, StagingError> {
    let path = library.join(RECORDS_FILE);
    let failed = failed(&path);
    let broken = |error: CatalogError| failed(io::Error::other(error.to_string()));
    let Some((seq, hash)) = catalog.last_record().map_err(broken)? else { return Ok(Appended::UpToDate) };
    let known = match end_of(&path).map_err(&failed)? {
        End::Absent => 0,
        End::Line(line) if (line.seq, &line.hash) == (seq, &hash) => return Ok(Appended::UpToDate),
        End::Line(line) => {
            let ours = catalog.stored_record(line.seq).map_err(broken)?;
            match ours.filter(|ours| ours.hash == line.hash) {
                Some(ours) => ours.seq,
                None => return Ok(Appended::OfAnotherChain),
            }
        }
        End::Unreadable => return Ok(Appended::OfAnotherChain),
    };
    let lines = lines_after(catalog, known).map_err(broken)?;
    // Short appends; two programs that append at once write the same line twice at worst, which readers pass over.
    let mut file = files::append(&path).map_err(&failed)?;
    file.write_all(&lines).and_then(|()| file.sync_data()).map_err(&failed)?;
    Ok(Appended::UpToDate)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> StagingError {
    let path = path.to_owned();
    move |source| StagingError::Other { path: path.clone(), doing: "write", source }
}

fn lines_after(catalog: &Catalog, seq: u64) -> Result<Vec<u8>, CatalogError> {
    let mut lines = Vec::new();
    catalog.each_stored_record(seq, |record| {
        serde_json::to_writer(&mut lines, &record).is_ok_and(|()| {
            lines.push(b'\n');
            true
        })
    })?;
    Ok(lines)
}

/// Reads the records of the file, oldest first, as far as they continue one another. What follows a line that does not is
/// passed over, as is a last line that was cut off.
///
/// # Errors
/// If the file exists and cannot be read.
pub fn read(library: &Path) -> io::Result<Vec<StoredRecord>> {
    let text = match files::read(&library.join(RECORDS_FILE), MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let mut records: Vec<StoredRecord> = Vec::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Ok(record) = serde_json::from_slice::<StoredRecord>(line) else { break };
        let before = records.last();
        if before.is_some_and(|before| before.seq >= record.seq) {
            continue;
        }
        let continues = match before {
            Some(before) => before.seq + 1 == record.seq && before.hash == record.previous,
            None => record.seq == 1 && record.previous == crate::library::catalog::FIRST_PREVIOUS,
        };
        if !continues || !record.is_sound() {
            break;
        }
        records.push(record);
    }
    Ok(records)
}

/// The end of the file.
enum End {
    Absent,
    Line(Box<StoredRecord>),
    Unreadable,
}

fn end_of(path: &Path) -> io::Result<End> {
    let mut file = match files::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(End::Absent),
        file => file?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    if tail.is_empty() {
        return Ok(End::Absent);
    }
    let Some(whole) = tail.strip_suffix(b"\n") else { return Ok(End::Unreadable) };
    let line = whole.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(serde_json::from_slice(line).map_or(End::Unreadable, |line| End::Line(Box::new(line))))
}
