//! The manifest: what the library says of every work, as one published and versioned format.
//!
//! Paths of files are relative to the library and use `/`; times are RFC 3339; durations are milliseconds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ai::AiRecord;
use super::details::About;
use super::finding::{Code, Severity, Verdict};
use super::language::{AnyPath, Bilingual, Lang};
use super::likeness::LikenessRecord;
use super::plan::{AudioRecipe, VideoRecipe};
pub use super::poster::WorkKind;
use super::preset::Edition;
use super::receipt::Receipt;
use super::review::ReviewRecord;
use super::submission_date::SubmissionDate;
use super::units::{Rational, Size};
use crate::text::Visible;

/// The format's name and version; raised when a reader of the old one would misread the new one.
pub const MANIFEST_SCHEMA: &str = "jincai.manifest/1";

/// What every relative path in a manifest is relative to.
pub const FILES_RELATIVE_TO: &str = "library";

/// One work's manifest, or the whole library's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// `jincai.manifest/1`.
    pub schema: String,
    /// `library`: every `file` below is relative to the library's folder.
    pub files_relative_to: String,
    /// When this file was written.
    pub generated_at: String,
    /// What wrote this file; each work names what made it.
    pub program: Program,
    pub works: Vec<Work>,
}

impl Manifest {
    /// A manifest of these works in the current format.
    pub fn new(generated_at: String, program: Program, works: Vec<Work>) -> Self {
        Self {
            schema: MANIFEST_SCHEMA.to_owned(),
            files_relative_to: FILES_RELATIVE_TO.to_owned(),
            generated_at,
            program,
            works,
        }
    }
}

/// The versions that decide what comes out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Program {
    /// Of jincai itself, `0.1.0`.
    pub jincai: String,
    /// Of the render engine: equal recipes of one engine give equal streams.
    pub engine: u32,
    /// Of FFmpeg, as it names itself.
    pub ffmpeg: String,
}

/// One submission and everything that was made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Work {
    /// Eight characters, stable as long as the source's place in the inbox and its content are.
    pub id: String,
    /// `poster` where it is a picture; missing where it is a video, and where its file could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<WorkKind>,
    pub title: String,
    /// What is shown: the details' word for it, else the department of the folder; `None` where neither names one.
    pub department: Option<String>,
    /// Whose work it counts as: the folder of the inbox in which it was handed in, whatever the details say. Missing where it
    /// lay in none, and in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `None` where the date of submission lies in no season.
    pub season: Option<String>,
    /// The date of submission, by which the season is decided. Missing in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<SubmissionDate>,
    pub authors: Vec<String>,
    /// What else the team says of it: advisors, category, class, synopsis, music, consent.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// What is known of artificial intelligence in it; missing where nobody said anything and no label was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiRecord>,
    /// The captions that its pictures show; missing where it has none, and in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<CaptionsRecord>,
    /// How far its review is; in the library's manifest only, since a work's own says what was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewRecord>,
    /// 1 for the first time a source was made, one more for each time its outputs changed.
    pub revision: u32,
    /// Half size and fast, for a look only; a real run makes it again.
    pub draft: bool,
    pub source: SourceRecord,
    /// Set where `source` was refused and `renditions` stay: the file that they are of, the one that lay there before, or
    /// `source` itself, where it is what lies beside it that cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_from: Option<PublishedFrom>,
    pub verdict: Verdict,
    /// The id of the work this one repeats; set where the verdict is `duplicate`.
    pub duplicate_of: Option<String>,
    /// What it has in common with earlier works, gravest first.
    #[serde(default)]
    pub likenesses: Vec<LikenessRecord>,
    pub findings: Vec<FindingRecord>,
    pub renditions: Vec<Rendition>,
    /// Which targets share which encode.
    pub encodes: Encodes,
    /// When the work was made (or refused).
    pub made_at: String,
    pub made_by: Program,
    pub timings: Timings,
}

impl Work {
    /// The digest of the content that the library publishes of this work; `None` where it publishes none.
    pub fn published_sha256(&self) -> Option<&str> {
        match self.verdict.is_accepted() {
            true => self.source.sha256.as_deref(),
            false => self.published_from.as_ref().map(|file| file.sha256.as_str()),
        }
    }

