//! Reads what others write into the catalogue while the service runs, people's opinions about works, and decides again
//! what follows from them and from works that were just recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinError;

use super::Service;
use super::parts::opinion_poll::affected_by;
use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::work::submission;

impl Service {
    /// Has works decided again about which a person said something new.
    pub(super) fn reload_opinions(&mut self) {
        if self.is_stopping() || !self.opinions.begin_poll() {
            return;
        }
        let context = Arc::clone(self.options.context.context());
        let Some(library) = &context.library else { return };
        let version = library.catalog().data_version();
        if version.is_ok_and(|version| self.opinions.seen.version == Some(version)) {
            return;
        }
        self.reload_records();
        match self.opinions.reload(library) {
            Ok(sources) => self.requeue(sources),
            // What cannot be read is not nothing: what was read last stands until the next try.
            Err(error) => tracing::warn!(%error, "what people said could not be read"),
        }
    }

    /// Has works decided again on which a work that was just recorded has a bearing.
    pub(super) fn requeue_duplicates(&mut self, work: &Work) {
        let Some(library) = &self.options.context.library else { return };
        let sources = affected_by(work, library);
        self.requeue(sources);
    }

    /// Those that are done are looked at beside the loop: their share may not answer.
    fn requeue(&mut self, sources: Vec<PathBuf>) {
        let mut done = Vec::new();
        for source in sources {
            let Ok(relative) = source.strip_prefix(self.inbox()) else { continue };
            match self.drops.done(relative) {
                Some(source) => done.push(source.clone()),
                None => {
                    let relative = relative.to_owned();
                    self.requeue_one(&relative);
                }
            }
        }
        if !done.is_empty() {
            let context = Arc::clone(self.options.context.context());
            self.requeueing.spawn_blocking(move || {
                done.retain(|source| !submission::is_done(&context, source.clone()));
                done
            });
        }
    }

    pub(super) fn requeued(&mut self, open: Result<Vec<Source>, JoinError>) {
        match open {
            Ok(open) => open.iter().for_each(|source| self.requeue_one(source.relative.as_path())),
            Err(error) => tracing::error!(%error, "works that are to be decided again were not looked at"),
        }
    }

    fn requeue_one(&mut self, relative: &Path) {
        if self.drops.requeue(relative) {
            self.status.note_change();
        }
    }
}
