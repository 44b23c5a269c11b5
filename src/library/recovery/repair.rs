//! Takes works into the catalogue whose folders it does not know.

use std::path::Path;

use super::entries::{named_files, only_work, place_of, recall};
use super::error::RecoveryError;
use super::{Novelty, novelty_of, own_manifests};
use crate::files;
use crate::library::catalog::FileRow;
use crate::library::open::Library;
use crate::model::manifest::Work;
use crate::model::recovery::{LeftOut, LeftWhy, Repaired, TakenBack};

/// Takes works into the catalogue whose folders it does not know, after comparing their files with the digests in their
/// manifests. `looked` is called with the number of folders examined so far.
pub fn repair(library: &Library, looked: &mut dyn FnMut(usize)) -> Result<Repaired, RecoveryError> {
    let root = library.staging.library();
    let mut repaired = Repaired::default();
    for (number, manifest) in own_manifests(root).enumerate() {
        looked(number + 1);
        let manifest = manifest?;
        let relative = manifest.strip_prefix(root).unwrap_or(&manifest).to_owned();
        match one(library, &manifest, &relative)? {
            Outcome::Known(files) => repaired.files += files,
            Outcome::Taken(taken) => repaired.taken.push(taken),
            Outcome::Left(why) => repaired.left.push(LeftOut { manifest: relative.into(), why }),
        }
    }
    Ok(repaired)
}

enum Outcome {
    /// The work was known; this many of its files were not.
    Known(usize),
    Taken(TakenBack),
    Left(LeftWhy),
}

/// Repairs one work, by its manifest's path, absolute and relative to the library.
fn one(library: &Library, manifest: &Path, relative: &Path) -> Result<Outcome, RecoveryError> {
    let root = library.staging.library();
    let work = match only_work(manifest) {
        Ok(work) => work,
        Err(_) if is_known(library, relative)? => return Ok(Outcome::Known(0)),
        Err(RecoveryError::Manifest { detail, .. }) => {
            return Ok(Outcome::Left(LeftWhy::Unreadable { detail }));
        }
        Err(error) => return Err(error),
    };
    let folder = relative.parent().unwrap_or(relative);
    let known = library.catalog().work_by_id(&work.id)?;
    if let Some(known) = &known
        && place_of(&known.manifest).as_deref() == Some(folder)
    {
        let files = recall(root, known.manifest.clone()).files;
        let added =
            library.catalog().take_over(|over| over.add_files(&files).map_err(RecoveryError::from))?;
        return Ok(Outcome::Known(added));
    }
    let says = place_of(&work);
    if says.as_deref() != Some(folder) {
        let folder = says.unwrap_or_default().into();
        return Ok(Outcome::Left(LeftWhy::Elsewhere { folder }));
    }
    let wrong: Vec<String> = named_files(&work)
        .iter()
        .filter(|file| !is_as_published(root, file))
        .map(|file| file.path.clone())
        .collect();
    if work.renditions.iter().all(|made| wrong.contains(&made.file)) {
        return Ok(Outcome::Left(LeftWhy::NothingWhole));
    }
    take_back(library, work, folder, wrong)
}

/// Adds a work to the catalogue; `wrong` are its files that differ from the manifest.
fn take_back(
    library: &Library,
    work: Work,
    folder: &Path,
    wrong: Vec<String>,
) -> Result<Outcome, RecoveryError> {
    let root = library.staging.library();
    let recalled = recall(root, work);
    let work = &recalled.work;
    library.catalog().take_over(|over| {
        match novelty_of(over, root, work)? {
            Novelty::Known | Novelty::Replaced => return Ok(Outcome::Left(LeftWhy::Older)),
            Novelty::SourceHeld(work) => return Ok(Outcome::Left(LeftWhy::Held { work })),
            Novelty::New => {}
        }
        over.put(&recalled)?;
        over.list(work)?;
        let (work, title) = (work.id.clone(), work.title.clone());
        Ok(Outcome::Taken(TakenBack { work, title, folder: folder.into(), wrong }))
    })
}

fn is_known(library: &Library, relative: &Path) -> Result<bool, RecoveryError> {
    let Some(path) = relative.to_str() else { return Ok(false) };
    Ok(library.catalog().file(path)?.is_some())
}

fn is_as_published(library: &Path, file: &FileRow) -> bool {
    let path = library.join(&file.path);
    let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() == file.bytes);
    is_file && files::digest(&path).is_ok_and(|(sha256, _)| sha256 == file.sha256)
}