    /// Returns true if it is a picture and no video.
    pub fn is_poster(&self) -> bool {
        self.kind == Some(WorkKind::Poster)
    }

    /// Leaves out what only the library's manifest says, which follows from records: an entry says what was made.
    pub fn without_review(mut self) -> Self {
        self.review = None;
        for rendition in &mut self.renditions {
            rendition.released = None;
            rendition.receipts.clear();
        }
        self
    }
}

/// The captions of a work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaptionsRecord {
    /// The name of the file beside the source.
    pub file: String,
    /// Of their times and texts as they are shown, lower-case hex.
    pub sha256: String,
}

/// A file that renditions are of, though what was handed in since cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublishedFrom {
    /// Lower-case hex, of the whole file.
    pub sha256: String,
    /// Of its streams' packets, whatever the container.
    pub packets_sha256: Option<String>,
    pub duration_ms: Option<u64>,
    /// When it was last changed, seconds since 1970: of two like works the earlier is the original.
    #[serde(default)]
    pub modified_s: i64,
}

/// The file that was handed in. What could not be read is `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceRecord {
    pub path: AnyPath,
    /// Lower-case hex, of the whole file.
    pub sha256: Option<String>,
    pub bytes: u64,
    /// From decoded timestamps, not from the header. A poster has none.
    pub duration_ms: Option<u64>,
    /// Width and height as a viewer sees them, after rotation and sample aspect.
    pub display: Option<Size>,
    /// When the camera says it was taken, in RFC 3339; without an offset where the file names none.
    pub captured_at: Option<String>,
    /// When the watch service found the file gone from the inbox; the work stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<String>,
}

/// A finding with its texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRecord {
    pub code: Code,
    pub severity: Severity,
    /// `null`: the whole work.
    pub target: Option<String>,
    pub measured: Option<String>,
    pub limit: Option<String>,
    pub message: Bilingual,
}

/// A message begins with the id of the target, as whoever reads a manifest needs it; who shows the finding in a layout of
/// its own takes the sentence.
impl FindingRecord {
    /// Returns the sentence of the message, without the target.
    pub fn sentence(&self, lang: Lang) -> &str {
        let message = self.message.get(lang);
        let Some(target) = &self.target else { return message };
        message.strip_prefix(&target_prefix(target, lang)).unwrap_or(message)
    }

    /// Composes the message of a finding for `target`.
    pub fn message_of(target: Option<&str>, sentence: Bilingual) -> Bilingual {
        let Some(target) = target else { return sentence };
        let begun = |lang| target_prefix(target, lang) + sentence.get(lang);
        Bilingual::new(begun(Lang::Zh), begun(Lang::En))
    }
}

/// What the message of a finding for a target begins with.
fn target_prefix(target: &str, lang: Lang) -> String {
    let colon = match lang {
        Lang::Zh => "：",
        Lang::En => ": ",
    };
    format!("{}{colon}", Visible::of(target))
}

/// One finished file for one target, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rendition {
    pub target: String,
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
    pub duration_ms: u64,
    pub width: u32,
    pub height: u32,
    pub frame_rate: Rational,
    pub video: VideoTrack,
    /// `null`: silent by design.
    pub audio: Option<AudioTrack>,
    /// As measured in the finished file; `null` where there is nothing to measure.
    pub loudness_lufs: Option<f64>,
    pub true_peak_dbtp: Option<f64>,
    pub edition: Edition,
    pub covers: Vec<Cover>,
    /// `null` for screens: nothing is posted there.
    pub post: Option<PostRecord>,
    /// Whether it may be posted and shown; in the library's manifest only, as of when that was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<bool>,
    /// Where it was posted; in the library's manifest only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VideoTrack {
    pub codec: String,
    pub profile: String,
    /// The recipe's key, found again in `encodes.pictures`.
    pub recipe: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AudioTrack {
    pub codec: String,
    pub channels: u32,
    /// The recipe's key, found again in `encodes.sounds`.
    pub recipe: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cover {
    pub file: String,
    pub width: u32,
    pub height: u32,
    pub sha256: String,
    pub bytes: u64,
}

/// What to paste into the platform's own form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostRecord {
    pub title: String,
    pub text: String,
    /// With their `#`, in the platform's form.
    pub topics: Vec<String>,
    pub tags: Vec<String>,
    /// The platform's own sentence on how the work came about, which whoever posts chooses there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declaration: Option<String>,
}

