//! Ensures that the submitted file a worker reads keeps the content that was inspected, from the first read to the last.
//!
//! A demuxer seeks, so the file cannot be hashed while it reads. Instead the whole file is hashed first, and any change
//! from before that until after the last read moves its change time (`ctime`), which no program can set back.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::files::{self, stamp_of};
use crate::model::finding::{Code, Finding};
use crate::model::inspection::FileStamp;
use crate::model::job::EngineError;
use crate::model::value::Arg;

/// Two changes within one tick of the kernel's clock get the same time. Ticks are 10 ms at most.
const TICK: Duration = Duration::from_millis(20);

/// An open source and its stamp from when reading began.
#[derive(Debug)]
pub struct SourceGuard {
    file: File,
    stamp: FileStamp,
}

impl SourceGuard {
    /// Begins to guard a file. Waits one tick if it changed just now, since the next change could get the same time.
    #[expect(clippy::disallowed_methods, reason = "the event that is waited for is that time passes")]
    pub fn begin(file: File) -> io::Result<Self> {
        let stamp = stamp_of(&file.metadata()?);
        let now = clock_gettime(ClockId::Realtime);
        let now_ns = i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec);
        let age_ns = now_ns - i128::from(stamp.changed_ns);
        if (0..TICK.as_nanos() as i128).contains(&age_ns) {
            std::thread::sleep(TICK);
            let stamp = stamp_of(&file.metadata()?);
            return Ok(Self { file, stamp });
        }
        Ok(Self { file, stamp })
    }

    /// Returns the size of the source.
    pub fn bytes(&self) -> u64 {
        self.stamp.bytes
    }

    /// Returns another handle of the same open file, to be read.
    pub fn reader(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Returns true if the whole file has this SHA-256. `tick` is called after every block, since a large file takes long.
    pub fn has_sha256(&self, sha256: &str, tick: &mut dyn FnMut()) -> io::Result<bool> {
        let mut reader = Ticking { file: &self.file, position: 0, tick };
        Ok(files::digest_of(&mut reader)?.0 == sha256)
    }

    /// Returns an error if the file was changed or touched since [`Self::begin`].
    pub fn change_error(&self) -> Option<EngineError> {
        let now = self.file.metadata().map(|now| stamp_of(&now)).ok();
        match now {
            Some(now) if now == self.stamp => None,
            Some(now) if now.is_same_file(&self.stamp) => Some(touched()),
            _ => Some(changed()),
        }
    }
}

/// Reads a file from its beginning, whatever position others read it at, and calls `tick` after every block.
struct Ticking<'a> {
    file: &'a File,
    position: u64,
    tick: &'a mut dyn FnMut(),
}

impl Read for Ticking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.position)?;
        self.position += read as u64;
        (self.tick)();
        Ok(read)
    }
}

/// Returns the error for a file whose content is no longer the one that was inspected.
pub fn changed() -> EngineError {
    EngineError::broken(Finding::error(Code::SourceChanged), "the source changed while it was read")
}

/// The argument of [`Code::SourceChanged`] where only the change time of the file moved. The cause may be its permissions
/// or links, or another content with the old modification time: a reader cannot tell them apart.
pub const TOUCHED: Arg = Arg::Touched;

fn touched() -> EngineError {
    let finding = Finding::error(Code::SourceChanged).arg(TOUCHED, "ctime");
    EngineError::broken(finding, "something happened to the source while it was read")
}
