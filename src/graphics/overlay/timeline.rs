//! A picture of how two works match in time.
//!
//! From top to bottom: the result in words; the first work's film strip and time line; the bridge between the matching
//! passages; the second work's time line and film strip; a curve of the agreement over the first work's time.

use image::RgbImage;

use super::sheet::{Anchor, INK, RULE_COLOUR, SECONDARY_INK, Sheet, TextStyle, WORK_COLOURS};
use super::wrap::{Room, fit};
use super::{Brand, OverlayError};
use crate::model::units::exact_time;

const WIDTH: u32 = 1440;
const MARGIN: u32 = 40;
/// Largest size of a strip's pictures, and the gap between them, pixels.
const FRAME: (u32, u32) = (220, 124);
const FRAME_GAP: u32 = 8;
/// Heights of the time line, the bridge and the curve, pixels.
const BAR: f64 = 26.0;
const BRIDGE: f64 = 120.0;
const CURVE: f64 = 110.0;

/// The content of the picture; texts in the reader's language.
#[derive(Debug)]
pub struct Timeline<'a> {
    pub heading: &'a str,
    /// The result, in a sentence or two.
    pub verdict: &'a str,
    /// Names and values of further facts.
    pub facts: &'a [(String, String)],
    pub works: [TimelineWork<'a>; 2],
    /// Agreement of the pictures or sounds: time in the first work (milliseconds) and share, 0..=1.
    pub agreement: &'a [(u32, f64)],
    pub agreement_name: &'a str,
}

/// One of the two works.
#[derive(Debug)]
pub struct TimelineWork<'a> {
    pub name: &'a str,
    pub detail: &'a str,
    pub duration_ms: u32,
    /// Start and end of the matching passage.
    pub passage_ms: Option<(u32, u32)>,
    /// Pictures of matching moments (milliseconds), in order of time.
    pub frames: &'a [(u32, RgbImage)],
}

/// Maps a work's time to the page's x coordinate.
#[derive(Clone, Copy)]
struct Scale {
    left: f64,
    per_ms: f64,
}

impl Scale {
    fn x(self, ms: u32) -> f64 {
        self.left + f64::from(ms) * self.per_ms
    }
}

/// One work's half of the picture.
#[derive(Clone, Copy)]
struct Row<'a> {
    work: &'a TimelineWork<'a>,
    colour: &'static str,
    /// The upper edge of its time line.
    bar: f64,
}

impl Brand {
    /// Draws the picture as PNG.
    pub fn timeline(&self, shown: &Timeline<'_>) -> Result<Vec<u8>, OverlayError> {
        let mut sheet = Sheet::new(WIDTH, self.fonts());
        let inside = f64::from(WIDTH - 2 * MARGIN);
        let left = f64::from(MARGIN);
        sheet.text((left, 52.0), shown.heading, inside, TextStyle::new(30.0, INK));
        let mut y = self.paragraph(&mut sheet, shown.verdict, 66.0);
        y = facts(&mut sheet, shown.facts, y + 34.0) + 30.0;
        let longest = shown.works.iter().map(|work| work.duration_ms).max().unwrap_or(0).max(1);
        let scale = Scale { left, per_ms: inside / f64::from(longest) };
        let [work, other] = &shown.works;
        let [colour, other_colour] = WORK_COLOURS;
        y = names(&mut sheet, work, colour, y);
        let ours = Row { work, colour, bar: y + f64::from(FRAME.1) + 48.0 };
        let theirs = Row { work: other, colour: other_colour, bar: ours.bar + BAR + BRIDGE };
        strip(&mut sheet, ours, scale, y);
        bar(&mut sheet, ours, scale);
        bridge(&mut sheet, [ours, theirs], scale);
        bar(&mut sheet, theirs, scale);
        y = theirs.bar + BAR + 26.0;
        y = strip(&mut sheet, theirs, scale, y) + 8.0;
        y = names(&mut sheet, theirs.work, theirs.colour, y);
        if !shown.agreement.is_empty() {
            y = curve(&mut sheet, shown, scale, y + 34.0);
        }
        sheet.finish((y + 36.0) as u32)
    }

