//! Decides what the end of one work means for its file and for all others.

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

/// A file that fails this often by itself is set aside.
const TRIES: u32 = 2;

/// What follows from the end of a work.
#[derive(Debug)]
pub struct FollowUp {
    pub ending: Ending,
    /// Why nothing else can be processed either, for now.
    pub pause: Option<Finding>,
    /// The drop is dealt with, which is reported to every listener.
    pub reported: bool,
}

/// Decides what follows. A failure that is the file's own is counted; the last one adds that it was set aside.
pub fn follow_up(context: &Context, source: &Source, processed: &mut Processed) -> FollowUp {
    if let Some(finding) = processed.transient() {
        return match finding.code {
            // The next scan sees whether it changed, moved or is gone.
            Code::SourceChanged | Code::SourceMissing => {
                FollowUp { ending: Ending::Changed, pause: None, reported: false }
            }
            // The others continue.
            Code::SourceUnreadable | Code::WorkerStarved => {
                FollowUp { ending: Ending::RetryLater, pause: None, reported: false }
            }
            _ => paused(finding.clone()),
        };
    }
    if processed.verdict != Verdict::Failed {
        if let Some(library) = &context.library
            && let Err(error) = library.catalog().forget_attempts(source.path.as_path())
        {
            tracing::warn!(%error, "a success was not noted");
        }
        return FollowUp { ending: Ending::Done, pause: None, reported: true };
    }
    if let Some(pause) = lost_library(context) {
        return paused(pause);
    }
    match count_failure(context, source, processed) {
        Ok(failed) if failed < TRIES => {
            return FollowUp { ending: Ending::RetryLast, pause: None, reported: false };
        }
        Ok(_) => {}
        // Whatever cannot be counted must neither be set aside nor be tried without end.
        Err(error) => {
            tracing::warn!(%error, "a failure was not noted");
            return paused(JobError::from(error).finding());
        }
    }
    let aside = Finding::error(Code::SetAside).arg(Arg::Count, TRIES);
    processed.findings.push(aside);
    FollowUp { ending: Ending::Done, pause: None, reported: true }
}

/// Returns true if something happened to the file each time it was read, though it looks the same.
pub fn keeps_changing(processed: &Processed) -> bool {
    processed.transient().is_some_and(|finding| finding.args.contains_key(&KEEPS_CHANGING))
}

/// Pauses everything; the file keeps its place.
fn paused(why: Finding) -> FollowUp {
    FollowUp { ending: Ending::RetryFirst, pause: Some(why), reported: false }
}

/// Returns why the library takes nothing, if it does not: then no file is to blame for its failure.
fn lost_library(context: &Context) -> Option<Finding> {
    let staging = &context.library.as_ref()?.staging;
    let error = staging.check().err()?;
    let known = error.finding().code;
    let code = if known.is_passing() { known } else { Code::LibraryUnreachable };
    Some(Finding::error(code).arg(Arg::Path, staging.library().display()).detail(error))
}

/// Forgets failures other than those of workers that broke: a program that was started again, by an office that has seen
/// to it, gives these files all their tries.
pub fn reset_attempts(library: &Library) -> Result<(), JobError> {
    Ok(library.catalog().forget_attempts_but_for(&WORKER_FAULTS)?)
}

/// Returns true if this state of a file was set aside, by this run of the service or an earlier one.
pub fn is_set_aside(context: &Context, source: &Source) -> Result<bool, CatalogError> {
    let Some(library) = &context.library else { return Ok(false) };
    Ok(library.catalog().failed_attempts(source.path.as_path(), source.stamp)? >= TRIES)
}

/// A media worker crashed or outgrew its limits: a fault of the file until it changes. One that stalled is none of these, since
/// the machine may have been too busy: the next start tries the file again.
const WORKER_FAULTS: [Code; 4] =
    [Code::WorkerCrashed, Code::WorkerTimedOut, Code::WorkerOutOfMemory, Code::WorkerOutputTooLarge];

fn worker_fault(processed: &Processed) -> Option<Code> {
    let is_fault = |code: &Code| WORKER_FAULTS.contains(code) || *code == Code::WorkerStalled;
    processed.findings.iter().map(|finding| finding.code).find(is_fault)
}

/// Returns true if a media worker broke.
pub fn is_worker_fault(processed: &Processed) -> bool {
    worker_fault(processed).is_some()
}

fn count_failure(context: &Context, source: &Source, processed: &Processed) -> Result<u32, CatalogError> {
    let Some(library) = &context.library else { return Ok(TRIES) };
    let cause = worker_fault(processed).unwrap_or(Code::RenderFailed);
    library.catalog().count_failed_attempt(source.path.as_path(), source.stamp, cause)
}
