//! The layers of one picture as they grow, and the places that they take.

use std::path::Path;

use image::RgbaImage;

use super::OverlayError;
use super::raster::{Rect, write_png};
use crate::model::cancel::Cancel;
use crate::model::finding::Finding;
use crate::model::job::Layer;
use crate::model::preset::Insets;
use crate::model::units::Size;

/// A place that is taken, and until when (microseconds).
#[derive(Clone, Copy, Debug)]
pub(super) struct Occupied {
    pub rect: Rect,
    pub from_us: u64,
    pub until_us: u64,
}

/// Layers, findings and taken places, as they grow from the bottom up.
#[derive(Debug)]
pub(super) struct Stack<'a> {
    pub canvas: Size,
    /// Where text may stand.
    pub area: Rect,
    pub duration_us: u64,
    pub folder: &'a Path,
    pub cancel: &'a Cancel,
    pub layers: Vec<Layer>,
    pub findings: Vec<Finding>,
    pub taken: Vec<Occupied>,
}

impl Stack<'_> {
    /// Writes a picture as a layer that takes its place.
    pub(super) fn push(
        &mut self,
        name: &str,
        picture: &RgbaImage,
        taken: Occupied,
    ) -> Result<(), OverlayError> {
        let file = self.folder.join(format!("{name}.png"));
        write_png(picture, &file)?;
        self.layers.push(Layer {
            file: file.into(),
            x: taken.rect.x,
            y: taken.rect.y,
            from_us: taken.from_us,
            until_us: (taken.until_us != u64::MAX).then_some(taken.until_us),
            fade_us: 0,
            opacity: 1.0,
        });
        self.taken.push(taken);
        Ok(())
    }

    /// The rectangle moved up until it meets nothing that shows at the same time; `None` when it leaves the area.
    pub(super) fn raised(&self, rect: Rect, from_us: u64, until_us: u64) -> Option<Rect> {
        let gap = self.canvas.short_side() / 100;
        let mut rect = rect;
        while let Some(other) = self
            .taken
            .iter()
            .find(|taken| taken.from_us < until_us && from_us < taken.until_us && taken.rect.meets(rect))
        {
            rect.y = other.rect.y.checked_sub(gap + rect.height)?;
        }
        (rect.y >= self.area.y).then_some(rect)
    }
}

pub(super) fn area(canvas: Size, insets: Insets) -> Rect {
    inset(canvas, insets, 0)
}

/// The canvas without its insets, and at least `margin` pixels off every edge.
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
