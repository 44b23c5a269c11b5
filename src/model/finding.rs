//! Findings and verdicts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustix::io::Errno;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::config::Consequence;
pub use super::foreign_word::ForeignWord;
use super::language::Bilingual;
use super::likeness::MatchClass;
use super::value::{Arg, Value};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing to do: the render cures it, or it is only worth knowing.
    Note,
    /// Made all the same; a person should look.
    Warning,
    /// The target (or the whole work) is not made.
    Error,
}

/// The result of a rule, an inspection or a failure. `messages` makes texts in both languages of it. Workers send it with all
/// its values; people and other programs get a [`FindingJson`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub code: Code,
    pub severity: Severity,
    /// The target it concerns; `None` is the whole work.
    pub target: Option<String>,
    pub measured: Option<Value>,
    /// The limit that applies.
    pub limit: Option<Value>,
    /// Further values the message names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<Arg, Value>,
}

impl Finding {
    pub fn new(code: Code, severity: Severity) -> Self {
        Self { code, severity, target: None, measured: None, limit: None, args: BTreeMap::new() }
    }

    pub fn error(code: Code) -> Self {
        Self::new(code, Severity::Error)
    }

    pub fn warning(code: Code) -> Self {
        Self::new(code, Severity::Warning)
    }

    pub fn note(code: Code) -> Self {
        Self::new(code, Severity::Note)
    }

    #[must_use]
    pub fn for_target(mut self, target: &str) -> Self {
        self.target = Some(target.to_owned());
        self
    }

    #[must_use]
    pub fn measured(mut self, value: impl Into<Value>) -> Self {
        self.measured = Some(value.into());
        self
    }

    #[must_use]
    pub fn limit(mut self, value: impl Into<Value>) -> Self {
        self.limit = Some(value.into());
        self
    }

    #[must_use]
    pub fn arg(mut self, name: Arg, value: impl Into<Value>) -> Self {
        self.args.insert(name, value.into());
        self
    }

    /// Adds the message of the system or a library.
    #[must_use]
    pub fn detail(self, message: impl ToString) -> Self {
        self.arg(Arg::Detail, message.to_string())
    }
}

/// A finding as `--json` and the service's status write it: every value in the notation that is shown, and what the
/// languages say each in its own way under a name ending in `_zh` and one in `_en`. `messages` makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingJson {
    pub code: Code,
    pub severity: Severity,
    pub target: Option<String>,
    pub measured: Option<String>,
    pub limit: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
}

/// A written finding gives the same texts again. Arguments of another version are left out.
impl From<&FindingJson> for Finding {
    fn from(written: &FindingJson) -> Self {
        let FindingJson { code, severity, target, measured, limit, args } = written;
        let value = |text: &Option<String>| text.as_ref().map(Value::from);
        let arg = |(name, text): (&String, &String)| {
            let Some(stem) = name.strip_suffix("_zh") else {
                return Some((Arg::from_name(name)?, Value::from(text)));
            };
            let en = args.get(&format!("{stem}_en"))?;
            Some((Arg::from_name(stem)?, Value::from(Bilingual::new(text, en))))
        };
        Self {
            code: *code,
            severity: *severity,
            target: target.clone(),
            measured: value(measured),
            limit: value(limit),
            args: args.iter().filter_map(arg).collect(),
        }
    }
}

