//! Grabs single frames of a source at requested times.

use std::fs::File;

use ffmpeg_next::media::Type;
use ffmpeg_next::{Packet, decoder, frame};

use super::filter_chains::normalising_chain;
use super::graph::{FrameShape, VideoGraph};
use super::inspect::stream_info::{FirstPicture, provisional_normalise};
use super::inspect::stream_selection::choose;
use super::inspect::track_survey::Wanted;
use super::layout::FrameClock;
use super::source::{Handle, MICROSECOND, PixelLimit, Source, StreamFacts, receive_frame};
use super::survey::survey;
use super::{Doing, MediaError, configure_ffmpeg, cover_stills, ffi};
use crate::model::job::{EngineError, StillTask, StillsJob};
use crate::model::units::Size;

/// A time no further ahead than this is reached by decoding, not seeking: key frames are seldom closer.
const DECODE_AHEAD_US: i64 = 2_000_000;

/// Saves the frames and returns the time at which each is really shown, microseconds since the first frame, in the order
/// of the job's tasks. A time after the end gets the last frame.
pub fn run(job: &StillsJob, file: File, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<u64>, EngineError> {
    configure_ffmpeg();
    grab(job, &Handle::new(file), progress).map_err(EngineError::from)
}

fn grab(
    job: &StillsJob,
    handle: &Handle,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<u64>, MediaError> {
    let mut order: Vec<(usize, &StillTask)> = job.stills.iter().enumerate().collect();
    order.sort_by_key(|(_, task)| task.at_us);
    let mut shown = vec![0; order.len()];
    survey_once(job, handle)?;
    // The packets of a source that is laid out anew are counted from its beginning.
    let seeks = handle.layout().is_none();
    let mut reader = FrameReader::open(job, handle)?;
    for (done, (index, task)) in order.into_iter().enumerate() {
        progress(done as u64, job.stills.len() as u64);
        let target_us = reader.start_us.saturating_add_unsigned(task.at_us);
        if target_us - reader.at_us > DECODE_AHEAD_US && seeks && !reader.seek(target_us)? {
            // The container's index is wrong: start again from the beginning.
            reader = FrameReader::open(job, handle)?;
        }
        reader.advance_to(target_us)?;
        shown[index] = u64::try_from(reader.at_us - reader.start_us).unwrap_or(0);
        reader.save(task)?;
    }
    Ok(shown)
}

/// Finds where the packets of the source lie.
fn survey_once(job: &StillsJob, handle: &Handle) -> Result<(), MediaError> {
    let streams = Source::open_handle(handle).doing("open the source")?.streams();
    let video = choose(handle, &streams, &job.limits, Wanted::Pictures, &mut |_| {})?.video;
    let sounds: Vec<&StreamFacts> = streams.iter().filter(|stream| stream.kind == Type::Audio).collect();
    let surveyed = survey(handle, &video, &sounds, &job.limits, &mut |_| {})?;
    handle.lay_out(&surveyed.laid_out.layout);
    Ok(())
}

/// A reader positioned at one frame.
struct FrameReader {
    video: VideoReader,
    first: FirstPicture,
    /// Presentation time of the first frame on the source's time line, microseconds.
    start_us: i64,
    frame: frame::Video,
    /// Presentation time of `frame` on the source's time line, microseconds.
    at_us: i64,
}

/// The video stream of a source with its decoder.
struct VideoReader {
    source: Source,
    stream: StreamFacts,
    decoder: decoder::Video,
    clock: FrameClock,
    /// The packet that begins a piece, while the decoder still has frames from before it.
    waiting: Option<Packet>,
    ended: bool,
}

impl FrameReader {
    /// Opens the source at its first frame.
    fn open(job: &StillsJob, handle: &Handle) -> Result<Self, MediaError> {
        let mut source = Source::open_handle(handle).doing("open the source")?;
        let stream = choose(handle, &source.streams(), &job.limits, Wanted::Pictures, &mut |_| {})?.video;
        source.keep_only(&[stream.index]);
        let limit = PixelLimit(job.limits.max_pixels);
        let decoder = source.video_decoder(stream.index, job.threads.max(1), limit)?;
        let clock = source.frame_clock(stream.index, stream.time_base);
        let mut video = VideoReader { source, stream, decoder, clock, waiting: None, ended: false };
        let Some((frame, at_us)) = video.next_frame(0)? else {
            return Err(MediaError::Broken("no picture of the source could be decoded".into()));
        };
        let first = FirstPicture::of(&frame, video.stream.parameters.top_first);
        Ok(Self { video, first, start_us: at_us, frame, at_us })
    }

    /// Seeks to a frame at or before `target_us` by the container's index. Returns false if that leads past it.
    fn seek(&mut self, target_us: i64) -> Result<bool, MediaError> {
        if self.video.source.input.seek(target_us, ..target_us).is_err() {
            return Ok(true);
        }
        self.video.decoder.flush();
        self.video.ended = false;
        self.at_us = i64::MIN;
        self.step()?;
        Ok(self.at_us <= target_us)
    }

    /// Decodes until a frame is shown at `target_us` or later.
    fn advance_to(&mut self, target_us: i64) -> Result<(), MediaError> {
        while self.at_us < target_us && self.step()? {}
        Ok(())
    }

    /// Decodes the next frame. Returns false at the end, where the last one stays.
    fn step(&mut self) -> Result<bool, MediaError> {
        let after_us = self.at_us.saturating_add(1);
        let Some((frame, at_us)) = self.video.next_frame(after_us)? else { return Ok(false) };
        (self.frame, self.at_us) = (frame, at_us);
        Ok(true)
    }

    fn save(&self, task: &StillTask) -> Result<(), MediaError> {
        let normalise = provisional_normalise(&self.video.stream, &self.first);
        let limit = Size::new(task.max_long_side.max(2), task.max_long_side.max(2));
        let display = normalise.display;
        let size =
            if display.long_side() > limit.width { display.fitted_into(limit) } else { display.even() };
        let chain = move |shape: FrameShape| normalising_chain(&normalise, size, shape);
        let mut graph = VideoGraph::new(MICROSECOND, chain);
        graph.push(ffi::share(&self.frame).doing("share a picture")?)?;
        graph.finish()?;
        let mut upright = frame::Video::empty();
        if !graph.pull(&mut upright)? {
            return Err(MediaError::Broken("a picture could not be turned upright".into()));
        }
        cover_stills::save(upright, task)
    }
}

impl VideoReader {
    /// Returns the next frame that decodes and its presentation time, microseconds; `default_us` where it has none. `None`
    /// at the end.
    fn next_frame(&mut self, default_us: i64) -> Result<Option<(frame::Video, i64)>, MediaError> {
        let mut frame = frame::Video::empty();
        loop {
            if receive_frame(&mut self.decoder, &mut frame).unwrap_or(false) {
                let at_us = self.clock.time_of(&frame).unwrap_or(default_us);
                return Ok(Some((frame, at_us)));
            }
            if let Some(packet) = self.waiting.take() {
                self.decoder.flush();
                let _ = self.decoder.send_packet(&packet);
                continue;
            }
            if self.ended {
                return Ok(None);
            }
            match self.source.read_tolerantly().doing("read the source")? {
                // The frames of a damaged packet are left out.
                Some(packet) if packet.stream() == self.stream.index && self.source.begins_piece() => {
                    let _ = self.decoder.send_eof();
                    self.waiting = Some(packet);
                }
                Some(packet) if packet.stream() == self.stream.index => {
                    let _ = self.decoder.send_packet(&packet);
                }
                Some(_) => {}
                None => {
                    self.ended = true;
                    let _ = self.decoder.send_eof();
                }
            }
        }
    }
}
