//! Where the picture is inside its bars or blurred padding, agreed over all pictures of a work.

use std::ops::Range;

use super::Grey;

/// A line whose neighbours differ by less than this (mean, of 255) in every picture is a bar's.
const BAR_DETAIL: f64 = 2.0;
/// And it is black or white in all of them: a sky is plain too.
const BLACK: f64 = 28.0;
const WHITE: f64 = 240.0;
/// Where a bar ends, the picture begins along the line: luma changes by this, of 255, in so much of it. Of a planet in the
/// night a bit of a line begins at once (0.28), of a dark stage more (0.44).
const BEGINS: f64 = 4.0;
const BEGINS_ALONG: f64 = 0.35;
/// It does so in most pictures that show anything there (mean step), and these are not few, or the bar is another work's,
/// between whose parts this one is put.
const ANYTHING: f64 = 3.0;
const BEGINS_IN: f64 = 0.75;
const BEGINS_OFTEN: f64 = 0.25;
/// Blurred padding has at most this share of the detail of what it surrounds.
const BLURRED_SHARE: f64 = 0.4;
/// In a single picture at most this share; more pictures than one in [`SHARP_ONE_IN`] above it are another work's between
/// whose neighbours it is put, and there is no padding.
const BLURRED_SHARE_OF_ONE: f64 = 0.7;
const SHARP_ONE_IN: usize = 20;
/// A picture with less detail than this (mean, of 255) shows nothing to be compared.
const LEAST_DETAIL: f64 = 1.0;
/// Padding that is the picture enlarged and blurred correlates with it by so much, in cells of this many a side: of one in a
/// night 0.98.
const ENLARGED: f64 = 0.9;
const ENLARGED_CELLS: usize = 12;
/// The edge between padding and picture stands out from all others by this factor.
const EDGE: f64 = 2.5;
/// Bars narrower than this share of the side are left: they change a hash little.
const LEAST: f64 = 0.03;
/// At least this share of the side is picture.
const LEAST_PICTURE: f64 = 0.2;
/// Fewer rows show nothing.
const LEAST_ROWS: f32 = 8.0;
/// More pictures than this agree no better.
const ENOUGH: usize = 40;
/// Bars in bars in a blurred padding, on either side.
const MOST_ROUNDS: usize = 6;

/// Padding and picture differ by this along their border (root of the mean square, of 255), or how far it reaches into a
/// line cannot be told.
const TOLD_APART: f64 = 8.0;

/// The picture's part of the frame, pixels; its borders lie anywhere in them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CropArea {
    pub columns: Range<f32>,
    pub rows: Range<f32>,
}

/// A part of all pictures, read line by line: rows, or columns.
struct View<'a> {
    pictures: &'a [&'a Grey],
    lines: Range<usize>,
    along: Range<usize>,
    are_rows: bool,
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
pub(super) fn of(pictures: &[&Grey]) -> CropArea {
    let Some(first) = pictures.first() else { return CropArea { columns: 0.0..0.0, rows: 0.0..0.0 } };
    let same = |grey: &&&Grey| (grey.width, grey.height) == (first.width, first.height);
    let stride = pictures.len().div_ceil(ENOUGH);
    let chosen: Vec<&Grey> = pictures.iter().filter(same).step_by(stride.max(1)).copied().collect();
    let (mut columns, mut rows) = (0..first.width, 0..first.height);
    let view = |are_rows: bool, columns: &Range<usize>, rows: &Range<usize>| {
        let (lines, along) = if are_rows { (rows, columns) } else { (columns, rows) };
        View { pictures: &chosen, lines: lines.clone(), along: along.clone(), are_rows }
    };
    // One side at a time, first the one that more is taken from: beside its bars the other's lines show too little.
    for _ in 0..MOST_ROUNDS {
        let (across, down) = (inside(&view(false, &columns, &rows)), inside(&view(true, &columns, &rows)));
        if across == columns && down == rows {
            break;
        }
        if across.len() * rows.len() < down.len() * columns.len() {
            columns = across;
        } else {
            rows = down;
        }
    }
    let whole = (0..first.width, 0..first.height);
    if (&columns, &rows) == (&whole.0, &whole.1)
        && let Some(rows) = landscape_on_black(&view(true, &columns, &rows))
    {
        return CropArea { columns: 0.0..first.width as f32, rows };
    }
    CropArea {
        columns: bordered(&view(false, &columns, &rows), first.width),
        rows: bordered(&view(true, &columns, &rows), first.height),
    }
}

