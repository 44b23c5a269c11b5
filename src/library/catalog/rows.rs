//! Rows as values, and how they are read.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Result;
use crate::model::inspection::FileStamp;
use crate::model::manifest::{Rendition, Work};

/// What is known of one submission. Title, verdict, revision and so on are in the manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkRow {
    /// Absolute path of the source.
    pub source: PathBuf,
    /// Its place in the inbox.
    pub relative: PathBuf,
    pub stamp: FileStamp,
    pub packets_sha256: Option<String>,
    /// A digest of everything besides the source that decided the outcome.
    pub decided_with: String,
    pub manifest: Work,
    /// RFC 3339.
    pub updated_at: String,
}

/// One finished video for one target.
#[derive(Clone, Debug, PartialEq)]
pub struct RenditionRow {
    /// A digest of everything that decided the file: equal keys are equal files.
    pub output_key: String,
    pub draft: bool,
    pub rendition: Rendition,
}

/// One published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Relative to the library, with `/`.
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    /// `None`: the library's own.
    pub work_id: Option<String>,
    pub kind: FileKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Video,
    Cover,
    Post,
    Manifest,
    Sheet,
    /// A screenshot that proves a receipt.
    Proof,
}

impl FileKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Cover => "cover",
            Self::Post => "post",
            Self::Manifest => "manifest",
            Self::Sheet => "sheet",
            Self::Proof => "proof",
        }
    }
}

impl FromSql for FileKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "video" => Ok(Self::Video),
            "cover" => Ok(Self::Cover),
            "post" => Ok(Self::Post),
            "manifest" => Ok(Self::Manifest),
            "sheet" => Ok(Self::Sheet),
            "proof" => Ok(Self::Proof),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// Reads an entry; one that cannot be read names the source it belongs to.
pub(super) fn work_from(row: &Row<'_>) -> Result<WorkRow> {
    let source = path_of(row.get("source")?);
    entry_from(row, source.clone()).map_err(|error| error.in_entry_of(&source))
}

fn entry_from(row: &Row<'_>, source: PathBuf) -> Result<WorkRow> {
    Ok(WorkRow {
        source,
        relative: path_of(row.get("relative")?),
        stamp: FileStamp {
            bytes: row.get::<_, i64>("stamp_bytes")?.cast_unsigned(),
            modified_ns: i128::from(row.get::<_, i64>("stamp_modified")?),
            inode: row.get::<_, i64>("stamp_inode")?.cast_unsigned(),
            changed_ns: row.get("stamp_changed")?,
        },
        packets_sha256: row.get("packets_sha256")?,
        decided_with: row.get("decided_with")?,
        manifest: from_json(&row.get::<_, String>("manifest_json")?)?,
        updated_at: row.get("updated_at")?,
    })
}

pub(super) fn rendition_from(row: &Row<'_>) -> Result<RenditionRow> {
    Ok(RenditionRow {
        output_key: row.get("output_key")?,
        draft: row.get("draft")?,
        rendition: from_json(&row.get::<_, String>("json")?)?,
    })
}

pub(super) fn file_from(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    Ok(FileRow {
        path: row.get("path")?,
        sha256: row.get("sha256")?,
        bytes: row.get::<_, i64>("bytes")?.cast_unsigned(),
        work_id: row.get("work_id")?,
        kind: row.get("kind")?,
    })
}

pub(super) fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

pub(super) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T> {
    Ok(serde_json::from_str(json)?)
}
