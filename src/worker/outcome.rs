//! Translates the end of a worker process into a reply or a finding.

use std::os::unix::process::ExitStatusExt;

use rustix::process::{Resource, Signal, getrlimit};

use super::watchdog::{Ending, Stopped};
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, FailureKind, Job, Reply, WorkerEvent};
use crate::model::value::{Arg, Value};

/// Messages of the standard library, FFmpeg and x264 when memory runs out; the process may then end in another way.
const OUT_OF_MEMORY: [&str; 3] = ["memory allocation of ", "Cannot allocate memory", "malloc of size "];

/// The C library's message for a write beyond the file size limit (`EFBIG`).
const FILE_TOO_LARGE: &str = "File too large";

/// Returns the reply to `job`, or the finding that explains why there is none.
pub fn reply(job: &Job, mut ending: Ending) -> Result<Reply, EngineError> {
    if let Some(finding) = abnormal_end(&ending) {
        return Err(EngineError::broken(finding, describe(&ending)));
    }
    match ending.outcome.take() {
        Some(WorkerEvent::Done { reply }) if ending.status.success() && matches_job(job, &reply) => {
            Ok(*reply)
        }
        Some(WorkerEvent::Refused { finding }) => Err(EngineError {
            finding: Box::new(finding),
            kind: FailureKind::Refused,
            detail: ending.stderr_tail,
        }),
        Some(WorkerEvent::Failed { finding, detail }) => {
            // An encoder that gets no memory fails with a message of its own.
            let finding = match finding.code {
                Code::WorkerOutOfMemory => out_of_memory(&ending),
                Code::RenderFailed if ran_out_of_memory(&ending) => out_of_memory(&ending),
                // Where the parent of this program ignores SIGXFSZ, so do its workers: the write fails instead.
                Code::RenderFailed if detail.contains(FILE_TOO_LARGE) => output_too_large(&ending),
                _ => finding,
            };
            let detail = format!("{detail}\n{}", ending.stderr_tail);
            Err(EngineError::broken(finding, detail))
        }
        _ => {
            let finding = crashed("-");
            Err(EngineError::broken(finding, describe(&ending)))
        }
    }
}

fn matches_job(job: &Job, reply: &Reply) -> bool {
    matches!(
        (job, reply),
        (Job::Inspect(_), Reply::Inspected { .. })
            | (Job::Render(_), Reply::Rendered { .. })
            | (Job::Verify(_), Reply::Verified { .. })
            | (Job::Stills(_), Reply::Stills { .. })
            | (Job::Table(_), Reply::Table { .. })
            | (Job::Form(_), Reply::Form { .. })
            | (Job::Reel(_), Reply::Reel { .. })
            | (Job::Package(_), Reply::Package { .. })
            | (Job::Paper(_), Reply::Paper { .. })
            | (Job::Diagnose, Reply::Diagnosed { .. })
    )
}

/// Returns the finding for a worker that was stopped or killed; `None` for one that exited by itself.
fn abnormal_end(ending: &Ending) -> Option<Finding> {
    let budget = ending.budget;
    match ending.stopped {
        Some(Stopped::Stalled) => {
            let limit = Value::GivenSeconds(budget.stall.as_secs() as f64);
            return Some(Finding::error(Code::WorkerStalled).limit(limit));
        }
        // A file that is too much for its worker exceeds its CPU time first, which is a fraction of the wall-clock limit.
        Some(Stopped::OutOfTime) => {
            let limit = Value::GivenSeconds(budget.wall.as_secs() as f64);
            return Some(Finding::error(Code::WorkerStarved).limit(limit));
        }
        Some(Stopped::Nonsense) => return Some(crashed("-")),
        None => {}
    }
    let signal = ending.status.signal()?;
    let is = |other: Signal| signal == other.as_raw();
    Some(if is(Signal::XCPU) {
        Finding::error(Code::WorkerTimedOut).limit(Value::GivenSeconds(budget.cpu.as_secs() as f64))
    } else if is(Signal::XFSZ) {
        output_too_large(ending)
    } else if ran_out_of_memory(ending) && (is(Signal::ABORT) || is(Signal::SEGV)) {
        out_of_memory(ending)
    } else {
        crashed(signal_name(signal))
    })
}

fn ran_out_of_memory(ending: &Ending) -> bool {
    OUT_OF_MEMORY.iter().any(|words| ending.stderr_tail.contains(words))
}

fn out_of_memory(ending: &Ending) -> Finding {
    limit_finding(Code::WorkerOutOfMemory, ending.budget.memory_bytes, Resource::As, "ulimit -v")
}

fn output_too_large(ending: &Ending) -> Finding {
    limit_finding(Code::WorkerOutputTooLarge, ending.budget.file_bytes, Resource::Fsize, "ulimit -f")
}

/// Returns a finding with the limit in force: `configured_bytes`, or the inherited limit if that is lower. The shell's
/// `option` is named where the inherited one applied.
fn limit_finding(code: Code, configured_bytes: u64, resource: Resource, option: &str) -> Finding {
    let inherited = getrlimit(resource).current.filter(|inherited| *inherited < configured_bytes);
    let finding = Finding::error(code).limit(Value::Memory(inherited.unwrap_or(configured_bytes)));
    if inherited.is_some() { finding.arg(Arg::Ulimit, option) } else { finding }
}

fn crashed(signal: &str) -> Finding {
    Finding::error(Code::WorkerCrashed).arg(Arg::Signal, signal)
}

fn signal_name(signal: i32) -> &'static str {
    [
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::ILL, "SIGILL"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::SYS, "SIGSYS"),
        (Signal::TERM, "SIGTERM"),
        (Signal::TRAP, "SIGTRAP"),
    ]
    .into_iter()
    .find(|(known, _)| known.as_raw() == signal)
    .map_or("-", |(_, name)| name)
}

fn describe(ending: &Ending) -> String {
    let stopped = ending.stopped.map(|stopped| format!(", stopped: {stopped:?}")).unwrap_or_default();
    format!("the media worker ended with {}{stopped}\n{}", ending.status, ending.stderr_tail)
}
