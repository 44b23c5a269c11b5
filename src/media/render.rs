//! Decodes once for all video recipes, encodes every recipe once, and writes each packet to all outputs that share it.
//!
//! Threads: this one reads, decodes and normalises; one per video recipe draws and encodes; one renders the audio. They
//! are connected by bounded queues, so that memory does not grow with the length of the work.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use ffmpeg_next::{frame, media};

use super::cover_stills::PendingStills;
use super::encode_task::{EncodeTask, TimedFrame};
use super::filter_chains::{normalising_chain, working_size};
use super::frame_reader::FrameReader;
use super::graph::VideoGraph;
use super::mux::{Donor, Muxer, StreamHead};
use super::poster::PosterPainter;
use super::source::{Handle, MICROSECOND, PixelLimit, Source};
use super::{Doing, MediaError, configure_ffmpeg, cover_stills, ffi, sound};
use crate::model::finding::Finding;
use crate::model::job::{EngineError, FrameCounts, FrameUses, OutputTask, RenderJob, Rendered, VideoTask};
use crate::model::packet_layout::PacketLayout;
use crate::model::plan::VideoRecipe;

/// Capacity of the queue before each encoder, frames.
const QUEUE_FRAMES: usize = 3;

/// Renders all outputs and stills of a job. `progress` is called with microseconds done and in total.
pub fn run(
    job: &RenderJob,
    source: File,
    progress: &mut dyn FnMut(u64, u64),
    painter: &dyn PosterPainter,
) -> Result<Rendered, EngineError> {
    configure_ffmpeg();
    let source = Handle::new(source);
    if let Some(layout) = layout_of(job) {
        source.lay_out(layout);
    }
    source
        .or_read_error(MediaError::Source, render(job, &source, progress, painter))
        .map_err(EngineError::from)
}

/// Returns where the packets of the source lie; all recipes are of the same source.
fn layout_of(job: &RenderJob) -> Option<&PacketLayout> {
    let picture = job.pictures.first().map(|task| &task.recipe.layout);
    picture.or_else(|| job.sounds.first().map(|task| &task.recipe.layout))
}

/// The files of the rendered audio recipes; an empty cell is still in progress.
type SoundFiles = Vec<OnceLock<Result<PathBuf, String>>>;

fn render(
    job: &RenderJob,
    source: &Handle,
    progress: &mut dyn FnMut(u64, u64),
    painter: &dyn PosterPainter,
) -> Result<Rendered, MediaError> {
    let sounds: SoundFiles = job.sounds.iter().map(|_| OnceLock::new()).collect();
    let encoded = job.pictures.iter().filter(|task| task.donor.is_none()).count();
    let threads = (job.threads / encoded.max(1) as u32).max(1);
    let done: Vec<AtomicU64> = job.pictures.iter().map(|_| AtomicU64::new(0)).collect();
    let (sound_progress, progress_received) = channel();
    std::thread::scope(|scope| {
        let keep_open = sound_progress.clone();
        let sounds = &sounds;
        let gains = spawn(scope, "sounds", move || {
            render_sounds(job, source, sounds, &|at_us| {
                // Fails where video encoders report the progress instead.
                let _ = sound_progress.send(at_us);
            })
        })?;
        let copies = spawn(scope, "copies", move || {
            // The channel closes when both threads have dropped their senders.
            let _keep_open = keep_open;
            remux_donors(job, sounds)
        })?;
        let mut queues = Vec::new();
        let mut encoders = Vec::new();
        for (index, task) in job.pictures.iter().enumerate().filter(|(_, task)| task.donor.is_none()) {
            let (queue, frames) = sync_channel(QUEUE_FRAMES);
            queues.push(queue);
            let done = &done[index];
            encoders.push((
                index,
                spawn(scope, "picture", move || {
                    VideoThread { job, index, task, threads, sounds, done }.run(frames)
                })?,
            ));
        }
        let distributed = if queues.is_empty() && job.stills.is_empty() {
            let total = job.sounds.iter().map(|task| task.recipe.duration_us).max().unwrap_or(0);
            progress_received.iter().for_each(|at_us: u64| progress(at_us.min(total), total));
            Ok(Distributed::default())
        } else {
            drop(progress_received);
            let tick = &mut |total| {
                let slowest = encoders.iter().map(|(index, _)| done[*index].load(Ordering::Relaxed)).min();
                progress(slowest.unwrap_or(0).min(total), total);
            };
            if job.is_poster() {
                hold_poster(job, source, queues, painter, tick)
            } else {
                distribute_frames(job, source, queues, tick)
            }
        };
        let mut frames = vec![0; job.pictures.len()];
        let mut uses = Vec::new();
        let encoded = encoders.into_iter().try_for_each(|(index, encoder)| {
            let (count, used) = join(encoder)?;
            frames[index] = count;
            uses.push(used);
            Ok(())
        });
        let copied = join(copies);
        let (rendered, distributed) = first_error_or(join(gains), distributed, [encoded, copied])?;
        let Distributed { mut findings, counts } = distributed;
        let gains_db = rendered.iter().map(|sound| sound.gain_db).collect();
        findings.extend(rendered.into_iter().filter_map(|sound| sound.finding));
        let counts = FrameCounts { uses, ..counts };
        Ok(Rendered { frames, gains_db, findings, cpu_s: cpu_seconds(), counts })
    })
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, MediaError> {
    std::thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work).doing("start a thread")
}

