//! What is told of screens: each trouble once, and its end.

use serde::Serialize;

use super::FaultKind;

/// What is wrong with a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// It does not answer; since when, milliseconds since 1970.
    Silent { since: i64 },
    /// It answers, a video should move, and no picture does; for how long.
    Frozen { ms: u64 },
    /// It cannot show a file.
    Faulty { sha256: String, title: String, kind: FaultKind, detail: String },
    /// Its page has not the pixels of the canvas.
    Canvas { viewport: [u32; 2], canvas: [u32; 2] },
    /// Little space is left, bytes.
    Disk { free: u64 },
}

impl Trouble {
    /// Returns true if both are the same trouble, however it is measured.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Faulty { sha256: one, .. }, Self::Faulty { sha256: other, .. }) => one == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// A trouble that began, or is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScreenNews {
    pub screen: String,
    /// As people call it, and where it hangs.
    pub name: String,
    pub place: String,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    /// True: it is over.
    pub well: bool,
    #[serde(flatten)]
    pub trouble: Trouble,
}
