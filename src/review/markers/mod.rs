//! A work's comments for other programs: a table, and markers for the timelines of editing programs.

mod csv;
mod edl;
mod fcpxml;
mod timecode;

pub use csv::to_csv;
pub use edl::to_edl;
pub use fcpxml::to_fcpxml;
pub use timecode::{frame_at, timecode};

use std::collections::BTreeSet;

use serde::Serialize;

use super::standing::{comments, undone};
use crate::model::manifest::{Rendition, Work};
use crate::model::review::{Action, Record, Signatory, Span};
use crate::model::units::{Rational, Size};

/// A comment, or the reason for which a work was returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Marker {
    /// Of its record.
    pub number: u64,
    /// `None`: of the whole work.
    pub at: Option<Span>,
    pub text: String,
    pub by: Signatory,
    pub level: Option<String>,
    /// When it was said, RFC 3339.
    pub said_at: String,
    pub done: bool,
    /// It is the reason of a return.
    pub is_return: bool,
    pub revision: u32,
}

/// The finished film that the markers are put on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Film {
    pub work: String,
    pub title: String,
    pub revision: u32,
    /// The file's own name.
    pub name: String,
    /// Where it is, as a `file:` address.
    pub address: String,
    pub size: Size,
    pub rate: Rational,
    /// Whole frames.
    pub frames: u64,
    pub has_sound: bool,
}

/// Returns the comments of a work, and the reasons for which it was returned, oldest first. What a revision was returned for is
/// done with the next one.
pub fn markers(records: &[Record], revision: u32) -> Vec<Marker> {
    let undone = undone(records);
    let done: BTreeSet<u64> =
        comments(records).filter(|(_, done)| *done).map(|(record, _)| record.seq).collect();
    let marker = |record: &Record| {
        let (text, at, level, is_return) = match &record.said.action {
            Action::Comment { text, at, level } => (text, *at, level.clone(), false),
            Action::Return { level, reason, at, .. } if !undone.contains(&record.seq) => {
                (reason, *at, Some(level.clone()), true)
            }
            _ => return None,
        };
        Some(Marker {
            number: record.seq,
            at,
            text: text.clone(),
            by: record.said.by.clone(),
            level,
            said_at: record.said.at.clone(),
            done: done.contains(&record.seq) || (is_return && record.said.revision < revision),
            is_return,
            revision: record.said.revision,
        })
    };
    records.iter().filter_map(marker).collect()
}

/// The target whose film carries the markers, where a work has it: it is cut to nobody's limit.
const PREFERRED: &str = "website";

/// Returns the rendition that the times of a work's comments are counted on.
pub fn counted_on(work: &Work) -> Option<&Rendition> {
    let preferred = work.renditions.iter().find(|made| made.target == PREFERRED);
    preferred.or(work.renditions.first()).filter(|made| made.frame_rate.is_known())
}

impl Film {
    /// Describes a rendition; `address` is where its file lies.
    pub fn of(work: &Work, made: &Rendition, address: String) -> Self {
        let name = made.file.rsplit_once('/').map_or(made.file.as_str(), |(_, name)| name);
        Self {
            work: work.id.clone(),
            title: work.title.clone(),
            revision: work.revision,
            name: name.to_owned(),
            address,
            size: Size::new(made.width, made.height),
            rate: made.frame_rate,
            frames: timecode::frames_in(made.duration_ms, made.frame_rate).max(1),
            has_sound: made.audio.is_some(),
        }
    }

    /// Returns the first frame of a marker and the frame after its last, within the film. A point is one frame; what is about
    /// the whole work is its first frame.
    fn frames_of(&self, marker: &Marker) -> (u64, u64) {
        let span = marker.at.unwrap_or(Span { from_ms: 0, to_ms: 0 });
        let last = self.frames - 1;
        let from = frame_at(span.from_ms, self.rate).min(last);
        let to = frame_at(span.to_ms.max(span.from_ms), self.rate).min(last);
        (from, to.max(from) + u64::from(to <= from))
    }
}

#[cfg(test)]
mod tests;
