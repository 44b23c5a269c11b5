//! Backs up the catalogue once a day, for the day when it is damaged.

use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

use super::Service;
use crate::files;
use crate::library::backup;
use crate::library::backup::BackupError;
use crate::model::recovery::{CopyMade, DailyCopy};
use crate::work::context::Context;

const EVERY: Duration = Duration::from_secs(24 * 3600);

/// After an attempt that failed, and while there is nothing to back up.
const RETRY: Duration = Duration::from_secs(3600);

/// A running backup, and when the next one is due.
#[derive(Debug)]
pub(super) struct DailyBackup {
    pub task: Option<JoinHandle<Result<CopyMade, BackupError>>>,
    due: Instant,
    /// As the status shows it.
    pub daily: DailyCopy,
}

impl DailyBackup {
    /// Reads the age of the newest backup; one that is older than a day is due at once.
    pub fn of(context: &Context) -> Self {
        let copy = files::stamp(&backup::copy_in(context.config.library.as_path())).ok();
        let made_s = copy.map(|stamp| i64::try_from(stamp.modified_ns / 1_000_000_000).unwrap_or_default());
        let age = made_s.and_then(|made| u64::try_from(context.clock.now().as_second() - made).ok());
        Self::new(age.map(Duration::from_secs), made_s.map(crate::clock::local_time))
    }

    fn new(age: Option<Duration>, made_at: Option<String>) -> Self {
        let rest = age.map_or(Duration::ZERO, |age| EVERY.saturating_sub(age));
        Self { task: None, due: Instant::now() + rest, daily: DailyCopy { made_at, failed: None } }
    }

    /// Returns when the next backup is due; `None` while one runs.
    pub fn next_wake(&self) -> Option<Instant> {
        self.task.is_none().then_some(self.due)
    }

    /// Returns true if a backup is to be attempted now. The next attempt is then due in an hour, until one succeeds.
    fn begin_attempt(&mut self) -> bool {
        let is_due = self.next_wake().is_some_and(|due| due <= Instant::now());
        if is_due {
            self.due = Instant::now() + RETRY;
        }
        is_due
    }

    /// Takes note of how a backup ended at `now`, RFC 3339.
    fn completed(&mut self, result: Result<(), String>, now: String) {
        self.daily.failed = match result {
            Ok(()) => {
                self.due = Instant::now() + EVERY;
                self.daily.made_at = Some(now);
                None
            }
            Err(error) => Some(error),
        };
    }
}

impl Service {
    /// Begins a backup in the background if one is due. Works continue: it reads through a connection of its own.
    pub(super) fn begin_backup(&mut self) {
        if self.is_stopping() || !self.backup.begin_attempt() {
            return;
        }
        let Some(library) = &self.options.context.library else { return };
        // A catalogue without works would take the place of one that has some.
        if library.catalog().work_ids().is_ok_and(|ids| ids.is_empty()) {
            return;
        }
        let root = library.staging.library().to_owned();
        self.backup.task = Some(tokio::task::spawn_blocking(move || backup::back_up_inside(&root)));
    }

    pub(super) fn backup_completed(&mut self, result: Result<Result<CopyMade, BackupError>, JoinError>) {
        let result = match result {
            Ok(Ok(copy)) => {
                tracing::info!(event = "copied", path = %copy.file.as_path().display(), works = copy.works);
                Ok(())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = &result {
            tracing::warn!(event = "not-copied", error, "the catalogue was not copied");
        }
        self.backup.completed(result, self.options.context.now());
        self.status.note_change();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn a_backup_is_due_when_the_newest_is_a_day_old_or_there_is_none() {
        let due = |age| DailyBackup::new(age, None).next_wake().unwrap() - Instant::now();
        assert_eq!(due(None), Duration::ZERO);
        assert_eq!(due(Some(HOUR)), HOUR * 23);
        assert_eq!(due(Some(HOUR * 30)), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_backup_that_failed_is_attempted_again_in_an_hour_and_one_that_was_made_is_good_for_a_day() {
        let mut backup = DailyBackup::new(None, None);
        assert!(backup.begin_attempt());
        backup.completed(Err("full".to_owned()), "then".to_owned());
        assert_eq!((backup.daily.made_at.as_deref(), backup.daily.failed.as_deref()), (None, Some("full")));
        advance(HOUR - Duration::from_millis(1)).await;
        assert!(!backup.begin_attempt());
        advance(Duration::from_millis(1)).await;
        assert!(backup.begin_attempt());
        backup.completed(Ok(()), "now".to_owned());
        assert_eq!((backup.daily.made_at.as_deref(), backup.daily.failed.as_deref()), (Some("now"), None));
        assert_eq!(backup.next_wake(), Some(Instant::now() + EVERY));
    }
}
