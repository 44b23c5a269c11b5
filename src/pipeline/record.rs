//! Records a work in the catalogue, and removes what is published of it no longer.

use std::path::Path;

use crate::duplicates::seniority::SECOND_NS;
use crate::library::catalog::{FileRow, Removal, RenditionRow, WorkRow};
use crate::library::open::Library;
use crate::library::staging::{Published, Retired};
use crate::model::finding::{Code, Verdict};
use crate::model::manifest::{PublishedFrom, Work};
use crate::pipeline::changeset::{Changeset, enclose};
use crate::pipeline::manifest_entry::work_record;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::failure::{Failure, JobError};
use crate::work::retained::retains_published;

/// What shows why a work was not made lies here, under the work's id: it has no folder of its own among the works that
/// are ready to post. It goes when the work is decided anew.
const REFUSED_FOLDER: &str = "duplicates";

/// Records a work that was not made. What an earlier run published of it is withdrawn, unless this run failed for
/// a reason that is not the work's own.
pub(crate) fn record_unmade(
    context: &Context,
    library: &Library,
    (id, decision): (&str, &Decision),
) -> Result<Work, Failure> {
    let mut work = work_record(context, id, decision, &decision.findings);
    if matches!(decision.verdict, Verdict::Rejected | Verdict::Duplicate) && retains_published(decision) {
        return record_beside_the_old(context, library, decision, work);
    }
    set_revision(&mut work, decision);
    let mut changeset = Changeset::default();
    work.likenesses = enclose(decision, &format!("{REFUSED_FOLDER}/{id}"), &mut changeset);
    changeset.send(library)?;
    let packets = decision.inspection.as_ref().map(|inspection| inspection.packets_sha256.clone());
    record(context, library, decision, (&work, packets), (&[], &changeset.rows(id)))?;
    Ok(work)
}

/// A replacement that cannot be used: what was made of the file before stays until there is something better.
fn record_beside_the_old(
    context: &Context,
    library: &Library,
    decision: &Decision,
    mut work: Work,
) -> Result<Work, Failure> {
    let Some(known) = &decision.submission.known else { return Err(Failure::odd_reply()) };
    let before = &known.manifest;
    if decision.findings.iter().any(|finding| finding.code == Code::SidecarInvalid) {
        // What is published goes on under the title and the names that it was published under.
        work.title.clone_from(&before.title);
        work.authors.clone_from(&before.authors);
        work.department.clone_from(&before.department);
        work.season.clone_from(&before.season);
    }
    work.renditions = before.renditions.clone();
    work.published_from = published_from(known);
    work.draft = before.draft;
    work.encodes = before.encodes.clone();
    work.revision = before.revision;
    let (renditions, files) = {
        let catalog = library.catalog();
        let renditions = catalog.renditions_of(&before.id).map_err(JobError::from)?;
        (renditions, catalog.files_of(&before.id).map_err(JobError::from)?)
    };
    let folder = format!("{REFUSED_FOLDER}/{}", before.id);
    let mut changeset = Changeset::default();
    work.likenesses = enclose(decision, &folder, &mut changeset);
    changeset.send(library)?;
    let mut files: Vec<FileRow> = files.into_iter().filter(|file| !file.path.starts_with(&folder)).collect();
    files.extend(changeset.rows(&before.id));
    let packets = decision.inspection.as_ref().map(|inspection| inspection.packets_sha256.clone());
    record(context, library, decision, (&work, packets), (&renditions, &files))?;
    Ok(work)
}

/// The file that the library's renditions of a work were made from, seen from a replacement that was refused.
fn published_from(known: &WorkRow) -> Option<PublishedFrom> {
    let before = &known.manifest;
    if !before.verdict.is_accepted() {
        return before.published_from.clone();
    }
    let source = &before.source;
    Some(PublishedFrom {
        sha256: source.sha256.clone()?,
        packets_sha256: known.packets_sha256.clone(),
        duration_ms: source.duration_ms,
        modified_s: i64::try_from(known.stamp.modified_ns / SECOND_NS).unwrap_or(i64::MAX),
    })
}

/// 1 when first made, one more each time what was made changes.
pub(crate) fn set_revision(work: &mut Work, decision: &Decision) {
    let Some(known) = &decision.submission.known else { return };
    let before = &known.manifest;
    let never_made = before.revision == 1 && before.renditions.is_empty();
    let changed = before.renditions != work.renditions && !never_made;
    work.revision = before.revision.saturating_add(u32::from(changed));
}

pub(crate) fn record(
    context: &Context,
    library: &Library,
    decision: &Decision,
    (work, packets_sha256): (&Work, Option<String>),
    (renditions, files): (&[RenditionRow], &[FileRow]),
) -> Result<(), Failure> {
    let row = WorkRow {
        source: decision.submission.source.path.as_path().to_owned(),
        relative: decision.submission.source.relative.as_path().to_owned(),
        stamp: decision.submission.source.stamp,
        packets_sha256,
        decided_with: decision.submission.decided_with.clone(),
        manifest: work.clone(),
        updated_at: context.now(),
    };
    let removals = library.catalog().record_work(&row, renditions, files).map_err(JobError::from)?;
    remove(context, library, &removals);
    Ok(())
}

/// Removes what was decided to be removed and is still there, such as after a kill.
pub(crate) fn remove_pending(context: &Context, library: &Library) -> Result<(), JobError> {
    let pending = library.catalog().pending_removals()?;
    remove(context, library, &pending);
    Ok(())
}

/// What cannot be removed now is pending, and tried again when the library is next opened: its work is decided and recorded,
/// and nothing else waits for it.
fn remove(context: &Context, library: &Library, removals: &[Removal]) {
    for removal in removals {
        let (file, reason) = (removal.path(), removal.reason().name());
        let published = Published { sha256: removal.sha256(), bytes: removal.bytes() };
        let noted = match library.staging.retire_published(Path::new(file), published) {
            Ok(Retired::Removed) => {
                tracing::info!(file, reason, "a published file was removed");
                library.catalog().note_removed(removal, &context.now())
            }
            Ok(Retired::LeftChanged) => {
                tracing::warn!(file, reason, "a file that somebody changed is left in the library");
                library.catalog().note_left(removal, &context.now())
            }
            Err(error) => {
                tracing::warn!(%error, file, reason, "a published file is still to be removed");
                continue;
            }
        };
        if let Err(error) = noted {
            tracing::warn!(%error, file, "the end of a published file was not noted");
        }
    }
}
