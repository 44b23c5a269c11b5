//! Small files in jincai's own folder, and the lock on a folder that is someone else's.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Result, StagingError};
use super::publish::{forget_on_error, link_or_copy, replace, sync};
use super::{PRIVATE_FOLDER, Staging};
use crate::files;

/// How the names of files end that are not finished, and of what SQLite keeps beside them.
const ASIDE_END: &str = ".tmp";
const ASIDE_JOURNAL: &str = ".tmp-journal";

/// A copy is written to all the time while it is made, and synced at its end; even a slow share is done with that by then.
const LEFT_AFTER: Duration = Duration::from_secs(3600);

impl Staging {
    /// Replaces `LIBRARY/.jincai/NAME` at once by what `fill` writes. Not synced: such a file only says how things stand.
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

    /// Makes the finished file `LIBRARY/.jincai/ASIDE` appear as `NAME` there, in the place of what is called so: synced,
    /// renamed, and the folder synced.
    pub fn settle_private(&self, aside: &str, name: &str) -> Result<()> {
        let path = |name| Self::private_path(self.library(), name);
        reveal_synced(&path(aside), &path(name))
    }

    /// Gives the file `LIBRARY/.jincai/NAME` a second name that stays when the first is taken by another file.
    pub fn keep_private(&self, name: &str, kept: &str) -> Result<()> {
        let kept = Self::private_path(self.library(), kept);
        link_or_copy(&Self::private_path(self.library(), name), &kept)?;
        kept.parent().map_or(Ok(()), sync)
    }

    /// Removes `LIBRARY/.jincai/NAME`; one that is not there is no error.
    pub fn remove_private(&self, name: &str) -> Result<()> {
        let path = Self::private_path(self.library(), name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.doing("removing", &path),
        }
    }

    /// Removes what [`reserve_beside`] reserved in jincai's own folder and a process that was killed left there. What was
    /// written to lately may still be filled: a catalogue is copied without the library's lock.
    pub fn remove_reserved(&self) {
        let entries = fs::read_dir(self.library().join(PRIVATE_FOLDER)).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_aside =
                name.starts_with('.') && (name.ends_with(ASIDE_END) || name.ends_with(ASIDE_JOURNAL));
            if is_aside && is_left_behind(&entry) {
                // What cannot be removed only takes space.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// `LIBRARY/.jincai/NAME`.
    pub fn private_path(library: &Path, name: &str) -> PathBuf {
        library.join(PRIVATE_FOLDER).join(name)
    }
}

/// Whether nobody has written to a file for so long that its writer must be gone.
fn is_left_behind(entry: &fs::DirEntry) -> bool {
    let written = entry.metadata().and_then(|file| file.modified());
    written.is_ok_and(|at| at.elapsed().is_ok_and(|since| since > LEFT_AFTER))
}

/// An empty file beside `to` that is filled before it takes its name.
pub fn reserve_beside(to: &Path) -> Result<PathBuf> {
    let digits = files::random_digits().doing("asking for random digits for", to)?;
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let aside = to.with_file_name(format!(".{name}-{digits}{ASIDE_END}"));
    files::create_new(&aside).doing("creating", &aside)?;
    Ok(aside)
}

/// Makes a finished file appear as `to`, on the same file system: synced, renamed, and the folder synced.
pub fn reveal_synced(aside: &Path, to: &Path) -> Result<()> {
    files::open(aside).and_then(|file| file.sync_all()).doing("syncing", aside)?;
    replace(aside, to)?;
    to.parent().filter(|folder| *folder != Path::new("")).map_or_else(|| sync(Path::new(".")), sync)
}

/// A folder that one process alone looks after. Nothing is written to it; the kernel lets go when the process ends.
#[derive(Debug)]
pub struct FolderLock {
    _folder: File,
}

impl FolderLock {
    /// Takes the folder. A file system that knows no locks lets everyone pass.
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

/// The process that the kernel's list of locks names for this file.
pub(super) fn holder(file: &File) -> Option<String> {
    let inode = format!(":{}", file.metadata().ok()?.ino());
    let locks = files::read_system(Path::new("/proc/locks")).ok()?;
    let fields = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // A lock of a process in another container has no number here.
    let mut ours = fields.filter(|fields| {
        fields.get(5).is_some_and(|id| id.ends_with(&inode)) && fields.get(4).is_some_and(|pid| *pid != "0")
    });
    ours.next().and_then(|fields| fields.get(4).map(|pid| (*pid).to_owned()))
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
