//! What a column's folder will hold, before anything of it is written.

use super::item::{Item, Kind};
use crate::model::showcase::candidate::FileOf;

/// A column's files, by their paths in its folder with `/` between.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub texts: Vec<(String, String)>,
    pub media: Vec<Media>,
}

/// A file of the library that goes in.
#[derive(Clone, Debug)]
pub struct Media {
    pub path: String,
    pub of: FileOf,
    /// A video may share its blocks with the library's; a picture is copied.
    pub is_video: bool,
}

impl Media {
    pub fn video(path: String, item: &Item) -> Self {
        Self { path, of: item.video.clone(), is_video: true }
    }

    /// Returns nothing for a work without a cover.
    pub fn cover(path: String, item: &Item) -> Option<Self> {
        item.cover.as_ref().map(|(_, of)| Self { path, of: of.clone(), is_video: false })
    }
}

/// Returns the name of a column's folder: by its kind and season, so that every build of one column has the same.
pub fn folder_name(kind: Kind, season: Option<&str>) -> String {
    match season {
        Some(season) => crate::text::safe_name(&format!("column-{}-{season}", kind.name())),
        None => format!("column-{}", kind.name()),
    }
}
