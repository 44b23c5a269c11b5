//! Papers for anonymous packages: a copy without what tells whoever made it, and what it tells all the same.

use std::fs::File;
use std::io::{Read, Write};

use sha2::{Digest, Sha256};

use super::{documents, pictures};
use crate::files;
use crate::media::MediaError;
use crate::model::job::EngineError;
use crate::model::showcase::contents::{CLEAN_PAPER, CleanPaper, PAPER_MAX_BYTES, PaperJob, Tells};
use crate::text;

/// Writes the copy of a paper. What cannot be looked into is copied as nothing, and tells.
///
/// # Errors
/// Where the paper cannot be read, or the copy not be written.
pub fn clean(job: &PaperJob, source: File) -> Result<CleanPaper, EngineError> {
    let mut bytes = Vec::new();
    let read = source.take(PAPER_MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(MediaError::Source).map_err(EngineError::from)?;
    let ending = job.source.as_path().extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let copied = if bytes.len() as u64 > PAPER_MAX_BYTES { None } else { copy(&ending, &bytes, &job.names) };
    let (copy, tells) = copied.unwrap_or_else(|| (Vec::new(), vec![Tells::Unknown]));
    let path = job.folder.as_path().join(CLEAN_PAPER);
    let written = files::create_new(&path).and_then(|mut file| file.write_all(&copy));
    written.map_err(|source| MediaError::Io { doing: "write a paper", source }).map_err(EngineError::from)?;
    Ok(CleanPaper { sha256: text::hex(&Sha256::digest(&copy)), bytes: copy.len() as u64, tells })
}

fn copy(ending: &str, bytes: &[u8], names: &[String]) -> Option<(Vec<u8>, Vec<Tells>)> {
    if documents::is_one(ending) {
        return documents::clean(bytes, names);
    }
    if pictures::is_one(ending) {
        return pictures::clean(bytes);
    }
    if !matches!(ending, "txt" | "csv" | "md" | "srt") {
        return None;
    }
    let content = text::decode(bytes)?;
    let told = names.iter().filter(|name| text::tells(&content, name));
    Some((bytes.to_vec(), told.map(|name| Tells::Name { name: name.clone() }).collect()))
}