/// Returns both results, or the error of the thread that caused the others to stop.
fn first_error_or<A, B>(
    a: Result<A, MediaError>,
    b: Result<B, MediaError>,
    others: [Result<(), MediaError>; 2],
) -> Result<(A, B), MediaError> {
    let mut errors = Vec::new();
    errors.extend(others.into_iter().filter_map(Result::err));
    let mut keep = |error| errors.push(error);
    let (a, b) = (a.map_err(&mut keep).ok(), b.map_err(&mut keep).ok());
    let cause = errors.iter().position(|error| !matches!(error, MediaError::Aborted(_))).unwrap_or(0);
    match (a, b) {
        (Some(a), Some(b)) if errors.is_empty() => Ok((a, b)),
        _ => Err(errors.swap_remove(cause)),
    }
}

fn join<T>(thread: ScopedJoinHandle<'_, Result<T, MediaError>>) -> Result<T, MediaError> {
    thread.join().unwrap_or_else(|_| Err(MediaError::Broken("a thread of the renderer panicked".into())))
}

/// Returns the CPU time of this process so far, all threads, in seconds.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Renders every audio recipe that has no donor and fills its cell in `files`. Returns the result of each.
fn render_sounds(
    job: &RenderJob,
    source: &Handle,
    files: &SoundFiles,
    tick: &dyn Fn(u64),
) -> Result<Vec<sound::RenderedSound>, MediaError> {
    // A panic here must not leave the encoders waiting.
    let _fill = FillOnDrop(files);
    let mut sounds = Vec::new();
    let mut failed = None;
    for (index, (task, cell)) in job.sounds.iter().zip(files).enumerate() {
        let file = job.folder.as_path().join(format!("sound-{index}.mp4"));
        let made = match (&task.donor, &failed) {
            (_, Some(_)) => Err("an earlier sound failed".to_owned()),
            (Some(donor), None) => {
                Ok((donor.as_path().to_owned(), sound::RenderedSound { gain_db: 0.0, finding: None }))
            }
            (None, None) => {
                sound::render(source, &task.recipe, &file, tick).map(|made| (file, made)).map_err(|error| {
                    let text = error.to_string();
                    failed = Some(error);
                    text
                })
            }
        };
        let _ = cell.set(made.map(|(file, made)| {
            sounds.push(made);
            file
        }));
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(sounds),
    }
}

/// Fills the cells that are still empty when rendering has ended, normally or by a panic.
struct FillOnDrop<'a>(&'a SoundFiles);

impl Drop for FillOnDrop<'_> {
    fn drop(&mut self) {
        for cell in self.0 {
            let _ = cell.set(Err("the sounds were not finished".to_owned()));
        }
    }
}

/// The result of decoding: findings about damage, and the number of frames.
#[derive(Default)]
struct Distributed {
    findings: Vec<Finding>,
    counts: FrameCounts,
}

