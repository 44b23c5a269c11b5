//! Covers: choosing, cropping, writing.

mod compose;
mod quality;
mod sheet;

pub use compose::{CoverError, compose};
pub use quality::{FrameQuality, choose, score};
pub use sheet::contact_sheet;
