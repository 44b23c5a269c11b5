//! A work's folder in the making.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{Doing, Result};
use super::names::safe_name;

/// A temporary folder on the library's file system. Dropping it removes it and everything in it.
#[derive(Debug)]
pub struct StagedFolder {
    path: PathBuf,
}

impl StagedFolder {
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
        // What cannot be removed now is removed when the library is next opened.
        let _ = fs::remove_dir_all(&self.path);
    }
}
