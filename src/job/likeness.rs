//! The same pictures in another work: found by fingerprints, after equal bytes and equal streams.

use std::cmp::Reverse;
use std::path::PathBuf;

use super::judge::Judged;
use super::shop::{Library, Shop};
use crate::catalog::{CatalogError, WorkRow};
use crate::model::finding::Verdict;
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::INSPECTION_VERSION;
use crate::model::manifest::Work;
use crate::model::opinion::Opinion;
use crate::model::similar::{Alignment, Likeness};
use crate::similar::align;

/// What a work of the library looks like.
#[derive(Clone, Debug)]
pub(super) struct Look {
    id: String,
    source: PathBuf,
    fingerprint: Fingerprint,
}

impl Look {
    /// `None` for a work that was not accepted.
    pub fn of(work: &Work, fingerprint: &Fingerprint) -> Option<Self> {
        matches!(work.verdict, Verdict::Accepted | Verdict::AcceptedWithWarnings).then(|| Self {
            id: work.id.clone(),
            source: work.source.path.as_path().to_owned(),
            fingerprint: fingerprint.clone(),
        })
    }

    pub fn is_of(&self, id: &str) -> bool {
        self.id == id
    }
}

/// The looks of every accepted work. A work whose inspection is older has none until it is looked at again.
pub(super) fn all_looks(library: &Library) -> Vec<Look> {
    let mut looks = Vec::new();
    if let Err(error) = gather(library, &mut looks) {
        // The work at hand is made all the same; whoever looks after the library must know.
        tracing::error!(%error, "the library's works could not all be compared");
    }
    looks
}

fn gather(library: &Library, looks: &mut Vec<Look>) -> Result<(), CatalogError> {
    let catalog = library.catalog();
    for id in catalog.work_ids()? {
        let Some(row) = catalog.work_by_id(&id)? else { continue };
        let sha256 = row.manifest.source.sha256.as_deref().unwrap_or_default();
        if let Some(inspection) = catalog.inspection(sha256, INSPECTION_VERSION)? {
            looks.extend(Look::of(&row.manifest, &inspection.fingerprint));
        }
    }
    Ok(())
}

/// A work that is like the one at hand.
#[derive(Debug)]
pub(super) struct Alike {
    pub other: Other,
    /// How; `None` where a person said that they are the same and nothing was found that shows it.
    pub found: Option<Alignment>,
    /// What a person said of the two: only ever that they are the same.
    pub opinion: Option<Opinion>,
}

#[derive(Debug)]
pub(super) enum Other {
    InLibrary(Box<WorkRow>),
    /// Place among the submissions of this run.
    InRun(usize),
}

/// Everything that `judged[index]` is like, the gravest first: accepted works of the library, and of `earlier` (places
/// of this run's submissions, in order).
pub(super) fn alike_to(shop: &Shop, judged: &[Judged], (index, earlier): (usize, &[usize])) -> Vec<Alike> {
    let one = &judged[index];
    let Some(fingerprint) = one.inspection.as_ref().map(|inspection| &inspection.fingerprint) else {
        return Vec::new();
    };
    let mut all = in_library(shop, one, fingerprint);
    for place in earlier.iter().copied().filter(|place| is_accepted(&judged[*place])) {
        let Some(other) = &judged[place].inspection else { continue };
        if let Some(found) = align(fingerprint, &other.fingerprint) {
            all.push(Alike { other: Other::InRun(place), found: Some(found), opinion: None });
        }
    }
    // Of equals the first: a stable sort.
    all.sort_by_key(|alike| Reverse(rank(alike)));
    all
}

pub(super) fn is_accepted(one: &Judged) -> bool {
    matches!(one.verdict, Verdict::Accepted | Verdict::AcceptedWithWarnings)
}

fn in_library(shop: &Shop, one: &Judged, fingerprint: &Fingerprint) -> Vec<Alike> {
    let Some(library) = shop.library.as_ref() else { return Vec::new() };
    let found: Vec<(String, Alignment)> = library
        .looks()
        .iter()
        .filter(|look| look.source != one.submission.source.path.as_path())
        .filter_map(|look| Some((look, align(fingerprint, &look.fingerprint)?)))
        .filter(|(look, _)| look.source.exists())
        .map(|(look, found)| (look.id.clone(), found))
        .collect();
    let catalog = library.catalog();
    let row = |id: &str| catalog.work_by_id(id).ok().flatten();
    found
        .into_iter()
        .filter_map(|(id, found)| {
            let other = Other::InLibrary(Box::new(row(&id)?));
            Some(Alike { other, found: Some(found), opinion: None })
        })
        .collect()
}

/// The graver the likeness and the more of it, the higher.
fn rank(alike: &Alike) -> (bool, u8, u32) {
    let likeness = alike.found.map_or(0, |found| match found.likeness {
        Likeness::SameWork => 3,
        Likeness::PartOf => 2,
        Likeness::Contains => 1,
        Likeness::SharesPassage | Likeness::SameSound => 0,
    });
    (alike.opinion.is_some(), likeness, alike.found.map_or(0, |found| found.agreeing))
}
