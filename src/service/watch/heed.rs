//! What others write into the catalogue while the service runs: people's answers about works. And what follows for
//! drops from works that were just recorded.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Service;
use crate::job::{self, Shop};
use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::model::opinion::Opinion;

/// How soon an answer is heard.
const EVERY: Duration = Duration::from_secs(2);

/// Every answer, and the version of the catalogue with which they were read.
#[derive(Debug, Default)]
pub(super) struct Answers {
    version: Option<i64>,
    all: Vec<Opinion>,
}

impl Answers {
    pub fn of(shop: &Shop) -> Self {
        let Some(library) = &shop.library else { return Self::default() };
        let catalog = library.catalog();
        Self { version: catalog.data_version().ok(), all: catalog.opinions().unwrap_or_default() }
    }
}

/// The sources whose failures the catalogue counts.
pub(super) fn failed(shop: &Shop) -> HashSet<PathBuf> {
    let sources = shop.library.as_ref().and_then(|library| library.catalog().failed_sources().ok());
    sources.into_iter().flatten().collect()
}

impl Service {
    /// Works of which a person said something new are decided anew.
    pub(super) fn heed_answers(&mut self) {
        if self.is_stopping() || Instant::now() < self.answers_due {
            return;
        }
        self.answers_due = Instant::now() + EVERY;
        let Some(library) = &self.orders.shop.library else { return };
        if library.catalog().data_version().is_ok_and(|version| self.answers.version == Some(version)) {
            return;
        }
        let now = Answers::of(&self.orders.shop);
        let before = std::mem::replace(&mut self.answers, now);
        let changed = |one: &[Opinion], other: &[Opinion]| -> Vec<String> {
            let new = one.iter().filter(|opinion| !other.contains(opinion));
            new.flat_map(|opinion| opinion.about.clone()).collect()
        };
        let mut contents = changed(&self.answers.all, &before.all);
        contents.extend(changed(&before.all, &self.answers.all));
        let mut sources = Vec::new();
        for sha256 in contents {
            let works = library.catalog().works_with_sha256(&sha256).unwrap_or_default();
            sources.extend(works.into_iter().map(|work| work.source));
        }
        self.renew(sources);
        self.heed_retries();
    }

    /// Files whose failures a person had forgotten.
    fn heed_retries(&mut self) {
        let now = failed(&self.orders.shop);
        let forgotten = self.failed.difference(&now).cloned().collect();
        self.failed = now;
        self.renew(forgotten);
    }

    /// Duplicates of a work that was just recorded: it may be another film now, or none. And works of which it is not certain
    /// whether they came before it: they are told, too.
    pub(super) fn heed_original(&mut self, work: &Work) {
        let Some(library) = &self.orders.shop.library else { return };
        let catalog = library.catalog();
        let mut sources = catalog.sources_of_duplicates(&work.id).unwrap_or_default();
        let asked = work.likenesses.iter().filter(|told| told.asks).filter_map(|told| told.id.as_deref());
        let rows = asked.filter_map(|id| catalog.work_by_id(id).ok().flatten());
        sources.extend(rows.map(|row| row.source));
        drop(catalog);
        self.renew(sources);
    }

    fn renew(&mut self, sources: Vec<PathBuf>) {
        for source in sources {
            let Ok(relative) = source.strip_prefix(&self.inbox.path) else { continue };
            let shop = &self.orders.shop;
            let is_done = |source: &Source| job::is_done(shop, source.clone());
            self.changed |= self.drops.renew(relative, is_done);
        }
    }
}
