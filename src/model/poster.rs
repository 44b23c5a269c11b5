//! Posters: works that are a single picture, and what is made of them for screens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::preset::{Edition, Fit, Preset, Sound, TargetKind};
use super::units::{Rational, Size};

/// How long the film of a poster lasts, microseconds: as long as people look at a notice in passing. A screen that shows the
/// picture itself shows it for as long as its programme says.
pub const POSTER_US: u64 = 10_000_000;

/// The rate from which the film's is derived: the lowest that every television and player knows.
pub const POSTER_RATE: Rational = Rational { num: 25, den: 1 };

/// By how much the CRF of a poster's film is lower than the target's: people look at one frame for ten seconds and see every
/// band in a gradient, and a film that stands still has few bytes at any quality.
pub const POSTER_CRF: f64 = 4.0;

/// A poster that must be enlarged by more than this looks soft where people stand before it.
pub const MOST_ENLARGED: f64 = 1.5;

/// What a work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    #[default]
    Video,
    /// A picture, shown on screens only. Each of its renditions is a short film of it, and has as a cover the picture itself at
    /// the rendition's size.
    Poster,
}

impl WorkKind {
    pub fn is_video(&self) -> bool {
        *self == Self::Video
    }

    pub fn is_poster(&self) -> bool {
        *self == Self::Poster
    }
}

impl Preset {
    /// Returns true if posters are made for the target.
    pub fn takes_posters(&self) -> bool {
        self.kind == TargetKind::Screen
    }

    /// Returns the target as a poster sees it: whole on the target's canvas, silent, with nothing of the college's drawn over
    /// it, since a poster has its own design.
    #[must_use]
    pub fn for_poster(&self) -> Self {
        let mut preset = self.clone();
        preset.want.fit = Fit::Blur;
        preset.want.sound = Sound::Silent;
        preset.overlay.edition = Edition::Clean;
        preset.overlay.captions = false;
        preset.overlay.title_card = false;
        preset.overlay.lower_third = false;
        preset
    }

    /// Returns by how much a poster of this size is enlarged on the target's canvas; below 1 it is reduced.
    pub fn poster_enlargement(&self, display: Size) -> f64 {
        let canvas = self.for_poster().canvas_for(display);
        let across = f64::from(canvas.width) / f64::from(display.width.max(1));
        let down = f64::from(canvas.height) / f64::from(display.height.max(1));
        across.min(down)
    }
}
