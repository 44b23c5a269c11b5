//! A film in twice as many columns as rows, of which an upright window can be cut, and what was cut out so. Pure.

use std::ops::Range;

use super::refine::correlation;
use crate::model::fingerprint::{CELLS, DETAIL_CELLS, DETAIL_GRID, Film, GRID};

/// Columns of a wide picture, each half as wide as a cell; it has [`GRID`] rows.
const COLUMNS: usize = 2 * GRID;
const WIDE: usize = GRID * COLUMNS;

pub(super) type WidePicture = [f32; WIDE];

/// A picture in the cells of a film's grid.
pub(super) type Picture = [f32; CELLS];

/// A film in half columns that can be resampled to windows at any time.
#[derive(Clone, Debug)]
pub(super) struct WideFilm {
    pub window_ms: f64,
    pub span_ms: f64,
    /// Width of what cannot be told apart, as a share of the picture's.
    pub blur: f64,
    sums: Vec<[f64; WIDE]>,
}

impl WideFilm {
    /// Creates a wide film, with the detail within the cells if it is known.
    pub fn of(film: &Film) -> Self {
        let Some(windows) = film.detailed() else { return Self::of_cells(film) };
        let columns = |quarters: &[f32; DETAIL_CELLS]| {
            std::array::from_fn(|at| {
                let upper = at / COLUMNS * 2 * DETAIL_GRID + at % COLUMNS;
                (quarters[upper] + quarters[upper + DETAIL_GRID]) / 2.0
            })
        };
        Self::of_pictures(film, &windows.iter().map(columns).collect::<Vec<_>>(), COLUMNS)
    }

    /// Creates a wide film without the detail within the cells.
    pub fn of_cells(film: &Film) -> Self {
        Self::of_pictures(film, &film.windows().iter().map(interpolated).collect::<Vec<_>>(), GRID)
    }

    fn of_pictures(film: &Film, windows: &[WidePicture], columns: usize) -> Self {
        let mut sum = [0.0; WIDE];
        let mut sums = vec![sum];
        for window in windows {
            sum.iter_mut().zip(window).for_each(|(sum, value)| *sum += f64::from(*value));
            sums.push(sum);
        }
        let window_ms = f64::from(film.window_ms.max(1));
        Self { window_ms, span_ms: window_ms * windows.len() as f64, blur: 1.0 / columns as f64, sums }
    }

    fn cumulative(&self, ms: f64) -> [f64; WIDE] {
        let at = (ms / self.window_ms).clamp(0.0, (self.sums.len() - 1) as f64);
        let (number, part) = (at as usize, at.fract());
        let next = &self.sums[(number + 1).min(self.sums.len() - 1)];
        let sum = &self.sums[number];
        std::array::from_fn(|at| sum[at] + (next[at] - sum[at]) * part)
    }

    /// Returns `count` windows of `step_ms` from `start_ms` on.
    pub fn windows(&self, start_ms: f64, step_ms: f64, count: usize) -> Vec<WidePicture> {
        let mut before = self.cumulative(start_ms);
        let scale = self.window_ms / step_ms;
        (0..count)
            .map(|number| {
                let cumulative = self.cumulative(start_ms + (number + 1) as f64 * step_ms);
                let window = std::array::from_fn(|at| ((cumulative[at] - before[at]) * scale) as f32);
                before = cumulative;
                window
            })
            .collect()
    }
}

/// Returns a picture of whole cells in half columns, interpolated linearly.
pub(super) fn interpolated(window: &Picture) -> WidePicture {
    std::array::from_fn(|at| {
        let (row, column) = (at / COLUMNS, at % COLUMNS);
        let cell = column / 2;
        let beside = if column % 2 == 0 { cell.saturating_sub(1) } else { (cell + 1).min(GRID - 1) };
        0.75 * window[row * GRID + cell] + 0.25 * window[row * GRID + beside]
    })
}

/// Cuts of every picture the same columns, stretched to the grid.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    /// The first column that is covered, and the share of each from there on in each new one.
    lines: [(usize, Vec<f32>); GRID],
}

impl Cut {
    /// Cuts the window `columns`, shares of the width, each new column `blur` wider than it is.
    pub fn of(columns: Range<f64>, blur: f64) -> Self {
        let side = COLUMNS as f64;
        let width = (columns.end - columns.start) / GRID as f64;
        let lines = std::array::from_fn(|new| {
            let from = columns.start + new as f64 * width;
            let mut line = [0.0; COLUMNS];
            // A box as wide as the column, under a box as wide as the blur.
            const POINTS: usize = 5;
            for point in 0..POINTS {
                let shift = blur * ((point as f64 + 0.5) / POINTS as f64 - 0.5);
                let (low, high) = ((from + shift).max(0.0) * side, (from + width + shift).min(1.0) * side);
                for (old, share) in line.iter_mut().enumerate() {
                    *share += (high.min(old as f64 + 1.0) - low.max(old as f64)).max(0.0);
                }
            }
            let sum = line.iter().sum::<f64>().max(1e-9);
            let first = line.iter().position(|share| *share > 0.0).unwrap_or(0);
            let last = line.iter().rposition(|share| *share > 0.0).unwrap_or(0);
            (first, line[first..=last].iter().map(|share| (share / sum) as f32).collect())
        });
        Self { lines }
    }

    /// Returns the cut of a picture minus its mean.
    pub fn from(&self, picture: &WidePicture) -> Picture {
        let mut cut: Picture = std::array::from_fn(|at| {
            let (first, shares) = &self.lines[at % GRID];
            let row = &picture[at / GRID * COLUMNS + first..];
            shares.iter().zip(row).map(|(share, value)| share * value).sum()
        });
        let mean = cut.iter().sum::<f32>() / CELLS as f32;
        cut.iter_mut().for_each(|value| *value -= mean);
        cut
    }
}

/// Returns the mean of pictures.
pub(super) fn mean(pictures: &[WidePicture]) -> WidePicture {
    let mut mean = [0.0; WIDE];
    for picture in pictures {
        mean.iter_mut().zip(picture).for_each(|(mean, value)| *mean += value / pictures.len() as f32);
    }
    mean
}

/// Returns the correlation of two pictures over all cells.
pub(super) fn likeness(one: &Picture, other: &Picture) -> f32 {
    const ALL: [usize; CELLS] = {
        let mut all = [0; CELLS];
        let mut at = 0;
        while at < CELLS {
            all[at] = at;
            at += 1;
        }
        all
    };
    correlation(one, other, &ALL)
}
