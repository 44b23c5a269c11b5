//! What the main process asks of a media worker, and what comes back.

use serde::{Deserialize, Serialize};

use super::config::Limits;
use super::finding::Finding;
use super::inspection::Inspection;
use super::plan::{AudioRecipe, VideoRecipe};
use super::text::AnyPath;
use super::units::{Rational, Size};

/// One job for one worker process; a worker ends after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    Inspect(InspectJob),
    Render(RenderJob),
    Verify(VerifyJob),
    Stills(StillsJob),
    /// Says what the engine can do and which walls of the sandbox stand.
    Diagnose,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectJob {
    pub source: AnyPath,
    pub limits: Limits,
    pub threads: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RenderJob {
    pub source: AnyPath,
    /// What was inspected, lower-case hex: nothing is made of any other content.
    pub sha256: Option<String>,
    /// The only folder the worker may write to; every path below is inside it or is read only.
    pub folder: AnyPath,
    pub limits: Limits,
    pub threads: u32,
    pub pictures: Vec<VideoTask>,
    pub sounds: Vec<AudioTask>,
    pub outputs: Vec<OutputTask>,
    /// Pictures to keep for covers.
    pub stills: Vec<StillTask>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoTask {
    pub recipe: VideoRecipe,
    /// A finished file that already holds this very stream: its packets are copied instead of encoded.
    pub donor: Option<AnyPath>,
    /// Bottom first.
    pub layers: Vec<Layer>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioTask {
    pub recipe: AudioRecipe,
    pub donor: Option<AnyPath>,
}

/// An image drawn over the canvas for a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// PNG with alpha, drawn pixel for pixel.
    pub file: AnyPath,
    pub x: u32,
    pub y: u32,
    /// Since the first frame of the rendition; `until_us` of `None` is the end.
    pub from_us: u64,
    pub until_us: Option<u64>,
    /// Fade in and out, microseconds.
    pub fade_us: u64,
    /// 0..=1, on top of the image's own alpha.
    pub opacity: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputTask {
    pub file: AnyPath,
    /// Indices into `pictures` and `sounds`.
    pub picture: usize,
    pub sound: Option<usize>,
    pub container: String,
    pub title: String,
    pub comment: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StillTask {
    /// Since the start of the rendition (of a stills job: since the first picture).
    pub at_us: u64,
    /// PNG, upright, square pixels, SDR BT.709.
    pub file: AnyPath,
    /// Long side at most, pixels.
    pub max_long_side: u32,
}

/// Single pictures of a source or a finished file, for people to compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StillsJob {
    pub source: AnyPath,
    /// The only folder the worker may write to.
    pub folder: AnyPath,
    pub limits: Limits,
    pub threads: u32,
    /// Their moments count from the first picture of the source.
    pub stills: Vec<StillTask>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyJob {
    pub files: Vec<VerifyTask>,
    pub limits: Limits,
    /// Decodes every frame instead of the first and last.
    pub full: bool,
    /// Files looked at side by side.
    pub threads: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyTask {
    pub file: AnyPath,
    pub expect: Expected,
}

/// What a finished file must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    pub container: String,
    pub codec: String,
    pub profile: String,
    pub size: Size,
    pub frame_rate: Rational,
    pub duration_us: u64,
    pub sound: Option<ExpectedSound>,
    pub max_bytes: Option<u64>,
    /// Whole file, bits a second.
    pub max_bit_rate: Option<u64>,
    pub max_key_frame_interval_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpectedSound {
    pub codec: String,
    pub sample_rate: u32,
    pub channels: u32,
    pub loudness_lufs: Option<f64>,
    pub true_peak_dbtp: f64,
}

/// One line of a worker's standard output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WorkerEvent {
    /// Of the whole job, in microseconds of the source.
    Progress {
        done_us: u64,
        total_us: u64,
    },
    Done {
        reply: Box<Reply>,
    },
    /// The job ended with a finding that a person can act on.
    Refused {
        finding: Finding,
    },
    /// Something broke; `detail` is for the log.
    Failed {
        finding: Finding,
        detail: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one reply a process: its size does not matter")]
pub enum Reply {
    Inspected {
        inspection: Inspection,
    },
    Rendered {
        rendered: Rendered,
    },
    Verified {
        files: Vec<Verified>,
    },
    /// When each picture asked for is really shown, microseconds since the first one.
    Stills {
        shown_us: Vec<u64>,
    },
    Diagnosed {
        diagnosis: Diagnosis,
    },
}

/// What a render made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// Frames encoded, by picture; 0 where a donor was copied.
    pub frames: Vec<u64>,
    /// Gain really applied, decibels, by sound.
    pub gains_db: Vec<f64>,
    pub findings: Vec<Finding>,
    /// CPU seconds of the process.
    pub cpu_s: f64,
}

/// What a fresh process measured of one finished file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    pub file: AnyPath,
    pub bytes: u64,
    pub sha256: String,
    pub duration_us: u64,
    pub size: Size,
    pub frame_rate: Rational,
    pub video_codec: String,
    pub profile: String,
    pub audio_codec: Option<String>,
    pub channels: Option<u32>,
    pub loudness_lufs: Option<f64>,
    pub true_peak_dbtp: Option<f64>,
    /// Audio start minus video start, microseconds.
    pub audio_offset_us: Option<i64>,
    pub bit_rate: u64,
    pub longest_gop_ms: u64,
    /// What does not satisfy the expectation; empty is a pass.
    pub faults: Vec<Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// A field name of the field's own words (`duration`, `true_peak`, `fast_start` …).
    pub what: String,
    pub measured: String,
    pub expected: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub ffmpeg: String,
    pub encoders: Vec<String>,
    pub filters_missing: Vec<String>,
    /// Landlock ABI in force; 0 is none.
    pub landlock_abi: u32,
    pub seccomp: bool,
}

impl Diagnosis {
    /// Whether both walls around a worker stand.
    pub fn is_fenced(&self) -> bool {
        self.landlock_abi > 0 && self.seccomp
    }
}

/// Why an engine did not finish a job.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {detail}", .finding.code.name())]
pub struct EngineError {
    /// Boxed, so that results stay small.
    pub finding: Box<Finding>,
    pub kind: FailureKind,
    /// For the log.
    pub detail: String,
}

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The file cannot be used: a rerun ends the same way, and a person can mend it.
    Refused,
    /// Something broke while it was worked on: a rerun may succeed.
    Broken,
}

impl EngineError {
    pub fn refused(finding: Finding, detail: impl ToString) -> Self {
        Self { finding: Box::new(finding), kind: FailureKind::Refused, detail: detail.to_string() }
    }

    pub fn broken(finding: Finding, detail: impl ToString) -> Self {
        Self { finding: Box::new(finding), kind: FailureKind::Broken, detail: detail.to_string() }
    }
}
