//! The words that say that a work is made by artificial intelligence, on a dark plate at the top.

use std::fmt::Write;

use image::RgbaImage;

use super::raster::Rect;
use super::stack::{Occupied, Stack};
use super::template::{MIDDLE_TO_BASELINE, escaped};
use super::wrap::{LINE_HEIGHT, Room, fit};
use super::{Brand, OverlayError, raster};
use crate::model::plan::AiMarkPlan;
use crate::model::preset::Corner;

/// The file of the layer, in the folder of a picture's layers.
pub const AI_MARK_FILE: &str = "ai-mark.png";

/// Height of a Chinese character's strokes, in ems: what the rules measure is what is seen.
const INK: f64 = 0.88;
/// Space around the text, ems.
const PADDING: f64 = 0.3;
/// Most lines; a longer text hides the picture.
const MAX_LINES: usize = 3;

/// Adds the mark at the top, on the side where the watermark at `beside` is not, below it where both would overlap. Nothing
/// where it does not fit whole or a font lacks one of its characters: whoever wants it must look for [`AI_MARK_FILE`].
pub(super) fn add(
    brand: &Brand,
    plan: &AiMarkPlan,
    beside: Option<Corner>,
    stack: &mut Stack<'_>,
) -> Result<(), OverlayError> {
    let Some(picture) = draw(brand, stack)? else { return Ok(()) };
    let until_us = plan.until_us.unwrap_or(u64::MAX);
    let area = stack.area;
    let (width, height) = picture.dimensions();
    let Some(free) = area.width.checked_sub(width) else { return Ok(()) };
    let x = if beside == Some(Corner::TopLeft) { area.x + free } else { area.x };
    let mut rect = Rect { x, y: area.y, width, height };
    let gap = stack.canvas.short_side() / 100;
    while let Some(other) =
        stack.occupied.iter().find(|other| other.from_us < until_us && other.rect.meets(rect))
    {
        rect.y = other.rect.bottom() + gap;
    }
    if rect.bottom() <= area.bottom() {
        let name = AI_MARK_FILE.trim_end_matches(".png");
        stack.push(name, &picture, Occupied { rect, from_us: 0, until_us })?;
    }
    Ok(())
}

/// Draws the text on its plate; `None` where it cannot be drawn whole at its size.
fn draw(brand: &Brand, stack: &Stack<'_>) -> Result<Option<RgbaImage>, OverlayError> {
    let mark = &brand.ai_mark;
    let text = brand.fonts().drawable(&mark.text);
    let size = mark.size * f64::from(stack.canvas.short_side()) / INK;
    let width = f64::from(stack.area.width) - 2.0 * PADDING * size;
    if text != mark.text || !(size >= 1.0 && width >= size) {
        return Ok(None);
    }
    let room = Room { width, lines: MAX_LINES, height: f64::INFINITY, size, smallest: 1.0 };
    let advance = |character: char| brand.fonts().advance(character);
    let fitted = fit(&text, room, &advance);
    if !fitted.whole || fitted.lines.is_empty() {
        return Ok(None);
    }
    let longest = fitted.lines.iter().map(|line| line.chars().map(advance).sum::<f64>()).fold(0.0, f64::max);
    let line_height = size * LINE_HEIGHT;
    let plate = (
        (longest * size + 2.0 * PADDING * size).ceil().min(f64::from(stack.area.width)),
        (line_height * fitted.lines.len() as f64 + PADDING * size).ceil(),
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\"><rect width=\"{w}\" height=\"{h}\" \
         rx=\"{:.1}\" fill=\"#0b1b2b\" fill-opacity=\"0.72\"/><g text-anchor=\"middle\" font-weight=\"700\" \
         font-size=\"{size:.2}\" fill=\"#ffffff\">",
        size * 0.2,
        w = plate.0,
        h = plate.1,
    );
    for (index, line) in fitted.lines.iter().enumerate() {
        let y = PADDING * size / 2.0 + line_height * (index as f64 + 0.5) + size * MIDDLE_TO_BASELINE;
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>", plate.0 / 2.0, escaped(line));
    }
    svg.push_str("</g></svg>");
    let picture = raster::draw(&raster::tree(&svg, brand.fonts())?, 1.0, (plate.0 as u32, plate.1 as u32))?;
    Ok(raster::cropped(&picture))
}
