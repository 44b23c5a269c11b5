//! How the tracks of a source become left and right, and what is wrong with what is heard.

use serde::{Deserialize, Serialize};

/// `[sound]` of the configuration: what is mended in a sound without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SoundRepair {
    pub one_sided: OneSided,
    pub out_of_phase: OutOfPhase,
}

/// What becomes of sound that only one side has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneSided {
    /// It is put on both sides.
    #[default]
    Both,
    Keep,
}

/// What becomes of two sides that cancel each other out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutOfPhase {
    /// The right one is inverted.
    #[default]
    Invert,
    Keep,
}

/// How the channels of the chosen tracks become left and right, where that is more than a standard downmix of one track.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelMap {
    /// The layout of the channels, if it is none that FFmpeg mixes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<UnusualLayout>,
    /// Mono tracks that are the channels of one recording, the first included; empty for a single track.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<TrackShare>,
}

impl ChannelMap {
    /// Returns true for the standard downmix of one track.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the indices of the streams that are heard; `first` is that of the track which stands for all.
    pub fn streams(&self, first: usize) -> Vec<usize> {
        if self.tracks.is_empty() {
            vec![first]
        } else {
            self.tracks.iter().map(|track| track.stream).collect()
        }
    }
}

/// The share of one mono track in both sides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackShare {
    pub stream: usize,
    pub left: f32,
    pub right: f32,
}

/// A channel layout that FFmpeg does not mix to stereo, and what is done instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusualLayout {
    /// FFmpeg's name (`10 channels`, `ambisonic 1`).
    pub name: String,
    pub mixed: Mixed,
}

/// How the channels of an unusual layout are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mixed {
    /// By the place that each channel's name states.
    ByName,
    /// The stereo downmix that is among the channels.
    ReadyDownmix,
    /// Ambisonics: the channel of all directions (W), on both sides.
    Omnidirectional,
    /// Without names: all alike, on both sides.
    Evenly,
    /// Six or eight channels without names: in the usual order of 5.1 and 7.1.
    Guessed,
}

/// What is done to the stereo sound before its level is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mend {
    #[default]
    Nothing,
    LeftOnBoth,
    RightOnBoth,
    InvertRight,
}

impl Mend {
    /// Returns true if nothing is done.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
}

/// What the measurement of the channels found wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SoundDefects {
    /// The side that is heard, where the other one is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_sided: Option<Side>,
    /// The correlation of both sides, −1..=1, where they cancel each other out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_phase: Option<f64>,
    /// The share of clipped seconds, 0..=1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clipped: Option<f64>,
    /// The frequency of the mains whose hum fills the quiet parts, hertz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hum_hz: Option<u32>,
}

impl SoundDefects {
    /// Returns true if nothing was found.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A track that is not used, counted from 1 among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherTrack {
    pub number: usize,
    pub nature: TrackNature,
}

/// What a track that is not used is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackNature {
    /// It has pictures that move, or sound that is heard.
    Full,
    Silent,
    /// The same signal as the track of this number.
    SameAs(usize),
    /// For people who do not see.
    Description,
    HearingImpaired,
    Commentary,
    Dub,
    /// Music or effects without speech.
    Effects,
    Undecodable,
    OtherProgramme,
    /// Hardly any pictures: that of a motion photo, or a preview.
    Still,
}

/// Why a track was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackReason {
    /// It is the only one that can be heard, or that moves.
    OnlyOne,
    /// It belongs to the picture's programme.
    Programme,
    /// The others are descriptions, commentaries and the like.
    Main,
    /// The file marks it as the one to play.
    Default,
    /// Its language.
    Language,
    /// It is the largest.
    Largest,
    /// Nothing else tells them apart.
    First,
}

/// What findings about tracks and channels say in each language's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundWords {
    Side(Side),
    /// What becomes of a defect.
    Mend(Mend),
    Mixed(Mixed),
    Reason(TrackReason),
    Others(Vec<OtherTrack>),
    /// How to have another track used.
    AnotherTrack,
}