impl View<'_> {
    fn pixel(&self, grey: &Grey, line: usize, at: usize) -> f64 {
        let (x, y) = if self.are_rows { (at, line) } else { (line, at) };
        f64::from(grey.luma[y * grey.width + x])
    }

    fn lines(&self) -> Vec<Line> {
        let start = Line {
            detail: 0.0,
            details: Vec::new(),
            most_detail: 0.0,
            darkest: 255.0,
            brightest: 0.0,
            step: 0.0,
        };
        let mut all = vec![start; self.lines.len()];
        let (length, pictures) = (self.along.len() as f64, self.pictures.len() as f64);
        for grey in self.pictures {
            for (line, number) in all.iter_mut().zip(self.lines.clone()) {
                let pixel = |at: usize| self.pixel(grey, number, at);
                let along = self.along.clone().skip(1).map(|at| (pixel(at) - pixel(at - 1)).abs());
                let detail = along.sum::<f64>() / length;
                line.detail += detail / pictures;
                line.details.push(detail);
                line.most_detail = line.most_detail.max(detail);
                let mean = self.along.clone().map(pixel).sum::<f64>() / length;
                (line.darkest, line.brightest) = (line.darkest.min(mean), line.brightest.max(mean));
                if number > self.lines.start {
                    let across =
                        self.along.clone().map(|at| (pixel(at) - self.pixel(grey, number - 1, at)).abs());
                    line.step += across.sum::<f64>() / length / pictures;
                }
            }
        }
        all
    }

    /// Whether a border lies between two lines: luma changes along much of the way from one to the other.
    fn begins(&self, beside: usize, within: usize) -> bool {
        let length = self.along.len() as f64;
        let (mut begin, mut shown) = (0.0, 0.0);
        for grey in self.pictures {
            let step = |at: usize| (self.pixel(grey, within, at) - self.pixel(grey, beside, at)).abs();
            let steps: Vec<f64> = self.along.clone().map(step).collect();
            if steps.iter().sum::<f64>() >= ANYTHING * length {
                let changes = steps.iter().filter(|step| **step >= BEGINS).count() as f64;
                shown += 1.0;
                begin += f64::from(u8::from(changes >= BEGINS_ALONG * length));
            }
        }
        begin >= BEGINS_IN * shown && begin >= BEGINS_OFTEN * self.pictures.len() as f64
    }

    /// Whether the lines beside some in the middle show what those do, enlarged to the whole view: cells of both correlate.
    fn shows_enlarged(&self, middle: &Range<usize>) -> bool {
        let (count, pad, length) = (self.lines.len(), middle.start, self.along.len());
        let shrunk = middle.len() as f64 / count as f64;
        let (start, side) = (self.lines.start, ENLARGED_CELLS);
        let mut pairs = Vec::new();
        for grey in self.pictures {
            // Sums of luma beside and within, and the number of pixels.
            let mut cells = [(0.0, 0.0, 0.0); ENLARGED_CELLS * ENLARGED_CELLS];
            for (number, line) in (0..pad).chain(middle.end..count).enumerate() {
                let shown = start + pad + (line as f64 * shrunk) as usize;
                for at in 0..length {
                    let place = (length as f64 * (1.0 - shrunk) / 2.0 + at as f64 * shrunk) as usize;
                    let cell = &mut cells[number * side / (2 * pad) * side + at * side / length];
                    cell.0 += self.pixel(grey, start + line, self.along.start + at);
                    cell.1 += self.pixel(grey, shown, self.along.start + place);
                    cell.2 += 1.0;
                }
            }
            let seen = cells.iter().filter(|(_, _, pixels)| *pixels > 0.0);
            let means: Vec<(f64, f64)> =
                seen.map(|(beside, within, pixels)| (beside / pixels, within / pixels)).collect();
            // Less the picture's own means: all of it grows brighter in a fade.
            let count = means.len() as f64;
            let sum = means.iter().fold((0.0, 0.0), |sum, mean| (sum.0 + mean.0, sum.1 + mean.1));
            pairs.extend(
                means.iter().map(|(beside, within)| (beside - sum.0 / count, within - sum.1 / count)),
            );
        }
        correlation(&pairs) >= ENLARGED
    }

    /// How much of a line is like the one within, and not like the one beside the picture: least squares over all pictures.
    fn share(&self, line: usize, beside: usize, within: usize) -> Option<f64> {
        let (mut common, mut whole) = (0.0, 0.0);
        for grey in self.pictures {
            for at in self.along.clone() {
                let bar = self.pixel(grey, beside, at);
                let step = self.pixel(grey, within, at) - bar;
                common += (self.pixel(grey, line, at) - bar) * step;
                whole += step * step;
            }
        }
        let told = whole > TOLD_APART * TOLD_APART * (self.along.len() * self.pictures.len()) as f64;
        told.then(|| (common / whole).clamp(0.0, 1.0))
    }
}

/// Where in their lines the borders of what is left of `count` lie: how much picture is in the first line that counts as
/// such, and in the last before it.
fn bordered(view: &View<'_>, count: usize) -> Range<f32> {
    // By how much the border lies before the end of the first line; `number` counts lines from the padded side.
    let reach = |first: usize, number: &dyn Fn(usize) -> usize| -> f64 {
        let told = |line: usize| {
            view.share(number(line), number(first.saturating_sub(2)), number((first + 1).min(count - 1)))
        };
        match (told(first), told(first - 1)) {
            (Some(first), Some(last)) if first >= last => first + last,
            _ => 1.0,
        }
    };
    let (mut from, mut to) = (view.lines.start as f64, view.lines.end as f64);
    if view.lines.start > 0 {
        from += 1.0 - reach(view.lines.start, &|line| line);
    }
    if view.lines.end < count {
        to -= 1.0 - reach(count - view.lines.end, &|line| count - 1 - line);
    }
    from as f32..to as f32
}

