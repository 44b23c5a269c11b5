//! Applies people's opinions of pairs of works, which override what the program finds. They are kept in the catalogue and, in
//! case that is lost, in a file beside the manifests.

use std::collections::HashSet;

use crate::duplicates::candidates::{SimilarWork, WorkRef};
use crate::duplicates::earlier::Candidate;
use crate::duplicates::seniority::Precedence;
use crate::library::catalog::CatalogError;
use crate::model::likeness::{LikenessRecord, MatchClass};
use crate::model::opinion::{Opinion, OpinionKind};
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::owner::Owner;

/// Removes the works that a person called different, and puts first those that a person called the same, also where no
/// alignment was found.
pub(crate) fn apply_opinions(
    context: &Context,
    decisions: &[Decision],
    candidate: Candidate<'_>,
    mut found: Vec<SimilarWork>,
) -> Result<Vec<SimilarWork>, CatalogError> {
    let index = candidate.index;
    let one = &decisions[index];
    let Some(sha256) = one.sha256() else { return Ok(found) };
    let opinions = match context.catalog() {
        Some(catalog) => catalog.opinions_about(sha256)?,
        None => Vec::new(),
    };
    for opinion in opinions {
        let other = opinion.other_than(sha256).to_owned();
        let known =
            found.iter().position(|similar| content(decisions, &similar.other) == Some(other.as_str()));
        match (opinion.said, known) {
            (OpinionKind::NotSame, _) => {
                let versions = versions_of(context, decisions, &found, other)?;
                found.retain(|similar| {
                    let content = content(decisions, &similar.other);
                    // Another opinion about that very content counts more.
                    let is_called_same =
                        similar.opinion.is_some() && content != Some(opinion.other_than(sha256));
                    is_called_same || content.is_none_or(|content| !versions.contains(content))
                });
            }
            // A work that is called the original does not repeat the other.
            (OpinionKind::Original, _) if !repeats(one, &opinion) => {}
            (OpinionKind::Same | OpinionKind::Original, Some(place)) => {
                let similar = found.remove(place);
                found.insert(0, SimilarWork { opinion: Some(opinion), ..similar });
            }
            (OpinionKind::Same | OpinionKind::Original, None) => {
                if let Some(similar) = find_marked_same(context, decisions, candidate, opinion, &other)? {
                    found.insert(0, similar);
                }
            }
        }
    }
    // A work of the library that is submitted again in this run is still one work.
    let mut seen: Vec<String> = Vec::new();
    found.retain(|similar| match content(decisions, &similar.other) {
        Some(content) if seen.iter().any(|seen| seen == content) => false,
        content => {
            seen.extend(content.map(str::to_owned));
            true
        }
    });
    Ok(found)
}

/// Returns a content and those of `found` that are versions of the same work: a submission that differs from a work differs
/// from its department's better version, too.
fn versions_of(
    context: &Context,
    decisions: &[Decision],
    found: &[SimilarWork],
    content_of_work: String,
) -> Result<HashSet<String>, CatalogError> {
    let works = match context.catalog() {
        Some(catalog) => catalog.works_publishing(&content_of_work)?,
        None => Vec::new(),
    };
    let mut versions: HashSet<String> =
        works.iter().flat_map(|row| same_works(&row.manifest.likenesses)).collect();
    for one in decisions.iter().filter(|one| one.sha256() == Some(content_of_work.as_str())) {
        versions.extend(same_works(one.matches.iter().map(|found| &found.record)));
    }
    for similar in found {
        let its_versions: Vec<String> = match &similar.other {
            WorkRef::InLibrary(row) => same_works(&row.manifest.likenesses).collect(),
            WorkRef::InRun(place) => {
                same_works(decisions[*place].matches.iter().map(|found| &found.record)).collect()
            }
        };
        if its_versions.contains(&content_of_work) {
            versions.extend(content(decisions, &similar.other).map(str::to_owned));
        }
    }
    versions.insert(content_of_work);
    Ok(versions)
}

/// Returns the digests of the contents that records call the same work.
fn same_works<'a>(records: impl IntoIterator<Item = &'a LikenessRecord>) -> impl Iterator<Item = String> {
    let same = |record: &&LikenessRecord| {
        matches!(record.class, MatchClass::SameFile | MatchClass::SameStreams | MatchClass::SameWork)
    };
    records.into_iter().filter(same).filter_map(|record| record.sha256.clone())
}

/// Returns the digest of the content that the other work is accepted with.
pub(crate) fn content<'a>(decisions: &'a [Decision], other: &'a WorkRef) -> Option<&'a str> {
    match other {
        WorkRef::InLibrary(row) => row.manifest.published_sha256(),
        WorkRef::InRun(place) => decisions[*place].sha256(),
    }
}

/// Finds the accepted work with a content that a person called the same, earlier in the run or in the library.
fn find_marked_same(
    context: &Context,
    decisions: &[Decision],
    candidate: Candidate<'_>,
    opinion: Opinion,
    content: &str,
) -> Result<Option<SimilarWork>, CatalogError> {
    let Candidate { index, earlier } = candidate;
    // The same content may be in several folders, of which the opinion names one.
    let is_meant = |owner: Owner| opinion.folders.as_ref().is_none_or(|[folder, _]| owner.folder == *folder);
    let mut here: Option<(WorkRef, Precedence)> = None;
    for place in earlier.accepted.iter().copied() {
        let other = &decisions[place];
        if here.is_none()
            && other.sha256() == Some(content)
            && is_meant(Owner::of(context, &other.inspected.submission))
        {
            let precedence = earlier.precedence_in_run(context, other, &decisions[index])?;
            here = precedence.map(|precedence| (WorkRef::InRun(place), precedence));
        }
    }
    let other = match here {
        Some(here) => Some(here),
        None => {
            let mut works = match context.catalog() {
                Some(catalog) => catalog.works_publishing(content)?,
                None => Vec::new(),
            };
            works.retain(|row| is_meant(Owner::of_row(context, row)));
            let earliest = earlier.earliest(context, works, &decisions[index])?;
            earliest.map(|(row, precedence)| (WorkRef::InLibrary(Box::new(row)), precedence))
        }
    };
    Ok(other.map(|(other, precedence)| SimilarWork {
        other,
        found: None,
        opinion: Some(opinion),
        precedence,
    }))
}

/// Returns true if an opinion says of this very submission that it repeats another.
fn repeats(one: &Decision, opinion: &Opinion) -> bool {
    let folder = &one.inspected.submission.source.department;
    let repeating = opinion.folders.as_ref().map(|[_, second]| second);
    one.sha256() == Some(opinion.about[1].as_str()) && repeating == Some(folder)
}
