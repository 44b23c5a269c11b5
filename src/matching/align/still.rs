//! Aligns works that show one picture throughout. Without motion only the picture itself can be compared: a photograph
//! is distinctive enough, a few words on a plain ground are not.

use super::Passage;
use super::refine::{CROPS, PLAIN, View, correlation, views};
use super::timeline::FilmTimeline;
use crate::model::fingerprint::{CELLS, Film, GRID};

/// Motion below which a work is still, RMS over all windows and cells in luma levels: that of a photograph encoded at
/// CRF 42 is 0.27.
const MAX_MOTION: f32 = 0.3;
/// Correlation from which two pictures are the same. Copies of photographs (another encoding, size, codec, exposure, frame
/// rate) have 0.999 and more; of 20,000 pairs of stills from different films, no two different ones have 0.9972:
/// benches/history/2026-11.md.
const MIN_SAME: f32 = 0.9985;
/// The same for a crop and the corresponding part of the other, both blurred over neighbouring cells: a photograph of small
/// objects has 0.998, and of 231 pictures from 81 films no two different ones have 0.99.
const MIN_SAME_CROPPED: f32 = 0.996;
/// Largest share of cells within [`GROUND_LEVELS`] luma levels of each other: more are the plain ground of a title card.
const MAX_GROUND: f32 = 0.25;
const GROUND_LEVELS: f32 = 3.0;
/// Least detail that the means of rows and columns do not explain, RMS in luma levels: bars and gradients of a background
/// are explained by them.
const MIN_RICHNESS: f32 = 5.0;
/// The shortest work that is compared, milliseconds.
const MIN_MS: f64 = 2_000.0;

type Picture = [f32; CELLS];

/// Aligns two works if both are still and show the same photograph, as it is, cropped or mirrored. A corner, the lower
/// quarter or two opposite borders may differ (a logo, subtitles, remains of bars). Since no time is distinguished, the
/// shorter work is placed in the middle of the longer.
pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    let (one, other) = FilmTimeline::both(ours, theirs);
    if !is_still(&one) || !is_still(&other) {
        return None;
    }
    let theirs = mean_views(&other);
    let straight = dissimilarity(&mean_views(&one), &theirs);
    let mirrored = dissimilarity(&mean_views(&one.mirrored()), &theirs);
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

/// Returns true if a work shows one picture throughout.
fn is_still(timeline: &FilmTimeline) -> bool {
    let windows = timeline.resampled(timeline.window_ms);
    if timeline.span_ms < MIN_MS || windows.is_empty() {
        return false;
    }
    let mean = mean(&windows);
    let moved = |window: &Picture| (0..CELLS).map(|cell| (window[cell] - mean[cell]).powi(2)).sum::<f32>();
    let moves = windows.iter().map(moved).sum::<f32>() / windows.len() as f32 / CELLS as f32;
    moves.sqrt() < MAX_MOTION
}

fn mean(windows: &[Picture]) -> Picture {
    std::array::from_fn(|cell| {
        windows.iter().map(|window| window[cell]).sum::<f32>() / windows.len().max(1) as f32
    })
}

/// Returns the mean picture of each of the [`views`] of a still work; no crops without the quarters of the cells.
fn mean_views(timeline: &FilmTimeline) -> [Option<Picture>; 4] {
    let of = |view: &FilmTimeline| mean(&view.resampled(view.window_ms));
    let [plain, blurred, wide, tight] = views(timeline);
    let cut = |view: &FilmTimeline| timeline.is_detailed().then(|| of(view));
    [Some(of(&plain)), Some(of(&blurred)), cut(&wide), cut(&tight)]
}

/// Returns what the best of all views leaves unexplained, relative to what is allowed: at most 1 means the same.
fn dissimilarity(ours: &[Option<Picture>; 4], theirs: &[Option<Picture>; 4]) -> f32 {
    let left = |(one, other): View, same: f32| {
        let (one, other) = (ours[one].as_ref()?, theirs[other].as_ref()?);
        Some((1.0 - similarity(one, other).min(1.0)) / (1.0 - same))
    };
    // A blur hides the plain ground of a title card, so the plain views decide.
    let all: Vec<usize> = (0..CELLS).collect();
    let shows_one =
        |mean_views: &Option<Picture>| mean_views.is_some_and(|mean_views| is_photograph(&mean_views, &all));
    let are_photographs = shows_one(&ours[PLAIN.0]) && shows_one(&theirs[PLAIN.1]);
    let crops = CROPS.as_flattened().iter().filter(|_| are_photographs);
    let crops = crops.filter_map(|crop| left(*crop, MIN_SAME_CROPPED));
    crops.chain(left(PLAIN, MIN_SAME)).fold(f32::INFINITY, f32::min)
}

/// Returns the best correlation outside an overlay that one of them may have; 0 if the rest is no photograph.
fn similarity(one: &Picture, other: &Picture) -> f32 {
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
        let are_photographs = is_photograph(one, &cells) && is_photograph(other, &cells);
        if are_photographs { exposed_correlation(one, other, &cells) } else { 0.0 }
    };
    is_over.iter().map(beside).fold(0.0, f32::max)
}

/// Returns the correlation after the exposure of one picture was matched to the other, in the better direction.
fn exposed_correlation(one: &Picture, other: &Picture, cells: &[usize]) -> f32 {
    correlation_after_exposure(one, other, cells).max(correlation_after_exposure(other, one, cells))
}

/// Returns the correlation after the best exposure curve was applied to the first picture. The curve is of degree two:
/// brightness and contrast are a straight line, gamma bends it. If it does not rise throughout, it is no exposure, and only
/// the line is used.
fn correlation_after_exposure(one: &Picture, other: &Picture, cells: &[usize]) -> f32 {
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

/// Subtracts the mean.
fn centred(mut values: Vec<f32>) -> Vec<f32> {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}

fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Returns true if a picture has so much detail that hardly another one resembles it.
fn is_photograph(picture: &Picture, cells: &[usize]) -> bool {
    let mut values: Vec<f32> = cells.iter().map(|cell| picture[*cell]).collect();
    values.sort_unstable_by(f32::total_cmp);
    let ground = (0..values.len())
        .map(|from| values[from..].partition_point(|luma| *luma <= values[from] + GROUND_LEVELS));
    let ground = ground.max().unwrap_or(0) as f32;
    ground <= MAX_GROUND * cells.len() as f32 && richness(picture, cells) >= MIN_RICHNESS
}

/// Returns the detail of a picture without the means of its rows and columns, RMS in luma levels.
fn richness(picture: &Picture, cells: &[usize]) -> f32 {
    let mean =
        |line: &dyn Fn(usize) -> usize| (0..GRID).map(|at| picture[line(at)]).sum::<f32>() / GRID as f32;
    let rows: Vec<f32> = (0..GRID).map(|row| mean(&|column| row * GRID + column)).collect();
    let columns: Vec<f32> = (0..GRID).map(|column| mean(&|row| row * GRID + column)).collect();
    let whole = picture.iter().sum::<f32>() / CELLS as f32;
    let left = |cell: &usize| (picture[*cell] - rows[cell / GRID] - columns[cell % GRID] + whole).powi(2);
    (cells.iter().map(left).sum::<f32>() / cells.len().max(1) as f32).sqrt()
}
