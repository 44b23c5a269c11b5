//! What the end of one work's making means for its file and for all others.

use crate::job::{Shop, Taken};
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::Source;

use super::drops::Ending;

/// A file that breaks its making so often is set aside.
const TRIES: u32 = 2;

#[derive(Debug)]
pub struct Meaning {
    pub ending: Ending,
    /// Why nothing else can be made either, for now.
    pub pause: Option<Finding>,
    /// Whether the drop is dealt with, so that everyone is told.
    pub told: bool,
}

/// Judges the end of a making. A failure that is the file's own is counted; the last one adds that it was set aside.
pub fn meaning(shop: &Shop, source: &Source, taken: &mut Taken) -> Meaning {
    if let Some(finding) = taken.transient() {
        let finding = finding.clone();
        return match finding.code {
            // The next look sees whether it changed, moved or is gone.
            Code::SourceChanged | Code::SourceMissing => {
                Meaning { ending: Ending::Changed, pause: None, told: false }
            }
            _ => Meaning { ending: Ending::First, pause: Some(finding), told: false },
        };
    }
    if taken.verdict != Verdict::Failed {
        if let Some(library) = &shop.library
            && let Err(error) = library.catalog().forget_attempts(source.path.as_path())
        {
            tracing::warn!(%error, "a success was not noted");
        }
        return Meaning { ending: Ending::Done, pause: None, told: true };
    }
    if let Some(pause) = lost_library(shop) {
        return Meaning { ending: Ending::First, pause: Some(pause), told: false };
    }
    if count(shop, source) < TRIES {
        return Meaning { ending: Ending::Again, pause: None, told: false };
    }
    let aside = Finding::error(Code::SetAside).arg("count", TRIES);
    taken.findings.push(aside);
    Meaning { ending: Ending::Done, pause: None, told: true }
}

/// Why the library takes nothing, if it does not: then no file is to blame for its failure.
fn lost_library(shop: &Shop) -> Option<Finding> {
    let staging = &shop.library.as_ref()?.staging;
    let error = staging.check().err()?;
    let code = match error.finding().code {
        Code::DiskFull => Code::DiskFull,
        _ => Code::LibraryReadOnly,
    };
    Some(Finding::error(code).arg("path", staging.library().display()).arg("detail", error))
}

/// Whether this state of a file was set aside, in this life of the service or an earlier one.
pub fn is_set_aside(shop: &Shop, source: &Source) -> bool {
    let failed = |library: &crate::job::Library| {
        library.catalog().failed_attempts(source.path.as_path(), source.stamp).unwrap_or(0)
    };
    shop.library.as_ref().map_or(0, failed) >= TRIES
}

/// Whether a media worker broke: it crashed, hung or outgrew its limits.
pub fn is_worker_fault(taken: &Taken) -> bool {
    let faults = [
        Code::WorkerCrashed,
        Code::WorkerTimedOut,
        Code::WorkerStalled,
        Code::WorkerOutOfMemory,
        Code::WorkerOutputTooLarge,
    ];
    taken.findings.iter().any(|finding| faults.contains(&finding.code))
}

/// A catalogue that cannot count must not make a bad file run for ever.
fn count(shop: &Shop, source: &Source) -> u32 {
    let Some(library) = &shop.library else { return TRIES };
    let counted = library.catalog().count_failed_attempt(source.path.as_path(), source.stamp);
    counted.unwrap_or_else(|error| {
        tracing::warn!(%error, "a failure was not noted");
        TRIES
    })
}
