//! The results of taking works back into a catalogue, of copying it, and of replacing it with a copy.

use serde::{Deserialize, Serialize};

use super::language::AnyPath;

/// The result of taking back works whose folders the catalogue did not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repaired {
    pub taken: Vec<TakenBack>,
    pub left: Vec<LeftOut>,
    /// Files of known works that are known now, too: posting texts and the like.
    pub files: usize,
}

/// A work that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    pub work: String,
    pub title: String,
    pub folder: AnyPath,
    /// Files that are missing or altered. They are recorded with the digests that they should have.
    pub wrong: Vec<String>,
}

/// A manifest of a work that was not taken back. Nothing in its folder was touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub manifest: AnyPath,
    pub why: LeftWhy,
}

/// Why a work was not taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LeftWhy {
    Unreadable {
        detail: String,
    },
    /// The manifest names another folder: it is in a copy, or in a folder that was renamed.
    Elsewhere {
        folder: AnyPath,
    },
    /// The catalogue has a newer entry of this work or of its source.
    Older,
    /// None of its videos is there as it was published.
    NothingWhole,
    /// Its source is that of another work, whose videos are there.
    Held {
        work: String,
    },
}

/// A copy of the catalogue: works, opinions and fingerprints in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyMade {
    pub file: AnyPath,
    pub bytes: u64,
    pub works: u64,
}

/// A copy that can replace the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyFound {
    pub file: AnyPath,
    pub bytes: u64,
    /// RFC 3339.
    pub made_at: String,
}

/// The result of replacing the catalogue with a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    pub from: AnyPath,
    pub works: u64,
    /// The path under which the replaced catalogue is kept.
    pub kept: Option<AnyPath>,
}

/// The state of the service's daily copy of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyCopy {
    /// When the newest one was made, RFC 3339.
    pub made_at: Option<String>,
    /// Why the last attempt failed.
    pub failed: Option<String>,
}
