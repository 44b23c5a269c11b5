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
}

/// Two works in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    pub likeness: Likeness,
    /// The passage in this work, milliseconds.
    pub from_ms: u32,
    pub to_ms: u32,
    /// The same passage in the other.
    pub their_from_ms: u32,
    pub their_to_ms: u32,
    /// Their time runs so many times as fast as this one's.
    pub speed: f64,
    pub mirrored: bool,
    /// Marks that agree, of all in the passage.
    pub agreeing: u32,
    pub compared: u32,
    /// Median distance of the marks compared, bits of 256; unrelated pictures differ in about 110.
    pub distance: u32,
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
