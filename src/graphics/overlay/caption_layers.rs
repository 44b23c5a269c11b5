//! Typesets captions: white on a dark outline, wrapped in the safe area, above whatever is at its bottom.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use image::RgbaImage;

use super::captions::Cue;
use super::raster::Rect;
use super::stack::{Occupied, Stack};
use super::template::{MIDDLE_TO_BASELINE, Place, escaped};
use super::wrap::{LINE_HEIGHT, Room, fit};
use super::{Brand, Captions, OverlayError, raster};
use crate::model::finding::{Code, Finding};
use crate::model::job::Layer;
use crate::model::units::Rational;
use crate::model::value::{Arg, Value};

/// Most lines of a caption; more would hide the picture.
const MAX_LINES: usize = 3;
/// Most cues shown at the same time; that many, one above the other, fill a picture.
const MAX_SIMULTANEOUS: usize = 16;
/// Width of the outline on each side of a stroke, in ems; with a thinner one white text is lost over snow and sky.
const OUTLINE: f64 = 0.075;

/// A caption that was drawn into a file.
struct TypesetCaption {
    file: std::path::PathBuf,
    size: (u32, u32),
}

/// Adds a layer for each cue that begins before the end of the work and is visible in at least one frame.
pub(super) fn add(
    brand: &Brand,
    captions: &Captions,
    frame_rate: Rational,
    stack: &mut Stack<'_>,
) -> Result<(), OverlayError> {
    let mut captions = captions.clone();
    stack.findings.extend(captions.cut_to(stack.duration_us));
    stack.findings.extend(captions.drop_unseen(frame_rate));
    let missing = brand.missing_glyphs(captions.cues.iter().map(|cue| cue.text.as_str()));
    stack.findings.extend(missing.map(|finding| finding.arg(Arg::Source, "captions")));

    let mut too_long = BTreeSet::new();
    let crowded = crowded(&captions.cues);
    too_long.extend(crowded.iter().map(|index| captions.cues[*index].from_us));
    let cues = || captions.cues.iter().enumerate().filter(|(index, _)| !crowded.contains(index));
    let mut typeset: HashMap<&str, Option<TypesetCaption>> = HashMap::new();
    for (_, cue) in cues() {
        if typeset.contains_key(cue.text.as_str()) {
            continue;
        }
        if stack.cancel.is_asked() {
            return Err(OverlayError::Cancelled);
        }
        let (picture, whole) = draw(brand, &brand.fonts().drawable(&cue.text), stack)?;
        if !whole {
            too_long.insert(cue.from_us);
        }
        let set = match picture {
            Some(picture) => {
                let file = stack.folder.join(format!("caption-{:05}.png", typeset.len()));
                raster::write_png(&picture, &file)?;
                Some(TypesetCaption { file, size: picture.dimensions() })
            }
            None => None,
        };
        typeset.insert(&cue.text, set);
    }

    let floor = floor(stack, typeset.values().flatten());
    for (_, cue) in cues() {
        let Some(Some(set)) = typeset.get(cue.text.as_str()) else { continue };
        // Cues are sorted by their start, so areas that have become free are no longer needed.
        stack.occupied.retain(|occupied| occupied.until_us > cue.from_us);
        let place = floor
            .placed(set.size, Place::Bottom)
            .and_then(|rect| stack.raised(rect, cue.from_us, cue.until_us));
        let Some(rect) = place else {
            too_long.insert(cue.from_us);
            continue;
        };
        stack.occupied.push(Occupied { rect, from_us: cue.from_us, until_us: cue.until_us });
        stack.layers.push(Layer {
            file: set.file.clone().into(),
            x: rect.x,
            y: rect.y,
            from_us: cue.from_us,
            until_us: Some(cue.until_us),
            fade_us: 0,
            opacity: 1.0,
        });
    }
    if let Some(first_us) = too_long.first() {
        stack.findings.push(
            Finding::warning(Code::CaptionsDoNotFit)
                .measured(too_long.len())
                .arg(Arg::First, Value::seconds_of_us(*first_us))
                .arg(Arg::Canvas, stack.canvas),
        );
    }
    Ok(())
}

/// Returns the indices of cues that begin while [`MAX_SIMULTANEOUS`] others are shown; they are not drawn.
fn crowded(cues: &[Cue]) -> BTreeSet<usize> {
    let mut crowded = BTreeSet::new();
    let mut until_us: Vec<u64> = Vec::new();
    for (index, cue) in cues.iter().enumerate() {
        until_us.retain(|until_us| *until_us > cue.from_us);
        if until_us.len() < MAX_SIMULTANEOUS {
            until_us.push(cue.until_us);
        } else {
            crowded.insert(index);
        }
    }
    crowded
}

/// Returns the area at whose bottom every caption is placed: above the watermark if the widest caption would overlap it,
/// so that short and long captions are at the same height.
fn floor<'a>(stack: &Stack<'_>, sets: impl Iterator<Item = &'a TypesetCaption> + Clone) -> Rect {
    let width = sets.clone().map(|set| set.size.0).max().unwrap_or(0);
    let height = sets.map(|set| set.size.1).max().unwrap_or(0);
    let always = |occupied: &&Occupied| occupied.from_us == 0 && occupied.until_us >= stack.duration_us;
    let gap = stack.canvas.short_side() / 100;
    let mut area = stack.area;
    while let Some(widest) = area.placed((width, height), Place::Bottom)
        && let Some(occupied) =
            stack.occupied.iter().filter(always).find(|occupied| occupied.rect.meets(widest))
        && let Some(height) = occupied.rect.y.checked_sub(gap + area.y)
    {
        area.height = height;
    }
    area
}

/// Draws a text, cropped to its ink (`None` when nothing is visible); also returns true if all of it fits.
fn draw(brand: &Brand, text: &str, stack: &Stack<'_>) -> Result<(Option<RgbaImage>, bool), OverlayError> {
    let size = brand.style.size * f64::from(stack.canvas.short_side());
    let width = f64::from(stack.area.width) - 2.0 * size * OUTLINE - 2.0;
    if !(size >= 1.0 && width >= size) {
        return Ok((None, false));
    }
    let room = Room { width, lines: MAX_LINES, height: f64::INFINITY, size, smallest: 0.78 };
    let fitted = fit(text, room, &|character| brand.fonts().advance(character));
    if fitted.lines.is_empty() {
        return Ok((None, true));
    }
    let line_height = fitted.size * LINE_HEIGHT;
    let pixels = (stack.area.width, (line_height * fitted.lines.len() as f64 + fitted.size).ceil() as u32);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\"><g text-anchor=\"middle\" \
         font-weight=\"700\" font-size=\"{:.2}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{:.2}\" \
         stroke-linejoin=\"round\" paint-order=\"stroke\">",
        pixels.0,
        pixels.1,
        fitted.size,
        escaped(&brand.style.colour),
        escaped(&brand.style.outline),
        fitted.size * OUTLINE * 2.0,
    );
    for (index, line) in fitted.lines.iter().enumerate() {
        let y = fitted.size / 2.0 + line_height * (index as f64 + 0.5) + fitted.size * MIDDLE_TO_BASELINE;
        let x = f64::from(pixels.0) / 2.0;
        let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(line));
    }
    svg.push_str("</g></svg>");
    let picture = raster::draw(&raster::tree(&svg, brand.fonts())?, 1.0, pixels)?;
    Ok((raster::cropped(&picture), fitted.whole))
}
