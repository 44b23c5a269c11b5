//! Temporary folders for a work in progress.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{Doing, Result};
use crate::text::safe_name;

/// A temporary folder on the library's file system. Dropping it removes it and everything in it.
#[derive(Debug)]
pub struct StagedFolder {
    path: PathBuf,
}

impl StagedFolder {
    /// Creates the folder for a work, and clears one that an earlier attempt left.
    pub(super) fn create(aside: &Path, work: &str) -> Result<Self> {
        let path = aside.join(safe_name(work));
        if path.exists() {
            fs::remove_dir_all(&path).doing("clearing the staging folder", &path)?;
        }
        fs::create_dir(&path).doing("creating the staging folder", &path)?;
        Ok(Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the library is opened next.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A private temporary folder outside any library, for checks. Dropping it removes it and everything in it.
#[derive(Debug)]
pub struct ScratchFolder {
    path: PathBuf,
}

impl ScratchFolder {
    /// Creates a folder of mode 0700 in the system's folder for temporary files.
    pub fn create() -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("jincai-{}-{number}", std::process::id()));
        // Fails where something has this name already, so that nobody else's folder is used.
        fs::DirBuilder::new().mode(0o700).create(&path).doing("creating the folder", &path)?;
        Ok(Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // What is left is in the system's folder for temporary files, which the system clears.
        let _ = fs::remove_dir_all(&self.path);
    }
}
