//! What review sees of one work: its release set, its records, and where it stands.

use jiff::Timestamp;

use super::standing::{Facts, standing};
use crate::clock::Clock;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::manifest::Work;
use crate::model::opinion::OpinionKind;
use crate::model::release_set::ReleaseSet;
use crate::model::review::{Record, ReviewRules, Standing};
use crate::model::review_refusal::Refusal;

/// The time of an action, for comparing and for writing down.
#[derive(Clone, Debug)]
pub struct Moment {
    pub now: Timestamp,
    /// RFC 3339 with the college's offset.
    pub at: String,
}

impl Moment {
    pub fn of(clock: &dyn Clock) -> Self {
        let local = clock.local();
        Self { now: local.timestamp(), at: local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string() }
    }
}

/// A work as review sees it. `set` and `standing` are `None` where nothing of it could go out.
#[derive(Clone, Debug)]
pub struct View {
    pub work: Work,
    pub records: Vec<Record>,
    pub reviewable: Option<(ReleaseSet, Standing)>,
}

impl View {
    /// Reads a work by its id; `None` where the catalogue has none.
    pub fn read(
        catalog: &Catalog,
        rules: &ReviewRules,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Self>, CatalogError> {
        let Some(row) = catalog.work_by_id(id)? else { return Ok(None) };
        let (work, records) = (row.manifest, catalog.records_of(id)?);
        let Some(set) = ReleaseSet::of(&work) else {
            return Ok(Some(Self { work, records, reviewable: None }));
        };
        let doubts = doubts(catalog, &work)?;
        let facts = Facts { work: &work, set: &set, records: &records, rules, doubts: &doubts, now };
        let standing = standing(&facts);
        Ok(Some(Self { work, records, reviewable: Some((set, standing)) }))
    }

    /// Returns the release set and where the work stands.
    ///
    /// # Errors
    /// If nothing of it could go out.
    pub fn reviewable(&self) -> Result<(&ReleaseSet, &Standing), Refusal> {
        self.reviewable.as_ref().map(|(set, standing)| (set, standing)).ok_or_else(|| {
            Refusal::NothingToReview { title: self.work.title.clone(), draft: self.work.draft }
        })
    }
}

/// Returns when people said that a work is the same as another, or the copy of one.
fn doubts(catalog: &Catalog, work: &Work) -> Result<Vec<Timestamp>, CatalogError> {
    let Some(content) = work.published_sha256() else { return Ok(Vec::new()) };
    let opinions = catalog.opinions_about(content)?;
    let doubts = opinions.iter().filter(|opinion| match opinion.said {
        OpinionKind::Same => true,
        OpinionKind::Original => opinion.about[1] == content,
        OpinionKind::NotSame => false,
    });
    Ok(doubts.filter_map(|opinion| opinion.at.parse().ok()).collect())
}

/// Returns the id of the work that a person means: an id, a unique beginning of one, or a title that only one work has.
///
/// # Errors
/// [`Refusal::NoSuchWork`], or [`Refusal::WorkAmbiguous`] with those that may be meant.
pub fn find_work(catalog: &Catalog, given: &str) -> Result<Result<String, Refusal>, CatalogError> {
    /// Most candidates that are listed.
    const MOST: u32 = 10;
    let given = given.trim();
    if given.is_empty() {
        return Ok(Err(Refusal::NoSuchWork { given: given.to_owned() }));
    }
    if catalog.work_by_id(given)?.is_some() {
        return Ok(Ok(given.to_owned()));
    }
    let mut ids = catalog.ids_titled(given, MOST)?;
    if ids.is_empty() {
        ids = catalog.ids_beginning(given, MOST)?;
    }
    match ids.as_slice() {
        [] => Ok(Err(Refusal::NoSuchWork { given: given.to_owned() })),
        [id] => Ok(Ok(id.clone())),
        _ => {
            let mut works = Vec::new();
            for id in ids {
                let title = catalog.work_by_id(&id)?.map(|row| row.manifest.title).unwrap_or_default();
                works.push((id, title));
            }
            Ok(Err(Refusal::WorkAmbiguous { given: given.to_owned(), works }))
        }
    }
}
