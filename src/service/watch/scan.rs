//! Scans the inbox and applies what the scans saw.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::{JoinError, block_in_place};
use tokio::time::Instant;

use super::Service;
use super::parts::scanner::RealProbe;
use crate::files;
use crate::model::finding::Severity;
use crate::model::inspection::Source;
use crate::service::drops::{Moment, RemovedFile, is_within};
use crate::service::inbox_presence::Presence;
use crate::service::inbox_scan::{Scan, Snapshot};

/// Returns true if nothing has this name, be it a file or a link.
fn is_absent(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| files::is_absence(&error))
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
                self.reload_records();
                let whole = took + began.elapsed();
                self.scanner.schedule.completed(whole, self.drops.arriving());
                self.scan_again_for_what_waits();
                if listen {
                    self.scanner.schedule.listen(&self.scanner.inbox.path);
                }
                tracing::debug!(files = self.drops.len(), took = ?whole, "the inbox was scanned");
                self.each(|listener| listener.scan_completed(whole));
            }
        }
    }

    fn apply_files(&mut self, snapshot: Snapshot) {
        let (seen, skipped, left_over) = match snapshot {
            Snapshot::Files { seen, skipped, left_over, .. } => (seen, skipped, left_over),
            Snapshot::Empty | Snapshot::Unreachable { .. } => Default::default(),
        };
        let inbox = self.inbox().to_owned();
        let relative = |path: &Path| path.strip_prefix(&inbox).unwrap_or(path).to_owned();
        let hidden: Vec<PathBuf> = skipped.iter().map(|one| relative(one.path.as_path())).collect();
        let errors = || skipped.iter().filter(|one| one.finding.severity == Severity::Error);
        for one in errors().filter(|one| !self.reported.refused.contains(one.path.as_path())) {
            self.each(|listener| listener.refused(one));
        }
        // What was put right and breaks again is reported again.
        let refused: HashSet<PathBuf> = errors().map(|one| one.path.as_path().to_owned()).collect();
        let before = std::mem::replace(&mut self.reported.refused, refused);
        for path in before.difference(&self.reported.refused).filter(|path| is_absent(path)) {
            self.each(|listener| listener.refused_gone(path));
        }
        self.has_unread = errors().any(|one| one.finding.code.is_passing());
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
        if let Some(all) = self.left_overs.apply_scan(left_over, Instant::now()) {
            self.options.listeners.iter().for_each(|listener| listener.left_over(all));
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

    /// Scans again soon for what could not be read, and for what is told only when it stays.
    fn scan_again_for_what_waits(&mut self) {
        if self.has_unread {
            let retry_s = self.options.context.config.watch.retry_s;
            self.scanner.schedule.again_within(Duration::from_secs_f64(retry_s));
        }
        let now = Instant::now();
        if let Some(at) = self.left_overs.next_wake(now) {
            self.scanner.schedule.again_within(at - now);
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
            cover: None,
            notes: Vec::new(),
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
