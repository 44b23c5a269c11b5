//! Keeps how far the running works are, from their events.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::event::{Event, Stage};
use crate::model::service::DropState;

/// The newest state of each running work, by source.
#[derive(Debug, Default)]
pub struct ProgressBoard {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_path: HashMap<PathBuf, DropState>,
    /// Progress names the work alone.
    path_of: HashMap<String, PathBuf>,
}

impl ProgressBoard {
    /// Takes note of an event.
    pub fn update(&self, event: &Event) {
        let mut entries = self.entries();
        match event {
            Event::Stage { work, path, stage } => {
                entries.path_of.insert(work.clone(), path.as_path().to_owned());
                entries.by_path.insert(path.as_path().to_owned(), begun(*stage));
            }
            Event::Progress { work, stage, done_us, total_us, speed, left_s } => {
                let Some(path) = entries.path_of.get(work).cloned() else { return };
                let done = *done_us as f64 / (*total_us).max(1) as f64;
                let state = DropState::Running {
                    stage: *stage,
                    done: done.clamp(0.0, 1.0),
                    speed: Some(*speed),
                    left_s: *left_s,
                };
                entries.by_path.insert(path, state);
            }
            Event::Finished { work, path, .. } => {
                entries.path_of.remove(work);
                entries.by_path.remove(path.as_path());
            }
            Event::BatchStarted { .. }
            | Event::Skipped { .. }
            | Event::LeftOver { .. }
            | Event::Found { .. }
            | Event::BatchFinished { .. } => {}
        }
    }

    /// Returns the state of a running work.
    pub fn state(&self, source: &Path) -> DropState {
        self.entries().by_path.get(source).cloned().unwrap_or_else(|| begun(Stage::Waiting))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn begun(stage: Stage) -> DropState {
    DropState::Running { stage, done: 0.0, speed: None, left_s: None }
}
