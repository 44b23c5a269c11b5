//! Writes a column's folder aside; it takes the place of the earlier one as a whole.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::taking::{self, TakingError, Way};
use super::item::{Item, Kind};
use super::layout::{Layout, Media};
use crate::files;
use crate::library::catalog::CatalogError;
use crate::library::staging::{self, HandedOutFolder, OwnFile, OwnFiles, Replaced, StagingError};
use crate::review::proven::Shelf;
use crate::review::release::may_go;
use crate::text::hex;

/// What says which files of a column's folder are ours.
pub const MARKER: &str = ".jincai-column.json";

const FORM: &str = "jincai.column/1";

/// Largest list that is read: 10,000 works have five files each.
const MARKER_MAX_BYTES: u64 = 16 << 20;

/// What a column's folder says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Marker {
    form: String,
    kind: String,
    works: Vec<Shown>,
    /// All but this list.
    files: OwnFiles,
}

/// A work that a column shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub work: String,
    pub target: String,
    /// Of what was signed.
    pub digest: String,
}

/// A column that was built before.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub works: Vec<Shown>,
    files: OwnFiles,
}

/// A folder to be written.
#[derive(Clone, Copy, Debug)]
pub struct Building<'a> {
    pub kind: Kind,
    pub items: &'a [Item],
    pub layout: &'a Layout,
    pub shelf: Shelf<'a>,
    /// The folder in which it will lie, and its name.
    pub to: &'a Path,
    pub name: &'a str,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Built {
    pub path: PathBuf,
    pub kept: Option<PathBuf>,
    pub linked: usize,
    pub copied: usize,
}

/// Why nothing was built. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("{file} of {title} has changed")]
    Changed { title: String, file: String },
    /// It is not released any more.
    #[error("{title} is no longer released")]
    TakenBack { title: String },
    /// What has the name is not ours, or holds these files that are not.
    #[error("{} holds what is not ours", path.display())]
    NotOurs { path: PathBuf, found: Vec<String> },
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

type Result<T> = std::result::Result<T, BuildError>;

/// Returns the column that has a name already; `None` where nothing has it.
///
/// # Errors
/// If what has the name is no column of this kind, or holds what is not ours.
pub fn earlier(path: &Path, kind: Kind) -> Result<Option<Earlier>> {
    let io = |source| BuildError::Io { path: path.to_owned(), source };
    let not_ours = |found| BuildError::NotOurs { path: path.to_owned(), found };
    if !files::is_there(path).map_err(io)? {
        return Ok(None);
    }
    let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
    let read = || {
        let bytes = files::read(&path.join(MARKER), MARKER_MAX_BYTES).ok()?;
        let marker: Marker = serde_json::from_slice(&bytes).ok()?;
        let own = own_file(&bytes);
        (marker.form == FORM && marker.kind == kind.name()).then_some((marker, own))
    };
    let Some((mut marker, own)) = is_folder.then(read).flatten() else { return Err(not_ours(Vec::new())) };
    marker.files.insert(MARKER.to_owned(), own);
    let found = staging::not_ours(path, &marker.files).map_err(io)?;
    if !found.is_empty() {
        return Err(not_ours(found));
    }
    Ok(Some(Earlier { works: marker.works, files: marker.files }))
}

