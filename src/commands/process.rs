//! Resource limits, signals and the end of this process.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::files;

/// Raises the soft limit of open files to the hard one: works, an inbox and a server together want more than the usual
/// thousand. The media worker sets limits of its own.
pub fn open_many_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // If that fails, the limit stays as it was: works continue, only fewer at once.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
}

/// Handles SIGXFSZ while the returned value lives: a write beyond the limit of file sizes (`ulimit -f`) fails and does not
/// end the program. A program that is started from here gets the signal's default action back.
pub fn outlive_large_files() -> Option<Signal> {
    signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).ok()
}

/// Returns once SIGTERM or Ctrl+C asked for the end.
pub async fn interrupted() {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

/// Ends the process after `within`, with this exit code, whatever it is doing: a signal asked for its end. That is safe at
/// any moment, and threads that wait for a share, a full pipe or a long comparison are not waited for.
pub fn end_within(within: Duration, code: u8) {
    let (open, never) = std::sync::mpsc::channel::<()>();
    let waiting = std::thread::Builder::new().name("end".into()).spawn(move || {
        let _ = never.recv_timeout(within);
        std::process::exit(i32::from(code));
    });
    match waiting {
        // Kept for as long as the process lives, so that only the timeout ends the wait.
        Ok(_) => std::mem::forget(open),
        Err(error) => tracing::warn!(%error, "the end in time could not be prepared"),
    }
}

/// Returns the bytes of address space that this process and its workers may use, if that is limited (`ulimit -v`).
pub fn most_memory() -> Option<u64> {
    getrlimit(Resource::As).current
}

/// Returns the bytes that a file may grow to, if that is limited (`ulimit -f`).
pub fn largest_file() -> Option<u64> {
    getrlimit(Resource::Fsize).current
}

/// Returns the name of a process that is not this program; `None` for one that is, or whose name cannot be read.
pub fn other_program(pid: &str) -> Option<String> {
    let comm = |process: &str| files::read_system(Path::new(&format!("/proc/{process}/comm"))).ok();
    pid.parse::<u32>().ok()?;
    let (theirs, ours) = (comm(pid)?, comm("self")?);
    (theirs != ours).then(|| theirs.trim_end().to_owned())
}
