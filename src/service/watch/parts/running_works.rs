//! The works that are being made.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

use crate::duplicates::in_progress::InProgress;
use crate::pipeline::single::Processed;
use crate::service::drops::Turn;

/// The works that run.
#[derive(Debug, Default)]
pub struct RunningWorks {
    pub tasks: JoinSet<Processed>,
    turns: HashMap<Id, Turn>,
    /// Their contents, so that like ones wait for each other.
    pub contents: Arc<InProgress>,
}

impl RunningWorks {
    pub fn add(&mut self, turn: Turn, work: impl Future<Output = Processed> + Send + 'static) {
        let task: AbortHandle = self.tasks.spawn(work);
        self.turns.insert(task.id(), turn);
    }

    /// Returns the turn of a task that ended, and what it returned unless it panicked or was ended.
    pub fn remove(&mut self, ended: Result<(Id, Processed), JoinError>) -> Option<(Turn, Processed)> {
        let (id, processed) = match ended {
            Ok((id, processed)) => (id, processed),
            Err(error) => (error.id(), Processed::panicked(error)),
        };
        Some((self.turns.remove(&id)?, processed))
    }
}
