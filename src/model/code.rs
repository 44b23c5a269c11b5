//! The codes of findings.

use rustix::io::Errno;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::foreign_word::ForeignWord;

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
    // Receipts: where works were posted.
    /// A post from before its target was released.
    PostedBeforeRelease,
    /// The text that was posted lacks a topic.
    PostLacksTopic,
    /// Neither a link nor a screenshot that somebody looked at.
    ReceiptUnproven,
    /// Nobody proved that a post is gone.
    RemovalUnproven,
    /// A link that leads to the platform's page only when it is opened.
    ShortLink,
    /// Nobody configured at which addresses the target's posts are.
    LinkHostUnchecked,
    /// The picture that was to prove a post cannot be used.
    ScreenshotUnusable,
    /// A table that somebody handed in cannot be read.
    TableUnusable,
    TableTooLarge,
    /// A form of an organiser cannot be read or filled.
    FormUnusable,
    FormTooLarge,
    // Artificial intelligence.
    /// The file carries a label of AI-made media, and the team says nothing of it.
    AiLabelUndeclared,
    /// The file carries a label, and the team says that no AI was used.
    AiLabelDenied,
    /// The file carries a label that cannot be read, and so not be carried on.
    AiLabelUnreadable,
    /// Its label stands in every finished file.
    AiLabelCarried,
    /// The source carries C2PA content credentials, which finished files do not.
    ContentCredentialsLeft,
    /// A cover that was handed in carries a label, which covers cannot carry on.
    CoverLabelled,
    // Posters.
    /// It is made for screens only; other targets get nothing.
    PosterScreensOnly,
    /// No screen is enabled on which it could be shown.
    PosterNeedsScreen,
    /// It must be enlarged so much that it looks soft.
    PosterTooSmall,
    /// An animation, which a poster is not.
    PosterMoves,
    /// The picture is cut off, or cannot be decoded to its end.
    PosterDamaged,
    /// Its colours are those of a printing press.
    PosterForPrint,
    /// Its colour profile cannot be followed.
    PosterColoursUnknown,
    /// Transparent parts became white.
    PosterOnWhite,
    /// Captions, a trim or a moment for the cover, which a poster has no use for.
    PosterLeavesAside,
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
