//! Combines the properties of streams, packets and the first decoded frame.

use ffmpeg_next::frame;

use super::alpha::AlphaRange;
use super::dates;
use super::stream_selection::codec_name;
use super::timing::{Pace, Timing};
use crate::media::ffi;
use crate::media::frame_tags::pixel_name;
use crate::media::graph::FrameShape;
use crate::media::shown::{display_size, is_sane};
use crate::media::source::{Source, StreamFacts};
use crate::media::stated_colours::{colours, contradiction};
use crate::model::colour::is_open;
use crate::model::inspection::{
    Alpha, Appearance, AudioFacts, Colour, Deinterlace, Fields, Orientation, PictureTags, VideoFacts,
};
use crate::model::plan::Normalise;
use crate::model::units::{Rational, Size};

/// Properties that only a decoded frame has.
pub(in crate::media) struct FirstPicture {
    pub shape: FrameShape,
    pub fields: Fields,
    /// Every pixel is transparent.
    alpha_is_empty: bool,
}

impl FirstPicture {
    pub(in crate::media) fn of(frame: &frame::Video, top_first: Option<bool>) -> Self {
        Self {
            shape: FrameShape::of(frame),
            fields: fields_of(frame, top_first),
            alpha_is_empty: AlphaRange::of(frame).is_some_and(|range| range.most == 0),
        }
    }

    fn stored(&self) -> Size {
        Size::new(self.shape.width, self.shape.height)
    }

    /// Its own display matrix comes before the container's.
    fn orientation(&self, stream: &StreamFacts) -> Orientation {
        self.shape.tags.orientation.unwrap_or(stream.orientation)
    }
}

/// Returns the field order of a frame. `top_first`, as the stream states it, takes precedence over the frame's flag, which
/// H.264 without picture timing messages leaves unset.
pub(super) fn fields_of(frame: &frame::Video, top_first: Option<bool>) -> Fields {
    match (frame.is_interlaced(), top_first.unwrap_or_else(|| frame.is_top_first())) {
        (false, _) => Fields::Progressive,
        (true, true) => Fields::TopFirst,
        (true, false) => Fields::BottomFirst,
    }
}

pub(super) fn video_facts(
    stream: &StreamFacts,
    first: &FirstPicture,
    pace: &Pace,
    timing: &Timing,
) -> VideoFacts {
    let Geometry { sample_aspect, display } = Geometry::of(stream, first);
    let format = first.shape.format;
    let span_us = (pace.end_us - pace.start_us).max(1) as u64;
    VideoFacts {
        stream: stream.index,
        codec: codec_name(stream),
        coded: first.stored(),
        sample_aspect,
        orientation: first.orientation(stream),
        display,
        frame_rate: pace.rate,
        variable_frame_rate: pace.varies,
        fields: first.fields,
        pixel_format: pixel_name(format).to_owned(),
        bit_depth: ffi::bit_depth(format),
        colour: colours(first.shape, stream),
        start_us: pace.start_us,
        end_us: pace.end_us,
        frames: pace.frames,
        bit_rate: timing.bytes * 8_000_000 / span_us,
        appearance: appearance(stream, first),
    }
}

/// Returns what stream and first picture state about how pictures are shown.
fn appearance(stream: &StreamFacts, first: &FirstPicture) -> Appearance {
    let tags = first.shape.tags;
    Appearance {
        first: PictureTags {
            stored: Some(first.stored()),
            stated_aspect: Some(tags.sample_aspect),
            shown_aspect: Some(Geometry::of(stream, first).sample_aspect),
            colour: Some(tags.colour()),
        },
        crop: stream.statement.crop.filter(|crop| crop.of == first.stored()),
        tilt_degrees: stream.tilt_degrees,
        dolby_vision: stream.dolby_vision,
        alpha: if first.alpha_is_empty { Alpha::Unused } else { Alpha::Absent },
        contradicting_colours: contradiction(tags, &stream.statement),
        ..Appearance::default()
    }
}

/// The position of the work on the source's time line.
pub(super) struct Span {
    pub start_us: i64,
    pub duration_us: u64,
}

impl Span {
    /// Returns the span from the earlier start to the later end of both streams.
    pub fn of(video: &VideoFacts, audio: Option<&AudioFacts>) -> Self {
        let start_us = audio.map_or(video.start_us, |audio| audio.start_us.min(video.start_us));
        let end_us = audio.map_or(video.end_us, |audio| audio.end_us.max(video.end_us));
        Self { start_us, duration_us: (end_us - start_us).max(0) as u64 }
    }
}

/// The pixel shape and display size of a frame.
struct Geometry {
    sample_aspect: Rational,
    display: Size,
}

impl Geometry {
    fn of(stream: &StreamFacts, first: &FirstPicture) -> Self {
        let stated = stream.parameters.sample_aspect;
        let from_container = match (u32::try_from(stated.0), u32::try_from(stated.1)) {
            (Ok(num), Ok(den)) => Rational::new(num, den),
            _ => Rational::new(0, 1),
        };
        let sample_aspect = [from_container, first.shape.tags.sample_aspect]
            .into_iter()
            .find(|aspect| is_sane(*aspect))
            .unwrap_or(Rational::new(1, 1));
        let crop = stream.statement.crop.filter(|crop| crop.of == first.stored());
        let stored = crop.map_or(first.stored(), |crop| crop.size);
        let display = display_size(stored, Some(sample_aspect), first.orientation(stream));
        Self { sample_aspect, display }
    }
}

/// Returns a normalisation that is good enough for small images; the planner decides what untagged colours mean for the
/// outputs.
pub(in crate::media) fn provisional_normalise(stream: &StreamFacts, first: &FirstPicture) -> Normalise {
    let mut stated = colours(first.shape, stream);
    for part in [&mut stated.primaries, &mut stated.transfer, &mut stated.matrix] {
        if is_open(part) {
            "bt709".clone_into(part);
        }
    }
    let Colour { primaries, transfer, matrix, full_range } = stated.convertible();
    let mut appearance = appearance(stream, first).deciding_pixels();
    appearance.interlacing.deinterlace = Deinterlace::Never;
    Normalise {
        display: Geometry::of(stream, first).display,
        orientation: first.orientation(stream),
        fields: Fields::Progressive,
        primaries,
        transfer,
        matrix,
        full_range,
        appearance,
    }
}

/// The container's metadata about the recording.
pub(super) struct Metadata {
    /// Recording time in RFC 3339.
    pub captured_at: Option<String>,
    /// Whether a key names a place, a device or a person.
    pub private: bool,
}

/// Dates that programs write for an unknown date: the epochs of Unix and of QuickTime.
const NO_DATES: [&str; 2] = ["1970-01-01", "1904-01-01"];

/// Key fragments that name a place, a device or a person.
const PRIVATE_KEYS: [&str; 8] =
    ["location", "make", "model", "com.apple", "com.android", "artist", "author", "gps"];

impl Metadata {
    /// Reads the metadata of the container.
    pub fn of(source: &Source) -> Self {
        let pairs: Vec<(String, String)> = source
            .input
            .metadata()
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            captured_at: pairs
                .iter()
                .find(|(key, value)| {
                    key == "creation_time" && !NO_DATES.iter().any(|none| value.starts_with(none))
                })
                .and_then(|(_, value)| dates::parse_timestamp(value)),
            private: pairs.iter().any(|(key, _)| PRIVATE_KEYS.iter().any(|private| key.contains(private))),
        }
    }
}
