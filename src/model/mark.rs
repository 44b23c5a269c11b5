//! Why the college's mark cannot be used.

use super::units::Size;

/// Why a mark would not show in finished works, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkFault {
    /// The drawing takes a picture from another file, which is not read.
    LinkedFile(String),
    /// The drawing holds a web page (`foreignObject`), which only browsers draw.
    WebContent,
    /// No font of this machine has these characters of its text.
    NoGlyphs(String),
    /// It has too few pixels to show anything.
    TooSmall(Size),
    /// Every pixel is transparent.
    Transparent,
    /// Nothing of it is strong enough to be seen; the strongest part, percent.
    TooFaint(u32),
}
