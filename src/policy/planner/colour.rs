//! Interprets the colours of sources without colour tags.

use crate::model::inspection::VideoFacts;
use crate::model::plan::Normalise;

/// Returns how to normalise a source's picture. Missing colour tags are replaced: for HDR by BT.2020; for high
/// definition (720 lines or 1280 columns) by BT.709; for standard definition by BT.601 of 625 lines where the height is
/// that of PAL, else of 525 lines.
pub(super) fn normalise(video: &VideoFacts) -> Normalise {
    let [primaries, transfer, matrix] = assumed(video);
    let known = |tag: &str, assumed: &str| match tag {
        "" | "unknown" | "unspecified" | "reserved" => assumed.to_owned(),
        tag => tag.to_owned(),
    };
    Normalise {
        display: video.display,
        orientation: video.orientation,
        fields: video.fields,
        primaries: known(&video.colour.primaries, primaries),
        transfer: known(&video.colour.transfer, transfer),
        matrix: known(&video.colour.matrix, matrix),
        full_range: video.colour.full_range,
    }
}

/// Returns the assumed primaries, transfer and matrix, by FFmpeg's names.
fn assumed(video: &VideoFacts) -> [&'static str; 3] {
    if video.colour.is_hdr() {
        return ["bt2020", "bt2020-10", "bt2020nc"];
    }
    if video.display.height >= 720 || video.display.width >= 1280 {
        return ["bt709", "bt709", "bt709"];
    }
    match video.coded.height {
        288 | 576 => ["bt470bg", "smpte170m", "bt470bg"],
        _ => ["smpte170m", "smpte170m", "smpte170m"],
    }
}