    /// Writes wrapped text below `top`, and returns the y coordinate of its end.
    fn paragraph(&self, sheet: &mut Sheet<'_>, text: &str, top: f64) -> f64 {
        let width = f64::from(WIDTH - 2 * MARGIN);
        let room = Room { width, lines: 4, height: 4.0 * 28.0, size: 20.0, smallest: 0.8 };
        let text = self.fonts().drawable(text);
        let fitted = fit(&text, room, &|character| self.fonts().advance(character));
        let mut y = top;
        for line in &fitted.lines {
            y += 28.0;
            sheet.text((f64::from(MARGIN), y - 6.0), line, width, TextStyle::new(fitted.size, INK));
        }
        y
    }
}

/// Writes names above values, side by side; returns the y coordinate of their end.
fn facts(sheet: &mut Sheet<'_>, facts: &[(String, String)], y: f64) -> f64 {
    if facts.is_empty() {
        return y - 34.0;
    }
    let column = f64::from(WIDTH - 2 * MARGIN) / facts.len() as f64;
    for (index, (name, value)) in facts.iter().enumerate() {
        let x = f64::from(MARGIN) + column * index as f64;
        sheet.text((x, y), name, column - 12.0, TextStyle::new(14.0, SECONDARY_INK));
        sheet.text((x, y + 26.0), value, column - 12.0, TextStyle::new(20.0, INK));
    }
    y + 30.0
}

/// Writes a work's name and detail; returns the y coordinate of their end.
fn names(sheet: &mut Sheet<'_>, work: &TimelineWork<'_>, colour: &'static str, y: f64) -> f64 {
    let inside = f64::from(WIDTH - 2 * MARGIN);
    sheet.rect((f64::from(MARGIN), y + 4.0), (6.0, 20.0), colour);
    sheet.text((f64::from(MARGIN) + 16.0, y + 21.0), work.name, inside * 0.55, TextStyle::new(20.0, INK));
    let end = (f64::from(WIDTH - MARGIN), y + 20.0);
    sheet.text(end, work.detail, inside * 0.42, TextStyle::new(15.0, SECONDARY_INK).anchored(Anchor::End));
    y + 36.0
}

/// Draws the pictures side by side from `top` down, above or below the time line, each with a line to its moment there;
/// returns the y coordinate of their end.
fn strip(sheet: &mut Sheet<'_>, row: Row<'_>, scale: Scale, top: f64) -> f64 {
    let work = row.work;
    let count = work.frames.len() as u32;
    if count == 0 {
        return top;
    }
    let inside = WIDTH - 2 * MARGIN;
    let width = ((inside - (count - 1) * FRAME_GAP) / count).min(FRAME.0);
    let all = count * width + (count - 1) * FRAME_GAP;
    // As near to their passage as the page allows.
    let middle = work.passage_ms.map_or(0, |(from, to)| from.midpoint(to));
    let left = (scale.x(middle) as u32).saturating_sub(all / 2).clamp(MARGIN, MARGIN + inside - all);
    let below = top >= row.bar;
    let bar = if below { row.bar + BAR } else { row.bar };
    let words_y = if below { top + f64::from(FRAME.1) + 17.0 } else { top + 13.0 };
    let frames_y = if below { top } else { top + 19.0 };
    for (index, (at_ms, picture)) in work.frames.iter().enumerate() {
        let x = left + index as u32 * (width + FRAME_GAP);
        let (at_x, at_y, w, h) = sheet.picture((x, frames_y as u32), (width, FRAME.1), picture);
        let centre = f64::from(at_x) + f64::from(w) / 2.0;
        let face = TextStyle::new(14.0, SECONDARY_INK).anchored(Anchor::Middle);
        sheet.text((centre, words_y), &exact_time(u64::from(*at_ms)), f64::from(width), face);
        let edge = f64::from(if below { at_y } else { at_y + h });
        sheet.line(&[(centre, edge), (scale.x(*at_ms), bar)], row.colour, 1.0);
    }
    top + f64::from(FRAME.1) + 22.0
}