/// Returns true if every work of an earlier column may still be shown as it is there.
pub fn is_still_released(shelf: Shelf<'_>, earlier: &Earlier) -> std::result::Result<bool, CatalogError> {
    for shown in &earlier.works {
        let may = may_go(shelf.catalog, shelf.rules, (&shown.work, &shown.target), shelf.now)?;
        if !may.is_ok_and(|release| release.digest == shown.digest) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes an earlier column; returns where what is not ours was kept.
pub fn take_down(path: &Path, earlier: &Earlier) -> Result<Option<PathBuf>> {
    Ok(staging::remove_ours(path, &earlier.files)?)
}

/// Writes a column in the place of the earlier one. `on_file` hears of the title of each work.
pub fn build(
    it: Building<'_>,
    before: Option<&Earlier>,
    on_file: &mut dyn FnMut(&str, (usize, usize)),
) -> Result<Built> {
    let folder = HandedOutFolder::begin_in_place(it.to, it.name)?;
    let mut own = OwnFiles::new();
    let (mut linked, mut copied) = (0, 0);
    let paths =
        it.layout.texts.iter().map(|(path, _)| path).chain(it.layout.media.iter().map(|media| &media.path));
    let folders: BTreeSet<&str> =
        paths.filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder).collect();
    for path in &folders {
        folder.folders(path)?;
    }
    for (place, media) in it.layout.media.iter().enumerate() {
        let title = title_of(it.items, media);
        on_file(title, (place, it.layout.media.len()));
        match take(it, &folder, media)? {
            Way::Linked => linked += 1,
            Way::Copied => copied += 1,
        }
        own.insert(media.path.clone(), OwnFile { bytes: media.of.bytes, sha256: media.of.sha256.clone() });
    }
    for (path, text) in &it.layout.texts {
        folder.write(path, text.as_bytes())?;
        own.insert(path.clone(), own_file(text.as_bytes()));
    }
    let works = it.items.iter().map(|item| Shown {
        work: item.work.clone(),
        target: item.target.clone(),
        digest: item.digest.clone(),
    });
    let marker =
        Marker { form: FORM.to_owned(), kind: it.kind.name().to_owned(), works: works.collect(), files: own };
    folder.write(MARKER, &serde_json::to_vec_pretty(&marker)?)?;
    folder.sync_folders(&folders.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())?;
    still_released(it)?;
    let Replaced { path, kept } = folder.finish_in_place(before.map(|earlier| &earlier.files))?;
    Ok(Built { path, kept, linked, copied })
}

fn own_file(bytes: &[u8]) -> OwnFile {
    OwnFile { bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) }
}

/// Asks again at the end: copying takes its time, and a work may be withdrawn meanwhile.
fn still_released(it: Building<'_>) -> Result<()> {
    for item in it.items {
        let may = may_go(it.shelf.catalog, it.shelf.rules, (&item.work, &item.target), it.shelf.now)?;
        if !may.is_ok_and(|release| release.digest == item.digest) {
            return Err(BuildError::TakenBack { title: item.title.clone() });
        }
    }
    Ok(())
}

fn take(it: Building<'_>, folder: &HandedOutFolder, media: &Media) -> Result<Way> {
    let taken = match media.is_video {
        true => taking::share(it.shelf, folder, (&media.of, &media.path)),
        false => taking::copy(it.shelf, folder, (&media.of, &media.path)),
    };
    taken.map_err(|error| match error {
        TakingError::Changed { file } => {
            BuildError::Changed { title: title_of(it.items, media).to_owned(), file }
        }
        TakingError::Staging(error) => error.into(),
        TakingError::Catalog(error) => error.into(),
    })
}

fn title_of<'a>(items: &'a [Item], media: &Media) -> &'a str {
    let is_of = |item: &&Item| {
        item.video.path == media.of.path
            || item.cover.as_ref().is_some_and(|(_, of)| of.path == media.of.path)
    };
    items.iter().find(is_of).map_or("", |item| &item.title)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_no_column_of_ours_is_never_taken_for_one() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("column-site");
        assert!(earlier(&path, Kind::Site).unwrap().is_none());
        fs::create_dir(&path).unwrap();
        let is_refused = || matches!(earlier(&path, Kind::Site), Err(BuildError::NotOurs { .. }));
        assert!(is_refused(), "an empty folder is somebody's");
        let marker =
            |kind: &str| format!("{{\"form\":\"{FORM}\",\"kind\":\"{kind}\",\"works\":[],\"files\":{{}}}}");
        fs::write(path.join(MARKER), marker("weibo")).unwrap();
        assert!(is_refused());
        fs::write(path.join(MARKER), marker("site")).unwrap();
        assert!(earlier(&path, Kind::Site).unwrap().is_some());
        fs::write(path.join("index.html"), "theirs").unwrap();
        assert!(is_refused());
        let link = place.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(earlier(&link, Kind::Site), Err(BuildError::NotOurs { .. })));
    }
}