/// Draws a poster's canvases and sends each to its queue for as long as the film lasts.
fn hold_poster(
    job: &RenderJob,
    source: &Handle,
    queues: Vec<SyncSender<TimedFrame>>,
    painter: &dyn PosterPainter,
    tick: &mut dyn FnMut(u64),
) -> Result<Distributed, MediaError> {
    let decoded = super::poster::distribute(job, source, &queues, painter, tick)?;
    Ok(Distributed { findings: Vec::new(), counts: FrameCounts { decoded, ..FrameCounts::default() } })
}

/// Reads, decodes, normalises, and sends each frame to every queue.
fn distribute_frames(
    job: &RenderJob,
    source: &Handle,
    queues: Vec<SyncSender<TimedFrame>>,
    tick: &mut dyn FnMut(u64),
) -> Result<Distributed, MediaError> {
    let Some(first) = job.pictures.first().map(|task| &task.recipe) else {
        return Ok(Distributed::default());
    };
    let recipes: Vec<&VideoRecipe> = job.pictures.iter().map(|task| &task.recipe).collect();
    let still_share = job.stills.iter().map(|still| still.max_long_side).max().unwrap_or(0);
    let working = if still_share > 0 {
        let needed = working_size(&first.normalise, &recipes);
        if needed.long_side() >= still_share { needed } else { reduced_display(first, still_share) }
    } else {
        working_size(&first.normalise, &recipes)
    };
    let mut reader = Source::open_handle(source).doing("open the source")?;
    reader.keep_only(&[first.stream]);
    let decoder = reader.video_decoder(first.stream, job.threads, PixelLimit(job.limits.max_pixels))?;
    let mut frames = FrameReader::new(reader, decoder, first);
    let mut graph = VideoGraph::new(MICROSECOND, |shape| normalising_chain(&first.normalise, working, shape));
    let mut fanout = FrameFanout { queues, stills: PendingStills::new(&job.stills), last: None };
    let end_us = first.duration_us as i64;
    while let Some(picture) = frames.next()? {
        graph.push(picture)?;
        fanout.drain(&mut graph)?;
        tick(first.duration_us);
        if frames.last_us > end_us && fanout.stills.is_empty() {
            break;
        }
    }
    graph.finish()?;
    fanout.drain(&mut graph)?;
    fanout.finish()?;
    Ok(Distributed { findings: frames.damage.finding(job, first)?, counts: frames.counts })
}

/// Returns the display size reduced so that its long side is `long_side`; never enlarged.
fn reduced_display(recipe: &VideoRecipe, long_side: u32) -> crate::model::units::Size {
    let display = recipe.normalise.display;
    let bounds = crate::model::units::Size::new(long_side, long_side);
    if display.long_side() <= long_side { display.even() } else { display.fitted_into(bounds) }
}

/// Sends each normalised frame to the encoders and saves the stills that are due.
struct FrameFanout {
    queues: Vec<SyncSender<TimedFrame>>,
    stills: PendingStills,
    last: Option<frame::Video>,
}

impl FrameFanout {
    fn drain<S: FnMut(super::graph::FrameShape) -> String>(
        &mut self,
        graph: &mut VideoGraph<S>,
    ) -> Result<(), MediaError> {
        let mut picture = frame::Video::empty();
        while graph.pull(&mut picture)? {
            let at_us = picture.pts().unwrap_or(0);
            for task in self.stills.due(at_us) {
                cover_stills::save(ffi::share(&picture).doing("share a picture")?, &task)?;
            }
            for queue in &self.queues {
                let shared = ffi::share(&picture).doing("share a picture")?;
                queue
                    .send(TimedFrame { frame: shared, at_us })
                    .map_err(|_| MediaError::Aborted("a picture's encoder stopped".into()))?;
            }
            self.last = Some(std::mem::replace(&mut picture, frame::Video::empty()));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), MediaError> {
        let rest = self.stills.take_remaining();
        match &self.last {
            None => Err(MediaError::Broken("no picture of the source could be decoded".into())),
            Some(last) => rest
                .iter()
                .try_for_each(|task| cover_stills::save(ffi::share(last).doing("share a picture")?, task)),
        }
    }
}

/// One video recipe to be encoded on a thread of its own.
struct VideoThread<'a> {
    job: &'a RenderJob,
    /// Index of `task` in the job.
    index: usize,
    task: &'a VideoTask,
    /// Threads of the encoder.
    threads: u32,
    sounds: &'a SoundFiles,
    /// Receives the microseconds encoded so far.
    done: &'a AtomicU64,
}

