//! Small files in jincai's own folder, and the lock on a folder that is someone else's.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Result, StagingError};
use super::publish::{forget_on_error, replace};
use super::{PRIVATE_FOLDER, Staging};
use crate::files;

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

    /// `LIBRARY/.jincai/NAME`.
    pub fn private_path(library: &Path, name: &str) -> PathBuf {
        library.join(PRIVATE_FOLDER).join(name)
    }
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
