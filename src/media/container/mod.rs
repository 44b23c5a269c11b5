//! What containers state about pictures and FFmpeg 5.1 does not pass on: clean aperture, cropping, colours that a decoder
//! overwrites, field order. Only headers are read, in bounded amounts; damage ends the reading, and what was found counts.

mod matroska;
mod mp4;
mod track;

use std::io::{Read, Seek};

pub(in crate::media) use track::{StatedFields, TrackStatement};

/// Returns the statements of the video tracks, in the order of the file. `format` is FFmpeg's name of the container.
pub(in crate::media) fn video_tracks<R: Read + Seek>(
    reader: R,
    length: u64,
    format: &str,
) -> Vec<TrackStatement> {
    match format.split(',').next() {
        Some("mov") => mp4::video_tracks(reader, length),
        Some("matroska") => matroska::video_tracks(reader, length),
        _ => Vec::new(),
    }
}
