//! The submitted file that a worker has open: the very content that was inspected, from the first byte read to the last.
//!
//! A demuxer reads a file here and there, so what it read cannot be hashed on the way. Instead the whole file is hashed,
//! and whatever is done to it from before that until after the last read moves its change time, which nobody can set back.

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

/// Two changes within one tick of the kernel's clock bear the same time. Ticks are 10 ms at most.
const TICK: Duration = Duration::from_millis(20);

/// A source as it was when its reading began.
#[derive(Debug)]
pub struct Steady {
    file: File,
    stamp: FileStamp,
}

impl Steady {
    /// Begins to watch over a file. One that changed just now is waited for, or the next change could bear the same time.
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

    pub fn bytes(&self) -> u64 {
        self.stamp.bytes
    }

    /// Another opening of the same file, to be read.
    pub fn reader(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Whether it holds what has this digest. `tick` is called on the way: a large file takes its time.
    pub fn holds(&self, sha256: &str, tick: &mut dyn FnMut()) -> io::Result<bool> {
        let mut reader = Ticking { file: &self.file, position: 0, tick };
        Ok(files::digest_of(&mut reader)?.0 == sha256)
    }

    /// What is said of it when anything happened to it since.
    pub fn fault(&self) -> Option<EngineError> {
        let now = self.file.metadata().map(|now| stamp_of(&now)).ok();
        match now {
            Some(now) if now == self.stamp => None,
            Some(now) if now.is_same_file(&self.stamp) => Some(touched()),
            _ => Some(changed()),
        }
    }
}

/// Reads a file from its beginning, whoever else moves in it, and says so on the way.
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

/// What is said of a file that is another by now.
pub fn changed() -> EngineError {
    EngineError::broken(Finding::error(Code::SourceChanged), "the source changed while it was read")
}

/// The argument of [`Code::SourceChanged`] where nothing but the change time of the file moved. That may be its rights or
/// links, or another content with its date put back: who reads it cannot tell.
pub const TOUCHED: Arg = Arg::Touched;

fn touched() -> EngineError {
    let finding = Finding::error(Code::SourceChanged).arg(TOUCHED, "ctime");
    EngineError::broken(finding, "something happened to the source while it was read")
}
