//! The loop: scans the inbox, starts works in turn, pauses for what passes by itself, and stops in order.

mod daily_backup;
mod dispatch;
mod pause;
mod reconsider;
mod scan;
mod status;

use crate::pipeline::single;
use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, JoinSet};

use super::Listener;
use super::drops::{Drops, Turn};
use super::follow_up::begin_anew;
use super::inbox_presence::InboxMonitor;
use super::inbox_scan::{InboxScanner, Scan};
use super::progress_board::ProgressBoard;
use super::scan_schedule::ScanSchedule;
use crate::duplicates::in_progress::InProgress;
use crate::intake::watcher::{Ignore, SettlingRules};
use crate::library::backup::BackupError;
use crate::library::staging::{FolderLock, StagingError};
use crate::model::finding::Code;
use crate::model::inspection::Source;
use crate::model::recovery::CopyMade;
use crate::model::scan_number::ScanNumber;
use crate::model::service::{DiskSpace, FailureNote, ServiceState, ServiceTally};
use crate::pipeline::single::Processed;
use crate::work::context::Context;
use crate::work::context::Events;
use crate::work::failure::JobError;
use daily_backup::DailyBackup;
use reconsider::OpinionPoll;

/// What the service is to do.
pub struct ServiceOptions {
    pub context: Arc<Context>,
    /// Absolute.
    pub inbox: PathBuf,
    /// Looks at the inbox by time alone.
    pub poll: Option<Duration>,
    /// Ends when everything is dealt with.
    pub once: bool,
    pub listeners: Vec<Arc<dyn Listener>>,
    /// Takes what the works tell.
    pub events: Events,
}

impl std::fmt::Debug for ServiceOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { inbox, poll, once, .. } = self;
        f.debug_struct("Orders")
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
pub struct Ended {
    pub tally: ServiceTally,
    /// Drops may be there that were not dealt with.
    pub left: bool,
}

/// Watches until told to stop, or with `once` until everything is dealt with. The first message of `stop` gives the
/// running works their time, the second ends them. Yields what was done.
pub async fn watch(orders: ServiceOptions, mut stop: mpsc::Receiver<()>) -> Result<Ended, WatchError> {
    let mut service = Service::new(orders)?;
    // Before the first word, which says how changes are learned of; the first look may find another folder there.
    let inbox = service.inbox.path.clone();
    service.looks.listen(&inbox);
    service.say_state(ServiceState::Running);
    while !service.is_over() {
        service.reload_opinions();
        service.begin_scan();
        service.begin_works();
        service.write_manifests();
        service.begin_copy();
        service.publish_status(false);
        let (inbox, wakes_at) = (service.inbox.path.clone(), service.wakes_at());
        tokio::select! {
            message = stop.recv() => {
                service.stop(message.is_some());
            }
            () = ScanSchedule::changed(service.looks.watching(), &inbox) => service.looks.expedite(),
            scanned = joined(&mut service.scanning) => service.apply_scan(scanned),
            Some(ended) = service.running.join_next_with_id() => service.finished(ended),
            Some(open) = service.renewing.join_next() => service.requeued(open),
            written = joined(&mut service.writing) => service.manifests_written(written),
            copied = joined(&mut service.copying) => service.copied(copied),
            () = tokio::time::sleep_until(wakes_at) => service.time_passed(),
        }
    }
    Ok(service.end().await)
}

/// Waits for a task that may not be there.
async fn joined<T>(task: &mut Option<JoinHandle<T>>) -> Result<T, JoinError> {
    let Some(running) = task else { return std::future::pending().await };
    let ended = running.await;
    *task = None;
    ended
}

struct Service {
    orders: ServiceOptions,
    inbox: InboxScanner,
    /// With links followed, as the kernel names open files.
    real_inbox: PathBuf,
    _lock: FolderLock,
    drops: Drops,
    looks: ScanSchedule,
    share: InboxMonitor,
    board: Arc<ProgressBoard>,
    in_progress: Arc<InProgress>,
    /// Scans of the inbox are counted from here on.
    first_glance: ScanNumber,
    running: JoinSet<Processed>,
    /// Files that are done and may be so no longer, which are being asked about.
    renewing: JoinSet<Vec<Source>>,
    turns: Vec<(tokio::task::Id, Turn)>,
    scanning: Option<JoinHandle<Scan>>,
    scan_began: Instant,
    writing: Option<JoinHandle<Duration>>,
    copying: Option<JoinHandle<Result<CopyMade, BackupError>>>,
    copies: DailyBackup,
    manifests_due: Option<Instant>,
    manifests_rest: Duration,
    state: ServiceState,
    /// The next try while paused for something else than the inbox.
    retry_at: Option<Instant>,
    /// What was told last and has not passed since.
    last_alarm: Option<Code>,
    /// Running works have until then.
    stops_at: Option<Instant>,
    scanned_once: bool,
    refused: HashSet<PathBuf>,
    /// Files that could not be read, told once.
    unreadable: HashSet<PathBuf>,
    /// Files to which something happened while they were read, though they look the same.
    restless: HashSet<PathBuf>,
    /// Files that failed, as the catalogue counts them; what is no longer counted there is tried again.
    failed: HashSet<PathBuf>,
    started_at: String,
    tally: ServiceTally,
    failures: VecDeque<FailureNote>,
    inbox_disk: Option<DiskSpace>,
    /// What people said of works, as of the catalogue's last change by others.
    answers: OpinionPoll,
    answers_due: Instant,
    changed: bool,
    told: Option<Instant>,
    telling_took: Duration,
}

