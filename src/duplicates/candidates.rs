//! Finds works with the same pictures or sound by their fingerprints, after equal bytes and equal streams.
//!
//! The library's index names the few works that share terms with a submission; only those are aligned with it, so that
//! neither time nor memory grows with the library.

use std::cmp::Reverse;

use crate::duplicates::earlier::{Candidate, Earlier};
use crate::duplicates::seniority::{Precedence, Seniority, seniority, seniority_of_work};
use crate::library::catalog::{Catalog, CatalogError, Occurrence, QUARTER_MS, WorkRow};
use crate::matching::align::{align_each, ranking};
use crate::model::alignment::{Alignment, Likeness};
use crate::model::fingerprint::Fingerprint;
use crate::model::opinion::Opinion;
use crate::work::context::Context;
use crate::work::decision::Decision;

/// Most works that are aligned with a submission; [`ranking::ranked`] names fewer where the others share terms by chance.
const MAX_CANDIDATES: usize = 50;

/// Most occurrences of the index that are read to find the candidates: some ten milliseconds' work. A work of a minute among
/// a million reads 17,000, so among ten million it stays below.
const MAX_OCCURRENCES: usize = 400_000;

/// An earlier work that is similar to a submission.
#[derive(Debug)]
pub(crate) struct SimilarWork {
    pub other: WorkRef,
    /// How they align; `None` where a person called them the same and no alignment was found.
    pub found: Option<Alignment>,
    /// A person's opinion of the two: only ever that they are the same.
    pub opinion: Option<Opinion>,
    /// Which of the two was first: never certainly the submission.
    pub precedence: Precedence,
}

/// An earlier work, of the library or of this run.
#[derive(Debug)]
pub(crate) enum WorkRef {
    InLibrary(Box<WorkRow>),
    /// Index into the decisions of this run.
    InRun(usize),
}

/// Finds the works that `decisions[candidate.index]` is similar to, the most severe first, of equals the earliest: accepted
/// works of the library, and of this run's submissions those before it.
pub(crate) fn find_similar(
    context: &Context,
    decisions: &[Decision],
    candidate: Candidate<'_>,
) -> Result<Vec<SimilarWork>, CatalogError> {
    let Candidate { index, earlier } = candidate;
    let one = &decisions[index];
    let Some(fingerprint) = one.inspected.inspection.as_ref().map(|inspection| &inspection.fingerprint)
    else {
        return Ok(Vec::new());
    };
    let mut all = in_library(context, one, earlier, fingerprint)?;
    let at_place = |place: usize| Some((place, &decisions[place].inspected.inspection.as_ref()?.fingerprint));
    let (places, others): (Vec<usize>, Vec<&Fingerprint>) =
        most_likely(earlier, fingerprint).into_iter().filter_map(at_place).unzip();
    for (place, found) in places.into_iter().zip(align_each(fingerprint, &others)) {
        let Some(found) = found else { continue };
        let precedence = earlier.precedence_in_run(context, &decisions[place], one)?;
        all.extend(precedence.map(|precedence| SimilarWork {
            other: WorkRef::InRun(place),
            found: Some(found),
            opinion: None,
            precedence,
        }));
    }
    all.sort_by_cached_key(|similar| (Reverse(rank(similar)), seniority_of(decisions, &similar.other)));
    Ok(all)
}

fn seniority_of(decisions: &[Decision], other: &WorkRef) -> Seniority {
    match other {
        WorkRef::InLibrary(row) => seniority_of_work(row),
        WorkRef::InRun(place) => {
            seniority(&decisions[*place].inspected.submission.source, decisions[*place].first_seen)
        }
    }
}

/// Returns the digests of the library's contents that are similar to `fingerprint`, and how they align. The likeliest
/// candidate comes first, which need not be the most similar.
pub fn similar_contents(
    catalog: &Catalog,
    fingerprint: &Fingerprint,
) -> Result<Vec<(String, Alignment)>, CatalogError> {
    Ok(aligned(candidates(catalog, fingerprint)?, fingerprint))
}

