//! Finds the content area inside bars or blurred padding, from all pictures of a work together.

use std::ops::Range;

use super::LumaImage;

/// Largest mean step along a line of a bar, luma levels, in every picture.
const BAR_DETAIL: f64 = 2.0;
/// A bar is black or white in all pictures: a sky is plain too.
const BLACK: f64 = 28.0;
const WHITE: f64 = 240.0;
/// Where a bar ends, luma changes by this, luma levels, along at least this share of the line. For a planet at night, which
/// is no bar, the share is 0.28; for a dark stage in bars it is 0.44.
const EDGE_STEP: f64 = 4.0;
const EDGE_ALONG: f64 = 0.35;
/// It does so in most of the pictures that have content there (mean step of at least this), and in a minimum of all;
/// otherwise the bars belong to another work between whose parts this one is inserted.
const MIN_STEP: f64 = 3.0;
const EDGE_IN_SHOWN: f64 = 0.75;
const EDGE_IN_ALL: f64 = 0.25;
/// Blurred padding has at most this share of the detail of the content.
const BLURRED_SHARE: f64 = 0.4;
/// The same for a single picture. If more than one picture in [`SHARP_ONE_IN`] exceeds it, the padding belongs to another
/// work between whose parts this one is inserted.
const BLURRED_SHARE_OF_ONE: f64 = 0.7;
const SHARP_ONE_IN: usize = 20;
/// Least detail (mean step, luma levels) of a picture that is compared.
const MIN_DETAIL: f64 = 1.0;
/// Least correlation of padding with the content of which it is an enlarged and blurred copy, in this number of cells a
/// side; 0.98 for a picture at night.
const MIN_ENLARGED: f64 = 0.9;
const ENLARGED_CELLS: usize = 12;
/// Factor by which the edge between padding and content exceeds the median step between lines.
const EDGE_FACTOR: f64 = 2.5;
/// Narrowest bar that is removed, as a share of the side: narrower ones change the fingerprint little.
const MIN_BAR: f64 = 0.03;
/// Least share of the side that is content.
const MIN_CONTENT: f64 = 0.2;
/// Fewest rows of content.
const MIN_ROWS: f32 = 8.0;
/// Number of pictures that are examined.
const MAX_PICTURES: usize = 40;
/// Rounds of removal: bars within bars within blurred padding, in both directions.
const MAX_ROUNDS: usize = 6;

/// Least difference between padding and content along their border (RMS, luma levels), for which the position of the border
/// within a line can be computed.
const MIN_CONTRAST: f64 = 8.0;

/// The content area of the frame, pixels; borders may be fractional.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CropArea {
    pub columns: Range<f32>,
    pub rows: Range<f32>,
}

/// An area of all pictures, read line by line: by rows, or by columns.
struct View<'a> {
    pictures: &'a [&'a LumaImage],
    lines: Range<usize>,
    along: Range<usize>,
    are_rows: bool,
}

/// Detail along a line and the step from the line before it, each the mean over pictures unless stated.
#[derive(Clone)]
struct Line {
    detail: f64,
    /// Detail in every picture.
    details: Vec<f64>,
    most_detail: f64,
    darkest: f64,
    brightest: f64,
    step: f64,
}

/// Returns the content area: the whole frame if there are no bars, an empty one if there are no pictures.
pub(super) fn of(pictures: &[&LumaImage]) -> CropArea {
    let Some(first) = pictures.first() else { return CropArea { columns: 0.0..0.0, rows: 0.0..0.0 } };
    let same = |image: &&&LumaImage| (image.width, image.height) == (first.width, first.height);
    let stride = pictures.len().div_ceil(MAX_PICTURES);
    let chosen: Vec<&LumaImage> = pictures.iter().filter(same).step_by(stride.max(1)).copied().collect();
    let (mut columns, mut rows) = (0..first.width, 0..first.height);
    let view = |are_rows: bool, columns: &Range<usize>, rows: &Range<usize>| {
        let (lines, along) = if are_rows { (rows, columns) } else { (columns, rows) };
        View { pictures: &chosen, lines: lines.clone(), along: along.clone(), are_rows }
    };
    // One direction at a time, first the one that loses more: its bars would dilute the other's lines.
    for _ in 0..MAX_ROUNDS {
        let (across, down) =
            (content_lines(&view(false, &columns, &rows)), content_lines(&view(true, &columns, &rows)));
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
        columns: subpixel_borders(&view(false, &columns, &rows), first.width),
        rows: subpixel_borders(&view(true, &columns, &rows), first.height),
    }
}

