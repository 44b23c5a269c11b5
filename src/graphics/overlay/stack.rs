//! The layers of one picture, from the bottom up, and the areas that they occupy.

use std::path::Path;

use image::RgbaImage;

use super::OverlayError;
use super::raster::{Rect, write_png};
use crate::model::cancel::Cancel;
use crate::model::finding::Finding;
use crate::model::job::Layer;
use crate::model::preset::Insets;
use crate::model::units::Size;

/// An occupied area of the canvas, and when it is occupied (microseconds).
#[derive(Clone, Copy, Debug)]
pub(super) struct Occupied {
    pub rect: Rect,
    pub from_us: u64,
    pub until_us: u64,
}

/// Layers, from the bottom up, with their findings and occupied areas.
#[derive(Debug)]
pub(super) struct Stack<'a> {
    pub canvas: Size,
    /// Where text may be placed.
    pub area: Rect,
    pub duration_us: u64,
    pub folder: &'a Path,
    pub cancel: &'a Cancel,
    pub layers: Vec<Layer>,
    pub findings: Vec<Finding>,
    pub occupied: Vec<Occupied>,
}

impl Stack<'_> {
    /// Writes a picture as the PNG file `NAME.png` and adds it as a layer that occupies its area.
    pub(super) fn push(
        &mut self,
        name: &str,
        picture: &RgbaImage,
        occupied: Occupied,
    ) -> Result<(), OverlayError> {
        let file = self.folder.join(format!("{name}.png"));
        write_png(picture, &file)?;
        self.layers.push(Layer {
            file: file.into(),
            x: occupied.rect.x,
            y: occupied.rect.y,
            from_us: occupied.from_us,
            until_us: (occupied.until_us != u64::MAX).then_some(occupied.until_us),
            fade_us: 0,
            opacity: 1.0,
        });
        self.occupied.push(occupied);
        Ok(())
    }

    /// Moves the rectangle up until it overlaps nothing that is shown at the same time; `None` when it leaves the area.
    pub(super) fn raised(&self, rect: Rect, from_us: u64, until_us: u64) -> Option<Rect> {
        let gap = self.canvas.short_side() / 100;
        let mut rect = rect;
        while let Some(other) = self.occupied.iter().find(|occupied| {
            occupied.from_us < until_us && from_us < occupied.until_us && occupied.rect.meets(rect)
        }) {
            rect.y = other.rect.y.checked_sub(gap + rect.height)?;
        }
        (rect.y >= self.area.y).then_some(rect)
    }
}

/// Returns the canvas without its insets.
pub(super) fn area(canvas: Size, insets: Insets) -> Rect {
    inset(canvas, insets, 0)
}

/// Returns the canvas without its insets, at least `margin` pixels off every edge.
pub(super) fn inset(canvas: Size, insets: Insets, margin: u32) -> Rect {
    let share = |side: u32, per_mille: u32| {
        let pixels = u64::from(side) * u64::from(per_mille.min(500));
        (pixels.div_ceil(1000) as u32).max(margin)
    };
    let (left, right) = (share(canvas.width, insets.left), share(canvas.width, insets.right));
    let (top, bottom) = (share(canvas.height, insets.top), share(canvas.height, insets.bottom));
    Rect {
        x: left,
        y: top,
        width: canvas.width.saturating_sub(left + right),
        height: canvas.height.saturating_sub(top + bottom),
    }
}
