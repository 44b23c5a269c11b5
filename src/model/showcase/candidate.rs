//! The works that a package may be made of, with what decides about them.

use serde::{Deserialize, Serialize};

use crate::model::details::About;
use crate::model::language::AnyPath;
use crate::model::preset::Edition;
use crate::model::receipt::Receipt;
use crate::model::units::{Rational, Size};

/// A work that may be asked for, with everything that decides about it.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub work: String,
    pub title: String,
    pub department: Option<String>,
    pub season: Option<String>,
    pub season_name: Option<String>,
    /// ISO date by which its season was decided.
    pub submitted: String,
    /// ISO date on which the camera says it was taken.
    pub captured: Option<String>,
    pub authors: Vec<String>,
    pub about: About,
    pub ai: AiSaid,
    pub has_captions: bool,
    pub source: Option<FileOf>,
    /// Posts that are up.
    pub posts: Vec<Receipt>,
    /// Screenshots of these that are not where they were put.
    pub lost: Vec<String>,
    pub release: Result<Released, Held>,
    /// It was named, and is not just one of all.
    pub is_named: bool,
}

/// What is known of artificial intelligence in a work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiSaid {
    #[default]
    Nothing,
    None,
    Assisted,
    Generated,
    /// Its file carries a label.
    Labelled,
}

/// A file with what it is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOf {
    /// Absolute, or relative to the library.
    pub path: AnyPath,
    /// Lower-case hex.
    pub sha256: String,
    pub bytes: u64,
}

/// What of a work is released for the profile's target.
#[derive(Clone, Debug)]
pub struct Released {
    /// Of its share of the release set: answers are bound to it.
    pub digest: String,
    pub measured: Measured,
    pub video: FileOf,
    pub covers: Vec<(Size, FileOf)>,
    /// The text to post, with the line of who signed.
    pub post: Option<String>,
    /// Names of who signed.
    pub signed: Vec<String>,
}

/// What was measured of a finished file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub duration_ms: u64,
    pub bytes: u64,
    pub size: Size,
    pub frame_rate: Rational,
    pub edition: Edition,
    pub has_captions: bool,
}

impl Measured {
    /// Bits a second, of the whole file.
    pub fn bit_rate(&self) -> u64 {
        self.bytes.saturating_mul(8000) / self.duration_ms.max(1)
    }
}

/// Why a work is not released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "held", rename_all = "snake_case")]
pub enum Held {
    /// Nothing was made for the target.
    NotMade {
        target: String,
    },
    Waiting {
        level: Option<String>,
    },
    Returned,
    Withdrawn,
    /// A file is not as it was signed, or cannot be read.
    File {
        file: String,
        detail: Option<String>,
    },
}
