//! The inspection of a source: the facts that one cheap pass over it gathers.

use serde::{Deserialize, Serialize};

use super::ai::AiFacts;
use super::finding::{Code, Finding};
use super::fingerprint::Fingerprint;
use super::language::AnyPath;
use super::packet_layout::PacketLayout;
use super::poster::WorkKind;
use super::sound::{ChannelMap, Mend, OneSided, OutOfPhase, Side, SoundDefects, SoundRepair};
use super::units::{Rational, Size};
use super::value::Arg;

/// Gain of one side put on both, LU: BS.1770 adds up the power of the channels.
const BOTH_SIDES_LU: f64 = 3.010_3;

/// Version of inspections, raised whenever they gather more or measure differently: older ones are made again.
pub const INSPECTION_VERSION: u32 = 5;

/// Everything that the rules, the planner and the covers need to know of a source with the content `sha256`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    pub version: u32,
    /// A poster is inspected as the film that is made of it: one picture, held for as long as that lasts.
    #[serde(default, skip_serializing_if = "WorkKind::is_video")]
    pub kind: WorkKind,
    pub bytes: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// SHA-256 over the packets of the chosen streams and how the picture is turned: equal for a re-muxed copy.
    pub packets_sha256: String,
    /// The demuxer's name, as FFmpeg gives it (`mov,mp4,m4a,3gp,3g2,mj2`).
    pub container: String,
    /// From the first to the end of the last decoded picture or sound, microseconds.
    pub duration_us: u64,
    /// What the header claims, when it claims anything.
    pub header_duration_us: Option<u64>,
    pub video: VideoFacts,
    pub audio: Option<AudioFacts>,
    /// Streams that are neither the picture nor the sound used (data, subtitles, further tracks), by codec name.
    pub other_streams: Vec<String>,
    pub passages: Vec<Passage>,
    pub cover_candidates: Vec<CoverCandidate>,
    #[serde(default)]
    pub fingerprint: Fingerprint,
    /// When it was recorded by the camera's clock (`creation_time`), in RFC 3339; without an offset where the file has none.
    pub captured_at: Option<String>,
    /// True when the source carries a place, device or person in its metadata.
    pub private_metadata: bool,
    /// Findings about damage, odd streams and the like.
    pub findings: Vec<Finding>,
    /// What is added to the timestamps of its packets.
    #[serde(default, skip_serializing_if = "PacketLayout::is_plain")]
    pub layout: PacketLayout,
    /// The labels of AI-made media; `None` in an inspection by a version that did not look for them, which says nothing of
    /// whether there are any: it is made again before a work is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiFacts>,
}

/// The video stream that a viewer would choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoFacts {
    pub stream: usize,
    pub codec: String,
    /// Stored size, before sample aspect and rotation.
    pub coded: Size,
    pub sample_aspect: Rational,
    pub orientation: Orientation,
    /// What a viewer sees: after sample aspect and orientation.
    pub display: Size,
    /// Average over the decoded timestamps.
    pub frame_rate: Rational,
    pub variable_frame_rate: bool,
    pub fields: Fields,
    pub pixel_format: String,
    pub bit_depth: u8,
    pub colour: Colour,
    /// First picture on the source's own time line, microseconds (may be negative or large).
    pub start_us: i64,
    /// End of the last picture on the same time line.
    pub end_us: i64,
    pub frames: u64,
    /// Mean bit rate of the video packets, bits a second.
    pub bit_rate: u64,
    #[serde(default)]
    pub appearance: Appearance,
}

/// How the stored pictures are meant to look, besides size and colours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Appearance {
    /// What the first picture itself states; pictures that state something else are shown as they state.
    pub first: PictureTags,
    /// The part that is shown, where the container names one (`clap`, PixelCrop).
    pub crop: Option<Crop>,
    pub alpha: Alpha,
    pub interlacing: Interlacing,
    /// Later parts in another shape or other colours.
    pub changes: Vec<PictureChange>,
    /// Degrees, clockwise, by which the container turns the picture, where they are no quarter turns: not followed.
    pub tilt_degrees: Option<u32>,
    pub dolby_vision: Option<DolbyVision>,
    /// What the container states about colours where the stream states something else, in people's notation.
    pub contradicting_colours: Option<String>,
}

impl Appearance {
    /// Returns true if pictures are shown as they are stored.
    pub fn is_plain(&self) -> bool {
        self == &Self::default()
    }

    /// Returns what of it decides pixels.
    pub fn deciding_pixels(&self) -> Self {
        let interlacing = Interlacing { deinterlace: self.interlacing.deinterlace, ..Interlacing::default() };
        Self { first: self.first.clone(), crop: self.crop, alpha: self.alpha, interlacing, ..Self::default() }
    }
}

