//! Samples frames at regular times, which are the same in every copy of a work: several luma thumbnails per second, and one
//! colour sample per second. In longer works, non-reference frames are skipped if enough others are left; in intra-only
//! streams, only the required packets are decoded.

use ffmpeg_next::{Discard, decoder, frame};

use super::frame_samples::{FrameSampler, SampleSink, Thumbnail};
use super::luma_thumbnail;
use super::picture_evidence::PictureEvidence;
use crate::media::mux::microseconds;
use crate::media::source::{Handle, PixelLimit, Source, receive_frame};
use crate::media::{Doing, MediaError};
use crate::model::inspection::VideoFacts;
use crate::model::job::InspectJob;

/// Interval of the colour samples.
const SAMPLE_INTERVAL_US: i64 = 1_000_000;
/// Interval of the thumbnails of intra-only streams, and the least number of them, for which a short work is sampled more
/// often.
const THUMBNAIL_INTERVAL_US: i64 = 80_000;
const MIN_THUMBNAILS: i64 = 120;
/// In a shorter work every frame is decoded: there are few, and copies must be recognised by them.
const SHORT_WORK_US: i64 = 10_000_000;
/// Frames of a longer work that are not decoded.
const SKIPPED: Discard = Discard::NonReference;

/// Length of the beginning in which the frames left after skipping are counted, and their least number; with fewer, all
/// are decoded. Two copies are sampled at different times, and fast motion is only the same in both if it is sampled
/// often: at 6 to 8 frames per second a juggler's copy was mistaken for another work, at 12 it is not.
const PROBE_US: i64 = 1_000_000;
const MIN_FRAMES: usize = 11;

/// A source to be sampled.
pub(super) struct SampledSource<'a> {
    pub job: &'a InspectJob,
    pub handle: &'a Handle,
    pub video: &'a VideoFacts,
    /// Whether every packet is a key frame.
    pub intra: bool,
}

impl SampledSource<'_> {
    /// Samples the source. `sampler` receives the colour samples, `evidence` every
    /// picture, `sink` the thumbnails; `tick` is called with the position,
    /// microseconds since the first frame.
    pub(super) fn sample(
        &self,
        sampler: &mut FrameSampler,
        evidence: &mut PictureEvidence<'_>,
        sink: &mut dyn SampleSink,
        tick: &mut dyn FnMut(i64),
    ) -> Result<(), MediaError> {
        let &Self { video, intra, .. } = self;
        let span_us = (video.end_us - video.start_us).max(1);
        let (mut source, mut decoder) = self.open_decoder()?;
        let base = decoder.packet_time_base();
        let mut clock = source.frame_clock(video.stream, base);
        // Frames that are counted must all come.
        let picks = intra && !clock.counts();
        let skips = span_us >= SHORT_WORK_US && !intra && !clock.counts() && self.keeps_enough_frames()?;
        if skips {
            decoder.skip_frame(SKIPPED);
        }
        // Small samples do not show the blocks that the loop filter would smooth.
        decoder.skip_loop_filter(Discard::All);
        let sample_interval_us = SAMPLE_INTERVAL_US.min(span_us / 6).max(1);
        let thumbnail_interval_us = THUMBNAIL_INTERVAL_US.min(span_us / MIN_THUMBNAILS).max(1);
        let bounds = luma_thumbnail::bounds(span_us);
        let mut next_us = video.start_us + sample_interval_us / 2;
        // Time of the next required packet; the other packets of intra-only streams are not sent to the decoder.
        let mut wanted_us = video.start_us;
        let mut drain = |decoder: &mut decoder::Video| -> Result<(), MediaError> {
            let mut frame = frame::Video::empty();
            while receive_frame(decoder, &mut frame).unwrap_or(false) {
                let at_us = clock.time_of(&frame).unwrap_or(next_us);
                let since_us = (at_us - video.start_us).max(0) as u64;
                evidence.add(&frame, since_us);
                if let Some((size, luma)) = luma_thumbnail::of(&frame, video.orientation, bounds) {
                    sink.on_thumbnail(Thumbnail {
                        at_us: since_us,
                        span_us: span_us as u64,
                        size,
                        luma: &luma,
                    });
                }
                if at_us >= next_us {
                    next_us += sample_interval_us * ((at_us - next_us) / sample_interval_us + 1);
                    sampler.add(std::mem::replace(&mut frame, frame::Video::empty()), since_us, sink)?;
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
                if picks {
                    if at_us < wanted_us {
                        continue;
                    }
                    wanted_us += thumbnail_interval_us * ((at_us - wanted_us) / thumbnail_interval_us + 1);
                }
            }
            if source.begins_piece() {
                let _ = decoder.send_eof();
                drain(&mut decoder)?;
                decoder.flush();
            }
            if decoder.send_packet(&packet).is_ok() {
                drain(&mut decoder)?;
            }
        }
        // A decoder with several threads returns the error of a damaged last frame here.
        let _ = decoder.send_eof();
        drain(&mut decoder)
    }

    fn open_decoder(&self) -> Result<(Source, decoder::Video), MediaError> {
        let &Self { job, handle, video, .. } = self;
        let mut source = Source::open_handle(handle).doing("open the source again")?;
        source.keep_only(&[video.stream]);
        let decoder =
            source.video_decoder(video.stream, job.threads.max(1), PixelLimit(job.limits.max_pixels))?;
        Ok((source, decoder))
    }

    /// Returns true if enough frames of the beginning are left without the skipped ones.
    fn keeps_enough_frames(&self) -> Result<bool, MediaError> {
        let video = self.video;
        let (mut source, mut decoder) = self.open_decoder()?;
        decoder.skip_frame(SKIPPED);
        let base = decoder.packet_time_base();
        let mut frame = frame::Video::empty();
        let mut count = 0;
        let mut receive = |decoder: &mut decoder::Video| {
            while receive_frame(decoder, &mut frame).unwrap_or(false) {
                let at_us = frame.timestamp().map_or(video.start_us, |stamp| microseconds(stamp, base));
                count += usize::from(at_us < video.start_us + PROBE_US);
            }
            count >= MIN_FRAMES
        };
        while let Ok(Some(packet)) = source.read() {
            if packet.stream() != video.stream {
                continue;
            }
            // Packets come in decoding order: later ones cannot be shown before this one.
            let is_later = packet
                .dts()
                .or(packet.pts())
                .is_some_and(|stamp| microseconds(stamp, base) >= video.start_us + PROBE_US);
            if is_later {
                break;
            }
            if decoder.send_packet(&packet).is_ok() && receive(&mut decoder) {
                return Ok(true);
            }
        }
        let _ = decoder.send_eof();
        Ok(receive(&mut decoder))
    }
}