/// Every distinct encode of a work, with the targets that take it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Encodes {
    pub pictures: Vec<PictureEncode>,
    pub sounds: Vec<SoundEncode>,
}

/// One encoded video stream and how it was encoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PictureEncode {
    /// The recipe's key, SHA-256 in lower-case hex.
    pub recipe: String,
    pub targets: Vec<String>,
    pub width: u32,
    pub height: u32,
    pub frame_rate: Rational,
    pub codec: String,
    pub preset: String,
    pub profile: String,
    pub crf: f64,
    /// Bits a second and bits.
    pub max_rate: u64,
    pub buffer: u64,
    pub key_frame_every_frames: u32,
    pub x264: String,
    /// Frames encoded in this run; 0 where an earlier file's packets were copied.
    pub frames: u64,
}

impl PictureEncode {
    /// The settings of `recipe`, which served `targets`.
    pub fn new(recipe: &VideoRecipe, targets: Vec<String>, frames: u64) -> Self {
        Self {
            recipe: recipe.key(),
            targets,
            width: recipe.canvas.width,
            height: recipe.canvas.height,
            frame_rate: recipe.frame_rate,
            codec: recipe.encode.codec.clone(),
            preset: recipe.encode.preset.clone(),
            profile: recipe.encode.profile.clone(),
            crf: recipe.encode.crf,
            max_rate: recipe.encode.max_rate,
            buffer: recipe.encode.buffer,
            key_frame_every_frames: recipe.encode.gop_frames,
            x264: recipe.encode.x264.clone(),
            frames,
        }
    }
}

/// One encoded audio stream and how it was encoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SoundEncode {
    /// The recipe's key, SHA-256 in lower-case hex.
    pub recipe: String,
    pub targets: Vec<String>,
    pub sample_rate: u32,
    pub channels: u32,
    /// Bits a second.
    pub rate: u64,
    /// Gain applied before limiting, decibels.
    pub gain_db: f64,
    pub aim_lufs: Option<f64>,
    pub limit_dbtp: f64,
}

impl SoundEncode {
    /// The settings of `recipe`, which served `targets`.
    pub fn new(recipe: &AudioRecipe, targets: Vec<String>) -> Self {
        Self {
            recipe: recipe.key(),
            targets,
            sample_rate: recipe.sample_rate,
            channels: recipe.channels,
            rate: recipe.rate,
            gain_db: recipe.gain_db,
            aim_lufs: recipe.loudness_lufs,
            limit_dbtp: recipe.true_peak_dbtp,
        }
    }
}

/// How long each stage took, milliseconds of wall time, and the media workers' CPU time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    pub inspect_ms: u64,
    pub decide_ms: u64,
    pub render_ms: u64,
    pub verify_ms: u64,
    pub publish_ms: u64,
    pub cpu_s: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_of_a_message_is_what_stands_behind_its_target() {
        let sentence = || Bilingual::new("视频太长。", "The video is too long.");
        let record = |target: Option<&str>, message| FindingRecord {
            code: Code::DurationTooLong,
            severity: Severity::Error,
            target: target.map(str::to_owned),
            measured: None,
            limit: None,
            message,
        };
        let one = record(Some("weibo"), FindingRecord::message_of(Some("weibo"), sentence()));
        assert_eq!(one.message, Bilingual::new("weibo：视频太长。", "weibo: The video is too long."));
        let whole = record(None, FindingRecord::message_of(None, sentence()));
        let odd = record(Some("weibo"), sentence());
        for record in [one, whole, odd] {
            assert_eq!(record.sentence(Lang::Zh), "视频太长。");
            assert_eq!(record.sentence(Lang::En), "The video is too long.");
        }
    }
}
