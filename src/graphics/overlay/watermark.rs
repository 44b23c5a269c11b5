//! The college's watermark: read once, drawn for each canvas at its final size.

use std::io::{Cursor, Read};
use std::path::Path;

use image::imageops::{FilterType, resize};
use image::{ImageFormat, ImageReader, Limits, RgbaImage};
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use sha2::{Digest, Sha256};

use super::OverlayError;
use super::fonts::Fonts;
use super::raster;
use crate::files;
use crate::model::mark::MarkFault;
use crate::model::units::Size;
use crate::text::hex;

/// Largest watermark file read.
const MAX_BYTES: u64 = 16 << 20;
/// Largest side of a PNG watermark, pixels.
const MAX_SIDE: u32 = 8192;

/// Shortest long side of a PNG watermark, pixels: a smaller one is a placeholder of some program.
const LEAST_SIDE: u32 = 8;
/// Long side of the mark when it is checked, pixels.
const PROBE_SIDE: u32 = 256;
/// Opacity from which a pixel can be seen over a plain ground: a step of 1/20 between black and white.
const LEAST_STRENGTH: f64 = 0.05;
/// Least pixels of the checked mark that can be seen.
const LEAST_PIXELS: usize = 24;

/// A watermark that was read from its file.
#[derive(Debug)]
pub(super) struct Mark {
    picture: Picture,
    file_sha256: String,
    /// A part that would not be drawn.
    fault: Option<MarkFault>,
}

#[derive(Debug)]
enum Picture {
    Png(RgbaImage),
    /// `text` is that of its text elements.
    Svg {
        source: String,
        text: String,
    },
}

impl Mark {
    /// Reads a PNG or SVG file.
    pub(super) fn load(path: &Path) -> Result<Self, OverlayError> {
        let wrong = |reason: String| OverlayError::Watermark { path: path.to_owned(), reason };
        let mut bytes = Vec::new();
        let read = files::open_named(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(|error| wrong(error.to_string()))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(wrong(format!("larger than {} MiB", MAX_BYTES >> 20)));
        }
        Self::of(path, bytes)
    }

    /// Decodes a file's content; `path` is used in errors only.
    pub(super) fn of(path: &Path, bytes: Vec<u8>) -> Result<Self, OverlayError> {
        let wrong = |reason: String| OverlayError::Watermark { path: path.to_owned(), reason };
        let file_sha256 = hex(&Sha256::digest(&bytes));
        let (picture, fault) = if bytes.starts_with(b"\x89PNG") {
            let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
            let mut limits = Limits::default();
            limits.max_image_width = Some(MAX_SIDE);
            limits.max_image_height = Some(MAX_SIDE);
            reader.limits(limits);
            let picture = reader.decode().map_err(|error| wrong(error.to_string()))?.to_rgba8();
            let size = Size::new(picture.width(), picture.height());
            let fault = (size.long_side() < LEAST_SIDE).then_some(MarkFault::TooSmall(size));
            (Picture::Png(picture), fault)
        } else {
            let source =
                String::from_utf8(bytes).map_err(|_| wrong("neither PNG nor SVG in UTF-8".into()))?;
            let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
            let document = Document::parse_with_options(&source, options);
            let document = document.map_err(|error| wrong(error.to_string()))?;
            let fault = undrawn_part(&document);
            let is_shown = |node: &Node<'_, '_>| node.is_text() && is_in(node, "text");
            let texts = document.descendants().filter(is_shown).filter_map(|node| node.text());
            let text = texts.collect();
            (Picture::Svg { source, text }, fault)
        };
        Ok(Self { picture, file_sha256, fault })
    }

