//! Small files in jincai's own folder, and the lock on a folder of other people.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Result, StagingError};
use super::lock::holder;
use super::open::{PRIVATE_FOLDER, Staging};
use super::publish::{forget_on_error, link_or_copy, replace, sync};
use crate::files;

/// Suffixes of unfinished files, and of SQLite's journals beside them.
const ASIDE_SUFFIX: &str = ".tmp";
const ASIDE_JOURNAL_SUFFIX: &str = ".tmp-journal";

/// Time without writes after which an unfinished file is abandoned: a copy is written to continuously and synced at its
/// end, which takes less even on a slow share.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

impl Staging {
    /// Replaces `LIBRARY/.jincai/NAME` atomically by what `fill` writes. Not synced: such a file only shows the current
    /// state.
    pub fn replace_private(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let aside = self.aside_name();
        let written = files::create_new(&aside).map(BufWriter::new).and_then(|mut out| {
            fill(&mut out)?;
            out.flush()
        });
        let replaced = written
            .doing("writing", &aside)
            .and_then(|()| replace(&aside, &Self::private_path(self.library(), name)));
        forget_on_error(replaced, &aside)
    }

    /// Renames the finished file `LIBRARY/.jincai/ASIDE` to `NAME` there, and replaces a file of that name: the file is
    /// synced before, the folder after.
    pub fn reveal_private(&self, aside: &str, name: &str) -> Result<()> {
        let path = |name| Self::private_path(self.library(), name);
        reveal_synced(&path(aside), &path(name))
    }

    /// Gives the file `LIBRARY/.jincai/NAME` a second name, under which it stays when another file replaces the first.
    pub fn keep_private(&self, name: &str, kept: &str) -> Result<()> {
        let kept = Self::private_path(self.library(), kept);
        link_or_copy(&Self::private_path(self.library(), name), &kept)?;
        kept.parent().map_or(Ok(()), sync)
    }

    /// Removes `LIBRARY/.jincai/NAME`; a missing file is no error.
    pub fn remove_private(&self, name: &str) -> Result<()> {
        let path = Self::private_path(self.library(), name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.doing("removing", &path),
        }
    }

    /// Removes files that [`reserve_beside`] reserved in jincai's own folder and that a killed process left there.
    /// Recently written ones may be in use: a catalogue is copied without the library's lock.
    pub fn remove_reserved(&self) {
        let entries = fs::read_dir(self.library().join(PRIVATE_FOLDER)).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_aside = name.starts_with('.')
                && (name.ends_with(ASIDE_SUFFIX) || name.ends_with(ASIDE_JOURNAL_SUFFIX));
            if is_aside && is_abandoned(&entry) {
                // One that cannot be removed only takes up space.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Returns `LIBRARY/.jincai/NAME`.
    pub fn private_path(library: &Path, name: &str) -> PathBuf {
        library.join(PRIVATE_FOLDER).join(name)
    }
}

/// Returns true if a file was not written to for so long that its writer must be gone.
fn is_abandoned(entry: &fs::DirEntry) -> bool {
    let written = entry.metadata().and_then(|file| file.modified());
    written.is_ok_and(|at| at.elapsed().is_ok_and(|since| since > ABANDONED_AFTER))
}

/// Creates an empty file under a hidden name beside `to`, to be filled and then renamed; returns its path.
pub fn reserve_beside(to: &Path) -> Result<PathBuf> {
    let digits = files::random_digits().doing("asking for random digits for", to)?;
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let aside = to.with_file_name(format!(".{name}-{digits}{ASIDE_SUFFIX}"));
    files::create_new(&aside).doing("creating", &aside)?;
    Ok(aside)
}

/// Renames a finished file to `to`, on the same file system: the file is synced before, the folder after.
pub fn reveal_synced(aside: &Path, to: &Path) -> Result<()> {
    files::open(aside).and_then(|file| file.sync_all()).doing("syncing", aside)?;
    replace(aside, to)?;
    to.parent().filter(|folder| *folder != Path::new("")).map_or_else(|| sync(Path::new(".")), sync)
}

/// A lock on a folder that one process alone watches. Nothing is written to the folder; the kernel releases the lock
/// when the process ends.
#[derive(Debug)]
pub struct FolderLock {
    _folder: File,
}

impl FolderLock {
    /// Locks the folder; fails if another process holds it. On a file system without locks this always succeeds.
    pub fn take(folder: &Path) -> Result<Self> {
        let file = files::open_folder(folder).doing("opening", folder)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => {
                let holder = holder(&file).unwrap_or_else(|| "?".to_owned());
                Err(StagingError::Busy { library: folder.to_owned(), holder })
            }
            _ => Ok(Self { _folder: file }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_reserved_goes_and_what_is_being_filled_stays() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::open(folder.path()).unwrap();
        let to = Staging::private_path(folder.path(), "catalog.bak");
        let (old, new) = (reserve_beside(&to).unwrap(), reserve_beside(&to).unwrap());
        let hours_ago = new.metadata().unwrap().modified().unwrap() - Duration::from_secs(2 * 3600);
        files::open_or_create_private(&old).unwrap().set_modified(hours_ago).unwrap();
        staging.remove_reserved();
        assert_eq!((old.exists(), new.exists()), (false, true));
    }
}
