//! Works that show one picture throughout. Nothing moves in them, so that only the picture itself can be compared: a
//! photograph tells, a few words on a plain ground do not.

use super::Passage;
use super::refine::{CROPS, PLAIN, View, correlation, views};
use super::timeline::Strip;
use crate::model::fingerprint::{CELLS, Film, GRID};

/// Less than this moves in a still work, root of the mean square over all windows and cells in luma levels: what an
/// encoder leaves of a photograph at CRF 42 is 0.27.
const MOVES: f32 = 0.3;
/// From this correlation on two pictures are the same. Copies of photographs (another encoding, size, codec, exposure, frame
/// rate) have 0.999 and more; of 20,000 pairs of stills out of different films none that shows another thing has
/// 0.9972: benches/history/2026-11.md.
const SAME: f32 = 0.9985;
/// The same of a crop and what is cut out of the other, both blurred over neighbouring cells: a photograph of small things has
/// 0.998, and of 231 pictures out of 81 films no two things have 0.99.
const SAME_CROPPED: f32 = 0.996;
/// No more of the cells may lie within [`ALIKE`] luma levels: those are the plain ground of a title card.
const MOST_GROUND: f32 = 0.25;
const ALIKE: f32 = 3.0;
/// What rows and columns alone do not explain, root of the mean square in luma levels: bars and shades of a ground are
/// explained by them.
const LEAST_RICH: f32 = 5.0;
/// The shortest work that is compared, milliseconds.
const LEAST_MS: f64 = 2_000.0;

type Picture = [f32; CELLS];

/// How one still work is the other, if both are still and show the same photograph, as it is, cropped or mirrored; of what lies
/// over a corner, in the lower quarter or along two borders (a logo, subtitles, what bars leave of a line) nothing is asked.
/// Where a picture stands, no moment is another's: the shorter is laid over the middle of the longer.
pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    let (one, other) = Strip::both(ours, theirs);
    if !is_still(&one) || !is_still(&other) {
        return None;
    }
    let theirs = shown(&other);
    let straight = unlikeness(&shown(&one), &theirs);
    let mirrored = unlikeness(&shown(&one.mirrored()), &theirs);
    let least = straight.min(mirrored);
    if least > 1.0 {
        return None;
    }
    let span_ms = one.span_ms.min(other.span_ms);
    let from_ms = (one.span_ms - span_ms) / 2.0;
    let windows = (span_ms / one.window_ms) as u32;
    Some(Passage {
        from_ms,
        to_ms: from_ms + span_ms,
        offset_ms: (other.span_ms - span_ms) / 2.0 - from_ms,
        speed: 1.0,
        mirrored: mirrored < straight,
        confidence: f64::from(1.0 - least / 2.0),
        agreeing: windows,
        compared: windows,
    })
}

/// Whether a work shows one picture throughout.
fn is_still(strip: &Strip) -> bool {
    let windows = strip.resampled(strip.window_ms);
    if strip.span_ms < LEAST_MS || windows.is_empty() {
        return false;
    }
    let mean = mean(&windows);
    let moved = |window: &Picture| (0..CELLS).map(|cell| (window[cell] - mean[cell]).powi(2)).sum::<f32>();
    let moves = windows.iter().map(moved).sum::<f32>() / windows.len() as f32 / CELLS as f32;
    moves.sqrt() < MOVES
}

fn mean(windows: &[Picture]) -> Picture {
    std::array::from_fn(|cell| {
        windows.iter().map(|window| window[cell]).sum::<f32>() / windows.len().max(1) as f32
    })
}

/// What all [`views`] of a still work show; of crops nothing where it is not known what cells are within.
fn shown(strip: &Strip) -> [Option<Picture>; 4] {
    let of = |view: &Strip| mean(&view.resampled(view.window_ms));
    let [plain, blurred, wide, tight] = views(strip);
    let cut = |view: &Strip| strip.is_detailed().then(|| of(view));
    [Some(of(&plain)), Some(of(&blurred)), cut(&wide), cut(&tight)]
}

/// What the best of all views leaves unexplained, in parts of what may be left.
fn unlikeness(ours: &[Option<Picture>; 4], theirs: &[Option<Picture>; 4]) -> f32 {
    let left = |(one, other): View, same: f32| {
        let (one, other) = (ours[one].as_ref()?, theirs[other].as_ref()?);
        Some((1.0 - sameness(one, other).min(1.0)) / (1.0 - same))
    };
    // A blur hides the plain ground of a title card.
    let all: Vec<usize> = (0..CELLS).collect();
    let shows_one = |shown: &Option<Picture>| shown.is_some_and(|shown| is_photograph(&shown, &all));
    let are_photographs = shows_one(&ours[PLAIN.0]) && shows_one(&theirs[PLAIN.1]);
    let crops = CROPS.as_flattened().iter().filter(|_| are_photographs);
    let crops = crops.filter_map(|crop| left(*crop, SAME_CROPPED));
    crops.chain(left(PLAIN, SAME)).fold(f32::INFINITY, f32::min)
}

