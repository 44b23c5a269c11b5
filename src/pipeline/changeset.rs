//! The files that appear in the library for one work, published at once.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::files;
use crate::library::catalog::{FileKind, FileRow};
use crate::library::open::Library;
use crate::library::staging::{Content, Publication};
use crate::model::likeness::{LikenessPicture, LikenessRecord};
use crate::model::manifest::Rendition;
use crate::text::hex;
use crate::work::decision::Decision;
use crate::work::failure::JobError;

/// No posting text is longer.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Everything that appears in the library for one work.
#[derive(Default)]
pub(crate) struct Changeset {
    pub files: Vec<FileChange>,
    /// Files that somebody changed, each with the name under which it is kept when it is replaced.
    pub edited: Vec<(String, String)>,
}

/// One file of a changeset.
pub(crate) struct FileChange {
    /// Path in the library.
    pub to: String,
    pub kind: FileKind,
    pub content: FileContent,
    pub sha256: String,
    pub bytes: u64,
}

/// Where the content of a file comes from.
pub(crate) enum FileContent {
    /// A file in a staged folder, which is moved.
    Staged(PathBuf),
    Bytes(Vec<u8>),
    /// Path in the library of another file of this changeset, or of one that is there already.
    SameAs(String),
    /// The file is there already.
    InPlace,
}

/// Reads a file of the library of at most `max_bytes`; `None` where it is gone. One that cannot be read is an error.
pub(crate) fn read_if_there(path: &Path, max_bytes: u64) -> Result<Option<Vec<u8>>, JobError> {
    match files::read(path, max_bytes) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if files::is_absence(&error) => Ok(None),
        Err(error) => Err(at(path, error)),
    }
}

fn at(path: &Path, source: std::io::Error) -> JobError {
    JobError::Io { path: path.to_owned(), source }
}

impl Changeset {
    /// Adds a file with these bytes. Returns their SHA-256 and number.
    pub fn add(&mut self, to: String, kind: FileKind, bytes: Vec<u8>) -> (String, u64) {
        let (sha256, length) = (hex(&Sha256::digest(&bytes)), bytes.len() as u64);
        self.files.push(FileChange {
            to,
            kind,
            content: FileContent::Bytes(bytes),
            sha256: sha256.clone(),
            bytes: length,
        });
        (sha256, length)
    }

    /// Publishes all files; see [`publish_all`](crate::library::staging::Staging::publish_all).
    pub fn commit(&self, library: &Library) -> Result<(), JobError> {
        let root = library.staging.library();
        let destinations: Vec<PathBuf> = self.files.iter().map(|file| root.join(&file.to)).collect();
        let originals: Vec<Option<PathBuf>> = self
            .files
            .iter()
            .map(|file| match &file.content {
                FileContent::SameAs(other) => Some(root.join(other)),
                _ => None,
            })
            .collect();
        let edited: Vec<(PathBuf, PathBuf)> =
            self.edited.iter().map(|(file, name)| (root.join(file), root.join(name))).collect();
        // First, so that what is kept is the file that is there now.
        let kept = edited.iter().map(|(file, name)| Publication { content: Content::SameAs(file), to: name });
        let published =
            self.files.iter().zip(&destinations).zip(&originals).filter_map(|((file, to), original)| {
                let content = match (&file.content, original) {
                    (FileContent::Staged(path), _) => Content::Staged(path),
                    (FileContent::Bytes(bytes), _) => Content::Bytes(bytes),
                    (_, Some(original)) => Content::SameAs(original),
                    _ => return None,
                };
                Some(Publication { content, to })
            });
        let publications: Vec<Publication<'_>> = kept.chain(published).collect();
        Ok(library.staging.publish_all(&publications)?)
    }

    /// Adds a file that the library holds already: it stays, or is linked under its new path.
    fn keep(&mut self, from: &str, to: &str, kind: FileKind, sha256: &str, bytes: u64) {
        let content = if from == to { FileContent::InPlace } else { FileContent::SameAs(from.to_owned()) };
        self.files.push(FileChange { to: to.to_owned(), kind, content, sha256: sha256.to_owned(), bytes });
    }

    /// Adds a rendition that the library holds already, with its covers and posting text, under `folder`. Returns it with
    /// its new paths. A file that cannot be read is an error: counted as gone it would be removed.
    pub fn keep_rendition(
        &mut self,
        kept: &Rendition,
        folder: &str,
        library: &Library,
    ) -> Result<Rendition, JobError> {
        let root = library.staging.library();
        let mut kept = kept.clone();
        let previous_folder =
            Path::new(&kept.file).parent().map(|parent| parent.to_string_lossy().into_owned());
        let moved = |file: &str| {
            let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
            format!("{folder}/{name}")
        };
        let to = moved(&kept.file);
        self.keep(&kept.file, &to, FileKind::Video, &kept.sha256, kept.bytes);
        kept.file = to;
        // A cover that is gone cannot be linked; it is made again when its target is asked for.
        let mut covers = Vec::with_capacity(kept.covers.len());
        for mut cover in kept.covers {
            let (to, path) = (moved(&cover.file), root.join(&cover.file));
            if to != cover.file && !files::is_there(&path).map_err(|error| at(&path, error))? {
                continue;
            }
            self.keep(&cover.file, &to, FileKind::Cover, &cover.sha256, cover.bytes);
            cover.file = to;
            covers.push(cover);
        }
        kept.covers = covers;
        if kept.post.is_some()
            && let Some(previous) = previous_folder
        {
            self.keep_post(&format!("{previous}/post.txt"), format!("{folder}/post.txt"), library)?;
        }
        Ok(kept)
    }

    /// Keeps a posting text that the library holds, as it was published: one that somebody changed since stays changed, and
    /// known as that.
    fn keep_post(&mut self, from: &str, to: String, library: &Library) -> Result<(), JobError> {
        let Some(bytes) = read_if_there(&library.staging.library().join(from), MAX_TEXT_BYTES)? else {
            return Ok(());
        };
        match library.catalog().file(from)? {
            Some(known) => self.keep(from, &to, FileKind::Post, &known.sha256, known.bytes),
            None => drop(self.add(to, FileKind::Post, bytes)),
        }
        Ok(())
    }

    /// Returns the catalogue's rows of the files, as those of the work `id`.
    pub fn rows(&self, id: &str) -> Vec<FileRow> {
        let row = |file: &FileChange| FileRow {
            path: file.to.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            work_id: Some(id.to_owned()),
            kind: file.kind,
        };
        self.files.iter().map(row).collect()
    }
}

/// Adds the pictures of a decision's matches to a changeset, under `folder`. Returns the records that name them.
pub(crate) fn attach(decision: &Decision, folder: &str, changeset: &mut Changeset) -> Vec<LikenessRecord> {
    let mut records = Vec::new();
    for (number, found) in decision.matches.iter().enumerate() {
        let name = found.record.id.clone().unwrap_or_else(|| number.to_string());
        let mut record = found.record.clone();
        for (moment, pair) in found.pairs.iter().enumerate() {
            let file = format!("{folder}/{name}-{}.png", moment + 1);
            let (sha256, bytes) = changeset.add(file.clone(), FileKind::Sheet, pair.png.clone());
            let (at_ms, their_at_ms) = (pair.at_ms, pair.their_at_ms);
            record.pictures.push(LikenessPicture { file, sha256, bytes, at_ms, their_at_ms });
        }
        records.push(record);
    }
    records
}
