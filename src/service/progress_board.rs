//! How far the works in the making are, as their events tell it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::event::{Event, Stage};
use crate::model::service::DropState;

/// The newest word of each running work, by source.
#[derive(Debug, Default)]
pub struct ProgressBoard {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by_path: HashMap<PathBuf, DropState>,
    /// Progress names the work alone.
    path_of: HashMap<String, PathBuf>,
}

impl ProgressBoard {
    pub fn take(&self, event: &Event) {
        let mut held = self.held();
        match event {
            Event::Stage { work, path, stage } => {
                held.path_of.insert(work.clone(), path.as_path().to_owned());
                held.by_path.insert(path.as_path().to_owned(), begun(*stage));
            }
            Event::Progress { work, stage, done_us, total_us, speed, left_s } => {
                let Some(path) = held.path_of.get(work).cloned() else { return };
                let done = *done_us as f64 / (*total_us).max(1) as f64;
                let state = DropState::Running {
                    stage: *stage,
                    done: done.clamp(0.0, 1.0),
                    speed: Some(*speed),
                    left_s: *left_s,
                };
                held.by_path.insert(path, state);
            }
            Event::Finished { work, path, .. } => {
                held.path_of.remove(work);
                held.by_path.remove(path.as_path());
            }
            Event::BatchStarted { .. }
            | Event::Skipped { .. }
            | Event::PassedOver { .. }
            | Event::Found { .. }
            | Event::BatchFinished { .. } => {}
        }
    }

    /// Where a running work stands.
    pub fn state(&self, source: &Path) -> DropState {
        self.held().by_path.get(source).cloned().unwrap_or_else(|| begun(Stage::Waiting))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn begun(stage: Stage) -> DropState {
    DropState::Running { stage, done: 0.0, speed: None, left_s: None }
}
