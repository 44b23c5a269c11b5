//! What people said of pairs of works goes before what the program finds. It is kept in the catalogue and, for the day when that
//! is lost, in a file beside the manifests.

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

/// Takes out what a person called different, and puts first what a person called the same, also where nothing shows it.
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
        let known = found.iter().position(|alike| content(decisions, &alike.other) == Some(other.as_str()));
        match (opinion.said, known) {
            (OpinionKind::NotSame, _) => {
                let one_work = forms_of(context, decisions, &found, other)?;
                found.retain(|alike| {
                    let it = content(decisions, &alike.other);
                    // Another answer about this very content goes before.
                    let said = alike.opinion.is_some() && it != Some(opinion.other_than(sha256));
                    said || it.is_none_or(|it| !one_work.contains(it))
                });
            }
            // Who is called the original repeats nothing.
            (OpinionKind::Original, _) if !repeats(one, &opinion) => {}
            (OpinionKind::Same | OpinionKind::Original, Some(place)) => {
                let alike = found.remove(place);
                found.insert(0, SimilarWork { opinion: Some(opinion), ..alike });
            }
            (OpinionKind::Same | OpinionKind::Original, None) => {
                if let Some(alike) = said_the_same(context, decisions, candidate, opinion, &other)? {
                    found.insert(0, alike);
                }
            }
        }
    }
    // A work of the library that is looked at again in this run is still one work.
    let mut told: Vec<String> = Vec::new();
    found.retain(|alike| match content(decisions, &alike.other) {
        Some(content) if told.iter().any(|before| before == content) => false,
        content => {
            told.extend(content.map(str::to_owned));
            true
        }
    });
    Ok(found)
}

/// A content, and those among the found that are the same work as it: what differs from a work differs from its department's
/// better version, too.
fn forms_of(
    context: &Context,
    decisions: &[Decision],
    found: &[SimilarWork],
    content_of_work: String,
) -> Result<HashSet<String>, CatalogError> {
    let works = match context.catalog() {
        Some(catalog) => catalog.works_publishing(&content_of_work)?,
        None => Vec::new(),
    };
    let mut forms: HashSet<String> =
        works.iter().flat_map(|row| same_works(&row.manifest.likenesses)).collect();
    for one in decisions.iter().filter(|one| one.sha256() == Some(content_of_work.as_str())) {
        forms.extend(same_works(one.matches.iter().map(|likened| &likened.record)));
    }
    for alike in found {
        let its_own: Vec<String> = match &alike.other {
            WorkRef::InLibrary(row) => same_works(&row.manifest.likenesses).collect(),
            WorkRef::InRun(place) => {
                same_works(decisions[*place].matches.iter().map(|likened| &likened.record)).collect()
            }
        };
        if its_own.contains(&content_of_work) {
            forms.extend(content(decisions, &alike.other).map(str::to_owned));
        }
    }
    forms.insert(content_of_work);
    Ok(forms)
}

/// The contents that records call the same work.
fn same_works<'a>(records: impl IntoIterator<Item = &'a LikenessRecord>) -> impl Iterator<Item = String> {
    let same = |record: &&LikenessRecord| {
        matches!(record.class, MatchClass::SameFile | MatchClass::SameStreams | MatchClass::SameWork)
    };
    records.into_iter().filter(same).filter_map(|record| record.sha256.clone())
}

pub(crate) fn content<'a>(decisions: &'a [Decision], other: &'a WorkRef) -> Option<&'a str> {
    match other {
        WorkRef::InLibrary(row) => row.manifest.published_sha256(),
        WorkRef::InRun(place) => decisions[*place].sha256(),
    }
}

/// The accepted work with that content, before this one in the run or in the library.
fn said_the_same(
    context: &Context,
    decisions: &[Decision],
    candidate: Candidate<'_>,
    opinion: Opinion,
    content: &str,
) -> Result<Option<SimilarWork>, CatalogError> {
    let Candidate { index, earlier } = candidate;
    // Of the same content in several folders the one that is meant.
    let is_meant = |owner: Owner| opinion.folders.as_ref().is_none_or(|[folder, _]| owner.folder == *folder);
    let mut here: Option<(WorkRef, Precedence)> = None;
    for place in earlier.accepted.iter().copied() {
        let other = &decisions[place];
        if here.is_none()
            && other.sha256() == Some(content)
            && is_meant(Owner::of(context, &other.inspected.submission))
        {
            let precedence = earlier.counts_here(context, other, &decisions[index])?;
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

/// Whether a person said of this very submission that it repeats another.
fn repeats(one: &Decision, opinion: &Opinion) -> bool {
    let folder = &one.inspected.submission.source.department;
    let its = opinion.folders.as_ref().map(|[_, second]| second);
    one.sha256() == Some(opinion.about[1].as_str()) && its == Some(folder)
}
