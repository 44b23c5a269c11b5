//! A target's spec: what it accepts, what it wants, how it is posted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ai::AiUse;
use super::language::Bilingual;
use super::units::{Rational, Size};

/// One target. Read from `presets/ID.toml` by `presets`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    pub id: String,
    pub name: Bilingual,
    pub kind: TargetKind,
    /// ISO date on which the numbers were true.
    pub as_of: String,
    pub accept: Accept,
    pub want: Want,
    #[serde(default)]
    pub cover: Vec<CoverSpec>,
    /// `None` for screens: nothing is posted there.
    #[serde(default)]
    pub post: Option<Post>,
    pub overlay: OverlayRules,
    /// Where each number comes from, by dotted path (`accept.max_bytes`).
    pub evidence: BTreeMap<String, Evidence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Platform,
    Screen,
    Web,
    /// A contest's or editor's clean copy.
    Entry,
}

/// Hard limits on the finished file (and, for duration, on the work itself). `None` is "no limit known".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// Of the rendition: `mp4` …
    pub containers: Vec<String>,
    pub video_codecs: Vec<String>,
    pub audio_codecs: Vec<String>,
    pub min_duration_ms: Option<u64>,
    pub max_duration_ms: Option<u64>,
    /// Width over height of the rendition.
    pub min_aspect: Option<Rational>,
    pub max_aspect: Option<Rational>,
    /// Short side of the source in pixels: below `min` is an error, below `advised` a warning.
    pub min_short_side: Option<u32>,
    pub advised_short_side: Option<u32>,
    pub max_short_side: Option<u32>,
    pub max_long_side: Option<u32>,
    pub max_frame_rate: Option<Rational>,
    pub min_frame_rate: Option<Rational>,
    /// Whole file, bits a second.
    pub max_bit_rate: Option<u64>,
    pub max_bytes: Option<u64>,
    pub max_key_frame_interval_ms: Option<u64>,
}

/// The ideal rendition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Want {
    /// Canvas by the shape of the source (aspect ≥ 1.05 landscape, ≤ 0.95 portrait, else square).
    pub landscape: Size,
    pub portrait: Size,
    pub square: Size,
    pub fit: Fit,
    /// The source's rate, snapped to a standard one, not above this.
    pub max_frame_rate: Rational,
    /// Exactly this rate, whatever the source's (broadcast masters, LED controllers).
    pub frame_rate: Option<Rational>,
    /// x264 CRF; a lower number is better quality.
    pub crf: f64,
    /// Peak of the video, bits a second (VBV).
    pub max_rate: u64,
    pub key_frame_interval_ms: u64,
    pub sound: Sound,
    /// Bits a second.
    pub audio_rate: u64,
    pub loudness_lufs: f64,
    pub true_peak_dbtp: f64,
}

/// How a source of another shape meets the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Whole picture on a blurred, enlarged copy of itself.
    Blur,
    /// Whole picture on black.
    Pad,
    /// Fills the canvas; what sticks out is cut off.
    Crop,
    /// No canvas: the source's own shape, not larger than the canvas.
    Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// AAC-LC, 48 kHz stereo; silence where the source has none.
    Stereo,
    /// No audio track at all.
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverSpec {
    pub size: Size,
    pub format: ImageFormat,
    pub max_bytes: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    Jpeg,
    Png,
}

/// How a post is written there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// 0: the platform has no separate title.
    pub title_max: u32,
    pub title_min: u32,
    pub text_max: u32,
    /// Whether topics and tags count towards `text_max`.
    pub topics_in_text: bool,
    pub tags_max: u32,
    pub tag_max_chars: Option<u32>,
    pub tags_total_max_chars: Option<u32>,
    pub topic_form: TopicForm,
    pub count: Counting,
    /// Hosts of the posts' links, each with its subdomains; empty where only the configuration knows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Hosts of short links, exactly; one may end with the beginning of a path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub short_hosts: Vec<String>,
    /// Characters the title may hold besides letters, digits and CJK; `None` is "any".
    pub title_charset: Option<String>,
    /// The platform's own sentences on how a work came about, which whoever posts chooses there.
    #[serde(default, skip_serializing_if = "Declarations::is_empty")]
    pub declare: Declarations,
}

/// What is chosen in a platform's form, in its own words. `None` where these are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Declarations {
    pub none: Option<String>,
    pub assisted: Option<String>,
    pub generated: Option<String>,
}

impl Declarations {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the sentence for a use of artificial intelligence.
    pub fn sentence(&self, ai: AiUse) -> Option<&str> {
        match ai {
            AiUse::None => self.none.as_deref(),
            AiUse::Assisted => self.assisted.as_deref(),
            AiUse::Generated => self.generated.as_deref(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TopicForm {
    /// `#你好天津`
    Single,
    /// `#你好天津#`
    Double,
    /// `你好天津`, separated by commas (Bilibili's tags).
    Plain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Every character is one.
    Characters,
    /// Full-width is one, half-width a half.
    HalfWidth,
}

/// What may be drawn over the picture, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverlayRules {
    pub edition: Edition,
    /// The watermark's corner for this target; `None` is the configuration's.
    pub corner: Option<Corner>,
    pub captions: bool,
    pub title_card: bool,
    pub lower_third: bool,
    /// Kept free of text and watermark on portrait and on other canvases: the platform's own buttons lie there.
    pub portrait_safe: Insets,
    pub landscape_safe: Insets,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// With the college's watermark.
    Branded,
    /// Without any mark.
    Clean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// Per mille of the canvas' height (top, bottom) and width (left, right).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insets {
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
    pub left: u32,
}

impl Insets {
    /// The insets that keep clear of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            top: self.top.max(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
            left: self.left.max(other.left),
        }
    }
}

/// Where a number comes from and how far to trust it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub source: String,
    pub confidence: Confidence,
    /// ISO date, when it differs from the preset's.
    #[serde(default)]
    pub as_of: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The platform's own words.
    Documented,
    /// A tool's constant or an article.
    ThirdParty,
    /// Engineering practice; nobody's rule.
    Convention,
}
