//! Renders SVG to pixels, and encodes pixels as PNG.

use std::io::Write;
use std::path::Path;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{FontFamily, FontResolver, ImageHrefResolver, Options, Tree, fontdb};

use super::OverlayError;
use super::fonts::Fonts;
use crate::files;

/// A rectangle of whole pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    pub(super) fn bottom(self) -> u32 {
        self.y + self.height
    }

    pub(super) fn right(self) -> u32 {
        self.x + self.width
    }

    /// Returns true if the rectangles overlap.
    pub(super) fn meets(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// Parses an SVG; it may contain pictures as data URLs but can read no other file.
pub(super) fn tree(svg: &str, fonts: &Fonts) -> Result<Tree, OverlayError> {
    let options = Options {
        // No such family exists, so text that names none is set in the office's own font.
        font_family: "jincai".into(),
        fontdb: fonts.db.clone(),
        font_resolver: FontResolver {
            select_font: Box::new(|font, db| {
                let families: Vec<fontdb::Family<'_>> = font
                    .families()
                    .iter()
                    .filter_map(|family| match family {
                        FontFamily::Named(name) => Some(fontdb::Family::Name(name)),
                        _ => None,
                    })
                    .collect();
                let weight = fontdb::Weight(font.weight());
                let named =
                    db.query(&fontdb::Query { families: &families, weight, ..fontdb::Query::default() });
                named.or_else(|| fonts.first())
            }),
            select_fallback: Box::new(|character, used, _| {
                fonts.face_for(character).filter(|id| !used.contains(id))
            }),
        },
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| OverlayError::Svg(error.to_string()))
}

/// Draws a tree, scaled by `scale`, on a transparent picture of the given size in pixels.
pub(super) fn draw(tree: &Tree, scale: f32, (width, height): (u32, u32)) -> Result<RgbaImage, OverlayError> {
    let mut pixels = Pixmap::new(width, height).ok_or(OverlayError::NoRoom)?;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    RgbaImage::from_raw(width, height, pixels.take_demultiplied()).ok_or(OverlayError::NoRoom)
}

/// Returns the smallest rectangle around all pixels that are not fully transparent.
pub(super) fn ink(picture: &RgbaImage) -> Option<Rect> {
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, pixel) in picture.enumerate_pixels() {
        if pixel.0[3] != 0 {
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x + 1), bottom.max(y + 1));
        }
    }
    (left < right).then(|| Rect { x: left, y: top, width: right - left, height: bottom - top })
}

/// Crops a picture to its ink; `None` when every pixel is transparent.
pub(super) fn cropped(picture: &RgbaImage) -> Option<RgbaImage> {
    let ink = ink(picture)?;
    Some(image::imageops::crop_imm(picture, ink.x, ink.y, ink.width, ink.height).to_image())
}

/// Writes a picture as a new PNG file.
pub(super) fn write_png(picture: &RgbaImage, path: &Path) -> Result<(), OverlayError> {
    // In memory first: the encoder keeps only the message of a disk error.
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Sub).write_image(
        picture.as_raw(),
        picture.width(),
        picture.height(),
        ExtendedColorType::Rgba8,
    )?;
    Ok(files::create_new(path)?.write_all(&png)?)
}
