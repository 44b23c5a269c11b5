//! What a work has in common with another, as it is reported and recorded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alignment::{CutWindow, CutWork, Evidence, Likeness};
use super::config::{Consequence, Duplicates};

/// How much of another work is repeated, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Class")]
#[serde(rename_all = "snake_case")]
pub enum MatchClass {
    /// Every byte.
    SameFile,
    /// The same packets, in another container.
    SameStreams,
    /// The same work: encoded again, resized, with a logo or captions, in bars, mirrored, at another speed.
    SameWork,
    /// It is a part of the other.
    PartOf,
    /// The other is a part of it.
    Contains,
    SharesPassage,
    /// The same sound under other pictures.
    SameSound,
}

/// The owner of the earlier of two works, by the folders in which they were submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    AnothersWork,
    /// The same department's.
    OwnWork,
    /// The same department's (or of no department, where there are none), and its source is gone: the later one replaces it.
    Replaced,
}

/// By what it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The digest of the whole file.
    Bytes,
    /// The digest of its packets.
    Streams,
    Picture,
    Sound,
    /// Picture and sound, each on its own.
    Both,
    /// A person said so.
    Person,
}

/// What a work has in common with an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LikenessRecord {
    pub class: MatchClass,
    /// What followed from it.
    pub consequence: Consequence,
    /// The other work; `null` while it has no entry in the library.
    pub id: Option<String>,
    /// Digest of its source when the two were compared.
    #[serde(default)]
    pub sha256: Option<String>,
    pub title: String,
    pub department: Option<String>,
    pub season: Option<String>,
    /// Of that season, as people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season_name: Option<String>,
    /// The passage in this work, milliseconds since its first picture.
    pub from_ms: u64,
    pub to_ms: u64,
    /// The same passage in the other work.
    pub their_from_ms: u64,
    pub their_to_ms: u64,
    /// This work shows it so many times as fast as the other.
    pub speed: f64,
    /// Left and right are swapped.
    pub mirrored: bool,
    /// The window of the wider of the two that is all the other one shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<CutWindow>,
    /// 0..=1; digests and persons are certain.
    pub confidence: f64,
    pub proof: Proof,
    /// It is not certain which of the two came first: neither was refused for it, and a person is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// Both works at matching moments, side by side.
    pub pictures: Vec<LikenessPicture>,
}

/// A PNG with this work's picture on the left and the other's on the right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LikenessPicture {
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
    /// When each is shown, milliseconds since the first picture of its work.
    pub at_ms: u64,
    pub their_at_ms: u64,
}

/// How a likeness was found and how sure it is, and how the passages differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    pub proof: Proof,
    /// 0..=1
    pub confidence: f64,
    /// This work shows it so many times as fast as the other.
    pub speed: f64,
    pub mirrored: bool,
    /// Which of the two shows only an upright window of the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<CutWork>,
}

/// Returns a confidence of 0 to 1 in whole percent, rounded down and at most 99, since a measurement is never certain.
pub fn sure_percent(confidence: f64) -> u32 {
    (confidence * 100.0).floor().clamp(0.0, 99.0) as u32
}

impl LikenessRecord {
    /// Returns how the likeness was found and how the passages differ.
    pub fn basis(&self) -> Basis {
        let Self { proof, confidence, speed, mirrored, window, .. } = *self;
        Basis { proof, confidence, speed, mirrored, cut: window.map(|window| window.cut) }
    }
}

impl MatchClass {
    pub const ALL: [Self; 7] = [
        Self::SameFile,
        Self::SameStreams,
        Self::SameWork,
        Self::PartOf,
        Self::Contains,
        Self::SharesPassage,
        Self::SameSound,
    ];
}

impl Duplicates {
    /// Returns the consequence of a likeness. A department may submit its own work again in a better version; a copy of the
    /// very same file or streams is none while the first is still there.
    pub fn consequence(&self, class: MatchClass, whose: Ownership) -> Consequence {
        let configured = match class {
            MatchClass::SameFile => self.same_file,
            MatchClass::SameStreams => self.same_streams,
            MatchClass::SameWork => self.same_work,
            MatchClass::Contains | MatchClass::PartOf => self.part,
            MatchClass::SharesPassage => self.passage,
            MatchClass::SameSound => self.same_sound,
        };
        let replaces = match whose {
            Ownership::AnothersWork => false,
            Ownership::OwnWork => class == MatchClass::SameWork,
            Ownership::Replaced => {
                matches!(class, MatchClass::SameFile | MatchClass::SameStreams | MatchClass::SameWork)
            }
        };
        if replaces && configured == Consequence::Reject { Consequence::Warn } else { configured }
    }
}

impl From<Likeness> for MatchClass {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::SameWork => Self::SameWork,
            Likeness::Contains => Self::Contains,
            Likeness::PartOf => Self::PartOf,
            Likeness::SharesPassage => Self::SharesPassage,
            Likeness::SameSound => Self::SameSound,
        }
    }
}

impl From<Evidence> for Proof {
    fn from(evidence: Evidence) -> Self {
        match evidence {
            Evidence::Picture => Self::Picture,
            Evidence::Sound => Self::Sound,
            Evidence::Both => Self::Both,
        }
    }
}
