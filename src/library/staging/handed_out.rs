//! Folders that leave the house, on a stick or elsewhere: filled under another name, synced, read back, renamed.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::error::{Doing, Result, StagingError};
use super::publish::sync;
use crate::files;
use crate::text::{hex, name_key};

/// A folder that is being filled. Dropping it removes it; what a killed process left is removed by the next one. While it is
/// filled, no other process can begin one that is to have the same name.
#[derive(Debug)]
pub struct HandedOutFolder {
    pub(super) aside: PathBuf,
    pub(super) to: PathBuf,
    pub(super) is_finished: bool,
    /// Held until this is dropped; the kernel releases it when the process ends, however it ends.
    _lease: Option<fs::File>,
}

/// How a file came into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Shares its blocks with the original until one of them is written to.
    Cloned,
    /// Is the original under a second name.
    Linked,
    Copied,
}

const PREFIX: &str = ".jincai-";
const SUFFIX: &str = ".part";

/// Digits of the digest by which an unfinished folder is named.
const KEY_DIGITS: usize = 16;

/// How often a folder is made that others clear away at once.
const ATTEMPTS: usize = 8;

impl HandedOutFolder {
    /// Begins the folder `name` in `place`, which exists.
    ///
    /// # Errors
    /// Also if something has that name, or another process is filling a folder that will have it
    /// ([`ResourceBusy`](io::ErrorKind::ResourceBusy)).
    pub fn begin(place: &Path, name: &str) -> Result<Self> {
        let to = place.join(name);
        if files::is_there(&to).doing("looking for", &to)? {
            return Err(taken(to));
        }
        Self::begin_in_place(place, name)
    }

