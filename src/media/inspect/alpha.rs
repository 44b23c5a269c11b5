//! How transparent a picture is.

use ffmpeg_next::frame;

use super::luma_thumbnail::value;
use crate::media::ffi::alpha_layout;

/// The least and the most opaque pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct AlphaRange {
    pub least: u32,
    pub most: u32,
    pub full: u32,
}

impl AlphaRange {
    /// Reads every other row and column; `None` for formats without transparency.
    pub fn of(frame: &frame::Video) -> Option<Self> {
        let layout = alpha_layout(frame.format())?;
        let stride = frame.stride(layout.plane);
        if stride > usize::MAX / 2 || layout.plane >= frame.planes() {
            return None;
        }
        let data = frame.data(layout.plane);
        let rows = (0..frame.height() as usize).step_by(2);
        let levels = rows.flat_map(|row| {
            let columns = (0..frame.width() as usize).step_by(2);
            columns.map(move |column| row * stride + column * layout.step + layout.offset)
        });
        let full = (1 << layout.depth) - 1;
        levels.map(|at| value(data, at, &layout)).fold(None, |range: Option<Self>, level| {
            let one = Self { least: level, most: level, full };
            Some(range.map_or(one, |range| range.joined(one)))
        })
    }

    pub fn joined(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most), full: self.full }
    }
}