/// What a picture states about itself. Empty is unknown: such a picture is like every other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureTags {
    pub stored: Option<Size>,
    /// As the picture states it, and as it is shown: the container's shape of pixels comes first.
    pub stated_aspect: Option<Rational>,
    pub shown_aspect: Option<Rational>,
    pub colour: Option<Colour>,
}

/// The part of stored pictures that is shown, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crop {
    /// The stored size that it is a part of; pictures of another size are shown whole.
    pub of: Size,
    pub left: u32,
    pub top: u32,
    pub size: Size,
}

impl Crop {
    /// Returns a part of a picture; `None` for one that is empty, the whole picture, or reaches outside it.
    pub fn new(of: Size, left: u32, top: u32, size: Size) -> Option<Self> {
        let fits =
            |at: u32, side: u32, whole: u32| side > 0 && at.checked_add(side).is_some_and(|end| end <= whole);
        let inside = fits(left, size.width, of.width) && fits(top, size.height, of.height);
        (inside && size != of).then_some(Self { of, left, top, size })
    }
}

/// Whether pictures are transparent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alpha {
    #[default]
    Absent,
    /// The format has transparency; no sampled picture uses it.
    Opaque,
    Transparent,
    /// Every sampled pixel is transparent: programs that do not know the channel leave it empty.
    Unused,
    /// The container announces transparency that the decoder does not show.
    Unseen,
}

/// What is known about interlacing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interlacing {
    pub deinterlace: Deinterlace,
    /// Share of the sampled pictures that are marked as interlaced, 0..=1.
    pub marked_share: f64,
    /// Nothing marks it: the combs of moving parts were measured.
    pub measured: bool,
}

/// Which pictures are deinterlaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deinterlace {
    /// Those that the stream marks.
    #[default]
    Marked,
    All,
    /// None: pictures out of their context.
    Never,
}

/// From when on pictures look different from the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureChange {
    /// Since the first picture, microseconds.
    pub at_us: u64,
    /// As a viewer sees it.
    pub display: Size,
    /// In people's notation, where the colours are others.
    pub colours: Option<String>,
}

/// A Dolby Vision configuration record (`dvcC`, `dvvC`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DolbyVision {
    pub profile: u8,
    /// What else the base layer is: 1 HDR10, 2 SDR, 4 HLG, 6 HDR10 of a Blu-ray disc, 0 nothing.
    pub compatibility: u8,
}

impl DolbyVision {
    /// Returns true if the base layer is a picture that others than Dolby's decoders can show.
    pub fn has_usable_base(self) -> bool {
        match self.profile {
            5 => false,
            // AV1: like 5 and 8 of HEVC.
            10 => self.compatibility != 0,
            _ => true,
        }
    }

    /// Returns `8.4` and the like.
    pub fn notation(self) -> String {
        format!("{}.{}", self.profile, self.compatibility)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioFacts {
    pub stream: usize,
    pub codec: String,
    pub sample_rate: u32,
    pub channels: u32,
    pub start_us: i64,
    pub end_us: i64,
    pub bit_rate: u64,
    pub loudness: Loudness,
    /// How its channels, and those of the tracks joined to it, become left and right.
    #[serde(default, skip_serializing_if = "ChannelMap::is_plain")]
    pub map: ChannelMap,
    #[serde(default, skip_serializing_if = "SoundDefects::is_none")]
    pub defects: SoundDefects,
}

impl AudioFacts {
    /// Returns what the configuration has mended.
    pub fn mend(&self, repair: SoundRepair) -> Mend {
        match (self.defects.one_sided, self.defects.out_of_phase) {
            (Some(Side::Left), _) if repair.one_sided == OneSided::Both => Mend::LeftOnBoth,
            (Some(Side::Right), _) if repair.one_sided == OneSided::Both => Mend::RightOnBoth,
            (None, Some(_)) if repair.out_of_phase == OutOfPhase::Invert => Mend::InvertRight,
            _ => Mend::Nothing,
        }
    }

    /// Returns the facts of the sound as it is heard after mending. Inverting a side changes neither its loudness nor its
    /// peak; one side on both is twice the power.
    pub fn mended(&self, repair: SoundRepair) -> Self {
        let mut facts = self.clone();
        if matches!(self.mend(repair), Mend::LeftOnBoth | Mend::RightOnBoth) {
            facts.loudness.integrated_lufs = self.loudness.integrated_lufs.map(|lufs| lufs + BOTH_SIDES_LU);
        }
        facts
    }
}

/// EBU R128 measurement of the stereo downmix (ITU-R BS.1770-4 gating).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// `None` when everything lies under the absolute gate of −70 LUFS.
    pub integrated_lufs: Option<f64>,
    pub range_lu: f64,
    /// `None` for digital silence.
    pub true_peak_dbtp: Option<f64>,
}

/// How a stored picture is turned for display: first mirrored left to right (if so), then turned clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Orientation {
    pub mirrored: bool,
    /// 0, 90, 180 or 270.
    pub clockwise_degrees: u16,
}

