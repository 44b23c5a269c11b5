//! A library that is open: its files and its catalogue.

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
    /// `None` where there is no library yet.
    pub fn open(library: &Path) -> Result<Option<Self>, CatalogError> {
        let path = Catalog::path_in(library);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self(Mutex::new(with_current_terms(Catalog::open_read_only(&path)?)?))))
    }
}

/// A catalogue whose words are of the version in use. Making those of an older library again takes a second a thousand
/// works, once.
fn with_current_terms(mut catalog: Catalog) -> Result<Catalog, CatalogError> {
    let made = catalog.rebuild_terms(listed)?;
    if made > 0 {
        tracing::info!(made, "words of fingerprints were made again");
    }
    Ok(catalog)
}

/// The place finished works go to.
#[derive(Debug)]
pub struct Library {
    pub staging: Staging,
    catalog: Mutex<Catalog>,
    listed: Mutex<Option<FileStamp>>,
}

impl Library {
    pub(crate) fn new(staging: Staging, catalog: Catalog) -> Result<Self, CatalogError> {
        let catalog = Mutex::new(with_current_terms(catalog)?);
        Ok(Self { staging, catalog, listed: Mutex::default() })
    }

    /// The library's manifest as this process last wrote it.
    pub(crate) fn listed(&self) -> Option<FileStamp> {
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_listed(&self) {
        let stamp = files::stamp(&self.staging.library().join(MANIFEST_FILE)).ok();
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
    }

    /// One writer at a time: SQLite has no more.
    pub fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
