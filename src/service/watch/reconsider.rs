//! Reads what others write into the catalogue while the service runs, people's opinions about works, and decides again
//! what follows from them and from works that were just recorded.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinError;
use tokio::time::Instant;

use super::Service;
use crate::library::catalog::CatalogError;
use crate::library::open::Library;
use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::model::opinion::Opinion;
use crate::work::submission;

/// An opinion takes effect after this time at the latest.
const EVERY: Duration = Duration::from_secs(2);

/// What was last read of people's opinions, and when they are to be read again.
#[derive(Debug)]
pub(super) struct OpinionPoll {
    seen: Opinions,
    /// Files that failed, as the catalogue counts them; what is no longer counted there is tried again.
    pub failed: HashSet<PathBuf>,
    due: Instant,
}

/// Every opinion, and the version of the catalogue with which they were read.
#[derive(Debug, Default)]
struct Opinions {
    version: Option<i64>,
    all: Vec<Opinion>,
}

impl OpinionPoll {
    /// Reads the opinions of today.
    pub fn begin(library: &Library) -> Result<Self, CatalogError> {
        let (seen, failed) = (Opinions::read(library)?, failed(library)?);
        Ok(Self { seen, failed, due: Instant::now() })
    }

    /// Returns true if the catalogue is to be asked now; the next time is then set.
    fn begin_poll(&mut self) -> bool {
        let is_due = self.due <= Instant::now();
        if is_due {
            self.due = Instant::now() + EVERY;
        }
        is_due
    }

    /// Reads the catalogue again. Returns the sources that are to be decided again. Nothing is taken as seen before
    /// everything was read.
    fn reload(&mut self, library: &Library) -> Result<Vec<PathBuf>, CatalogError> {
        let (seen, failed) = (Opinions::read(library)?, failed(library)?);
        let mut sources = seen.changed_since(&self.seen, library)?;
        // Files whose failures a person had forgotten.
        sources.extend(self.failed.difference(&failed).cloned());
        (self.seen, self.failed) = (seen, failed);
        Ok(sources)
    }

    /// Returns when the catalogue is to be asked next.
    pub fn next_wake(&self) -> Option<Instant> {
        Some(self.due)
    }
}

impl Opinions {
    fn read(library: &Library) -> Result<Self, CatalogError> {
        let catalog = library.catalog();
        Ok(Self { version: Some(catalog.data_version()?), all: catalog.opinions()? })
    }

    /// Returns the sources of the works about which something other than `before` is said.
    fn changed_since(&self, before: &Self, library: &Library) -> Result<Vec<PathBuf>, CatalogError> {
        let new = |one: &[Opinion], other: &[Opinion]| -> Vec<String> {
            let new = one.iter().filter(|opinion| !other.contains(opinion));
            new.flat_map(|opinion| opinion.about.clone()).collect()
        };
        let contents = [new(&self.all, &before.all), new(&before.all, &self.all)].concat();
        let mut sources = Vec::new();
        for sha256 in contents {
            let works = library.catalog().works_with_sha256(&sha256)?;
            sources.extend(works.into_iter().map(|work| work.source));
        }
        Ok(sources)
    }
}

/// Returns the sources whose failures the catalogue counts.
fn failed(library: &Library) -> Result<HashSet<PathBuf>, CatalogError> {
    Ok(library.catalog().failed_sources()?.into_iter().collect())
}

/// Returns the sources on which a work that was just recorded has a bearing: its duplicates, for it may be another film
/// now, or none; and works of which it is not certain whether they came before it, whose reports say so.
fn affected_by(work: &Work, library: &Library) -> Vec<PathBuf> {
    let unread = |error: &CatalogError| {
        tracing::warn!(%error, work = work.id, "not every work like this one could be read");
    };
    let catalog = library.catalog();
    let mut sources = catalog.sources_of_duplicates(&work.id).inspect_err(unread).unwrap_or_default();
    let uncertain = work.likenesses.iter().filter(|likeness| likeness.asks);
    let ids = uncertain.filter_map(|likeness| likeness.id.as_deref());
    let rows = ids.filter_map(|id| catalog.work_by_id(id).inspect_err(unread).ok().flatten());
    sources.extend(rows.map(|row| row.source));
    sources
}

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

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn opinions_are_read_at_once_and_then_every_two_seconds() {
        let mut poll = OpinionPoll { seen: Opinions::default(), failed: HashSet::new(), due: Instant::now() };
        for _ in 0..3 {
            assert!(poll.begin_poll());
            assert_eq!(poll.next_wake(), Some(Instant::now() + EVERY));
            advance(EVERY - Duration::from_millis(1)).await;
            assert!(!poll.begin_poll());
            advance(Duration::from_millis(1)).await;
        }
    }
}
