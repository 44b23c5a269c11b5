//! Gathers the labels of one file within its limits.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::xmp;
use crate::model::ai::{AiCarrier, AiFacts, AiLabel};

/// Largest label that is read, bytes: the object of the rules has seven short fields.
pub(super) const MAX_VALUE_BYTES: u64 = 64 << 10;
/// Most bytes that are read of all values of one file.
const MAX_BYTES: u64 = 16 << 20;
/// Most boxes or chunks that are looked at: a recording of a day in fragments of 1 s has as many.
const MAX_BOXES: usize = 1 << 18;
/// Most distinct labels of one file.
const MAX_LABELS: usize = 8;

/// Returns true for the name `AIGC`, behind a namespace or before a language.
pub(super) fn is_key(name: &str) -> bool {
    let last = name.trim_end_matches('\0').rsplit(['.', ':', '/']).next().unwrap_or_default();
    last.split('-').next().unwrap_or_default().eq_ignore_ascii_case("AIGC")
}

/// Returns true for the JSON object of the rules, by itself or under the name `AIGC`.
pub(super) fn is_label(value: &[u8]) -> bool {
    if !value.trim_ascii_start().starts_with(b"{") || value.len() as u64 > MAX_VALUE_BYTES {
        return false;
    }
    let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(value.trim_ascii()) else {
        return false;
    };
    let has = |name: &str| object.contains_key(name);
    has("AIGC") || has("Label") && (has("ContentProducer") || has("ProduceID"))
}

/// Gathers the labels of one file within the limits.
pub(super) struct Finder<R> {
    pub reader: R,
    /// Headers that may still be looked at.
    pub boxes_left: usize,
    /// What may still be read of values.
    pub bytes_left: u64,
    pub facts: AiFacts,
}

impl<R> Finder<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, boxes_left: MAX_BOXES, bytes_left: MAX_BYTES, facts: AiFacts::default() }
    }

    /// Takes a tag that is a label.
    pub fn tag(&mut self, carrier: AiCarrier, key: &str, value: &[u8]) {
        match (is_key(key), value.len() as u64 <= MAX_VALUE_BYTES) {
            (true, false) => self.facts.unreadable = Some(carrier),
            (is_key, _) if is_key || is_label(value) => self.found(carrier, value),
            _ => {}
        }
    }

    /// Takes a label; one without a byte says nothing.
    pub fn found(&mut self, carrier: AiCarrier, bytes: &[u8]) {
        let label = AiLabel::new(carrier, bytes);
        let labels = &mut self.facts.labels;
        if bytes.is_empty() || labels.iter().any(|known| known.value == label.value) {
            return;
        }
        if labels.len() < MAX_LABELS {
            labels.push(label);
        } else {
            self.facts.unreadable = Some(carrier);
        }
    }
}

impl<R: Read + Seek> Finder<R> {
    /// Reads a part of the file; `None` where it is longer than `most`, than what may still be read, or than the file.
    pub fn bytes(&mut self, part: Range<u64>, most: u64) -> Option<Vec<u8>> {
        let length = part.end.checked_sub(part.start).filter(|length| *length <= most)?;
        self.bytes_left = self.bytes_left.checked_sub(length)?;
        self.reader.seek(SeekFrom::Start(part.start)).ok()?;
        let mut bytes = Vec::new();
        (&mut self.reader).take(length).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == length).then_some(bytes)
    }

    /// Takes the label that stands in a part of the file, or remembers that it cannot be read.
    pub fn label_at(&mut self, carrier: AiCarrier, part: Range<u64>) {
        match self.bytes(part, MAX_VALUE_BYTES) {
            Some(bytes) => self.found(carrier, &bytes),
            None => self.facts.unreadable = Some(carrier),
        }
    }

    /// Takes the label of an XMP packet, if it has one.
    pub fn xmp_at(&mut self, part: Range<u64>) {
        let Some(packet) = self.bytes(part, xmp::MAX_BYTES) else { return };
        match xmp::label_of(&packet) {
            xmp::Found::Label(text) => self.found(AiCarrier::Xmp, text.as_bytes()),
            xmp::Found::Unreadable => self.facts.unreadable = Some(AiCarrier::Xmp),
            xmp::Found::Nothing => {}
        }
    }
}
