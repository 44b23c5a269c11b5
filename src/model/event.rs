//! The events of a batch or of the watch service, which the progress bars, the log and `--json` show.

use serde::{Deserialize, Serialize};

use super::finding::{FindingJson, Verdict};
use super::language::AnyPath;
use super::left_over::LeftOverKind;

/// One thing that happened. `work` is the work's id once it has one, its relative path before.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    BatchStarted {
        works: usize,
    },
    /// A file in the folders that is not accepted as a source, and why.
    Skipped {
        path: AnyPath,
        finding: FindingJson,
        zh: String,
        en: String,
    },
    /// Files of one kind that were not taken, since their names are not those of videos, and what to do with them.
    LeftOver {
        kind: LeftOverKind,
        paths: Vec<AnyPath>,
        zh: String,
        en: String,
    },
    /// A stage of a work began.
    Stage {
        work: String,
        path: AnyPath,
        stage: Stage,
    },
    Progress {
        work: String,
        stage: Stage,
        done_us: u64,
        total_us: u64,
        speed: f64,
        left_s: Option<f64>,
    },
    /// A finding with its texts.
    Found {
        work: String,
        finding: FindingJson,
        zh: String,
        en: String,
    },
    Finished {
        work: String,
        path: AnyPath,
        title: String,
        verdict: Verdict,
        renditions: usize,
        took_ms: u64,
    },
    BatchFinished {
        accepted: usize,
        warned: usize,
        duplicates: usize,
        rejected: usize,
        failed: usize,
        unchanged: usize,
        took_ms: u64,
    },
}

/// The numbers of works by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    pub accepted: usize,
    pub warned: usize,
    pub duplicates: usize,
    pub rejected: usize,
    pub failed: usize,
}

impl Tally {
    /// Adds one work.
    pub fn count(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Accepted => &mut self.accepted,
            Verdict::AcceptedWithWarnings => &mut self.warned,
            Verdict::Duplicate => &mut self.duplicates,
            Verdict::Rejected => &mut self.rejected,
            Verdict::Failed => &mut self.failed,
        };
        *count += 1;
    }
}

/// The numbers of works of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchTally {
    pub works: Tally,
    /// How many of them were unchanged, so that there was nothing to do.
    pub unchanged: usize,
}

/// A stage of one work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Waiting,
    Inspecting,
    Deciding,
    Rendering,
    Verifying,
    Publishing,
}
