//! When the inbox is to be scanned: after a file event, while something arrives, and now and then.

use std::future::pending;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::watcher::{Change, Watching, is_network};
use crate::model::config::Watch;
use crate::model::service::ChangeDetection;

/// Events of one copy come in bursts: the scan waits a little for more of them.
const BURST: Duration = Duration::from_millis(100);

/// Scans take at most this share of the time, however large the inbox.
const TIME_SHARE: u32 = 10;

/// Scans for arriving files are at least this far apart, however closely their readings are spaced.
const MIN_READING: Duration = Duration::from_millis(50);

/// The time of the next scan.
#[derive(Debug)]
pub struct ScanSchedule {
    rules: Watch,
    /// `--poll`: at this interval, without events.
    forced: Option<Duration>,
    watching: Option<Watching>,
    last: Option<Instant>,
    /// What the last scan took.
    took: Duration,
    /// The next scan is wanted by then.
    due: Instant,
    /// Something happened after the newest scan had begun: it may have passed there before.
    changed_meanwhile: bool,
}

impl ScanSchedule {
    pub fn new(rules: &Watch, forced: Option<Duration>) -> Self {
        Self {
            rules: rules.clone(),
            forced,
            watching: None,
            last: None,
            took: Duration::ZERO,
            due: Instant::now(),
            changed_meanwhile: false,
        }
    }

    /// Listens to the folder again, where file events can be had.
    pub fn listen(&mut self, inbox: &Path) {
        self.watching = None;
        if self.forced.is_some() || is_network(inbox) {
            return;
        }
        match Watching::begin(inbox) {
            Ok(watching) => self.watching = Some(watching),
            Err(error) => tracing::warn!(%error, "file events cannot be had; the inbox is scanned by time"),
        }
        // What came before the first event could be seen.
        self.due = Instant::now();
    }

    /// Drops the events of this folder, which is gone.
    pub fn stop_listening(&mut self) {
        self.watching = None;
    }

    /// Returns how changes are learned of.
    pub fn sight(&self) -> ChangeDetection {
        match &self.watching {
            Some(_) => ChangeDetection::Events { rescan_s: self.rules.rescan_s.ceil() as u64 },
            None => ChangeDetection::Polling { every_s: self.interval().as_secs_f64().ceil() as u64 },
        }
    }

    /// Returns the time between scans when nothing happens.
    fn interval(&self) -> Duration {
        match (&self.watching, self.forced) {
            (Some(_), _) => Duration::from_secs_f64(self.rules.rescan_s),
            (None, Some(forced)) => forced,
            (None, None) => Duration::from_secs_f64(self.rules.poll_s),
        }
    }

    /// Waits for a change that calls for a scan; for ever where there are no events.
    pub async fn changed(watching: &mut Option<Watching>, inbox: &Path) {
        let Some(watching) = watching else { return pending().await };
        loop {
            match watching.next().await {
                Some(Change::Anywhere) => return,
                Some(Change::At(paths)) if paths.iter().any(|path| matters(path, inbox)) => return,
                Some(Change::At(_)) => {}
                // The watcher's thread ended: time alone is left.
                None => return pending().await,
            }
        }
    }

    pub fn watching(&mut self) -> &mut Option<Watching> {
        &mut self.watching
    }

    /// Takes note that a scan begins: what happens from here on calls for another one.
    pub fn begun(&mut self) {
        self.changed_meanwhile = false;
    }

    /// Asks for a scan soon.
    pub fn expedite(&mut self) {
        self.changed_meanwhile = true;
        self.sooner(Instant::now() + BURST);
    }

    fn sooner(&mut self, wanted: Instant) {
        let rested = self.last.map_or(wanted, |last| last + self.took * TIME_SHARE);
        self.due = self.due.min(wanted.max(rested));
    }

    /// Takes note that a scan ended. `arriving`: files wait for their next reading.
    pub fn completed(&mut self, took: Duration, arriving: bool) {
        let now = Instant::now();
        (self.last, self.took) = (Some(now), took);
        self.due = now + self.interval();
        if self.changed_meanwhile {
            self.sooner(now + BURST);
        }
        if arriving {
            self.sooner(now + self.reading());
        }
    }

