//! One moment of two works side by side: evidence that a person can check.

use image::RgbImage;

use super::sheet::{Face, INK, RULE, SOFT, Sheet, WORKS};
use super::{Brand, OverlayError};

/// Pixels of the box of each picture, and of the space around it.
const BOX: (u32, u32) = (480, 360);
const GAP: u32 = 16;
/// Heights of the words above and below.
const HEAD: u32 = 66;
const FOOT: u32 = 34;

/// One side of a pair.
#[derive(Clone, Debug)]
pub struct PairSide<'a> {
    pub picture: &'a RgbImage,
    /// Whose picture it is.
    pub name: &'a str,
    /// When it is shown, and in which work.
    pub detail: &'a str,
}

/// Where the pictures lie in a pair's page: left and top of each box; the size of both. For whoever looks for them.
pub const PAIR_BOXES: ([(u32, u32); 2], (u32, u32)) = ([(GAP, HEAD), (2 * GAP + BOX.0, HEAD)], BOX);

impl Brand {
    /// A PNG with both pictures under their names; `note` says how they are alike.
    pub fn pair(&self, sides: &[PairSide<'_>; 2], note: &str) -> Result<Vec<u8>, OverlayError> {
        let width = 2 * BOX.0 + 3 * GAP;
        let mut sheet = Sheet::new(width, self.fonts());
        for ((side, (left, top)), colour) in sides.iter().zip(PAIR_BOXES.0).zip(WORKS) {
            let (x, room) = (f64::from(left), f64::from(BOX.0));
            sheet.rect((x, 0.0), (room, 6.0), colour);
            sheet.text((x, 34.0), side.name, room, Face::new(22.0, INK));
            sheet.text((x, 57.0), side.detail, room, Face::new(16.0, SOFT));
            sheet.rect((x, f64::from(top)), (room, f64::from(BOX.1)), RULE);
            sheet.picture((left, top), BOX, side.picture);
        }
        let below = f64::from(HEAD + BOX.1);
        sheet.text((f64::from(GAP), below + 23.0), note, f64::from(width - 2 * GAP), Face::new(15.0, SOFT));
        sheet.finish(HEAD + BOX.1 + FOOT)
    }
}
