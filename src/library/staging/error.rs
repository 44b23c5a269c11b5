//! Errors of writing to the library.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;

pub type Result<T> = std::result::Result<T, StagingError>;

/// Why the library could not be locked or written to.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// No space or quota is left.
    #[error("the disk is full: {}", path.display())]
    DiskFull { path: PathBuf },
    /// The file system or the permissions forbid writing there.
    #[error("nothing can be written to {}", path.display())]
    ReadOnly { path: PathBuf },
    /// Another process holds the lock of this library.
    #[error("the library is in use by process {holder}")]
    Busy { library: PathBuf, holder: String },
    /// A path outside the library, where nothing may be changed.
    #[error("{} is outside the library", path.display())]
    OutsideLibrary { path: PathBuf },
    #[error("{doing} {}: {source}", path.display())]
    Other { path: PathBuf, doing: &'static str, source: io::Error },
}

impl StagingError {
    /// Returns the finding that tells the office what to do.
    pub fn finding(&self) -> Finding {
        let (code, path) = match self {
            Self::DiskFull { path } => (Code::DiskFull, path),
            Self::ReadOnly { path } => (Code::LibraryReadOnly, path),
            Self::Busy { library, .. } => (Code::RenderFailed, library),
            Self::OutsideLibrary { path } => (Code::RenderFailed, path),
            Self::Other { path, source, .. } => (Code::of_io(source).unwrap_or(Code::RenderFailed), path),
        };
        Finding::error(code).arg(Arg::Path, path.display()).detail(self)
    }
}

/// Adds to an I/O error what was being done, and to which path.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| {
            let path = path.to_owned();
            match Errno::from_io_error(&source) {
                Some(Errno::NOSPC | Errno::DQUOT) => StagingError::DiskFull { path },
                Some(Errno::ROFS | Errno::ACCESS | Errno::PERM) => StagingError::ReadOnly { path },
                _ => StagingError::Other { path, doing, source },
            }
        })
    }
}
