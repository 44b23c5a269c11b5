//! What became of a library's records when they were taken back, copied, or replaced by a copy.

use serde::{Deserialize, Serialize};

use super::text::AnyPath;

/// What became of folders that the catalogue did not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repaired {
    pub taken: Vec<TakenBack>,
    pub left: Vec<LeftOut>,
    /// Files of works that were known that are known now, too: posting texts and the like.
    pub files: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    pub work: String,
    pub title: String,
    pub folder: AnyPath,
    /// Files that are missing or not what was published. They are known by the sums that they should have.
    pub wrong: Vec<String>,
}

/// A manifest of a work that was not taken back. Nothing in its folder was touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub manifest: AnyPath,
    pub why: LeftWhy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LeftWhy {
    Unreadable {
        detail: String,
    },
    /// It tells of another folder: a copy, or a folder that was renamed.
    Elsewhere {
        folder: AnyPath,
    },
    /// The catalogue has something newer of this work or of its source.
    Older,
    /// Not one of its videos is there as it was published.
    NothingWhole,
    /// Its source is that of another work, whose videos are there.
    Held {
        work: String,
    },
}

/// A copy of the catalogue: works, answers and fingerprints in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyMade {
    pub file: AnyPath,
    pub bytes: u64,
    pub works: u64,
}

/// A file that may be put in the catalogue's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyFound {
    pub file: AnyPath,
    pub bytes: u64,
    /// RFC 3339.
    pub made_at: String,
}

/// A copy that took the catalogue's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    pub from: AnyPath,
    pub works: u64,
    /// Where the catalogue lies now that was there before.
    pub kept: Option<AnyPath>,
}

/// How the service's daily copy of the catalogue stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyCopy {
    /// When the newest one was made, RFC 3339.
    pub made_at: Option<String>,
    /// Why the last attempt made none.
    pub failed: Option<String>,
}
