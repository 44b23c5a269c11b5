//! How two works align in time, and what is alike in them.

use serde::{Deserialize, Serialize};

/// How much of two works is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same work: encoded again, resized, with a logo or captions, in bars, mirrored, at another speed.
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
pub const TERMS_VERSION: u32 = 2;

/// The first term of sound.
pub const SOUND_TERMS: u32 = 1 << 31;
