//! How two works are alike.

use serde::{Deserialize, Serialize};

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

/// What shows that two works are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    Picture,
    Sound,
    Both,
}

/// Two works in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    pub likeness: Likeness,
    pub evidence: Evidence,
    /// How sure it is, 0 to 1. What is told at all is at 0.5 or more.
    pub confidence: f64,
    /// The passage in this work, milliseconds.
    pub from_ms: u32,
    pub to_ms: u32,
    /// The same passage in the other.
    pub their_from_ms: u32,
    pub their_to_ms: u32,
    /// Their time runs so many times as fast as this one's.
    pub speed: f64,
    pub mirrored: bool,
    /// Windows of the film (or, by sound alone, sound words) that agree, of all in the passage.
    pub agreeing: u32,
    pub compared: u32,
}

impl Alignment {
    /// The same seen from the other work.
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

/// What an index of works keeps of one moment, so that works which may be alike are found without comparing all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word {
    /// Of pictures below [`SOUND_WORDS`], of sound from there on.
    pub word: u32,
    pub at_ms: u32,
}

/// Raised whenever words are made otherwise of the same fingerprint: an index never holds those of different versions.
pub const WORDS_VERSION: u32 = 2;

/// Where the words of sound begin.
pub const SOUND_WORDS: u32 = 1 << 31;
