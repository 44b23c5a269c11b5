//! The library that this process alone may change.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::{Doing, Result};
use super::folder::StagedFolder;
use super::lock::Lock;
use crate::files::Folder;
use crate::model::config::LIBRARY_MARK;

/// The folder inside a library that is jincai's own: catalogue, lock and staging.
pub const PRIVATE_FOLDER: &str = LIBRARY_MARK;

/// What [`StagingError::Other`](super::StagingError::Other) says was being done when a library could not be made.
pub const CREATING_LIBRARY: &str = "creating the library";

/// Size of the file written to test for free space; every work needs more.
const PROBE_BYTES: usize = 1 << 20;

/// A library that this process alone may change, until it is dropped.
#[derive(Debug)]
pub struct Staging {
    /// Absolute, without symbolic links.
    pub(super) library: PathBuf,
    /// `LIBRARY/.jincai/staging`.
    pub(super) aside: PathBuf,
    _lock: Lock,
}

impl Staging {
    /// Locks the library for this process, creates its folders, and removes what a killed run left behind. Fails if
    /// another process holds the library, or if it is not writable.
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
        check_writable(&library, 0)?;
        Ok(Self { library, aside, _lock: lock })
    }

    /// Returns the library's folder, absolute and without links.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// Checks that the library can still be written to: its disk may be full, its share gone. Writes 1 MiB, since small
    /// files may still fit on a full disk.
    pub fn check(&self) -> Result<()> {
        check_writable(&self.library, PROBE_BYTES)
    }

    /// Creates an empty folder for the files of one work in progress; it is removed when the value is dropped.
    pub fn folder(&self, work: &str) -> Result<StagedFolder> {
        StagedFolder::create(&self.aside, work)
    }
}

/// Checks, before hours of work, that a file of `bytes` bytes can be written to the library's own folder.
fn check_writable(library: &Path, bytes: usize) -> Result<()> {
    let private = library.join(PRIVATE_FOLDER);
    let folder = Folder::open(&private).doing("opening", &private)?;
    let written = folder.create().and_then(|mut probe| {
        // Not zeros, which some file systems do not store; synced, since a share reports only then that it is full.
        probe.file.write_all(&vec![0xA5; bytes])?;
        if bytes > 0 { probe.file.sync_all() } else { Ok(()) }
    });
    written.doing("trying to write to", &private)
}
