//! When the inbox is to be looked at: after a file event, while something arrives, and now and then.

use std::future::pending;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::watcher::{Change, Watching, is_network};
use crate::model::config::Watch;
use crate::model::service::Sight;

/// Events of one copy come in swarms: the look waits a little for more of them.
const SWARM: Duration = Duration::from_millis(100);

/// Looks take at most this share of the time, however large the inbox.
const MOST_SHARE: u32 = 10;

/// Looks at arriving files come so often at least, however short their readings are spaced.
const SHORTEST: Duration = Duration::from_millis(50);

/// The clock of the looks.
#[derive(Debug)]
pub struct ScanSchedule {
    rules: Watch,
    /// `--poll`: every so often, without events.
    forced: Option<Duration>,
    watching: Option<Watching>,
    last: Option<Instant>,
    /// What the last look took.
    took: Duration,
    /// The next look is wanted by then.
    due: Instant,
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
        }
    }

    /// Listens to the folder anew, where file events can be had.
    pub fn listen(&mut self, inbox: &Path) {
        self.watching = None;
        if self.forced.is_some() || is_network(inbox) {
            return;
        }
        match Watching::begin(inbox) {
            Ok(watching) => self.watching = Some(watching),
            Err(error) => tracing::warn!(%error, "file events cannot be had; the inbox is looked at by time"),
        }
        // What came before the first event could be seen.
        self.due = Instant::now();
    }

    /// Events no longer tell of this folder.
    pub fn stop_listening(&mut self) {
        self.watching = None;
    }

    pub fn sight(&self) -> Sight {
        match &self.watching {
            Some(_) => Sight::Events { rescan_s: self.rules.rescan_s.ceil() as u64 },
            None => Sight::Polling { every_s: self.every().as_secs_f64().ceil() as u64 },
        }
    }

    /// Between full looks when nothing happens.
    fn every(&self) -> Duration {
        match (&self.watching, self.forced) {
            (Some(_), _) => Duration::from_secs_f64(self.rules.rescan_s),
            (None, Some(forced)) => forced,
            (None, None) => Duration::from_secs_f64(self.rules.poll_s),
        }
    }

    /// Waits for a change that calls for a look; for ever where there are no events.
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

    /// A look is wanted soon.
    pub fn expedite(&mut self) {
        self.sooner(Instant::now() + SWARM);
    }

    fn sooner(&mut self, wanted: Instant) {
        let rested = self.last.map_or(wanted, |last| last + self.took * MOST_SHARE);
        self.due = self.due.min(wanted.max(rested));
    }

    /// A look ended. `arriving`: files wait for their next reading.
    pub fn completed(&mut self, took: Duration, arriving: bool) {
        let now = Instant::now();
        (self.last, self.took) = (Some(now), took);
        self.due = now + self.every();
        if arriving {
            self.sooner(now + self.reading());
        }
    }

    /// The inbox is missing: the next look comes after so many seconds.
    pub fn retry_after(&mut self, seconds: f64) {
        self.due = Instant::now() + Duration::from_secs_f64(seconds);
    }

    /// Twice as often as readings count, so that a file settles soon after its time. Where only polling sees the
    /// inbox, readings are spaced by their own rule all the same: an arriving file needs them.
    fn reading(&self) -> Duration {
        (Duration::from_secs_f64(self.rules.settle_s) / 2).max(SHORTEST)
    }

    pub fn due(&self) -> Instant {
        self.due
    }
}

/// Our own reports and hidden files call for no look.
fn matters(path: &Path, inbox: &Path) -> bool {
    let relative = path.strip_prefix(inbox).unwrap_or(path);
    let ours = crate::present::report::place::REPORTS_FOLDER;
    !relative.iter().any(|name| name == ours || name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn looks_take_a_small_share_of_the_time_however_many_events_come() {
        let mut looks = ScanSchedule::new(&Watch::default(), Some(Duration::from_secs(3600)));
        looks.completed(Duration::from_secs(2), false);
        looks.expedite();
        assert!(looks.due() >= Instant::now() + Duration::from_secs(19));
        looks.completed(Duration::from_millis(1), true);
        looks.expedite();
        assert!(looks.due() <= Instant::now() + SWARM);
    }
}
