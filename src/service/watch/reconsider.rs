//! What others write into the catalogue while the service runs: people's answers about works. And what follows for
//! drops from works that were just recorded.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use tokio::task::JoinError;

use super::Service;
use crate::library::catalog::CatalogError;
use crate::library::open::Library;
use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::model::opinion::Opinion;
use crate::work::submission;

/// How soon an answer is heard.
const EVERY: Duration = Duration::from_secs(2);

/// Every answer, and the version of the catalogue with which they were read.
#[derive(Debug, Default)]
pub(super) struct OpinionPoll {
    version: Option<i64>,
    all: Vec<Opinion>,
}

impl OpinionPoll {
    pub fn of(library: &Library) -> Result<Self, CatalogError> {
        let catalog = library.catalog();
        Ok(Self { version: Some(catalog.data_version()?), all: catalog.opinions()? })
    }

    /// Sources of the works of which something else is said than `before`.
    fn changed(&self, before: &Self, library: &Library) -> Result<Vec<PathBuf>, CatalogError> {
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

/// The sources whose failures the catalogue counts.
pub(super) fn failed(library: &Library) -> Result<HashSet<PathBuf>, CatalogError> {
    Ok(library.catalog().failed_sources()?.into_iter().collect())
}

impl Service {
    /// Works of which a person said something new are decided anew.
    pub(super) fn reload_opinions(&mut self) {
        if self.is_stopping() || Instant::now() < self.answers_due {
            return;
        }
        self.answers_due = Instant::now() + EVERY;
        let context = Arc::clone(&self.orders.context);
        let Some(library) = &context.library else { return };
        if library.catalog().data_version().is_ok_and(|version| self.answers.version == Some(version)) {
            return;
        }
        // What cannot be read is not nothing: what was read last stands until the next try.
        if let Err(error) = self.hear(library) {
            tracing::warn!(%error, "what people said could not be read");
        }
    }

    /// All of it is read before any of it is taken for heard.
    fn hear(&mut self, library: &Library) -> Result<(), CatalogError> {
        let (answers, failed) = (OpinionPoll::of(library)?, failed(library)?);
        let mut sources = answers.changed(&self.answers, library)?;
        // Files whose failures a person had forgotten.
        sources.extend(self.failed.difference(&failed).cloned());
        (self.answers, self.failed) = (answers, failed);
        self.requeue(sources);
        Ok(())
    }

    /// Duplicates of a work that was just recorded: it may be another film now, or none. And works of which it is not certain
    /// whether they came before it: they are told, too.
    pub(super) fn requeue_duplicates(&mut self, work: &Work) {
        let Some(library) = &self.orders.context.library else { return };
        let catalog = library.catalog();
        let mut sources = catalog.sources_of_duplicates(&work.id).unwrap_or_default();
        let asked = work.likenesses.iter().filter(|told| told.asks).filter_map(|told| told.id.as_deref());
        let rows = asked.filter_map(|id| catalog.work_by_id(id).ok().flatten());
        sources.extend(rows.map(|row| row.source));
        drop(catalog);
        self.requeue(sources);
    }

    /// Those that are done are asked about beside the loop: their share may not answer.
    fn requeue(&mut self, sources: Vec<PathBuf>) {
        let mut done = Vec::new();
        for source in sources {
            let Ok(relative) = source.strip_prefix(&self.inbox.path) else { continue };
            match self.drops.done(relative) {
                Some(source) => done.push(source.clone()),
                None => self.changed |= self.drops.requeue(relative),
            }
        }
        if !done.is_empty() {
            let context = Arc::clone(&self.orders.context);
            self.renewing.spawn_blocking(move || {
                done.retain(|source| !submission::is_done(&context, source.clone()));
                done
            });
        }
    }

    pub(super) fn requeued(&mut self, open: Result<Vec<Source>, JoinError>) {
        match open {
            Ok(open) => {
                for source in open {
                    self.changed |= self.drops.requeue(source.relative.as_path());
                }
            }
            Err(error) => tracing::error!(%error, "works that are to be decided anew were not looked at"),
        }
    }
}