/// Stable names of what can be found; the kebab-case form is part of the manifest's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    // The file is not a video that can be used.
    EmptyFile,
    NotMedia,
    StillImage,
    SubtitleOnly,
    /// A playlist, image sequence or script: a file that names other files or addresses.
    NamesOtherFiles,
    ContainerNotAllowed,
    IndexMissing,
    NoMediaData,
    NoVideo,
    OnlyCoverArt,
    SingleFrame,
    ZeroDuration,
    UnknownCodec,
    Encrypted,
    NothingDecodes,
    /// Its colours are of a kind that only Dolby's own decoders show.
    DolbyVisionOnly,
    Truncated,
    Damaged,
    TooManyPixels,
    TooManyStreams,
    TooLong,
    TooManyBytes,
    // The media worker.
    WorkerCrashed,
    WorkerTimedOut,
    WorkerStalled,
    WorkerOutOfMemory,
    WorkerOutputTooLarge,
    /// The kernel lacks a wall that the configuration asks for.
    SandboxMissing,
    /// It ran out of time by the clock while the machine gave it a part of a processor only.
    WorkerStarved,
    // The surroundings.
    SourceMissing,
    SourceUnreadable,
    /// A link to a file outside the folder that was handed in.
    LinkLeadsOut,
    SourceChanged,
    DiskFull,
    LibraryReadOnly,
    /// What the catalogue holds of a work cannot be read.
    EntryUnreadable,
    VerificationFailed,
    RenderFailed,
    Interrupted,
    /// Its making broke off again and again: not tried any more until it changes.
    SetAside,
    /// The inbox is gone, or empty all at once.
    InboxMissing,
    /// Another program holds the library's catalogue.
    CatalogueBusy,
    /// The disk or share that the library lies on does not answer.
    LibraryUnreachable,
    TooManyOpenFiles,
    /// The system starts no further process or thread.
    MachineBusy,
    // Rules of a target or of the campaign.
    DurationTooShort,
    DurationTooLong,
    AspectNotAccepted,
    ResolutionTooLow,
    ResolutionBelowAdvice,
    CaptionsMissing,
    NameDoesNotMatch,
    OutputTooLarge,
    SeasonUnknown,
    DepartmentUnknown,
    ShareOfDamage,
    /// The details name another department than the folder: only the folder says whose work it is.
    DepartmentClaimed,
    // Duplicates.
    SameBytes,
    SameStreams,
    /// The same pictures, encoded again or changed a little.
    SameWork,
    ContainsWork,
    PartOfWork,
    SharesPassage,
    /// The same sound under other pictures.
    SameSound,
    // What the render cures.
    WillConvertContainer,
    WillConvertVideo,
    WillConvertAudio,
    WillToneMap,
    WillConvertColour,
    WillDeinterlace,
    /// Nothing marks it as interlaced; its combs were measured.
    WillDeinterlaceUnmarked,
    WillConstantFrameRate,
    WillLimitFrameRate,
    WillRotate,
    WillSquarePixels,
    WillScaleDown,
    WillEnlarge,
    WillPad,
    WillCrop,
    WillLimitBitRate,
    WillLimitBytes,
    WillNormaliseLoudness,
    WillDownmix,
    WillUpmix,
    WillAddSilence,
    WillDropSound,
    WillStripPrivateMetadata,
    WillReserveExtraStreams,
    /// The base layer is used, Dolby Vision's own data are not.
    WillUseBaseLayer,
    /// Transparent parts become black.
    WillComposeAlpha,
    /// Margins that the container hides are cut off.
    WillCutMargins,
    // Worth a look.
    LoudnessOutOfReach,
    SilentThroughout,
    LongSilence,
    LongBlack,
    LongFrozen,
    AudioUndecodable,
    AudioOffset,
    AudioLongerThanVideo,
    /// Timestamps begin again in the middle: several recordings in one file.
    RecordingsJoined,
    /// Picture and sound jump ahead together: the recording was interrupted.
    InterruptionClosed,
    /// The sound begins again while the picture goes on.
    SoundRestarted,
    /// A raw stream: its pictures follow each other at the rate that it states.
    NoTimestamps,
    /// Pictures that could not be decoded or do not come in order.
    PicturesLost,
    /// An edit list with a gap in the middle, which cannot be followed.
    EditGap,
    /// An edit list that asks for another speed.
    EditSpeed,
    /// Several complete files one after the other, of which only the first can be read.
    SeveralFiles,
    // Tracks and channels.
    PictureTrackChosen,
    SoundTrackChosen,
    ProgrammeChosen,
    /// Mono tracks that are the channels of one recording.
    TracksJoined,
    /// Mono tracks of several microphones.
    TracksMixed,
    /// A channel layout that has no standard downmix.
    ChannelsMixed,
    SoundOneSided,
    SoundOutOfPhase,
    SoundClipped,
    SoundHums,
    /// Colours that nobody here can convert.
    ColourNotConverted,
    /// Stream and container state different colours.
    ColoursDisagree,
    /// Parts of the work are in another shape than its beginning.
    ShapeChanges,
    ColoursChange,
    /// A turn that is no quarter turn.
    TiltNotFollowed,
    /// Transparency that cannot be read.
    AlphaUnseen,
    // Texts and overlays.
    GlyphMissing,
    CaptionsUnreadable,
    CaptionsEncodingGuessed,
    CaptionsOutsideDuration,
    CaptionsStyleDropped,
    CaptionsDoNotFit,
    OverlayDoesNotFit,
    TitleShortened,
    TextShortened,
    TagsDropped,
    CoverOverBytes,
    NoGoodCover,
    SidecarInvalid,
    SidecarOrphan,
    /// A draft was asked for where finished files are.
    DraftKeepsFinished,
    /// What was published of a work that is refused now.
    Withdrawn,
    NameShownDecoded,
    /// Captions of which only the beginning is shown.
    CaptionsCut,
    /// Captions into whose time no frame falls.
    CaptionsTooShort,
    /// Files of a target that is not enabled any more; they stay until somebody asks for them to be removed.
    TargetKept,
    /// What was published of the source's earlier content gives way to this.
    ReplacesPublished,
    /// They were of another content, which the source held before.
    TargetOutdated,
    /// They were removed, as somebody asked.
    TargetPruned,
    /// Lines of the credit that a post has no room for.
    CreditLeftOut,
    /// A file of the library that somebody changed, kept under another name when it was made again.
    EditedFileKept,
    /// One that belongs to the work no more, left where it is.
    EditedFileLeft,
    /// The details name the only targets that the work is made for.
    TargetsLimited,
    /// The details name targets that the office does not enable.
    TargetNotEnabled,
    /// The details ask for a part of the source.
    WillTrim,
    TrimLeavesNothing,
    TrimPastTheEnd,
    /// The cover was to be of a moment after the end, or of one that is cut away.
    CoverMomentNotShown,
    /// The picture beside the video that was to be its cover cannot be used.
    CoverUnusable,
    // What lies in the inbox, and what the office has not set yet.
    /// A file that is not taken, and what to do with it.
    LeftOver,
    /// A folder that none of the configured departments has.
    DepartmentNotListed,
    /// The season is that of the file's own time, since nothing else is known.
    SeasonByFileTime,
    /// The date of submission and the file's own time lie in different seasons.
    SeasonsDiffer,
    /// Settings still stand as `jincai init` wrote them, and show in finished works.
    PlaceholderInUse,
    /// Lines of captions that were not understood; what belongs to them is not shown.
    CaptionsLinesUnread,
    /// Lines of captions that were read by their most likely meaning.
    CaptionsMended,
    /// Lines of captions with signs that no text has.
    CaptionsGarbled,
    /// A sidecar was taken although its name is longer than the video's.
    SidecarMatched,
    /// Several videos of one stem share a sidecar.
    SidecarShared,
    /// A file beside a video that could be its captions or details, and is not used.
    SidecarUnused,
    /// Targets want the college's mark, and none is configured.
    WatermarkMissing,
    /// The mark was made smaller than configured to fit the picture.
    WatermarkShrunk,
    /// The mark is too faint to be measured in the finished file.
    WatermarkNotMeasured,
    /// A code of another jincai, kept as it was written.
    #[serde(untagged)]
    #[schemars(skip)]
    Other(ForeignWord),
}