impl View<'_> {
    fn pixel(&self, image: &LumaImage, line: usize, at: usize) -> f64 {
        let (x, y) = if self.are_rows { (at, line) } else { (line, at) };
        f64::from(image.luma[y * image.width + x])
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
        for image in self.pictures {
            for (line, number) in all.iter_mut().zip(self.lines.clone()) {
                let pixel = |at: usize| self.pixel(image, number, at);
                let along = self.along.clone().skip(1).map(|at| (pixel(at) - pixel(at - 1)).abs());
                let detail = along.sum::<f64>() / length;
                line.detail += detail / pictures;
                line.details.push(detail);
                line.most_detail = line.most_detail.max(detail);
                let mean = self.along.clone().map(pixel).sum::<f64>() / length;
                (line.darkest, line.brightest) = (line.darkest.min(mean), line.brightest.max(mean));
                if number > self.lines.start {
                    let across =
                        self.along.clone().map(|at| (pixel(at) - self.pixel(image, number - 1, at)).abs());
                    line.step += across.sum::<f64>() / length / pictures;
                }
            }
        }
        all
    }

    /// Returns true if there is a border between two lines: luma changes along much of their length.
    fn has_edge(&self, beside: usize, within: usize) -> bool {
        let length = self.along.len() as f64;
        let (mut begin, mut shown) = (0.0, 0.0);
        for image in self.pictures {
            let step = |at: usize| (self.pixel(image, within, at) - self.pixel(image, beside, at)).abs();
            let steps: Vec<f64> = self.along.clone().map(step).collect();
            if steps.iter().sum::<f64>() >= MIN_STEP * length {
                let changes = steps.iter().filter(|step| **step >= EDGE_STEP).count() as f64;
                shown += 1.0;
                begin += f64::from(u8::from(changes >= EDGE_ALONG * length));
            }
        }
        begin >= EDGE_IN_SHOWN * shown && begin >= EDGE_IN_ALL * self.pictures.len() as f64
    }

    /// Returns true if the lines outside `middle` show the content of `middle`, enlarged to the whole view: cells of both
    /// correlate.
    fn shows_enlarged(&self, middle: &Range<usize>) -> bool {
        let (count, pad, length) = (self.lines.len(), middle.start, self.along.len());
        let shrunk = middle.len() as f64 / count as f64;
        let (start, side) = (self.lines.start, ENLARGED_CELLS);
        let mut pairs = Vec::new();
        for image in self.pictures {
            // Sums of luma outside and inside, and the number of pixels.
            let mut cells = [(0.0, 0.0, 0.0); ENLARGED_CELLS * ENLARGED_CELLS];
            for (number, line) in (0..pad).chain(middle.end..count).enumerate() {
                let shown = start + pad + (line as f64 * shrunk) as usize;
                for at in 0..length {
                    let place = (length as f64 * (1.0 - shrunk) / 2.0 + at as f64 * shrunk) as usize;
                    let cell = &mut cells[number * side / (2 * pad) * side + at * side / length];
                    cell.0 += self.pixel(image, start + line, self.along.start + at);
                    cell.1 += self.pixel(image, shown, self.along.start + place);
                    cell.2 += 1.0;
                }
            }
            let seen = cells.iter().filter(|(_, _, pixels)| *pixels > 0.0);
            let means: Vec<(f64, f64)> =
                seen.map(|(beside, within, pixels)| (beside / pixels, within / pixels)).collect();
            // Minus the picture's own means: a fade changes all of it.
            let count = means.len() as f64;
            let sum = means.iter().fold((0.0, 0.0), |sum, mean| (sum.0 + mean.0, sum.1 + mean.1));
            pairs.extend(
                means.iter().map(|(beside, within)| (beside - sum.0 / count, within - sum.1 / count)),
            );
        }
        correlation(&pairs) >= MIN_ENLARGED
    }

    /// Returns the share of a line that is content, by least squares over all pictures between a line of the bar (`beside`)
    /// and one of the content (`within`). `None` if the two are too similar.
    fn content_share(&self, line: usize, beside: usize, within: usize) -> Option<f64> {
        let (mut common, mut whole) = (0.0, 0.0);
        for image in self.pictures {
            for at in self.along.clone() {
                let bar = self.pixel(image, beside, at);
                let step = self.pixel(image, within, at) - bar;
                common += (self.pixel(image, line, at) - bar) * step;
                whole += step * step;
            }
        }
        let distinct = whole > MIN_CONTRAST * MIN_CONTRAST * (self.along.len() * self.pictures.len()) as f64;
        distinct.then(|| (common / whole).clamp(0.0, 1.0))
    }
}

