//! Stills for covers, saved while a work is rendered.

use std::io::{BufWriter, Write};
use std::path::Path;

use ffmpeg_next::format::Pixel;
use ffmpeg_next::{Rational, frame};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError};

use super::graph::VideoGraph;
use super::{Doing, MediaError};
use crate::files;
use crate::model::job::StillTask;
use crate::model::units::Size;

/// The stills that have not been saved yet, latest first.
pub(super) struct PendingStills {
    waiting: Vec<StillTask>,
}

impl PendingStills {
    pub fn new(tasks: &[StillTask]) -> Self {
        let mut waiting = tasks.to_vec();
        waiting.sort_by_key(|task| std::cmp::Reverse(task.at_us));
        Self { waiting }
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Removes and returns the tasks that a frame shown at `at_us` fulfils.
    pub fn due(&mut self, at_us: i64) -> Vec<StillTask> {
        let mut due = Vec::new();
        while self.waiting.last().is_some_and(|task| task.at_us as i64 <= at_us) {
            due.extend(self.waiting.pop());
        }
        due
    }

    /// Removes and returns the tasks that lie after the last frame, which stands in for them.
    pub fn take_remaining(&mut self) -> Vec<StillTask> {
        std::mem::take(&mut self.waiting)
    }
}

/// Writes a normalised frame as PNG, reduced to the task's size.
pub(super) fn save(frame: frame::Video, task: &StillTask) -> Result<(), MediaError> {
    let size = Size::new(frame.width(), frame.height());
    let limit = task.max_long_side.max(2);
    let wanted = if size.long_side() > limit { size.fitted_into(Size::new(limit, limit)) } else { size };
    let (width, height, rgb) = to_rgb(frame, wanted)?;
    write_png(task.file.as_path(), Size::new(width, height), &rgb)
}

/// Scales a BT.709 limited-range frame to `size`. Returns its width, height and tightly packed RGB24 rows.
pub(super) fn to_rgb(frame: frame::Video, size: Size) -> Result<(u32, u32, Vec<u8>), MediaError> {
    let mut graph = VideoGraph::new(Rational::new(1, 1), |_| {
        format!(
            "scale={}:{}:flags=area+accurate_rnd:in_color_matrix=bt709:in_range=tv,format=rgb24",
            size.width, size.height
        )
    });
    graph.push(frame)?;
    let mut out = frame::Video::empty();
    if !graph.pull(&mut out)? || out.format() != Pixel::RGB24 {
        return Err(MediaError::Broken("a picture could not be converted to RGB".into()));
    }
    let (width, height, stride) = (out.width() as usize, out.height() as usize, out.stride(0));
    let mut rgb = Vec::with_capacity(width * height * 3);
    for row in out.data(0).chunks(stride).take(height) {
        rgb.extend_from_slice(&row[..width * 3]);
    }
    Ok((out.width(), out.height(), rgb))
}

fn write_png(file: &Path, size: Size, rgb: &[u8]) -> Result<(), MediaError> {
    let out = files::create_again(file).doing("create a still")?;
    let mut out = BufWriter::new(out);
    PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up)
        .write_image(rgb, size.width, size.height, ExtendedColorType::Rgb8)
        .map_err(|error| match error {
            ImageError::IoError(source) => MediaError::Io { doing: "write a still", source },
            other => MediaError::Broken(format!("write a still: {other}")),
        })?;
    // Flushed explicitly: dropping the writer would ignore errors.
    out.flush().doing("write a still")
}
