//! Films on one axis of time: resampled, mirrored, cropped.

use crate::model::fingerprint::{CELLS, Film, GRID};

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
        let mut before = self.until(start_ms);
        let scale = self.window_ms / step_ms;
        (0..count)
            .map(|number| {
                let until = self.until(start_ms + (number + 1) as f64 * step_ms);
                let window: [f32; CELLS] =
                    std::array::from_fn(|cell| ((until[cell] - before[cell]) * scale) as f32);
                before = until;
                let mean = window.iter().sum::<f32>() / CELLS as f32;
                window.map(|value| value - mean)
            })
            .collect()
    }

    /// As many windows of `step_ms` as fit wholly in.
    pub fn resampled(&self, step_ms: f64) -> Windows {
        self.windows(0.0, step_ms, (self.span_ms / step_ms + 1e-6) as usize)
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