impl Orientation {
    pub fn is_identity(self) -> bool {
        self == Self::default()
    }

    pub fn swaps_sides(self) -> bool {
        self.clockwise_degrees % 180 == 90
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fields {
    Progressive,
    TopFirst,
    BottomFirst,
}

/// FFmpeg's names; `unknown` where the file does not say.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Colour {
    pub primaries: String,
    pub transfer: String,
    pub matrix: String,
    pub full_range: bool,
}

impl Colour {
    /// HLG or PQ: needs a tone map to become SDR.
    pub fn is_hdr(&self) -> bool {
        matches!(self.transfer.as_str(), "arib-std-b67" | "smpte2084")
    }
}

/// A stretch that the key frames (or the sound) show to be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub kind: PassageKind,
    pub start_us: u64,
    pub end_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    Black,
    Frozen,
    /// One colour, not black.
    Uniform,
    Silence,
}

/// A moment that would make a cover, best first in a list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverCandidate {
    /// Since the work's first picture, microseconds.
    pub at_us: u64,
    /// 0..=1, higher is better.
    pub score: f64,
    /// Centre of interest, as shares of the width and height, 0..=1.
    pub focus: (f64, f64),
}

/// A source as discovery found it, before anything of it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub path: AnyPath,
    /// The folder given by the person (an inbox or a PATH argument) and the path inside it.
    pub root: AnyPath,
    pub relative: AnyPath,
    /// First folder under the inbox; `None` for a file that lies directly in it.
    pub department: Option<String>,
    /// `NAME.toml` beside it.
    pub details: Option<AnyPath>,
    /// `NAME.srt|ass|ssa|vtt` beside it.
    pub captions: Option<AnyPath>,
    /// `NAME.cover.jpg|png` beside it.
    #[serde(default)]
    pub cover: Option<AnyPath>,
    /// What a person should know about the files beside it.
    #[serde(default)]
    pub notes: Vec<SidecarNote>,
    pub stamp: FileStamp,
}

/// Something about the files beside a video that their names tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SidecarNote {
    /// It was taken although its name is longer than the video's.
    Matched { path: AnyPath },
    /// It is taken for other videos of the same stem as well.
    Shared { path: AnyPath, others: Vec<String> },
    /// It is not taken: another one is, or it is not clear whether it is the video's.
    Unused { path: AnyPath, used: Option<AnyPath> },
}

impl SidecarNote {
    /// Returns the finding that a person reads.
    pub fn finding(&self) -> Finding {
        let name =
            |path: &AnyPath| path.as_path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        match self {
            Self::Matched { path } => Finding::note(Code::SidecarMatched).arg(Arg::Path, name(path)),
            Self::Shared { path, others } => Finding::warning(Code::SidecarShared)
                .arg(Arg::Path, name(path))
                .arg(Arg::Other, others.join(", ")),
            Self::Unused { path, used: Some(used) } => {
                Finding::note(Code::SidecarUnused).arg(Arg::Path, name(path)).arg(Arg::Other, name(used))
            }
            Self::Unused { path, used: None } => {
                Finding::warning(Code::SidecarUnused).arg(Arg::Path, name(path))
            }
        }
    }
}

/// The metadata by which a changed file is recognised without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    pub bytes: u64,
    pub modified_ns: i128,
    pub inode: u64,
    /// When the file's content, name or rights last changed: unlike the other three it cannot be set back. 0 is unknown.
    #[serde(default)]
    pub changed_ns: i64,
}

impl FileStamp {
    /// Returns true if nothing at all happened to the file, as far as is known.
    pub fn is_untouched(&self, other: &Self) -> bool {
        let is_known = self.changed_ns != 0 && other.changed_ns != 0;
        self.is_same_file(other) && (!is_known || self.changed_ns == other.changed_ns)
    }

    /// Returns true if it seems to be the same file with the same content. A new name or other rights do not change that; nor
    /// does a new content whose date was set back.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.bytes, self.modified_ns, self.inode) == (other.bytes, other.modified_ns, other.inode)
    }
}

#[cfg(test)]
mod tests {
    use super::FileStamp;

    #[test]
    fn a_change_that_keeps_size_date_and_inode_is_seen_where_its_time_is_known() {
        let stamp = |changed_ns| FileStamp { bytes: 1, modified_ns: 2, inode: 3, changed_ns };
        assert!(stamp(4).is_untouched(&stamp(4)) && !stamp(4).is_untouched(&stamp(5)));
        assert!(stamp(0).is_untouched(&stamp(5)) && stamp(4).is_untouched(&stamp(0)));
        assert!(stamp(4).is_same_file(&stamp(5)));
        assert!(!stamp(4).is_same_file(&FileStamp { bytes: 9, ..stamp(4) }));
    }
}
