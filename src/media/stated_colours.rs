//! Which colours a stream has, from all who state them.

use super::container::TrackStatement;
use super::frame_tags::{FrameTags, is_rgb_name, pixel_name};
use super::graph::FrameShape;
use super::source::StreamFacts;
use crate::model::colour::{StatedColour, is_open};
use crate::model::inspection::{Colour, DolbyVision};

/// Codecs whose decoder names a matrix that the stream cannot state.
const DECODER_GUESSES: [&str; 2] = ["mjpeg", "mjpegb"];

/// Returns the colours of a stream whose first picture has these tags. The stream itself comes first, as in FFmpeg, mpv and
/// Chrome; then the container, then what the Dolby Vision record says of the base layer. HEVC's decoder names limited range
/// where the stream names none: without any other tag, the container's range counts.
pub(super) fn colours(shape: FrameShape, stream: &StreamFacts) -> Colour {
    let stated = &stream.statement.colour;
    let mut colour = shape.tags.colour();
    let is_yuv_named_rgb = colour.matrix == "gbr" && !is_rgb_name(pixel_name(shape.format));
    let is_guessed = DECODER_GUESSES.contains(&stream.parameters.codec.as_str()) && stated.matrix.is_some();
    if is_yuv_named_rgb || is_guessed {
        "unknown".clone_into(&mut colour.matrix);
    }
    colour.full_range |= colour.is_untagged() && stated.full_range == Some(true);
    colour.complete(stated);
    if is_open(&colour.transfer)
        && let Some(base) = stream.dolby_vision.and_then(base_layer)
    {
        colour.complete(&base);
    }
    colour
}

/// Returns what the container states about colours where the pictures state something else.
pub(super) fn contradiction(tags: FrameTags, statement: &TrackStatement) -> Option<String> {
    tags.colour().contradicted_by(&statement.colour)
}

/// The colours of a base layer (Dolby Vision Profiles and Levels, table 2).
fn base_layer(record: DolbyVision) -> Option<StatedColour> {
    match record.compatibility {
        1 | 6 => Some(StatedColour::of_code_points(9, 16, 9, None)),
        4 => Some(StatedColour::of_code_points(9, 18, 9, None)),
        2 => Some(StatedColour::of_code_points(1, 1, 1, None)),
        _ => None,
    }
}
