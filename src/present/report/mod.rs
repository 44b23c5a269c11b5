//! What a team reads beside its file: one page a drop and one index a department.
//!
//! Pure: from values to HTML. A page is self-contained (no script, no network; pictures inside) and forbids itself
//! everything else by its content policy. Chinese first, English folded in at the end.
//!
//! To answer a drop: fill a [`WorkPage`], take [`work_page`], ask [`place::places`] where it goes and write it there.
//! A moving preview is left out: a page stays small
//! enough to open from a share over Wi-Fi, so the preview is a still picture (the contact sheet).

mod done;
mod format;
mod index;
mod likeness;
mod parts;
pub mod place;
mod review;
mod style;
mod work;

pub use format::percent_encoded;
pub use index::department_page;
pub use parts::first_to_do;
pub use review::{OpenComment, ReviewPart, page_mark};
pub use work::work_page;

use std::collections::BTreeMap;

use crate::model::event::Stage;
use crate::model::finding::Verdict;
use crate::model::language::Bilingual;
use crate::model::manifest::{FindingRecord, Work};
use crate::model::review::ReviewState;

/// Everything one drop's page shows. Times are RFC 3339 in the college's zone.
#[derive(Clone, Debug)]
pub struct WorkPage<'a> {
    pub college: &'a str,
    /// As shown.
    pub department: Option<&'a str>,
    /// As shown: decoded where its bytes were not UTF-8.
    pub file_name: &'a str,
    pub bytes: u64,
    pub received_at: &'a str,
    pub updated_at: &'a str,
    pub state: PageState<'a>,
    /// Something that holds up everyone, such as a full disk.
    pub notice: Option<Bilingual>,
    /// The examples of a new configuration that still show in finished works.
    pub examples: Option<Bilingual>,
    /// Names of targets by id; one that is missing is shown by its id.
    pub targets: &'a BTreeMap<String, Bilingual>,
    pub covers: &'a [Thumbnail],
    /// The contact sheet.
    pub preview: Option<&'a Thumbnail>,
    /// Pictures that show likenesses, by the file they are named by in the manifest.
    pub evidence: &'a [(String, Thumbnail)],
    /// Where the verdict is `duplicate`.
    pub original: Option<Original<'a>>,
    /// The library as its readers know it; `None` leaves it out.
    pub library: Option<&'a str>,
    /// How far the review of what is published of the work is; `None` where nothing of it could go out.
    pub review: Option<&'a ReviewPart>,
}

#[derive(Clone, Copy, Debug)]
pub enum PageState<'a> {
    Arriving,
    /// `ahead` others go first.
    Waiting {
        ahead: usize,
    },
    /// `done` is 0..1.
    Running {
        stage: Stage,
        done: f64,
        speed: Option<f64>,
        left_s: Option<f64>,
    },
    Done(&'a Work),
    /// Never became a work: incomplete, set aside, or a link that leads outside.
    Refused(&'a [FindingRecord]),
}

/// A small JPEG, embedded as it is.
#[derive(Clone, Debug)]
pub struct Thumbnail {
    pub caption: String,
    pub jpeg: Vec<u8>,
}

/// The work that a duplicate repeats.
#[derive(Clone, Copy, Debug)]
pub struct Original<'a> {
    pub title: &'a str,
    pub department: Option<&'a str>,
    pub authors: &'a [String],
    pub file_name: &'a str,
    pub received_at: &'a str,
}

/// Everything a department's index shows.
#[derive(Clone, Debug)]
pub struct DepartmentPage<'a> {
    pub college: &'a str,
    pub department: Option<&'a str>,
    pub updated_at: &'a str,
    /// In any order; the page shows the newest first.
    pub drops: &'a [DropRow<'a>],
    /// What lies in the department's folder and is not taken.
    pub left_over: &'a [LeftOverRow<'a>],
    /// Something that concerns everyone.
    pub notice: Option<&'a Bilingual>,
}

/// A file that is not taken.
#[derive(Clone, Copy, Debug)]
pub struct LeftOverRow<'a> {
    /// As shown; empty for a line about several.
    pub file_name: &'a str,
    /// Why, and what to do.
    pub why: &'a Bilingual,
}

#[derive(Clone, Copy, Debug)]
pub struct DropRow<'a> {
    pub file_name: &'a str,
    pub title: Option<&'a str>,
    pub received_at: &'a str,
    pub state: RowState,
    /// The report's file name in the same folder, not encoded; `None` has no link.
    pub report: Option<&'a str>,
    /// Finished files.
    pub renditions: usize,
    /// Errors and warnings.
    pub problems: usize,
    /// The gravest of them, in Chinese; why it was returned or withdrawn.
    pub todo: Option<&'a str>,
    /// What is said instead of the state's own word.
    pub word: Option<&'a Bilingual>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    Arriving,
    Waiting,
    Running,
    Refused,
    Done(Verdict),
    /// Made, and on its way to being posted.
    Review(ReviewStep),
}

/// How far a work is that was made. Ordered as an index counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewStep {
    pub state: ReviewState,
    /// Some targets are released while others wait.
    pub supplementary: bool,
    /// The place of the level that it waits for.
    pub level: Option<u8>,
    pub is_overdue: bool,
}

#[cfg(test)]
mod tests;