impl Service {
    fn new(orders: ServiceOptions) -> Result<Self, WatchError> {
        let context = &orders.context;
        let lock = FolderLock::take(&orders.inbox)?;
        let rules = &context.config.watch;
        let ignore = Ignore::new(&rules.ignore).map_err(|error| WatchError::Ignore(error.to_string()))?;
        let library = context.config.library.as_path().to_owned();
        let settling = SettlingRules {
            spacing: Duration::from_secs_f64(rules.settle_s),
            readings: rules.readings,
            incomplete_after: Duration::from_secs_f64(rules.incomplete_after_s),
        };
        let (known, first_glance) = match &context.library {
            Some(library) => {
                single::finish_removals(context, library)?;
                begin_anew(library)?;
                let catalog = library.catalog();
                let wait = Duration::from_secs_f64(rules.catalogue_wait_s);
                catalog.wait_at_most(wait).map_err(JobError::from)?;
                let sources = catalog.sources().map_err(JobError::from)?;
                let next = catalog.next_scan_number().map_err(JobError::from)?;
                (sources.iter().any(|source| source.starts_with(&orders.inbox)), next)
            }
            None => (false, ScanNumber::NOW),
        };
        let (answers, failed) = match &context.library {
            Some(library) => {
                let answers = OpinionPoll::of(library).map_err(JobError::from)?;
                (answers, reconsider::failed(library).map_err(JobError::from)?)
            }
            None => (OpinionPoll::default(), HashSet::new()),
        };
        Ok(Self {
            inbox: InboxScanner { path: orders.inbox.clone(), library, ignore },
            real_inbox: orders.inbox.canonicalize().unwrap_or_else(|_| orders.inbox.clone()),
            _lock: lock,
            drops: Drops::new(settling, Duration::from_secs_f64(rules.retry_s)),
            looks: ScanSchedule::new(rules, orders.poll),
            share: InboxMonitor::new(known),
            board: Arc::default(),
            in_progress: Arc::default(),
            first_glance,
            running: JoinSet::new(),
            renewing: JoinSet::new(),
            turns: Vec::new(),
            scanning: None,
            scan_began: Instant::now(),
            writing: None,
            copying: None,
            copies: DailyBackup::of(context),
            manifests_due: None,
            manifests_rest: status::MANIFESTS_AFTER,
            state: ServiceState::Running,
            retry_at: None,
            last_alarm: None,
            stops_at: None,
            scanned_once: false,
            refused: HashSet::new(),
            unreadable: HashSet::new(),
            restless: HashSet::new(),
            failed,
            started_at: context.now(),
            tally: ServiceTally::default(),
            failures: VecDeque::new(),
            inbox_disk: None,
            answers,
            answers_due: Instant::now(),
            changed: true,
            told: None,
            telling_took: Duration::ZERO,
            orders,
        })
    }

    fn each(&self, publish_status: impl Fn(&dyn Listener)) {
        self.orders.listeners.iter().for_each(|listener| publish_status(listener.as_ref()));
    }

    fn is_stopping(&self) -> bool {
        self.stops_at.is_some()
    }

    fn is_paused(&self) -> bool {
        matches!(self.state, ServiceState::Paused { .. })
    }

    fn is_over(&self) -> bool {
        if let Some(at) = self.stops_at {
            return self.running.is_empty() || Instant::now() >= at;
        }
        // With `once` nobody waits for a disk to be cleared: what is left is told and taken the next time.
        let stuck = self.is_paused() && self.running.is_empty();
        let drained =
            self.scanned_once && self.scanning.is_none() && self.renewing.is_empty() && self.drops.is_idle();
        self.orders.once && (stuck || drained)
    }

    fn stop(&mut self, in_order: bool) {
        let grace = Duration::from_secs_f64(self.orders.context.config.watch.stop_grace_s);
        self.stops_at = Some(match self.stops_at {
            None if in_order => Instant::now() + grace,
            _ => Instant::now(),
        });
        self.say_state(ServiceState::Stopping);
    }

    fn say_state(&mut self, state: ServiceState) {
        self.state = state;
        self.changed = true;
        self.publish_status(true);
    }
}
