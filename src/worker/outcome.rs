//! What the end of a worker means.

use std::os::unix::process::ExitStatusExt;

use rustix::process::{Resource, Signal, getrlimit};

use super::watchdog::{Ending, Stopped};
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, FailureKind, Job, Reply, WorkerEvent};
use crate::model::value::{Arg, Value};

/// What the standard library, FFmpeg and x264 write when memory runs out, before they end in other ways.
const OUT_OF_MEMORY: [&str; 3] = ["memory allocation of ", "Cannot allocate memory", "malloc of size "];

/// What the C library calls a write beyond the limit.
const FILE_TOO_LARGE: &str = "File too large";

/// The reply to `job`, or the finding that says why there is none.
pub fn reply(job: &Job, mut ending: Ending) -> Result<Reply, EngineError> {
    if let Some(finding) = abnormal(&ending) {
        return Err(EngineError::broken(finding, log(&ending)));
    }
    match ending.outcome.take() {
        Some(WorkerEvent::Done { reply }) if ending.status.success() && answers(job, &reply) => Ok(*reply),
        Some(WorkerEvent::Refused { finding }) => Err(EngineError {
            finding: Box::new(finding),
            kind: FailureKind::Refused,
            detail: ending.last_words,
        }),
        Some(WorkerEvent::Failed { finding, detail }) => {
            // An encoder that gets no memory fails in its own words.
            let finding = match finding.code {
                Code::WorkerOutOfMemory => out_of_memory(&ending),
                Code::RenderFailed if ran_out_of_memory(&ending) => out_of_memory(&ending),
                // Where whoever started this program ignores the signal, so do its workers.
                Code::RenderFailed if detail.contains(FILE_TOO_LARGE) => output_too_large(&ending),
                _ => finding,
            };
            let detail = format!("{detail}\n{}", ending.last_words);
            Err(EngineError::broken(finding, detail))
        }
        _ => {
            let finding = crashed("-");
            Err(EngineError::broken(finding, log(&ending)))
        }
    }
}

fn answers(job: &Job, reply: &Reply) -> bool {
    matches!(
        (job, reply),
        (Job::Inspect(_), Reply::Inspected { .. })
            | (Job::Render(_), Reply::Rendered { .. })
            | (Job::Verify(_), Reply::Verified { .. })
            | (Job::Stills(_), Reply::Stills { .. })
            | (Job::Diagnose, Reply::Diagnosed { .. })
    )
}

/// The finding for a worker that did not end by itself; `None` for one that did, whatever it said.
fn abnormal(ending: &Ending) -> Option<Finding> {
    let budget = ending.budget;
    match ending.stopped {
        Some(Stopped::Stalled) => {
            let limit = Value::GivenSeconds(budget.stall.as_secs() as f64);
            return Some(Finding::error(Code::WorkerStalled).limit(limit));
        }
        // A file that is too much for its worker uses up its processor time first, a small part of this.
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
        crashed(name(signal))
    })
}

fn ran_out_of_memory(ending: &Ending) -> bool {
    OUT_OF_MEMORY.iter().any(|words| ending.last_words.contains(words))
}

fn out_of_memory(ending: &Ending) -> Finding {
    limited(Code::WorkerOutOfMemory, ending.budget.memory_bytes, (Resource::As, "ulimit -v"))
}

fn output_too_large(ending: &Ending) -> Finding {
    limited(Code::WorkerOutputTooLarge, ending.budget.file_bytes, (Resource::Fsize, "ulimit -f"))
}

/// The limit that was in force: a worker cannot have more than this process was started with.
fn limited(code: Code, ours: u64, (resource, option): (Resource, &str)) -> Finding {
    let inherited = getrlimit(resource).current.filter(|inherited| *inherited < ours);
    let finding = Finding::error(code).limit(Value::Memory(inherited.unwrap_or(ours)));
    if inherited.is_some() { finding.arg(Arg::Ulimit, option) } else { finding }
}

fn crashed(signal: &str) -> Finding {
    Finding::error(Code::WorkerCrashed).arg(Arg::Signal, signal)
}

fn name(signal: i32) -> &'static str {
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

fn log(ending: &Ending) -> String {
    let stopped = ending.stopped.map(|stopped| format!(", stopped: {stopped:?}")).unwrap_or_default();
    format!("the media worker ended with {}{stopped}\n{}", ending.status, ending.last_words)
}
