//! Computes means over windows of time and cells of a grid. Means, unlike single frames, can be compared between copies
//! whose frames have other times: a copy's window is a blend of two of the original's.

use std::ops::Range;

use super::{LumaImage, crop_bars};
use crate::model::fingerprint::{
    BANDS, CELLS, DETAIL_CELLS, DETAIL_GRID, DETAIL_WINDOWS, Detail, FINE, Film, FilmPart, MOST_WINDOWS,
    PART, SQUARE, Signs, WHOLE_CELLS, band, part_bits,
};
use crate::model::units::Size;

/// Length of a window, milliseconds. A short work has shorter ones, down to [`SHORTEST_MS`], so that it has at least
/// [`MIN_WINDOWS`].
const WINDOW_MS: u64 = 500;
const SHORTEST_MS: u64 = 100;
const MIN_WINDOWS: u64 = 48;

/// Bytes of film per second, so that picture and sound stay under 4 KB per minute; and the budget of the shortest work
/// without its detail. The detail gets what is left of a started minute.
const BYTES_PER_SECOND: u64 = 50;
const MIN_BYTES: u64 = 2_000;
const MAX_BYTES_PER_MINUTE: u64 = 4_000;
/// Least size of a window of a band, bits.
const MIN_BITS_PER_BAND: u64 = 4 + CELLS as u64;

/// Quantisation steps, in 1/16 of a luma level: the finest keeps the detail of a compressed picture, the coarsest makes any
/// noise fit.
const STEPS: [u16; 18] = [2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 512, 1024, 4096];

/// The frames added so far, averaged over windows.
#[derive(Debug, Default)]
pub(super) struct FilmBuilder {
    size: (usize, usize),
    /// The size at which frames are shown, if it is known.
    pub display: Option<Size>,
    window_us: u64,
    span_us: u64,
    before: Option<(u64, Vec<u8>)>,
    /// Integral of luma over the current window (luma · microseconds), and its microseconds so far.
    sum: Vec<f32>,
    exposed_us: f32,
    windows: Vec<LumaImage>,
}

impl FilmBuilder {
    /// Adds a frame shown at `at_us` of a work that lasts `span_us`.
    pub fn add(&mut self, at_us: u64, span_us: u64, size: Size, luma: &[u8]) {
        let size = (size.width as usize, size.height as usize);
        if self.window_us == 0 {
            let least = (span_us / MIN_WINDOWS).clamp(SHORTEST_MS * 1000, WINDOW_MS * 1000);
            self.window_us = least.max(span_us / MOST_WINDOWS as u64);
            (self.size, self.span_us) = (size, span_us);
            self.sum = vec![0.0; luma.len()];
        }
        // Timestamps far beyond the end are damage.
        let is_within = at_us <= self.span_us.saturating_add(self.window_us);
        if size != self.size || luma.len() != size.0 * size.1 || !is_within {
            return;
        }
        if let Some((from_us, before)) = self.before.take() {
            if at_us <= from_us {
                self.before = Some((from_us, before));
                return;
            }
            self.integrate(from_us, &before, at_us, luma);
        }
        self.before = Some((at_us, luma.to_vec()));
    }

    /// Integrates between two frames, interpolating luma linearly.
    fn integrate(&mut self, from_us: u64, one: &[u8], to_us: u64, other: &[u8]) {
        let mut start_us = from_us;
        while start_us < to_us {
            let window_end_us = (self.windows.len() as u64 + 1) * self.window_us;
            let end_us = to_us.min(window_end_us.max(start_us));
            let length = (to_us - from_us) as f32;
            let (start, end) = ((start_us - from_us) as f32, (end_us - from_us) as f32);
            let later = (end * end - start * start) / (2.0 * length);
            let earlier = (end - start) - later;
            for (sum, (one, other)) in self.sum.iter_mut().zip(one.iter().zip(other)) {
                *sum += f32::from(*one) * earlier + f32::from(*other) * later;
            }
            self.exposed_us += end - start;
            if end_us >= window_end_us {
                self.close();
            }
            start_us = end_us;
        }
    }

    fn close(&mut self) {
        let scale = 1.0 / self.exposed_us.max(1.0);
        let luma = self.sum.iter().map(|sum| (sum * scale + 0.5) as u8).collect();
        self.windows.push(LumaImage { width: self.size.0, height: self.size.1, luma });
        self.sum.fill(0.0);
        self.exposed_us = 0.0;
    }

    /// Returns the film. `others` is the size of the rest of the fingerprint, bytes.
    pub fn finish(mut self, others: u64) -> Film {
        let Some((at_us, last)) = self.before.take() else { return Film::default() };
        // The last frame lasts to the end, but at most one window: further windows would be a guess.
        let end_us = self.span_us.min(at_us + self.window_us).max(at_us + 1);
        self.integrate(at_us, &last, end_us, &last);
        if self.exposed_us * 2.0 >= self.window_us as f32 || self.windows.is_empty() {
            self.close();
        }
        let content = crop_bars::of(&self.windows.iter().collect::<Vec<_>>());
        let windows: Vec<Quarters> = self.windows.iter().map(|image| cell_means(image, &content)).collect();
        Film { aspect: self.aspect(&content), ..quantised(&windows, (self.window_us / 1000) as u32, others) }
    }

