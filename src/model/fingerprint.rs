//! What a work looks and sounds like, small enough to be kept for a million works.

mod bytes;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use bytes::part_bits;

/// Raised whenever a fingerprint is made otherwise: ones of different versions are never compared.
pub const FINGERPRINT_VERSION: u32 = 6;

/// Cells along either side of a film's picture, and in all.
pub const GRID: usize = 8;
pub const CELLS: usize = GRID * GRID;

/// Each cell of a film is four of its detail's: along either side, and in all.
pub const DETAIL_GRID: usize = 2 * GRID;
pub const DETAIL_CELLS: usize = DETAIL_GRID * DETAIL_GRID;

/// Windows of a film that have one detail in common: what lies within a cell is needed for a crop, not for a moment.
pub const DETAIL_WINDOWS: usize = 2;

/// Windows that share one step.
pub const PART: usize = 16;

/// Most windows of one work: beyond an hour they grow longer.
pub const MOST_WINDOWS: usize = 7_200;

/// Parts of one luma level (of 255) in which steps count.
pub const FINE: f32 = 16.0;

/// Distance of sound words, milliseconds.
pub const SOUND_EVERY_MS: u32 = 250;

/// True of the pictures and the sound of one source, whatever its container, codec or size. In JSON it is one text:
/// the bytes of [`Fingerprint::to_bytes`] in Base64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    pub version: u32,
    pub duration_ms: u32,
    pub film: Film,
    pub sound: Sound,
}

/// A tiny grey film of the work's content, without bars or padding: each window of time and each cell of the grid
/// shows the mean luma of all that was seen in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Film {
    /// Length of a window; the first begins with the first picture.
    pub window_ms: u32,
    /// Of [`PART`] windows each, the last of what is left.
    pub parts: Vec<FilmPart>,
    /// What the cells are within, where there was room for it.
    pub detail: Option<Detail>,
}

/// By how much the quarters of the cells differ from the whole ones (a Haar transform), in longer windows: half of
/// what the left ones are lighter than the right ones, the upper than the lower, the falling diagonal's than the other's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    pub bands: [Vec<FilmPart>; 3],
}

/// A cell's four quarters, upper left first, by which sign they count in a band; and in the cell itself.
pub type Signs = [f32; 4];
pub const BANDS: [Signs; 3] = [[1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, -1.0, 1.0]];
pub const WHOLE_CELLS: Signs = [1.0; 4];

/// Of the quarters of each cell the sum with these signs, divided by four. [`Film::detailed`] is the way back.
pub fn band(quarters: &[f32; DETAIL_CELLS], signs: Signs) -> [f32; CELLS] {
    std::array::from_fn(|cell| {
        let at = cell / GRID * 2 * DETAIL_GRID + cell % GRID * 2;
        let four = [at, at + 1, at + DETAIL_GRID, at + DETAIL_GRID + 1];
        four.iter().zip(signs).map(|(at, sign)| quarters[*at] * sign).sum::<f32>() / 4.0
    })
}

/// Some windows in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilmPart {
    /// What one counts, in 1/[`FINE`] of a luma level of 255.
    pub step: u16,
    /// Row by row, from the upper left.
    pub windows: Vec<[i16; CELLS]>,
}

/// What a work sounds like: a word every [`SOUND_EVERY_MS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// When the first word was heard, milliseconds since the first picture.
    pub start_ms: i32,
    /// How the loudness of neighbouring bands changes, a bit each; 0 where nothing is heard that could be told again.
    pub words: Vec<u32>,
}

impl Film {
    /// Number of windows.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.windows.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.windows.is_empty())
    }

    /// The luma of every window, levels of 0 to 255.
    pub fn windows(&self) -> Vec<[f32; CELLS]> {
        levels(&self.parts)
    }

    /// The same in quarters of the cells, whose differences are taken to change evenly; `None` where no detail is known.
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

/// A detail's band at a window of the film.
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
