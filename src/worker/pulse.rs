//! Tells a worker that hangs from one that waits its turn: by its own CPU time and reads, not by the clock alone.

use std::path::Path;
use std::time::Duration;

use rustix::process::Pid;

use crate::files;

/// Clock ticks a second in `/proc` (`USER_HZ`, which is 100 on every architecture that Linux reports it for).
const TICKS_PER_SECOND: u64 = 100;

/// What a worker has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Usage {
    /// Of all its threads, ended ones included.
    cpu_ticks: u64,
    /// Bytes that it read; 0 where the kernel does not say.
    read_bytes: u64,
}

/// What a worker did since its last report of progress.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    pid: Pid,
    /// At the last report.
    at_report: Usage,
    /// When it was last asked.
    last: Usage,
}

impl Pulse {
    /// Begins with a report.
    pub fn begin(pid: Pid) -> Self {
        let now = usage(pid).unwrap_or_default();
        Self { pid, at_report: now, last: now }
    }

    /// Takes note of a report.
    pub fn reported(&mut self) {
        *self = Self::begin(self.pid);
    }

    /// Decides on a worker that reported nothing for `stall` by the clock. It hangs if it used so much CPU time since its last
    /// report, or if it neither used any since it was last asked, nor read anything, nor wants a processor or waits for a
    /// disk: then only a share that does not answer or a fault of its own holds it. Any other waits its turn.
    pub fn is_stalled(&mut self, stall: Duration) -> bool {
        let Some(now) = usage(self.pid) else { return true };
        let before = std::mem::replace(&mut self.last, now);
        let used = Duration::from_millis(
            now.cpu_ticks.saturating_sub(self.at_report.cpu_ticks) * 1000 / TICKS_PER_SECOND,
        );
        if used >= stall {
            return true;
        }
        let moved = now.cpu_ticks > before.cpu_ticks || now.read_bytes > before.read_bytes;
        !moved && !wants_to_run(self.pid)
    }
}

/// Returns what a process has used; `None` if it is gone.
fn usage(pid: Pid) -> Option<Usage> {
    let stat = files::read_system(Path::new(&format!("/proc/{}/stat", pid.as_raw_nonzero()))).ok()?;
    let field = |number: usize| fields(&stat)?.get(number).and_then(|field| field.parse::<u64>().ok());
    // utime and stime (proc_pid_stat(5)), counted behind the name.
    let cpu_ticks = field(11)? + field(12)?;
    let io = files::read_system(Path::new(&format!("/proc/{}/io", pid.as_raw_nonzero()))).unwrap_or_default();
    let read = io.lines().find_map(|line| line.strip_prefix("rchar:")?.trim().parse().ok());
    Some(Usage { cpu_ticks, read_bytes: read.unwrap_or(0) })
}

/// The fields of a `stat` file behind the name, which stands in brackets and may hold anything.
fn fields(stat: &str) -> Option<Vec<&str>> {
    Some(stat.get(stat.rfind(')')? + 1..)?.split_whitespace().collect())
}

/// Returns true if any thread of a process is ready to run or waits for a disk.
fn wants_to_run(pid: Pid) -> bool {
    let tasks = format!("/proc/{}/task", pid.as_raw_nonzero());
    let threads = std::fs::read_dir(tasks).into_iter().flatten().flatten();
    threads.into_iter().any(|thread| {
        let stat = files::read_system(&thread.path().join("stat")).unwrap_or_default();
        fields(&stat)
            .and_then(|fields| fields.first().copied())
            .is_some_and(|state| matches!(state, "R" | "D"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_computes_is_seen_to_and_one_that_sleeps_wants_nothing() {
        let own = rustix::process::getpid();
        let before = usage(own).unwrap();
        let mut sum = 0u64;
        while usage(own).unwrap().cpu_ticks < before.cpu_ticks + 3 {
            sum = (0..1_000_000).fold(sum, |sum: u64, value| sum.wrapping_mul(31).wrapping_add(value));
        }
        assert!(sum != 1, "it was computed");
        let mut pulse = Pulse { pid: own, at_report: before, last: before };
        assert!(pulse.is_stalled(Duration::from_millis(30)), "it used so much without a report");
        pulse.reported();
        assert!(!pulse.is_stalled(Duration::from_secs(3600)), "this thread runs");
    }
}
