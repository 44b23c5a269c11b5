//! What a work looks and sounds like, made of what its inspection decodes anyway. Pure.
//!
//! | file | job |
//! |---|---|
//! | here | gathers pictures and sound and makes the fingerprint of them |
//! | `content` | where the picture is inside its bars or blurred padding |
//! | `film` | means over windows of time and cells of a grid, counted in steps |
//! | `sound` | how the loudness of bands changes |

mod crop_bars;
mod film;
mod sound;

use crate::model::fingerprint::{FINGERPRINT_VERSION, Fingerprint, Sound};
use crate::model::units::Size;

/// Everything seen and heard of one work.
#[derive(Debug, Default)]
pub struct FingerprintBuilder {
    film: film::Exposure,
    ear: sound::SoundFingerprinter,
}

/// Luma, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grey {
    pub width: usize,
    pub height: usize,
    pub luma: Vec<u8>,
}

impl FingerprintBuilder {
    /// Takes an upright picture's luma, row by row, at microseconds since the first one, in order of time. All
    /// pictures of a work have one size and the work lasts `span_us`.
    pub fn see(&mut self, (at_us, span_us): (u64, u64), size: Size, luma: &[u8]) {
        self.film.add((at_us, span_us), size, luma);
    }

    /// Takes samples of both channels, 48,000 a second, one after the other.
    pub fn hear(&mut self, left: &[f32], right: &[f32]) {
        self.ear.add(left, right);
    }

    /// The fingerprint of everything that was taken; the sound began `sound_start_ms` after the first picture.
    pub fn finish(self, duration_ms: u64, sound_start_ms: i32) -> Fingerprint {
        let words = self.ear.finish();
        Fingerprint {
            version: FINGERPRINT_VERSION,
            duration_ms: u32::try_from(duration_ms).unwrap_or(u32::MAX),
            film: self.film.finish(4 * words.len() as u64),
            sound: Sound { start_ms: sound_start_ms, words },
        }
    }
}

#[cfg(test)]
mod tests;
