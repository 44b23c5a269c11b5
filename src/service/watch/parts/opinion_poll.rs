//! People's opinions as they were last read from the catalogue.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use crate::library::catalog::CatalogError;
use crate::library::open::Library;
use crate::model::manifest::Work;
use crate::model::opinion::Opinion;

/// An opinion takes effect after this time at the latest.
const EVERY: Duration = Duration::from_secs(2);

/// What was last read of people's opinions, and when they are to be read again.
#[derive(Debug)]
pub struct OpinionPoll {
    pub seen: Opinions,
    /// Files that failed, as the catalogue counts them; what is no longer counted there is tried again.
    pub failed: HashSet<PathBuf>,
    due: Instant,
}

/// Every opinion, and the version of the catalogue with which they were read.
#[derive(Debug, Default)]
pub struct Opinions {
    pub version: Option<i64>,
    pub all: Vec<Opinion>,
}

impl OpinionPoll {
    /// Reads the opinions of today.
    pub fn begin(library: &Library) -> Result<Self, CatalogError> {
        let (seen, failed) = (Opinions::read(library)?, failed(library)?);
        Ok(Self { seen, failed, due: Instant::now() })
    }

    /// Returns true if the catalogue is to be asked now; the next time is then set.
    pub fn begin_poll(&mut self) -> bool {
        let is_due = self.due <= Instant::now();
        if is_due {
            self.due = Instant::now() + EVERY;
        }
        is_due
    }

    /// Reads the catalogue again. Returns the sources that are to be decided again. Nothing is taken as seen before
    /// everything was read.
    pub fn reload(&mut self, library: &Library) -> Result<Vec<PathBuf>, CatalogError> {
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
    pub fn read(library: &Library) -> Result<Self, CatalogError> {
        let catalog = library.catalog();
        Ok(Self { version: Some(catalog.data_version()?), all: catalog.opinions()? })
    }

    /// Returns the sources of the works about which something other than `before` is said.
    pub fn changed_since(&self, before: &Self, library: &Library) -> Result<Vec<PathBuf>, CatalogError> {
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
pub fn affected_by(work: &Work, library: &Library) -> Vec<PathBuf> {
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
