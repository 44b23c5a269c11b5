//! Decides which renditions the library keeps of a work that is rejected, or whose targets were not asked for.

use crate::files;
use crate::library::catalog::RenditionRow;
use crate::model::finding::{Code, Severity, Verdict};
use crate::policy::planner::Mode;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::failure::JobError;

/// Returns true if a work was rejected only for the targets that were asked for, while the library holds renditions for
/// others: then its entry stays as it is.
pub(crate) fn retains_other_targets(context: &Context, one: &Decision) -> bool {
    let mut errors = one.findings.iter().filter(|finding| finding.severity == Severity::Error);
    context.options.is_selection
        && one.verdict == Verdict::Rejected
        && errors.all(|finding| finding.target.is_some())
        // Where the catalogue cannot be read nothing is withdrawn.
        && unrequested_renditions(context, one).map_or(true, |others| !others.is_empty())
}

/// Returns true if the library holds no rendition of a work, so that recording a failure withdraws none.
pub(crate) fn has_no_renditions(one: &Decision) -> bool {
    one.inspected.submission.known.as_ref().is_none_or(|known| known.manifest.renditions.is_empty())
}

/// Returns the library's renditions of this very content for targets that were not asked for this time, or that are no
/// longer enabled and are not pruned. Errors where the catalogue or a file cannot be read.
pub(crate) fn unrequested_renditions(
    context: &Context,
    decision: &Decision,
) -> Result<Vec<RenditionRow>, JobError> {
    let sha256 = decision.sha256();
    let Some(known) = &decision.inspected.submission.known else { return Ok(Vec::new()) };
    let published = known.manifest.published_sha256();
    if context.options.prune || published.is_none() || published != sha256 {
        return Ok(Vec::new());
    }
    let mut rows = match context.catalog() {
        Some(catalog) => catalog.renditions_of(&known.manifest.id)?,
        None => Vec::new(),
    };
    let root = context.config.library.as_path();
    // A draft is kept beside drafts, a finished file beside finished ones.
    let is_draft = context.options.mode == Mode::Draft;
    let is_other =
        |row: &RenditionRow| context.presets.iter().all(|preset| preset.id != row.rendition.target);
    rows.retain(|row| row.draft == is_draft && is_other(row));
    let mut others = Vec::with_capacity(rows.len());
    for row in rows {
        let path = root.join(&row.rendition.file);
        let is_there = files::is_there(&path).map_err(|source| JobError::Io { path, source })?;
        others.extend(is_there.then_some(row));
    }
    Ok(others)
}

/// Returns true if the published renditions of a work stay though it is rejected: its file is not the one that was
/// published, or its details or captions cannot be read, and a typo withdraws nothing. Where a work that was rejected has
/// renditions, they are of the file before it: that was decided when it was rejected.
pub(crate) fn retains_published(decision: &Decision) -> bool {
    let Some(known) = &decision.inspected.submission.known else { return false };
    let previous = &known.manifest;
    let sha256 = decision.sha256();
    let was_refused = matches!(previous.verdict, Verdict::Rejected | Verdict::Duplicate);
    let is_replaced = match (previous.published_sha256(), sha256) {
        (Some(published), Some(sha256)) => published != sha256,
        (Some(_), None) => {
            was_refused || !known.stamp.is_untouched(&decision.inspected.submission.source.stamp)
        }
        // In a library of an earlier version a rejected work does not record which file its renditions are of.
        (None, _) => true,
    };
    let unreadable = [Code::SidecarInvalid, Code::CaptionsUnreadable];
    let mut errors = decision.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let is_unreadable = errors.any(|finding| unreadable.contains(&finding.code));
    !previous.renditions.is_empty() && (is_replaced || is_unreadable)
}