impl Code {
    /// Returns the code of an I/O error of the library, where one is known.
    pub fn of_io(error: &std::io::Error) -> Option<Self> {
        Self::of_errno(Errno::from_io_error(error)?)
    }

    /// Returns the code of an error of which only the kind is left.
    pub fn of_kind(kind: std::io::ErrorKind) -> Option<Self> {
        use std::io::ErrorKind;
        match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(Self::DiskFull),
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Some(Self::LibraryReadOnly),
            _ => None,
        }
    }

    /// Returns the code of the system's error number.
    pub fn of_errno(errno: Errno) -> Option<Self> {
        match errno {
            Errno::NOSPC | Errno::DQUOT => Some(Self::DiskFull),
            Errno::ROFS | Errno::ACCESS | Errno::PERM => Some(Self::LibraryReadOnly),
            Errno::MFILE | Errno::NFILE => Some(Self::TooManyOpenFiles),
            Errno::AGAIN | Errno::NOMEM => Some(Self::MachineBusy),
            _ if is_of_a_share(errno) || errno == Errno::IO => Some(Self::LibraryUnreachable),
            _ => None,
        }
    }

    /// Returns true for a transient fault of the surroundings and not of a file: it passes by itself, or once the office fixes
    /// it.
    pub fn is_passing(self) -> bool {
        let passes = [
            Self::DiskFull,
            Self::LibraryReadOnly,
            Self::LibraryUnreachable,
            Self::CatalogueBusy,
            Self::TooManyOpenFiles,
            Self::MachineBusy,
            Self::WorkerStarved,
            Self::SourceMissing,
            Self::SourceChanged,
            Self::SourceUnreadable,
        ];
        passes.contains(&self)
    }

    /// Returns the kebab-case name, as in the manifest.
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => format!("{self:?}"),
        }
    }
}

