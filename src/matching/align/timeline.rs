//! Films on one time axis: resampled, mirrored, cropped.

use crate::model::fingerprint::{CELLS, DETAIL_CELLS, DETAIL_GRID, Film, GRID};

/// Share of a window that may be missing at either end of a passage.
const SNAP: f64 = 0.02;

/// Windows of one length, each minus its own mean: a fade or another exposure of the whole picture is no motion.
pub(super) type Windows = Vec<[f32; CELLS]>;

/// A film that can be resampled to windows at any time.
#[derive(Clone, Debug)]
pub(super) struct FilmTimeline {
    pub window_ms: f64,
    pub span_ms: f64,
    /// Sums of the windows up to each border.
    sums: Vec<[f64; CELLS]>,
    /// The same for quarters of the cells, if they are known.
    quarters: Option<Vec<[f64; DETAIL_CELLS]>>,
}

impl FilmTimeline {
    /// Creates a timeline, with quarters of the cells if the film has them.
    pub fn of(film: &Film) -> Self {
        let quarters = film.detailed().map(|windows| cumulative_sums(&windows));
        Self { quarters, ..Self::of_cells(film) }
    }

    /// Creates a timeline without quarters of the cells.
    pub fn of_cells(film: &Film) -> Self {
        let (window_ms, windows) = (f64::from(film.window_ms.max(1)), film.windows());
        let span_ms = window_ms * windows.len() as f64;
        Self { window_ms, span_ms, sums: cumulative_sums(&windows), quarters: None }
    }

    /// Creates the timelines of two films that are compared: with quarters of the cells for both or for none, since crops
    /// are blurred differently without them.
    pub fn both(one: &Film, other: &Film) -> (Self, Self) {
        let is_known = one.detail.is_some() && other.detail.is_some();
        let of = if is_known { Self::of } else { Self::of_cells };
        (of(one), of(other))
    }

    /// Crops to the middle of the picture, `share` of either side, and blurs over neighbouring cells, since cells of another
    /// size differ in fine detail.
    pub fn cropped(&self, share: f32) -> Self {
        let sums = match &self.quarters {
            Some(quarters) => {
                let weights = blurred(&crop_weights(share));
                quarters.iter().map(|sum| weighted::<DETAIL_GRID>(&weights, sum)).collect()
            }
            None => {
                let weights = blurred(&interpolated_crop_weights(share));
                self.sums.iter().map(|sum| weighted::<GRID>(&weights, sum)).collect()
            }
        };
        Self { sums, quarters: None, ..*self }
    }

    /// Returns a copy without quarters of the cells.
    pub fn plain(&self) -> Self {
        Self { sums: self.sums.clone(), quarters: None, ..*self }
    }

    /// Returns true if quarters of the cells are known.
    pub fn is_detailed(&self) -> bool {
        self.quarters.is_some()
    }

    /// Returns the film mirrored left to right.
    pub fn mirrored(&self) -> Self {
        Self {
            sums: self.sums.iter().map(mirrored_grid::<GRID, CELLS>).collect(),
            quarters: self
                .quarters
                .as_ref()
                .map(|sums| sums.iter().map(mirrored_grid::<DETAIL_GRID, DETAIL_CELLS>).collect()),
            ..*self
        }
    }

    /// Returns the sum of luma up to a time, linear between borders.
    fn cumulative(&self, ms: f64) -> [f64; CELLS] {
        let at = (ms / self.window_ms).clamp(0.0, (self.sums.len() - 1) as f64);
        let (number, part) = (at as usize, at.fract());
        let next = &self.sums[(number + 1).min(self.sums.len() - 1)];
        let sum = &self.sums[number];
        std::array::from_fn(|cell| sum[cell] + (next[cell] - sum[cell]) * part)
    }

    /// Returns `count` windows of `step_ms` from `start_ms` on, each minus its mean.
    pub fn windows(&self, start_ms: f64, step_ms: f64, count: usize) -> Windows {
        let mut windows = self.averaged(start_ms, step_ms, count);
        windows.iter_mut().for_each(remove_mean);
        windows
    }

