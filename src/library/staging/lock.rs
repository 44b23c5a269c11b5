//! The lock that allows one process per library.

use std::fs::{File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Result, StagingError};
use crate::files;
use crate::model::config::LIBRARY_MARK as PRIVATE_FOLDER;

/// Mode of the lock file: anyone who can open it can lock it, and so block the library.
const OWNER_ONLY: u32 = 0o600;

/// A library's lock, held until dropped. The kernel releases it when the process ends, however it ends; the file stays.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks the file without waiting, and writes this process's id into it.
    pub(super) fn take(path: &Path) -> Result<Self> {
        let mut file = files::open_or_create_private(path).doing("opening the lock", path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(busy(path, file)),
            Err(error) => return Err(error.into()).doing("locking", path),
        }
        // For a file of an earlier version; another user's file cannot be changed and stays as it is.
        let _ = file.set_permissions(Permissions::from_mode(OWNER_ONLY));
        file.set_len(0).doing("writing the lock", path)?;
        writeln!(file, "{}", std::process::id()).doing("writing the lock", path)?;
        Ok(Self { _file: file })
    }
}

/// The lock of a service that one process a library runs beside the one that makes works.
#[derive(Debug)]
pub struct ServiceLock {
    _lock: Lock,
}

impl ServiceLock {
    /// Takes the lock `LIBRARY/.jincai/NAME`; fails if another process holds it.
    pub fn take(library: &Path, name: &str) -> Result<Self> {
        Ok(Self { _lock: Lock::take(&library.join(PRIVATE_FOLDER).join(name))? })
    }

    /// Returns the id of the process that holds the lock; `?` where it is held and the process is not known.
    pub fn holder(library: &Path, name: &str) -> Option<String> {
        let file = files::open(&library.join(PRIVATE_FOLDER).join(name)).ok()?;
        // A shared lock only asks: it is given back at once, and keeps nobody from taking it for longer than that.
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Err(Errno::WOULDBLOCK) => Some(holder(&file).unwrap_or_else(|| "?".to_owned())),
            _ => None,
        }
    }
}

/// Returns the error with the holder's process id: from the kernel, else the last one in the file, which may be
/// outdated.
fn busy(path: &Path, file: File) -> StagingError {
    let holder = holder(&file).unwrap_or_else(|| {
        let mut last = String::new();
        // A pid has at most ten digits; without one the message is only less precise.
        let _ = file.take(32).read_to_string(&mut last);
        match last.trim() {
            "" => "?".to_owned(),
            last => last.to_owned(),
        }
    });
    let library = path.ancestors().nth(2).unwrap_or(path).to_owned();
    StagingError::Busy { library, holder }
}

/// Returns the id of the process that holds a lock on this file, from `/proc/locks`.
pub(super) fn holder(file: &File) -> Option<String> {
    let inode = format!(":{}", file.metadata().ok()?.ino());
    let locks = files::read_system(Path::new("/proc/locks")).ok()?;
    let fields = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // A process in another container is listed with the number 0.
    let mut ours = fields.filter(|fields| {
        fields.get(5).is_some_and(|id| id.ends_with(&inode)) && fields.get(4).is_some_and(|pid| *pid != "0")
    });
    ours.next().and_then(|fields| fields.get(4).map(|pid| (*pid).to_owned()))
}
