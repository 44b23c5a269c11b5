//! What can go wrong when a catalogue is made of the manifests.

use std::path::PathBuf;

use crate::library::catalog::CatalogError;
use crate::library::staging::{PRIVATE_FOLDER, StagingError};

#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The library's manifest or that of a work.
    #[error("{} cannot be read: {detail}", path.display())]
    Manifest { path: PathBuf, detail: String },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

impl RecoveryError {
    /// Returns true if the library's own manifest cannot be read.
    pub fn is_of_library(&self) -> bool {
        let Self::Manifest { path, .. } = self else { return false };
        path.parent().is_some_and(|folder| folder.join(PRIVATE_FOLDER).is_dir())
    }
}
