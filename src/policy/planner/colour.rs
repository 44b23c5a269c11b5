//! Interprets the colours of sources without colour tags.

use crate::model::colour::is_open;
use crate::model::inspection::{Colour, VideoFacts};
use crate::model::plan::Normalise;

/// Returns how to normalise a source's picture. Missing colour tags are replaced: for HDR by BT.2020; for high
/// definition (720 lines or 1280 columns) by BT.709; for standard definition by the matrix of BT.601. Primaries and curves
/// that nobody states are not converted; what cannot be converted counts as BT.709.
pub(super) fn normalise(video: &VideoFacts) -> Normalise {
    let [primaries, transfer, matrix] = assumed(video);
    let known = |tag: &str, assumed: &str| if is_open(tag) { assumed.to_owned() } else { tag.to_owned() };
    let stated = Colour {
        primaries: known(&video.colour.primaries, primaries),
        transfer: known(&video.colour.transfer, transfer),
        matrix: known(&video.colour.matrix, matrix),
        full_range: video.colour.full_range,
    };
    let Colour { primaries, transfer, matrix, full_range } = stated.convertible();
    Normalise {
        display: video.display,
        orientation: video.orientation,
        fields: video.fields,
        primaries,
        transfer,
        matrix,
        full_range,
        appearance: video.appearance.deciding_pixels(),
    }
}

/// Returns the assumed primaries, transfer and matrix, by FFmpeg's names.
fn assumed(video: &VideoFacts) -> [&'static str; 3] {
    if video.colour.is_hdr() || video.colour.primaries == "bt2020" {
        return ["bt2020", "bt2020-10", "bt2020nc"];
    }
    if video.display.height >= 720 || video.display.width >= 1280 {
        return ["bt709", "bt709", "bt709"];
    }
    match video.coded.height {
        288 | 576 => ["bt709", "bt709", "bt470bg"],
        _ => ["bt709", "bt709", "smpte170m"],
    }
}
