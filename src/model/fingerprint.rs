//! What a work looks like, small enough to be kept for a million works.

use serde::{Deserialize, Serialize};

/// Raised whenever a fingerprint is made otherwise: ones of different versions are never compared.
pub const FINGERPRINT_VERSION: u32 = 1;

/// True of the pictures of one source, whatever its container, codec or size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    pub version: u32,
    /// In order of time, at most two a second.
    pub pictures: Vec<PictureMark>,
    pub duration_ms: u32,
}

/// One moment of the picture, without bars or padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureMark {
    /// Since the first picture.
    pub at_ms: u32,
    /// The signs of the 16 × 16 lowest coefficients of a discrete cosine transform of the luma, without those that are
    /// constant in one direction: set where positive. Bit `16 · (v − 1) + (u − 1)` (v: vertical, u: horizontal
    /// frequency, both 1..=16), counted through the four words.
    pub hash: [u64; 4],
    /// How much the picture tells: 0 for a plain colour, 255 for rich texture. Marks of little quality never found a match.
    pub quality: u8,
}

/// The bits of odd horizontal frequencies: a picture that is mirrored left to right has them turned over, since the sign
/// of such a cosine changes about the middle.
const ODD_COLUMNS: u64 = 0x5555_5555_5555_5555;

impl PictureMark {
    /// Bits in which the two differ, 0..=256.
    pub fn distance(&self, other: &Self) -> u32 {
        self.hash.iter().zip(other.hash).map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// As if the picture were mirrored left to right.
    pub fn mirrored(&self) -> Self {
        Self { hash: self.hash.map(|word| word ^ ODD_COLUMNS), ..*self }
    }
}
