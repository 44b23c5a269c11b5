//! Luma thumbnails read directly from decoded frames: no conversion, nine reads per pixel.

use ffmpeg_next::{color, format, frame};

use crate::media::ffi::{LumaLayout, luma_layout};
use crate::model::inspection::Orientation;
use crate::model::units::Size;

/// Largest sides of a thumbnail, in which narrow bars must still be visible. An upright one may be so high that a landscape
/// work inside it, as wide as the frame, has the same resolution as by itself. Not in a long work, whose thumbnails are all
/// kept in memory until its end.
const MAX_WIDTH: u32 = 128;
const MAX_HEIGHT: u32 = 228;
const LONG_WORK_US: i64 = 20 * 60 * 1_000_000;
/// Reads along either side of a thumbnail pixel.
const READS: usize = 3;

/// Returns the largest sides of the upright thumbnails of a work that lasts `span_us`.
pub(super) fn bounds(span_us: i64) -> Size {
    Size::new(MAX_WIDTH, if span_us < LONG_WORK_US { MAX_HEIGHT } else { MAX_WIDTH })
}

/// Returns the size and luma of a frame's upright thumbnail, 0 to 255; `None` if its pixel format cannot be read.
pub(super) fn of(frame: &frame::Video, orientation: Orientation, bounds: Size) -> Option<(Size, Vec<u8>)> {
    let layout = luma_layout(frame.format())?;
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let stride = frame.stride(layout.plane);
    // Upside-down frames have negative strides, which look like huge ones.
    if width == 0 || height == 0 || stride > usize::MAX / 2 || layout.plane >= frame.planes() {
        return None;
    }
    let data = frame.data(layout.plane);
    let (across, down) = if orientation.swaps_sides() { (height, width) } else { (width, height) };
    let scale = (across as f32 / bounds.width as f32).max(down as f32 / bounds.height as f32).max(1.0);
    let small = |side: usize| ((side as f32 / scale).round() as usize).max(1);
    let (columns, rows) = (small(width), small(height));
    let mut places = read_positions(columns, width);
    places.as_flattened_mut().iter_mut().for_each(|place| *place *= layout.step);
    let full = layout.rgb || is_full(frame);
    let mut luma = Vec::with_capacity(columns * rows);
    for lines in read_positions(rows, height) {
        let lines = lines.map(|line| line_at(data, line * stride + layout.offset));
        for places in &places {
            luma.push(mean_level(sum_of_reads(lines, *places, &layout), layout.depth, full));
        }
    }
    Some(upright(columns, rows, luma, orientation))
}

/// Returns for each thumbnail pixel of a line the positions that are read for it.
fn read_positions(small: usize, side: usize) -> Vec<[usize; READS]> {
    let place = |pixel: usize, read: usize| {
        let at = (pixel * READS + read) as f32 + 0.5;
        ((at * side as f32 / (small * READS) as f32) as usize).min(side - 1)
    };
    (0..small).map(|pixel| std::array::from_fn(|read| place(pixel, read))).collect()
}

/// Returns the sum of the values at places, in bytes, in lines.
fn sum_of_reads([top, middle, bottom]: [&[u8]; READS], places: [usize; READS], layout: &LumaLayout) -> u32 {
    let [left, centre, right] = places;
    if layout.is_plain() && right < top.len().min(middle.len()).min(bottom.len()) {
        // Every picture of every film comes by here.
        let sum = |line: &[u8]| u32::from(line[left]) + u32::from(line[centre]) + u32::from(line[right]);
        return sum(top) + sum(middle) + sum(bottom);
    }
    let sum = |line: &[u8]| [left, centre, right].map(|at| value(line, at, layout)).iter().sum::<u32>();
    sum(top) + sum(middle) + sum(bottom)
}

/// Returns the data from a place on; nothing beyond its end.
pub(super) fn line_at(data: &[u8], start: usize) -> &[u8] {
    data.get(start..).unwrap_or_default()
}

/// Returns one value; 0 beyond the end of the data.
pub(super) fn value(data: &[u8], at: usize, layout: &LumaLayout) -> u32 {
    let byte = |at: usize| u32::from(data.get(at).copied().unwrap_or(0));
    if layout.is_plain() {
        return byte(at);
    }
    let (low, high) = if layout.big_endian { (byte(at + 1), byte(at)) } else { (byte(at), byte(at + 1)) };
    (low | high << 8) >> layout.shift & ((1 << layout.depth) - 1)
}

/// Returns the mean of [`READS`] × [`READS`] values, scaled to 0 to 255; limited range is 16 to 235 (ITU-R BT.709).
fn mean_level(sum: u32, depth: u32, full: bool) -> u8 {
    let mean = sum as f32 / (READS * READS) as f32 * 255.0 / ((1u32 << depth) - 1) as f32;
    let level = if full { mean } else { (mean - 16.0) * 255.0 / 219.0 };
    (level + 0.5).clamp(0.0, 255.0) as u8
}

fn is_full(frame: &frame::Video) -> bool {
    use format::Pixel;
    frame.color_range() == color::Range::JPEG
        || matches!(frame.format(), Pixel::YUVJ420P | Pixel::YUVJ422P | Pixel::YUVJ444P | Pixel::YUVJ440P)
}

/// Mirrors, then rotates clockwise, as a player does.
fn upright(width: usize, height: usize, luma: Vec<u8>, orientation: Orientation) -> (Size, Vec<u8>) {
    let size = |width: usize, height: usize| Size::new(width as u32, height as u32);
    if orientation.is_identity() {
        return (size(width, height), luma);
    }
    let (turned_w, turned_h) = if orientation.swaps_sides() { (height, width) } else { (width, height) };
    let mut turned = Vec::with_capacity(luma.len());
    for y in 0..turned_h {
        for x in 0..turned_w {
            let (from_x, from_y) = match orientation.clockwise_degrees {
                90 => (y, height - 1 - x),
                180 => (width - 1 - x, height - 1 - y),
                270 => (width - 1 - y, x),
                _ => (x, y),
            };
            let from_x = if orientation.mirrored { width - 1 - from_x } else { from_x };
            turned.push(luma[from_y * width + from_x]);
        }
    }
    (size(turned_w, turned_h), turned)
}
