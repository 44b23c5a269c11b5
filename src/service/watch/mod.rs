//! The loop: scans the inbox, starts works in turn, pauses for what passes by itself, and stops in order.
//!
//! Each part owns its state and its time: its `next_wake` is when something is due although nothing happens.

mod backup;
mod dispatch;
mod parts;
mod pause;
mod reconsider;
mod reviews;
mod scan;
mod status;

use std::collections::HashSet;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::Instant;

use super::Listener;
use super::drops::Drops;
use super::follow_up::reset_attempts;
use super::inbox_presence::InboxMonitor;
use super::inbox_scan::InboxScanner;
use super::left_overs::LeftOvers;
use super::progress_board::ProgressBoard;
use super::scan_schedule::ScanSchedule;
use crate::intake::watcher::{Ignore, SettlingRules};
use crate::library::staging::{FolderLock, StagingError};
use crate::model::inspection::Source;
use crate::model::scan_number::ScanNumber;
use crate::model::service::{ServiceState, ServiceTally};
use crate::pipeline::{library_manifest, single};
use crate::work::context::{Events, RunContext};
use crate::work::failure::JobError;
use parts::daily_backup::DailyBackup;
use parts::manifest_writer::ManifestWriter;
use parts::opinion_poll::OpinionPoll;
use parts::pauser::Pauser;
use parts::record_poll::RecordPoll;
use parts::running_works::RunningWorks;
use parts::scanner::Scanner;
use parts::status_publisher::{StatusPublisher, Summary};

/// Works that are ended have this long to leave what they are at.
const LAST_STEPS: Duration = Duration::from_millis(800);

/// Tells the service what to do.
pub struct ServiceOptions {
    pub context: RunContext,
    /// Absolute.
    pub inbox: PathBuf,
    /// Scans the inbox by time alone, at this interval.
    pub poll: Option<Duration>,
    /// Ends when everything is dealt with.
    pub once: bool,
    pub listeners: Vec<Arc<dyn Listener>>,
    /// Takes the events of the works.
    pub events: Events,
}

impl std::fmt::Debug for ServiceOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { inbox, poll, once, .. } = self;
        f.debug_struct("ServiceOptions")
            .field("inbox", inbox)
            .field("poll", poll)
            .field("once", once)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error(transparent)]
    Inbox(#[from] StagingError),
    #[error("watch.ignore: {0}")]
    Ignore(String),
    #[error(transparent)]
    Job(#[from] JobError),
}

/// What a service that ended leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchSummary {
    pub tally: ServiceTally,
    /// Drops may be there that were not dealt with.
    pub unfinished: bool,
}

/// Watches until asked to stop, or with `once` until everything is dealt with. The first message of `stop` gives the
/// running works their time, the second ends them. Returns what was done.
pub async fn watch(
    options: ServiceOptions,
    mut stop: mpsc::Receiver<()>,
) -> Result<WatchSummary, WatchError> {
    let mut service = Service::new(options)?;
    // Before the first status, which says how changes are learned of; the first scan may find another folder there.
    let inbox = service.inbox().to_owned();
    service.scanner.schedule.listen(&inbox);
    service.publish_status_now();
    if service.records.missed {
        service.manifests.request();
    }
    if let Some(finding) = service.options.context.placeholders() {
        service.each(|listener| listener.alarm(&finding));
    }
    while !service.is_over() {
        service.reload_opinions();
        service.look_at_terms();
        service.begin_scan();
        service.begin_works();
        service.begin_manifests();
        service.begin_backup();
        service.publish_status();
        let (inbox, next_wake) = (service.inbox().to_owned(), service.next_wake());
        tokio::select! {
            message = stop.recv() => service.stop(message.is_some()),
            () = ScanSchedule::changed(service.scanner.schedule.watching(), &inbox) => {
                service.scanner.schedule.expedite();
            }
            scanned = joined(&mut service.scanner.task) => service.apply_scan(scanned),
            Some(ended) = service.works.tasks.join_next_with_id() => service.work_ended(ended),
            Some(open) = service.requeueing.join_next() => service.requeued(open),
            took = joined(&mut service.manifests.task) => service.manifests.completed(took),
            result = joined(&mut service.backup.task) => service.backup_completed(result),
            () = reached(next_wake) => service.time_passed(),
        }
    }
    Ok(service.end().await)
}

