//! Papers that a college prints and files: the sheet on which a work's review is signed, and the register of a period.
//!
//! Pure: from values to self-contained HTML (no script, no network, pictures inside) for A4. Chinese throughout, as the files
//! of a college are; what is on them is black on white, so that a copier keeps it.

mod decisions;
mod frame;
mod pictures;
mod register;
mod sheet;
mod signatures;
mod style;
mod words;

pub use register::register_page;
pub use sheet::review_sheet;

use std::collections::BTreeMap;

use crate::model::language::Bilingual;
use crate::model::manifest::Work;
use crate::model::preset::Edition;
use crate::model::review::{Record, ReviewRules, Standing};
use crate::model::units::{Rational, Size};

/// Everything on a work's sheet. Times are RFC 3339 in the college's zone.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    pub college: &'a str,
    pub printed_at: &'a str,
    pub work: &'a Work,
    /// Where it stands, with the digests of its release set.
    pub standing: &'a Standing,
    pub rules: &'a ReviewRules,
    /// All of the work's, oldest first.
    pub records: &'a [Record],
    /// Names of targets by id; one that is missing is shown by its id.
    pub targets: &'a BTreeMap<String, Bilingual>,
    /// Each distinct cover once.
    pub covers: &'a [CoverPicture],
    /// Each distinct picture once.
    pub canvases: &'a [Canvas],
    /// Pictures that show likenesses, by the file they are named by in the manifest.
    pub evidence: &'a BTreeMap<String, Vec<u8>>,
}

/// A cover with the targets that it is for.
#[derive(Clone, Debug)]
pub struct CoverPicture {
    pub size: Size,
    /// Ids.
    pub targets: Vec<String>,
    pub jpeg: Vec<u8>,
}

/// One distinct picture of a work, with the targets that show it.
#[derive(Clone, Debug)]
pub struct Canvas {
    pub size: Size,
    pub frame_rate: Rational,
    pub edition: Edition,
    /// Ids.
    pub targets: Vec<String>,
    /// In their order, each with the moment when it is shown, milliseconds since the beginning.
    pub stills: Vec<(u64, Vec<u8>)>,
}

/// The register of a period as a page.
#[derive(Clone, Copy, Debug)]
pub struct RegisterPage<'a> {
    pub college: &'a str,
    /// In words, both days included.
    pub period: &'a str,
    pub printed_at: &'a str,
    /// What it was rebuilt from.
    pub note: &'a str,
    /// One text for each of [`REGISTER_HEADS`](crate::present::messages::review_papers::REGISTER_HEADS).
    pub rows: &'a [[String; REGISTER_COLUMNS]],
}

/// Columns of the register.
pub const REGISTER_COLUMNS: usize = 17;

#[cfg(test)]
mod tests;
