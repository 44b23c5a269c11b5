//! Combines the properties of streams, packets and the first decoded frame.

use ffmpeg_next::{color, format, frame};

use super::dates;
use super::stream_selection::codec_name;
use super::timing::{Pace, Timing};
use crate::media::ffi;
use crate::media::graph::pixel_name;
use crate::media::source::{Source, StreamFacts};
use crate::model::inspection::{AudioFacts, Colour, Fields, VideoFacts};
use crate::model::plan::Normalise;
use crate::model::units::{Rational, Size};

/// Properties that only a decoded frame has.
pub(in crate::media) struct FirstPicture {
    pub shape: Size,
    pub format: format::Pixel,
    pub sample_aspect: Rational,
    pub colour: Colour,
    pub fields: Fields,
}

impl FirstPicture {
    pub(in crate::media) fn of(frame: &frame::Video, top_first: Option<bool>) -> Self {
        let aspect = frame.aspect_ratio();
        let part = |value: i32| u32::try_from(value).unwrap_or(0);
        Self {
            shape: Size::new(frame.width(), frame.height()),
            format: frame.format(),
            sample_aspect: Rational::new(part(aspect.numerator()), part(aspect.denominator())),
            colour: Colour {
                primaries: name(frame.color_primaries().name()),
                transfer: name(frame.color_transfer_characteristic().name()),
                matrix: name(frame.color_space().name()),
                full_range: frame.color_range() == color::Range::JPEG
                    || pixel_name(frame.format()).starts_with("yuvj"),
            },
            fields: fields_of(frame, top_first),
        }
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

fn name(name: Option<&'static str>) -> String {
    name.unwrap_or("unknown").to_owned()
}

pub(super) fn video_facts(
    stream: &StreamFacts,
    first: &FirstPicture,
    pace: &Pace,
    timing: &Timing,
) -> VideoFacts {
    let Geometry { sample_aspect, display } = Geometry::of(stream, first);
    let span_us = (pace.end_us - pace.start_us).max(1) as u64;
    VideoFacts {
        stream: stream.index,
        codec: codec_name(stream),
        coded: first.shape,
        sample_aspect,
        orientation: stream.orientation,
        display,
        frame_rate: pace.rate,
        variable_frame_rate: pace.varies,
        fields: first.fields,
        pixel_format: pixel_name(first.format).to_owned(),
        bit_depth: ffi::bit_depth(first.format),
        colour: first.colour.clone(),
        start_us: pace.start_us,
        end_us: pace.end_us,
        frames: pace.frames,
        bit_rate: timing.bytes * 8_000_000 / span_us,
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
        let sample_aspect = [from_container, first.sample_aspect]
            .into_iter()
            .find(|aspect| aspect.is_known() && (0.1..10.0).contains(&aspect.as_f64()))
            .unwrap_or(Rational::new(1, 1));
        let width = (f64::from(first.shape.width) * sample_aspect.as_f64()).round().max(1.0) as u32;
        let stored = Size::new(width, first.shape.height);
        let display = if stream.orientation.swaps_sides() { stored.transposed() } else { stored };
        Self { sample_aspect, display }
    }
}

/// Returns a normalisation that is good enough for small images; the planner decides what untagged colours mean for the
/// outputs.
pub(in crate::media) fn provisional_normalise(stream: &StreamFacts, first: &FirstPicture) -> Normalise {
    let known = |name: &str| if name == "unknown" { "bt709".to_owned() } else { name.to_owned() };
    Normalise {
        display: Geometry::of(stream, first).display,
        orientation: stream.orientation,
        fields: Fields::Progressive,
        primaries: known(&first.colour.primaries),
        transfer: known(&first.colour.transfer),
        matrix: known(&first.colour.matrix),
        full_range: first.colour.full_range,
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
