//! Decodes a few seconds of a source in which combs were seen, picture for picture, to tell interlacing from stripes.

use ffmpeg_next::frame;

use super::combs::{Columns, Votes};
use crate::media::mux::microseconds;
use crate::media::source::{Handle, PixelLimit, Source, receive_frame};
use crate::media::{Doing, MediaError};
use crate::model::inspection::{Fields, VideoFacts};
use crate::model::job::InspectJob;

/// Pictures before and after a combed one that are compared.
const AROUND_US: i64 = 300_000;
/// Most pictures that are decoded for one moment: as many as lie between two key frames of a camera.
const MAX_PICTURES: usize = 300;

/// Returns the order of the fields around the times, microseconds since the first picture; `None` where they belong to
/// progressive pictures, or nothing moves.
pub(super) fn order_of_fields(
    job: &InspectJob,
    handle: &Handle,
    video: &VideoFacts,
    times_us: &[u64],
) -> Result<Option<Fields>, MediaError> {
    let mut votes = Votes::default();
    for at_us in times_us {
        let target_us = video.start_us.saturating_add_unsigned(*at_us);
        compare_around(job, handle, video, target_us, &mut votes)?;
    }
    Ok(votes.order())
}

fn compare_around(
    job: &InspectJob,
    handle: &Handle,
    video: &VideoFacts,
    target_us: i64,
    votes: &mut Votes,
) -> Result<(), MediaError> {
    let mut source = Source::open_handle(handle).doing("open the source again")?;
    source.keep_only(&[video.stream]);
    let limit = PixelLimit(job.limits.max_pixels);
    let mut decoder = source.video_decoder(video.stream, job.threads.max(1), limit)?;
    let base = decoder.packet_time_base();
    let from_us = target_us - AROUND_US;
    // The beginning needs no index, which may be wrong.
    if from_us > video.start_us && source.input.seek(from_us, ..from_us).is_err() {
        return Ok(());
    }
    let mut frame = frame::Video::empty();
    let mut before: Option<Columns> = None;
    let mut pictures = 0;
    let mut ended = false;
    while !ended && pictures < MAX_PICTURES {
        match source.read() {
            Ok(Some(packet)) if packet.stream() != video.stream => continue,
            Ok(Some(packet)) => {
                let _ = decoder.send_packet(&packet);
            }
            _ => {
                ended = true;
                let _ = decoder.send_eof();
            }
        }
        while receive_frame(&mut decoder, &mut frame).unwrap_or(false) {
            pictures += 1;
            let at_us = frame.timestamp().map_or(target_us, |stamp| microseconds(stamp, base));
            if at_us < from_us {
                continue;
            }
            if at_us > target_us + AROUND_US {
                return Ok(());
            }
            let columns = Columns::of(&frame);
            if let Some((before, after)) = before.as_ref().zip(columns.as_ref()) {
                votes.add(before, after);
            }
            before = columns;
        }
    }
    Ok(())
}
