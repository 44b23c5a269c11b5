//! Where the picture is inside its bars or blurred padding, agreed over all pictures of a work.

use std::ops::Range;

use super::Grey;

/// A line whose neighbours differ by less than this (mean, of 255) in every picture is a bar's.
const BAR_DETAIL: f64 = 2.0;
/// And it is black or white in all of them: a sky is plain too.
const BLACK: f64 = 28.0;
const WHITE: f64 = 240.0;
/// Where a bar ends, the picture begins along the whole line (mean step, of 255): a planet in the night does not.
const BORDER: f64 = 5.0;
/// Blurred padding has at most this share of the detail of what it surrounds.
const BLURRED_SHARE: f64 = 0.4;
/// In a single picture at most this share; more pictures than one in [`SHARP_ONE_IN`] above it are another work's between
/// whose neighbours it is put, and there is no padding.
const BLURRED_SHARE_OF_ONE: f64 = 0.7;
const SHARP_ONE_IN: usize = 20;
/// A picture with less detail than this (mean, of 255) shows nothing to be compared.
const LEAST_DETAIL: f64 = 1.0;
/// The edge between padding and picture stands out from all others by this factor.
const EDGE: f64 = 2.5;
/// Bars narrower than this share of the side are left: they change a hash little.
const LEAST: f64 = 0.03;
/// At least this share of the side is picture.
const LEAST_PICTURE: f64 = 0.2;
/// More pictures than this agree no better.
const ENOUGH: usize = 40;

/// The picture's part of the frame, pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
}

/// Detail along a line and the step to the line before it, each the mean over pictures (or the most of any).
#[derive(Clone)]
struct Line {
    detail: f64,
    /// Of every picture.
    details: Vec<f64>,
    most_detail: f64,
    darkest: f64,
    brightest: f64,
    step: f64,
}

/// The whole frame where there are no pictures or no bars.
pub(super) fn of(pictures: &[&Grey]) -> Content {
    let Some(first) = pictures.first() else { return Content { columns: 0..0, rows: 0..0 } };
    let same = |grey: &&&Grey| (grey.width, grey.height) == (first.width, first.height);
    let stride = pictures.len().div_ceil(ENOUGH);
    let chosen: Vec<&Grey> = pictures.iter().filter(same).step_by(stride.max(1)).copied().collect();
    let (width, height) = (first.width, first.height);
    let rows = lines(&chosen, height, width, |grey, y, x| grey.luma[y * grey.width + x]);
    let columns = lines(&chosen, width, height, |grey, x, y| grey.luma[y * grey.width + x]);
    Content { columns: inside(&columns), rows: inside(&rows) }
}

/// `count` lines of `length` pixels each.
fn lines(pictures: &[&Grey], count: usize, length: usize, pixel: fn(&Grey, usize, usize) -> u8) -> Vec<Line> {
    let start = Line {
        detail: 0.0,
        details: Vec::new(),
        most_detail: 0.0,
        darkest: 255.0,
        brightest: 0.0,
        step: 0.0,
    };
    let mut all = vec![start; count];
    for grey in pictures {
        for (number, line) in all.iter_mut().enumerate() {
            let along = (1..length).map(|at| pixel(grey, number, at).abs_diff(pixel(grey, number, at - 1)));
            let detail = along.map(f64::from).sum::<f64>() / length as f64;
            line.detail += detail / pictures.len() as f64;
            line.details.push(detail);
            line.most_detail = line.most_detail.max(detail);
            let mean = (0..length).map(|at| f64::from(pixel(grey, number, at))).sum::<f64>() / length as f64;
            (line.darkest, line.brightest) = (line.darkest.min(mean), line.brightest.max(mean));
            if number > 0 {
                let across =
                    (0..length).map(|at| pixel(grey, number, at).abs_diff(pixel(grey, number - 1, at)));
                line.step += across.map(f64::from).sum::<f64>() / length as f64 / pictures.len() as f64;
            }
        }
    }
    all
}

fn inside(lines: &[Line]) -> Range<usize> {
    let count = lines.len();
    let is_bar =
        |line: &Line| line.most_detail < BAR_DETAIL && (line.brightest < BLACK || line.darkest > WHITE);
    let before = lines.iter().take_while(|line| is_bar(line)).count();
    let after = lines.iter().rev().take_while(|line| is_bar(line)).count();
    let is_border = |line: usize| lines.get(line).is_some_and(|line| line.step >= BORDER);
    let before = if is_border(before) { before } else { 0 };
    let after = if is_border(count - after) { after } else { 0 };
    let picture = |range: &Range<usize>| range.len() as f64 >= LEAST_PICTURE * count as f64;
    let least = (LEAST * count as f64).ceil() as usize;
    let trim = |bar: usize| if bar >= least { bar } else { 0 };
    if before + after < count {
        let plain = trim(before)..count - trim(after);
        if plain.len() < count && picture(&plain) {
            return plain;
        }
    }
    blurred(lines, least).filter(picture).unwrap_or(0..count)
}

/// Padding on both sides alike: the same width, little detail, and a sharp edge on either side.
fn blurred(lines: &[Line], least: usize) -> Option<Range<usize>> {
    let count = lines.len();
    let mut steps: Vec<f64> = lines.iter().map(|line| line.step).collect();
    steps.sort_by(f64::total_cmp);
    let usual = steps[count / 2].max(0.5);
    let edges = |pad: usize| lines[pad].step.min(lines[count - pad].step);
    let pad = (least.max(1)..count * 2 / 5).max_by(|a, b| edges(*a).total_cmp(&edges(*b)))?;
    let mean = |range: Range<usize>| {
        let length = range.len().max(1) as f64;
        lines[range].iter().map(|line| line.detail).sum::<f64>() / length
    };
    let (outside, within) = ((mean(0..pad) + mean(count - pad..count)) / 2.0, mean(pad..count - pad));
    let is_padding = edges(pad) > EDGE * usual && outside < BLURRED_SHARE * within;
    (is_padding && is_soft_throughout(lines, pad)).then_some(pad..count - pad)
}

fn is_soft_throughout(lines: &[Line], pad: usize) -> bool {
    let pictures = lines[0].details.len();
    let mean = |lines: &mut dyn Iterator<Item = &Line>, picture: usize| {
        let (sum, count) =
            lines.fold((0.0, 0), |(sum, count), line| (sum + line.details[picture], count + 1));
        sum / f64::from(count.max(1))
    };
    let sharp = (0..pictures).filter(|picture| {
        let within = mean(&mut lines[pad..lines.len() - pad].iter(), *picture);
        let outside = mean(&mut lines[..pad].iter().chain(&lines[lines.len() - pad..]), *picture);
        within >= LEAST_DETAIL && outside > BLURRED_SHARE_OF_ONE * within
    });
    sharp.count() <= pictures / SHARP_ONE_IN
}
