//! Settles how pictures are shown, once all that states or shows it is known.

use super::field_probe::order_of_fields;
use super::picture_evidence::PictureFindings;
use crate::media::MediaError;
use crate::media::container::StatedFields;
use crate::media::source::{Handle, StreamFacts};
use crate::model::inspection::{Deinterlace, Fields, Interlacing, VideoFacts};
use crate::model::job::InspectJob;

/// Codecs whose pictures cannot state that they are interlaced: FFmpeg's field order is that of the container.
const WITHOUT_MARKS: [&str; 12] = [
    "mjpeg", "rawvideo", "v210", "huffyuv", "ffvhuff", "utvideo", "jpeg2000", "png", "qtrle", "cfhd",
    "magicyuv", "dnxhd",
];

/// Adds what the pictures showed to the facts of the stream. Interlaced is what pictures mark, what the container states
/// where no picture does, and what combs show where nobody says so.
pub(super) fn settle(
    video: &mut VideoFacts,
    found: PictureFindings,
    stream: &StreamFacts,
    job: &InspectJob,
    handle: &Handle,
) -> Result<(), MediaError> {
    video.appearance.alpha = found.alpha;
    video.appearance.changes = found.changes;
    video.appearance.interlacing.marked_share = found.marked_share;
    video.fields = found.marked_order;
    if found.marked_share > 0.0 {
        // H.264 without picture timing marks pictures and leaves their order open, which FFmpeg reads as bottom first.
        if stream.parameters.top_first.is_none()
            && let Some(order) = order_of_fields(job, handle, video, &found.combed_us)?
        {
            video.fields = order;
        }
        return Ok(());
    }
    let told = match stated_fields(stream) {
        Some(StatedFields::Interlaced(order)) => Some(order.unwrap_or(Fields::TopFirst)),
        _ => None,
    };
    let measured = order_of_fields(job, handle, video, &found.combed_us)?;
    if let Some(order) = measured.or(told) {
        video.fields = order;
        video.appearance.interlacing =
            Interlacing { deinterlace: Deinterlace::All, marked_share: 0.0, measured: told.is_none() };
    }
    Ok(())
}

fn stated_fields(stream: &StreamFacts) -> Option<StatedFields> {
    let order = |top_first| if top_first { Fields::TopFirst } else { Fields::BottomFirst };
    let is_unmarked = WITHOUT_MARKS.contains(&stream.parameters.codec.as_str());
    let by_ffmpeg = stream.parameters.top_first.filter(|_| is_unmarked);
    stream.statement.fields.or(by_ffmpeg.map(|top_first| StatedFields::Interlaced(Some(order(top_first)))))
}
