//! Overlays: watermark, captions and cards.
//!
//! Everything is typeset by one engine (resvg) with one font lookup, and passed to the renderer as PNG layers. Captions
//! too: a subtitle renderer would choose fonts, wrap lines and treat missing glyphs differently.

mod ai_mark;
mod brand;
mod caption_layers;
pub mod captions;
mod fonts;
mod glyphs;
mod layers;
mod pair;
mod raster;
mod sheet;
mod stack;
mod template;
mod timeline;
mod watermark;
mod wrap;

use std::io;
use std::path::PathBuf;

pub use ai_mark::AI_MARK_FILE;
pub use brand::Brand;
pub use captions::Captions;
pub use fonts::FontReport;
pub use pair::{PAIR_BOXES, PairSide};
pub use timeline::{Timeline, TimelineWork};

use crate::model::details::{About, Named, PLACES};
use crate::model::finding::Code;
use crate::model::mark::MarkFault;
use crate::text::fill;

/// The texts of a card or cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardTexts {
    pub title: String,
    pub department: String,
    pub authors: Vec<String>,
    pub college: String,
    pub about: About,
    /// The parts of the byline; see [`fill`].
    pub byline: Vec<String>,
}

impl CardTexts {
    /// Returns each text under the name of its placeholder.
    fn named(&self) -> Vec<(&'static str, String)> {
        let named = Named {
            title: &self.title,
            authors: &self.authors,
            department: &self.department,
            college: &self.college,
            about: &self.about,
        };
        let parts = self.byline.iter().filter_map(|part| fill(part, &|place| named.value(place)));
        let byline = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        let places = PLACES.into_iter().map(|place| (place, named.value(place)));
        places.chain([("byline", byline)]).collect()
    }
}

/// A card that is shown during the first seconds of a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    Title,
    LowerThird,
}

/// The texts of one work that are drawn over its picture.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    pub captions: Option<&'a Captions>,
    pub card: &'a CardTexts,
}

/// Why overlays could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    #[error("the watermark {} cannot be used: {reason}", path.display())]
    Watermark { path: PathBuf, reason: String },
    #[error("the watermark {} would not show: {fault:?}", path.display())]
    MarkUnseen { path: PathBuf, fault: MarkFault },
    #[error("the overlay template {name} cannot be used: {reason}")]
    Template { name: String, reason: String },
    #[error("an SVG cannot be drawn: {0}")]
    Svg(String),
    #[error("an overlay would be larger than can be drawn, or empty")]
    NoRoom,
    #[error("an overlay cannot be written: {0}")]
    Io(#[from] io::Error),
    #[error("the overlays were no longer wanted")]
    Cancelled,
    #[error("an overlay cannot be encoded: {0}")]
    Encode(#[from] image::ImageError),
}

impl OverlayError {
    /// Returns the disk problem that kept an overlay from being written, where it is known.
    pub fn cause(&self) -> Option<Code> {
        if let Self::Io(error) = self { Code::of_io(error) } else { None }
    }
}

#[cfg(test)]
mod tests;
