//! Carries labels into a finished MP4, as `moov.udta.meta` with the key `AIGC`.
//!
//! FFmpeg writes that form with `use_metadata_tags`, but then the title too becomes a key there, where other readers do not
//! look for it (MediaInfo#453). So FFmpeg writes title and comment into its usual list with one more item, as long as what is
//! to come, and when the file is complete the list with the keys is written in the place of that item: no box before or
//! behind changes its size or place, and no offset of the index changes.
//!
//! The list with the keys comes first: programs that look into the first list of `udta` alone find the label, and those that
//! look for a title (ffprobe, MediaInfo) look into both.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use crate::files;
use crate::model::ai::AiLabel;

/// Bytes of an item of the usual list besides its text: the headers of item and `data`, type and locale.
const ITEM_BYTES: usize = 24;
/// The item that keeps the room free, by FFmpeg's name and by that in the file.
const ROOM_KEY: &str = "lyrics";
const ROOM_KIND: &[u8; 4] = b"\xA9lyr";
/// Type of a value in UTF-8, and of one that is just bytes (QuickTime File Format, "Well-known types").
const UTF8: u32 = 1;
const BYTES: u32 = 0;
/// Most bytes of `udta`: the labels, a title and a comment.
const MAX_BYTES: u64 = 4 << 20;

/// Returns the name and text of the tag that keeps room for labels; `None` where there are none.
pub(in crate::media) fn room_for(labels: &[AiLabel]) -> Option<(&'static str, String)> {
    let length = list_of(labels).len().checked_sub(ITEM_BYTES).filter(|_| !labels.is_empty())?;
    Some((ROOM_KEY, "x".repeat(length)))
}

/// Writes labels into the room that a complete file has for them.
pub(in crate::media) fn fill_in(path: &Path, labels: &[AiLabel]) -> io::Result<()> {
    let lacking = || io::Error::new(io::ErrorKind::InvalidData, "the file has no room for its AI label");
    let mut file = files::open_to_change(path)?;
    let length = file.metadata()?.len();
    let movie = inner(&mut file, 0..length, b"moov")?.ok_or_else(lacking)?;
    let user_data = inner(&mut file, movie, b"udta")?.ok_or_else(lacking)?;
    if user_data.end - user_data.start > MAX_BYTES {
        return Err(lacking());
    }
    file.seek(SeekFrom::Start(user_data.start))?;
    let mut content = Vec::new();
    (&mut file).take(user_data.end - user_data.start).read_to_end(&mut content)?;
    let filled =
        filled(&content, labels).filter(|filled| filled.len() == content.len()).ok_or_else(lacking)?;
    file.seek(SeekFrom::Start(user_data.start))?;
    file.write_all(&filled)?;
    file.flush()
}

/// Returns the content of the first box of a kind.
fn inner(file: &mut File, part: Range<u64>, kind: &[u8; 4]) -> io::Result<Option<Range<u64>>> {
    for found in files::boxes_within(file, part.clone()) {
        let found = found?;
        if &found.kind == kind {
            // FFmpeg gives these boxes sizes of 32 bits.
            return Ok(found.end().filter(|end| *end <= part.end).map(|end| found.offset + 8..end));
        }
    }
    Ok(None)
}

/// Returns the content of `udta` with the list of labels before the usual one, which loses the item that kept the room.
fn filled(content: &[u8], labels: &[AiLabel]) -> Option<Vec<u8>> {
    let mut filled = list_of(labels);
    let mut has_room = false;
    for (kind, inner) in children(content)? {
        if &kind != b"meta" || has_room {
            filled.extend(boxed(&kind, inner));
            continue;
        }
        let (version, boxes) = inner.split_at_checked(4)?;
        let mut list = version.to_vec();
        for (kind, inner) in children(boxes)? {
            if &kind != b"ilst" {
                list.extend(boxed(&kind, inner));
                continue;
            }
            let items = children(inner)?;
            has_room = items.iter().any(|(kind, _)| kind == ROOM_KIND);
            let others = items.into_iter().filter(|(kind, _)| kind != ROOM_KIND);
            let others: Vec<u8> = others.flat_map(|(kind, inner)| boxed(&kind, inner)).collect();
            list.extend(boxed(b"ilst", &others));
        }
        filled.extend(boxed(b"meta", &list));
    }
    has_room.then_some(filled)
}

/// Returns the list of labels, each under a key `AIGC` of its own.
fn list_of(labels: &[AiLabel]) -> Vec<u8> {
    let handler = [&[0; 8][..], b"mdta", &[0; 13]].concat();
    let (mut keys, mut items) = (vec![0; 4], Vec::new());
    keys.extend((labels.len() as u32).to_be_bytes());
    for (label, index) in labels.iter().zip(1_u32..) {
        keys.extend(boxed(b"mdta", b"AIGC"));
        let bytes = label.bytes();
        let kind = if std::str::from_utf8(&bytes).is_ok() { UTF8 } else { BYTES };
        let data = boxed(b"data", &[&kind.to_be_bytes(), &[0; 4][..], &bytes].concat());
        items.extend(boxed(&index.to_be_bytes(), &data));
    }
    let boxes = [boxed(b"hdlr", &handler), boxed(b"keys", &keys), boxed(b"ilst", &items)].concat();
    boxed(b"meta", &[&[0; 4][..], &boxes].concat())
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

/// Returns the boxes in a box; `None` where they do not fill it.
fn children(mut content: &[u8]) -> Option<Vec<([u8; 4], &[u8])>> {
    let mut found = Vec::new();
    while !content.is_empty() {
        let size = u32::from_be_bytes(content.get(..4)?.try_into().ok()?) as usize;
        let kind = content.get(4..8)?.try_into().ok()?;
        found.push((kind, content.get(8..size)?));
        content = &content[size..];
    }
    Some(found)
}
