//! Releases whose bytes on disk are as they were signed, without hashing what has not changed within a day.

use std::path::Path;

use jiff::Timestamp;

use super::release::{Proven, Release, SignedFile, Unreleased};
use crate::files;
use crate::library::catalog::{Catalog, CatalogError, ProvenFile};
use crate::model::playout::CHUNK_BYTES;
use crate::model::review::ReviewRules;
use crate::model::review_refusal::Refusal;

/// A file is hashed again after so long, though its stamp is the same.
const PROVEN_FOR_MS: i64 = 24 * 3_600_000;

/// Where works are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Shelf<'a> {
    pub catalog: &'a Catalog,
    pub library: &'a Path,
    pub rules: &'a ReviewRules,
    pub now: Timestamp,
}

/// Returns a release whose bytes are as they were signed: hashed now, or within a day and untouched since.
pub fn proven(shelf: Shelf<'_>, release: Release) -> Result<Result<Proven, Unreleased>, CatalogError> {
    let mut failed = None;
    let checked = release.recheck_with(|file| {
        check(shelf, file).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Ok(())
        })
    });
    failed.map_or(Ok(checked), Err)
}

fn check(shelf: Shelf<'_>, file: &SignedFile) -> Result<Result<(), Refusal>, CatalogError> {
    let path = shelf.library.join(&file.path);
    let unreadable = |error: std::io::Error| {
        Ok(Err(Refusal::FileUnreadable { file: file.path.clone(), detail: error.to_string() }))
    };
    let mut opened = match files::open(&path) {
        Ok(opened) => opened,
        Err(error) => return unreadable(error),
    };
    let stamp = match opened.metadata() {
        Ok(metadata) => files::stamp_of(&metadata),
        Err(error) => return unreadable(error),
    };
    let now = shelf.now.as_millisecond();
    if let Some(known) = shelf.catalog.proven_file(&file.path)?
        && known.stamp.is_untouched(&stamp)
        && (known.proven_ms..known.proven_ms + PROVEN_FOR_MS).contains(&now)
    {
        return Ok(compared(file, &known.sha256));
    }
    let found = match files::digest_in_chunks(&mut opened, CHUNK_BYTES) {
        Ok(found) => found,
        Err(error) => return unreadable(error),
    };
    let proven =
        ProvenFile { path: file.path.clone(), sha256: found.sha256, stamp, proven_ms: now, sums: found.sums };
    shelf.catalog.put_proven_file(&proven)?;
    Ok(compared(file, &proven.sha256))
}

fn compared(file: &SignedFile, sha256: &str) -> Result<(), Refusal> {
    match file.may_be.iter().any(|signed| signed == sha256) {
        true => Ok(()),
        false => Err(Refusal::FileChanged { file: file.path.clone() }),
    }
}