/// A view's lines without bars, or without blurred padding.
fn inside(view: &View<'_>) -> Range<usize> {
    let lines = view.lines();
    let (count, start) = (lines.len(), view.lines.start);
    let before = bars(&mut lines.iter().map(is_bar));
    let after = bars(&mut lines.iter().rev().map(is_bar));
    let least = ((LEAST * count as f64).ceil() as usize).max(1);
    // What is faint in the first line of a picture that a border runs through is not in the next.
    let begins = |bar: usize, number: &dyn Fn(usize) -> usize| {
        bar + 1 < count && view.begins(start + number(bar.saturating_sub(2)), start + number(bar + 1))
    };
    let at_start = |bar: usize| begins(bar, &|line| line);
    let at_end = |bar: usize| begins(bar, &|line| count - 1 - line);
    // Where both sides are dark, both are bars or neither is.
    let plain = match (before >= least, after >= least) {
        (true, true) if at_start(before) && at_end(after) => before..count - after,
        (true, false) if at_start(before) => before..count,
        (false, true) if at_end(after) => 0..count - after,
        _ => 0..count,
    };
    let is_picture = |range: &Range<usize>| range.len() as f64 >= LEAST_PICTURE * count as f64;
    let is_sharp = |found: &Range<usize>| at_start(found.start) && at_end(count - found.end);
    // What is dark may be a bar, or a dark scene's own; if it shows the picture enlarged it is neither.
    let (certain, likely) = match blurred(&lines, least).filter(is_picture) {
        Some(found) if view.shows_enlarged(&found) => (Some(found), None),
        Some(found) if is_sharp(&found) && !is_dark(&lines, &found) => (None, Some(found)),
        _ => (None, None),
    };
    let plain = (plain.len() < count && is_picture(&plain)).then_some(plain);
    let found = certain.or(plain).or(likely).unwrap_or(0..count);
    start + found.start..start + found.end
}

fn is_bar(line: &Line) -> bool {
    line.most_detail < BAR_DETAIL && (line.brightest < BLACK || line.darkest > WHITE)
}

/// The rows of a work of 16:9 in the middle of an upright frame, if all above and below is black and only the work's own black
/// ground hides where the bars end.
fn landscape_on_black(view: &View<'_>) -> Option<Range<f32>> {
    let (width, height) = (view.along.len() as f32, view.lines.len() as f32);
    let rows = width * 9.0 / 16.0;
    if height <= width || rows < LEAST_ROWS {
        return None;
    }
    let lines = view.lines();
    let (before, after) = ((height - rows) / 2.0, (height + rows) / 2.0);
    let beside = lines[..before as usize].iter().chain(&lines[after.ceil() as usize..]);
    let within = &lines[before.ceil() as usize..after as usize];
    let is_black = |line: &Line| is_bar(line) && line.brightest < BLACK;
    (beside.into_iter().all(is_black) && !within.iter().all(is_black)).then_some(before..after)
}

/// How many bars there are from one side on. The very first line may show a bit of something else, between whose lines
/// the border lies.
fn bars(are: &mut dyn Iterator<Item = bool>) -> usize {
    let first = are.next() == Some(true);
    match are.take_while(|is| *is).count() {
        0 | 1 if !first => 0,
        more => 1 + more,
    }
}

/// Whether what lies beside some lines is, in the mean, as dark as bars are at most.
fn is_dark(lines: &[Line], found: &Range<usize>) -> bool {
    let beside = || lines[..found.start].iter().chain(&lines[found.end..]);
    beside().map(|line| line.brightest).sum::<f64>() < BLACK * beside().count() as f64
}

/// Padding on both sides alike: the same width, little detail, and a sharp edge on either side.
fn blurred(lines: &[Line], least: usize) -> Option<Range<usize>> {
    let count = lines.len();
    let mut steps: Vec<f64> = lines.iter().map(|line| line.step).collect();
    steps.sort_by(f64::total_cmp);
    let usual = steps[count / 2].max(0.5);
    let edges = |pad: usize| lines[pad].step.min(lines[count - pad].step);
    let pad = (least..count * 2 / 5).max_by(|a, b| edges(*a).total_cmp(&edges(*b)))?;
    let mean = |range: Range<usize>| {
        let length = range.len().max(1) as f64;
        lines[range].iter().map(|line| line.detail).sum::<f64>() / length
    };
    let (outside, within) = ((mean(0..pad) + mean(count - pad..count)) / 2.0, mean(pad..count - pad));
    let is_padding = edges(pad) > EDGE * usual && outside < BLURRED_SHARE * within;
    (is_padding && is_soft_throughout(lines, pad)).then_some(pad..count - pad)
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len().max(1) as f64;
    let (sum, other_sum) = pairs.iter().fold((0.0, 0.0), |(sum, other_sum), (a, b)| (sum + a, other_sum + b));
    let (mut product, mut square, mut other_square) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - sum / count, b - other_sum / count);
        product += a * b;
        square += a * a;
        other_square += b * b;
    }
    product / (square * other_square).sqrt().max(1e-6)
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
