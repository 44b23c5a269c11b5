//! Writes the library's own manifests in the background, some time after works.

use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

/// The manifests are written this long after a work at the earliest, and writing takes this share of the time at most.
const MIN_REST: Duration = Duration::from_secs(5);
const TIME_SHARE: u32 = 20;

/// `LIBRARY/manifest.*`: when they are to be written, and the writing.
#[derive(Debug)]
pub struct ManifestWriter {
    /// What the running writing took, once it ends.
    pub task: Option<JoinHandle<Duration>>,
    due: Option<Instant>,
    /// From a work until the manifests hold it.
    rest: Duration,
}

impl ManifestWriter {
    pub fn new() -> Self {
        Self { task: None, due: None, rest: MIN_REST }
    }

    /// Asks for a writing after the usual rest, unless one is due before.
    pub fn request(&mut self) {
        self.request_at(Instant::now() + self.rest);
    }

    /// Asks for a writing at once.
    pub fn request_now(&mut self) {
        self.request_at(Instant::now());
    }

    fn request_at(&mut self, at: Instant) {
        self.due = self.due.or(Some(at));
    }

    /// Makes due at once what was asked for.
    pub fn expedite(&mut self) {
        self.due = self.due.and(Some(Instant::now()));
    }

    /// Begins a writing in the background if one is due and none runs.
    pub fn begin_if_due(&mut self, write: impl FnOnce() + Send + 'static) {
        if self.next_wake().is_none_or(|due| due > Instant::now()) {
            return;
        }
        self.due = None;
        self.task = Some(tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            write();
            began.elapsed()
        }));
    }

    /// Takes note of how long a writing took: the next one rests in proportion.
    pub fn completed(&mut self, took: Result<Duration, JoinError>) {
        self.rest = (took.unwrap_or_default() * TIME_SHARE).max(MIN_REST);
    }

    /// Returns when the next writing is due; `None` while one runs.
    pub fn next_wake(&self) -> Option<Instant> {
        self.due.filter(|_| self.task.is_none())
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    /// Writes now if that is due. Returns true if it did.
    async fn written(writer: &mut ManifestWriter) -> bool {
        writer.begin_if_due(|| {});
        match writer.task.take() {
            Some(task) => task.await.is_ok(),
            None => false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn manifests_are_written_some_seconds_after_the_first_of_several_works() {
        let mut writer = ManifestWriter::new();
        assert_eq!(writer.next_wake(), None);
        let begin = Instant::now();
        writer.request();
        advance(Duration::from_secs(3)).await;
        writer.request();
        assert_eq!(writer.next_wake(), Some(begin + MIN_REST));
        advance(Duration::from_millis(1_999)).await;
        assert!(!written(&mut writer).await);
        advance(Duration::from_millis(1)).await;
        assert!(written(&mut writer).await);
        assert_eq!(writer.next_wake(), None, "all of them are in it");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_writing_makes_the_next_one_wait_longer() {
        let mut writer = ManifestWriter::new();
        writer.completed(Ok(Duration::from_secs(2)));
        writer.request();
        assert_eq!(writer.next_wake(), Some(Instant::now() + Duration::from_secs(40)));
        writer.completed(Ok(Duration::from_millis(1)));
        writer.due = None;
        writer.request();
        assert_eq!(writer.next_wake(), Some(Instant::now() + MIN_REST));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_written_earlier_but_what_was_asked_for() {
        let mut writer = ManifestWriter::new();
        writer.expedite();
        assert_eq!(writer.next_wake(), None);
        writer.request();
        writer.expedite();
        assert_eq!(writer.next_wake(), Some(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_writing_runs_at_a_time() {
        let mut writer = ManifestWriter::new();
        writer.request_now();
        writer.begin_if_due(|| {});
        writer.request_now();
        assert_eq!(writer.next_wake(), None);
        let first = writer.task.take().unwrap();
        first.await.unwrap();
        assert_eq!(writer.next_wake(), Some(Instant::now()));
    }
}
