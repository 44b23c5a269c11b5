//! The jobs that the main process gives to a media worker, and the replies.

use serde::{Deserialize, Serialize};

use super::ai::AiLabel;
use super::config::Limits;
use super::finding::Finding;
use super::form::{Form, FormJob};
use super::inspection::Inspection;
use super::language::AnyPath;
use super::plan::{AudioRecipe, VideoRecipe};
use super::showcase::contents::{CleanPaper, Contents, PackageJob, PaperJob};
use super::table::{Table, TableJob};
use super::units::{Rational, Size};

/// One job for one worker process; a worker ends after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    Inspect(InspectJob),
    Render(RenderJob),
    Verify(VerifyJob),
    Stills(StillsJob),
    Table(TableJob),
    Form(FormJob),
    Reel(ReelJob),
    Package(PackageJob),
    Paper(PaperJob),
    /// Reports what the engine can do and which parts of the sandbox are in force.
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
    /// SHA-256 of the inspected content, lower-case hex: the worker renders no other.
    pub sha256: Option<String>,
    /// The only folder to which the worker may write; every path below is inside it or only read.
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
    /// Where the finished canvas of a poster is written as JPEG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canvas: Option<AnyPath>,
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
    /// Microseconds since the first frame of the rendition; `until_us` of `None` is the end.
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
    /// Labels of AI-made media that the file carries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ai_labels: Vec<AiLabel>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StillTask {
    /// Microseconds since the start of the rendition (in a stills job: since the first picture).
    pub at_us: u64,
    /// PNG, upright, square pixels, SDR BT.709.
    pub file: AnyPath,
    /// Long side at most, pixels.
    pub max_long_side: u32,
}

/// What a stills job reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StillsOf {
    #[default]
    Film,
    /// A picture that a team handed in: its first task gets all of it.
    Picture,
}

/// Single pictures of a source or a finished file, for people to compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StillsJob {
    pub source: AnyPath,
    pub of: StillsOf,
    /// The only folder the worker may write to.
    pub folder: AnyPath,
    pub limits: Limits,
    pub threads: u32,
    /// Their moments count from the first picture of the source.
    pub stills: Vec<StillTask>,
}

/// Joins finished files of one size into one film, their packets copied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReelJob {
    pub parts: Vec<ReelPart>,
    /// Inside the folder.
    pub file: AnyPath,
    pub title: String,
    /// The only folder the worker may write to.
    pub folder: AnyPath,
    pub limits: Limits,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReelPart {
    pub file: AnyPath,
    pub duration_us: u64,
}

/// A reel as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reel {
    pub frames: u64,
    pub duration_us: u64,
    /// Whether all parts have the same parameter sets, so that none had to be put into the stream.
    pub is_uniform: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyJob {
    pub files: Vec<VerifyTask>,
    pub limits: Limits,
    /// Decodes every frame instead of the first and last.
    pub full: bool,
    /// Files verified at once.
    pub threads: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyTask {
    pub file: AnyPath,
    pub expect: Expected,
    /// The college's mark, which must be seen; `None` for a clean edition.
    #[serde(default)]
    pub mark: Option<Layer>,
}

/// The specification that a finished file must meet.
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
    /// Bits per second of the whole file.
    pub max_bit_rate: Option<u64>,
    pub max_key_frame_interval_ms: u64,
    /// The only labels of AI-made media that it may and must carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ai_labels: Vec<AiLabel>,
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
    /// Progress of the whole job, in microseconds of the source.
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
    /// The job failed for another reason; `detail` is for the log.
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
    Table {
        table: Table,
    },
    Form {
        form: Form,
    },
    Reel {
        reel: Reel,
    },
    Package {
        contents: Contents,
    },
    Paper {
        paper: CleanPaper,
    },
    Diagnosed {
        diagnosis: Diagnosis,
    },
}

/// The result of a render.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// Frames encoded, by picture; 0 where a donor was copied.
    pub frames: Vec<u64>,
    /// Applied gain, decibels, by sound.
    pub gains_db: Vec<f64>,
    pub findings: Vec<Finding>,
    /// CPU seconds of the process.
    pub cpu_s: f64,
    #[serde(default)]
    pub counts: FrameCounts,
}

/// What became of every frame of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameCounts {
    /// Frames that came out of the decoder; 0 where none was asked for.
    pub decoded: u64,
    /// Those among them whose time is not after that of the frame before them.
    pub out_of_order: u64,
    /// What each picture made of the decoded frames.
    pub uses: Vec<FrameUses>,
}

/// What one picture made of the decoded frames. They add up to their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameUses {
    pub shown: u64,
    /// Before the start or after the end of the work.
    pub outside: u64,
    /// Left out by the conversion to a constant rate: a neighbour is nearer to every slot.
    pub thinned: u64,
    /// Frames of the finished picture.
    pub slots: u64,
}

impl FrameUses {
    /// Returns the number of frames that are accounted for.
    pub fn total(&self) -> u64 {
        self.shown + self.outside + self.thinned
    }

    /// Returns the number of frames left out beyond those for which the finished picture has no room, as a rate of the source
    /// that varies may cause. One may fall between two slots at the end.
    pub fn thinned_needlessly(&self) -> u64 {
        let too_many = self.total().saturating_sub(self.outside).saturating_sub(self.slots);
        self.thinned.saturating_sub(too_many + 1)
    }
}

/// The measurements of one finished file by a fresh process.
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
    /// What was seen of the college's mark; `None` where none was expected.
    #[serde(default)]
    pub mark: Option<MarkSeen>,
    /// Where it does not meet its specification; empty is a pass.
    pub faults: Vec<Fault>,
}

/// In how many decoded frames of a finished file the college's mark was looked for and found. In the rest it cannot be
/// told: a faint mark, or a picture like it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkSeen {
    pub frames: u32,
    pub present: u32,
    /// Frames that cannot carry it.
    pub absent: u32,
}

impl MarkSeen {
    /// A file that should carry a mark, and into which none was drawn.
    pub const NONE: Self = Self { frames: 1, present: 0, absent: 1 };

    /// Returns the fault of a file that lacks its mark in a frame.
    pub fn fault(self) -> Option<Fault> {
        (self.absent > 0).then(|| Fault {
            what: "watermark".to_owned(),
            measured: format!("missing in {} of {} frames", self.absent, self.frames),
            expected: "in every frame".to_owned(),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The measured property (`duration`, `true_peak`, `fast_start` …).
    pub what: String,
    pub measured: String,
    pub expected: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub ffmpeg: String,
    pub encoders: Vec<String>,
    pub filters_missing: Vec<String>,
    /// Version of the Landlock ABI in force; 0 is none.
    pub landlock_abi: u32,
    pub seccomp: bool,
}

impl Diagnosis {
    /// Returns true if both parts of the sandbox are in force.
    pub fn is_fenced(&self) -> bool {
        self.landlock_abi > 0 && self.seccomp
    }
}

/// The error of a job that a worker did not finish.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {detail}", .finding.code.name())]
pub struct EngineError {
    /// Boxed, so that results stay small.
    pub finding: Box<Finding>,
    pub kind: FailureKind,
    /// For the log.
    pub detail: String,
}

/// Whether the file or something else caused a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The file cannot be used: a rerun ends the same way, until a person fixes the file.
    Refused,
    /// Something else failed: a rerun may succeed.
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

impl RenderJob {
    /// Returns true if the source is a picture; all recipes are of the same source.
    pub fn is_poster(&self) -> bool {
        self.pictures.first().is_some_and(|task| task.recipe.kind.is_poster())
    }
}
