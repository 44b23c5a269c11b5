//! The same pictures or sound in another work: found by fingerprints, after equal bytes and equal streams.
//!
//! The library's index names the few works that share words with the one at hand; only those are aligned with it, so
//! that neither time nor memory grows with the library.

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

/// Works that are aligned with one at hand at most; [`lookup::ranked`] names fewer where chance would name them.
const CANDIDATES: usize = 50;

/// Moments of the library that are looked at to find the candidates: some ten milliseconds' work. A minute's work among a
/// million looks at 17,000, so among ten million it stays below.
const MOST_POSTS: usize = 400_000;

/// A work that is like the one at hand.
#[derive(Debug)]
pub(crate) struct SimilarWork {
    pub other: WorkRef,
    /// How; `None` where a person said that they are the same and nothing was found that shows it.
    pub found: Option<Alignment>,
    /// What a person said of the two: only ever that they are the same.
    pub opinion: Option<Opinion>,
    /// Which of the two was first: never the one at hand, as far as that is certain.
    pub precedence: Precedence,
}

#[derive(Debug)]
pub(crate) enum WorkRef {
    InLibrary(Box<WorkRow>),
    /// Place among the submissions of this run.
    InRun(usize),
}

/// Everything that `decisions[index]` is like, the gravest first, of equals the earliest: accepted works of the library,
/// and of this run's submissions those before it.
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
    let of_place = |place: usize| Some((place, &decisions[place].inspected.inspection.as_ref()?.fingerprint));
    let (places, others): (Vec<usize>, Vec<&Fingerprint>) =
        likeliest(earlier, fingerprint).into_iter().filter_map(of_place).unzip();
    for (place, found) in places.into_iter().zip(align_each(fingerprint, &others)) {
        let Some(found) = found else { continue };
        let precedence = earlier.counts_here(context, &decisions[place], one)?;
        all.extend(precedence.map(|precedence| SimilarWork {
            other: WorkRef::InRun(place),
            found: Some(found),
            opinion: None,
            precedence,
        }));
    }
    all.sort_by_cached_key(|alike| (Reverse(rank(alike)), since(decisions, &alike.other)));
    Ok(all)
}

fn since(decisions: &[Decision], other: &WorkRef) -> Seniority {
    match other {
        WorkRef::InLibrary(row) => seniority_of_work(row),
        WorkRef::InRun(place) => {
            seniority(&decisions[*place].inspected.submission.source, decisions[*place].first_seen)
        }
    }
}

/// Contents of the library that are like `fingerprint`, and how. The likeliest candidate stands first, which need not be
/// the most alike.
pub fn similar_contents(
    catalog: &Catalog,
    fingerprint: &Fingerprint,
) -> Result<Vec<(String, Alignment)>, CatalogError> {
    Ok(aligned(candidates(catalog, fingerprint)?, fingerprint))
}

/// Those that are like `fingerprint`, in their order.
fn aligned(looks: Vec<(String, Fingerprint)>, fingerprint: &Fingerprint) -> Vec<(String, Alignment)> {
    let others: Vec<&Fingerprint> = looks.iter().map(|(_, other)| other).collect();
    let found = align_each(fingerprint, &others);
    looks.into_iter().zip(found).filter_map(|((sha256, _), found)| Some((sha256, found?))).collect()
}

/// The contents of the library that share most with `fingerprint`, the likeliest first.
pub fn candidates(
    catalog: &Catalog,
    fingerprint: &Fingerprint,
) -> Result<Vec<(String, Fingerprint)>, CatalogError> {
    let asked = ranking::asked(fingerprint);
    let words: Vec<u32> = asked.iter().map(|word| word.word).collect();
    let moments = |posts: Vec<Occurrence>| -> Vec<(u32, u32)> {
        posts.iter().map(|post| (post.look, u32::from(post.quarter) * QUARTER_MS)).collect()
    };
    let found = catalog.find_words(&words, MOST_POSTS)?;
    let found = found.into_iter().map(|found| (found.word, moments(found.posts))).collect();
    let mut looks = Vec::new();
    for number in ranking::ranked(ranking::hits(&asked, &found), CANDIDATES) {
        looks.extend(catalog.look(number)?);
    }
    Ok(looks)
}

fn in_library(
    context: &Context,
    one: &Decision,
    before: &Earlier,
    fingerprint: &Fingerprint,
) -> Result<Vec<SimilarWork>, CatalogError> {
    // The catalogue is not held while works are aligned, which takes longer.
    let looks = match context.catalog() {
        Some(catalog) => candidates(&catalog, fingerprint)?,
        None => return Ok(Vec::new()),
    };
    let mut all = Vec::new();
    for (sha256, found) in aligned(looks, fingerprint) {
        let works = match context.catalog() {
            Some(catalog) => catalog.works_publishing(&sha256)?,
            None => continue,
        };
        let other = before.earliest(context, works, one)?;
        all.extend(other.map(|(row, precedence)| SimilarWork {
            other: WorkRef::InLibrary(Box::new(row)),
            found: Some(found),
            opinion: None,
            precedence,
        }));
    }
    Ok(all)
}

/// The accepted submissions before, in order; of very many those that share most words with `fingerprint`.
fn likeliest(before: &Earlier, fingerprint: &Fingerprint) -> Vec<usize> {
    if before.accepted.len() <= CANDIDATES {
        return before.accepted.clone();
    }
    let hits = ranking::hits(&ranking::asked(fingerprint), &before.words);
    let mut ranks = ranking::ranked(hits, CANDIDATES);
    ranks.sort_unstable();
    ranks.into_iter().map(|rank| before.accepted[rank as usize]).collect()
}

/// The graver the likeness and the more of it, the higher.
fn rank(alike: &SimilarWork) -> (bool, u8, u32) {
    let likeness = alike.found.map_or(0, |found| match found.likeness {
        Likeness::SameWork => 4,
        Likeness::PartOf => 3,
        Likeness::Contains => 2,
        Likeness::SharesPassage => 1,
        Likeness::SameSound => 0,
    });
    (alike.opinion.is_some(), likeness, alike.found.map_or(0, |found| found.agreeing))
}