    /// Returns true if the file's bytes are these.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        self.file_sha256 == hex(&Sha256::digest(bytes))
    }

    /// Returns the digest of the file, and of the fonts in use if it contains text.
    pub(super) fn sha256(&self, fonts: impl Fn() -> std::sync::Arc<Fonts>) -> String {
        match &self.picture {
            Picture::Svg { source, text } if source.contains("<text") => {
                hex(&Sha256::digest(format!("{}\n{}", self.file_sha256, fonts().used(text).join("\n"))))
            }
            _ => self.file_sha256.clone(),
        }
    }

    /// Returns what keeps the mark from being seen when it is drawn with this opacity (0..=1), if anything does. `fonts` are
    /// only looked at for text.
    pub(super) fn check(
        &self,
        opacity: f64,
        fonts: impl Fn() -> std::sync::Arc<Fonts>,
    ) -> Result<Option<MarkFault>, OverlayError> {
        if let Some(fault) = &self.fault {
            return Ok(Some(fault.clone()));
        }
        let text = if let Picture::Svg { text, .. } = &self.picture { text.trim() } else { "" };
        let fonts = if text.is_empty() { Fonts::none().into() } else { fonts() };
        let missing: String = fonts.missing(text.chars()).into_iter().collect();
        if !missing.is_empty() {
            return Ok(Some(MarkFault::NoGlyphs(missing)));
        }
        let picture = self.draw(PROBE_SIDE, &fonts)?;
        let strength = |pixel: &image::Rgba<u8>| f64::from(pixel.0[3]) / 255.0 * opacity;
        let strongest = picture.pixels().map(strength).fold(0.0, f64::max);
        let seen = picture.pixels().filter(|pixel| strength(pixel) >= LEAST_STRENGTH).count();
        Ok(if picture.pixels().all(|pixel| pixel.0[3] == 0) {
            Some(MarkFault::Transparent)
        } else if seen < LEAST_PIXELS {
            Some(MarkFault::TooFaint((strongest * 100.0).round() as u32))
        } else {
            None
        })
    }

    /// Draws the watermark with its longer side `long_side` pixels long.
    pub(super) fn draw(&self, long_side: u32, fonts: &Fonts) -> Result<RgbaImage, OverlayError> {
        let side = |own: f64, longer: f64| ((own / longer * f64::from(long_side)).round() as u32).max(1);
        match &self.picture {
            Picture::Png(picture) => {
                let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
                let longer = width.max(height);
                Ok(shrunk(picture, side(width, longer), side(height, longer)))
            }
            Picture::Svg { source, .. } => {
                let tree = raster::tree(source, fonts)?;
                let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
                let longer = width.max(height);
                let scale = f64::from(long_side) / longer;
                raster::draw(&tree, scale as f32, (side(width, longer), side(height, longer)))
            }
        }
    }
}

/// Returns true if a node is inside an element of this name.
fn is_in(node: &Node<'_, '_>, name: &str) -> bool {
    node.ancestors().any(|above| above.tag_name().name() == name)
}

/// Returns the first part of a drawing that is not drawn: a picture or shape of another file, or a web page without an
/// alternative beside it.
fn undrawn_part(document: &Document<'_>) -> Option<MarkFault> {
    let is_hidden = |node: &Node<'_, '_>| {
        let hides = |style: &str| style.replace(' ', "").contains("display:none");
        node.attribute("display") == Some("none") || node.attribute("style").is_some_and(hides)
    };
    document.descendants().filter(|node| !node.ancestors().any(|above| is_hidden(&above))).find_map(|node| {
        let links = node.attributes().filter(|attribute| attribute.name() == "href");
        let mut links = links.map(|attribute| attribute.value().trim()).filter(|link| !link.is_empty());
        match node.tag_name().name() {
            "image" | "feImage" | "use" => links
                .find(|link| !link.starts_with('#') && !link.starts_with("data:"))
                .map(|link| MarkFault::LinkedFile(link.chars().take(80).collect())),
            "foreignObject" if !is_in(&node, "switch") => Some(MarkFault::WebContent),
            _ => None,
        }
    })
}

/// Resamples with colours weighted by alpha, so that colours hidden under transparency cause no fringe.
fn shrunk(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    let mut weighted = image::Rgba32FImage::new(picture.width(), picture.height());
    for (from, to) in picture.pixels().zip(weighted.pixels_mut()) {
        let alpha = f32::from(from.0[3]) / 255.0;
        let colour = |channel: usize| f32::from(from.0[channel]) / 255.0 * alpha;
        to.0 = [colour(0), colour(1), colour(2), alpha];
    }
    let small = resize(&weighted, width, height, FilterType::Lanczos3);
    let mut out = RgbaImage::new(width, height);
    for (from, to) in small.pixels().zip(out.pixels_mut()) {
        let alpha = from.0[3].clamp(0.0, 1.0);
        let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        let colour = |channel: usize| if alpha > 0.0 { byte(from.0[channel] / alpha) } else { 0 };
        to.0 = [colour(0), colour(1), colour(2), byte(alpha)];
    }
    out
}
