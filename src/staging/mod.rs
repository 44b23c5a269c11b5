//! Write aside, sync, rename: the only room that makes outputs appear.
//!
//! Everything is first made under `LIBRARY/.jincai/staging`, on the same file system, and appears under its final
//! name by one rename after its bytes are on the disk. A kill at any moment leaves the old file or the new one.

mod beside;
mod error;
mod folder;
mod lines;
mod lock;
mod names;
mod private;
mod publish;

pub use beside::{Lasting, remove_beside, write_beside};
pub use error::{Result, StagingError};
pub use folder::{ScratchFolder, StagedFolder};
pub use lines::LinesFile;
pub use names::{folder_name, safe_name, work_id};
pub use private::FolderLock;
pub use publish::{Content, Publication};

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::Folder;
use error::Doing;
use lock::Lock;

/// The folder inside a library that is jincai's own: catalogue, lock and staging.
pub const PRIVATE_FOLDER: &str = ".jincai";

/// A library that this process alone may change, until it is dropped.
#[derive(Debug)]
pub struct Staging {
    /// Absolute, without symbolic links.
    library: PathBuf,
    /// `LIBRARY/.jincai/staging`.
    aside: PathBuf,
    _lock: Lock,
}

impl Staging {
    /// Takes the library for this process, makes its folders, and clears away what a killed run left behind.
    pub fn open(library: &Path) -> Result<Self> {
        fs::create_dir_all(library.join(PRIVATE_FOLDER)).doing("creating the library", library)?;
        let library = library.canonicalize().doing("opening the library", library)?;
        let private = library.join(PRIVATE_FOLDER);
        let lock = Lock::take(&private.join("lock"))?;
        let aside = private.join("staging");
        if aside.exists() {
            fs::remove_dir_all(&aside).doing("clearing the staging folder", &aside)?;
        }
        fs::create_dir(&aside).doing("creating the staging folder", &aside)?;
        check_writable(&library)?;
        Ok(Self { library, aside, _lock: lock })
    }

    /// The library's folder, absolute.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// Whether the library still takes files: its share may have gone.
    pub fn check(&self) -> Result<()> {
        check_writable(&self.library)
    }

    /// An empty folder for the files of one work in the making; it vanishes with the value.
    pub fn folder(&self, work: &str) -> Result<StagedFolder> {
        StagedFolder::create(&self.aside, work)
    }
}

/// Finds out before hours of work whether the library's own folder takes files.
fn check_writable(library: &Path) -> Result<()> {
    let private = library.join(PRIVATE_FOLDER);
    let folder = Folder::open(&private).doing("opening", &private)?;
    folder.create().map(drop).doing("trying to write to", &private)
}

#[cfg(test)]
mod tests;
