//! The frames of a poster's films: each canvas is drawn once and held for as long as the film lasts.

use std::fs::File;
use std::io::{Read, Write};
use std::sync::mpsc::SyncSender;

use ffmpeg_next::format::Pixel;
use ffmpeg_next::{Rational, frame};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Resampling};
use image::{ExtendedColorType, ImageEncoder, RgbImage};

use super::decode::{PictureFormat, bytes_of, decode};
use crate::files;
use crate::media::encode_task::TimedFrame;
use crate::media::graph::VideoGraph;
use crate::media::source::Handle;
use crate::media::{Doing, MediaError, ffi, labels};
use crate::model::config::Limits;
use crate::model::job::{EngineError, Layer, RenderJob, StillTask, StillsJob};
use crate::model::units::Size;

/// A frame is handed on this often, microseconds, though it is always the same: an encoder that works is seen to.
const STEP_US: u64 = 1_000_000;

/// Draws what a poster's film shows.
pub trait PosterPainter: Sync {
    /// Draws the whole picture on a canvas of `size`, and the layers over it.
    ///
    /// # Errors
    /// For a layer that cannot be read.
    fn canvas(&self, picture: &RgbImage, size: Size, layers: &[Layer]) -> Result<RgbImage, String>;

    /// Encodes a canvas as JPEG, with an XMP packet if one is given.
    ///
    /// # Errors
    /// For a canvas or a packet that is larger than a JPEG holds.
    fn jpeg(&self, canvas: &RgbImage, xmp: Option<&[u8]>) -> Result<Vec<u8>, String>;
}

/// Draws the canvas of every picture of a job, writes it as JPEG where the job asks for that, and sends it to the picture's
/// encoder. Returns the number of frames that each was sent.
pub(in crate::media) fn distribute(
    job: &RenderJob,
    source: &Handle,
    queues: &[SyncSender<TimedFrame>],
    painter: &dyn PosterPainter,
    tick: &mut dyn FnMut(u64),
) -> Result<u64, MediaError> {
    let picture = decode(&bytes_of(source)?, job.limits.max_pixels)?.picture;
    job.stills.iter().try_for_each(|still| save_still(&picture, still))?;
    let mut frames = Vec::new();
    for (index, task) in job.pictures.iter().enumerate() {
        let canvas =
            painter.canvas(&picture, task.recipe.canvas, &task.layers).map_err(MediaError::Broken)?;
        if let Some(file) = &task.canvas {
            let labels = job.outputs.iter().find(|output| output.picture == index);
            let xmp = labels.and_then(|output| labels::packet_of(&output.ai_labels));
            let jpeg = painter.jpeg(&canvas, xmp.as_deref()).map_err(MediaError::Broken)?;
            let mut out = files::create_again(file.as_path()).doing("create a poster's picture")?;
            out.write_all(&jpeg).doing("write a poster's picture")?;
        }
        frames.push(as_frame(&canvas)?);
        tick(0);
    }
    drop(picture);
    let duration_us = job.pictures.first().map_or(0, |task| task.recipe.duration_us);
    let mut sent = 0;
    for at_us in (0..duration_us).step_by(STEP_US as usize) {
        for (queue, frame) in queues.iter().zip(&frames) {
            let frame = ffi::share(frame).doing("repeat a picture")?;
            queue
                .send(TimedFrame { frame, at_us: at_us as i64 })
                .map_err(|_| MediaError::Aborted("a picture's encoder stopped".into()))?;
        }
        sent += 1;
        tick(duration_us);
    }
    Ok(sent)
}

/// Converts a canvas to BT.709 in limited range, 4:2:0.
fn as_frame(canvas: &RgbImage) -> Result<frame::Video, MediaError> {
    let (width, height) = canvas.dimensions();
    let mut rgb = frame::Video::new(Pixel::RGB24, width, height);
    let stride = rgb.stride(0);
    let row_bytes = width as usize * 3;
    for (to, from) in rgb.data_mut(0).chunks_mut(stride).zip(canvas.as_raw().chunks(row_bytes)) {
        to[..row_bytes].copy_from_slice(from);
    }
    rgb.set_pts(Some(0));
    let mut graph = VideoGraph::new(Rational::new(1, 1), |_| {
        format!(
            "scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp:out_color_matrix=bt709:\
             out_range=tv,format=yuv420p"
        )
    });
    graph.push(rgb)?;
    let mut out = frame::Video::empty();
    if !graph.pull(&mut out)? || out.format() != Pixel::YUV420P {
        return Err(MediaError::Broken("a canvas could not be converted".into()));
    }
    Ok(out)
}

/// Writes the picture as PNG, reduced to the task's size.
fn save_still(picture: &RgbImage, task: &StillTask) -> Result<(), MediaError> {
    let size = Size::new(picture.width(), picture.height());
    let limit = task.max_long_side.max(2);
    let small = (size.long_side() > limit).then(|| {
        let small = size.fitted_into(Size::new(limit, limit));
        imageops::resize(picture, small.width, small.height, Resampling::CatmullRom)
    });
    let picture = small.as_ref().unwrap_or(picture);
    let mut out = files::create_again(task.file.as_path()).doing("create a still")?;
    PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up)
        .write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(|error| MediaError::Broken(format!("write a still: {error}")))
}

/// Writes the stills that a job asks for of a poster: each is the whole picture. `None` where its source is no picture.
pub fn stills(job: &StillsJob, file: &File) -> Option<Result<Vec<u64>, EngineError>> {
    let handle = Handle::new(file.try_clone().ok()?);
    let mut head = Vec::new();
    handle.reader().take(16).read_to_end(&mut head).ok()?;
    PictureFormat::of(&head)?;
    Some(all_stills(&handle, &job.limits, &job.stills).map_err(EngineError::from))
}

fn all_stills(handle: &Handle, limits: &Limits, tasks: &[StillTask]) -> Result<Vec<u64>, MediaError> {
    let picture = decode(&bytes_of(handle)?, limits.max_pixels)?.picture;
    tasks.iter().try_for_each(|task| save_still(&picture, task))?;
    Ok(vec![0; tasks.len()])
}
