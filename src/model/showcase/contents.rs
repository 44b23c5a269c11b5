//! What lies in a package, and what a paper tells: as the worker reads them, which alone parses what others made.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::config::Limits;
use crate::model::language::AnyPath;

/// Most files of a package that are looked at.
pub const MOST_FILES: usize = 20_000;

/// Most bytes of all texts that are wanted of a package together.
pub const TEXTS_MAX_BYTES: u64 = 8 << 20;

/// Reads a package: every byte of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackageJob {
    pub place: PackagePlace,
    /// Paths of files whose text is wanted, as far as they are there.
    pub texts: Vec<String>,
    /// Files that are proven and need not be hashed.
    pub proven: BTreeSet<String>,
    /// Of all files: what the limit of time follows from.
    pub bytes: u64,
    pub limits: Limits,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackagePlace {
    Folder(AnyPath),
    /// All parts, or the only one.
    Zips(Vec<AnyPath>),
}

/// What lies in a package. Paths are relative to it, with `/`, composed (NFC).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The one folder that zips hold.
    pub top: Option<String>,
    pub files: BTreeMap<String, Stored>,
    pub folders: BTreeSet<String>,
    /// What systems put into folders by themselves: Finder's and Explorer's small files.
    pub passed_over: BTreeSet<String>,
    pub odd: Vec<Odd>,
    pub texts: BTreeMap<String, String>,
}

/// A file of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub bytes: u64,
    /// `None` where it was not read: it is proven, or `unreadable` says why.
    pub sha256: Option<String>,
    pub unreadable: Option<String>,
    pub tells: Vec<Tells>,
}

/// Something that no package of ours holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Odd {
    pub file: String,
    pub what: OddKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OddKind {
    /// A link, a pipe or a device.
    NoFile,
    /// Another file has this name, but for case or the way in which its letters are put together.
    SameName {
        other: String,
    },
    /// Folders lie deeper, or there are more files, than in any package.
    TooMuch,
    /// A zip that cannot be read at all.
    NoZip {
        detail: String,
    },
    /// Data stand in a zip that belong to no entry: before, between or behind them, or as its comment.
    Stray,
    /// An absolute name, or one with `..`, a backslash or a colon.
    Outside,
    /// A name that is no UTF-8, or does not say that it is (bit 11).
    NameEncoding,
    /// The folder that holds everything is not the same for all entries.
    OtherTop,
    Encrypted,
    /// Its headers contradict each other, or it overlaps another one.
    Contradiction {
        detail: String,
    },
    /// It unpacks to more than it says, or to far more than any package holds.
    Bomb,
}

/// What a file tells of whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tells {
    /// Author, company and the like of a document.
    Properties,
    /// Comments or tracked changes, which name their authors.
    Revisions,
    /// EXIF, XMP or comments of a picture.
    Metadata,
    /// Tags of a video.
    Tags,
    /// Something within it that cannot be looked into.
    Embedded { part: String },
    /// It is of a kind that cannot be looked into, or is broken.
    Unknown,
    /// One of the names that were looked for.
    Name { name: String },
}

/// Looks into a paper that goes into an anonymous package, and writes a copy without what tells whoever made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperJob {
    pub source: AnyPath,
    /// The copy is written in it, as [`CLEAN_PAPER`].
    pub folder: AnyPath,
    /// Those that no text may hold.
    pub names: Vec<String>,
    pub limits: Limits,
}

/// The name of the copy.
pub const CLEAN_PAPER: &str = "clean";

/// Largest paper that is looked into, bytes.
pub const PAPER_MAX_BYTES: u64 = 64 << 20;

/// A copy of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanPaper {
    pub sha256: String,
    pub bytes: u64,
    /// What the copy still tells: with it, it goes nowhere.
    pub tells: Vec<Tells>,
}
