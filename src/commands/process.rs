//! What this process may use of the machine, settled before a verb begins.

use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::files;

/// Raises the soft limit of open files to the hard one: works, an inbox and a server together want more than the usual
/// thousand. The media worker sets limits of its own.
pub fn open_many_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Refused, it stays as it was: works go on, only fewer at once.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
}

/// While this lives, a write beyond the limit of file sizes (`ulimit -f`) fails and is told, and does not end the program.
/// A program that is started from here gets the signal's usual meaning back.
pub fn outlive_large_files() -> Option<Signal> {
    signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).ok()
}

/// Address space that this process and its workers may use, where that is limited (`ulimit -v`).
pub fn most_memory() -> Option<u64> {
    getrlimit(Resource::As).current
}

/// Bytes that a file may grow to, where that is limited (`ulimit -f`).
pub fn largest_file() -> Option<u64> {
    getrlimit(Resource::Fsize).current
}

/// The name of a process that is not this program; `None` for one that is, and for one that cannot be told.
pub fn stranger(pid: &str) -> Option<String> {
    let comm = |process: &str| files::read_system(Path::new(&format!("/proc/{process}/comm"))).ok();
    pid.parse::<u32>().ok()?;
    let (theirs, ours) = (comm(pid)?, comm("self")?);
    (theirs != ours).then(|| theirs.trim_end().to_owned())
}
