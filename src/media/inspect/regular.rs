//! The look at regular times, the same in every copy of a work: several small grey pictures a second, and one a second
//! in colour. The pictures that no other refers to are skipped but in short works; of `intra` streams only what is wanted is decoded.

use ffmpeg_next::{Discard, decoder, frame};

use super::glance;
use super::look::{Audience, Glance, Look};
use crate::media::mux::microseconds;
use crate::media::source::{Handle, PixelLimit, Source, receive_picture};
use crate::media::{Doing, MediaError};
use crate::model::inspection::VideoFacts;
use crate::model::job::InspectJob;

/// Distance of the samples in colour.
const SAMPLE_EVERY_US: i64 = 1_000_000;
/// Distance of the grey ones where every picture is decoded for itself; a short work is looked at more often.
const GLANCE_EVERY_US: i64 = 250_000;
const GLANCES: i64 = 48;
/// Of a shorter work every picture is decoded: there are few, and a copy is told by the few moments there are.
const SHORT_US: i64 = 10_000_000;

/// `tick` is told how far it is, microseconds since the first picture.
pub(super) fn sample(
    job: &InspectJob,
    handle: &Handle,
    (video, intra): (&VideoFacts, bool),
    (look, audience): (&mut Look, &mut dyn Audience),
    tick: &mut dyn FnMut(i64),
) -> Result<(), MediaError> {
    let mut source = Source::open_handle(handle).doing("open the source again")?;
    source.keep_only(&[video.stream]);
    let mut decoder =
        source.video_decoder(video.stream, job.threads.max(1), PixelLimit(job.limits.max_pixels))?;
    let span_us = (video.end_us - video.start_us).max(1);
    if span_us >= SHORT_US {
        decoder.skip_frame(Discard::Bidirectional);
    }
    // Small samples do not show the blocks that the loop filter would smooth.
    decoder.skip_loop_filter(Discard::All);
    let base = decoder.packet_time_base();
    let every = SAMPLE_EVERY_US.min(span_us / 6).max(1);
    let glance_every = GLANCE_EVERY_US.min(span_us / GLANCES).max(1);
    let mut next_us = video.start_us + every / 2;
    // Times of packets that are wanted; of intra streams the rest is not even sent.
    let mut wanted_us = video.start_us;
    let mut feed = |decoder: &mut decoder::Video| -> Result<(), MediaError> {
        let mut picture = frame::Video::empty();
        while receive_picture(decoder, &mut picture).unwrap_or(false) {
            let at_us = picture.timestamp().map_or(next_us, |stamp| microseconds(stamp, base));
            let since_us = (at_us - video.start_us).max(0) as u64;
            if let Some((size, luma)) = glance::of(&picture, video.orientation) {
                audience.glance(Glance { at_us: since_us, span_us: span_us as u64, size, luma: &luma });
            }
            if at_us >= next_us {
                next_us += every * ((at_us - next_us) / every + 1);
                look.add(std::mem::replace(&mut picture, frame::Video::empty()), since_us, audience)?;
            }
        }
        Ok(())
    };
    while let Ok(Some(packet)) = source.read() {
        if packet.stream() != video.stream {
            continue;
        }
        if let Some(stamp) = packet.pts().or(packet.dts()) {
            let at_us = microseconds(stamp, base);
            tick(at_us - video.start_us);
            if intra {
                if at_us < wanted_us {
                    continue;
                }
                wanted_us += glance_every * ((at_us - wanted_us) / glance_every + 1);
            }
        }
        if decoder.send_packet(&packet).is_ok() {
            feed(&mut decoder)?;
        }
    }
    // A decoder of several threads gives the error of a damaged last picture here.
    let _ = decoder.send_eof();
    feed(&mut decoder)
}