    fn averaged(&self, start_ms: f64, step_ms: f64, count: usize) -> Windows {
        let mut before = self.cumulative(start_ms);
        let scale = self.window_ms / step_ms;
        (0..count)
            .map(|number| {
                let cumulative = self.cumulative(start_ms + (number + 1) as f64 * step_ms);
                let window = std::array::from_fn(|cell| ((cumulative[cell] - before[cell]) * scale) as f32);
                before = cumulative;
                window
            })
            .collect()
    }

    /// Returns the distance of a time from this film's own borders, as a variance: 0 on one, 1/4 in the middle of a window.
    fn border_variance(&self, ms: f64) -> f64 {
        let part = (ms / self.window_ms).clamp(0.0, (self.sums.len() - 1) as f64).fract();
        part * (1.0 - part)
    }

    /// Returns as many windows of `step_ms` as fit.
    pub fn resampled(&self, step_ms: f64) -> Windows {
        self.windows(0.0, step_ms, (self.span_ms / step_ms + 1e-6) as usize)
    }
}

/// Subtracts a window's own mean.
fn remove_mean(window: &mut [f32; CELLS]) {
    let mean = window.iter().sum::<f32>() / CELLS as f32;
    window.iter_mut().for_each(|value| *value -= mean);
}

/// A mapping between two films: our time `t` is their time `speed · t + offset_ms`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeMap {
    pub offset_ms: f64,
    pub speed: f64,
}

/// Windows of two films at the same times; the first begins at `from_ms` of ours and each lasts `step_ms` of ours.
pub(super) struct AlignedWindows {
    pub ours: Windows,
    pub theirs: Windows,
    pub from_ms: f64,
    pub step_ms: f64,
}

/// Resamples both films between two times of ours to the windows of the coarser film that lie wholly there. Resampling the
/// finer one between its own borders blurs it a little in time; the coarser one is blurred by the same amount.
pub(super) fn aligned_windows(
    ours: &FilmTimeline,
    theirs: &FilmTimeline,
    time_map: &TimeMap,
    (from_ms, to_ms): (f64, f64),
) -> AlignedWindows {
    let TimeMap { offset_ms, speed } = *time_map;
    let from_ms = from_ms.max(0.0).max(-offset_ms / speed);
    let to_ms = to_ms.min(ours.span_ms).min((theirs.span_ms - offset_ms) / speed);
    let theirs_are_coarser = theirs.window_ms / speed > ours.window_ms;
    let (coarse, fine) = if theirs_are_coarser { (theirs, ours) } else { (ours, theirs) };
    let window_ms = coarse.window_ms;
    // Times of the coarser film, and the corresponding ones of the finer.
    let (from, to) = if theirs_are_coarser {
        (from_ms * speed + offset_ms, to_ms * speed + offset_ms)
    } else {
        (from_ms, to_ms)
    };
    let in_fine =
        |ms: f64| if theirs_are_coarser { (ms - offset_ms) / speed } else { ms * speed + offset_ms };
    let first = (from / window_ms - SNAP).ceil().max(0.0);
    let count = ((to / window_ms + SNAP).floor() - first).max(0.0) as usize;
    let start_ms = first * window_ms;
    let step_ms = in_fine(start_ms + window_ms) - in_fine(start_ms);
    let mut one = coarse.averaged(start_ms, window_ms, count);
    let mut other = fine.averaged(in_fine(start_ms), step_ms, count);
    // Resampling between borders adds the second derivative in this proportion.
    let share = (fine.window_ms / step_ms).powi(2);
    let sharp = one.clone();
    for (number, window) in one.iter_mut().enumerate() {
        let at_ms = in_fine(start_ms) + number as f64 * step_ms;
        let blur = (fine.border_variance(at_ms) + fine.border_variance(at_ms + step_ms)) / 2.0 * share;
        let (before, after) = (&sharp[number.saturating_sub(1)], &sharp[(number + 1).min(count - 1)]);
        for (cell, value) in window.iter_mut().enumerate() {
            *value += blur as f32 / 2.0 * (before[cell] - 2.0 * sharp[number][cell] + after[cell]);
        }
    }
    one.iter_mut().chain(&mut other).for_each(remove_mean);
    if theirs_are_coarser {
        AlignedWindows { ours: other, theirs: one, from_ms: in_fine(start_ms), step_ms }
    } else {
        AlignedWindows { ours: one, theirs: other, from_ms: start_ms, step_ms: window_ms }
    }
}

