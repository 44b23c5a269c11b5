//! When the catalogue's daily copy is due.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

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
pub struct DailyBackup {
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

    pub fn new(age: Option<Duration>, made_at: Option<String>) -> Self {
        let rest = age.map_or(Duration::ZERO, |age| EVERY.saturating_sub(age));
        Self { task: None, due: Instant::now() + rest, daily: DailyCopy { made_at, failed: None } }
    }

    /// Returns when the next backup is due; `None` while one runs.
    pub fn next_wake(&self) -> Option<Instant> {
        self.task.is_none().then_some(self.due)
    }

    /// Returns true if a backup is to be attempted now. The next attempt is then due in an hour, until one succeeds.
    pub fn begin_attempt(&mut self) -> bool {
        let is_due = self.next_wake().is_some_and(|due| due <= Instant::now());
        if is_due {
            self.due = Instant::now() + RETRY;
        }
        is_due
    }

    /// Takes note of how a backup ended at `now`, RFC 3339.
    pub fn completed(&mut self, result: Result<(), String>, now: String) {
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
