//! What a work looks like: a perceptual hash a moment, of the picture without bars or padding. Pure.
//!
//! | file | job |
//! |---|---|
//! | here | gathers small pictures and makes the fingerprint of them |
//! | `content` | where the picture is inside its bars or blurred padding |
//! | `hash` | the signs of the lowest cosine coefficients |

mod content;
mod hash;

use crate::model::fingerprint::{FINGERPRINT_VERSION, Fingerprint, PictureMark};
use crate::model::units::Size;

/// Long side of the pictures kept, pixels: hashing needs 64.
const SIDE: u32 = 128;

/// Marks are so far apart at least, milliseconds.
const LEAST_GAP_MS: u32 = 450;

/// Most marks of one work: beyond two hours of one a second they thin out.
const MOST_MARKS: usize = 8_192;

/// The pictures of one work, small and grey.
#[derive(Debug, Default)]
pub struct Gatherer {
    shots: Vec<(u32, Grey)>,
}

/// Luma, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grey {
    pub width: usize,
    pub height: usize,
    pub luma: Vec<u8>,
}

impl Gatherer {
    /// Takes a picture (tightly packed RGB24, upright) at microseconds since the first one, in any order.
    pub fn add(&mut self, at_us: u64, size: Size, rgb: &[u8]) {
        if self.shots.len() < MOST_MARKS && size.width >= 16 && size.height >= 16 {
            let at_ms = u32::try_from(at_us / 1000).unwrap_or(u32::MAX);
            self.shots.push((at_ms, shrunk(size, rgb)));
        }
    }

    /// The fingerprint of everything that was added.
    pub fn finish(mut self, duration_ms: u64) -> Fingerprint {
        self.shots.sort_by_key(|(at_ms, _)| *at_ms);
        let greys: Vec<&Grey> = self.shots.iter().map(|(_, grey)| grey).collect();
        let content = content::of(&greys);
        let mut pictures: Vec<PictureMark> = Vec::with_capacity(self.shots.len());
        for (at_ms, grey) in &self.shots {
            if pictures.last().is_none_or(|last| at_ms - last.at_ms >= LEAST_GAP_MS) {
                let (hash, quality) = hash::of(grey, &content);
                pictures.push(PictureMark { at_ms: *at_ms, hash, quality });
            }
        }
        Fingerprint {
            version: FINGERPRINT_VERSION,
            pictures,
            duration_ms: u32::try_from(duration_ms).unwrap_or(u32::MAX),
        }
    }
}

/// Averages blocks of pixels; BT.709 luma weights in 1/256.
fn shrunk(size: Size, rgb: &[u8]) -> Grey {
    let (from_w, from_h) = (size.width as usize, size.height as usize);
    let block = size.long_side().div_ceil(SIDE).max(1) as usize;
    let (width, height) = (from_w / block, from_h / block);
    let mut luma = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let mut sum = 0u32;
            for line in 0..block {
                let at = ((y * block + line) * from_w + x * block) * 3;
                let row = rgb.get(at..at + block * 3).unwrap_or_default();
                sum += row
                    .chunks_exact(3)
                    .map(|p| (u32::from(p[0]) * 54 + u32::from(p[1]) * 183 + u32::from(p[2]) * 19) >> 8)
                    .sum::<u32>();
            }
            luma.push((sum / (block * block) as u32) as u8);
        }
    }
    Grey { width, height, luma }
}

#[cfg(test)]
mod tests;
