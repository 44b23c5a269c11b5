//! Files of the library that somebody changed since they were published: they are kept, and told.

use std::collections::BTreeSet;
use std::path::Path;

use crate::library::catalog::{FileKind, FileRow};
use crate::library::open::Library;
use crate::library::staging::{Published, free_edited_name};
use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;
use crate::pipeline::changeset::{Changeset, FileContent};
use crate::work::failure::JobError;

/// Has a changeset keep what somebody changed of the files that it replaces, under a name of its own. Returns what to tell.
pub(crate) fn keep_edits(changeset: &mut Changeset, library: &Library) -> Result<Vec<Finding>, JobError> {
    let root = library.staging.library();
    let mut kept = Vec::new();
    // A manifest says when it was written, so that one of a run that was killed would look changed.
    let replaced = changeset.files.iter().filter(|file| file.kind != FileKind::Manifest);
    for file in replaced.filter(|file| !matches!(file.content, FileContent::InPlace)) {
        let new = Published { sha256: &file.sha256, bytes: file.bytes };
        if !library.staging.is_edited(Path::new(&file.to), new)? {
            continue;
        }
        let known = library.catalog().file(&file.to)?;
        // What the catalogue does not know yet may be of a run that was killed, whose videos need not be the same bytes.
        let is_theirs = match &known {
            Some(known) => is_edited(library, known)?,
            None => matches!(file.kind, FileKind::Cover | FileKind::Post),
        };
        if !is_theirs {
            continue;
        }
        let path = root.join(&file.to);
        let free = free_edited_name(&path).map_err(|source| JobError::Io { path, source })?;
        let name = free.strip_prefix(root).unwrap_or(&free).to_string_lossy().into_owned();
        kept.push((file.to.clone(), name));
    }
    let tell = |(file, name): &(String, String)| {
        Finding::warning(Code::EditedFileKept).arg(Arg::File, file).arg(Arg::Path, name)
    };
    let told = kept.iter().map(tell).collect();
    changeset.edited = kept;
    Ok(told)
}

/// Tells which files of a work were changed by somebody and are not among `staying`: they are left where they are.
pub(crate) fn left_edits(library: &Library, id: &str, staying: &Changeset) -> Result<Vec<Finding>, JobError> {
    let staying: BTreeSet<&str> = staying.files.iter().map(|file| file.to.as_str()).collect();
    let files = library.catalog().files_of(id)?;
    let mut told = Vec::new();
    for file in files.iter().filter(|file| !staying.contains(file.path.as_str())) {
        if file.kind != FileKind::Manifest && is_edited(library, file)? {
            told.push(Finding::warning(Code::EditedFileLeft).arg(Arg::File, &file.path));
        }
    }
    Ok(told)
}

fn is_edited(library: &Library, file: &FileRow) -> Result<bool, JobError> {
    let published = Published { sha256: &file.sha256, bytes: file.bytes };
    Ok(library.staging.is_edited(Path::new(&file.path), published)?)
}
