//! Walks the boxes of an ISO base media file (ISO 14496-12; QuickTime File Format, "Metadata") that can hold a label.
//!
//! The walk enters the few kinds of boxes that it knows, so that its depth is fixed; headers are read one by one, and the
//! media never. A size that cannot be true ends the level that it stands in.

use std::io::{Read, Seek};
use std::ops::Range;

use super::finder::{Finder, MAX_VALUE_BYTES, is_key, is_label};
use crate::files;
use crate::model::ai::AiCarrier;

/// Most bytes of a table of keys that are read; the indices of keys beyond them are unknown.
const MAX_KEYS_BYTES: u64 = 256 << 10;
/// The XMP packet (Adobe, XMP Specification Part 3), and content credentials (C2PA, ISO base media).
const XMP: [u8; 16] = *b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
const C2PA: [u8; 16] = *b"\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81";

/// The box that a level is the content of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    File,
    Movie,
    Track,
    UserData,
}

/// A box: its kind and where its content is.
struct Found {
    kind: [u8; 4],
    content: Range<u64>,
}

/// Finds the labels of a file of `length` bytes.
pub(super) fn walk<R: Read + Seek>(finder: &mut Finder<R>, length: u64) {
    finder.level(Level::File, 0..length);
}

impl<R: Read + Seek> Finder<R> {
    fn level(&mut self, level: Level, part: Range<u64>) {
        for Found { kind, content } in self.boxes(part) {
            let inner = match (level, &kind) {
                (Level::File, b"moov") => Some(Level::Movie),
                (Level::Movie, b"trak") => Some(Level::Track),
                (Level::Movie | Level::Track, b"udta") => Some(Level::UserData),
                _ => None,
            };
            match &kind {
                _ if inner.is_some() => {
                    inner.into_iter().for_each(|inner| self.level(inner, content.clone()))
                }
                b"meta" => self.meta(level, content),
                b"uuid" => self.extended(content),
                b"XMP_" => self.xmp_at(content),
                b"jumb" => self.facts.content_credentials = true,
                kind if kind.eq_ignore_ascii_case(b"aigc") => self.aigc_box(content),
                _ => {}
            }
        }
    }

    /// Returns the boxes of a part of the file, up to the first whose size is not true.
    fn boxes(&mut self, part: Range<u64>) -> Vec<Found> {
        let mut headers = Vec::new();
        for header in files::boxes_within(&mut self.reader, part.clone()).take(self.boxes_left) {
            let Ok(header) = header else { break };
            let Some(end) = header.end().filter(|end| *end <= part.end) else { break };
            headers.push((header.kind, header.offset, end));
        }
        self.boxes_left -= headers.len();
        let mut found = Vec::with_capacity(headers.len());
        for (kind, offset, end) in headers {
            // Only a size of 1 is followed by the larger one.
            let is_large = is_of_interest(kind) && self.peek(offset, 4) == Some(vec![0, 0, 0, 1]);
            let start = offset + if is_large { 16 } else { 8 };
            found.push(Found { kind, content: start.min(end)..end });
        }
        found
    }

    /// Reads some bytes of structure, which count towards no limit.
    fn peek(&mut self, at: u64, count: u64) -> Option<Vec<u8>> {
        self.bytes_left = self.bytes_left.saturating_add(count);
        self.bytes(at..at.checked_add(count)?, count)
    }

    /// A box with an identifier in place of a kind.
    fn extended(&mut self, content: Range<u64>) {
        let Some(id) = self.peek(content.start, 16).filter(|_| content.end - content.start >= 16) else {
            return;
        };
        match <[u8; 16]>::try_from(id) {
            Ok(XMP) => self.xmp_at(content.start + 16..content.end),
            Ok(C2PA) => self.facts.content_credentials = true,
            _ => {}
        }
    }

    /// Its content is the label, behind version and flags where some writer took it for a full box.
    fn aigc_box(&mut self, content: Range<u64>) {
        let is_full = self.peek(content.start, 5).is_some_and(|head| head == b"\0\0\0\0{");
        let start =
            if is_full && content.end - content.start >= 5 { content.start + 4 } else { content.start };
        self.label_at(AiCarrier::AigcBox, start..content.end);
    }

    /// A list of metadata, with a table of keys or without.
    fn meta(&mut self, level: Level, content: Range<u64>) {
        // QuickTime's has no version and flags, ISO's has: the first box within is the handler.
        let is_plain = self.peek(content.start, 8).is_some_and(|head| head.ends_with(b"hdlr"));
        let start = if is_plain { content.start } else { (content.start + 4).min(content.end) };
        let inner = self.boxes(start..content.end);
        let keys = inner.iter().find(|found| &found.kind == b"keys").map(|found| found.content.clone());
        let keys = keys.map(|keys| self.keys(keys)).unwrap_or_default();
        let carrier = match level {
            _ if keys.is_empty() => AiCarrier::ItemList,
            Level::UserData => AiCarrier::UserDataKeys,
            _ => AiCarrier::MovieKeys,
        };
        for list in inner.into_iter().filter(|found| &found.kind == b"ilst") {
            for item in self.boxes(list.content) {
                self.item(carrier, &keys, item);
            }
        }
    }

    /// Returns the names in a table of keys. How many it claims to hold does not matter.
    fn keys(&mut self, content: Range<u64>) -> Vec<String> {
        let end = content.end.min(content.start.saturating_add(MAX_KEYS_BYTES));
        let Some(table) = self.bytes(content.start..end, MAX_KEYS_BYTES) else { return Vec::new() };
        let mut rest = table.get(8..).unwrap_or_default();
        let mut names = Vec::new();
        while let Some(size) =
            rest.get(..4).map(|size| u32::from_be_bytes([size[0], size[1], size[2], size[3]]))
        {
            let Some(name) = rest.get(8..size as usize) else { break };
            names.push(String::from_utf8_lossy(name).into_owned());
            rest = &rest[size as usize..];
        }
        names
    }

    fn item(&mut self, carrier: AiCarrier, keys: &[String], item: Found) {
        let parts = self.boxes(item.content);
        let index = u32::from_be_bytes(item.kind) as usize;
        let of_its_own = parts.iter().find(|part| &part.kind == b"name").map(|part| part.content.clone());
        let name = match (index.checked_sub(1).and_then(|index| keys.get(index)), of_its_own) {
            (Some(name), _) => name.clone(),
            (None, Some(place)) => {
                let name = self.bytes(place, 256).unwrap_or_default();
                String::from_utf8_lossy(name.get(4..).unwrap_or_default()).into_owned()
            }
            (None, None) => String::from_utf8_lossy(&item.kind).into_owned(),
        };
        for data in parts.into_iter().filter(|part| &part.kind == b"data") {
            // Type and locale come before the value.
            let value = (data.content.start + 8).min(data.content.end)..data.content.end;
            if is_key(&name) {
                self.label_at(carrier, value);
            } else if let Some(bytes) = self.bytes(value, MAX_VALUE_BYTES).filter(|bytes| is_label(bytes)) {
                self.found(carrier, &bytes);
            }
        }
    }
}

/// Returns true for boxes whose content may be read: the header of any other is not looked at twice.
fn is_of_interest(kind: [u8; 4]) -> bool {
    !matches!(&kind, b"mdat" | b"moof" | b"free" | b"skip" | b"wide" | b"styp" | b"sidx" | b"ftyp")
}
