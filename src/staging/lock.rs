//! One process a library.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Result, StagingError};
use crate::files;

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
        file.set_len(0).doing("writing the lock", path)?;
        writeln!(file, "{}", std::process::id()).doing("writing the lock", path)?;
        Ok(Self { _file: file })
    }
}

fn busy(path: &Path, file: File) -> StagingError {
    let mut holder = String::new();
    // A pid has ten digits at most; an unreadable one is only a poorer message.
    let _ = file.take(32).read_to_string(&mut holder);
    let holder = holder.trim();
    let library = path.ancestors().nth(2).unwrap_or(path).to_owned();
    StagingError::Busy { library, holder: if holder.is_empty() { "?" } else { holder }.to_owned() }
}
