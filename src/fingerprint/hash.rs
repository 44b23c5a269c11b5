//! The signs of the lowest cosine coefficients of a picture, after the idea of PDQ (Facebook, 2019): 64 × 64 luma, a
//! discrete cosine transform, 16 × 16 coefficients. Signs instead of a comparison with the median, so that a mirrored
//! picture's hash follows from the hash alone.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::Grey;
use super::content::Content;

const SIDE: usize = 64;
const KEPT: usize = 16;

/// Cosines of the frequencies 1..=16 at the 64 places.
static COSINES: LazyLock<[[f64; SIDE]; KEPT]> = LazyLock::new(|| {
    std::array::from_fn(|row| {
        std::array::from_fn(|at| (PI * (row + 1) as f64 * (2 * at + 1) as f64 / (2 * SIDE) as f64).cos())
    })
});

/// The hash as [`crate::model::fingerprint::PictureMark`] holds it, and the quality.
pub(super) fn of(grey: &Grey, content: &Content) -> ([u64; 4], u8) {
    let square = square(grey, content);
    // Columns of coefficients first: horizontal frequencies of each line.
    let mut across = [[0.0; SIDE]; KEPT];
    for (u, cosines) in COSINES.iter().enumerate() {
        for (y, line) in square.iter().enumerate() {
            across[u][y] = line.iter().zip(cosines).map(|(value, cosine)| value * cosine).sum();
        }
    }
    let mut hash = [0u64; 4];
    for (v, cosines) in COSINES.iter().enumerate() {
        for (u, column) in across.iter().enumerate() {
            let coefficient: f64 = column.iter().zip(cosines).map(|(value, cosine)| value * cosine).sum();
            let bit = KEPT * v + u;
            hash[bit / 64] |= u64::from(coefficient > 0.0) << (bit % 64);
        }
    }
    (hash, quality(&square))
}

/// The content averaged to 64 × 64.
fn square(grey: &Grey, content: &Content) -> [[f64; SIDE]; SIDE] {
    let mut square = [[0.0; SIDE]; SIDE];
    let (width, height) = (content.columns.len() as f64, content.rows.len() as f64);
    for (y, line) in square.iter_mut().enumerate() {
        let rows = covered(y, height);
        for (x, value) in line.iter_mut().enumerate() {
            let (mut sum, mut weight) = (0.0, 0.0);
            for (row, row_share) in rows.iter().copied() {
                for (column, share) in covered(x, width) {
                    let at = (content.rows.start + row) * grey.width + content.columns.start + column;
                    let pixel = f64::from(grey.luma.get(at).copied().unwrap_or(0));
                    sum += pixel * share * row_share;
                    weight += share * row_share;
                }
            }
            *value = if weight > 0.0 { sum / weight } else { 0.0 };
        }
    }
    square
}

/// The pixels under cell `cell` of 64 along `length` pixels, each with the part of it that is covered.
fn covered(cell: usize, length: f64) -> Vec<(usize, f64)> {
    let (from, to) = (cell as f64 * length / SIDE as f64, (cell + 1) as f64 * length / SIDE as f64);
    let last = (length as usize).saturating_sub(1);
    (from as usize..=(to.ceil() as usize).saturating_sub(1).min(last))
        .map(|pixel| (pixel, (to.min(pixel as f64 + 1.0) - from.max(pixel as f64)).max(0.0)))
        .collect()
}

/// Mean difference of neighbours, eightfold: 255 from a mean of 32 on.
fn quality(square: &[[f64; SIDE]; SIDE]) -> u8 {
    let mut sum = 0.0;
    for y in 1..SIDE {
        for x in 1..SIDE {
            sum += (square[y][x] - square[y][x - 1]).abs() + (square[y][x] - square[y - 1][x]).abs();
        }
    }
    let mean = sum / (2 * (SIDE - 1) * (SIDE - 1)) as f64;
    (mean * 8.0).min(255.0) as u8
}
