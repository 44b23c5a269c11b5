//! What is drawn over the picture: watermark, captions, cards.

pub mod captions;
