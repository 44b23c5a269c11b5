//! Decides when the index of a department is to be written.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use tokio::time::Instant;

/// A department's index is written at most this often, and writing takes this share of the time at most.
const MIN_REST: Duration = Duration::from_secs(2);
const TIME_SHARE: u32 = 20;

/// The indexes that are to be written. A department is the name of its folder; without one it is the inbox itself.
#[derive(Debug)]
pub(super) struct IndexSchedule {
    due: BTreeMap<Option<OsString>, Instant>,
    /// From a change until the index shows it.
    rest: Duration,
}

impl IndexSchedule {
    pub fn new() -> Self {
        Self { due: BTreeMap::new(), rest: MIN_REST }
    }

    /// Asks for a department's index after the usual rest, unless it is due before.
    pub fn request(&mut self, department: Option<OsString>) {
        let due = Instant::now() + self.rest;
        self.due.entry(department).or_insert(due);
    }

    /// Returns the departments whose index is due, or `all` that were asked for; they are not due any more.
    pub fn take(&mut self, all: bool) -> Vec<Option<OsString>> {
        let now = Instant::now();
        let taken = self.due.extract_if(.., |_, due| all || *due <= now);
        taken.map(|(department, _)| department).collect()
    }

    /// Takes note of how long the writing of an index took: the next ones rest in proportion.
    pub fn completed(&mut self, took: Duration) {
        self.rest = (took * TIME_SHARE).max(MIN_REST);
    }

    /// Returns when the next index is due.
    pub fn next_wake(&self) -> Option<Instant> {
        self.due.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_index_is_written_two_seconds_after_the_first_of_several_changes() {
        let mut indexes = IndexSchedule::new();
        assert_eq!(indexes.next_wake(), None);
        let began = Instant::now();
        indexes.request(None);
        advance(Duration::from_secs(1)).await;
        indexes.request(None);
        indexes.request(Some("dance".into()));
        assert_eq!(indexes.next_wake(), Some(began + MIN_REST));
        assert!(indexes.take(false).is_empty());
        advance(Duration::from_secs(1)).await;
        assert_eq!(indexes.take(false), [None]);
        assert_eq!(indexes.next_wake(), Some(began + Duration::from_secs(3)));
        assert_eq!(indexes.take(true), [Some("dance".into())], "all at the end");
    }

    #[tokio::test(start_paused = true)]
    async fn an_index_that_takes_long_to_write_is_written_less_often() {
        let mut indexes = IndexSchedule::new();
        indexes.completed(Duration::from_secs(1));
        indexes.request(None);
        assert_eq!(indexes.next_wake(), Some(Instant::now() + Duration::from_secs(20)));
    }
}
