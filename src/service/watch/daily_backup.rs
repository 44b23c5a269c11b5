//! A copy of the catalogue once a day, for the day when the catalogue is damaged.

use crate::files;
use std::time::Duration;

use tokio::time::Instant;

use tokio::task::JoinError;

use super::Service;
use crate::library::backup;
use crate::library::backup::BackupError;
use crate::model::recovery::{CopyMade, DailyCopy};
use crate::work::context::Context;

const EVERY: Duration = Duration::from_secs(24 * 3600);

/// After an attempt that failed, and while there is nothing to be copied.
const AGAIN: Duration = Duration::from_secs(3600);

/// A copy that is being made, and when the next one is due.
#[derive(Debug)]
pub(super) struct DailyBackup {
    pub due: Instant,
    pub daily: DailyCopy,
}

impl DailyBackup {
    /// Due at once where the newest copy is older than a day.
    pub fn of(context: &Context) -> Self {
        let copy = files::stamp(&backup::copy_in(context.config.library.as_path())).ok();
        let made_s = copy.map(|stamp| i64::try_from(stamp.modified_ns / 1_000_000_000).unwrap_or_default());
        let age = made_s.and_then(|made| u64::try_from(context.clock.now().as_second() - made).ok());
        let rest = age.map_or(Duration::ZERO, |age| EVERY.saturating_sub(Duration::from_secs(age)));
        let made_at = made_s.map(crate::clock::local_time);
        Self { due: Instant::now() + rest, daily: DailyCopy { made_at, failed: None } }
    }
}

impl Service {
    /// Begins a copy in the background, when one is due. Works go on meanwhile: it reads through a connection of its own.
    pub(super) fn begin_copy(&mut self) {
        if self.copying.is_some() || self.is_stopping() || self.copies.due > Instant::now() {
            return;
        }
        self.copies.due = Instant::now() + AGAIN;
        let Some(library) = &self.orders.context.library else { return };
        // A catalogue without works would take the place of one that has some.
        if library.catalog().work_ids().is_ok_and(|ids| ids.is_empty()) {
            return;
        }
        let root = library.staging.library().to_owned();
        self.copying = Some(tokio::task::spawn_blocking(move || backup::back_up_inside(&root)));
    }

    pub(super) fn copied(&mut self, copied: Result<Result<CopyMade, BackupError>, JoinError>) {
        let failed = match copied {
            Ok(Ok(copy)) => {
                tracing::info!(event = "copied", path = %copy.file.as_path().display(), works = copy.works);
                self.copies.due = Instant::now() + EVERY;
                self.copies.daily.made_at = Some(self.orders.context.now());
                None
            }
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(error) = &failed {
            tracing::warn!(event = "not-copied", error, "the catalogue was not copied");
        }
        self.copies.daily.failed = failed;
        self.changed = true;
    }
}
