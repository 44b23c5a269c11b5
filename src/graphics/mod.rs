//! Everything that is drawn: watermarks, cards and captions over the picture, covers and contact sheets.

pub mod covers;
pub mod overlay;
pub mod poster;