/// Waits for a task that may not be there.
async fn joined<T>(task: &mut Option<JoinHandle<T>>) -> Result<T, JoinError> {
    let Some(running) = task else { return pending().await };
    let ended = running.await;
    *task = None;
    ended
}

/// Waits for a moment that may never come.
async fn reached(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => pending().await,
    }
}

struct Service {
    options: ServiceOptions,
    /// With links followed, as the kernel names open files.
    real_inbox: PathBuf,
    _lock: FolderLock,
    scanner: Scanner,
    presence: InboxMonitor,
    drops: Drops,
    works: RunningWorks,
    board: Arc<ProgressBoard>,
    opinions: OpinionPoll,
    records: RecordPoll,
    /// Asks which files that are done are so no longer.
    requeueing: JoinSet<Vec<Source>>,
    pauser: Pauser,
    manifests: ManifestWriter,
    backup: DailyBackup,
    status: StatusPublisher,
    summary: Summary,
    reported: Reported,
    left_overs: LeftOvers,
    /// The last scan could not look into some folder or file.
    has_unread: bool,
    /// Running works have until then.
    stops_at: Option<Instant>,
}

/// Files of which something was reported that is to be reported once.
#[derive(Debug, Default)]
struct Reported {
    /// Files in the inbox that are not accepted.
    refused: HashSet<PathBuf>,
    /// Files that could not be read.
    unreadable: HashSet<PathBuf>,
    /// Files to which something happened while they were read, though they look the same.
    restless: HashSet<PathBuf>,
}

impl Service {
    fn new(options: ServiceOptions) -> Result<Self, WatchError> {
        let context = &options.context;
        let lock = FolderLock::take(&options.inbox)?;
        let rules = &context.config.watch;
        let ignore = Ignore::new(&rules.ignore).map_err(|error| WatchError::Ignore(error.to_string()))?;
        let settling = SettlingRules {
            spacing: Duration::from_secs_f64(rules.settle_s),
            readings: rules.readings,
            incomplete_after: Duration::from_secs_f64(rules.incomplete_after_s),
        };
        let retry = Duration::from_secs_f64(rules.retry_s);
        let (holds_works, first_scan) = open_catalogue(&options)?;
        let inbox = InboxScanner {
            path: options.inbox.clone(),
            library: context.config.library.as_path().to_owned(),
            ignore,
        };
        Ok(Self {
            real_inbox: options.inbox.canonicalize().unwrap_or_else(|_| options.inbox.clone()),
            _lock: lock,
            scanner: Scanner::new(inbox, ScanSchedule::new(rules, options.poll), first_scan),
            presence: InboxMonitor::new(holds_works),
            drops: Drops::new(settling, retry),
            works: RunningWorks::default(),
            board: Arc::default(),
            opinions: OpinionPoll::begin(context.library()).map_err(JobError::from)?,
            records: RecordPoll::begin(context.library(), &context.clock.local()).map_err(JobError::from)?,
            requeueing: JoinSet::new(),
            pauser: Pauser::new(retry),
            manifests: ManifestWriter::new(),
            backup: DailyBackup::of(context),
            status: StatusPublisher::default(),
            summary: Summary::new(context.now()),
            reported: Reported::default(),
            left_overs: LeftOvers::default(),
            has_unread: false,
            stops_at: None,
            options,
        })
    }

    fn inbox(&self) -> &Path {
        &self.scanner.inbox.path
    }

    fn each(&self, call: impl Fn(&dyn Listener)) {
        self.options.listeners.iter().for_each(|listener| call(listener.as_ref()));
    }

    fn is_stopping(&self) -> bool {
        self.stops_at.is_some()
    }

