//! Which work of the library a source is.

use std::collections::HashSet;

use super::judge::Judged;
use super::senior::is_moved;
use super::shop::{Library, Shop};
use crate::staging::work_id;

/// Gives ids to everything of a run that has to be made or recorded, each its own: two submissions of one name and
/// content from different places would get the same.
pub(super) fn identify_all(shop: &Shop, library: &Library, all: &mut [Judged]) {
    let mut taken: HashSet<String> = all.iter().filter_map(|one| one.id.clone()).collect();
    for one in all.iter_mut().filter(|one| !one.unchanged && one.id.is_none()) {
        let id = identify(shop, library, one);
        if !taken.insert(id) {
            one.id = Some(work_id(one.submission.source.path.as_path(), sha256_of(one)));
        }
    }
}

/// The id a source got when it was first seen; a source that was moved keeps it.
pub(super) fn identify(shop: &Shop, library: &Library, one: &mut Judged) -> String {
    if let Some(id) = &one.id {
        return id.clone();
    }
    let id = find(shop, library, one);
    one.id = Some(id.clone());
    id
}

fn find(shop: &Shop, library: &Library, one: &Judged) -> String {
    if let Some(known) = &one.submission.known {
        return known.manifest.id.clone();
    }
    let source = &one.submission.source;
    let sha256 = sha256_of(one);
    let mut catalog = library.catalog();
    let moved = catalog
        .works_with_sha256(sha256)
        .unwrap_or_default()
        .into_iter()
        .find(|work| !sha256.is_empty() && is_moved(shop, work, one));
    if let Some(moved) = moved
        && catalog.move_source(&moved.manifest.id, source.path.as_path()).is_ok()
    {
        return moved.manifest.id;
    }
    let id = work_id(source.relative.as_path(), sha256);
    match catalog.work_by_id(&id) {
        // The same name and bytes under another root.
        Ok(Some(other)) if other.source != source.path.as_path() => work_id(source.path.as_path(), sha256),
        _ => id,
    }
}

fn sha256_of(one: &Judged) -> &str {
    one.inspection.as_ref().map(|inspection| inspection.sha256.as_str()).unwrap_or_default()
}