    /// Returns the shape of the content as it is shown, in 1/[`SQUARE`]; 0 if it is not known.
    fn aspect(&self, content: &crop_bars::CropArea) -> u16 {
        let Some(display) = self.display else { return 0 };
        let share = |part: &Range<f32>, of: usize| (part.end - part.start) / of.max(1) as f32;
        let width = share(&content.columns, self.size.0) * display.width as f32;
        let height = share(&content.rows, self.size.1) * display.height as f32;
        (width / height.max(1.0) * f32::from(SQUARE)).round() as u16
    }
}

/// Means over the quarters of all cells of one window.
type Quarters = [f32; DETAIL_CELLS];

/// Returns the means over the quarters of the cells of a grid on the content area.
fn cell_means(image: &LumaImage, content: &crop_bars::CropArea) -> Quarters {
    let columns: [Vec<(usize, f32)>; DETAIL_GRID] =
        std::array::from_fn(|cell| cell_coverage(cell, &content.columns));
    let rows: [Vec<(usize, f32)>; DETAIL_GRID] =
        std::array::from_fn(|cell| cell_coverage(cell, &content.rows));
    std::array::from_fn(|cell| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (row, row_share) in &rows[cell / DETAIL_GRID] {
            for (column, share) in &columns[cell % DETAIL_GRID] {
                let luma = image.luma.get(row * image.width + column).copied().unwrap_or(0);
                sum += f32::from(luma) * share * row_share;
                weight += share * row_share;
            }
        }
        sum / weight.max(1e-6)
    })
}

/// Returns the pixels under cell `cell` along a side of the content, each with the share that is covered. A pixel that is
/// part padding is replaced by the next that is content alone.
fn cell_coverage(cell: usize, content: &Range<f32>) -> Vec<(usize, f32)> {
    let side = (content.end - content.start) / DETAIL_GRID as f32;
    let (from, to) = (content.start + cell as f32 * side, content.start + (cell + 1) as f32 * side);
    let first = content.start.ceil() as usize;
    let last = (content.end as usize).saturating_sub(1).max(first);
    (from as usize..to.ceil() as usize)
        .map(|pixel| {
            let part = (to.min(pixel as f32 + 1.0) - from.max(pixel as f32)).max(0.0);
            (pixel.clamp(first, last), part)
        })
        .collect()
}

/// Quantises windows and, if there is room, their detail.
fn quantised(windows: &[Quarters], window_ms: u32, others: u64) -> Film {
    let span_ms = windows.len() as u64 * u64::from(window_ms);
    let means: Vec<[f32; CELLS]> = windows.iter().map(|window| band(window, WHOLE_CELLS)).collect();
    let parts = quantised_to_fit(&means, (span_ms * BYTES_PER_SECOND / 1000).max(MIN_BYTES));
    let room = (span_ms.div_ceil(60_000) * MAX_BYTES_PER_MINUTE).saturating_sub(bytes(&parts) + others);
    if room < 3 * windows.len().div_ceil(DETAIL_WINDOWS) as u64 * MIN_BITS_PER_BAND / 8 {
        return Film { window_ms, aspect: 0, parts, detail: None };
    }
    let detail = |signs: Signs| {
        let longer = windows.chunks(DETAIL_WINDOWS).map(|some| {
            let bands = some.iter().map(|window| band(window, signs));
            bands.fold([0.0; CELLS], |sum, band| {
                std::array::from_fn(|cell| sum[cell] + band[cell] / some.len() as f32)
            })
        });
        quantised_to_fit(&longer.collect::<Vec<_>>(), room / 3)
    };
    let bands = BANDS.map(detail);
    let fits = bands.iter().map(|parts| bytes(parts)).sum::<u64>() <= room;
    Film { window_ms, aspect: 0, parts, detail: fits.then_some(Detail { bands }) }
}

/// Quantises each part with the finest step with which it fits its share of the bytes.
fn quantised_to_fit(windows: &[[f32; CELLS]], bytes: u64) -> Vec<FilmPart> {
    let bits = |part: usize| bytes * 8 * part as u64 / windows.len().max(1) as u64;
    let parts = windows.chunks(PART).map(|part| {
        let counts = |step: u16| -> Vec<[i16; CELLS]> {
            let count = |luma: f32| (luma * FINE / f32::from(step)).round() as i16;
            part.iter().map(|window| window.map(count)).collect()
        };
        let fits = |step: &&u16| u64::from(part_bits(&counts(**step))) <= bits(part.len());
        let step = *STEPS.iter().find(fits).unwrap_or(&STEPS[STEPS.len() - 1]);
        FilmPart { step, windows: counts(step) }
    });
    parts.collect()
}

fn bytes(parts: &[FilmPart]) -> u64 {
    parts.iter().map(|part| u64::from(part_bits(&part.windows))).sum::<u64>().div_ceil(8)
}
