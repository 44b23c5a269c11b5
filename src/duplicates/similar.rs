//! Settles what is only similar to earlier works, after what is the very same.

use crate::duplicates::candidates::{SimilarWork, WorkRef, find_similar};
use crate::duplicates::consequence::{FoundMatch, MOST_TOLD, report_match};
use crate::duplicates::earlier::Candidate;
use crate::duplicates::opinions::{apply_opinions, content};
use crate::duplicates::record::{MatchEvidence, whose};
use crate::duplicates::seniority::{Precedence, was_accepted};
use crate::library::catalog::CatalogError;
use crate::model::config::Consequence;
use crate::model::likeness::MatchClass;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::likeness::is_gone;
use crate::work::owner::Owner;

/// Compares an accepted submission with the library's works and with those before it, and draws the consequences.
pub(crate) fn resolve_similar(
    context: &Context,
    decisions: &mut [Decision],
    candidate: Candidate<'_>,
) -> Result<(), CatalogError> {
    let index = candidate.index;
    let mut found = find_similar(context, decisions, candidate)?;
    // What is equal byte for byte or stream for stream was told.
    let told: Vec<String> =
        decisions[index].matches.iter().filter_map(|told| told.record.sha256.clone()).collect();
    found.retain(|alike| {
        content(decisions, &alike.other).is_none_or(|it| !told.iter().any(|told| told == it))
    });
    let mut found = apply_opinions(context, decisions, candidate, found)?;
    // Where nobody is refused for it, one of the two is told: the one that is settled later, or whose number is higher.
    found.retain(|alike| {
        let is_open =
            alike.precedence == Precedence::Unsure && severity_rank(context, decisions, index, alike) > 0;
        !is_open || is_later(&decisions[index], &alike.other)
    });
    // What is refused for is told before what is only noted, whatever share of the works it is.
    found.sort_by_key(|alike| {
        (severity_rank(context, decisions, index, alike), alike.precedence == Precedence::Unsure)
    });
    for alike in found.into_iter().take(MOST_TOLD) {
        let evidence = match (alike.opinion, alike.found) {
            (Some(_), found) => MatchEvidence::Person(found),
            (None, Some(found)) => MatchEvidence::Aligned(found),
            (None, None) => continue,
        };
        let found = FoundMatch { evidence, other: alike.other, precedence: alike.precedence };
        report_match(context, decisions, index, found)?;
    }
    Ok(())
}

/// Of two published works of which neither was certainly first: which one is told of what is only noted.
fn is_later(one: &Decision, other: &WorkRef) -> bool {
    match (other, &one.inspected.submission.known) {
        (WorkRef::InLibrary(row), Some(known)) if was_accepted(one) => known.manifest.id > row.manifest.id,
        _ => true,
    }
}

/// 0 for what the configuration refuses.
fn severity_rank(context: &Context, decisions: &[Decision], index: usize, alike: &SimilarWork) -> u8 {
    let class = match (&alike.opinion, alike.found) {
        (None, Some(found)) => found.likeness.into(),
        _ => MatchClass::SameWork,
    };
    let (owner, gone) = match &alike.other {
        WorkRef::InLibrary(row) => (Owner::of_row(context, row), is_gone(&row.manifest)),
        WorkRef::InRun(earlier) => (Owner::of(context, &decisions[*earlier].inspected.submission), false),
    };
    let ours = Owner::of(context, &decisions[index].inspected.submission);
    match context.config.duplicates.consequence(class, whose(context, &ours, &owner, gone)) {
        Consequence::Reject => 0,
        Consequence::Warn => 1,
        Consequence::Note => 2,
    }
}
