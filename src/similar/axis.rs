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
        let window_ms = f64::from(film.window_ms.max(1));
        let mut sum = [0.0; CELLS];
        let mut sums = vec![sum];
        for window in film.windows() {
            sum.iter_mut().zip(window).for_each(|(sum, value)| *sum += f64::from(value));
            sums.push(sum);
        }
        Self { window_ms, span_ms: window_ms * (sums.len() - 1) as f64, sums }
    }

    /// Sum of luma up to a time, linear between borders.
    fn until(&self, ms: f64) -> [f64; CELLS] {
        let at = (ms / self.window_ms).clamp(0.0, (self.sums.len() - 1) as f64);
        let (number, part) = (at as usize, at.fract());
        let next = &self.sums[(number + 1).min(self.sums.len() - 1)];
        let sum = &self.sums[number];
        std::array::from_fn(|cell| sum[cell] + (next[cell] - sum[cell]) * part)
    }

    /// As many windows of `step_ms` as fit wholly in, from `start_ms` on.
    pub fn resampled(&self, start_ms: f64, step_ms: f64) -> Windows {
        let count = ((self.span_ms - start_ms) / step_ms + 1e-6).max(0.0) as usize;
        let mut before = self.until(start_ms);
        let scale = self.window_ms / step_ms;
        (0..count)
            .map(|number| {
                let until = self.until(start_ms + (number + 1) as f64 * step_ms);
                let mut window: [f32; CELLS] =
                    std::array::from_fn(|cell| ((until[cell] - before[cell]) * scale) as f32);
                before = until;
                let mean = window.iter().sum::<f32>() / CELLS as f32;
                window.iter_mut().for_each(|value| *value -= mean);
                window
            })
            .collect()
    }
}

pub(super) fn mirrored(windows: &Windows) -> Windows {
    windows
        .iter()
        .map(|window| std::array::from_fn(|cell| window[cell / GRID * GRID + GRID - 1 - cell % GRID]))
        .collect()
}
