//! Files of the library in a folder that goes out: videos shared where that can be, all else copied while it is hashed, and
//! read back.

use std::io;

use crate::files;
use crate::library::catalog::{CatalogError, ProvenFile};
use crate::library::staging::{HandedOutFolder, StagingError};
use crate::model::showcase::candidate::FileOf;
use crate::review::proven::Shelf;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakingError {
    /// It is not as it was released.
    #[error("{file} has changed")]
    Changed { file: String },
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// How a file came into the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Linked,
    Copied,
}

/// Shares a video's blocks, or gives it a second name, where nothing has happened to it since it was hashed; else copies it.
pub fn share(
    shelf: Shelf<'_>,
    folder: &HandedOutFolder,
    (of, to): (&FileOf, &str),
) -> Result<Way, TakingError> {
    let from = shelf.library.join(of.path.as_path());
    let key = of.path.as_path().to_string_lossy();
    let known = shelf.catalog.proven_file(&key)?;
    let stamp = files::open(&from).and_then(|file| file.metadata()).map(|found| files::stamp_of(&found));
    if let (Some(known), Ok(stamp)) = (known, stamp)
        && known.sha256 == of.sha256
        && known.stamp.is_untouched(&stamp)
        && let Some(taken) = folder.share(&from, to)?
    {
        tracing::debug!(?taken, "a video is shared");
        // A second name changes the time of the last change of a file: without this, it would be hashed again.
        if let Ok(stamp) = files::stamp(&from)
            && known.stamp.is_same_file(&stamp)
        {
            shelf.catalog.put_proven_file(&ProvenFile { stamp, ..known })?;
        }
        return Ok(Way::Linked);
    }
    copy(shelf, folder, (of, to))
}

/// Copies a file, and reads the copy back.
pub fn copy(
    shelf: Shelf<'_>,
    folder: &HandedOutFolder,
    (of, to): (&FileOf, &str),
) -> Result<Way, TakingError> {
    let from = shelf.library.join(of.path.as_path());
    let changed = |error: StagingError| match error {
        StagingError::Other { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
            TakingError::Changed { file: from.display().to_string() }
        }
        other => other.into(),
    };
    folder.copy(&from, to, &of.sha256, &mut |_| {}).map_err(changed)?;
    folder.read_back(to, &of.sha256).map_err(changed)?;
    Ok(Way::Copied)
}