    /// Begins a folder that may take the place of an earlier one of that name: see
    /// [`finish_in_place`](Self::finish_in_place).
    ///
    /// # Errors
    /// Also if another process is filling a folder that will have the name.
    pub fn begin_in_place(place: &Path, name: &str) -> Result<Self> {
        let to = place.join(name);
        clear_unfinished(place);
        // By the name, as every system compares them: whoever is to have it finds the folder and its lease.
        let aside = aside_of(place, name, "");
        for _ in 0..ATTEMPTS {
            match fs::create_dir(&aside) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let source = io::ErrorKind::ResourceBusy.into();
                    return Err(StagingError::Other { path: to, doing: "creating", source });
                }
                made => made.doing("creating", &aside)?,
            }
            match lease(&aside) {
                // Whoever clears up may have taken it for left behind in between, and is removing it.
                Ok(None) => {}
                Ok(Some(held)) if !is_there_still(&held, &aside) => {}
                held => return Ok(Self { aside, to, is_finished: false, _lease: held.ok().flatten() }),
            }
        }
        Err(StagingError::Other { path: to, doing: "creating", source: io::ErrorKind::ResourceBusy.into() })
    }

    /// Returns where it is filled.
    pub fn path(&self) -> &Path {
        &self.aside
    }

    /// Creates a folder in it.
    pub fn folder(&self, name: &str) -> Result<()> {
        let path = self.aside.join(name);
        fs::create_dir(&path).doing("creating", &path)
    }

    /// Creates folders in it, one below the other, as far as they are missing. `path` has `/` between them.
    pub fn folders(&self, path: &str) -> Result<()> {
        let path = self.aside.join(path);
        fs::create_dir_all(&path).doing("creating", &path)
    }

    /// Takes a file whose content is proven, by sharing its blocks or as a second name of it; returns `None` where the file
    /// system can do neither, or it lies on another one.
    pub fn share(&self, from: &Path, name: &str) -> Result<Option<Taken>> {
        let path = self.aside.join(name);
        if self.clone_blocks(from, name)? {
            return Ok(Some(Taken::Cloned));
        }
        match fs::hard_link(from, &path) {
            Ok(()) => Ok(Some(Taken::Linked)),
            Err(_) => Ok(None),
        }
    }

    /// Gives a new file the blocks of another one; returns false where the file system cannot.
    pub fn clone_blocks(&self, from: &Path, name: &str) -> Result<bool> {
        let path = self.aside.join(name);
        let source = files::open(from).doing("opening", from)?;
        let file = files::create_new(&path).doing("creating", &path)?;
        if rustix::fs::ioctl_ficlone(&file, &source).is_ok() {
            file.sync_all().doing("writing", &path)?;
            return Ok(true);
        }
        drop(file);
        fs::remove_file(&path).doing("removing", &path)?;
        Ok(false)
    }

    /// Removes a file in it.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.aside.join(name);
        fs::remove_file(&path).doing("removing", &path)
    }

    /// Syncs every folder in it, so that a stick that is pulled out keeps their names.
    pub fn sync_folders(&self, folders: &[String]) -> Result<()> {
        folders.iter().try_for_each(|folder| sync(&self.aside.join(folder)))
    }

    /// Writes a file, synced.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.aside.join(name);
        let mut file = files::create_new(&path).doing("creating", &path)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).doing("writing", &path)
    }

    /// Copies a file whose digest is known, synced. `on_bytes` hears of each piece.
    ///
    /// # Errors
    /// Also if what was read is not what the digest says.
    pub fn copy(&self, from: &Path, name: &str, sha256: &str, on_bytes: &mut dyn FnMut(u64)) -> Result<()> {
        let path = self.aside.join(name);
        let mut source = files::open(from).doing("opening", from)?;
        let mut file = files::create_new(&path).doing("creating", &path)?;
        let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
        loop {
            let read = source.read(&mut buffer).doing("reading", from)?;
            if read == 0 {
                break;
            }
            digest.update(&buffer[..read]);
            file.write_all(&buffer[..read]).doing("writing", &path)?;
            on_bytes(read as u64);
        }
        file.sync_all().doing("writing", &path)?;
        // What is read back is then read from the disk, where the file system lets it be forgotten.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        is_as_expected(&hex(&digest.finalize()), sha256, from)
    }

    /// Reads a file back and compares its digest.
    pub fn read_back(&self, name: &str, sha256: &str) -> Result<()> {
        let path = self.aside.join(name);
        let (found, _) = files::digest(&path).doing("reading back", &path)?;
        is_as_expected(&found, sha256, &path)
    }

    /// Returns the digest of a file in it.
    pub fn digest(&self, name: &str) -> Result<(String, u64)> {
        let path = self.aside.join(name);
        files::open(&path).and_then(|file| file.sync_all()).doing("writing", &path)?;
        files::digest(&path).doing("reading back", &path)
    }

    /// Creates an empty file in it, for whoever writes it piece by piece and syncs it.
    pub fn create(&self, name: &str) -> Result<fs::File> {
        let path = self.aside.join(name);
        files::create_new(&path).doing("creating", &path)
    }

    /// Gives the one file in it the name that the folder would have had, and removes the folder; returns the file's path.
    pub fn finish_file(self, name: &str) -> Result<PathBuf> {
        sync(&self.aside)?;
        appear(&self.aside.join(name), &self.to)?;
        self.to.parent().map_or(Ok(()), sync)?;
        Ok(self.to.clone())
    }

    /// Gives it its name; returns its path.
    pub fn finish(mut self) -> Result<PathBuf> {
        sync(&self.aside)?;
        appear(&self.aside, &self.to)?;
        self.is_finished = true;
        self.to.parent().map_or(Ok(()), sync)?;
        Ok(self.to.clone())
    }
}

impl Drop for HandedOutFolder {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_dir_all(&self.aside);
        }
    }
}

/// Returns where a folder lies before it has its name. `role` tells it from others of that name.
pub(super) fn aside_of(place: &Path, name: &str, role: &str) -> PathBuf {
    let key = hex(&Sha256::digest(name_key(name)));
    place.join(format!("{PREFIX}{}{role}{SUFFIX}", &key[..KEY_DIGITS]))
}

fn is_as_expected(found: &str, expected: &str, path: &Path) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(StagingError::Other {
            path: path.to_owned(),
            doing: "comparing",
            source: io::Error::new(io::ErrorKind::InvalidData, "its content is not what was released"),
        }),
    }
}

/// Gives a file or folder its name, which nothing has.
///
/// # Errors
/// If something has it by now: nothing is ever replaced.
fn appear(from: &Path, to: &Path) -> Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(taken(to.to_owned())),
        // Some file systems (FUSE, old shares) know no such renaming. The lease keeps other packages away meanwhile.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            if files::is_there(to).doing("looking for", to)? {
                return Err(taken(to.to_owned()));
            }
            super::publish::replace(from, to)
        }
        Err(error) => Err(io::Error::from(error)).doing("publishing", to),
    }
}

