//! The contact sheet: every cover candidate on one page, for the office to choose from.

use fast_image_resize::FilterType;
use image::imageops;
use image::{Rgb, RgbImage};

use super::compose::{CoverError, jpeg, resized};
use crate::model::units::Size;

/// Width and height of a cell, and the space around it, pixels.
const CELL: (u32, u32) = (480, 270);
const GAP: u32 = 12;
const COLUMNS: u32 = 3;
/// Width of a digit's stroke, pixels.
const DOT: u32 = 4;

/// The digits and the colon: five rows of three dots from the top, the left dot in the highest bit.
const DIGITS: [[u8; 5]; 11] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
    [0, 2, 0, 2, 0],
];

/// Returns a JPEG with the stills (time in microseconds, picture) in a grid, each labelled `minutes:seconds`.
pub fn contact_sheet(stills: &[(u64, RgbImage)]) -> Result<Vec<u8>, CoverError> {
    let count = (stills.len() as u32).max(1);
    let columns = count.min(COLUMNS);
    let rows = count.div_ceil(columns);
    let (width, height) = (columns * (CELL.0 + GAP) + GAP, rows * (CELL.1 + GAP) + GAP);
    let mut sheet = RgbImage::from_pixel(width, height, Rgb([32, 32, 32]));
    for (index, (at_us, still)) in (0..).zip(stills) {
        let left = GAP + index % columns * (CELL.0 + GAP);
        let top = GAP + index / columns * (CELL.1 + GAP);
        if still.width() > 0 && still.height() > 0 {
            let scale = (f64::from(CELL.0) / f64::from(still.width()))
                .min(f64::from(CELL.1) / f64::from(still.height()));
            let side = |own: u32, limit: u32| ((f64::from(own) * scale).round() as u32).clamp(1, limit);
            let (w, h) = (side(still.width(), CELL.0), side(still.height(), CELL.1));
            let small = resized(still, Size::new(w, h), FilterType::Bilinear);
            let (x, y) = (left + (CELL.0 - w) / 2, top + (CELL.1 - h) / 2);
            imageops::replace(&mut sheet, &small, i64::from(x), i64::from(y));
        }
        stamp(&mut sheet, *at_us, (left, top));
    }
    jpeg(&sheet, 85)
}

/// Writes the time in white digits on black in the cell's top left corner.
fn stamp(sheet: &mut RgbImage, at_us: u64, (left, top): (u32, u32)) {
    let seconds = at_us / 1_000_000;
    let text = format!("{:02}:{:02}", seconds / 60, seconds % 60);
    let width = text.len() as u32 * 4 * DOT + DOT;
    let plate = RgbImage::from_pixel(width, 7 * DOT, Rgb([0, 0, 0]));
    imageops::replace(sheet, &plate, i64::from(left), i64::from(top));
    let dot = RgbImage::from_pixel(DOT, DOT, Rgb([255, 255, 255]));
    for (place, byte) in (0..).zip(text.bytes()) {
        let Some(rows) = DIGITS.get(usize::from(byte.saturating_sub(b'0'))) else { continue };
        for (row, bits) in (0..).zip(rows) {
            for column in (0..3).filter(|column| bits & (4 >> column) != 0) {
                let x = left + DOT + (place * 4 + column) * DOT;
                let y = top + (row + 1) * DOT;
                imageops::replace(sheet, &dot, i64::from(x), i64::from(y));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_holds_a_cell_for_each_still() {
        let still = |colour: [u8; 3]| RgbImage::from_pixel(90, 160, Rgb(colour));
        let stills = [
            (0, still([200, 0, 0])),
            (61_000_000, still([0, 200, 0])),
            (2, still([0, 0, 200])),
            (3, still([9; 3])),
        ];
        let sheet = image::load_from_memory(&contact_sheet(&stills).unwrap()).unwrap().to_rgb8();
        assert_eq!(sheet.dimensions(), (3 * 492 + 12, 2 * 282 + 12));
        assert!(sheet.get_pixel(12 + 492 + 240, 150).0[1] > 150);
        assert!(contact_sheet(&[]).is_ok());
    }
}
