//! What a package would hold: who is in, under which names, what stops the others, and what only a person can settle.

use serde::{Deserialize, Serialize};

use super::candidate::{FileOf, Held, Measured};
use super::contents::Tells;
use super::profile::{Column, QuotaPer, Take};
use crate::model::form::CellAt;
use crate::model::language::{AnyPath, Bilingual};
use crate::model::people::Private;
use crate::model::units::{Rational, Size};

/// What stops a work.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stop {
    NotReleased(Held),
    NotOfSeason {
        season: Option<String>,
    },
    NotOfDepartment {
        department: Option<String>,
    },
    NoCategory {
        category: Option<String>,
        known: Vec<String>,
    },
    TooShort {
        ms: u64,
        least_s: f64,
    },
    TooLong {
        ms: u64,
        most_s: f64,
    },
    TooLarge {
        bytes: u64,
        most: u64,
    },
    TooLargeForDisk {
        bytes: u64,
    },
    TooSmall {
        pixels: u32,
        least: u32,
    },
    TooLowRate {
        rate: u64,
        least: u64,
    },
    FrameRate {
        rate: Rational,
        wanted: Rational,
    },
    Aspect {
        size: Size,
        wanted: Vec<Rational>,
    },
    NoCaptions,
    Watermark {
        has: bool,
    },
    AiUndeclared,
    AiForbidden,
    MadeBefore {
        date: String,
        since: String,
    },
    NotPosted,
    NotPostedBetween {
        from: String,
        to: String,
    },
    TooManyAuthors {
        count: usize,
        most: u32,
    },
    TooManyTeachers {
        count: usize,
        most: u32,
    },
    NobodyNamed {
        column: Column,
    },
    /// A name that must not be told stands in a text that goes along.
    NameTold {
        name: String,
        text: String,
    },
    InEarlierPackage {
        number: u64,
        name: String,
        profile: String,
    },
    QuotaFull {
        per: QuotaPer,
        of: String,
        most: u32,
        earlier: u32,
    },
    NoValue {
        place: String,
    },
    NameTaken {
        path: String,
    },
    PathTooLong {
        path: String,
        units: usize,
    },
    SaidNo {
        key: String,
        by: String,
    },
}

/// What is lacking, though nothing forbids the work: with it the package is unfinished.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Open {
    Question {
        key: String,
        text: Bilingual,
    },
    NoCover {
        size: Option<Size>,
    },
    NoPaper {
        name: String,
        folder: String,
    },
    SeveralPapers {
        name: String,
        files: Vec<String>,
    },
    OldPaper {
        file: String,
    },
    PaperFormat {
        file: String,
        formats: Vec<String>,
    },
    PaperTooLarge {
        file: String,
        most: u64,
    },
    EmptyPaper {
        file: String,
    },
    /// Its content is of another format than its name says.
    RenamedPaper {
        file: String,
        ending: String,
    },
    /// It tells who made it or whose it is, and identity is forbidden.
    PaperTells {
        file: String,
        tells: Vec<Tells>,
    },
    /// A file that is on record is not there, or is another one by now.
    Gone {
        file: String,
    },
    NoPart {
        take: Take,
    },
    /// The organiser's form is not there, or cannot be used.
    NoForm {
        template: String,
        folder: String,
        why: Option<Bilingual>,
    },
    /// The form asks for something that nobody knows of the work.
    FormLacks {
        form: String,
        label: String,
        why: Unfilled,
    },
    NoWorks,
    /// The package's own name lacks something.
    NoValue {
        place: String,
    },
    /// Another part has this name.
    NameTaken {
        path: String,
    },
}

impl Open {
    /// Returns true if something is simply not there, and not there wrongly: a part that is not required may be so.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::NoPaper { .. } | Self::NoCover { .. } | Self::NoPart { .. })
    }
}

/// Why a cell of a form stays empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfilled {
    /// The work does not say it.
    NotSaid,
    /// Nobody of this name is on record with it, or several are.
    NotOnRecord { name: String, several: bool },
    /// The cells beside and below are not empty.
    NoRoom,
    /// The label stands there more than once, and each may mean another person.
    Ambiguous,
    /// The package tells nobody's name.
    Anonymous,
    /// The form has no such label.
    NoLabel,
}