fn taken(path: PathBuf) -> StagingError {
    StagingError::Other { path, doing: "creating", source: io::ErrorKind::AlreadyExists.into() }
}

/// Returns the lock of an unfinished folder; `None` while another process holds it.
fn lease(aside: &Path) -> io::Result<Option<fs::File>> {
    let folder = files::open_folder(aside)?;
    match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(folder)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Returns true if an open folder is still the one of that name.
fn is_there_still(folder: &fs::File, path: &Path) -> bool {
    let inode = |found: io::Result<fs::Metadata>| found.map(|found| files::stamp_of(&found).inode).ok();
    inode(folder.metadata()) == inode(fs::metadata(path))
}

/// Removes what killed processes left unfinished in a place: what nobody holds. Where folders cannot be locked, all is left.
pub fn clear_unfinished(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX)
            && name.ends_with(SUFFIX)
            && let Ok(Some(_held)) = lease(&entry.path())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_or_not_at_all_and_only_with_the_bytes_that_were_released() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("a.mp4");
        fs::write(&source, b"film").unwrap();
        let sum = hex(&Sha256::digest(b"film"));
        let begun = HandedOutFolder::begin(place.path(), "stick-1").unwrap();
        begun.copy(&source, "1.mp4", &sum, &mut |_| {}).unwrap();
        begun.read_back("1.mp4", &sum).unwrap();
        assert!(begun.copy(&source, "2.mp4", &hex(&Sha256::digest(b"other")), &mut |_| {}).is_err());
        fs::write(begun.path().join("1.mp4"), b"filn").unwrap();
        assert!(begun.read_back("1.mp4", &sum).is_err());
        drop(begun);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
        // As after a kill.
        fs::create_dir(place.path().join(".jincai-stick-1.part")).unwrap();
        let begun = HandedOutFolder::begin(place.path(), "stick-1").unwrap();
        begun.write("a.txt", b"a").unwrap();
        let made = begun.finish().unwrap();
        assert_eq!(fs::read(made.join("a.txt")).unwrap(), b"a");
        assert!(HandedOutFolder::begin(place.path(), "stick-1").is_err());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    }

    #[test]
    fn two_that_are_to_have_one_name_are_never_filled_at_once_and_nothing_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        let first = HandedOutFolder::begin(place.path(), "Bao").unwrap();
        first.write("a.txt", b"a").unwrap();
        let kind = |begun: Result<HandedOutFolder>| match begun {
            Err(StagingError::Other { source, .. }) => source.kind(),
            other => panic!("{other:?}"),
        };
        // The second one, of a name that Windows takes for the same, destroys nothing of the first.
        assert_eq!(kind(HandedOutFolder::begin(place.path(), "bao")), io::ErrorKind::ResourceBusy);
        let other = HandedOutFolder::begin(place.path(), "other").unwrap();
        assert!(first.path().join("a.txt").exists());
        // Somebody puts an empty folder there meanwhile, which a plain renaming would replace.
        fs::create_dir(place.path().join("Bao")).unwrap();
        assert!(
            matches!(first.finish(), Err(StagingError::Other { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists)
        );
        other.create("other.zip").unwrap();
        fs::write(place.path().join("other"), b"kept").unwrap();
        assert!(other.finish_file("other.zip").is_err());
        assert_eq!(fs::read(place.path().join("other")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "what failed is removed");
    }

    #[test]
    fn a_shared_file_has_the_bytes_of_its_original_and_one_file_alone_may_get_the_name() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("a.mp4");
        fs::write(&source, b"film").unwrap();
        let begun = HandedOutFolder::begin(place.path(), "b.zip").unwrap();
        begun.folders("x/y").unwrap();
        assert!(begun.share(&source, "x/y/1.mp4").unwrap().is_some());
        begun.read_back("x/y/1.mp4", &hex(&Sha256::digest(b"film"))).unwrap();
        // Sharing blocks is not for every file system; a second name is never made instead.
        if begun.clone_blocks(&source, "2.mp4").unwrap() {
            fs::write(begun.path().join("2.mp4"), b"other").unwrap();
            assert_eq!(fs::read(&source).unwrap(), b"film");
        }
        begun.create("b.zip").unwrap().write_all(b"zip").unwrap();
        let made = begun.finish_file("b.zip").unwrap();
        assert_eq!(fs::read(made).unwrap(), b"zip");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    }
}
