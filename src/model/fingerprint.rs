//! What a work looks and sounds like, small enough to be kept for a million works.

use serde::{Deserialize, Serialize};

/// Raised whenever a fingerprint is made otherwise: ones of different versions are never compared.
pub const FINGERPRINT_VERSION: u32 = 1;

/// Microseconds between two sound words (Chromaprint's second test algorithm at 11 025 Hz: 4096-sample frames that overlap
/// by two thirds, 1365 samples a step).
pub const SOUND_STEP_US: u32 = 123_810;

/// True of the pictures and sounds of one source, whatever its container, codec or size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    pub version: u32,
    /// In order of time, at most two a second.
    pub pictures: Vec<PictureMark>,
    /// One 32-bit word every [`SOUND_STEP_US`], the first at `sound_start_ms`. Empty without a sound.
    pub sound: Vec<u32>,
    pub sound_start_ms: u32,
    pub duration_ms: u32,
}

/// One moment of the picture, without bars or padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureMark {
    /// Since the first picture.
    pub at_ms: u32,
    /// One bit a coefficient of a 16 × 16 discrete cosine transform of the luma: set where it lies above the median.
    /// Bit `16 · v + u` (v: vertical, u: horizontal frequency) lies in `hash[v / 4]`.
    pub hash: [u64; 4],
    /// How much the picture tells: 0 for a plain colour, 255 for rich texture. Marks of little quality never found a match.
    pub quality: u8,
}
