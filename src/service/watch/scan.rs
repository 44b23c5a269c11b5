//! Looks at the inbox and what they bring.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::time::Instant;

use tokio::task::{JoinError, block_in_place};

use super::Service;
use crate::files;
use crate::intake::watcher::{Look, is_complete, open_for_writing};
use crate::model::finding::{Code, Severity};
use crate::model::inspection::Source;
use crate::service::drops::{DropProbe, FirstSight, Gone, lies_in};
use crate::service::follow_up::is_set_aside;
use crate::service::inbox_presence::Presence;
use crate::service::inbox_scan::{Scan, Snapshot};
use crate::work::context::Context;
use crate::work::submission;

impl Service {
    pub(super) fn begin_scan(&mut self) {
        if self.scanning.is_some() || self.is_stopping() || Instant::now() < self.looks.due() {
            return;
        }
        let inbox = self.inbox.clone();
        self.scan_began = Instant::now();
        self.scanning = Some(tokio::task::spawn_blocking(move || inbox.scan()));
    }

    pub(super) fn apply_scan(&mut self, scanned: Result<Scan, JoinError>) {
        let Ok(Scan { view, took, disk }) = scanned else {
            tracing::error!("a look at the inbox broke off");
            return self.looks.completed(self.scan_began.elapsed(), false);
        };
        self.inbox_disk = disk;
        let inbox = self.inbox.path.to_string_lossy().into_owned();
        match self.share.judge(&view, &inbox) {
            Presence::Missing(first) => {
                if let Some(finding) = first {
                    self.looks.stop_listening();
                    self.pause(finding);
                }
                self.looks.completed(took, false);
                self.looks.retry_after(self.orders.context.config.watch.retry_s);
            }
            Presence::Here { listen, back } => {
                if back && self.last_alarm == Some(Code::InboxMissing) {
                    // The next loss is another one.
                    self.last_alarm = None;
                }
                if back && self.retry_at.is_none() {
                    self.resume();
                }
                let began = Instant::now();
                block_in_place(|| self.apply_files(view));
                let whole = took + began.elapsed();
                self.looks.completed(whole, self.drops.arriving());
                if listen {
                    self.looks.listen(&self.inbox.path);
                }
                tracing::debug!(files = self.drops.len(), took = ?whole, "the inbox was looked at");
                self.each(|listener| listener.rescanned(whole));
            }
        }
    }

    fn apply_files(&mut self, view: Snapshot) {
        let (seen, skipped) = match view {
            Snapshot::Files { seen, skipped, .. } => (seen, skipped),
            Snapshot::Bare | Snapshot::Gone { .. } => (Vec::new(), Vec::new()),
        };
        let relative = |path: &Path| path.strip_prefix(&self.inbox.path).unwrap_or(path).to_owned();
        let hidden: Vec<PathBuf> = skipped.iter().map(|one| relative(one.path.as_path())).collect();
        let errors = || skipped.iter().filter(|one| one.finding.severity == Severity::Error);
        for one in errors().filter(|one| !self.refused.contains(one.path.as_path())) {
            self.each(|listener| listener.refused(one));
        }
        // What was put right and breaks again is told again.
        self.refused = errors().map(|one| one.path.as_path().to_owned()).collect();
        let unreadable: Vec<PathBuf> = errors().map(|one| relative(one.path.as_path())).collect();
        let now_text = self.orders.context.now();
        let mut ways = RealProbe {
            context: &self.orders.context,
            inbox: &self.inbox.path,
            real_inbox: &self.real_inbox,
            open: None,
        };
        let taken = self.drops.scan(seen, &hidden, (Instant::now(), &now_text), &mut ways);
        if !self.scanned_once {
            self.note_missing(&hidden, &now_text);
            self.each(|listener| listener.first_look(&unreadable));
        }
        self.scanned_once = true;
        self.changed |= taken.changed;
        for source in &taken.known {
            let back = self.note_presence(source.path.as_path(), None);
            self.each(|listener| listener.known(source, back));
        }
        for Gone { source, was_done } in &taken.gone {
            self.unreadable.remove(source.path.as_path());
            self.restless.remove(source.path.as_path());
            self.note_presence(source.path.as_path(), Some(&now_text));
            self.each(|listener| listener.gone(source, *was_done));
        }
        if taken.settled > 0 {
            self.each(|listener| listener.settled(taken.settled));
        }
    }

    /// Works whose sources left while no service ran.
    fn note_missing(&mut self, hidden: &[PathBuf], now_text: &str) {
        let Some(library) = &self.orders.context.library else { return };
        let sources = library.catalog().sources().unwrap_or_default();
        let inbox = self.inbox.path.clone();
        let hidden: HashSet<&Path> = hidden.iter().map(PathBuf::as_path).collect();
        for source in sources {
            let Ok(relative) = source.strip_prefix(&inbox) else { continue };
            if !lies_in(relative, &hidden) && !self.drops.holds(relative) && files::is_gone(&source) {
                let left = self.note_presence(&source, Some(now_text));
                if left && let Some(source) = self.as_it_was(&source) {
                    self.each(|listener| listener.gone(&source, true));
                }
            }
        }
    }

    /// A source that is gone, as the catalogue remembers it.
    fn as_it_was(&self, source: &Path) -> Option<Source> {
        let row = self.orders.context.library.as_ref()?.catalog().work_by_source(source).ok()??;
        let relative = source.strip_prefix(&self.inbox.path).ok()?;
        let mut folders = relative.components();
        let first = folders.next()?.as_os_str();
        let department = folders.next().map(|_| first.to_string_lossy().into_owned());
        Some(Source {
            path: source.into(),
            root: self.inbox.path.as_path().into(),
            relative: relative.into(),
            department,
            details: None,
            captions: None,
            stamp: row.stamp,
        })
    }

    /// The manifest says of a work since when its source is missing. Yields whether that changed.
    fn note_presence(&mut self, source: &Path, missing_since: Option<&str>) -> bool {
        let Some(library) = &self.orders.context.library else { return false };
        match library.catalog().mark_missing(source, missing_since) {
            Ok(false) => return false,
            Ok(true) => {}
            Err(error) => {
                tracing::warn!(%error, "it was not noted whether a source is there");
                return false;
            }
        }
        self.manifests_due = self.manifests_due.or(Some(Instant::now()));
        true
    }
}

/// The library, the file and the kernel, asked while a scan is taken in.
struct RealProbe<'a> {
    context: &'a Arc<Context>,
    inbox: &'a Path,
    real_inbox: &'a Path,
    /// Asked of the kernel once a scan, when the first file is old enough.
    open: Option<HashSet<PathBuf>>,
}

impl DropProbe for RealProbe<'_> {
    fn first_sight(&mut self, source: &Source) -> FirstSight {
        if submission::is_done(self.context, source.clone()) {
            return FirstSight::Done;
        }
        match is_set_aside(self.context, source) {
            Ok(true) => FirstSight::Done,
            Ok(false) => FirstSight::New,
            Err(error) => {
                tracing::warn!(%error, "it is not known whether a file was set aside");
                FirstSight::Unknown
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
