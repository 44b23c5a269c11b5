//! The fingerprint of a work's pictures and sound, small enough to be kept for a million works.

mod bytes;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use bytes::part_bits;

/// Version of fingerprints, raised whenever they are computed differently: those of two versions are never compared.
pub const FINGERPRINT_VERSION: u32 = 6;

/// Cells along either side of a film's picture.
pub const GRID: usize = 8;

/// Cells of a film's picture.
pub const CELLS: usize = GRID * GRID;

/// Quarter cells along either side of a film's detail.
pub const DETAIL_GRID: usize = 2 * GRID;

/// Quarter cells of a film's detail.
pub const DETAIL_CELLS: usize = DETAIL_GRID * DETAIL_GRID;

/// Windows of a film that share one detail: the finer resolution is needed to find a crop, not a moment.
pub const DETAIL_WINDOWS: usize = 2;

/// Windows that share one quantisation step.
pub const PART: usize = 16;

/// Most windows of one work: beyond an hour they grow longer.
pub const MOST_WINDOWS: usize = 7_200;

/// Fractions of a square in which the shape of the content is given.
pub const SQUARE: u16 = 256;

/// Fractions of one luma level (of 255) in which quantisation steps are given.
pub const FINE: f32 = 16.0;

/// Distance of sound words, milliseconds.
pub const SOUND_EVERY_MS: u32 = 250;

/// A fingerprint of the pictures and the sound of one source, whatever its container, codec or size. In JSON it is one text:
/// the bytes of [`Fingerprint::to_bytes`] in Base64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    pub version: u32,
    pub duration_ms: u32,
    pub film: Film,
    pub sound: Sound,
}

/// A tiny grey film of the work's content, without bars or padding: the mean luma of each cell of the grid in each window of
/// time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Film {
    /// Length of a window, milliseconds; the first begins with the first picture.
    pub window_ms: u32,
    /// Width of the content divided by its height, as it is shown, in 1/[`SQUARE`]; 0 where it was not measured.
    pub aspect: u16,
    /// The windows in parts of [`PART`] each, the last of the rest.
    pub parts: Vec<FilmPart>,
    /// The detail within the cells, where there was room for it.
    pub detail: Option<Detail>,
}

/// The differences of the cells' quarters from the whole cells (a Haar transform), in longer windows: half of what the left
/// ones are lighter than the right ones, the upper than the lower, the falling diagonal's than the other's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    pub bands: [Vec<FilmPart>; 3],
}

/// The signs of a cell's four quarters in a band, upper left first.
pub type Signs = [f32; 4];

/// The signs of the three bands of a [`Detail`].
pub const BANDS: [Signs; 3] = [[1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, -1.0, 1.0]];

/// The signs that give the mean of a cell.
pub const WHOLE_CELLS: Signs = [1.0; 4];

/// Returns the sum of the quarters of each cell with these signs, divided by four. [`Film::detailed`] is the inverse.
pub fn band(quarters: &[f32; DETAIL_CELLS], signs: Signs) -> [f32; CELLS] {
    std::array::from_fn(|cell| {
        let at = cell / GRID * 2 * DETAIL_GRID + cell % GRID * 2;
        let four = [at, at + 1, at + DETAIL_GRID, at + DETAIL_GRID + 1];
        four.iter().zip(signs).map(|(at, sign)| quarters[*at] * sign).sum::<f32>() / 4.0
    })
}

/// Consecutive windows with one quantisation step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilmPart {
    /// The quantisation step, in 1/[`FINE`] of a luma level of 255.
    pub step: u16,
    /// The cells of each window in steps, row by row from the upper left.
    pub windows: Vec<[i16; CELLS]>,
}

/// The fingerprint of a work's sound: a word every [`SOUND_EVERY_MS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// When the first word begins, milliseconds since the first picture.
    pub start_ms: i32,
    /// The changes of loudness between neighbouring bands, a bit each; 0 where the sound is too faint to be recognised.
    pub words: Vec<u32>,
}

impl Film {
    /// Returns the number of windows.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.windows.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.windows.is_empty())
    }

    /// Returns the luma of every window, levels of 0 to 255.
    pub fn windows(&self) -> Vec<[f32; CELLS]> {
        levels(&self.parts)
    }

    /// Returns the luma of every window by quarter cells, with the detail interpolated linearly in time; `None` where there is
    /// no detail.
    pub fn detailed(&self) -> Option<Vec<[f32; DETAIL_CELLS]>> {
        let bands = self.detail.as_ref()?.bands.each_ref().map(|parts| levels(parts));
        let quarters = |(number, window): (usize, [f32; CELLS])| {
            let at_window = bands.each_ref().map(|band| at_window(band, number));
            std::array::from_fn(|at| {
                let (row, column) = (at / DETAIL_GRID, at % DETAIL_GRID);
                let cell = row / 2 * GRID + column / 2;
                let quarter = row % 2 * 2 + column % 2;
                let parts = at_window.iter().zip(BANDS).map(|(band, signs)| band[cell] * signs[quarter]);
                window[cell] + parts.sum::<f32>()
            })
        };
        Some(self.windows().into_iter().enumerate().map(quarters).collect())
    }
}

/// Interpolates a detail's band at a window of the film.
fn at_window(band: &[[f32; CELLS]], number: usize) -> [f32; CELLS] {
    let place = ((number as f32 + 0.5) / DETAIL_WINDOWS as f32 - 0.5).max(0.0);
    let of = |number: usize| band.get(number.min(band.len().saturating_sub(1)));
    let (before, after) = (of(place as usize), of(place as usize + 1));
    let part = place.fract();
    std::array::from_fn(|cell| {
        let value = |window: Option<&[f32; CELLS]>| window.map_or(0.0, |window| window[cell]);
        value(before) * (1.0 - part) + value(after) * part
    })
}

fn levels(parts: &[FilmPart]) -> Vec<[f32; CELLS]> {
    let luma = |part: &FilmPart, window: &[i16; CELLS]| {
        window.map(|count| f32::from(count) * f32::from(part.step) / FINE)
    };
    parts.iter().flat_map(|part| part.windows.iter().map(move |window| luma(part, window))).collect()
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(serde::de::Error::custom)?;
        Self::from_bytes(&bytes).ok_or_else(|| serde::de::Error::custom("no fingerprint of this version"))
    }
}

#[cfg(test)]
mod tests;
