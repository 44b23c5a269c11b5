//! How two works align in time, and what is alike in them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of two works is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same work: encoded again, resized, with a logo or captions, in bars, mirrored, at another speed, cut to an upright
    /// window.
    SameWork,
    /// The other is a part of this one.
    Contains,
    /// This one is a part of the other.
    PartOf,
    SharesPassage,
    /// The same sound under other pictures.
    SameSound,
}

/// The evidence that two works are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    Picture,
    Sound,
    Both,
}

/// Which of two works was cut out of the other's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutWork {
    This,
    Other,
}

/// An upright window of a wider work that is all another one shows, as a phone's copy does. It may move.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutWindow {
    /// The work that shows only the window.
    pub cut: CutWork,
    /// Width of the window, as a share of the wider work's picture.
    pub share: f64,
    /// Where its left border is, as a share of the width: at one, three and five sixths of the passage.
    pub left: [f64; 3],
}

impl CutWindow {
    /// The moments of the passage for which `left` is given, as shares of its length: away from its ends, where fades and
    /// titles are.
    pub const MOMENTS: [f64; 3] = [1.0 / 6.0, 0.5, 5.0 / 6.0];

    /// Returns the same window from the other work's side.
    pub fn reversed(self) -> Self {
        let cut = match self.cut {
            CutWork::This => CutWork::Other,
            CutWork::Other => CutWork::This,
        };
        Self { cut, ..self }
    }
}

/// The matching passages of two works.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    pub likeness: Likeness,
    pub evidence: Evidence,
    /// Confidence, 0 to 1; only alignments of 0.5 or more are reported.
    pub confidence: f64,
    /// The passage in this work, milliseconds.
    pub from_ms: u32,
    pub to_ms: u32,
    /// The same passage in the other.
    pub their_from_ms: u32,
    pub their_to_ms: u32,
    /// How many times as fast the other's time runs as this one's.
    pub speed: f64,
    pub mirrored: bool,
    /// The window of the wider work that is all the other one shows; `None` where both show the same picture.
    #[serde(default)]
    pub window: Option<CutWindow>,
    /// Windows of the film (or, by sound alone, sound words) that agree, of all in the passage.
    pub agreeing: u32,
    pub compared: u32,
}

impl Alignment {
    /// Returns the same alignment from the other work's side.
    pub fn reversed(self) -> Self {
        let likeness = match self.likeness {
            Likeness::Contains => Likeness::PartOf,
            Likeness::PartOf => Likeness::Contains,
            other => other,
        };
        Self {
            likeness,
            from_ms: self.their_from_ms,
            to_ms: self.their_to_ms,
            their_from_ms: self.from_ms,
            their_to_ms: self.to_ms,
            speed: 1.0 / self.speed,
            window: self.window.map(CutWindow::reversed),
            ..self
        }
    }
}

/// A term of a fingerprint at one moment, by which an index finds the works that may be alike without comparing all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// The term: of pictures below [`SOUND_TERMS`], of sound from there on.
    pub word: u32,
    /// Milliseconds since the first picture.
    pub at_ms: u32,
}

/// Version of the terms, raised whenever the same fingerprint gives others: an index never holds those of two versions.
pub const TERMS_VERSION: u32 = 3;

/// The first term of sound.
pub const SOUND_TERMS: u32 = 1 << 31;