impl MatchClass {
    pub fn code(self) -> Code {
        match self {
            Self::SameFile => Code::SameBytes,
            Self::SameStreams => Code::SameStreams,
            Self::SameWork => Code::SameWork,
            Self::Contains => Code::ContainsWork,
            Self::PartOf => Code::PartOfWork,
            Self::SharesPassage => Code::SharesPassage,
            Self::SameSound => Code::SameSound,
        }
    }
}

impl Consequence {
    pub fn severity(self) -> Severity {
        match self {
            Self::Reject => Severity::Error,
            Self::Warn => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// Error numbers that only a network share, or a disk that was pulled out, gives.
fn is_of_a_share(errno: Errno) -> bool {
    let gone = [
        Errno::STALE,
        Errno::NOTCONN,
        Errno::TIMEDOUT,
        Errno::HOSTDOWN,
        Errno::HOSTUNREACH,
        Errno::NETDOWN,
        Errno::NETUNREACH,
        Errno::CONNABORTED,
        Errno::CONNRESET,
        Errno::REMOTEIO,
        Errno::NODEV,
        Errno::NXIO,
    ];
    gone.contains(&errno)
}

/// Returns what a person should fix first: the most severe, of those the first, and one about the whole work before those
/// about its targets. `about` returns the severity and the target of a finding.
pub fn first_to_do<'a, F>(
    findings: &'a [F],
    about: impl Fn(&'a F) -> (Severity, Option<&'a str>),
) -> Option<&'a F> {
    let urgency = |one| {
        let (severity, target) = about(one);
        (Reverse(severity), target.is_some())
    };
    findings.iter().filter(|one| about(one).0 > Severity::Note).min_by_key(|one| urgency(one))
}

/// What was decided of a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted,
    AcceptedWithWarnings,
    Duplicate,
    Rejected,
    /// Accepted by the rules, but something broke while it was made; a rerun may succeed.
    Failed,
}

impl Verdict {
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::AcceptedWithWarnings)
    }

    /// Returns the name in manifests, events and the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AcceptedWithWarnings => "accepted_with_warnings",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_has_one_name_everywhere() {
        let all = ["accepted", "accepted_with_warnings", "duplicate", "rejected", "failed"];
        for name in all {
            let verdict: Verdict = serde_json::from_value(name.into()).unwrap();
            assert_eq!(verdict.as_str(), name);
        }
    }

    #[test]
    fn a_code_of_a_later_program_is_kept_as_it_was_written() {
        let stored = r#"["same-work","seen-on-the-moon","seen-on-the-moon"]"#;
        let codes: Vec<Code> = serde_json::from_str(stored).unwrap();
        assert_eq!(codes[0], Code::SameWork);
        assert!(matches!(codes[1], Code::Other(_)));
        assert_eq!(codes[1], codes[2]);
        assert_eq!(codes[1].name(), "seen-on-the-moon");
        assert_eq!(serde_json::to_string(&codes).unwrap(), stored);
        let bare =
            r#"{"code":"seen-on-the-moon","severity":"note","target":null,"measured":null,"limit":null}"#;
        let written: FindingJson = serde_json::from_str(bare).unwrap();
        assert_eq!(serde_json::to_string(&written).unwrap(), bare);
        for damaged in [r#""same\u0000work""#, r#""""#, "7", r#""SameWork""#] {
            assert!(serde_json::from_str::<Code>(damaged).is_err(), "{damaged}");
        }
    }
    #[test]
    fn a_finding_that_was_written_down_is_read_with_its_words_in_both_languages() {
        let written = r#"{"code":"sidecar-invalid","severity":"error","target":null,"measured":"1 s","limit":null,
            "args":{"hint_en":"b","hint_zh":"a","line":"2","later_thing":"x"}}"#;
        let written: FindingJson = serde_json::from_str(written).unwrap();
        let finding = Finding::from(&written);
        let expected = Finding::error(Code::SidecarInvalid)
            .measured(Value::Seconds(1.0))
            .arg(Arg::Hint, Bilingual::new("a", "b"))
            .arg(Arg::Line, 2_u32);
        assert_ne!(finding, expected, "seconds are told to the tenth");
        assert_eq!(finding, Finding { measured: Some("1 s".into()), ..expected });
    }
}