/// Returns the sums of the windows up to each border.
fn cumulative_sums<const N: usize>(windows: &[[f32; N]]) -> Vec<[f64; N]> {
    let mut sum = [0.0; N];
    let mut sums = vec![sum];
    for window in windows {
        sum.iter_mut().zip(window).for_each(|(sum, value)| *sum += f64::from(*value));
        sums.push(sum);
    }
    sums
}

/// Mirrors a picture left to right.
fn mirrored_grid<const SIDE: usize, const N: usize>(picture: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|cell| picture[cell / SIDE * SIDE + SIDE - 1 - cell % SIDE])
}

/// Weights of the `SIDE` lines of a picture in each line of a film's grid.
type Weights<const SIDE: usize> = [[f64; SIDE]; GRID];

/// Resamples a picture of `SIDE` by `SIDE` to a film's cells.
fn weighted<const SIDE: usize>(weights: &Weights<SIDE>, picture: &[f64]) -> [f64; CELLS] {
    let lines: [[f64; SIDE]; GRID] = std::array::from_fn(|column| {
        std::array::from_fn(|row| {
            picture[row * SIDE..(row + 1) * SIDE].iter().zip(&weights[column]).map(|(a, b)| a * b).sum()
        })
    });
    std::array::from_fn(|at| {
        lines[at % GRID].iter().zip(&weights[at / GRID]).map(|(value, weight)| value * weight).sum()
    })
}

/// Returns the share of each line of quarters in each new line when the middle `share` of the side is stretched to the
/// whole.
fn crop_weights(share: f32) -> Weights<DETAIL_GRID> {
    let (share, side) = (f64::from(share), DETAIL_GRID as f64);
    let border = |line: usize| ((line as f64 / GRID as f64 - 0.5) * share + 0.5) * side;
    std::array::from_fn(|new| {
        let (from, to) = (border(new), border(new + 1));
        std::array::from_fn(|old| {
            let part = to.min(old as f64 + 1.0) - from.max(old as f64);
            part.max(0.0) / (to - from)
        })
    })
}

/// Returns the same for whole cells. Luma is interpolated linearly between the centres of cells.
fn interpolated_crop_weights(share: f32) -> Weights<GRID> {
    const POINTS: usize = 8;
    let mut sharp = [[0.0; GRID]; GRID];
    for (new, line) in sharp.iter_mut().enumerate() {
        for point in 0..POINTS {
            let at = (new as f32 + (point as f32 + 0.5) / POINTS as f32) / GRID as f32;
            let old = ((at - 0.5) * share + 0.5) * GRID as f32 - 0.5;
            let low = old.floor().clamp(0.0, (GRID - 2) as f32);
            let part = f64::from((old - low).clamp(-0.5, 1.5));
            line[low as usize] += (1.0 - part) / POINTS as f64;
            line[low as usize + 1] += part / POINTS as f64;
        }
    }
    sharp
}

fn blurred<const SIDE: usize>(sharp: &Weights<SIDE>) -> Weights<SIDE> {
    std::array::from_fn(|line| {
        let (above, below) = (line.saturating_sub(1), (line + 1).min(GRID - 1));
        std::array::from_fn(|from| (sharp[above][from] + 2.0 * sharp[line][from] + sharp[below][from]) / 4.0)
    })
}
