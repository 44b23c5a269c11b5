//! Decides on submissions that are similar to earlier works, after those that are identical.

use crate::duplicates::candidates::{SimilarWork, WorkRef, find_similar};
use crate::duplicates::consequence::{FoundMatch, MAX_REPORTED, report_match};
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

/// Compares an accepted submission with the library's works and with those before it, and applies the consequences.
pub(crate) fn resolve_similar(
    context: &Context,
    decisions: &mut [Decision],
    candidate: Candidate<'_>,
) -> Result<(), CatalogError> {
    let index = candidate.index;
    let mut found = find_similar(context, decisions, candidate)?;
    // Works of equal bytes or streams are reported already.
    let reported: Vec<String> =
        decisions[index].matches.iter().filter_map(|known| known.record.sha256.clone()).collect();
    found.retain(|similar| {
        content(decisions, &similar.other).is_none_or(|content| reported.iter().all(|known| known != content))
    });
    let mut found = apply_opinions(context, decisions, candidate, found)?;
    // Where neither is refused, the match is reported of one of the two: the one that is decided later, or whose id is
    // higher.
    found.retain(|similar| {
        let is_open =
            similar.precedence == Precedence::Unsure && severity_rank(context, decisions, index, similar) > 0;
        !is_open || is_later(&decisions[index], &similar.other)
    });
    // Matches that refuse the work come before those that are only noted, whatever share of the works they cover.
    found.sort_by_key(|similar| {
        (severity_rank(context, decisions, index, similar), similar.precedence == Precedence::Unsure)
    });
    for similar in found.into_iter().take(MAX_REPORTED) {
        let evidence = match (similar.opinion, similar.found) {
            (Some(_), found) => MatchEvidence::Person(found),
            (None, Some(found)) => MatchEvidence::Aligned(found),
            (None, None) => continue,
        };
        let found = FoundMatch { evidence, other: similar.other, precedence: similar.precedence };
        report_match(context, decisions, index, found)?;
    }
    Ok(())
}

/// Returns true if a match that refuses neither work is reported of this one: of two published works, of which neither was
/// certainly first, it is the one with the higher id.
fn is_later(one: &Decision, other: &WorkRef) -> bool {
    match (other, &one.inspected.submission.known) {
        (WorkRef::InLibrary(row), Some(known)) if was_accepted(one) => known.manifest.id > row.manifest.id,
        _ => true,
    }
}

/// Returns the rank of a match's consequence: 0 for one that refuses the work, 1 for a warning, 2 for a note.
fn severity_rank(context: &Context, decisions: &[Decision], index: usize, similar: &SimilarWork) -> u8 {
    let class = match (&similar.opinion, similar.found) {
        (None, Some(found)) => found.likeness.into(),
        _ => MatchClass::SameWork,
    };
    let (owner, gone) = match &similar.other {
        WorkRef::InLibrary(row) => (Owner::of_row(context, row), is_gone(&row.manifest)),
        WorkRef::InRun(place) => (Owner::of(context, &decisions[*place].inspected.submission), false),
    };
    let ours = Owner::of(context, &decisions[index].inspected.submission);
    match context.config.duplicates.consequence(class, whose(context, &ours, &owner, gone)) {
        Consequence::Reject => 0,
        Consequence::Warn => 1,
        Consequence::Note => 2,
    }
}
