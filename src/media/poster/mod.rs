//! Posters: works that are one picture. They are decoded by `image` and what it is made of, which are written in Rust, and not
//! by FFmpeg, whose oldest version here neither turns a picture as its EXIF says, nor follows a colour profile, nor knows an
//! animation when it sees one. What is made of one is a film of its canvas, encoded as any other.
//!
//! | file | job |
//! |---|---|
//! | `decode` | a JPEG, PNG or WebP, upright, opaque, in sRGB; what cannot be shown as it was meant is refused |
//! | `jpeg` | whether a JPEG is there to its end |
//! | `colours` | colour profiles |
//! | `inspect` | the inspection, as that of a film of ten seconds |
//! | `frames` | the canvases of a render |

mod colours;
mod decode;
mod frames;
mod inspect;
mod jpeg;

pub(super) use decode::PictureFormat;
pub(super) use frames::distribute;
pub use frames::{PosterPainter, stills};
pub(super) use inspect::inspect;
