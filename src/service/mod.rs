//! The watch service: takes every file of the inbox once and reports to its listeners.
//!
//! ```text
//!  file events ─┐                       ┌▶ status.json
//!  time ────────┼▶ scan ─▶ drops ─▶ work ┼▶ reports beside the files
//!  a stop ──────┘   ▲        │ turns     ├▶ chats, metrics
//!                   └────────┘           └▶ screen
//! ```
//! | file | content |
//! |---|---|
//! | `watch/` | the loop and its parts: scans, works in turn, pauses, opinions, reviews, status, manifests, daily backup |
//! | `inbox_scan` | one scan of the inbox |
//! | `scan_schedule` | when the inbox is to be scanned |
//! | `inbox_presence` | an inbox that vanishes, comes back, or was exchanged |
//! | `drops` | the state of each file; pure |
//! | `left_overs` | what is not taken |
//! | `follow_up` | what a work's end means for its file and for all |
//! | `progress_board` | progress of the running works |
//! | `review_news` | what is told of reviews |
//! | `reports/` | reports beside the files |
//! | `listeners/` | the other listeners: status file, chats, metrics, log |

mod drops;
mod follow_up;
mod inbox_presence;
mod inbox_scan;
mod left_overs;
mod listeners;
mod progress_board;
mod reports;
mod review_news;
mod scan_schedule;
mod watch;

pub use listeners::{ChatListener, LogListener, MetricsListener, StatusFile};
pub use reports::Reports;
pub use review_news::{Acted, ReviewNews};
pub use watch::{ServiceOptions, WatchError, WatchSummary, watch};

use std::sync::Arc;

use crate::intake::discover::{LeftOver, Skipped};
use crate::model::finding::Finding;
use crate::model::inspection::Source;
use crate::model::service::ServiceStatus;
use crate::pipeline::single::Processed;

/// One drop that was dealt with.
#[derive(Clone, Debug)]
pub struct Finished {
    pub source: Source,
    /// When the file was first seen, RFC 3339.
    pub first_seen: String,
    pub processed: Processed,
}

/// Hears what happens. Calls come from the service's own loop: they must not block for long.
pub trait Listener: Send + Sync {
    /// Takes the status, at every step of a drop and otherwise several times a minute.
    fn status(&self, _status: &Arc<ServiceStatus>) {}
    /// Takes a file that was done already when the service met it; `returned` if it was missing before.
    fn recognized(&self, _source: &Source, _returned: bool) {}
    /// Takes how many files became complete and wait for their turn.
    fn settled(&self, _files: usize) {}
    /// Takes a drop that was dealt with, whatever became of it.
    fn finished(&self, _finished: &Finished) {}
    /// Takes something in the inbox that is not accepted; it is reported once.
    fn refused(&self, _skipped: &Skipped) {}
    /// Takes note that something in the inbox that was not accepted is there no longer.
    fn refused_gone(&self, _path: &std::path::Path) {}
    /// Takes everything in the inbox that is not taken, whenever that changed.
    fn left_over(&self, _all: &[LeftOver]) {}
    /// Takes note that the first scan of the inbox ended, but for these places in it.
    fn first_scan_completed(&self, _unreadable: &[std::path::PathBuf]) {}
    /// Takes a file that left the inbox; `was_processed` if it had been dealt with.
    fn removed(&self, _source: &Source, _was_processed: bool) {}
    /// Takes how long a scan of the inbox took.
    fn scan_completed(&self, _took: std::time::Duration) {}
    /// Takes what people did to works in other programs, and what waits for them.
    fn review(&self, _news: &ReviewNews) {}
    /// Takes what stops all work, or a file from being read, until it passes; it is reported once.
    fn alarm(&self, _finding: &Finding) {}
}
