//! What lies in an inbox beside the submissions and is not taken.

use serde::{Deserialize, Serialize};

/// The kind of a file that is not taken, by its name alone, which decides what a person is asked to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOverKind {
    /// `.zip`, `.rar`, `.7z`: what is in it is not looked at.
    Archive,
    /// A text, slides or a table of an office program.
    Document,
    Picture,
    /// Sound without pictures.
    Sound,
    /// `.m4s`, or `.ts` beside its playlist: a piece of a video that was never joined.
    Piece,
    /// A list of the pieces of a video, or a link to one.
    Playlist,
    /// The project of an editing program, which holds no pictures itself.
    Project,
    /// A file of a download or copy that has not ended.
    Unfinished,
    /// Its name says nothing of what it is.
    NoExtension,
    /// Details or captions without a video of their name.
    Sidecar,
    /// A folder that is a library itself: finished works are no submissions.
    Library,
    Other,
}

impl LeftOverKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 12] = [
        Self::Archive,
        Self::NoExtension,
        Self::Piece,
        Self::Playlist,
        Self::Unfinished,
        Self::Project,
        Self::Sidecar,
        Self::Library,
        Self::Sound,
        Self::Document,
        Self::Picture,
        Self::Other,
    ];
}
