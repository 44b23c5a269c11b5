//! What the service says of itself, and the library's own manifests.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use tokio::task::JoinError;

use super::pause::SCAN_HANGS;
use super::{Ended, Service};
use crate::intake::watcher::space;
use crate::model::service::{ServiceState, ServiceStatus};
use crate::pipeline::library_manifest;

/// Works that are ended have so long to leave what they are at.
const LAST_STEPS: Duration = Duration::from_millis(800);

/// The status is told so often at most, and so often at least; telling it takes this share of the time at most.
const AT_MOST: Duration = Duration::from_secs(1);
const AT_LEAST: Duration = Duration::from_secs(15);
const TELLING_SHARE: u32 = 20;

/// The library's manifests are written so long after a work, and take this share of the time, at most.
pub(super) const MANIFESTS_AFTER: Duration = Duration::from_secs(5);
const MANIFESTS_SHARE: u32 = 20;

impl Service {
    /// Tells how things stand, when that is due or `now`.
    pub(super) fn publish_status(&mut self, now: bool) {
        if !now && self.told.is_some_and(|told| told.elapsed() < self.min_interval()) {
            return;
        }
        let began = Instant::now();
        let status = Arc::new(self.status());
        self.each(|listener| listener.status(&status));
        self.told = Some(Instant::now());
        self.telling_took = began.elapsed();
        self.changed = false;
    }

    /// How long the last word stands.
    fn min_interval(&self) -> Duration {
        let moved = self.changed || self.drops.running() > 0;
        let usual = if moved { AT_MOST } else { AT_LEAST };
        usual.max((self.telling_took * TELLING_SHARE).min(AT_LEAST))
    }

    fn status(&self) -> ServiceStatus {
        let context = &self.orders.context;
        let library = context.config.library.as_path();
        let disk = self.inbox_disk.iter().cloned().chain(space(library)).collect();
        ServiceStatus {
            started_at: self.started_at.clone(),
            updated_at: context.now(),
            pid: std::process::id(),
            inbox: self.inbox.path.clone().into(),
            library: library.into(),
            state: self.state.clone(),
            sight: self.looks.sight(),
            drops: self.drops.open(&|source| self.board.state(source)),
            tally: self.tally,
            failures: self.failures.iter().cloned().collect(),
            disk,
            copy: Some(self.copies.daily.clone()),
        }
    }

    /// When something is due although nothing happens.
    pub(super) fn wakes_at(&self) -> Instant {
        let now = Instant::now();
        let told = self.told.map_or(now, |told| told + self.min_interval());
        let scan = match (&self.scanning, self.is_stopping()) {
            (None, false) => Some(self.looks.due()),
            (Some(_), _) if !self.share.is_missing() => Some(self.scan_began + SCAN_HANGS),
            _ => None,
        };
        let manifests = self.manifests_due.filter(|_| self.writing.is_none());
        // While the inbox is missing, other faults are not tried again.
        let retry = self.retry_at.filter(|_| !self.share.is_missing());
        let answers = Some(self.answers_due).filter(|_| !self.is_stopping());
        let copy = Some(self.copies.due).filter(|_| self.copying.is_none() && !self.is_stopping());
        let all = [Some(told), scan, manifests, retry, answers, copy, self.stops_at];
        all.into_iter().flatten().min().unwrap_or(told)
    }

    /// Writes `LIBRARY/manifest.*` in the background, when that is due.
    pub(super) fn write_manifests(&mut self) {
        if self.writing.is_some() || self.manifests_due.is_none_or(|due| due > Instant::now()) {
            return;
        }
        self.manifests_due = None;
        let context = Arc::clone(&self.orders.context);
        self.writing = Some(tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            if let Some(library) = &context.library
                && let Err(error) = library_manifest::write_library_manifests(&context, library)
            {
                tracing::warn!(%error, "the library's manifests were not written");
            }
            began.elapsed()
        }));
    }

    pub(super) fn manifests_written(&mut self, took: Result<Duration, JoinError>) {
        self.manifests_rest = (took.unwrap_or_default() * MANIFESTS_SHARE).max(MANIFESTS_AFTER);
    }

    /// Ends what is left, writes what is due, and says that it stopped.
    pub(super) async fn end(mut self) -> Ended {
        // What is told to end and does not, on a disk that hangs or in the midst of something, is not waited for: a killed
        // work is made again, and whoever asked for the end kills the service when it is late.
        if tokio::time::timeout(LAST_STEPS, self.running.shutdown()).await.is_err() {
            tracing::warn!("works that were told to end are left running");
        }
        if let Some(writing) = self.writing.take() {
            let took = writing.await;
            self.manifests_written(took);
        }
        if self.manifests_due.is_some() {
            self.manifests_due = Some(Instant::now());
            self.write_manifests();
            if let Some(writing) = self.writing.take() {
                let _ = writing.await;
            }
        }
        if self.orders.once
            && let Some(copying) = self.copying.take()
        {
            let copied = copying.await;
            self.copied(copied);
        }
        self.state = ServiceState::Stopped;
        self.publish_status(true);
        // An inbox that could not be looked at may hold anything.
        let unseen = !self.scanned_once || self.share.is_missing();
        let waits = self.drops.waits_for_a_look() || !self.drops.is_idle();
        Ended { tally: self.tally, left: unseen || waits }
    }
}
