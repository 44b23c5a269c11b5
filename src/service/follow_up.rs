//! What the end of one work's making means for its file and for all others.

use super::drops::Ending;
use crate::library::catalog::CatalogError;
use crate::library::open::Library;
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::Source;
use crate::model::value::Arg;
use crate::pipeline::single::Processed;
use crate::pipeline::source_guard::KEEPS_CHANGING;
use crate::work::context::Context;
use crate::work::failure::JobError;

/// A file that breaks its making so often is set aside.
const TRIES: u32 = 2;

#[derive(Debug)]
pub struct FollowUp {
    pub ending: Ending,
    /// Why nothing else can be made either, for now.
    pub pause: Option<Finding>,
    /// Whether the drop is dealt with, so that everyone is told.
    pub told: bool,
}

/// Judges the end of a making. A failure that is the file's own is counted; the last one adds that it was set aside.
pub fn meaning(context: &Context, source: &Source, taken: &mut Processed) -> FollowUp {
    if let Some(finding) = taken.transient() {
        return match finding.code {
            // The next look sees whether it changed, moved or is gone.
            Code::SourceChanged | Code::SourceMissing => {
                FollowUp { ending: Ending::Changed, pause: None, told: false }
            }
            // The others go on.
            Code::SourceUnreadable | Code::WorkerStarved => {
                FollowUp { ending: Ending::Later, pause: None, told: false }
            }
            _ => paused(finding.clone()),
        };
    }
    if taken.verdict != Verdict::Failed {
        if let Some(library) = &context.library
            && let Err(error) = library.catalog().forget_attempts(source.path.as_path())
        {
            tracing::warn!(%error, "a success was not noted");
        }
        return FollowUp { ending: Ending::Done, pause: None, told: true };
    }
    if let Some(pause) = lost_library(context) {
        return paused(pause);
    }
    match count(context, source, taken) {
        Ok(failed) if failed < TRIES => {
            return FollowUp { ending: Ending::RetryLast, pause: None, told: false };
        }
        Ok(_) => {}
        // Whatever cannot be counted must neither be set aside nor be tried without end.
        Err(error) => {
            tracing::warn!(%error, "a failure was not noted");
            return paused(JobError::from(error).finding());
        }
    }
    let aside = Finding::error(Code::SetAside).arg(Arg::Count, TRIES);
    taken.findings.push(aside);
    FollowUp { ending: Ending::Done, pause: None, told: true }
}

/// Whether something happened to the file each time it was read, though it looks the same.
pub fn keeps_changing(taken: &Processed) -> bool {
    taken.transient().is_some_and(|finding| finding.args.contains_key(&KEEPS_CHANGING))
}

/// Nothing can be made for now; the file keeps its place.
fn paused(why: Finding) -> FollowUp {
    FollowUp { ending: Ending::RetryFirst, pause: Some(why), told: false }
}

/// Why the library takes nothing, if it does not: then no file is to blame for its failure.
fn lost_library(context: &Context) -> Option<Finding> {
    let staging = &context.library.as_ref()?.staging;
    let error = staging.check().err()?;
    let known = error.finding().code;
    let code = if known.is_passing() { known } else { Code::LibraryUnreachable };
    Some(Finding::error(code).arg(Arg::Path, staging.library().display()).detail(error))
}

/// What failed for something else than a worker that broke may fail no more under a program that was started again, by
/// an office that has seen to it: it gets all its tries.
pub fn begin_anew(library: &Library) -> Result<(), JobError> {
    Ok(library.catalog().forget_attempts_but_for(&WORKER_FAULTS)?)
}

/// Whether this state of a file was set aside, in this life of the service or an earlier one.
pub fn is_set_aside(context: &Context, source: &Source) -> Result<bool, CatalogError> {
    let Some(library) = &context.library else { return Ok(false) };
    Ok(library.catalog().failed_attempts(source.path.as_path(), source.stamp)? >= TRIES)
}

/// A media worker crashed, hung or outgrew its limits.
const WORKER_FAULTS: [Code; 5] = [
    Code::WorkerCrashed,
    Code::WorkerTimedOut,
    Code::WorkerStalled,
    Code::WorkerOutOfMemory,
    Code::WorkerOutputTooLarge,
];

fn worker_fault(taken: &Processed) -> Option<Code> {
    taken.findings.iter().map(|finding| finding.code).find(|code| WORKER_FAULTS.contains(code))
}

/// Whether a media worker broke.
pub fn is_worker_fault(taken: &Processed) -> bool {
    worker_fault(taken).is_some()
}

fn count(context: &Context, source: &Source, taken: &Processed) -> Result<u32, CatalogError> {
    let Some(library) = &context.library else { return Ok(TRIES) };
    let cause = worker_fault(taken).unwrap_or(Code::RenderFailed);
    library.catalog().count_failed_attempt(source.path.as_path(), source.stamp, cause)
}
