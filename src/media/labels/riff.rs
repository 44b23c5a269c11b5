//! Walks the chunks of an AVI that can hold a label.

use std::io::{Read, Seek};
use std::ops::Range;

use super::finder::{Finder, MAX_VALUE_BYTES};
use crate::model::ai::AiCarrier;

/// Finds the labels of a file of `length` bytes: in `INFO` lists of its parts, which follow each other where it is large.
pub(super) fn walk<R: Read + Seek>(finder: &mut Finder<R>, length: u64) {
    for (id, part) in finder.chunks(0..length) {
        // The kind of a list comes before its chunks.
        if &id == b"RIFF" {
            for (id, chunk) in finder.chunks((part.start + 4).min(part.end)..part.end) {
                match &id {
                    b"LIST" if finder.head(&chunk) == Some(*b"INFO") => {
                        finder.info((chunk.start + 4).min(chunk.end)..chunk.end)
                    }
                    b"_PMX" => finder.xmp_at(chunk),
                    _ => {}
                }
            }
        }
    }
}

impl<R: Read + Seek> Finder<R> {
    fn info(&mut self, list: Range<u64>) {
        for (id, chunk) in self.chunks(list) {
            if id.eq_ignore_ascii_case(b"AIGC") {
                match self.bytes(chunk, MAX_VALUE_BYTES) {
                    // A text, which ends with a NUL.
                    Some(text) => {
                        let end = text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                        self.found(AiCarrier::AviInfo, &text[..end]);
                    }
                    None => self.facts.unreadable = Some(AiCarrier::AviInfo),
                }
            }
        }
    }

    /// Returns names and contents of the chunks of a part of the file; the last may be cut off.
    fn chunks(&mut self, part: Range<u64>) -> Vec<([u8; 4], Range<u64>)> {
        let (mut at, mut found) = (part.start, Vec::new());
        while self.boxes_left > 0 && part.end.saturating_sub(at) >= 8 {
            let Some(id) = self.head(&(at..part.end)) else { break };
            let Some(size) = self.head(&(at + 4..part.end)).map(u32::from_le_bytes) else { break };
            self.boxes_left -= 1;
            let end = (at + 8).saturating_add(size.into());
            found.push((id, at + 8..end.min(part.end)));
            // Chunks begin at even places.
            at = end.saturating_add(end % 2);
        }
        found
    }

    /// Reads the first four bytes of a part.
    fn head(&mut self, part: &Range<u64>) -> Option<[u8; 4]> {
        if part.end.checked_sub(part.start)? < 4 {
            return None;
        }
        self.bytes_left = self.bytes_left.saturating_add(4);
        self.bytes(part.start..part.start + 4, 4)?.try_into().ok()
    }
}