/// Aligns candidates with `fingerprint` and returns those that are similar to it, in their order.
fn aligned(candidates: Vec<(String, Fingerprint)>, fingerprint: &Fingerprint) -> Vec<(String, Alignment)> {
    let others: Vec<&Fingerprint> = candidates.iter().map(|(_, other)| other).collect();
    let found = align_each(fingerprint, &others);
    candidates.into_iter().zip(found).filter_map(|((sha256, _), found)| Some((sha256, found?))).collect()
}

/// Returns the contents of the library that share most terms with `fingerprint`, the likeliest first: the digest and the
/// fingerprint of each.
pub fn candidates(
    catalog: &Catalog,
    fingerprint: &Fingerprint,
) -> Result<Vec<(String, Fingerprint)>, CatalogError> {
    let asked = ranking::asked(fingerprint);
    let terms: Vec<u32> = asked.iter().map(|term| term.word).collect();
    let moments = |occurrences: Vec<Occurrence>| -> Vec<(u32, u32)> {
        let moment = |found: &Occurrence| (found.look, u32::from(found.quarter) * QUARTER_MS);
        occurrences.iter().map(moment).collect()
    };
    let found = catalog.find_terms(&terms, MAX_OCCURRENCES)?;
    let found = found.into_iter().map(|found| (found.word, moments(found.posts))).collect();
    let mut candidates = Vec::new();
    for number in ranking::ranked(ranking::hits(&asked, &found), MAX_CANDIDATES) {
        candidates.extend(catalog.look(number)?);
    }
    Ok(candidates)
}

/// Finds the works of the library that a submission is similar to.
fn in_library(
    context: &Context,
    one: &Decision,
    earlier: &Earlier,
    fingerprint: &Fingerprint,
) -> Result<Vec<SimilarWork>, CatalogError> {
    // The catalogue is not locked while works are aligned, which takes longer.
    let candidates = match context.catalog() {
        Some(catalog) => candidates(&catalog, fingerprint)?,
        None => return Ok(Vec::new()),
    };
    let mut all = Vec::new();
    for (sha256, found) in aligned(candidates, fingerprint) {
        let works = match context.catalog() {
            Some(catalog) => catalog.works_publishing(&sha256)?,
            None => continue,
        };
        let other = earlier.earliest(context, works, one)?;
        all.extend(other.map(|(row, precedence)| SimilarWork {
            other: WorkRef::InLibrary(Box::new(row)),
            found: Some(found),
            opinion: None,
            precedence,
        }));
    }
    Ok(all)
}

/// Returns the accepted submissions of this run, in order; of more than [`MAX_CANDIDATES`] those that share most terms with
/// `fingerprint`.
fn most_likely(earlier: &Earlier, fingerprint: &Fingerprint) -> Vec<usize> {
    if earlier.accepted.len() <= MAX_CANDIDATES {
        return earlier.accepted.clone();
    }
    let hits = ranking::hits(&ranking::asked(fingerprint), &earlier.terms);
    let mut ranks = ranking::ranked(hits, MAX_CANDIDATES);
    ranks.sort_unstable();
    ranks.into_iter().map(|rank| earlier.accepted[rank as usize]).collect()
}

/// Returns a rank that is higher the more severe the likeness is, and of equal ones the more windows agree.
fn rank(similar: &SimilarWork) -> (bool, u8, u32) {
    let likeness = similar.found.map_or(0, |found| match found.likeness {
        Likeness::SameWork => 4,
        Likeness::PartOf => 3,
        Likeness::Contains => 2,
        Likeness::SharesPassage => 1,
        Likeness::SameSound => 0,
    });
    (similar.opinion.is_some(), likeness, similar.found.map_or(0, |found| found.agreeing))
}
