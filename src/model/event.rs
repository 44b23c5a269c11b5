//! The stream of events a batch yields: the bars, the log, `--json` and later the watch service all read it.

use serde::{Deserialize, Serialize};

use super::finding::{FindingJson, Verdict};
use super::text::AnyPath;

/// One thing that happened. `work` is the work's id once it has one, its relative path before.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    BatchStarted {
        works: usize,
    },
    /// Something in the folders that was not taken, and why.
    Skipped {
        path: AnyPath,
        finding: FindingJson,
        zh: String,
        en: String,
    },
    /// Files that were not looked at, since their names do not say that they are videos.
    PassedOver {
        paths: Vec<AnyPath>,
    },
    /// Another step of a work began.
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
    /// A finding with its texts, as it comes up.
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

/// How many works ended how.
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
        let place = match verdict {
            Verdict::Accepted => &mut self.accepted,
            Verdict::AcceptedWithWarnings => &mut self.warned,
            Verdict::Duplicate => &mut self.duplicates,
            Verdict::Rejected => &mut self.rejected,
            Verdict::Failed => &mut self.failed,
        };
        *place += 1;
    }
}

/// The works of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchTally {
    pub works: Tally,
    /// Of all of them, those for which there was nothing to do.
    pub unchanged: usize,
}

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
