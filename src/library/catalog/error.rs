//! What can go wrong with the catalogue.

use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};

use crate::model::finding::Code;

pub type Result<T> = std::result::Result<T, CatalogError>;

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not a database, or one whose pages contradict each other. The files of the library are not touched.
    #[error("the catalogue {} is damaged; move it and the files whose names start with its name away and run again", path.display())]
    Damaged { path: PathBuf },
    /// Written by a newer jincai.
    #[error("the catalogue has version {found}, this jincai knows up to {known}; please update jincai")]
    TooNew { found: u32, known: u32 },
    /// Two sources at the same place of two inboxes, with the same content.
    #[error("the work {id} already belongs to {}", source_path.display())]
    IdTaken { id: String, source_path: PathBuf },
    /// Two works with one file.
    #[error("the file {file} already belongs to the work {holder}")]
    FileTaken { file: String, holder: String },
    /// A file, and perhaps a database, but no catalogue of a library.
    #[error("{} is not a library's catalogue", path.display())]
    NoCatalogue { path: PathBuf },
    /// A catalogue of the newest version without one of its tables, or with other columns in it.
    #[error("the table `{table}` of {} is missing or not as it should be", path.display())]
    Incomplete { path: PathBuf, table: String },
    #[error("the catalogue's checks failed")]
    Unsound,
    /// What is known of a source cannot be read whole: it is damaged, or of another jincai. Its files are not touched.
    #[error("the catalogue's record of {} cannot be read: {detail}", source_path.display())]
    Entry { source_path: PathBuf, detail: String },
    /// A failure is no decision: what is published of the work stays.
    #[error("nothing was decided of the work {id}: its files stay")]
    NothingDecided { id: String },
    #[error("a record of the catalogue cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the catalogue's folder: {0}")]
    Place(std::io::Error),
    #[error("the catalogue: {0}")]
    Sql(#[from] rusqlite::Error),
}

impl CatalogError {
    /// Returns what keeps the catalogue from being read or written, if that is known: its disk, another program, or an entry.
    pub fn cause(&self) -> Option<Code> {
        if self.is_unreadable_entry() {
            return Some(Code::EntryUnreadable);
        }
        let Self::Sql(error) = self else { return None };
        let error = error.sqlite_error()?;
        match error.code {
            ErrorCode::DiskFull => Some(Code::DiskFull),
            // The write-ahead log's index is a file of its own, whose space is not asked for as other files' is.
            _ if error.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Some(Code::DiskFull),
            ErrorCode::ReadOnly | ErrorCode::CannotOpen => Some(Code::LibraryReadOnly),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some(Code::CatalogueBusy),
            ErrorCode::SystemIoFailure => Some(Code::LibraryUnreachable),
            ErrorCode::OutOfMemory => Some(Code::MachineBusy),
            _ => None,
        }
    }

    /// Returns true if only writing was impossible; the file itself may be sound.
    pub(super) fn is_read_only(&self) -> bool {
        self.cause() == Some(Code::LibraryReadOnly)
    }

    /// Returns true if a row exists but cannot be understood.
    fn is_unreadable_entry(&self) -> bool {
        use rusqlite::Error::{
            FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error,
        };
        match self {
            Self::Json(_) | Self::Entry { .. } => true,
            Self::Sql(error) => matches!(
                error,
                FromSqlConversionFailure(..)
                    | IntegralValueOutOfRange(..)
                    | InvalidColumnType(..)
                    | Utf8Error(..)
            ),
            _ => false,
        }
    }

    /// Adds to an unreadable entry the source it belongs to.
    pub(super) fn in_entry_of(self, source: &Path) -> Self {
        match self {
            error @ Self::Entry { .. } => error,
            error if error.is_unreadable_entry() => {
                Self::Entry { source_path: source.to_owned(), detail: error.to_string() }
            }
            other => other,
        }
    }

    /// Adds to damage the file it was found in.
    pub(super) fn at(self, path: &Path) -> Self {
        match self {
            Self::Unsound => Self::Damaged { path: path.to_owned() },
            Self::Sql(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
                ) =>
            {
                Self::Damaged { path: path.to_owned() }
            }
            other => other,
        }
    }
}
