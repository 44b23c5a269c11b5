//! Publishes how the service stands.

use std::sync::Arc;

use tokio::time::Instant;

use super::Service;
use crate::intake::watcher::space;
use crate::model::service::ServiceStatus;

impl Service {
    /// Publishes the status if that is due.
    pub(super) fn publish_status(&mut self) {
        if self.status.is_due(self.is_busy()) {
            self.publish_status_now();
        }
    }

    pub(super) fn publish_status_now(&mut self) {
        let began = Instant::now();
        let status = Arc::new(self.current_status());
        self.each(|listener| listener.status(&status));
        self.status.completed(began);
    }

    pub(super) fn is_busy(&self) -> bool {
        self.drops.running() > 0
    }

    fn current_status(&self) -> ServiceStatus {
        let context = &self.options.context;
        let library = context.config.library.as_path();
        let disk = self.summary.inbox_disk.iter().cloned().chain(space(library)).collect();
        ServiceStatus {
            started_at: self.summary.started_at.clone(),
            updated_at: context.now(),
            pid: std::process::id(),
            inbox: self.inbox().into(),
            library: library.into(),
            state: self.pauser.state.clone(),
            sight: self.scanner.schedule.sight(),
            drops: self.drops.open(&|source| self.board.state(source)),
            tally: self.summary.tally,
            failures: self.summary.failures.iter().cloned().collect(),
            disk,
            copy: Some(self.backup.daily.clone()),
        }
    }
}