/// Returns the borders of the content to a fraction of a line: from the share of content in its first line and in the last
/// line before it. `count` is the number of lines of the frame.
fn subpixel_borders(view: &View<'_>, count: usize) -> Range<f32> {
    // Distance of the border from the inner end of the first line; `number` counts lines from the padded side.
    let reach = |first: usize, number: &dyn Fn(usize) -> usize| -> f64 {
        let content_at = |line: usize| {
            view.content_share(
                number(line),
                number(first.saturating_sub(2)),
                number((first + 1).min(count - 1)),
            )
        };
        match (content_at(first), content_at(first - 1)) {
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

/// Returns a view's lines without bars, or without blurred padding.
fn content_lines(view: &View<'_>) -> Range<usize> {
    let lines = view.lines();
    let (count, start) = (lines.len(), view.lines.start);
    let before = bar_width(&mut lines.iter().map(is_bar));
    let after = bar_width(&mut lines.iter().rev().map(is_bar));
    let least = ((MIN_BAR * count as f64).ceil() as usize).max(1);
    // Skips a line on either side: one that the border runs through shows the content faintly.
    let has_edge = |bar: usize, number: &dyn Fn(usize) -> usize| {
        bar + 1 < count && view.has_edge(start + number(bar.saturating_sub(2)), start + number(bar + 1))
    };
    let at_start = |bar: usize| has_edge(bar, &|line| line);
    let at_end = |bar: usize| has_edge(bar, &|line| count - 1 - line);
    // If both sides are plain, both are bars or neither is.
    let plain = match (before >= least, after >= least) {
        (true, true) if at_start(before) && at_end(after) => before..count - after,
        (true, false) if at_start(before) => before..count,
        (false, true) if at_end(after) => 0..count - after,
        _ => 0..count,
    };
    let is_picture = |range: &Range<usize>| range.len() as f64 >= MIN_CONTENT * count as f64;
    let is_sharp = |found: &Range<usize>| at_start(found.start) && at_end(count - found.end);
    // A dark area may be a bar or belong to a dark scene; if it shows the content enlarged, it is neither.
    let (certain, likely) = match padding(&lines, least).filter(is_picture) {
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

/// Returns the rows of a 16:9 work in the middle of an upright frame, if all above and below is black and the work's own
/// black background hides where the bars end.
fn landscape_on_black(view: &View<'_>) -> Option<Range<f32>> {
    let (width, height) = (view.along.len() as f32, view.lines.len() as f32);
    let rows = width * 9.0 / 16.0;
    if height <= width || rows < MIN_ROWS {
        return None;
    }
    let lines = view.lines();
    let (before, after) = ((height - rows) / 2.0, (height + rows) / 2.0);
    let beside = lines[..before as usize].iter().chain(&lines[after.ceil() as usize..]);
    let within = &lines[before.ceil() as usize..after as usize];
    let is_black = |line: &Line| is_bar(line) && line.brightest < BLACK;
    (beside.into_iter().all(is_black) && !within.iter().all(is_black)).then_some(before..after)
}

/// Returns the number of bar lines from one side on. The very first line may show remains of other content, from a crop
/// that ended within a line.
fn bar_width(is_bar: &mut dyn Iterator<Item = bool>) -> usize {
    let first = is_bar.next() == Some(true);
    match is_bar.take_while(|is| *is).count() {
        0 | 1 if !first => 0,
        more => 1 + more,
    }
}

/// Returns true if the lines outside `found` are, on average, as dark as black bars.
fn is_dark(lines: &[Line], found: &Range<usize>) -> bool {
    let beside = || lines[..found.start].iter().chain(&lines[found.end..]);
    beside().map(|line| line.brightest).sum::<f64>() < BLACK * beside().count() as f64
}

/// Returns the lines between blurred padding: of the same width on both sides, with little detail, and sharp edges.
fn padding(lines: &[Line], least: usize) -> Option<Range<usize>> {
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
    let is_padding = edges(pad) > EDGE_FACTOR * usual && outside < BLURRED_SHARE * within;
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
        within >= MIN_DETAIL && outside > BLURRED_SHARE_OF_ONE * within
    });
    sharp.count() <= pictures / SHARP_ONE_IN
}
