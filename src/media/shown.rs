//! How one decoded picture is shown: by the source's statements, and by its own where they differ from the first picture's.

use super::frame_tags::{is_rgb_name, pixel_name};
use super::graph::FrameShape;
use crate::model::colour::is_open;
use crate::model::inspection::{Colour, Crop, Orientation};
use crate::model::plan::Normalise;
use crate::model::units::{Rational, Size};

/// A picture as a viewer sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub crop: Option<Crop>,
    /// The stored size that is left after the crop.
    pub stored: Size,
    pub orientation: Orientation,
    /// Size with square pixels, upright.
    pub display: Size,
    /// Such as can be converted.
    pub colour: Colour,
    pub is_rgb: bool,
}

/// Pixels by which sizes may differ from rounding.
const ROUNDING: u32 = 2;

impl Shown {
    pub fn of(normalise: &Normalise, shape: FrameShape) -> Self {
        let first = &normalise.appearance.first;
        let whole = Size::new(shape.width, shape.height);
        let crop = normalise.appearance.crop.filter(|crop| crop.of == whole);
        let stored = crop.map_or(whole, |crop| crop.size);
        let orientation = shape.tags.orientation.unwrap_or(normalise.orientation);
        let display = match first.stored {
            None => normalise.display,
            Some(_) if first.stated_aspect == Some(shape.tags.sample_aspect) => {
                display_size(stored, first.shown_aspect, orientation)
            }
            Some(_) => display_size(stored, Some(shape.tags.sample_aspect), orientation),
        };
        let name = pixel_name(shape.format);
        let is_rgb = is_rgb_name(name);
        Self { crop, stored, orientation, display, colour: colour(normalise, shape, is_rgb), is_rgb }
    }

    /// Returns the size of this picture inside the `working` size of the first one: the same where their shapes are the
    /// same, else the largest that keeps its shape.
    pub fn size_inside(&self, display: Size, working: Size) -> Size {
        let same = |a: u32, b: u32| a.abs_diff(b) <= ROUNDING;
        let near = |a: Size, b: Size| same(a.width, b.width) && same(a.height, b.height);
        let fitted = self.display.fitted_into(working);
        if near(self.display, display) || near(fitted, working) { working } else { fitted }
    }
}

/// Returns the upright size with square pixels; the shape of pixels counts where it makes sense.
pub(super) fn display_size(stored: Size, aspect: Option<Rational>, orientation: Orientation) -> Size {
    let aspect = aspect.filter(|aspect| is_sane(*aspect)).map_or(1.0, Rational::as_f64);
    let width = (f64::from(stored.width) * aspect).round().max(1.0) as u32;
    let size = Size::new(width, stored.height);
    if orientation.swaps_sides() { size.transposed() } else { size }
}

/// Returns true for shapes of pixels that exist.
pub(super) fn is_sane(aspect: Rational) -> bool {
    aspect.is_known() && (0.1..10.0).contains(&aspect.as_f64())
}

fn colour(normalise: &Normalise, shape: FrameShape, is_rgb: bool) -> Colour {
    let mut colour = normalise.colour();
    let own = shape.tags.colour();
    if let Some(first) = normalise.appearance.first.colour.as_ref().filter(|first| **first != own) {
        for (part, own, first) in [
            (&mut colour.primaries, &own.primaries, &first.primaries),
            (&mut colour.transfer, &own.transfer, &first.transfer),
            (&mut colour.matrix, &own.matrix, &first.matrix),
        ] {
            if own != first && !is_open(own) {
                own.clone_into(part);
            }
        }
        if own.full_range != first.full_range {
            colour.full_range = own.full_range;
        }
        colour = colour.convertible();
    }
    colour.full_range |= pixel_name(shape.format).starts_with("yuvj");
    if !is_rgb && colour.matrix == "gbr" {
        "bt709".clone_into(&mut colour.matrix);
    }
    colour
}
