//! Which work of the library a source is.

use std::collections::HashSet;

use super::intake::Submission;
use super::judge::Judged;
use super::senior::is_moved;
use super::shop::{Library, Shop};
use crate::catalog::WorkRow;
use crate::model::finding::Verdict;
use crate::staging::work_id;

/// Gives ids to everything of a run that has to be made or recorded, each its own: two submissions of one name and
/// content from different places would get the same.
pub(super) fn identify_all(shop: &Shop, library: &Library, all: &mut [Judged]) {
    let mut taken: HashSet<String> = all.iter().filter_map(|one| one.id.clone()).collect();
    for one in all.iter_mut().filter(|one| !one.unchanged && one.id.is_none()) {
        let id = identify(shop, library, one);
        if !taken.insert(id) {
            one.id = Some(work_id(one.submission.source.path.as_path(), one.sha256().unwrap_or_default()));
        }
    }
}

/// The id a source got when it was first seen; a source that was moved keeps it.
pub(super) fn identify(shop: &Shop, library: &Library, one: &mut Judged) -> String {
    if let Some(id) = &one.id {
        return id.clone();
    }
    // What the library holds of it is known from here on, or it would be withdrawn.
    if one.submission.known.is_none() {
        one.submission.known = moved_here(shop, library, one);
    } else if was_refused_and_is_taken(one)
        && let Some(moved) = moved_here(shop, library, one)
    {
        one.submission.known = Some(moved);
    }
    let id = match &one.submission.known {
        Some(known) => known.manifest.id.clone(),
        None => new_id(library, one),
    };
    one.id = Some(id.clone());
    id
}

/// A repetition of which nothing was ever published, and which is none any more: what it repeated may be what it is.
fn was_refused_and_is_taken(one: &Judged) -> bool {
    let refused = |known: &WorkRow| {
        known.manifest.verdict == Verdict::Duplicate && known.manifest.renditions.is_empty()
    };
    one.verdict.is_accepted() && one.submission.known.as_ref().is_some_and(refused)
}

/// The work that lay in another place, which lies here now.
fn moved_here(shop: &Shop, library: &Library, one: &Judged) -> Option<WorkRow> {
    let moved = lay_elsewhere(shop, &one.submission, one.sha256().unwrap_or_default())?;
    let path = one.submission.source.path.as_path();
    match one.submission.known.is_some() {
        false => library.catalog().move_source(&moved.manifest.id, path).ok()?,
        true if moved.manifest.renditions.is_empty() => return None,
        true => library.catalog().take_place(&moved.manifest.id, path).ok()?,
    }
    Some(WorkRow { source: path.to_owned(), ..moved })
}

/// The work of the library with this content that a submission is, though it lay in another place; one that is published
/// before any other.
pub(super) fn lay_elsewhere(shop: &Shop, submission: &Submission, sha256: &str) -> Option<WorkRow> {
    if sha256.is_empty() {
        return None;
    }
    let works = shop.catalog().map(|catalog| {
        let mut works = catalog.works_publishing(sha256).unwrap_or_default();
        works.extend(catalog.works_with_sha256(sha256).unwrap_or_default());
        works
    });
    works?.into_iter().find(|work| is_moved(shop, work, submission, sha256).unwrap_or(false))
}

fn new_id(library: &Library, one: &Judged) -> String {
    let source = &one.submission.source;
    let sha256 = one.sha256().unwrap_or_default();
    let catalog = library.catalog();
    let id = work_id(source.relative.as_path(), sha256);
    match catalog.work_by_id(&id) {
        // The same name and bytes under another root.
        Ok(Some(other)) if other.source != source.path.as_path() => work_id(source.path.as_path(), sha256),
        _ => id,
    }
}
