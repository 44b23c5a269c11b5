//! `jincai verify`: compares the library's files with the catalogue.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;

use super::error::{self, CommandError};
use super::session;
use super::session::GlobalOptions;
use crate::files;
use crate::intake::discover;
use crate::library::catalog::{Catalog, CatalogError, FileKind, FileRow};
use crate::library::open::Library;
use crate::library::recovery;
use crate::library::staging::{PRIVATE_FOLDER, Staging, is_edited_name};
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::recovery::Repaired;
use crate::model::service::FALLBACK_FOLDER;
use crate::pipeline::library_manifest::is_library_file;
use crate::present::messages::{recovery as repairs, verify as words};
use crate::present::terminal::Screen;
use crate::receipts::place::PROOFS_FOLDER;
use crate::text::Visible;

/// How a library differs from its catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LibraryReport {
    /// Files that the catalogue names.
    pub files: usize,
    pub bytes: u64,
    pub missing: Vec<String>,
    pub changed: Vec<Changed>,
    /// Files in the library that the catalogue does not know.
    pub unknown: Vec<AnyPath>,
    /// Files that somebody changed in the library and that were kept when they were made again.
    pub edited: Vec<AnyPath>,
    /// Entries of the catalogue that cannot be read, and why.
    pub unreadable: Vec<String>,
}

/// A file whose content is not as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub file: String,
    pub reason: Change,
    /// Decides what to do.
    #[serde(skip)]
    pub kind: FileKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Size { bytes: u64, expected: u64 },
    Content { sha256: String, expected: String },
    Unreadable { detail: String },
}

/// The progress of a verification, in bytes of the catalogue's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyProgress {
    pub done_bytes: u64,
    pub total_bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("there is no catalogue in {}: nothing was made there yet", library.display())]
    NoCatalogue { library: PathBuf },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl From<VerifyError> for CommandError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::NoCatalogue { library } => error::no_catalogue(&library),
            VerifyError::Catalog(error) => error.into(),
        }
    }
}

/// Reads every file of the library again and compares it with the catalogue. Changes nothing.
pub fn verify(
    library: &Path,
    progress: &mut dyn FnMut(VerifyProgress),
) -> Result<LibraryReport, VerifyError> {
    let catalogue = Catalog::path_in(library);
    if !catalogue.is_file() {
        return Err(VerifyError::NoCatalogue { library: library.to_owned() });
    }
    let catalog = Catalog::open_read_only(&catalogue)?;
    let files = catalog.all_files()?;
    let mut unreadable = Vec::new();
    for id in catalog.work_ids()? {
        let read = catalog.work_by_id(&id).and_then(|_| catalog.renditions_of(&id));
        unreadable.extend(read.err().map(|error| format!("{id}: {error}")));
    }
    drop(catalog);
    let total_bytes = files.iter().map(|file| file.bytes).sum();
    let mut report = LibraryReport { files: files.len(), bytes: total_bytes, ..LibraryReport::default() };
    let mut digests = Digests::default();
    let mut done_bytes = 0;
    for file in &files {
        match digests.compare(&library.join(&file.path), file) {
            Outcome::Same => {}
            Outcome::Missing => report.missing.push(file.path.clone()),
            Outcome::Changed(reason) => {
                report.changed.push(Changed { file: file.path.clone(), reason, kind: file.kind })
            }
        }
        done_bytes += file.bytes;
        progress(VerifyProgress { done_bytes, total_bytes });
    }
    let is_edited = |path: &AnyPath| path.as_path().file_name().is_some_and(is_edited_name);
    (report.edited, report.unknown) = unknown(library, &files).into_iter().partition(is_edited);
    report.unreadable = unreadable;
    Ok(report)
}

/// Verifies the configured library and prints the differences. With `repairs`, works that the catalogue does not know are
/// taken back into it before.
pub fn perform(
    globals: &GlobalOptions,
    repairs: bool,
    lang: Lang,
    screen: &Screen,
) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let library = config.library.as_path();
    let label = library.to_string_lossy();
    let mut progress = |at: VerifyProgress| {
        screen.update("verify", &label, (at.done_bytes, at.total_bytes), "");
    };
    // Held to the end, so that no other process changes the library meanwhile.
    let _library = if repairs { Some(repair(library, lang, screen)?) } else { None };
    let report = verify(library, &mut progress)?;
    screen.done("verify");
    screen.event(&report);
    screen.say(&report.text(lang));
    Ok(report.exit_code())
}

