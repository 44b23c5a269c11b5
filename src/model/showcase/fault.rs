//! What is wrong with a package that is checked.

use serde::Serialize;

use super::contents::{OddKind, Tells};
use super::plan::Stop;

/// A fault of a package. Paths are relative to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// There is no list of digests: it is no package, or not whole.
    NoSums,
    /// A line of the list that cannot be read, counted from 1.
    OddLine {
        line: usize,
    },
    Missing {
        file: String,
    },
    Changed {
        file: String,
    },
    /// A file that the list does not name.
    Extra {
        file: String,
    },
    /// The list names it twice.
    ListedTwice {
        file: String,
    },
    /// Something that no package of ours holds, and no zip of one.
    Odd {
        file: String,
        what: OddKind,
    },
    Unreadable {
        file: String,
        detail: String,
    },
    OddName {
        file: String,
    },
    NamesCollide {
        file: String,
        other: String,
    },
    PathTooLong {
        file: String,
        units: usize,
    },
    TooLargeForDisk {
        file: String,
        bytes: u64,
    },
    /// The list of works cannot be read.
    NoWorks {
        detail: String,
    },
    /// Numbers are not 1, 2, 3 …
    Numbers {
        no: u32,
        title: String,
    },
    /// A work's file is not where its list says.
    NotInFolder {
        title: String,
        file: String,
    },
    /// A rule of the profile that a work breaks.
    Rule {
        title: String,
        stop: Stop,
    },
    /// Two works name one file, or one folder.
    OfTwoWorks {
        title: String,
        file: String,
    },
    /// A work lacks what the profile asks for, and the package does not say so.
    NoPart {
        title: String,
        part: String,
    },
    /// A video is not the one that was signed.
    NotSigned {
        title: String,
        file: String,
    },
    /// A file tells who made it, and identity is forbidden.
    Tells {
        file: String,
        tells: Vec<Tells>,
    },
    /// A sheet has a column that tells whose works they are, and identity is forbidden.
    TellingColumn {
        head: String,
    },
    /// A zip is not called after the folder in it.
    ZipName {
        zip: String,
        name: String,
    },
    /// Zips that belong together are not all there.
    LacksParts {
        there: usize,
        of: usize,
    },
    /// It lacks something, and its name does not say so.
    NotNamedUnfinished,
    /// It was built after the deadline, and its name does not say so.
    NotNamedLate,
    /// It lacks something.
    Lacks {
        what: String,
    },
}

impl Fault {
    /// Returns true for what only says that the package is unfinished.
    pub fn is_lack(&self) -> bool {
        matches!(self, Self::Lacks { .. })
    }
}
