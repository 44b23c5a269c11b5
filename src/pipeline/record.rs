//! Records a work in the catalogue, and removes what is published of it no longer.

use std::path::Path;

use crate::duplicates::seniority::SECOND_NS;
use crate::library::catalog::{FileRow, Removal, RenditionRow, WorkRow};
use crate::library::staging::{Published, Retired};
use crate::model::finding::{Code, Verdict};
use crate::model::manifest::{PublishedFrom, Work};
use crate::pipeline::changeset::{Changeset, attach};
use crate::pipeline::manifest_entry::work_record;
use crate::work::context::RunContext;
use crate::work::decision::{Decision, Identified};
use crate::work::failure::{Failure, JobError};
use crate::work::retained::retains_published;

/// What shows why a work was not made lies here, under the work's id: it has no folder of its own among the works that
/// are ready to post. It goes when the work is decided anew.
const REFUSED_FOLDER: &str = "duplicates";

/// Records a work that was not made. What an earlier run published of it is withdrawn, unless this run failed for
/// a reason that is not the work's own.
pub(crate) fn record_unmade(run: &RunContext, identified: &Identified) -> Result<Work, Failure> {
    let Identified { id, decision } = identified;
    let mut work = work_record(run, id, decision, &decision.findings);
    let is_refused = matches!(decision.verdict, Verdict::Rejected | Verdict::Duplicate);
    if let Some(known) = &decision.inspected.submission.known
        && is_refused
        && retains_published(decision)
    {
        return record_beside_published(run, decision, known, work);
    }
    set_revision(&mut work, decision);
    let mut changeset = Changeset::default();
    work.likenesses = attach(decision, &format!("{REFUSED_FOLDER}/{id}"), &mut changeset);
    changeset.commit(run.library())?;
    record(run, decision, &Entry { work: &work, renditions: &[], files: &changeset.rows(id) })?;
    Ok(work)
}

/// Records a replacement that cannot be used: what was made of the file before stays until there is something better.
fn record_beside_published(
    run: &RunContext,
    decision: &Decision,
    known: &WorkRow,
    mut work: Work,
) -> Result<Work, Failure> {
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
        let catalog = run.library().catalog();
        let renditions = catalog.renditions_of(&before.id).map_err(JobError::from)?;
        (renditions, catalog.files_of(&before.id).map_err(JobError::from)?)
    };
    let folder = format!("{REFUSED_FOLDER}/{}", before.id);
    let mut changeset = Changeset::default();
    work.likenesses = attach(decision, &folder, &mut changeset);
    changeset.commit(run.library())?;
    let mut files: Vec<FileRow> = files.into_iter().filter(|file| !file.path.starts_with(&folder)).collect();
    files.extend(changeset.rows(&before.id));
    record(run, decision, &Entry { work: &work, renditions: &renditions, files: &files })?;
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
    let Some(known) = &decision.inspected.submission.known else { return };
    let before = &known.manifest;
    let never_made = before.revision == 1 && before.renditions.is_empty();
    let changed = before.renditions != work.renditions && !never_made;
    work.revision = before.revision.saturating_add(u32::from(changed));
}

/// What the catalogue is told of one work.
pub(crate) struct Entry<'a> {
    pub work: &'a Work,
    pub renditions: &'a [RenditionRow],
    pub files: &'a [FileRow],
}

/// Records a work, and removes what is published of it no longer.
pub(crate) fn record(run: &RunContext, decision: &Decision, entry: &Entry<'_>) -> Result<(), Failure> {
    let inspection = decision.inspected.inspection.as_ref();
    let row = WorkRow {
        source: decision.inspected.submission.source.path.as_path().to_owned(),
        relative: decision.inspected.submission.source.relative.as_path().to_owned(),
        stamp: decision.inspected.submission.source.stamp,
        packets_sha256: inspection.map(|inspection| inspection.packets_sha256.clone()),
        decided_with: decision.inspected.submission.decided_with.clone(),
        manifest: entry.work.clone(),
        updated_at: run.now(),
    };
    let removals = run.library().catalog().record_work(&row, entry.renditions, entry.files)?;
    remove(run, &removals);
    Ok(())
}

/// Removes what was decided to be removed and is still there, such as after a kill.
pub(crate) fn remove_pending(run: &RunContext) -> Result<(), JobError> {
    let pending = run.library().catalog().pending_removals()?;
    remove(run, &pending);
    Ok(())
}

/// What cannot be removed now is pending, and tried again when the library is next opened: its work is decided and recorded,
/// and nothing else waits for it.
fn remove(run: &RunContext, removals: &[Removal]) {
    let library = run.library();
    for removal in removals {
        let (file, reason) = (removal.path(), removal.reason().name());
        let published = Published { sha256: removal.sha256(), bytes: removal.bytes() };
        let noted = match library.staging.retire_published(Path::new(file), published) {
            Ok(Retired::Removed) => {
                tracing::info!(file, reason, "a published file was removed");
                library.catalog().note_removed(removal, &run.now())
            }
            Ok(Retired::LeftChanged) => {
                tracing::warn!(file, reason, "a file that somebody changed is left in the library");
                library.catalog().note_left(removal, &run.now())
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
