//! What the library keeps of a work though it is refused, or not asked for.

use crate::files;
use crate::library::catalog::RenditionRow;
use crate::model::finding::{Code, Severity, Verdict};
use crate::policy::planner::Mode;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::failure::JobError;

/// Whether a work was refused for the targets that were asked for alone, while the library holds others of it: those are
/// another matter, and the entry stays as it is.
pub(crate) fn retains_other_targets(context: &Context, one: &Decision) -> bool {
    let mut errors = one.findings.iter().filter(|finding| finding.severity == Severity::Error);
    context.options.is_selection
        && one.verdict == Verdict::Rejected
        && errors.all(|finding| finding.target.is_some())
        // Where the catalogue cannot be asked nothing is withdrawn.
        && unrequested_renditions(context, one).map_or(true, |others| !others.is_empty())
}

/// Whether the library holds no rendition of a work, so that recording a failure withdraws none.
pub(crate) fn has_no_renditions(one: &Decision) -> bool {
    one.submission.known.as_ref().is_none_or(|known| known.manifest.renditions.is_empty())
}

/// What the library holds of this very content for targets that were not asked for this time, or that are not enabled any
/// more and are not to be pruned.
pub(crate) fn unrequested_renditions(
    context: &Context,
    decision: &Decision,
) -> Result<Vec<RenditionRow>, JobError> {
    let sha256 = decision.sha256();
    let Some(known) = &decision.submission.known else { return Ok(Vec::new()) };
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

/// Whether what the library publishes of a work stays though it is refused: the file is another than the one that was
/// published, or what lies beside it cannot be read, and a slip of the pen takes nothing off the screens. Where a work that
/// was refused has renditions, they are of what lay there before it: that was settled when it came.
pub(crate) fn retains_published(decision: &Decision) -> bool {
    let Some(known) = &decision.submission.known else { return false };
    let before = &known.manifest;
    let sha256 = decision.sha256();
    let was_refused = matches!(before.verdict, Verdict::Rejected | Verdict::Duplicate);
    let is_another = match (before.published_sha256(), sha256) {
        (Some(published), Some(sha256)) => published != sha256,
        (Some(_), None) => was_refused || !known.stamp.is_untouched(&decision.submission.source.stamp),
        // In a library of an earlier version a refused work does not say what its renditions are of.
        (None, _) => true,
    };
    let beside = [Code::SidecarInvalid, Code::CaptionsUnreadable];
    let mut errors = decision.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let is_unreadable = errors.any(|finding| beside.contains(&finding.code));
    !before.renditions.is_empty() && (is_another || is_unreadable)
}
