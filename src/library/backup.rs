//! Copies of the catalogue, and the way back: a copy takes the catalogue's place, which is kept beside it.
//!
//! A copy is one file: works, answers, fingerprints. It appears whole or not at all, and is made while others work.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::clock::local_time;
use crate::files;
use crate::library::catalog::{Catalog, CatalogError};
use crate::library::recovery::{ASIDE, CATALOGUE, LOGS, clear_aside, clear_logs};
use crate::library::staging;
use crate::library::staging::{PRIVATE_FOLDER, Staging, StagingError};
use crate::model::finding::Code;
use crate::model::recovery::{CopyFound, CopyMade, Restored};

/// The newest copy in jincai's own folder, and the one before it: should the catalogue have been a poor one when the newest
/// was made, the other is still there.
pub const COPY_FILE: &str = "catalog.bak";
const COPY_BEFORE: &str = "catalog.bak.1";

/// What the catalogue before a restoring is called; the time follows.
const KEPT: &str = "catalog.sqlite3.before-restore-";

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("there is no catalogue in {}", library.display())]
    NoCatalogue { library: PathBuf },
    /// It is no copy of ours, so it is not written over.
    #[error("{} is no copy of a catalogue", path.display())]
    NotWrittenOver { path: PathBuf },
    /// A library's catalogue, or a database that is in use: what is renamed over it is not what its readers have open.
    #[error("{} is a catalogue in use", path.display())]
    IsCatalogue { path: PathBuf },
    /// Nothing can be written there.
    #[error("there is no folder {}", path.display())]
    NoFolder { path: PathBuf },
    /// It cannot take the catalogue's place.
    #[error("{}: {detail}", path.display())]
    NotRestored { path: PathBuf, detail: String },
    /// It cannot take the catalogue's place, since a table of it is missing or not as this program makes it.
    #[error("the table `{table}` of {} is missing or not as it should be", path.display())]
    Incomplete { path: PathBuf, table: String },
    /// Another program reads the catalogue that would be replaced.
    #[error("{} is in use", path.display())]
    InUse { path: PathBuf },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Staging(#[from] StagingError),
}

/// The daily copy of a library's catalogue.
pub fn copy_in(library: &Path) -> PathBuf {
    Staging::private_path(library, COPY_FILE)
}

/// Copies the catalogue into its library's own folder; the copy before stays beside it.
pub fn back_up_inside(library: &Path) -> Result<CopyMade, BackupError> {
    let to = copy_in(library);
    let (aside, works) = made_aside(library, &to)?;
    let before = Staging::private_path(library, COPY_BEFORE);
    let turned = if to.exists() { staging::reveal_synced(&to, &before) } else { Ok(()) };
    revealed(turned.and_then(|()| staging::reveal_synced(&aside, &to)), (&aside, &to), works)
}

/// Copies the catalogue to a file, in the place of an earlier copy of that name.
pub fn back_up(library: &Path, to: &Path) -> Result<CopyMade, BackupError> {
    let folder = to.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(BackupError::NoFolder { path: folder.to_owned() });
    }
    if is_in_use_as_catalogue(library, to) {
        return Err(BackupError::IsCatalogue { path: to.to_owned() });
    }
    match to.symlink_metadata() {
        Ok(_) if !Catalog::is_one(to) => return Err(BackupError::NotWrittenOver { path: to.to_owned() }),
        _ => {}
    }
    let (aside, works) = made_aside(library, to)?;
    revealed(staging::reveal_synced(&aside, to), (&aside, to), works)
}

/// Whether a file is this library's catalogue, has the place of another's, or has a log beside it, which belongs to what is
/// there now.
fn is_in_use_as_catalogue(library: &Path, to: &Path) -> bool {
    let folder = to.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let is_private = Staging::private_path(library, "").canonicalize().is_ok_and(|own| own == folder)
        || folder.file_name().is_some_and(|name| name.eq_ignore_ascii_case(PRIVATE_FOLDER));
    let name = to.file_name().unwrap_or_default();
    let with = |end: &str| {
        let mut name = name.to_owned();
        name.push(end);
        name
    };
    let is_catalogues = |end: &&str| name.eq_ignore_ascii_case(format!("{CATALOGUE}{end}"));
    (is_private && LOGS.iter().chain([&""]).any(is_catalogues))
        || LOGS.iter().any(|end| folder.join(with(end)).symlink_metadata().is_ok())
}

/// A copy that was looked through, under a name that counts for nothing, and how many works it holds.
fn made_aside(library: &Path, to: &Path) -> Result<(PathBuf, u64), BackupError> {
    let catalogue = Catalog::path_in(library);
    if !catalogue.is_file() {
        return Err(BackupError::NoCatalogue { library: library.to_owned() });
    }
    let catalog = Catalog::open_read_only(&catalogue)?;
    let aside = staging::reserve_beside(to)?;
    let made = catalog.copy_to(&aside).and_then(|()| Catalog::look_through(&aside));
    match made {
        Ok(works) => Ok((aside, works)),
        Err(error) => {
            forget(&aside);
            Err(error.into())
        }
    }
}

fn revealed(
    appeared: Result<(), StagingError>,
    (aside, to): (&Path, &Path),
    works: u64,
) -> Result<CopyMade, BackupError> {
    if let Err(error) = appeared {
        forget(aside);
        return Err(error.into());
    }
    let bytes = to.metadata().map_or(0, |file| file.len());
    Ok(CopyMade { file: to.into(), bytes, works })
}

