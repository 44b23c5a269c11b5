//! Records a work in the catalogue, and removes the files that are no longer published of it.

use std::path::Path;

use crate::duplicates::seniority::SECOND_NS;
use crate::library::catalog::{FileRow, Removal, RenditionRow, WorkRow};
use crate::library::staging::{Published, Retired};
use crate::model::finding::{Code, Verdict};
use crate::model::manifest::{PublishedFrom, Work};
use crate::pipeline::changeset::{Changeset, attach};
use crate::pipeline::edits::left_edits;
use crate::pipeline::manifest_entry::{record_of, work_record};
use crate::review::credit;
use crate::work::context::RunContext;
use crate::work::decision::{Decision, Identified};
use crate::work::failure::{Failure, JobError};
use crate::work::retained::retains_published;

/// The folder of the pictures that show why a work was not made, under the work's id: it has no folder among the works that
/// are ready to post. They are removed when the work is decided again.
const REFUSED_FOLDER: &str = "duplicates";

/// Records a work that was not made. Its earlier renditions are withdrawn, unless they stay published (see
/// [`retains_published`]).
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
    let left = left_edits(run.library(), id, &changeset)?;
    work.findings.extend(left.iter().map(record_of));
    changeset.commit(run.library())?;
    record(run, decision, &Entry { work: &work, renditions: &[], files: &changeset.rows(id) })?;
    Ok(work)
}

/// Records a replacement that cannot be used: the renditions of the previous file stay published.
fn record_beside_published(
    run: &RunContext,
    decision: &Decision,
    known: &WorkRow,
    mut work: Work,
) -> Result<Work, Failure> {
    let previous = &known.manifest;
    if decision.findings.iter().any(|finding| finding.code == Code::SidecarInvalid) {
        // The renditions keep the title and the names under which they were published.
        work.title.clone_from(&previous.title);
        work.authors.clone_from(&previous.authors);
        work.about.clone_from(&previous.about);
        work.department.clone_from(&previous.department);
        work.season.clone_from(&previous.season);
        work.submitted.clone_from(&previous.submitted);
    }
    work.renditions = previous.renditions.clone();
    work.published_from = published_from(known);
    work.draft = previous.draft;
    work.encodes = previous.encodes.clone();
    work.revision = previous.revision;
    let (renditions, files) = {
        let catalog = run.library().catalog();
        let renditions = catalog.renditions_of(&previous.id).map_err(JobError::from)?;
        (renditions, catalog.files_of(&previous.id).map_err(JobError::from)?)
    };
    let folder = format!("{REFUSED_FOLDER}/{}", previous.id);
    let mut changeset = Changeset::default();
    work.likenesses = attach(decision, &folder, &mut changeset);
    changeset.commit(run.library())?;
    let mut files: Vec<FileRow> = files.into_iter().filter(|file| !file.path.starts_with(&folder)).collect();
    files.extend(changeset.rows(&previous.id));
    record(run, decision, &Entry { work: &work, renditions: &renditions, files: &files })?;
    Ok(work)
}

/// Returns the file from which the library's renditions of a work were made, for the entry of its rejected replacement.
fn published_from(known: &WorkRow) -> Option<PublishedFrom> {
    let previous = &known.manifest;
    if !previous.verdict.is_accepted() {
        return previous.published_from.clone();
    }
    let source = &previous.source;
    Some(PublishedFrom {
        sha256: source.sha256.clone()?,
        packets_sha256: known.packets_sha256.clone(),
        duration_ms: source.duration_ms,
        modified_s: i64::try_from(known.stamp.modified_ns / SECOND_NS).unwrap_or(i64::MAX),
    })
}

/// Sets a work's revision: 1 when it is first made, one more each time its renditions change.
pub(crate) fn set_revision(work: &mut Work, decision: &Decision) {
    let Some(known) = &decision.inspected.submission.known else { return };
    let previous = &known.manifest;
    let never_made = previous.revision == 1 && previous.renditions.is_empty();
    let changed = previous.renditions != work.renditions && !never_made;
    work.revision = previous.revision.saturating_add(u32::from(changed));
}

/// Everything that the catalogue records of one work.
pub(crate) struct Entry<'a> {
    pub work: &'a Work,
    pub renditions: &'a [RenditionRow],
    pub files: &'a [FileRow],
}

/// Records a work, and removes the files that are no longer published of it.
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
    write_credit(run, &entry.work.id);
    Ok(())
}

/// Brings the texts to post of a work that was signed before into line with the signatures that still hold.
fn write_credit(run: &RunContext, id: &str) {
    let (library, rules) = (run.library(), (&run.config.review, run.presets.as_slice()));
    let catalog = library.catalog();
    if let Err(error) = credit::write_posts(&catalog, library.staging.library(), rules, id, run.clock.now()) {
        tracing::warn!(work = id, %error, "the credit line was not written");
    }
}

/// Removes the files whose removal was recorded and that are still there, such as after a kill.
pub(crate) fn remove_pending(run: &RunContext) -> Result<(), JobError> {
    let pending = run.library().catalog().pending_removals()?;
    remove(run, &pending);
    Ok(())
}

/// Removes published files. What cannot be removed now stays pending, and is tried again when the library is next opened:
/// its work is decided and recorded, and nothing else waits for it.
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
