//! Computes the fingerprint of a work from what its inspection decodes anyway. Pure.
//!
//! | file | job |
//! |---|---|
//! | here | collects frames and sound and builds the fingerprint |
//! | `crop_bars` | finds the picture inside its bars or blurred padding |
//! | `film` | means over windows of time and cells of a grid, quantised |
//! | `sound` | words of the change of loudness between bands |

mod crop_bars;
mod film;
mod sound;

use crate::model::fingerprint::{FINGERPRINT_VERSION, Fingerprint, Sound};
use crate::model::units::Size;

/// Collects the frames and the sound of one work.
#[derive(Debug, Default)]
pub struct FingerprintBuilder {
    film: film::FilmBuilder,
    sound: sound::SoundFingerprinter,
}

/// A luma image, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LumaImage {
    pub width: usize,
    pub height: usize,
    pub luma: Vec<u8>,
}

impl FingerprintBuilder {
    /// Adds an upright frame's luma, row by row, shown `at_us` microseconds after the first one, in order of time. All
    /// frames of a work have one size, and the work lasts `span_us`.
    pub fn add_frame(&mut self, at_us: u64, span_us: u64, size: Size, luma: &[u8]) {
        self.film.add(at_us, span_us, size, luma);
    }

    /// Adds consecutive samples of both channels, 48,000 per second.
    pub fn add_audio(&mut self, left: &[f32], right: &[f32]) {
        self.sound.add(left, right);
    }

    /// Sets the size at which the whole frame is shown, after pixel aspect and rotation.
    pub fn set_display(&mut self, display: Size) {
        self.film.display = Some(display);
    }

    /// Returns the fingerprint of everything added; the sound begins `sound_start_ms` after the first frame.
    pub fn finish(self, duration_ms: u64, sound_start_ms: i32) -> Fingerprint {
        let words = self.sound.finish();
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
