//! Which work of the library a source is.

use std::collections::HashSet;

use crate::files;
use crate::library::catalog::{CatalogError, WorkRow};
use crate::library::open::Library;
use crate::library::staging::work_id;
use crate::model::finding::Verdict;
use crate::work::context::{Context, Events, found};
use crate::work::decision::Decision;
use crate::work::failure::JobError;
use crate::work::owner::Owner;
use crate::work::submission::Submission;

/// Gives a unique id to every decision of a run that has to be made or recorded: two submissions of one name and content
/// from different places would get the same. Where the catalogue cannot be read, the decision fails and nothing is made or
/// recorded: under a new id it would be another work.
pub(crate) fn identify_all(
    context: &Context,
    library: &Library,
    decisions: &mut [Decision],
    events: &Events,
) {
    let mut used: HashSet<String> = decisions.iter().filter_map(|one| one.id.clone()).collect();
    for one in decisions.iter_mut().filter(|one| !one.unchanged && one.id.is_none()) {
        match identify(context, library, one) {
            Ok(id) => {
                if !used.insert(id) {
                    let path = one.inspected.submission.source.path.as_path();
                    one.id = Some(work_id(path, one.sha256().unwrap_or_default()));
                }
            }
            Err(error) => fail(one, error, events),
        }
    }
}

/// Fails a decision whose work in the library cannot be determined, and reports it. The next run tries again.
pub(crate) fn fail(one: &mut Decision, error: CatalogError, events: &Events) {
    let finding = JobError::from(error).finding();
    events(found(one.name(), &finding));
    one.findings.push(finding.clone());
    one.verdict = Verdict::Failed;
    one.targets.clear();
    one.inspected.submission.unread = Some(Box::new(finding));
}

/// Returns the id that the source got when it was first seen; a source that was moved keeps it. Errors where the catalogue
/// cannot be read.
pub(crate) fn identify(
    context: &Context,
    library: &Library,
    one: &mut Decision,
) -> Result<String, CatalogError> {
    if let Some(id) = &one.id {
        return Ok(id.clone());
    }
    // From here on its entry in the library is known, or its renditions would be withdrawn.
    if one.inspected.submission.known.is_none() {
        one.inspected.submission.known = relocated_work(context, library, one)?;
    } else if becomes_accepted(one)
        && let Some(moved) = relocated_work(context, library, one)?
    {
        one.inspected.submission.known = Some(moved);
    }
    let id = match &one.inspected.submission.known {
        Some(known) => known.manifest.id.clone(),
        None => new_id(library, one)?,
    };
    one.id = Some(id.clone());
    Ok(id)
}

/// Returns true if a source of which nothing was published is accepted now. It may be the work that it was recorded as a
/// duplicate of; and what failed or was rejected, such as half a copy, was recorded before it was known to be a moved work.
fn becomes_accepted(one: &Decision) -> bool {
    let unmade =
        |known: &WorkRow| !known.manifest.verdict.is_accepted() && known.manifest.renditions.is_empty();
    one.verdict.is_accepted() && one.inspected.submission.known.as_ref().is_some_and(unmade)
}

/// Returns the work whose source was moved here from another path, and records the move.
fn relocated_work(
    context: &Context,
    library: &Library,
    one: &Decision,
) -> Result<Option<WorkRow>, CatalogError> {
    let sha256 = one.sha256().unwrap_or_default();
    let Some(moved) = find_relocated(context, &one.inspected.submission, sha256)? else { return Ok(None) };
    let path = one.inspected.submission.source.path.as_path();
    match one.inspected.submission.known.is_some() {
        false => library.catalog().move_source(&moved.manifest.id, path)?,
        true if moved.manifest.renditions.is_empty() => return Ok(None),
        true => library.catalog().take_place(&moved.manifest.id, path)?,
    }
    Ok(Some(WorkRow { source: path.to_owned(), ..moved }))
}

/// Returns the work of the library with this content that the submission is, though its source was elsewhere; published
/// works come first.
pub(crate) fn find_relocated(
    context: &Context,
    submission: &Submission,
    sha256: &str,
) -> Result<Option<WorkRow>, CatalogError> {
    if sha256.is_empty() {
        return Ok(None);
    }
    let mut works = Vec::new();
    if let Some(catalog) = context.catalog() {
        works.extend(catalog.works_publishing(sha256)?);
        works.extend(catalog.works_with_sha256(sha256)?);
    }
    for work in works {
        if is_moved(context, &work, submission, sha256)? {
            return Ok(Some(work));
        }
    }
    Ok(None)
}

fn new_id(library: &Library, one: &Decision) -> Result<String, CatalogError> {
    let source = &one.inspected.submission.source;
    let sha256 = one.sha256().unwrap_or_default();
    let catalog = library.catalog();
    let id = work_id(source.relative.as_path(), sha256);
    Ok(match catalog.work_by_id(&id)? {
        // The same name and bytes under another root.
        Some(other) if other.source != source.path.as_path() => work_id(source.path.as_path(), sha256),
        _ => id,
    })
}

/// Returns true if a submission with the bytes of a work is that work under a new path: nothing is at the old path, and not
/// because a share is not mounted or does not answer. The new path is the same place of another inbox, or in the
/// department's folder, or in none where no sidecar names a department; or a person said that it belongs there.
pub(crate) fn is_moved(
    context: &Context,
    row: &WorkRow,
    submission: &Submission,
    sha256: &str,
) -> Result<bool, CatalogError> {
    let source = &submission.source;
    if !files::is_gone(&row.source) || !source.path.as_path().exists() {
        return Ok(false);
    }
    let (ours, theirs) = (Owner::of(context, submission), Owner::of_row(context, row));
    if row.relative == source.relative.as_path() && ours.folder == theirs.folder {
        return Ok(true);
    }
    let inbox = row.source.ancestors().nth(row.relative.components().count());
    let inbox_is_there =
        inbox.is_some_and(|inbox| inbox.read_dir().is_ok_and(|mut entries| entries.next().is_some()));
    if !inbox_is_there {
        return Ok(false);
    }
    if ours.is_surely(&theirs, context) {
        return Ok(true);
    }
    let opinion = match context.catalog() {
        Some(catalog) => {
            catalog.said_first((sha256, ours.folder.as_deref()), (sha256, theirs.folder.as_deref()))?
        }
        None => None,
    };
    Ok(opinion == Some(true))
}
