//! Scans the inbox and applies what the scans saw.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle, block_in_place};
use tokio::time::Instant;

use super::Service;
use crate::files;
use crate::intake::watcher::{Look, is_complete, open_for_writing};
use crate::model::finding::Severity;
use crate::model::inspection::Source;
use crate::model::scan_number::ScanNumber;
use crate::service::drops::{DropProbe, Moment, Recognition, RemovedFile, is_within};
use crate::service::follow_up::is_set_aside;
use crate::service::inbox_presence::Presence;
use crate::service::inbox_scan::{InboxScanner, Scan, Snapshot};
use crate::service::scan_schedule::ScanSchedule;
use crate::work::context::Context;
use crate::work::submission;

/// A scan that takes longer is one of a share that does not answer.
const SCAN_HANGS: Duration = Duration::from_secs(60);

/// The scans of the inbox, one at a time.
#[derive(Debug)]
pub(super) struct Scanner {
    pub inbox: InboxScanner,
    pub schedule: ScanSchedule,
    pub task: Option<JoinHandle<Scan>>,
    /// When the newest scan began.
    began: Instant,
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
    fn begin_if_due(&mut self) {
        if self.next_wake().is_none_or(|due| due > Instant::now()) {
            return;
        }
        let inbox = self.inbox.clone();
        self.began = Instant::now();
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

impl Service {
    pub(super) fn begin_scan(&mut self) {
        if !self.is_stopping() {
            self.scanner.begin_if_due();
        }
    }

    pub(super) fn apply_scan(&mut self, scanned: Result<Scan, JoinError>) {
        let Ok(Scan { snapshot, took, disk }) = scanned else {
            tracing::error!("a scan of the inbox panicked");
            return self.scanner.schedule.completed(self.scanner.began.elapsed(), false);
        };
        self.summary.inbox_disk = disk;
        let inbox = self.inbox().to_string_lossy().into_owned();
        match self.presence.judge(&snapshot, &inbox) {
            Presence::Missing(first) => {
                if let Some(finding) = first {
                    self.scanner.schedule.stop_listening();
                    self.pause(finding);
                }
                self.scanner.schedule.completed(took, false);
                self.scanner.schedule.retry_after(self.options.context.config.watch.retry_s);
            }
            Presence::Here { listen, returned } => {
                if returned && self.pauser.inbox_returned() {
                    self.resume();
                }
                let began = Instant::now();
                block_in_place(|| self.apply_files(snapshot));
                let whole = took + began.elapsed();
                self.scanner.schedule.completed(whole, self.drops.arriving());
                if listen {
                    self.scanner.schedule.listen(&self.scanner.inbox.path);
                }
                tracing::debug!(files = self.drops.len(), took = ?whole, "the inbox was scanned");
                self.each(|listener| listener.scan_completed(whole));
            }
        }
    }

    fn apply_files(&mut self, snapshot: Snapshot) {
        let (seen, skipped) = match snapshot {
            Snapshot::Files { seen, skipped, .. } => (seen, skipped),
            Snapshot::Empty | Snapshot::Unreachable { .. } => (Vec::new(), Vec::new()),
        };
        let inbox = self.inbox().to_owned();
        let relative = |path: &Path| path.strip_prefix(&inbox).unwrap_or(path).to_owned();
        let hidden: Vec<PathBuf> = skipped.iter().map(|one| relative(one.path.as_path())).collect();
        let errors = || skipped.iter().filter(|one| one.finding.severity == Severity::Error);
        for one in errors().filter(|one| !self.reported.refused.contains(one.path.as_path())) {
            self.each(|listener| listener.refused(one));
        }
        // What was put right and breaks again is reported again.
        self.reported.refused = errors().map(|one| one.path.as_path().to_owned()).collect();
        let unreadable: Vec<PathBuf> = errors().map(|one| relative(one.path.as_path())).collect();
        let now_text = self.options.context.now();
        let mut probe = RealProbe {
            context: self.options.context.context(),
            inbox: &inbox,
            real_inbox: &self.real_inbox,
            open: None,
        };
        let diff = self.drops.apply_scan(
            seen,
            &hidden,
            Moment { instant: Instant::now(), text: &now_text },
            &mut probe,
        );
        if !std::mem::replace(&mut self.scanner.once, true) {
            self.note_missing(&hidden, &now_text);
            self.each(|listener| listener.first_scan_completed(&unreadable));
        }
        if diff.changed {
            self.status.note_change();
        }
        for source in &diff.already_done {
            let returned = self.note_presence(source.path.as_path(), None);
            self.each(|listener| listener.recognized(source, returned));
        }
        for RemovedFile { source, was_processed } in &diff.removed {
            self.reported.unreadable.remove(source.path.as_path());
            self.reported.restless.remove(source.path.as_path());
            self.note_presence(source.path.as_path(), Some(&now_text));
            self.each(|listener| listener.removed(source, *was_processed));
        }
        if diff.settled > 0 {
            self.each(|listener| listener.settled(diff.settled));
        }
    }

    /// Notes works whose sources left while no service ran.
    fn note_missing(&mut self, hidden: &[PathBuf], now_text: &str) {
        let Some(library) = &self.options.context.library else { return };
        let sources = match library.catalog().sources() {
            Ok(sources) => sources,
            Err(error) => {
                tracing::warn!(%error, "works whose sources left meanwhile are not noted");
                return;
            }
        };
        let inbox = self.inbox().to_owned();
        let hidden: HashSet<&Path> = hidden.iter().map(PathBuf::as_path).collect();
        for source in sources {
            let Ok(relative) = source.strip_prefix(&inbox) else { continue };
            if !is_within(relative, &hidden) && !self.drops.contains(relative) && files::is_gone(&source) {
                let left = self.note_presence(&source, Some(now_text));
                if left && let Some(source) = self.recorded_source(&source) {
                    self.each(|listener| listener.removed(&source, true));
                }
            }
        }
    }

    /// Returns a source that is gone as the catalogue remembers it.
    fn recorded_source(&self, source: &Path) -> Option<Source> {
        let row = self.options.context.library.as_ref()?.catalog().work_by_source(source).ok()??;
        let relative = source.strip_prefix(self.inbox()).ok()?;
        let mut folders = relative.components();
        let first = folders.next()?.as_os_str();
        let department = folders.next().map(|_| first.to_string_lossy().into_owned());
        Some(Source {
            path: source.into(),
            root: self.inbox().into(),
            relative: relative.into(),
            department,
            details: None,
            captions: None,
            stamp: row.stamp,
        })
    }

    /// Notes since when a work's source is missing, for the manifest. Returns true if that changed.
    fn note_presence(&mut self, source: &Path, missing_since: Option<&str>) -> bool {
        let Some(library) = &self.options.context.library else { return false };
        match library.catalog().mark_missing(source, missing_since) {
            Ok(false) => return false,
            Ok(true) => {}
            Err(error) => {
                tracing::warn!(%error, "it was not noted whether a source is there");
                return false;
            }
        }
        self.manifests.request_now();
        true
    }
}

/// Asks the library, the file and the kernel while a scan is applied.
struct RealProbe<'a> {
    context: &'a Arc<Context>,
    inbox: &'a Path,
    real_inbox: &'a Path,
    /// Asked of the kernel once a scan, when the first file is old enough.
    open: Option<HashSet<PathBuf>>,
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
