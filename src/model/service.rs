//! The status of the watch service: written to a file as it runs, read by `jincai status`, by the reports beside the files
//! and by the metrics.

use serde::{Deserialize, Serialize};

use super::event::{Stage, Tally};
use super::finding::{FindingJson, Verdict};
use super::language::AnyPath;
use super::recovery::DailyCopy;

/// The status of the service. Times are RFC 3339 in the college's zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceStatus {
    pub started_at: String,
    /// When this was written; if older than a minute while the process exists, the service hangs.
    pub updated_at: String,
    pub pid: u32,
    pub inbox: AnyPath,
    pub library: AnyPath,
    pub state: ServiceState,
    /// How changes of the inbox are detected.
    pub sight: ChangeDetection,
    /// Everything that was dropped and is not done: arriving, waiting or running.
    pub drops: Vec<InboxFile>,
    pub tally: ServiceTally,
    /// The newest failures, newest first, at most 50.
    pub failures: Vec<FailureNote>,
    pub disk: Vec<DiskSpace>,
    /// The daily copy of the catalogue.
    #[serde(default)]
    pub copy: Option<DailyCopy>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ServiceState {
    Running,
    /// Waits for a transient fault (disk full, share gone, library read-only) to pass.
    Paused {
        since: String,
        finding: FindingJson,
    },
    Stopping,
    Stopped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sight", rename_all = "snake_case")]
pub enum ChangeDetection {
    /// By file events, with a full scan every `rescan_s` seconds.
    Events { rescan_s: u64 },
    /// By full scans every `every_s` seconds, on network file systems.
    Polling { every_s: u64 },
}

/// One dropped file that is not done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxFile {
    pub path: AnyPath,
    /// Path under the inbox, with `/`.
    pub relative: AnyPath,
    pub department: Option<String>,
    pub bytes: u64,
    /// When the file was first seen.
    pub since: String,
    #[serde(flatten)]
    pub state: DropState,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum DropState {
    /// Being copied, or too new to know.
    Arriving,
    /// Complete; `ahead` others go first.
    Waiting { ahead: usize },
    /// `speed` is times real time; `left_s` is seconds.
    Running { stage: Stage, done: f64, speed: Option<f64>, left_s: Option<f64> },
}

/// Counts since the service started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceTally {
    #[serde(flatten)]
    pub works: Tally,
    /// Media workers that crashed, hung or exceeded their limits.
    pub worker_faults: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureNote {
    pub at: String,
    pub path: AnyPath,
    pub verdict: Verdict,
    pub finding: FindingJson,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskSpace {
    pub path: AnyPath,
    pub free_bytes: u64,
    pub total_bytes: u64,
}

/// The library's folder of reports that cannot be written into the inbox.
pub const FALLBACK_FOLDER: &str = "reports";