/// What is worth knowing, and stops nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    Longer {
        ms: u64,
        most_s: f64,
    },
    Larger {
        bytes: u64,
        most: u64,
    },
    Shortened {
        from: String,
        to: String,
    },
    Replaced {
        from: String,
        to: String,
    },
    CapturedBefore {
        date: String,
        since: String,
    },
    /// Labels of a form that are left to a person.
    LeftToHand {
        form: String,
        labels: Vec<String>,
    },
    FormCell {
        form: String,
        label: String,
        why: Unfilled,
    },
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedFile {
    /// In the package, with `/`.
    pub path: String,
    pub take: Take,
    pub from: Origin,
}

/// Where a file's bytes are from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// Signed, of the library.
    Library(FileOf),
    /// The same, whose tags are to be emptied.
    WithoutTags(FileOf),
    /// What was handed in.
    Source(FileOf),
    /// A paper that the office put in; absolute.
    Paper { path: AnyPath, bytes: u64, sha256: String },
    /// The organiser's form, to be filled by a worker.
    Form(FormPlan),
    /// Written here.
    Text { text: String },
    /// The sheet of all works, written once they are known.
    Sheet { columns: Vec<(String, Column)> },
}

impl Origin {
    /// Returns how many bytes it will take, roughly for what is written here.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Library(file) | Self::WithoutTags(file) | Self::Source(file) => file.bytes,
            Self::Paper { bytes, .. } => *bytes,
            Self::Text { text } => text.len() as u64,
            Self::Sheet { .. } => 16_384,
            Self::Form(form) => form.bytes,
        }
    }
}

/// A form with what goes into its cells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormPlan {
    pub template: AnyPath,
    /// Of the form as it was read.
    pub sha256: String,
    pub bytes: u64,
    /// Personal data may be among them: never told.
    #[serde(skip)]
    pub values: Vec<(CellAt, Private)>,
}

/// A work that is in.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub no: u32,
    pub work: String,
    pub title: String,
    /// Of its share of the release set.
    pub digest: String,
    pub measured: Measured,
    /// The folder of its own, where it has one.
    pub folder: Option<String>,
    pub files: Vec<PlannedFile>,
    /// What a sheet's columns say of it.
    #[serde(skip)]
    pub cells: Vec<(Column, String)>,
    #[serde(skip)]
    pub cover: Option<FileOf>,
    pub open: Vec<Open>,
    pub notes: Vec<Note>,
    pub answers: Vec<Answer>,
}

impl Entry {
    /// Returns what a column says of it.
    pub fn cell(&self, column: Column) -> &str {
        self.cells.iter().find(|(one, _)| *one == column).map_or("", |(_, text)| text.as_str())
    }
}

/// A work that is not in.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    pub work: String,
    pub title: String,
    pub department: Option<String>,
    pub is_named: bool,
    pub why: Vec<Stop>,
}

/// A package before it is built.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    pub profile: String,
    /// With what says that it is unfinished, or late.
    pub name: String,
    pub mail_subject: Option<String>,
    pub entries: Vec<Entry>,
    pub left_out: Vec<LeftOut>,
    /// Parts that are there once.
    pub files: Vec<PlannedFile>,
    pub open: Vec<Open>,
    pub is_late: bool,
}

impl Plan {
    pub fn is_complete(&self) -> bool {
        self.open.is_empty() && self.entries.iter().all(|entry| entry.open.is_empty())
    }

    /// Returns all files, by work and then those that are there once.
    pub fn all_files(&self) -> impl Iterator<Item = &PlannedFile> {
        self.entries.iter().flat_map(|entry| &entry.files).chain(&self.files)
    }

    pub fn bytes(&self) -> u64 {
        self.all_files().map(|file| file.from.bytes()).sum()
    }
}

/// What has changed since a package was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// A work may not be in any more, or something about it is not as it was.
    Work { title: String },
    /// Another work comes before it, or would be in as well.
    Works,
    /// Something is lacking that was not, or the other way round.
    Lacking,
    /// The deadline passed meanwhile.
    Late,
    /// A paper of the package.
    Papers,
}

/// What a person answered of a work, bound to what it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub profile: String,
    pub work: String,
    /// Of its share of the release set.
    pub digest: String,
    pub key: String,
    /// Of what was asked, and of the papers that lay beside the work then.
    pub about: String,
    pub yes: bool,
    pub by: String,
    /// RFC 3339.
    pub at: String,
}
