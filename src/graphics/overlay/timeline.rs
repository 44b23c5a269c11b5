//! How two works lie over each other in time, as one picture.
//!
//! From top to bottom: what was found, in words; the first work's film strip and time line; the bridge between the matching
//! passages; the second work's time line and film strip; how well they agree, along the first one's time.

use image::RgbImage;

use super::sheet::{Anchor, Face, INK, RULE, SOFT, Sheet, WORKS};
use super::wrap::{Room, fit};
use super::{Brand, OverlayError};
use crate::model::units::exact_time;

const WIDTH: u32 = 1440;
const MARGIN: u32 = 40;
/// Pixels of a strip's pictures at most, and between them.
const FRAME: (u32, u32) = (220, 124);
const FRAME_GAP: u32 = 8;
const BAR: f64 = 26.0;
const BRIDGE: f64 = 120.0;
const CURVE: f64 = 110.0;

/// Everything the picture shows; texts in the reader's language.
#[derive(Debug)]
pub struct Timeline<'a> {
    pub heading: &'a str,
    /// What was found, in a sentence or two.
    pub verdict: &'a str,
    /// Name and value of what else is known.
    pub facts: &'a [(String, String)],
    pub works: [TimelineWork<'a>; 2],
    /// How well the pictures or sounds agree: moment in the first work (milliseconds) and share, 0..=1.
    pub agreement: &'a [(u32, f64)],
    pub agreement_name: &'a str,
}

/// One of the two works.
#[derive(Debug)]
pub struct TimelineWork<'a> {
    pub name: &'a str,
    pub detail: &'a str,
    pub duration_ms: u32,
    /// The matching passage.
    pub passage_ms: Option<(u32, u32)>,
    /// Pictures of matching moments, in order of time.
    pub frames: &'a [(u32, RgbImage)],
}

/// From a work's time to the page.
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

impl Brand {
    /// The picture as PNG.
    pub fn timeline(&self, shown: &Timeline<'_>) -> Result<Vec<u8>, OverlayError> {
        let mut sheet = Sheet::new(WIDTH, self.fonts());
        let inside = f64::from(WIDTH - 2 * MARGIN);
        let left = f64::from(MARGIN);
        sheet.text((left, 52.0), shown.heading, inside, Face::new(30.0, INK));
        let mut y = self.paragraph(&mut sheet, shown.verdict, 66.0);
        y = facts(&mut sheet, shown.facts, y + 34.0) + 30.0;
        let longest = shown.works.iter().map(|work| work.duration_ms).max().unwrap_or(0).max(1);
        let scale = Scale { left, per_ms: inside / f64::from(longest) };
        let [ours, theirs] = &shown.works;
        y = names(&mut sheet, ours, WORKS[0], y);
        let our_bar = y + f64::from(FRAME.1) + 48.0;
        strip(&mut sheet, ours, scale, (y, our_bar), WORKS[0]);
        bar(&mut sheet, ours, scale, our_bar, WORKS[0]);
        let their_bar = our_bar + BAR + BRIDGE;
        bridge(&mut sheet, [ours, theirs], scale, (our_bar + BAR, their_bar));
        bar(&mut sheet, theirs, scale, their_bar, WORKS[1]);
        y = their_bar + BAR + 26.0;
        y = strip(&mut sheet, theirs, scale, (y, their_bar + BAR), WORKS[1]) + 8.0;
        y = names(&mut sheet, theirs, WORKS[1], y);
        if !shown.agreement.is_empty() {
            y = curve(&mut sheet, shown, scale, y + 34.0);
        }
        sheet.finish((y + 36.0) as u32)
    }

    /// Yields where it ends.
    fn paragraph(&self, sheet: &mut Sheet<'_>, text: &str, top: f64) -> f64 {
        let width = f64::from(WIDTH - 2 * MARGIN);
        let room = Room { width, lines: 4, height: 4.0 * 28.0, size: 20.0, smallest: 0.8 };
        let text = self.fonts().drawable(text);
        let fitted = fit(&text, room, &|character| self.fonts().advance(character));
        let mut y = top;
        for line in &fitted.lines {
            y += 28.0;
            sheet.text((f64::from(MARGIN), y - 6.0), line, width, Face::new(fitted.size, INK));
        }
        y
    }
}

/// Names above values, side by side.
fn facts(sheet: &mut Sheet<'_>, facts: &[(String, String)], y: f64) -> f64 {
    if facts.is_empty() {
        return y - 34.0;
    }
    let column = f64::from(WIDTH - 2 * MARGIN) / facts.len() as f64;
    for (index, (name, value)) in facts.iter().enumerate() {
        let x = f64::from(MARGIN) + column * index as f64;
        sheet.text((x, y), name, column - 12.0, Face::new(14.0, SOFT));
        sheet.text((x, y + 26.0), value, column - 12.0, Face::new(20.0, INK));
    }
    y + 30.0
}