    fn is_over(&self) -> bool {
        if let Some(at) = self.stops_at {
            return self.works.tasks.is_empty() || Instant::now() >= at;
        }
        // With `once` nobody waits for a disk to be cleared: what is left is reported and processed the next time.
        let stuck = self.pauser.is_paused() && self.works.tasks.is_empty();
        let drained = self.scanner.once
            && self.scanner.task.is_none()
            && self.requeueing.is_empty()
            && self.drops.is_idle();
        self.options.once && (stuck || drained)
    }

    /// Returns when something is due although nothing happens.
    fn next_wake(&self) -> Option<Instant> {
        let always = [self.status.next_wake(self.is_busy()), self.manifests.next_wake(), self.stops_at];
        // While the inbox is missing, scans alone try again.
        let is_here = !self.presence.is_missing();
        let faults = [self.scanner.hangs_at(), self.pauser.next_wake()].map(|at| at.filter(|_| is_here));
        // A service that stops begins nothing.
        let begins = !self.is_stopping();
        let terms = self.records.next_wake().filter(|_| self.scanner.once);
        let beginnings =
            [self.scanner.next_wake(), self.opinions.next_wake(), terms, self.backup.next_wake()]
                .map(|at| at.filter(|_| begins));
        always.into_iter().chain(faults).chain(beginnings).flatten().min()
    }

    fn stop(&mut self, in_order: bool) {
        let grace = Duration::from_secs_f64(self.options.context.config.watch.stop_grace_s);
        self.stops_at = Some(match self.stops_at {
            None if in_order => Instant::now() + grace,
            _ => Instant::now(),
        });
        self.pauser.state = ServiceState::Stopping;
        self.publish_status_now();
    }

    fn begin_manifests(&mut self) {
        let run = self.options.context.clone();
        self.manifests.begin_if_due(move || write_manifests(&run));
    }

    /// Ends what is left, writes what is due, and reports that it stopped.
    async fn end(mut self) -> WatchSummary {
        // What is asked to end and does not, on a disk that hangs or in the midst of something, is not waited for: a killed
        // work is made again, and whoever asked for the end kills the service when it is late.
        if tokio::time::timeout(LAST_STEPS, self.works.tasks.shutdown()).await.is_err() {
            tracing::warn!("works that were told to end are left running");
        }
        if let Some(writing) = self.manifests.task.take() {
            let took = writing.await;
            self.manifests.completed(took);
        }
        self.manifests.expedite();
        self.begin_manifests();
        if let Some(writing) = self.manifests.task.take() {
            let _ = writing.await;
        }
        if self.options.once
            && let Some(backup) = self.backup.task.take()
        {
            let result = backup.await;
            self.backup_completed(result);
        }
        self.pauser.state = ServiceState::Stopped;
        self.publish_status_now();
        // An inbox that could not be scanned may hold anything.
        let unseen = !self.scanner.once || self.presence.is_missing();
        let waits = self.drops.awaits_scan() || !self.drops.is_idle();
        WatchSummary { tally: self.summary.tally, unfinished: unseen || waits || self.has_unread }
    }
}

/// Ends what an earlier run left in the catalogue. Returns true if it holds works of this inbox, and the number of the
/// next scan.
fn open_catalogue(options: &ServiceOptions) -> Result<(bool, ScanNumber), WatchError> {
    let library = options.context.library();
    single::finish_removals(&options.context)?;
    reset_attempts(library)?;
    let catalog = library.catalog();
    let wait = Duration::from_secs_f64(options.context.config.watch.catalogue_wait_s);
    catalog.wait_at_most(wait).map_err(JobError::from)?;
    let sources = catalog.sources().map_err(JobError::from)?;
    let next = catalog.next_scan_number().map_err(JobError::from)?;
    Ok((sources.iter().any(|source| source.starts_with(&options.inbox)), next))
}

/// Writes `LIBRARY/manifest.*`.
fn write_manifests(run: &RunContext) {
    if let Err(error) = library_manifest::write_library_manifests(run) {
        tracing::warn!(%error, "the library's manifests were not written");
    }
}
