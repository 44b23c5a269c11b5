//! The scan that is running, and what is asked of a single file.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::intake::watcher::{Look, is_complete, open_for_writing};
use crate::model::inspection::Source;
use crate::model::scan_number::ScanNumber;
use crate::service::drops::{DropProbe, Recognition};
use crate::service::follow_up::is_set_aside;
use crate::service::inbox_scan::{InboxScanner, Scan};
use crate::service::scan_schedule::ScanSchedule;
use crate::work::context::Context;
use crate::work::submission;

/// A scan that takes longer is one of a share that does not answer.
const SCAN_HANGS: Duration = Duration::from_secs(60);

/// The scans of the inbox, one at a time.
#[derive(Debug)]
pub struct Scanner {
    pub inbox: InboxScanner,
    pub schedule: ScanSchedule,
    pub task: Option<JoinHandle<Scan>>,
    /// When the newest scan began.
    pub began: Instant,
    /// A scan saw the inbox since the start.
    pub once: bool,
    /// Scans of this run are counted from here on.
    pub first: ScanNumber,
}

impl Scanner {
    pub fn new(inbox: InboxScanner, schedule: ScanSchedule, first: ScanNumber) -> Self {
        Self { inbox, schedule, task: None, began: Instant::now(), once: false, first }
    }

    /// Begins a scan in the background if one is due and none runs.
    pub fn begin_if_due(&mut self) {
        if self.next_wake().is_none_or(|due| due > Instant::now()) {
            return;
        }
        let inbox = self.inbox.clone();
        self.began = Instant::now();
        self.schedule.begun();
        self.task = Some(tokio::task::spawn_blocking(move || inbox.scan()));
    }

    /// Returns when the next scan is due; `None` while one runs.
    pub fn next_wake(&self) -> Option<Instant> {
        self.task.is_none().then(|| self.schedule.due())
    }

    /// Returns when the running scan counts as one that hangs.
    pub fn hangs_at(&self) -> Option<Instant> {
        self.task.as_ref().map(|_| self.began + SCAN_HANGS)
    }

    pub fn is_hanging(&self) -> bool {
        self.hangs_at().is_some_and(|at| at <= Instant::now())
    }
}

/// Asks the library, the file and the kernel while a scan is applied.
pub struct RealProbe<'a> {
    pub context: &'a Arc<Context>,
    pub inbox: &'a Path,
    pub real_inbox: &'a Path,
    /// Asked of the kernel once a scan, when the first file is old enough.
    pub open: Option<HashSet<PathBuf>>,
}

impl DropProbe for RealProbe<'_> {
    fn recognize(&mut self, source: &Source) -> Recognition {
        if submission::is_done(self.context, source.clone()) {
            return Recognition::Done;
        }
        match is_set_aside(self.context, source) {
            Ok(true) => Recognition::Done,
            Ok(false) => Recognition::New,
            Err(error) => {
                tracing::warn!(%error, "it is not known whether a file was set aside");
                Recognition::Unknown
            }
        }
    }

    fn look(&mut self, source: &Source) -> Look {
        let path = source.path.as_path();
        let real = path
            .strip_prefix(self.inbox)
            .map_or_else(|_| path.to_owned(), |inside| self.real_inbox.join(inside));
        let open = self.open.get_or_insert_with(|| open_for_writing(self.real_inbox));
        Look { open_for_writing: open.contains(&real), complete: is_complete(path) }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::intake::watcher::Ignore;
    use crate::model::config::Watch;

    fn scanner() -> Scanner {
        let inbox = InboxScanner {
            path: "/nowhere/inbox".into(),
            library: "/nowhere/library".into(),
            ignore: Ignore::new(&[]).unwrap(),
        };
        Scanner::new(inbox, ScanSchedule::new(&Watch::default(), None), ScanNumber::NOW)
    }

    #[tokio::test(start_paused = true)]
    async fn one_scan_runs_at_a_time_and_the_first_one_is_due_at_once() {
        let mut scanner = scanner();
        assert_eq!((scanner.next_wake(), scanner.hangs_at()), (Some(Instant::now()), None));
        scanner.begin_if_due();
        let first = scanner.task.as_ref().map(JoinHandle::id);
        assert_eq!(scanner.next_wake(), None);
        scanner.begin_if_due();
        assert_eq!(scanner.task.as_ref().map(JoinHandle::id), first);
        scanner.task.take().unwrap().await.unwrap();
        scanner.schedule.completed(Duration::ZERO, false);
        scanner.begin_if_due();
        assert!(scanner.task.is_none(), "nothing happened");
    }

    #[tokio::test(start_paused = true)]
    async fn a_scan_that_takes_a_minute_hangs() {
        let mut scanner = scanner();
        advance(SCAN_HANGS * 2).await;
        scanner.task = Some(tokio::spawn(std::future::pending()));
        scanner.began = Instant::now();
        advance(SCAN_HANGS - Duration::from_millis(1)).await;
        assert!(!scanner.is_hanging());
        advance(Duration::from_millis(1)).await;
        assert!(scanner.is_hanging());
    }
}
