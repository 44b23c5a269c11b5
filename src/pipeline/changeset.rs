//! What goes into the library for one work, sent off in one go.

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
const MOST_TEXT_BYTES: u64 = 1 << 20;

/// Everything that goes into the library for one work.
#[derive(Default)]
pub(crate) struct Changeset {
    /// Path in the library, kind, and where the content comes from.
    pub pieces: Vec<FileChange>,
}

pub(crate) struct FileChange {
    pub to: String,
    pub kind: FileKind,
    pub content: FileContent,
    pub sha256: String,
    pub bytes: u64,
}

pub(crate) enum FileContent {
    Staged(PathBuf),
    Bytes(Vec<u8>),
    /// Another piece of this parcel, or a file the library holds.
    SameAs(String),
    /// Already in its place.
    InPlace,
}

/// A file of the library, `None` where it is gone; one that cannot be read is an error.
pub(crate) fn read_if_there(path: &Path, most: u64) -> Result<Option<Vec<u8>>, JobError> {
    match files::read(path, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if files::is_absence(&error) => Ok(None),
        Err(error) => Err(at(path, error)),
    }
}

fn at(path: &Path, source: std::io::Error) -> JobError {
    JobError::Io { path: path.to_owned(), source }
}

impl Changeset {
    pub fn bytes(&mut self, to: String, kind: FileKind, bytes: Vec<u8>) -> (String, u64) {
        let (sha256, length) = (hex(&Sha256::digest(&bytes)), bytes.len() as u64);
        self.pieces.push(FileChange {
            to,
            kind,
            content: FileContent::Bytes(bytes),
            sha256: sha256.clone(),
            bytes: length,
        });
        (sha256, length)
    }

    pub fn commit(&self, library: &Library) -> Result<(), JobError> {
        let root = library.staging.library();
        let targets: Vec<PathBuf> = self.pieces.iter().map(|piece| root.join(&piece.to)).collect();
        let sources: Vec<Option<PathBuf>> = self
            .pieces
            .iter()
            .map(|piece| match &piece.content {
                FileContent::SameAs(other) => Some(root.join(other)),
                _ => None,
            })
            .collect();
        let publications: Vec<Publication<'_>> = self
            .pieces
            .iter()
            .zip(&targets)
            .zip(&sources)
            .filter_map(|((piece, to), same)| {
                let content = match (&piece.content, same) {
                    (FileContent::Staged(path), _) => Content::Staged(path),
                    (FileContent::Bytes(bytes), _) => Content::Bytes(bytes),
                    (_, Some(same)) => Content::SameAs(same),
                    _ => return None,
                };
                Some(Publication { content, to })
            })
            .collect();
        Ok(library.staging.publish_all(&publications)?)
    }

    /// A file that the library holds already: it stays, or gets its new name by a link.
    fn keep(&mut self, from: &str, to: &str, kind: FileKind, sha256: &str, bytes: u64) {
        let content = if from == to { FileContent::InPlace } else { FileContent::SameAs(from.to_owned()) };
        self.pieces.push(FileChange { to: to.to_owned(), kind, content, sha256: sha256.to_owned(), bytes });
    }

    /// A rendition that is still as it should be, with all that belongs to it, in `folder`.
    /// What cannot be looked at or read is an error: counted as gone it would be removed.
    pub fn keep_rendition(
        &mut self,
        kept: &Rendition,
        folder: &str,
        library: &Library,
    ) -> Result<Rendition, JobError> {
        let root = library.staging.library();
        let mut kept = kept.clone();
        let before = Path::new(&kept.file).parent().map(|parent| parent.to_string_lossy().into_owned());
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
            && let Some(before) = before
            && let Some(bytes) = read_if_there(&root.join(format!("{before}/post.txt")), MOST_TEXT_BYTES)?
        {
            self.bytes(format!("{folder}/post.txt"), FileKind::Post, bytes);
        }
        Ok(kept)
    }

    /// The catalogue's rows.
    pub fn rows(&self, id: &str) -> Vec<FileRow> {
        let row = |piece: &FileChange| FileRow {
            path: piece.to.clone(),
            sha256: piece.sha256.clone(),
            bytes: piece.bytes,
            work_id: Some(id.to_owned()),
            kind: piece.kind,
        };
        self.pieces.iter().map(row).collect()
    }
}

/// Puts the pages into a parcel for `folder`, and their names into the records.
pub(crate) fn attach(decision: &Decision, folder: &str, changeset: &mut Changeset) -> Vec<LikenessRecord> {
    let mut records = Vec::new();
    for (number, alike) in decision.matches.iter().enumerate() {
        let name = alike.record.id.clone().unwrap_or_else(|| number.to_string());
        let mut record = alike.record.clone();
        for (moment, pair) in alike.pairs.iter().enumerate() {
            let file = format!("{folder}/{name}-{}.png", moment + 1);
            let (sha256, bytes) = changeset.bytes(file.clone(), FileKind::Sheet, pair.png.clone());
            let (at_ms, their_at_ms) = (pair.at_ms, pair.their_at_ms);
            record.pictures.push(LikenessPicture { file, sha256, bytes, at_ms, their_at_ms });
        }
        records.push(record);
    }
    records
}
