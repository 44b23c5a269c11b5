//! Backs up the catalogue once a day, for the day when it is damaged.

use tokio::task::JoinError;

use super::Service;
use crate::library::backup;
use crate::library::backup::BackupError;
use crate::model::recovery::CopyMade;

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
