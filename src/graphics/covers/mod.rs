//! Covers: choosing moments, cropping stills and encoding them.

mod compose;
mod quality;
mod sheet;
mod thumbnail;

pub use compose::{CoverError, compose};
pub(super) use compose::{cropped, resized};
pub use quality::{FrameQuality, choose, score};
pub use sheet::contact_sheet;
pub use thumbnail::{thumbnail, thumbnail_of};
