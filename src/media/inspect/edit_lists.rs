//! Reads the edit lists of an ISO base media file (ISO 14496-12 §8.6.6), to find edits that FFmpeg does not follow: its
//! demuxer knows an empty edit at the beginning only, where it delays the track, and plays every edit at normal speed.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use crate::files::{self, BoxSize, TopLevelBox};
use crate::media::source::Handle;
use crate::model::finding::{Code, Finding};

/// Largest index that is read, bytes: that of a work of three hours has some megabytes.
const MAX_INDEX_BYTES: u64 = 1 << 26;
/// Largest number of boxes of one level that are read.
const MAX_BOXES: usize = 4096;
/// Normal speed, in 1/65536.
const NORMAL_SPEED: u32 = 1 << 16;

/// One entry of an edit list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edit {
    /// True for a stretch that shows nothing.
    empty: bool,
    /// In 1/65536; 0 holds one picture.
    speed: u32,
}

/// Returns a finding about edits of these tracks that cannot be followed: an error where something would be shown that is
/// cut away, a warning where it is shown at another speed.
pub(super) fn unfollowed(handle: &Handle, tracks: &[usize]) -> io::Result<Option<Finding>> {
    let Some(index) = read_index(handle)? else { return Ok(None) };
    let all = edits_of_tracks(&index);
    Ok(judge(tracks.iter().filter_map(|track| all.get(*track))))
}

fn judge<'a>(edits_of_tracks: impl Iterator<Item = &'a Vec<Edit>>) -> Option<Finding> {
    let mut found = None;
    for edits in edits_of_tracks {
        if edits.iter().skip(1).any(|edit| edit.empty) {
            return Some(Finding::error(Code::EditGap));
        }
        if edits.iter().any(|edit| !edit.empty && edit.speed != NORMAL_SPEED) {
            found = Some(Finding::warning(Code::EditSpeed));
        }
    }
    found
}

/// Reads the content of the first `moov` box; `None` if there is none or it is too large.
fn read_index(handle: &Handle) -> io::Result<Option<Vec<u8>>> {
    let boxes = files::top_level_boxes(handle.reader(), handle.bytes()?).take(MAX_BOXES);
    let Some(found) = boxes.filter_map(Result::ok).find(|found| &found.kind == b"moov") else {
        return Ok(None);
    };
    let BoxSize::Bytes(size) = found.size else { return Ok(None) };
    if size > MAX_INDEX_BYTES {
        return Ok(None);
    }
    let mut reader = handle.reader();
    reader.seek(SeekFrom::Start(found.offset))?;
    let mut whole = Vec::new();
    reader.take(size).read_to_end(&mut whole)?;
    Ok(Some(content(&whole).to_vec()))
}

/// Returns the edit list of every track, in order; empty where a track has none.
fn edits_of_tracks(index: &[u8]) -> Vec<Vec<Edit>> {
    let tracks = children(index, b"trak");
    let lists = tracks.map(|track| {
        let list = children(track, b"edts").next().and_then(|edits| children(edits, b"elst").next());
        list.map(edits_of).unwrap_or_default()
    });
    lists.collect()
}

/// Returns the contents of the child boxes of one kind.
fn children<'a>(parent: &'a [u8], kind: &'static [u8; 4]) -> impl Iterator<Item = &'a [u8]> {
    let boxes = files::top_level_boxes(Cursor::new(parent), parent.len() as u64).take(MAX_BOXES);
    let such = boxes.filter_map(Result::ok).filter(move |found: &TopLevelBox| &found.kind == kind);
    such.filter_map(|found| {
        let start = usize::try_from(found.offset).ok()?;
        let end = usize::try_from(found.end()?).ok()?;
        parent.get(start..end.min(parent.len())).map(content)
    })
}

/// Returns a box without its header.
fn content(whole: &[u8]) -> &[u8] {
    let header = if whole.starts_with(&1_u32.to_be_bytes()) { 16 } else { 8 };
    whole.get(header..).unwrap_or_default()
}

fn edits_of(list: &[u8]) -> Vec<Edit> {
    // Version and flags, the number of entries; an entry has duration, time and speed.
    let Some((head, entries)) = list.split_at_checked(8) else { return Vec::new() };
    let width = if head[0] == 1 { 8 } else { 4 };
    let edit = |entry: &[u8]| Edit {
        empty: entry[width..2 * width].iter().all(|byte| *byte == 0xff),
        speed: u32::from_be_bytes([
            entry[2 * width],
            entry[2 * width + 1],
            entry[2 * width + 2],
            entry[2 * width + 3],
        ]),
    };
    entries.chunks_exact(2 * width + 4).map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
    }

    /// Draws an index of one track with edits of time and speed.
    fn found(version: u8, edits: &[(i64, u32)]) -> Option<Code> {
        let mut list = vec![version, 0, 0, 0];
        list.extend((edits.len() as u32).to_be_bytes());
        for (time, speed) in edits {
            match version {
                1 => list.extend([1_000_i64.to_be_bytes(), time.to_be_bytes()].concat()),
                _ => list.extend([1_000_i32.to_be_bytes(), (*time as i32).to_be_bytes()].concat()),
            }
            list.extend(speed.to_be_bytes());
        }
        let track = [boxed(b"tkhd", &[0; 84]), boxed(b"edts", &boxed(b"elst", &list))].concat();
        let index = [boxed(b"mvhd", &[0; 100]), boxed(b"trak", &track)].concat();
        judge(edits_of_tracks(&index).iter()).map(|finding| finding.code)
    }

    #[test]
    fn a_delay_and_several_cuts_are_followed_and_gaps_and_speeds_are_not() {
        for version in [0, 1] {
            assert_eq!(found(version, &[]), None);
            assert_eq!(found(version, &[(-1, NORMAL_SPEED), (1024, NORMAL_SPEED)]), None);
            assert_eq!(found(version, &[(1024, NORMAL_SPEED), (90_000, NORMAL_SPEED)]), None);
            let gap = [(0, NORMAL_SPEED), (-1, NORMAL_SPEED), (512, NORMAL_SPEED)];
            assert_eq!(found(version, &gap), Some(Code::EditGap));
            assert_eq!(found(version, &[(0, NORMAL_SPEED / 2)]), Some(Code::EditSpeed));
            assert_eq!(found(version, &[(0, 0), (0, NORMAL_SPEED)]), Some(Code::EditSpeed));
        }
    }
}
