//! The numbers.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::clock::Clock;
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::manifest::Work;
use crate::model::service::{DropState, ServiceState, ServiceStatus};

/// One label and its value.
type Label = [(&'static str, String); 1];
type Seconds = Gauge<f64, AtomicU64>;

/// The status is written several times a minute; without one for so long the service is not healthy.
const SILENT_AFTER_S: i64 = 60;

/// Every verdict, so that each has a line from the start and a rate can be taken of the first one.
const VERDICTS: [Verdict; 5] = [
    Verdict::Accepted,
    Verdict::AcceptedWithWarnings,
    Verdict::Duplicate,
    Verdict::Rejected,
    Verdict::Failed,
];

/// All numbers of one service. Cheap to update, shared by an `Arc`.
#[derive(Debug)]
pub struct Metrics {
    clock: Arc<dyn Clock>,
    registry: Registry,
    arriving: Gauge,
    waiting: Gauge,
    running: Gauge,
    oldest: Seconds,
    taken: Counter,
    outcomes: Family<[(&'static str, &'static str); 1], Counter>,
    stages: Family<Label, Histogram, fn() -> Histogram>,
    failures: Family<Label, Counter>,
    faults: Counter,
    /// The tally's last number of faults: it starts again at 0 with each service, a counter must only rise.
    faults_seen: Mutex<u64>,
    free: Family<Label, Gauge>,
    total: Family<Label, Gauge>,
    paused: Gauge,
    started: Gauge,
    rescanned: Gauge,
    rescan_took: Seconds,
    /// Unix seconds of the last observed status.
    observed: AtomicI64,
}

impl Metrics {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut new = Self {
            clock,
            registry: Registry::with_prefix("jincai"),
            arriving: Gauge::default(),
            waiting: Gauge::default(),
            running: Gauge::default(),
            oldest: Seconds::default(),
            taken: Counter::default(),
            outcomes: Family::default(),
            stages: Family::new_with_constructor(stage_histogram),
            failures: Family::default(),
            faults: Counter::default(),
            faults_seen: Mutex::default(),
            free: Family::default(),
            total: Family::default(),
            paused: Gauge::default(),
            started: Gauge::default(),
            rescanned: Gauge::default(),
            rescan_took: Seconds::default(),
            observed: AtomicI64::new(i64::MIN),
        };
        new.register();
        for verdict in VERDICTS {
            drop(new.outcomes.get_or_create(&[("verdict", verdict.as_str())]));
        }
        new
    }

    fn register(&mut self) {
        let it = &mut self.registry;
        it.register("arriving_files", "Files still being copied", self.arriving.clone());
        it.register("queued_files", "Complete files that wait for their turn", self.waiting.clone());
        it.register("running_works", "Works in progress", self.running.clone());
        it.register("oldest_drop_age_seconds", "Age of the oldest unfinished drop", self.oldest.clone());
        it.register("drops_taken", "Drops accepted into the queue", self.taken.clone());
        it.register("works_finished", "Works by verdict", self.outcomes.clone());
        it.register("stage_duration_seconds", "Wall time of each stage of a work", self.stages.clone());
        it.register("failures", "Errors of rejected and failed works by code", self.failures.clone());
        it.register(
            "worker_faults",
            "Media workers that crashed, hung or outgrew a limit",
            self.faults.clone(),
        );
        it.register("disk_free_bytes", "Free space", self.free.clone());
        it.register("disk_total_bytes", "Size of the file system", self.total.clone());
        it.register("paused", "1 while the service waits for a fault to pass", self.paused.clone());
        it.register("start_time_seconds", "When the service started, Unix time", self.started.clone());
        it.register(
            "last_rescan_seconds",
            "When the last full rescan ended, Unix time",
            self.rescanned.clone(),
        );
        it.register("last_rescan_duration_seconds", "What it took", self.rescan_took.clone());
    }

    /// The service as it stands.
    pub fn observe(&self, status: &ServiceStatus) {
        let now = self.clock.now();
        let count = |wanted: fn(&DropState) -> bool| {
            let drops = status.drops.iter().filter(|drop| wanted(&drop.state)).count();
            i64::try_from(drops).unwrap_or(i64::MAX)
        };
        self.arriving.set(count(|state| matches!(state, DropState::Arriving)));
        self.waiting.set(count(|state| matches!(state, DropState::Waiting { .. })));
        self.running.set(count(|state| matches!(state, DropState::Running { .. })));
        let ages = status.drops.iter().filter_map(|drop| drop.since.parse::<Timestamp>().ok());
        let oldest = ages.min().map_or(0.0, |since| now.duration_since(since).as_secs_f64());
        // Negative after the clock was set back.
        self.oldest.set(oldest.max(0.0));
        for disk in &status.disk {
            let label = [("path", disk.path.as_path().to_string_lossy().into_owned())];
            self.free.get_or_create(&label).set(i64::try_from(disk.free_bytes).unwrap_or(i64::MAX));
            self.total.get_or_create(&label).set(i64::try_from(disk.total_bytes).unwrap_or(i64::MAX));
        }
        self.paused.set(i64::from(matches!(status.state, ServiceState::Paused { .. })));
        if let Ok(started) = status.started_at.parse::<Timestamp>() {
            self.started.set(started.as_second());
        }
        self.count_faults(status.tally.worker_faults);
        self.observed.store(now.as_second(), Ordering::Relaxed);
    }

    fn count_faults(&self, faults: u64) {
        let mut seen = self.faults_seen.lock().unwrap_or_else(PoisonError::into_inner);
        let new = if faults >= *seen { faults - *seen } else { faults };
        *seen = faults;
        self.faults.inc_by(new);
    }

    /// One drop was complete and went into the queue.
    pub fn taken(&self) {
        self.taken.inc();
    }

    /// A full rescan ended now.
    pub fn rescanned(&self, took: Duration) {
        self.rescan_took.set(took.as_secs_f64());
        self.rescanned.set(self.clock.now().as_second());
    }

    /// One work came to its verdict.
    pub fn finished(&self, work: &Work) {
        self.outcomes.get_or_create(&[("verdict", work.verdict.as_str())]).inc();
        let times = &work.timings;
        for (stage, ms) in [
            ("inspecting", times.inspect_ms),
            ("deciding", times.decide_ms),
            ("rendering", times.render_ms),
            ("verifying", times.verify_ms),
            ("publishing", times.publish_ms),
        ] {
            // 0: the work did not come so far.
            if ms > 0 {
                self.stages.get_or_create(&[("stage", stage.to_owned())]).observe(ms as f64 / 1000.0);
            }
        }
        if matches!(work.verdict, Verdict::Rejected | Verdict::Failed) {
            for finding in work.findings.iter().filter(|finding| finding.severity == Severity::Error) {
                self.failures.get_or_create(&[("code", finding.code.name())]).inc();
            }
        }
    }

    /// One work failed and left no record: the library keeps what it held of it.
    pub fn failed(&self, findings: &[Finding]) {
        self.outcomes.get_or_create(&[("verdict", Verdict::Failed.as_str())]).inc();
        for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
            self.failures.get_or_create(&[("code", finding.code.name())]).inc();
        }
    }

    /// Everything in the text format of OpenMetrics, which Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // Only a writer that fails can fail it, and a string does not.
            Err(_) => String::new(),
        }
    }

    /// Whether the service has said something within a minute.
    pub fn is_healthy(&self) -> bool {
        let observed = self.observed.load(Ordering::Relaxed);
        self.clock.now().as_second().saturating_sub(observed) <= SILENT_AFTER_S
    }
}

/// From a tenth of a second, an inspection, to nearly two hours, a long render.
fn stage_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.1, 2.0, 17))
}
