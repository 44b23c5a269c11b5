//! When the status is published, and what it sums up.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::service::{DiskSpace, FailureNote, ServiceTally};

/// The status is published at most every second and at least every 15 seconds; publishing takes this share of the time
/// at most.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

const MAX_INTERVAL: Duration = Duration::from_secs(15);

const TIME_SHARE: u32 = 20;

const FAILURES_KEPT: usize = 50;

/// When the status is to be published.
#[derive(Debug, Default)]
pub struct StatusPublisher {
    /// Something changed since the last time.
    changed: bool,
    last: Option<Instant>,
    /// What the last publishing took.
    cost: Duration,
}

impl StatusPublisher {
    /// Takes note that something changed, which is published soon.
    pub fn note_change(&mut self) {
        self.changed = true;
    }

    /// Returns how long the last status stands. `busy`: works are running, whose progress changes all the time.
    pub fn interval(&self, busy: bool) -> Duration {
        let usual = if self.changed || busy { MIN_INTERVAL } else { MAX_INTERVAL };
        usual.max((self.cost * TIME_SHARE).min(MAX_INTERVAL))
    }

    pub fn is_due(&self, busy: bool) -> bool {
        self.next_wake(busy) <= Some(Instant::now())
    }

    /// Takes note of a publishing that began then and ends now.
    pub fn completed(&mut self, began: Instant) {
        *self = Self { changed: false, last: Some(Instant::now()), cost: began.elapsed() };
    }

    /// Returns when the status is to be published next.
    pub fn next_wake(&self, busy: bool) -> Option<Instant> {
        Some(self.last.map_or_else(Instant::now, |last| last + self.interval(busy)))
    }
}

/// What was counted since the start.
#[derive(Debug)]
pub struct Summary {
    pub started_at: String,
    pub tally: ServiceTally,
    /// The newest first.
    pub failures: VecDeque<FailureNote>,
    /// As the last scan saw it.
    pub inbox_disk: Option<DiskSpace>,
}

impl Summary {
    pub fn new(started_at: String) -> Self {
        Self { started_at, tally: ServiceTally::default(), failures: VecDeque::new(), inbox_disk: None }
    }

    pub fn add_failure(&mut self, note: FailureNote) {
        self.failures.push_front(note);
        self.failures.truncate(FAILURES_KEPT);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    /// How long the last status stands.
    fn stands(publisher: &StatusPublisher, busy: bool) -> Duration {
        publisher.next_wake(busy).unwrap() - Instant::now()
    }

    #[tokio::test(start_paused = true)]
    async fn the_status_is_published_every_second_while_something_changes_and_seldom_otherwise() {
        let mut publisher = StatusPublisher::default();
        assert!(publisher.is_due(false), "the first one");
        publisher.completed(Instant::now());
        assert_eq!([true, false].map(|busy| stands(&publisher, busy)), [MIN_INTERVAL, MAX_INTERVAL]);
        publisher.note_change();
        assert_eq!(stands(&publisher, false), MIN_INTERVAL);
        advance(MIN_INTERVAL - Duration::from_millis(1)).await;
        assert!(!publisher.is_due(true));
        advance(Duration::from_millis(1)).await;
        assert!(publisher.is_due(false));
        publisher.completed(Instant::now());
        assert_eq!(stands(&publisher, false), MAX_INTERVAL);
    }

    #[tokio::test(start_paused = true)]
    async fn publishing_takes_a_small_share_of_the_time_and_yet_nobody_waits_for_ever() {
        let mut publisher = StatusPublisher::default();
        for (cost_ms, interval_ms) in [(10, 1_000), (200, 4_000), (60_000, 15_000)] {
            let began = Instant::now();
            advance(Duration::from_millis(cost_ms)).await;
            publisher.completed(began);
            assert_eq!(stands(&publisher, true), Duration::from_millis(interval_ms));
        }
    }
}