    /// Asks for a scan within this time: something could not be read, or is told only when it stays.
    pub fn again_within(&mut self, time: Duration) {
        self.sooner(Instant::now() + time);
    }

    /// Takes note that the inbox is missing: the next scan comes after this time.
    pub fn retry_after(&mut self, seconds: f64) {
        self.due = Instant::now() + Duration::from_secs_f64(seconds);
    }

    /// Returns the time between scans while files arrive: half of that between readings, so that a file settles soon after
    /// its time. Where only polling sees the inbox, readings are spaced by their own rule as well: an arriving file needs
    /// them.
    fn reading(&self) -> Duration {
        (Duration::from_secs_f64(self.rules.settle_s) / 2).max(MIN_READING)
    }

    pub fn due(&self) -> Instant {
        self.due
    }
}

/// Returns true if a change at this path calls for a scan; one of our own reports or of a hidden file does not.
fn matters(path: &Path, inbox: &Path) -> bool {
    let relative = path.strip_prefix(inbox).unwrap_or(path);
    let ours = crate::present::report::place::REPORTS_FOLDER;
    !relative.iter().any(|name| name == ours || name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[test]
    fn reports_and_hidden_files_call_for_no_look() {
        let inbox = Path::new("/in/.hidden/inbox");
        for (name, wanted) in
            [("系/a.mp4", true), ("系/_结果/a.mp4.html", false), ("系/.~lock", false), ("", true)]
        {
            assert_eq!(matters(&inbox.join(name), inbox), wanted, "{name}");
        }
    }

    /// A schedule that knows of no file events and polls every hour.
    fn hourly() -> ScanSchedule {
        ScanSchedule::new(&Watch::default(), Some(HOUR))
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn looks_take_a_small_share_of_the_time_however_many_events_come() {
        let mut schedule = hourly();
        schedule.completed(Duration::from_secs(2), false);
        let ended = Instant::now();
        for _ in 0..3 {
            schedule.expedite();
            assert_eq!(schedule.due(), ended + Duration::from_secs(20));
            advance(Duration::from_secs(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_calls_for_a_look_after_a_moment_and_further_ones_do_not_put_it_off() {
        let mut schedule = hourly();
        assert_eq!(schedule.due(), Instant::now(), "the first one is due at once");
        schedule.completed(Duration::from_millis(1), false);
        assert_eq!(schedule.due(), Instant::now() + HOUR);
        advance(Duration::from_secs(9)).await;
        schedule.expedite();
        let due = Instant::now() + BURST;
        assert_eq!(schedule.due(), due);
        advance(BURST / 2).await;
        schedule.expedite();
        assert_eq!(schedule.due(), due);
    }

    #[tokio::test(start_paused = true)]
    async fn what_happens_while_a_scan_runs_calls_for_another_one() {
        let mut schedule = hourly();
        schedule.expedite();
        schedule.begun();
        schedule.expedite();
        advance(Duration::from_millis(1)).await;
        schedule.completed(Duration::from_millis(1), false);
        assert_eq!(schedule.due(), Instant::now() + BURST);
        schedule.begun();
        schedule.completed(Duration::from_millis(1), false);
        assert_eq!(schedule.due(), Instant::now() + HOUR);
    }

    #[tokio::test(start_paused = true)]
    async fn what_arrives_is_looked_at_twice_for_each_of_its_readings() {
        for (settle_s, apart) in [(3.0, Duration::from_millis(1_500)), (0.01, MIN_READING)] {
            let rules = Watch { settle_s, ..Watch::default() };
            let mut schedule = ScanSchedule::new(&rules, Some(HOUR));
            schedule.completed(Duration::from_millis(1), true);
            assert_eq!(schedule.due(), Instant::now() + apart);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_events_the_inbox_is_polled_and_a_missing_one_is_tried_by_its_own_rule() {
        let rules = Watch { poll_s: 20.0, ..Watch::default() };
        let mut schedule = ScanSchedule::new(&rules, None);
        schedule.completed(Duration::from_millis(1), false);
        assert_eq!(schedule.due(), Instant::now() + Duration::from_secs(20));
        schedule.retry_after(7.0);
        assert_eq!(schedule.due(), Instant::now() + Duration::from_secs(7));
    }
}