/// What was not finished must not keep the space of a full disk.
fn forget(aside: &Path) {
    let _ = fs::remove_file(aside);
    for end in LOGS {
        let mut log = aside.as_os_str().to_owned();
        log.push(end);
        let _ = fs::remove_file(log);
    }
}

/// The copies in a library's own folder, the newest first.
pub fn copies(library: &Path) -> Vec<CopyFound> {
    let entries = fs::read_dir(library.join(PRIVATE_FOLDER)).into_iter().flatten().flatten();
    let is_copy = |name: &str| {
        let kept = name.starts_with(KEPT) && !name.ends_with("-wal");
        name == COPY_FILE || name == COPY_BEFORE || kept
    };
    let named = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_copy));
    let mut found: Vec<CopyFound> = named
        .filter_map(|entry| {
            let file = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            let made_at = local_time(file.mtime());
            Some(CopyFound { file: entry.path().into(), bytes: file.len(), made_at })
        })
        .collect();
    // Times of one zone sort as text.
    found.sort_by(|one, other| (&other.made_at, &one.file).cmp(&(&one.made_at, &other.file)));
    found
}

/// How far a restoring is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreStep {
    Copied,
    Checked,
    Kept,
}

/// Puts a copy in the catalogue's place, after all of it was looked through. The catalogue before is kept under the time
/// `now`. Whenever this is broken off, the one or the other is there.
pub fn restore(
    staging: &Staging,
    (from, now): (&Path, &str),
    step: &mut dyn FnMut(RestoreStep),
) -> Result<Restored, BackupError> {
    let restored = put_back(staging, (&catalogue_at(from), now), step);
    if restored.is_err() {
        let _ = clear_aside(staging);
    }
    restored
}

/// A file, or the catalogue in a copied library or a copied private folder.
fn catalogue_at(from: &Path) -> PathBuf {
    let inside = [CATALOGUE.into(), Path::new(PRIVATE_FOLDER).join(CATALOGUE), COPY_FILE.into()];
    let mut inside = inside.into_iter().map(|name| from.join(name));
    inside.find(|file| from.is_dir() && file.is_file()).unwrap_or_else(|| from.to_owned())
}

fn put_back(
    staging: &Staging,
    (from, now): (&Path, &str),
    step: &mut dyn FnMut(RestoreStep),
) -> Result<Restored, BackupError> {
    let library = staging.library();
    let aside = Staging::private_path(library, ASIDE);
    let refused = |detail: &dyn ToString| BackupError::NotRestored {
        path: from.to_owned(),
        detail: detail.to_string(),
    };
    clear_aside(staging)?;
    let log = |path: &Path| {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        PathBuf::from(log)
    };
    let is_file = |path: &Path| path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0);
    if !is_file(from) {
        return Err(refused(&"there is no such file, or it is empty"));
    }
    copy(from, &aside).map_err(|error| refused(&error))?;
    // Of a catalogue that was copied while it was in use, a part is in its log.
    if is_file(&log(from)) {
        copy(&log(from), &log(&aside)).map_err(|error| refused(&error))?;
    }
    step(RestoreStep::Copied);
    let works = Catalog::look_through(&aside).map_err(|error| match error {
        CatalogError::Incomplete { table, .. } => BackupError::Incomplete { path: from.to_owned(), table },
        error if error.cause().is_some() => error.into(),
        error => refused(&error),
    })?;
    Catalog::forget_library_files(&aside)?;
    // The copy is closed: what lies beside it is empty.
    clear_logs(staging, ASIDE)?;
    step(RestoreStep::Checked);
    let present = Catalog::path_in(library);
    let mut kept = None;
    if present.symlink_metadata().is_ok() {
        match Catalog::settle_log(&present) {
            Ok(false) => return Err(BackupError::InUse { path: present }),
            Err(error) if error.cause() == Some(Code::CatalogueBusy) => {
                return Err(BackupError::InUse { path: present });
            }
            // One that is damaged is kept as it is, with its log.
            Ok(true) | Err(_) => {}
        }
        let name = free_name(staging, &format!("{KEPT}{now}"));
        if is_file(&log(&present)) {
            staging.keep_private(&format!("{CATALOGUE}-wal"), &format!("{name}-wal"))?;
        }
        staging.keep_private(CATALOGUE, &name)?;
        kept = Some(Staging::private_path(library, &name).into());
    }
    step(RestoreStep::Kept);
    clear_logs(staging, CATALOGUE)?;
    staging.settle_private(ASIDE, CATALOGUE)?;
    Ok(Restored { from: from.into(), works, kept })
}

/// A restoring that was broken off may have kept a catalogue in this very second.
fn free_name(staging: &Staging, name: &str) -> String {
    let mut names =
        (1..).map(|number| if number == 1 { name.to_owned() } else { format!("{name}-{number}") });
    let is_free = |name: &String| {
        let path = Staging::private_path(staging.library(), name);
        path.symlink_metadata().is_err()
    };
    names.find(is_free).unwrap_or_else(|| name.to_owned())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    // The office names the backup, wherever links lead.
    files::copy(&mut files::open_named(from)?, &mut files::create_new(to)?)
}
