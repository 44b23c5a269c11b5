//! Single pictures of a file, at moments that somebody wants to see.

use std::fs::File;

use ffmpeg_next::{decoder, frame};

use super::graph::{FrameShape, VideoGraph};
use super::inspect::stream_info::{FirstPicture, provisional_normalise};
use super::inspect::stream_selection::choose;
use super::mux::microseconds;
use super::picture::normalising_chain;
use super::source::{Handle, MICROSECOND, PixelLimit, Source, StreamFacts, receive_frame};
use super::{Doing, MediaError, configure_ffmpeg, cover_stills, ffi};
use crate::model::job::{EngineError, StillTask, StillsJob};
use crate::model::units::Size;

/// A moment that lies no further ahead is reached by decoding on: key frames are seldom closer.
const DECODE_AHEAD_US: i64 = 2_000_000;

/// Takes the pictures and yields when each is really shown, microseconds since the first picture, in the order of the
/// job's tasks. A moment after the end gets the last picture.
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
    let mut reader = FrameReader::open(job, handle)?;
    for (done, (index, task)) in order.into_iter().enumerate() {
        progress(done as u64, job.stills.len() as u64);
        let target_us = reader.start_us.saturating_add_unsigned(task.at_us);
        if target_us - reader.at_us > DECODE_AHEAD_US && !reader.seek(target_us)? {
            // The container's index leads elsewhere: from the beginning then.
            reader = FrameReader::open(job, handle)?;
        }
        reader.advance_to(target_us)?;
        shown[index] = u64::try_from(reader.at_us - reader.start_us).unwrap_or(0);
        reader.save(task)?;
    }
    Ok(shown)
}

/// A reader that stands at one picture.
struct FrameReader {
    reader: Source,
    stream: StreamFacts,
    decoder: decoder::Video,
    first: FirstPicture,
    start_us: i64,
    frame: frame::Video,
    at_us: i64,
    ended: bool,
}

impl FrameReader {
    /// Stands at the first picture.
    fn open(job: &StillsJob, handle: &Handle) -> Result<Self, MediaError> {
        let mut reader = Source::open_handle(handle).doing("open the source")?;
        let stream = choose(&reader.streams(), &job.limits)?.video;
        reader.keep_only(&[stream.index]);
        let limit = PixelLimit(job.limits.max_pixels);
        let mut decoder = reader.video_decoder(stream.index, job.threads.max(1), limit)?;
        let mut ended = false;
        let Some((frame, at_us)) = next((&mut reader, &mut decoder, &mut ended), &stream, 0)? else {
            return Err(MediaError::Broken("no picture of the source could be decoded".into()));
        };
        let first = FirstPicture::of(&frame, stream.parameters.top_first);
        Ok(Self { reader, stream, decoder, first, start_us: at_us, frame, at_us, ended })
    }

    /// Goes to a picture at or before `target_us` by the container's index; false when that leads past it.
    fn seek(&mut self, target_us: i64) -> Result<bool, MediaError> {
        if self.reader.input.seek(target_us, ..target_us).is_err() {
            return Ok(true);
        }
        self.decoder.flush();
        self.ended = false;
        self.at_us = i64::MIN;
        self.step()?;
        Ok(self.at_us <= target_us)
    }

    /// Decodes until a picture is shown at `target_us` or later.
    fn advance_to(&mut self, target_us: i64) -> Result<(), MediaError> {
        while self.at_us < target_us && self.step()? {}
        Ok(())
    }

    /// Goes to the next picture; false at the end, where it stays.
    fn step(&mut self) -> Result<bool, MediaError> {
        let after = self.at_us.saturating_add(1);
        let found = next((&mut self.reader, &mut self.decoder, &mut self.ended), &self.stream, after)?;
        let Some((frame, at_us)) = found else { return Ok(false) };
        (self.frame, self.at_us) = (frame, at_us);
        Ok(true)
    }

    fn save(&self, task: &StillTask) -> Result<(), MediaError> {
        let normalise = provisional_normalise(&self.stream, &self.first);
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

/// The next picture that decodes, and when it is shown; `otherwise` where it does not say. `None` at the end.
fn next(
    (reader, decoder, ended): (&mut Source, &mut decoder::Video, &mut bool),
    stream: &StreamFacts,
    otherwise: i64,
) -> Result<Option<(frame::Video, i64)>, MediaError> {
    let mut frame = frame::Video::empty();
    loop {
        if receive_frame(decoder, &mut frame).unwrap_or(false) {
            let at_us = frame.timestamp().map_or(otherwise, |stamp| microseconds(stamp, stream.time_base));
            return Ok(Some((frame, at_us)));
        }
        if *ended {
            return Ok(None);
        }
        match reader.read_tolerantly().doing("read the source")? {
            // What a damaged packet would have shown is left out.
            Some(packet) if packet.stream() == stream.index => {
                let _ = decoder.send_packet(&packet);
            }
            Some(_) => {}
            None => {
                *ended = true;
                let _ = decoder.send_eof();
            }
        }
    }
}
