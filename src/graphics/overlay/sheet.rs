//! A page drawn for people: shapes and texts as SVG, with pictures pasted between them, written as one PNG.

use std::fmt::Write;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
use image::{ExtendedColorType, ImageEncoder, RgbImage, Rgba, RgbaImage};

use super::OverlayError;
use super::fonts::Fonts;
use super::raster;
use super::template::escaped;

/// Colours of text, secondary text, rules and the two works.
pub(super) const INK: &str = "#17212b";
pub(super) const SECONDARY_INK: &str = "#5d6b78";
pub(super) const RULE_COLOUR: &str = "#d5dce3";
pub(super) const WORK_COLOURS: [&str; 2] = ["#1f5fbf", "#c2410c"];

/// Which part of a text is at its x coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The appearance of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextStyle {
    pub size: f64,
    pub colour: &'static str,
    pub anchor: Anchor,
}

impl TextStyle {
    /// Returns a style for text that begins at its x coordinate; `size` is in pixels.
    pub(super) fn new(size: f64, colour: &'static str) -> Self {
        Self { size, colour, anchor: Anchor::Start }
    }

    pub(super) fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// A page being drawn; lengths are pixels.
pub(super) struct Sheet<'a> {
    fonts: &'a Fonts,
    width: u32,
    shapes: String,
    pictures: Vec<(i64, i64, RgbImage)>,
}

impl<'a> Sheet<'a> {
    /// Starts an empty page, `width` pixels wide.
    pub(super) fn new(width: u32, fonts: &'a Fonts) -> Self {
        Self { fonts, width, shapes: String::new(), pictures: Vec::new() }
    }

    /// Writes one line of text with its baseline at `(x, y)`, shortened to `room` pixels.
    pub(super) fn text(&mut self, (x, y): (f64, f64), text: &str, room: f64, face: TextStyle) {
        let text = shortened(&self.fonts.drawable(text), room / face.size, self.fonts);
        let anchor = match face.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = write!(
            self.shapes,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{:.1}\" fill=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            face.size,
            face.colour,
            escaped(&text)
        );
    }

    /// Draws a filled rectangle from its left top corner, at least half a pixel wide and high.
    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str) {
        let _ = write!(
            self.shapes,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\"/>",
            width.max(0.5),
            height.max(0.5)
        );
    }

    /// Draws a line through the points.
    pub(super) fn line(&mut self, points: &[(f64, f64)], colour: &str, width: f64) {
        let _ = write!(
            self.shapes,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width:.1}\"/>",
            svg_points(points)
        );
    }

    /// Fills the polygon of the points; `opacity` is 0..=1.
    pub(super) fn area(&mut self, points: &[(f64, f64)], fill: &str, opacity: f64) {
        let _ = write!(
            self.shapes,
            "<polygon points=\"{}\" fill=\"{fill}\" fill-opacity=\"{opacity:.2}\"/>",
            svg_points(points)
        );
    }

    /// Pastes a picture, whole and as large as fits, in the middle of a box; returns its left, top, width and height.
    pub(super) fn picture(
        &mut self,
        (x, y): (u32, u32),
        (width, height): (u32, u32),
        picture: &RgbImage,
    ) -> (u32, u32, u32, u32) {
        let (own_w, own_h) = (f64::from(picture.width().max(1)), f64::from(picture.height().max(1)));
        let scale = (f64::from(width) / own_w).min(f64::from(height) / own_h);
        let side = |own: f64, most: u32| ((own * scale).round() as u32).clamp(1, most.max(1));
        let (w, h) = (side(own_w, width), side(own_h, height));
        let small = imageops::resize(picture, w, h, imageops::FilterType::CatmullRom);
        let (left, top) = (x + (width - w) / 2, y + (height - h) / 2);
        self.pictures.push((i64::from(left), i64::from(top), small));
        (left, top, w, h)
    }

    /// Renders the page, `height` pixels high, as PNG.
    pub(super) fn finish(self, height: u32) -> Result<Vec<u8>, OverlayError> {
        let width = self.width;
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">{}</svg>",
            self.shapes
        );
        let drawn = raster::draw(&raster::tree(&svg, self.fonts)?, 1.0, (width, height))?;
        let mut page = RgbaImage::from_pixel(width, height, Rgba([255; 4]));
        imageops::overlay(&mut page, &drawn, 0, 0);
        let mut page = image::DynamicImage::ImageRgba8(page).into_rgb8();
        for (left, top, picture) in &self.pictures {
            imageops::replace(&mut page, picture, *left, *top);
        }
        let mut png = Vec::new();
        PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive).write_image(
            page.as_raw(),
            width,
            height,
            ExtendedColorType::Rgb8,
        )?;
        Ok(png)
    }
}

fn svg_points(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}

/// Returns the text, or the longest prefix that fits into `room` ems together with an ellipsis.
fn shortened(text: &str, room: f64, fonts: &Fonts) -> String {
    if fonts.width(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = fonts.width("…");
    for character in text.chars() {
        used += fonts.advance(character);
        if used > room {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}
