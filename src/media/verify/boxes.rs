//! The order of an MP4's top-level boxes.

use crate::files;
use crate::media::source::Handle;

/// Largest number of top-level boxes that are read; finished files have a handful.
const MAX_BOXES: usize = 64;

/// Returns true if the index (`moov`) comes before the media (`mdat`), so that playback can begin before all is loaded.
pub(super) fn is_fast_start(handle: &Handle) -> std::io::Result<bool> {
    for found in files::top_level_boxes(handle.reader(), handle.bytes()?).take(MAX_BOXES) {
        match &found?.kind {
            b"moov" => return Ok(true),
            b"mdat" => return Ok(false),
            _ => {}
        }
    }
    Ok(false)
}
