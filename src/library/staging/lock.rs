//! One process a library.

use std::fs::{File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Result, StagingError};
use super::private::holder;
use crate::files;

/// Whoever can open the file can lock it, and keep the library from everyone: nobody else shall.
const OURS_ALONE: u32 = 0o600;

/// Held until dropped. The kernel lets go of it when the process ends, however it ends; the file stays.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(path: &Path) -> Result<Self> {
        let mut file = files::open_or_create_private(path).doing("opening the lock", path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(busy(path, file)),
            Err(error) => return Err(error.into()).doing("locking", path),
        }
        // One of an earlier version; where it is another user's, it stays as that user wants it.
        let _ = file.set_permissions(Permissions::from_mode(OURS_ALONE));
        file.set_len(0).doing("writing the lock", path)?;
        writeln!(file, "{}", std::process::id()).doing("writing the lock", path)?;
        Ok(Self { _file: file })
    }
}

/// The kernel knows who holds it; the file says who held it last, which may be somebody else.
fn busy(path: &Path, file: File) -> StagingError {
    let holder = holder(&file).unwrap_or_else(|| {
        let mut last = String::new();
        // A pid has ten digits at most; an unreadable one is only a poorer message.
        let _ = file.take(32).read_to_string(&mut last);
        match last.trim() {
            "" => "?".to_owned(),
            last => last.to_owned(),
        }
    });
    let library = path.ancestors().nth(2).unwrap_or(path).to_owned();
    StagingError::Busy { library, holder }
}