/// Draws a work's time line with its matching passage.
fn bar(sheet: &mut Sheet<'_>, row: Row<'_>, scale: Scale) {
    sheet.rect((scale.x(0), row.bar), (scale.x(row.work.duration_ms) - scale.x(0), BAR), RULE_COLOUR);
    if let Some((from, to)) = row.work.passage_ms {
        sheet.rect((scale.x(from), row.bar), (scale.x(to) - scale.x(from), BAR), row.colour);
    }
}

/// Draws the shape that joins the two passages, with the times at its corners.
fn bridge(sheet: &mut Sheet<'_>, rows: [Row<'_>; 2], scale: Scale) {
    let (top, bottom) = (rows[0].bar + BAR, rows[1].bar);
    let works = rows.map(|row| row.work);
    for (work, y) in works.into_iter().zip([top + 17.0, bottom - 7.0]) {
        let end = TextStyle::new(14.0, SECONDARY_INK).anchored(Anchor::End);
        sheet.text(
            (scale.x(work.duration_ms).max(90.0), y),
            &exact_time(u64::from(work.duration_ms)),
            200.0,
            end,
        );
    }
    let [Some((from, to)), Some((their_from, their_to))] = works.map(|work| work.passage_ms) else { return };
    let corners = [
        (scale.x(from), top),
        (scale.x(to), top),
        (scale.x(their_to), bottom),
        (scale.x(their_from), bottom),
    ];
    sheet.area(&corners, WORK_COLOURS[0], 0.14);
    sheet.line(&[corners[0], corners[3]], SECONDARY_INK, 1.0);
    sheet.line(&[corners[1], corners[2]], SECONDARY_INK, 1.0);
    let inside = [(from, to, top + 19.0), (their_from, their_to, bottom - 9.0)];
    for (from, to, y) in inside {
        let text = format!("{} – {}", exact_time(u64::from(from)), exact_time(u64::from(to)));
        let centre =
            scale.x(from.midpoint(to)).clamp(f64::from(MARGIN) + 90.0, f64::from(WIDTH - MARGIN) - 90.0);
        sheet.text((centre, y), &text, 240.0, TextStyle::new(15.0, INK).anchored(Anchor::Middle));
    }
}

/// Draws the agreement over time; returns the y coordinate of its end.
fn curve(sheet: &mut Sheet<'_>, shown: &Timeline<'_>, scale: Scale, top: f64) -> f64 {
    let inside = f64::from(WIDTH - 2 * MARGIN);
    sheet.text((f64::from(MARGIN), top), shown.agreement_name, inside, TextStyle::new(15.0, SECONDARY_INK));
    let (high, low) = (top + 14.0, top + 14.0 + CURVE);
    let ends = |y: f64| [(f64::from(MARGIN), y), (f64::from(WIDTH - MARGIN), y)];
    sheet.line(&ends(high), RULE_COLOUR, 1.0);
    sheet.line(&ends(low), RULE_COLOUR, 1.0);
    let point = |(at_ms, share): &(u32, f64)| (scale.x(*at_ms), low - (low - high) * share.clamp(0.0, 1.0));
    let points: Vec<(f64, f64)> = shown.agreement.iter().map(point).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return low };
    let mut under = vec![(first.0, low)];
    under.extend(&points);
    under.push((last.0, low));
    sheet.area(&under, WORK_COLOURS[0], 0.22);
    sheet.line(&points, WORK_COLOURS[0], 2.0);
    low
}
