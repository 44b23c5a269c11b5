//! An open library: its files and its catalogue.

use crate::files;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::library::catalog::{Catalog, CatalogError};
use crate::library::manifest::MANIFEST_FILE;
use crate::library::staging::Staging;
use crate::matching::align::ranking::listed;
use crate::model::inspection::FileStamp;

/// The catalogue of a library that others may be writing to at the same time.
#[derive(Debug)]
pub struct ReadOnlyLibrary(pub(crate) Mutex<Catalog>);

impl ReadOnlyLibrary {
    /// Opens a library's catalogue; `None` where there is none yet.
    pub fn open(library: &Path) -> Result<Option<Self>, CatalogError> {
        let path = Catalog::path_in(library);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self(Mutex::new(with_current_terms(Catalog::open_read_only(&path)?)?))))
    }
}

/// Rebuilds index terms of an older version, once: a second for a thousand works.
fn with_current_terms(mut catalog: Catalog) -> Result<Catalog, CatalogError> {
    let made = catalog.rebuild_terms(listed)?;
    if made > 0 {
        tracing::info!(made, "words of fingerprints were made again");
    }
    Ok(catalog)
}

/// A library that this process alone may change.
#[derive(Debug)]
pub struct Library {
    pub staging: Staging,
    catalog: Mutex<Catalog>,
    manifest_stamp: Mutex<Option<FileStamp>>,
}

impl Library {
    /// Joins the opened parts, and rebuilds index terms of an older version.
    pub(crate) fn new(staging: Staging, catalog: Catalog) -> Result<Self, CatalogError> {
        let catalog = Mutex::new(with_current_terms(catalog)?);
        Ok(Self { staging, catalog, manifest_stamp: Mutex::default() })
    }

    /// Returns the stamp of the library's manifest as this process last wrote it.
    pub(crate) fn manifest_stamp(&self) -> Option<FileStamp> {
        *self.manifest_stamp.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers that this process has just written the library's manifest.
    pub(crate) fn note_manifest_written(&self) {
        let stamp = files::stamp(&self.staging.library().join(MANIFEST_FILE)).ok();
        *self.manifest_stamp.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
    }

    /// Locks the catalogue, since SQLite allows one writer at a time.
    pub fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
