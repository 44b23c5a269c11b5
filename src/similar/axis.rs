//! Films on one axis of time: resampled, mirrored, cropped.

use crate::model::fingerprint::{CELLS, Film, GRID};

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
}

impl Strip {
    pub fn of(film: &Film) -> Self {
        Self::summed(f64::from(film.window_ms.max(1)), &film.windows())
    }

    fn summed(window_ms: f64, windows: &[[f32; CELLS]]) -> Self {
        let mut sum = [0.0; CELLS];
        let mut sums = vec![sum];
        for window in windows {
            sum.iter_mut().zip(window).for_each(|(sum, value)| *sum += f64::from(*value));
            sums.push(sum);
        }
        Self { window_ms, span_ms: window_ms * windows.len() as f64, sums }
    }

    /// Only the middle of the picture, of so much of either side, and blurred over neighbouring cells: what cells of
    /// another size show differs in its fine parts.
    pub fn cropped(&self, share: f32) -> Self {
        let weights = crop_weights(share);
        let cut = |sum: &[f64; CELLS]| {
            let lines: [f64; CELLS] = std::array::from_fn(|at| {
                let (row, column) = (at / GRID, at % GRID);
                (0..GRID).map(|from| weights[column][from] * sum[row * GRID + from]).sum()
            });
            std::array::from_fn(|at| {
                let (row, column) = (at / GRID, at % GRID);
                (0..GRID).map(|from| weights[row][from] * lines[from * GRID + column]).sum()
            })
        };
        Self { sums: self.sums.iter().map(cut).collect(), ..*self }
    }

    pub fn mirrored(&self) -> Self {
        let turned =
            |sum: &[f64; CELLS]| std::array::from_fn(|cell| sum[cell / GRID * GRID + GRID - 1 - cell % GRID]);
        Self { sums: self.sums.iter().map(turned).collect(), ..*self }
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

/// How much of each old line a new one shows when `share` of the side, in its middle, is stretched to the whole.
/// Between the middles of cells the luma is taken to change evenly.
fn crop_weights(share: f32) -> [[f64; GRID]; GRID] {
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
    std::array::from_fn(|line| {
        let (above, below) = (line.saturating_sub(1), (line + 1).min(GRID - 1));
        std::array::from_fn(|from| (sharp[above][from] + 2.0 * sharp[line][from] + sharp[below][from]) / 4.0)
    })
}