impl VideoThread<'_> {
    /// Draws and encodes the recipe into all its outputs. Returns the number of frames encoded, and what became of those that
    /// were received.
    fn run(self, frames: Receiver<TimedFrame>) -> Result<(u64, FrameUses), MediaError> {
        let Self { job, index, task, threads, sounds, done } = self;
        let mut encoder = EncodeTask::new(task, threads)?;
        let head = StreamHead { parameters: encoder.parameters(), time_base: encoder.time_base() };
        let mut outputs = Outputs::Unopened { job, picture: index, head, sounds };
        for frame in frames {
            encoder.push(frame, &mut |packet| outputs.write(packet))?;
            done.store(encoder.done_us(), Ordering::Relaxed);
        }
        let count = encoder.finish(&mut |packet| outputs.write(packet))?;
        outputs.finish()?;
        Ok(count)
    }
}

/// The files that take one video recipe's packets. They are opened with the first packet, which comes after the encoder's
/// look-ahead, so that the audio is usually ready by then.
enum Outputs<'a> {
    Unopened { job: &'a RenderJob, picture: usize, head: StreamHead, sounds: &'a SoundFiles },
    Open(Vec<Muxer>),
}

impl Outputs<'_> {
    fn write(&mut self, packet: ffmpeg_next::Packet) -> Result<(), MediaError> {
        if let Self::Unopened { job, picture, head, sounds } = self {
            *self = Self::Open(open_outputs(job, *picture, head, sounds)?);
        }
        if let Self::Open(muxers) = self {
            for muxer in muxers {
                muxer.write(packet.clone())?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), MediaError> {
        match self {
            Self::Unopened { .. } => Err(MediaError::Broken("the encoder made no packet".into())),
            Self::Open(muxers) => muxers.into_iter().try_for_each(Muxer::finish),
        }
    }
}

fn open_outputs(
    job: &RenderJob,
    picture: usize,
    head: &StreamHead,
    sounds: &SoundFiles,
) -> Result<Vec<Muxer>, MediaError> {
    job.outputs
        .iter()
        .filter(|output| output.picture == picture)
        .map(|output| Muxer::create(output, head, sound_for(output, sounds)?))
        .collect()
}

fn sound_for(output: &OutputTask, sounds: &SoundFiles) -> Result<Option<Donor>, MediaError> {
    let Some(index) = output.sound else { return Ok(None) };
    let cell = sounds
        .get(index)
        .ok_or_else(|| MediaError::Broken("an output names a sound that is not there".into()))?;
    match cell.wait() {
        Ok(file) => Donor::open(file, media::Type::Audio).map(Some),
        Err(error) => Err(MediaError::Aborted(format!("the sound is missing: {error}"))),
    }
}

/// Writes the outputs whose video is copied from another finished file.
fn remux_donors(job: &RenderJob, sounds: &SoundFiles) -> Result<(), MediaError> {
    let donors: HashMap<usize, &std::path::Path> = job
        .pictures
        .iter()
        .enumerate()
        .filter_map(|(index, task)| Some((index, task.donor.as_ref()?.as_path())))
        .collect();
    for output in &job.outputs {
        let Some(donor) = donors.get(&output.picture) else { continue };
        let donor = Donor::open(donor, media::Type::Video)?;
        let head = StreamHead { parameters: donor.head.parameters.clone(), time_base: donor.head.time_base };
        let mut muxer = Muxer::create(output, &head, sound_for(output, sounds)?)?;
        donor.copy_all(&mut |packet| muxer.write(packet))?;
        muxer.finish()?;
    }
    Ok(())
}