fn names(sheet: &mut Sheet<'_>, work: &TimelineWork<'_>, colour: &'static str, y: f64) -> f64 {
    let inside = f64::from(WIDTH - 2 * MARGIN);
    sheet.rect((f64::from(MARGIN), y + 4.0), (6.0, 20.0), colour);
    sheet.text((f64::from(MARGIN) + 16.0, y + 21.0), work.name, inside * 0.55, Face::new(20.0, INK));
    let end = (f64::from(WIDTH - MARGIN), y + 20.0);
    sheet.text(end, work.detail, inside * 0.42, Face::new(15.0, SOFT).anchored(Anchor::End));
    y + 36.0
}

/// The pictures side by side, each with a thread to its moment on the time line at `bar`; yields where they end.
fn strip(
    sheet: &mut Sheet<'_>,
    work: &TimelineWork<'_>,
    scale: Scale,
    (top, bar): (f64, f64),
    colour: &'static str,
) -> f64 {
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
    let below = top >= bar;
    let words_y = if below { top + f64::from(FRAME.1) + 17.0 } else { top + 13.0 };
    let frames_y = if below { top } else { top + 19.0 };
    for (index, (at_ms, picture)) in work.frames.iter().enumerate() {
        let x = left + index as u32 * (width + FRAME_GAP);
        let (at_x, at_y, w, h) = sheet.picture((x, frames_y as u32), (width, FRAME.1), picture);
        let centre = f64::from(at_x) + f64::from(w) / 2.0;
        let face = Face::new(14.0, SOFT).anchored(Anchor::Middle);
        sheet.text((centre, words_y), &exact_time(u64::from(*at_ms)), f64::from(width), face);
        let edge = f64::from(if below { at_y } else { at_y + h });
        sheet.line(&[(centre, edge), (scale.x(*at_ms), bar)], colour, 1.0);
    }
    top + f64::from(FRAME.1) + 22.0
}

fn bar(sheet: &mut Sheet<'_>, work: &TimelineWork<'_>, scale: Scale, y: f64, colour: &str) {
    sheet.rect((scale.x(0), y), (scale.x(work.duration_ms) - scale.x(0), BAR), RULE);
    if let Some((from, to)) = work.passage_ms {
        sheet.rect((scale.x(from), y), (scale.x(to) - scale.x(from), BAR), colour);
    }
}

/// What joins the two passages, with the times at their corners.
fn bridge(sheet: &mut Sheet<'_>, works: [&TimelineWork<'_>; 2], scale: Scale, (top, bottom): (f64, f64)) {
    for (work, y) in works.into_iter().zip([top + 17.0, bottom - 7.0]) {
        let end = Face::new(14.0, SOFT).anchored(Anchor::End);
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
    sheet.area(&corners, WORKS[0], 0.14);
    sheet.line(&[corners[0], corners[3]], SOFT, 1.0);
    sheet.line(&[corners[1], corners[2]], SOFT, 1.0);
    let inside = [(from, to, top + 19.0), (their_from, their_to, bottom - 9.0)];
    for (from, to, y) in inside {
        let text = format!("{} – {}", exact_time(u64::from(from)), exact_time(u64::from(to)));
        let centre =
            scale.x(from.midpoint(to)).clamp(f64::from(MARGIN) + 90.0, f64::from(WIDTH - MARGIN) - 90.0);
        sheet.text((centre, y), &text, 240.0, Face::new(15.0, INK).anchored(Anchor::Middle));
    }
}

fn curve(sheet: &mut Sheet<'_>, shown: &Timeline<'_>, scale: Scale, top: f64) -> f64 {
    let inside = f64::from(WIDTH - 2 * MARGIN);
    sheet.text((f64::from(MARGIN), top), shown.agreement_name, inside, Face::new(15.0, SOFT));
    let (high, low) = (top + 14.0, top + 14.0 + CURVE);
    let ends = |y: f64| [(f64::from(MARGIN), y), (f64::from(WIDTH - MARGIN), y)];
    sheet.line(&ends(high), RULE, 1.0);
    sheet.line(&ends(low), RULE, 1.0);
    let point = |(at_ms, share): &(u32, f64)| (scale.x(*at_ms), low - (low - high) * share.clamp(0.0, 1.0));
    let points: Vec<(f64, f64)> = shown.agreement.iter().map(point).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return low };
    let mut under = vec![(first.0, low)];
    under.extend(&points);
    under.push((last.0, low));
    sheet.area(&under, WORKS[0], 0.22);
    sheet.line(&points, WORKS[0], 2.0);
    low
}
