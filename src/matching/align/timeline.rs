//! Films on one axis of time: resampled, mirrored, cropped.

use crate::model::fingerprint::{CELLS, DETAIL_CELLS, DETAIL_GRID, Film, GRID};

/// So much of a window may be missing at either end of a stretch.
const SNAP: f64 = 0.02;

/// Windows of one length, each without its own mean: a fade or another exposure of the whole picture is no motion.
pub(super) type Windows = Vec<[f32; CELLS]>;

/// A film whose windows can be laid anywhere in time.
#[derive(Clone, Debug)]
pub(super) struct Strip {
    pub window_ms: f64,
    pub span_ms: f64,
    /// Sums of the windows up to each border.
    sums: Vec<[f64; CELLS]>,
    /// The same in quarters of the cells, where they are known.
    quarters: Option<Vec<[f64; DETAIL_CELLS]>>,
}

impl Strip {
    pub fn of(film: &Film) -> Self {
        let quarters = film.detailed().map(|windows| summed(&windows));
        Self { quarters, ..Self::of_cells(film) }
    }

    /// Without what cells are within.
    pub fn of_cells(film: &Film) -> Self {
        let (window_ms, windows) = (f64::from(film.window_ms.max(1)), film.windows());
        let span_ms = window_ms * windows.len() as f64;
        Self { window_ms, span_ms, sums: summed(&windows), quarters: None }
    }

    /// Two films that are compared: either of both it is known what cells are within, or of none, for crops are blurred otherwise then.
    pub fn both(one: &Film, other: &Film) -> (Self, Self) {
        let is_known = one.detail.is_some() && other.detail.is_some();
        let of = if is_known { Self::of } else { Self::of_cells };
        (of(one), of(other))
    }

    /// Only the middle of the picture, of so much of either side, and blurred over neighbouring cells: what cells of
    /// another size show differs in its fine parts.
    pub fn cropped(&self, share: f32) -> Self {
        let sums = match &self.quarters {
            Some(quarters) => {
                let weights = blurred(&covered(share));
                quarters.iter().map(|sum| cut::<DETAIL_GRID>(&weights, sum)).collect()
            }
            None => {
                let weights = blurred(&interpolated(share));
                self.sums.iter().map(|sum| cut::<GRID>(&weights, sum)).collect()
            }
        };
        Self { sums, quarters: None, ..*self }
    }

    /// The same without what cells are within.
    pub fn plain(&self) -> Self {
        Self { sums: self.sums.clone(), quarters: None, ..*self }
    }

    /// Whether it is known what cells are within.
    pub fn is_detailed(&self) -> bool {
        self.quarters.is_some()
    }

    pub fn mirrored(&self) -> Self {
        Self {
            sums: self.sums.iter().map(turned::<GRID, CELLS>).collect(),
            quarters: self
                .quarters
                .as_ref()
                .map(|sums| sums.iter().map(turned::<DETAIL_GRID, DETAIL_CELLS>).collect()),
            ..*self
        }
    }

    /// Sum of luma up to a time, linear between borders.
    fn until(&self, ms: f64) -> [f64; CELLS] {
        let at = (ms / self.window_ms).clamp(0.0, (self.sums.len() - 1) as f64);
        let (number, part) = (at as usize, at.fract());
        let next = &self.sums[(number + 1).min(self.sums.len() - 1)];
        let sum = &self.sums[number];
        std::array::from_fn(|cell| sum[cell] + (next[cell] - sum[cell]) * part)
    }

    /// `count` windows of `step_ms` from `start_ms` on; what lies outside is as the nearest inside.
    pub fn windows(&self, start_ms: f64, step_ms: f64, count: usize) -> Windows {
        let mut windows = self.exposed(start_ms, step_ms, count);
        windows.iter_mut().for_each(level);
        windows
    }

    fn exposed(&self, start_ms: f64, step_ms: f64, count: usize) -> Windows {
        let mut before = self.until(start_ms);
        let scale = self.window_ms / step_ms;
        (0..count)
            .map(|number| {
                let until = self.until(start_ms + (number + 1) as f64 * step_ms);
                let window = std::array::from_fn(|cell| ((until[cell] - before[cell]) * scale) as f32);
                before = until;
                window
            })
            .collect()
    }

    /// How far the border at a time lies from this film's own, as a variance: 0 on one, 1/4 in the middle of a window.
    fn between(&self, ms: f64) -> f64 {
        let part = (ms / self.window_ms).clamp(0.0, (self.sums.len() - 1) as f64).fract();
        part * (1.0 - part)
    }

