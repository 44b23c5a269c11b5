//! Which work of the library a source is.

use super::judge::Judged;
use super::shop::Library;
use crate::staging::work_id;

/// The id a source got when it was first seen; a source that was moved keeps it.
pub(super) fn identify(library: &Library, one: &mut Judged) -> String {
    if let Some(id) = &one.id {
        return id.clone();
    }
    let id = find(library, one);
    one.id = Some(id.clone());
    id
}

fn find(library: &Library, one: &Judged) -> String {
    if let Some(known) = &one.submission.known {
        return known.manifest.id.clone();
    }
    let source = &one.submission.source;
    let sha256 = one.inspection.as_ref().map(|inspection| inspection.sha256.as_str()).unwrap_or_default();
    let mut catalog = library.catalog();
    let moved = catalog
        .works_with_sha256(sha256)
        .unwrap_or_default()
        .into_iter()
        .find(|work| !sha256.is_empty() && !work.source.exists());
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
