//! Write aside, sync, rename: the only room that makes outputs appear.
//!
//! Everything is first made under `LIBRARY/.jincai/staging`, on the same file system, and appears under its final
//! name by one rename after its bytes are on the disk. A kill at any moment leaves the old file or the new one.

mod error;
mod folder;
mod inbox_writes;
mod lock;
mod log_file;
mod private;
mod publish;
mod work_id;

pub use error::{Result, StagingError};
pub use folder::{ScratchFolder, StagedFolder};
pub use inbox_writes::{Durability, remove_beside, write_beside};
pub use log_file::LogFile;
pub use private::{FolderLock, reserve_beside, reveal_synced};
pub use publish::{Content, Publication, Published, Retired};
pub use work_id::work_id;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::files::Folder;
use error::Doing;
use lock::Lock;

/// The folder inside a library that is jincai's own: catalogue, lock and staging.
pub const PRIVATE_FOLDER: &str = ".jincai";

/// What `StagingError::Other` says was being done when a library could not be made.
pub const CREATING_LIBRARY: &str = "creating the library";

/// Less than any work needs.
const PROBE_BYTES: usize = 1 << 20;

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
        fs::create_dir_all(library.join(PRIVATE_FOLDER)).doing(CREATING_LIBRARY, library)?;
        let library = library.canonicalize().doing("opening the library", library)?;
        let private = library.join(PRIVATE_FOLDER);
        let lock = Lock::take(&private.join("lock"))?;
        let aside = private.join("staging");
        if aside.exists() {
            fs::remove_dir_all(&aside).doing("clearing the staging folder", &aside)?;
        }
        fs::create_dir(&aside).doing("creating the staging folder", &aside)?;
        check_takes(&library, 0)?;
        Ok(Self { library, aside, _lock: lock })
    }

    /// The library's folder, absolute.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// Whether the library still takes files: its disk may be full, its share gone. A full disk takes small files.
    pub fn check(&self) -> Result<()> {
        check_takes(&self.library, PROBE_BYTES)
    }

    /// An empty folder for the files of one work in the making; it vanishes with the value.
    pub fn folder(&self, work: &str) -> Result<StagedFolder> {
        StagedFolder::create(&self.aside, work)
    }
}

/// Finds out before hours of work whether the library's own folder takes files, of so many bytes.
fn check_takes(library: &Path, bytes: usize) -> Result<()> {
    let private = library.join(PRIVATE_FOLDER);
    let folder = Folder::open(&private).doing("opening", &private)?;
    let written = folder.create().and_then(|mut probe| {
        // Not zeros, which some file systems do not store; synced, since a share says only then that it has no room.
        probe.file.write_all(&vec![0xA5; bytes])?;
        if bytes > 0 { probe.file.sync_all() } else { Ok(()) }
    });
    written.doing("trying to write to", &private)
}

#[cfg(test)]
mod tests;
