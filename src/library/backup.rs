//! Backups of the catalogue, and restoring them: the backup replaces the catalogue, which is kept beside it.
//!
//! A backup is one file with works, opinions and fingerprints. It appears whole or not at all, and is made while others
//! write to the catalogue.

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

/// The newest copy in jincai's own folder, and the one before it, in case the catalogue was already bad when the newest
/// was made.
pub const COPY_FILE: &str = "catalog.bak";
const PREVIOUS_COPY_FILE: &str = "catalog.bak.1";

/// Prefix of the name of the catalogue that a restore replaced; the time follows.
const REPLACED_PREFIX: &str = "catalog.sqlite3.before-restore-";

/// Why a backup or a restore failed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("there is no catalogue in {}", library.display())]
    NoCatalogue { library: PathBuf },
    /// It is no copy of ours, so it is not overwritten.
    #[error("{} is no copy of a catalogue", path.display())]
    NotWrittenOver { path: PathBuf },
    /// A library's catalogue, or a database in use, whose readers would keep the replaced file open.
    #[error("{} is a catalogue in use", path.display())]
    IsCatalogue { path: PathBuf },
    /// The folder of the target does not exist.
    #[error("there is no folder {}", path.display())]
    NoFolder { path: PathBuf },
    /// It cannot replace the catalogue.
    #[error("{}: {detail}", path.display())]
    NotRestored { path: PathBuf, detail: String },
    /// It cannot replace the catalogue, since a table is missing or differs from this program's schema.
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

/// Returns the path of the daily copy of a library's catalogue.
pub fn copy_in(library: &Path) -> PathBuf {
    Staging::private_path(library, COPY_FILE)
}

/// Copies the catalogue into its library's own folder; the previous copy is kept beside it.
pub fn back_up_inside(library: &Path) -> Result<CopyMade, BackupError> {
    let to = copy_in(library);
    let (aside, works) = copy_aside(library, &to)?;
    let before = Staging::private_path(library, PREVIOUS_COPY_FILE);
    let turned = if to.exists() { staging::reveal_synced(&to, &before) } else { Ok(()) };
    published_copy(turned.and_then(|()| staging::reveal_synced(&aside, &to)), &aside, &to, works)
}

/// Copies the catalogue to a file, and replaces an earlier copy of that name.
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
    let (aside, works) = copy_aside(library, to)?;
    published_copy(staging::reveal_synced(&aside, to), &aside, to, works)
}

/// Returns true if a file is this library's catalogue, is where another library's would be, or has an SQLite log beside
/// it, which belongs to the existing file.
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

/// Makes a checked copy under a temporary name; returns its path and how many works it contains.
fn copy_aside(library: &Path, to: &Path) -> Result<(PathBuf, u64), BackupError> {
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
            remove_unfinished(&aside);
            Err(error.into())
        }
    }
}

/// Describes the copy if it appeared at `to`; else removes `aside`.
fn published_copy(
    appeared: Result<(), StagingError>,
    aside: &Path,
    to: &Path,
    works: u64,
) -> Result<CopyMade, BackupError> {
    if let Err(error) = appeared {
        remove_unfinished(aside);
        return Err(error.into());
    }
    let bytes = to.metadata().map_or(0, |file| file.len());
    Ok(CopyMade { file: to.into(), bytes, works })
}

/// Removes an unfinished copy, which must not take up space on a full disk.
fn remove_unfinished(aside: &Path) {
    let _ = fs::remove_file(aside);
    for end in LOGS {
        let mut log = aside.as_os_str().to_owned();
        log.push(end);
        let _ = fs::remove_file(log);
    }
}

/// Returns the copies in a library's own folder, the newest first.
pub fn copies(library: &Path) -> Vec<CopyFound> {
    let entries = fs::read_dir(library.join(PRIVATE_FOLDER)).into_iter().flatten().flatten();
    let is_copy = |name: &str| {
        let kept = name.starts_with(REPLACED_PREFIX) && !name.ends_with("-wal");
        name == COPY_FILE || name == PREVIOUS_COPY_FILE || kept
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

/// A completed step of a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreStep {
    Copied,
    Checked,
    Kept,
}

/// Replaces the catalogue by the copy `from`, after a complete check of the copy. The catalogue before is kept under a
/// name with the time `now`. If this is interrupted, one of the two is in place.
pub fn restore(
    staging: &Staging,
    from: &Path,
    now: &str,
    step: &mut dyn FnMut(RestoreStep),
) -> Result<Restored, BackupError> {
    let restored = replace_catalogue(staging, &catalogue_at(from), now, step);
    if restored.is_err() {
        let _ = clear_aside(staging);
    }
    restored
}

/// Returns the file itself, or the catalogue in a copied library or a copied private folder.
fn catalogue_at(from: &Path) -> PathBuf {
    let inside = [CATALOGUE.into(), Path::new(PRIVATE_FOLDER).join(CATALOGUE), COPY_FILE.into()];
    let mut inside = inside.into_iter().map(|name| from.join(name));
    inside.find(|file| from.is_dir() && file.is_file()).unwrap_or_else(|| from.to_owned())
}

fn replace_catalogue(
    staging: &Staging,
    from: &Path,
    now: &str,
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
    // Part of a catalogue that was copied while in use is in its log.
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
    // The copy is closed, so its logs are empty.
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
            // A damaged one is kept as it is, with its log.
            Ok(true) | Err(_) => {}
        }
        let name = free_name(staging, &format!("{REPLACED_PREFIX}{now}"));
        if is_file(&log(&present)) {
            staging.keep_private(&format!("{CATALOGUE}-wal"), &format!("{name}-wal"))?;
        }
        staging.keep_private(CATALOGUE, &name)?;
        kept = Some(Staging::private_path(library, &name).into());
    }
    step(RestoreStep::Kept);
    clear_logs(staging, CATALOGUE)?;
    staging.reveal_private(ASIDE, CATALOGUE)?;
    Ok(Restored { from: from.into(), works, kept })
}

/// Returns an unused name: an interrupted restore may have kept a catalogue in the same second.
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
    // The office names the backup, so links are followed.
    files::copy(&mut files::open_named(from)?, &mut files::create_new(to)?)
}