    /// As many windows of `step_ms` as fit wholly in.
    pub fn resampled(&self, step_ms: f64) -> Windows {
        self.windows(0.0, step_ms, (self.span_ms / step_ms + 1e-6) as usize)
    }
}

/// Takes a window's own mean off.
fn level(window: &mut [f32; CELLS]) {
    let mean = window.iter().sum::<f32>() / CELLS as f32;
    window.iter_mut().for_each(|value| *value -= mean);
}

/// How two films are laid over each other: our time `t` lies at `speed · t + offset_ms` of theirs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lay {
    pub offset_ms: f64,
    pub speed: f64,
}

/// Windows of two films at the same times; the first begins at `from_ms` of ours and each lasts `step_ms` of ours.
pub(super) struct Beside {
    pub ours: Windows,
    pub theirs: Windows,
    pub from_ms: f64,
    pub step_ms: f64,
}

/// What both films show between two times of ours, in windows of the coarser film that lie wholly there: where the finer
/// one is taken between its own borders that blurs it a little in time, and the coarser one is blurred as much.
pub(super) fn beside(ours: &Strip, theirs: &Strip, lay: &Lay, (from_ms, to_ms): (f64, f64)) -> Beside {
    let Lay { offset_ms, speed } = *lay;
    let from_ms = from_ms.max(0.0).max(-offset_ms / speed);
    let to_ms = to_ms.min(ours.span_ms).min((theirs.span_ms - offset_ms) / speed);
    let theirs_are_coarser = theirs.window_ms / speed > ours.window_ms;
    let (coarse, fine) = if theirs_are_coarser { (theirs, ours) } else { (ours, theirs) };
    let window_ms = coarse.window_ms;
    // Times of the coarser film, and where they lie in the finer one.
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
    let mut one = coarse.exposed(start_ms, window_ms, count);
    let mut other = fine.exposed(in_fine(start_ms), step_ms, count);
    // Of a film that is taken between its borders the second derivative is added in this proportion.
    let share = (fine.window_ms / step_ms).powi(2);
    let sharp = one.clone();
    for (number, window) in one.iter_mut().enumerate() {
        let at_ms = in_fine(start_ms) + number as f64 * step_ms;
        let blur = (fine.between(at_ms) + fine.between(at_ms + step_ms)) / 2.0 * share;
        let (before, after) = (&sharp[number.saturating_sub(1)], &sharp[(number + 1).min(count - 1)]);
        for (cell, value) in window.iter_mut().enumerate() {
            *value += blur as f32 / 2.0 * (before[cell] - 2.0 * sharp[number][cell] + after[cell]);
        }
    }
    one.iter_mut().chain(&mut other).for_each(level);
    if theirs_are_coarser {
        Beside { ours: other, theirs: one, from_ms: in_fine(start_ms), step_ms }
    } else {
        Beside { ours: one, theirs: other, from_ms: start_ms, step_ms: window_ms }
    }
}

/// Sums of the windows up to each border.
fn summed<const N: usize>(windows: &[[f32; N]]) -> Vec<[f64; N]> {
    let mut sum = [0.0; N];
    let mut sums = vec![sum];
    for window in windows {
        sum.iter_mut().zip(window).for_each(|(sum, value)| *sum += f64::from(*value));
        sums.push(sum);
    }
    sums
}

/// Left for right.
fn turned<const SIDE: usize, const N: usize>(picture: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|cell| picture[cell / SIDE * SIDE + SIDE - 1 - cell % SIDE])
}

/// How much each line of a picture's `SIDE` shows in each of a film's.
type Weights<const SIDE: usize> = [[f64; SIDE]; GRID];

/// A picture of `SIDE` by `SIDE` in a film's cells.
fn cut<const SIDE: usize>(weights: &Weights<SIDE>, picture: &[f64]) -> [f64; CELLS] {
    let lines: [[f64; SIDE]; GRID] = std::array::from_fn(|column| {
        std::array::from_fn(|row| {
            picture[row * SIDE..(row + 1) * SIDE].iter().zip(&weights[column]).map(|(a, b)| a * b).sum()
        })
    });
    std::array::from_fn(|at| {
        lines[at % GRID].iter().zip(&weights[at / GRID]).map(|(value, weight)| value * weight).sum()
    })
}

/// How much of each quarter's line a new one covers when `share` of the side, in its middle, is stretched to the whole.
fn covered(share: f32) -> Weights<DETAIL_GRID> {
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

/// The same of whole cells. Between the middles of cells the luma is taken to change evenly.
fn interpolated(share: f32) -> Weights<GRID> {
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