fn repair(library: &Path, lang: Lang, screen: &Screen) -> Result<Library, CommandError> {
    if !library.join(PRIVATE_FOLDER).is_dir() && !recovery::has_manifests(library) {
        return Err(error::no_catalogue(library));
    }
    let staging = Staging::open(library)?;
    let library = session::open_library(staging, lang, screen)?;
    let mut progress =
        |folders: usize| screen.update("repair", repairs::repairing().get(lang), (folders as u64, 0), "");
    let repaired = recovery::repair(&library, &mut progress);
    screen.rest("repair");
    let repaired = repaired?;
    screen.event(&RepairEvent::Repaired(&repaired));
    let lines =
        repaired.taken.iter().map(repairs::taken_back).chain(repaired.left.iter().map(repairs::left_out));
    for line in lines {
        screen.say(line.get(lang));
    }
    screen.say(repairs::repaired(&repaired).get(lang));
    Ok(library)
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum RepairEvent<'a> {
    Repaired(&'a Repaired),
}

impl LibraryReport {
    /// Returns true if there is no difference.
    pub fn is_sound(&self) -> bool {
        self.missing.is_empty()
            && self.changed.is_empty()
            && self.unknown.is_empty()
            && self.unreadable.is_empty()
    }

    /// Returns 0 if there is no difference, else 1.
    pub fn exit_code(&self) -> u8 {
        u8::from(!self.is_sound())
    }

    /// Returns one line per difference and a summary, for a terminal. Control characters in names are made visible.
    pub fn text(&self, lang: Lang) -> String {
        let mut lines = Vec::new();
        let shown = |text: &str| Visible::of(text).to_string();
        lines.extend(self.missing.iter().map(|file| match file.starts_with(PROOFS_FOLDER) {
            true => words::missing_proof(&shown(file)),
            false => words::missing(&shown(file)),
        }));
        lines.extend(self.changed.iter().map(|changed| {
            let (file, reason) = (shown(&changed.file), changed.reason.text());
            match changed.kind {
                FileKind::Video | FileKind::Manifest => words::changed(&file, &reason),
                FileKind::Proof => words::changed_proof(&file, &reason),
                FileKind::Cover | FileKind::Post | FileKind::Sheet => words::changed_text(&file, &reason),
            }
        }));
        lines.extend(self.unreadable.iter().map(|entry| words::unreadable_entry(&shown(entry))));
        let unknown = self.unknown.iter().map(|path| Visible::path(path.as_path()).to_string());
        lines.extend(unknown.map(|path| words::unknown(&path)));
        let edited = self.edited.iter().map(|path| Visible::path(path.as_path()).to_string());
        lines.extend(edited.map(|path| words::edited(&path)));
        lines.push(self.sum());
        lines.iter().map(|line| format!("{}\n", line.get(lang))).collect()
    }

    fn sum(&self) -> Bilingual {
        if self.is_sound() {
            return words::sound(self.files);
        }
        let (missing, changed, unknown) = (self.missing.len(), self.changed.len(), self.unknown.len());
        words::sum(self.files, [missing, changed, unknown, self.unreadable.len()])
    }
}

impl Change {
    fn text(&self) -> Bilingual {
        match self {
            Self::Size { bytes, expected } => words::other_size(*bytes, *expected),
            Self::Content { .. } => words::other_content(),
            Self::Unreadable { detail } => words::unreadable(detail),
        }
    }
}

enum Outcome {
    Same,
    Missing,
    Changed(Change),
}

/// SHA-256 digests by inode: a file under several names is read once.
#[derive(Default)]
struct Digests {
    by_inode: HashMap<(u64, u64), String>,
}

impl Digests {
    fn compare(&mut self, path: &Path, file: &FileRow) -> Outcome {
        match self.difference(path, file) {
            Ok(None) => Outcome::Same,
            Ok(Some(change)) => Outcome::Changed(change),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Outcome::Missing
            }
            Err(error) => Outcome::Changed(Change::Unreadable { detail: error.to_string() }),
        }
    }

    fn difference(&mut self, path: &Path, file: &FileRow) -> io::Result<Option<Change>> {
        let metadata = fs::symlink_metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        if metadata.len() != file.bytes {
            return Ok(Some(Change::Size { bytes: metadata.len(), expected: file.bytes }));
        }
        let inode = (metadata.dev(), metadata.ino());
        let sha256 = match self.by_inode.get(&inode) {
            Some(sha256) => sha256.clone(),
            None => files::digest(path)?.0,
        };
        self.by_inode.insert(inode, sha256.clone());
        let expected = file.sha256.clone();
        Ok((sha256 != expected).then_some(Change::Content { sha256, expected }))
    }
}

fn unknown(library: &Path, files: &[FileRow]) -> Vec<AnyPath> {
    let known: BTreeSet<&Path> = files.iter().map(|file| Path::new(&file.path)).collect();
    discover::files_under(library, PRIVATE_FOLDER)
        .into_iter()
        // Reports that could not be written beside their files.
        .filter(|path| !path.starts_with(FALLBACK_FOLDER))
        .filter(|path| !known.contains(path.as_path()) && !is_library_file(path))
        .filter(|path| !path.file_name().is_some_and(discover::is_left_by_a_system))
        .map(AnyPath)
        .collect()
}

#[cfg(test)]
mod tests;
