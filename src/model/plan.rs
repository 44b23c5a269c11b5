//! The plan: the pictures and sounds that are encoded, and the finished files that use them.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::inspection::{Appearance, Colour, Fields, Orientation};
use super::packet_layout::PacketLayout;
use super::poster::WorkKind;
use super::preset::{Corner, Edition, Fit, Insets};
use super::sound::{ChannelMap, Mend};
use super::units::{Rational, Size};
use crate::text::hex;

/// Version of the render engine, raised whenever the same recipe would give other pictures or sounds.
pub const ENGINE_VERSION: u32 = 3;

/// Most gain, decibels; more would mostly raise noise.
pub const MOST_GAIN_DB: f64 = 30.0;

/// The cheapest set of encodes that satisfies every target. It is complete and free of FFmpeg values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub source_sha256: String,
    /// Length of every rendition, microseconds.
    pub duration_us: u64,
    pub pictures: Vec<VideoRecipe>,
    pub sounds: Vec<AudioRecipe>,
    pub outputs: Vec<OutputPlan>,
}

/// One finished file, for one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputPlan {
    pub target: String,
    /// Index into `Plan::pictures`.
    pub picture: usize,
    /// Index into `Plan::sounds`; `None` where the target is silent by design.
    pub sound: Option<usize>,
    pub container: String,
    pub edition: Edition,
    pub max_bytes: Option<u64>,
    /// Whole file, bits a second.
    pub max_bit_rate: Option<u64>,
    pub max_key_frame_interval_ms: Option<u64>,
    /// −15.0 LUFS and the like; `None` where there is no track or nothing to measure.
    pub loudness_lufs: Option<f64>,
    pub true_peak_dbtp: f64,
}

/// A complete description of one encoded video stream. Equal recipes are encoded once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoRecipe {
    pub engine: u32,
    pub source_sha256: String,
    /// A poster is drawn whole over its own blurred and darkened enlargement, its layers for as long as it lasts.
    #[serde(default, skip_serializing_if = "WorkKind::is_video")]
    pub kind: WorkKind,
    pub stream: usize,
    /// Where the work starts on the source's time line, microseconds, and how long it lasts.
    pub start_us: i64,
    pub duration_us: u64,
    pub normalise: Normalise,
    pub canvas: Size,
    pub fit: Fit,
    /// What must stay in the picture where it is cropped, as shares of its width and height; the middle where nobody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<(f64, f64)>,
    pub frame_rate: Rational,
    pub overlays: Overlays,
    pub encode: VideoEncode,
    /// What is added to the timestamps of the source's packets.
    #[serde(default, skip_serializing_if = "PacketLayout::is_plain")]
    pub layout: PacketLayout,
}

/// How the source's pictures become square-pixel, upright, progressive BT.709 limited range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalise {
    pub display: Size,
    pub orientation: Orientation,
    pub fields: Fields,
    /// FFmpeg's names, never `unknown`: the planner decides what an untagged source means.
    pub primaries: String,
    pub transfer: String,
    pub matrix: String,
    pub full_range: bool,
    /// What of it decides pixels: crop, transparency, interlacing, the first picture's tags.
    #[serde(default, skip_serializing_if = "Appearance::is_plain")]
    pub appearance: Appearance,
}

impl Normalise {
    /// Returns the normalisation of upright progressive BT.709 pictures of a size.
    pub fn plain(display: Size) -> Self {
        let name = || "bt709".to_owned();
        Self {
            display,
            orientation: Orientation::default(),
            fields: Fields::Progressive,
            primaries: name(),
            transfer: name(),
            matrix: name(),
            full_range: false,
            appearance: Appearance::default(),
        }
    }

    /// Returns the colours that the pictures are taken to have.
    pub fn colour(&self) -> Colour {
        Colour {
            primaries: self.primaries.clone(),
            transfer: self.transfer.clone(),
            matrix: self.matrix.clone(),
            full_range: self.full_range,
        }
    }
}

/// Everything that is drawn over the picture, with all that decides its pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overlays {
    pub watermark: Option<WatermarkPlan>,
    pub captions: Option<CaptionPlan>,
    pub title_card: Option<CardPlan>,
    pub lower_third: Option<CardPlan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai_mark: Option<AiMarkPlan>,
    pub safe: Insets,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatermarkPlan {
    /// SHA-256 of the image file.
    pub sha256: String,
    pub corner: Corner,
    pub size: f64,
    pub opacity: f64,
    pub margin: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionPlan {
    /// SHA-256 over the cues, the style and the font.
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardPlan {
    /// SHA-256 over the template, the texts and the font.
    pub sha256: String,
    pub until_us: u64,
}

/// The words that say that a work is made by artificial intelligence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AiMarkPlan {
    /// SHA-256 over the text, its size and the font.
    pub sha256: String,
    /// `None` is the end of the work.
    pub until_us: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoEncode {
    pub codec: String,
    pub preset: String,
    pub profile: String,
    pub crf: f64,
    /// VBV, bits a second and bits.
    pub max_rate: u64,
    pub buffer: u64,
    pub gop_frames: u32,
    /// Further x264 parameters.
    pub x264: String,
    /// True for half size and the fastest settings; such a stream never satisfies a real run.
    pub draft: bool,
}

/// A complete description of one encoded audio stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioRecipe {
    pub engine: u32,
    pub source_sha256: String,
    /// `None`: silence.
    pub stream: Option<usize>,
    /// How the channels of that track and of those joined to it become left and right.
    #[serde(default, skip_serializing_if = "ChannelMap::is_plain")]
    pub map: ChannelMap,
    #[serde(default, skip_serializing_if = "Mend::is_nothing")]
    pub mend: Mend,
    /// Where the work starts on the source's time line, microseconds, and how long it lasts.
    pub start_us: i64,
    pub duration_us: u64,
    pub sample_rate: u32,
    pub channels: u32,
    /// Bits a second.
    pub rate: u64,
    /// Linear gain to apply before limiting, decibels.
    pub gain_db: f64,
    /// Integrated loudness to reach; `None` where there is nothing to measure.
    pub loudness_lufs: Option<f64>,
    pub true_peak_dbtp: f64,
    /// What is added to the timestamps of the source's packets.
    #[serde(default, skip_serializing_if = "PacketLayout::is_plain")]
    pub layout: PacketLayout,
}

impl VideoRecipe {
    /// Returns the SHA-256 of the whole recipe, lower-case hex: the cache key of the encoded stream.
    pub fn key(&self) -> String {
        key_of(self)
    }
}

impl AudioRecipe {
    /// Returns the SHA-256 of the whole recipe, lower-case hex: the cache key of the encoded stream.
    pub fn key(&self) -> String {
        key_of(self)
    }
}

fn key_of(recipe: &impl Serialize) -> String {
    // A recipe holds numbers, strings and finite floats only, which JSON can always express.
    let bytes = serde_json::to_vec(recipe).unwrap_or_default();
    hex(&Sha256::digest(bytes))
}
