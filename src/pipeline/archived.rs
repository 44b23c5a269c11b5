//! Another film under the name of a work whose file had left the inbox: a work of its own, not a new version of that one.

use std::path::PathBuf;

use crate::library::catalog::CatalogError;
use crate::matching::align::align;
use crate::model::inspection::{INSPECTION_VERSION, Inspection};
use crate::work::context::Context;
use crate::work::submission::Submission;

/// Parts a submission from the work that its path had, where that work's file was archived and this is another film. The
/// work keeps what is published of it, under the path it had and its id.
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
    // What is not known cannot be called like it.
    let before = match context.catalog() {
        Some(catalog) => catalog.inspection(published, INSPECTION_VERSION)?,
        None => None,
    };
    if before.is_some_and(|before| align(&inspection.fingerprint, &before.fingerprint).is_some()) {
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
