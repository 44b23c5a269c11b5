//! Settles what is only similar to earlier works, after what is the very same.

use crate::duplicates::candidates::{SimilarWork, WorkRef, alike_to};
use crate::duplicates::consequence::{MOST_TOLD, tell};
use crate::duplicates::earlier::Earlier;
use crate::duplicates::opinions::{content, obey};
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
pub(crate) fn settle_alike(
    shop: &Context,
    judged: &mut [Decision],
    (index, before): (usize, &Earlier),
) -> Result<(), CatalogError> {
    let mut found = alike_to(shop, judged, (index, before))?;
    // What is equal byte for byte or stream for stream was told.
    let told: Vec<String> =
        judged[index].likenesses.iter().filter_map(|told| told.record.sha256.clone()).collect();
    found.retain(|alike| content(judged, &alike.other).is_none_or(|it| !told.iter().any(|told| told == it)));
    let mut found = obey(shop, judged, (index, before), found)?;
    // Where nobody is refused for it, one of the two is told: the one that is settled later, or whose number is higher.
    found.retain(|alike| {
        let is_open = alike.precedence == Precedence::Unsure && gravity(shop, judged, index, alike) > 0;
        !is_open || is_later(&judged[index], &alike.other)
    });
    // What is refused for is told before what is only noted, whatever share of the works it is.
    found.sort_by_key(|alike| (gravity(shop, judged, index, alike), alike.precedence == Precedence::Unsure));
    for alike in found.into_iter().take(MOST_TOLD) {
        let found = match (alike.opinion, alike.found) {
            (Some(_), found) => MatchEvidence::Person(found),
            (None, Some(found)) => MatchEvidence::Aligned(found),
            (None, None) => continue,
        };
        tell(shop, judged, index, (found, alike.other, alike.precedence))?;
    }
    Ok(())
}

/// Of two published works of which neither was certainly first: which one is told of what is only noted.
fn is_later(one: &Decision, other: &WorkRef) -> bool {
    match (other, &one.submission.known) {
        (WorkRef::InLibrary(row), Some(known)) if was_accepted(one) => known.manifest.id > row.manifest.id,
        _ => true,
    }
}

/// 0 for what the configuration refuses.
fn gravity(shop: &Context, judged: &[Decision], index: usize, alike: &SimilarWork) -> u8 {
    let class = match (&alike.opinion, alike.found) {
        (None, Some(found)) => found.likeness.into(),
        _ => MatchClass::SameWork,
    };
    let (owner, gone) = match &alike.other {
        WorkRef::InLibrary(row) => (Owner::of_row(shop, row), is_gone(&row.manifest)),
        WorkRef::InRun(earlier) => (Owner::of(shop, &judged[*earlier].submission), false),
    };
    let ours = Owner::of(shop, &judged[index].submission);
    match shop.config.duplicates.consequence(class, whose(shop, &ours, (&owner, gone))) {
        Consequence::Reject => 0,
        Consequence::Warn => 1,
        Consequence::Note => 2,
    }
}
