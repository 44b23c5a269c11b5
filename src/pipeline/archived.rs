//! Another video under the path of a work whose source was archived: a work of its own, not a new version of that one.

use std::path::PathBuf;

use crate::library::catalog::CatalogError;
use crate::matching::align::align;
use crate::model::inspection::{INSPECTION_VERSION, Inspection};
use crate::work::context::Context;
use crate::work::submission::Submission;

/// Detaches a submission from the work that its path had, if that work's source was archived and this is another video. The
/// work keeps its renditions and its id; its recorded path gets the id as a suffix.
pub(crate) fn detach_from_archived(
    context: &Context,
    submission: &mut Submission,
    inspection: &Inspection,
) -> Result<(), CatalogError> {
    let Some(known) = &submission.known else { return Ok(()) };
    let work = &known.manifest;
    let Some(published) = work.published_sha256() else { return Ok(()) };
    if work.source.missing_since.is_none() || work.renditions.is_empty() || published == inspection.sha256 {
        return Ok(());
    }
    // A content whose inspection is not kept counts as another.
    let previous = match context.catalog() {
        Some(catalog) => catalog.inspection(published, INSPECTION_VERSION)?,
        None => None,
    };
    if previous.is_some_and(|previous| align(&inspection.fingerprint, &previous.fingerprint).is_some()) {
        return Ok(());
    }
    if let Some(library) = &context.library {
        let mut archived = known.source.clone().into_os_string();
        archived.push(format!("#{}", work.id));
        library.catalog().move_source(&work.id, &PathBuf::from(archived))?;
    }
    submission.known = None;
    Ok(())
}