/// The best correlation beside anything that may have been laid over one of them; 0 where the rest is no photograph.
fn sameness(one: &Picture, other: &Picture) -> f32 {
    let last = GRID - 2;
    let is_over: [fn(usize, usize, usize) -> bool; 8] = [
        |_, _, _| false,
        |row, _, last| row == 0 || row > last,
        |_, column, last| column == 0 || column > last,
        |row, _, last| row >= last,
        |row, column, _| row < 2 && column < 2,
        |row, column, last| row < 2 && column >= last,
        |row, column, last| row >= last && column < 2,
        |row, column, last| row >= last && column >= last,
    ];
    let beside = |is_over: &fn(usize, usize, usize) -> bool| -> f32 {
        let cells: Vec<usize> = (0..CELLS).filter(|cell| !is_over(cell / GRID, cell % GRID, last)).collect();
        let tells = is_photograph(one, &cells) && is_photograph(other, &cells);
        if tells { alike(one, other, &cells) } else { 0.0 }
    };
    is_over.iter().map(beside).fold(0.0, f32::max)
}

/// How alike the pictures are once one of them is exposed as the other is: whichever of the two the other was made of.
fn alike(one: &Picture, other: &Picture, cells: &[usize]) -> f32 {
    exposed(one, other, cells).max(exposed(other, one, cells))
}

/// Correlation after the best curve of exposure was put on the first picture. It is of degree two: brightness and contrast
/// are a straight line, gamma bends it. Where it does not rise throughout, it is no exposure, and the line is all.
fn exposed(one: &Picture, other: &Picture, cells: &[usize]) -> f32 {
    let ours = centred(cells.iter().map(|cell| one[*cell]).collect());
    let theirs = centred(cells.iter().map(|cell| other[*cell]).collect());
    let squares = centred(ours.iter().map(|luma| luma * luma).collect());
    let length = product(&ours, &ours).max(1e-3);
    let along = product(&squares, &ours) / length;
    let bend: Vec<f32> = squares.iter().zip(&ours).map(|(square, luma)| square - along * luma).collect();
    let rise = product(&ours, &theirs) / length;
    let bent = product(&bend, &theirs) / product(&bend, &bend).max(1e-3);
    if ours.iter().any(|luma| rise + bent * (2.0 * luma - along) <= 0.0) {
        return correlation(one, other, cells);
    }
    let explained = rise * product(&ours, &theirs) + bent * product(&bend, &theirs);
    (explained / product(&theirs, &theirs).max(1e-3)).max(0.0).sqrt()
}

/// Less their mean.
fn centred(mut values: Vec<f32>) -> Vec<f32> {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}

fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Whether so much differs from place to place that hardly another picture is alike.
fn is_photograph(picture: &Picture, cells: &[usize]) -> bool {
    let mut values: Vec<f32> = cells.iter().map(|cell| picture[*cell]).collect();
    values.sort_unstable_by(f32::total_cmp);
    let ground =
        (0..values.len()).map(|from| values[from..].partition_point(|luma| *luma <= values[from] + ALIKE));
    let ground = ground.max().unwrap_or(0) as f32;
    ground <= MOST_GROUND * cells.len() as f32 && richness(picture, cells) >= LEAST_RICH
}

/// What is left of a picture without the means of its rows and columns.
fn richness(picture: &Picture, cells: &[usize]) -> f32 {
    let mean =
        |line: &dyn Fn(usize) -> usize| (0..GRID).map(|at| picture[line(at)]).sum::<f32>() / GRID as f32;
    let rows: Vec<f32> = (0..GRID).map(|row| mean(&|column| row * GRID + column)).collect();
    let columns: Vec<f32> = (0..GRID).map(|column| mean(&|row| row * GRID + column)).collect();
    let whole = picture.iter().sum::<f32>() / CELLS as f32;
    let left = |cell: &usize| (picture[*cell] - rows[cell / GRID] - columns[cell % GRID] + whole).powi(2);
    (cells.iter().map(left).sum::<f32>() / cells.len().max(1) as f32).sqrt()
}
