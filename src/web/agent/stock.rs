//! Which files are on the disk and were checked. A file is handed out only as long as it is the one that was checked.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{Advice, fadvise};

use super::store::{self, StoreError};
use crate::files;
use crate::model::inspection::FileStamp;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Good,
    Missing,
    /// Its bytes are others; it was removed.
    Damaged,
}

/// A file as it was checked.
#[derive(Debug)]
struct Good {
    stamp: FileStamp,
    checked: Instant,
}

#[derive(Debug)]
struct Shelf {
    files: HashMap<String, Good>,
    /// Changes whenever `files` does.
    version: u64,
}

/// The checked files of a folder.
#[derive(Debug)]
pub(super) struct Stock {
    folder: PathBuf,
    shelf: Mutex<Shelf>,
}

impl Stock {
    /// Nothing is checked yet. `version` differs from start to start, so that a page that outlives the agent looks again.
    pub fn of(folder: PathBuf, version: u32) -> Self {
        let shelf = Shelf { files: HashMap::new(), version: u64::from(version).max(1) };
        Self { folder, shelf: Mutex::new(shelf) }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(sha256)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn has(&self, sha256: &str) -> bool {
        self.shelf().files.contains_key(sha256)
    }

    /// Returns all digests with the number that changes when they do.
    pub fn all(&self) -> (u64, Vec<String>) {
        let shelf = self.shelf();
        (shelf.version, shelf.files.keys().cloned().collect())
    }

    pub fn version(&self) -> u64 {
        self.shelf().version
    }

    /// Reads a file from its beginning to its end, and takes it in if it is the one that its name says.
    pub fn check(&self, sha256: &str) -> Result<Checked, StoreError> {
        let path = self.path(sha256);
        let Ok(mut file) = files::open(&path) else { return Ok(Checked::Missing) };
        // What is read is to come from the disk, not out of the memory that was written to it.
        let _ = fadvise(&file, 0, None, Advice::DontNeed);
        let read = file.metadata().and_then(|before| Ok((before, files::digest_of(&mut file)?.0)));
        match read {
            Ok((before, found)) if found == sha256 => {
                let mut shelf = self.shelf();
                let good = Good { stamp: files::stamp_of(&before), checked: Instant::now() };
                if shelf.files.insert(sha256.to_owned(), good).is_none() {
                    shelf.version += 1;
                }
                Ok(Checked::Good)
            }
            // A sector that cannot be read is as good as another one.
            _ => {
                self.remove(sha256)?;
                Ok(Checked::Damaged)
            }
        }
    }

    /// Opens a checked file. One that was changed since is none until it was checked again.
    pub fn open(&self, sha256: &str) -> Option<(File, u64)> {
        let stamp = self.shelf().files.get(sha256)?.stamp;
        let file = files::open(&self.path(sha256)).ok()?;
        let now = files::stamp_of(&file.metadata().ok()?);
        stamp.is_untouched(&now).then_some((file, now.bytes))
    }

    /// Returns the file that was checked the longest ago, if that is longer than `since`: bits rot where nobody looks.
    pub fn oldest(&self, since: Duration) -> Option<String> {
        let shelf = self.shelf();
        let oldest = shelf.files.iter().min_by_key(|(_, good)| good.checked);
        oldest.filter(|(_, good)| good.checked.elapsed() > since).map(|(sha256, _)| sha256.clone())
    }

    /// From now on a file is not handed out, until it is checked again.
    pub fn doubt(&self, sha256: &str) {
        let mut shelf = self.shelf();
        if shelf.files.remove(sha256).is_some() {
            shelf.version += 1;
        }
    }

    /// Removes a file, and what was fetched of it.
    pub fn remove(&self, sha256: &str) -> Result<(), StoreError> {
        self.doubt(sha256);
        for name in [sha256.to_owned(), format!("{sha256}.part"), format!("{sha256}.json")] {
            store::remove(&self.folder.join(name))?;
        }
        Ok(())
    }

    /// Removes all files but those that `is_kept` names by their digests.
    pub fn retain(&self, is_kept: impl Fn(&str) -> bool) -> Result<(), StoreError> {
        let failed = |source| StoreError::Io { path: self.folder.clone(), source };
        for entry in std::fs::read_dir(&self.folder).map_err(failed)?.flatten() {
            let name = entry.file_name();
            let sha256 = name.to_str().map_or("", |name| name.split('.').next().unwrap_or(name));
            if sha256.len() != 64 || !is_kept(sha256) {
                self.doubt(sha256);
                store::remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;

    #[test]
    fn a_file_is_handed_out_as_it_was_checked_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let stock = Stock::of(folder.path().to_owned(), 7);
        let mut file = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
        file.write_all(b"abc").unwrap();
        let sha256 = files::digest(file.path()).unwrap().0;
        let path = stock.path(&sha256);
        assert_eq!(stock.check(&sha256).unwrap(), Checked::Missing);
        let mut file = file.persist(&path).unwrap();
        assert!(stock.open(&sha256).is_none(), "not before it was checked");
        let before = stock.version();
        assert_eq!(stock.check(&sha256).unwrap(), Checked::Good);
        assert!(stock.open(&sha256).is_some() && stock.version() > before);
        assert_eq!(stock.oldest(Duration::ZERO), Some(sha256.clone()));
        assert_eq!(stock.oldest(Duration::from_secs(60)), None);
        file.rewind().unwrap();
        file.write_all(b"abd").unwrap();
        assert!(stock.open(&sha256).is_none(), "it was changed");
        assert_eq!(stock.check(&sha256).unwrap(), Checked::Damaged);
        assert!(!path.exists());
    }

    #[test]
    fn what_no_edition_names_goes_with_its_parts() {
        let folder = tempfile::tempdir().unwrap();
        let stock = Stock::of(folder.path().to_owned(), 7);
        let (kept, gone) = ("a".repeat(64), "b".repeat(64));
        for name in [kept.clone(), format!("{gone}.part"), format!("{gone}.json"), gone, ".x-1.tmp".into()] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        stock.retain(|sha256| sha256 == kept).unwrap();
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().flatten().map(|it| it.file_name()).collect();
        assert_eq!(left, [kept.as_str()]);
    }
}
