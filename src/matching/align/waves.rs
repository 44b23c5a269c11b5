//! What words of all kinds are made of: cosine coefficients of a window, and the bits of them that may flip.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::f32::consts::PI;

use crate::model::fingerprint::{CELLS, GRID};

/// Time for which an unchanged word is not repeated, milliseconds.
pub(super) const REPEATED_MS: u32 = 5_000;

/// Least contrast of a window that has a word, RMS in luma levels.
const MIN_CONTRAST: f32 = 4.0;

/// Returns the `count` sets of bits that are likeliest to have flipped, the empty set first: those with the least sum of
/// margins.
pub(super) fn likely_flips(margins: &[f32], count: usize) -> Vec<u32> {
    let bits = margins.len();
    let mut order: Vec<usize> = (0..bits).collect();
    order.sort_unstable_by(|a, b| margins[*a].total_cmp(&margins[*b]));
    let margin = |place: usize| margins[order[place]];
    let bit = |place: usize| 1 << (bits - 1 - order[place]);
    let mut sets = vec![0];
    // Generates each set once: from the one whose last bit was the previous bit, or lacked it. Sums are positive, so the
    // order of their bit patterns is that of the numbers.
    let mut next = BinaryHeap::from([Reverse((margin(0).to_bits(), 0, bit(0)))]);
    while sets.len() < count
        && let Some(Reverse((sum, last, set))) = next.pop()
    {
        sets.push(set);
        if last + 1 < bits {
            let more = f32::from_bits(sum) + margin(last + 1);
            let instead = (more - margin(last)).max(0.0);
            next.push(Reverse((more.to_bits(), last + 1, set | bit(last + 1))));
            next.push(Reverse((instead.to_bits(), last + 1, set ^ bit(last) | bit(last + 1))));
        }
    }
    sets
}

/// Returns the pictures of cosine coefficients.
pub(super) fn waves(coefficients: &[(u8, u8)]) -> Vec<[f32; CELLS]> {
    let cosine = |frequency: u8, at: usize| {
        (PI * f32::from(frequency) * (2 * at + 1) as f32 / (2 * GRID) as f32).cos()
    };
    let wave = |(across, down): &(u8, u8)| {
        std::array::from_fn(|cell| cosine(*across, cell % GRID) * cosine(*down, cell / GRID))
    };
    coefficients.iter().map(wave).collect()
}

/// Returns true if a window, from which its own mean was subtracted, has enough contrast.
pub(super) fn has_contrast(window: &[f32; CELLS]) -> bool {
    let energy = window.iter().map(|value| value * value).sum::<f32>();
    (energy / CELLS as f32).sqrt() >= MIN_CONTRAST
}
