//! One moment of two works side by side, as evidence that a person can check.

use image::RgbImage;

use super::sheet::{INK, RULE_COLOUR, SECONDARY_INK, Sheet, TextStyle, WORK_COLOURS};
use super::{Brand, OverlayError};

/// Width and height of each picture's box, and the space around it, pixels.
const BOX: (u32, u32) = (480, 360);
const GAP: u32 = 16;
/// Heights of the text above and below the pictures, pixels.
const HEAD: u32 = 66;
const FOOT: u32 = 34;

/// One side of a pair.
#[derive(Clone, Debug)]
pub struct PairSide<'a> {
    pub picture: &'a RgbImage,
    /// The title of its work.
    pub name: &'a str,
    /// When it is shown, and in which work.
    pub detail: &'a str,
}

/// Where the pictures are on a pair's page: left and top of each box, and the size of both, pixels.
pub const PAIR_BOXES: ([(u32, u32); 2], (u32, u32)) = ([(GAP, HEAD), (2 * GAP + BOX.0, HEAD)], BOX);

impl Brand {
    /// Draws a PNG with both pictures under their names; `note` says how they are alike.
    pub fn pair(&self, sides: &[PairSide<'_>; 2], note: &str) -> Result<Vec<u8>, OverlayError> {
        let width = 2 * BOX.0 + 3 * GAP;
        let mut sheet = Sheet::new(width, self.fonts());
        for ((side, (left, top)), colour) in sides.iter().zip(PAIR_BOXES.0).zip(WORK_COLOURS) {
            let (x, room) = (f64::from(left), f64::from(BOX.0));
            sheet.rect((x, 0.0), (room, 6.0), colour);
            sheet.text((x, 34.0), side.name, room, TextStyle::new(22.0, INK));
            sheet.text((x, 57.0), side.detail, room, TextStyle::new(16.0, SECONDARY_INK));
            sheet.rect((x, f64::from(top)), (room, f64::from(BOX.1)), RULE_COLOUR);
            sheet.picture((left, top), BOX, side.picture);
        }
        let below = f64::from(HEAD + BOX.1);
        sheet.text(
            (f64::from(GAP), below + 23.0),
            note,
            f64::from(width - 2 * GAP),
            TextStyle::new(15.0, SECONDARY_INK),
        );
        sheet.finish(HEAD + BOX.1 + FOOT)
    }
}
