//! Empties the tags of an MP4 that jincai made: title, comment and what else names somebody. Labels of AI-made media stay, since
//! whoever removes them breaks the rules on labels.
//!
//! FFmpeg writes tags as `moov.udta.meta.ilst` (QuickTime File Format, "Metadata"); a list with `keys` is that of labels. An item is
//! turned into `free`, with zeros for its content: no box changes its size or place, so that the index still holds.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use super::boxes::{TopLevelBox, boxes_within};
use super::open_to_change;

/// Bytes of the header of these boxes.
const HEADER: u64 = 8;

/// The item with the program that wrote the file.
const ENCODER: &[u8; 4] = b"\xA9too";

/// Largest list of tags that is looked at, bytes.
const LIST_MAX: u64 = 4 << 20;

/// Empties the tags of a file of our own.
pub fn clear_tags(path: &Path) -> io::Result<()> {
    let mut file = open_to_change(path)?;
    for item in telling(&mut file)? {
        file.seek(SeekFrom::Start(item.start + 4))?;
        file.write_all(b"free")?;
        file.write_all(&vec![0; (item.end - item.start - HEADER) as usize])?;
    }
    file.sync_all()
}

/// Returns true if a video has tags that tell something: those that [`clear_tags`] empties, or others.
pub fn tells_by_tags<R: Read + Seek>(file: &mut R) -> io::Result<bool> {
    Ok(!telling(file)?.is_empty() || has_others(file)?)
}

/// Returns where the items are that tell something.
fn telling<R: Read + Seek>(file: &mut R) -> io::Result<Vec<Range<u64>>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut found = Vec::new();
    for movie in inner(file, 0..length, b"moov")? {
        for user_data in inner(file, movie, b"udta")? {
            for meta in inner(file, user_data, b"meta")? {
                // Version and flags.
                let content = (meta.start + 4).min(meta.end)..meta.end;
                if !inner(file, content.clone(), b"keys")?.is_empty() {
                    continue;
                }
                for list in inner(file, content, b"ilst")? {
                    found.extend(items(file, list)?);
                }
            }
        }
    }
    Ok(found)
}

/// Returns true if there are tags that no file of ours has: QuickTime's own items, which begin with `©`, in the user data of the
/// film or of a track.
fn has_others<R: Read + Seek>(file: &mut R) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    for movie in inner(file, 0..length, b"moov")? {
        let mut user_data = inner(file, movie.clone(), b"udta")?;
        for track in inner(file, movie, b"trak")? {
            user_data.extend(inner(file, track, b"udta")?);
        }
        for part in user_data {
            let boxes: Vec<TopLevelBox> = boxes_within(&mut *file, part).collect::<io::Result<_>>()?;
            if boxes.iter().any(|one| one.kind[0] == 0xA9) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn items<R: Read + Seek>(file: &mut R, list: Range<u64>) -> io::Result<Vec<Range<u64>>> {
    if list.end - list.start > LIST_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its list of tags is too long"));
    }
    let boxes: Vec<TopLevelBox> = boxes_within(&mut *file, list.clone()).collect::<io::Result<_>>()?;
    let mut telling = Vec::new();
    for item in boxes {
        let end = item.end().filter(|end| *end <= list.end).ok_or_else(broken)?;
        if &item.kind != ENCODER && (&item.kind != b"free" || !is_empty(file, item.offset + HEADER..end)?) {
            telling.push(item.offset..end);
        }
    }
    Ok(telling)
}

fn is_empty<R: Read + Seek>(file: &mut R, part: Range<u64>) -> io::Result<bool> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(part.start))?;
    file.by_ref().take(part.end - part.start).read_to_end(&mut bytes)?;
    Ok(bytes.iter().all(|byte| *byte == 0))
}

/// Returns the contents of the boxes of a kind.
fn inner<R: Read + Seek>(file: &mut R, part: Range<u64>, kind: &[u8; 4]) -> io::Result<Vec<Range<u64>>> {
    let boxes: Vec<TopLevelBox> = boxes_within(&mut *file, part.clone()).collect::<io::Result<_>>()?;
    let meant = boxes.into_iter().filter(|one| &one.kind == kind);
    meant
        .map(|one| {
            let end = one.end().filter(|end| *end <= part.end).ok_or_else(broken)?;
            Ok(one.offset + HEADER..end)
        })
        .collect()
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its boxes do not fit into each other")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::open;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
    }

    #[test]
    fn tags_are_emptied_in_their_place_and_labels_stay() {
        let item = |kind: &[u8; 4], text: &str| boxed(kind, &boxed(b"data", text.as_bytes()));
        let label =
            [boxed(b"keys", b"AIGC"), boxed(b"ilst", &item(&[0, 0, 0, 1], "{\"Label\":\"1\"}"))].concat();
        let tags = [item(b"\xA9nam", "晨光"), item(ENCODER, "Lavf"), item(b"\xA9cmt", "示范学院")].concat();
        let meta = |content: &[u8]| boxed(b"meta", &[&[0; 4][..], content].concat());
        let user_data = boxed(b"udta", &[meta(&label), meta(&boxed(b"ilst", &tags))].concat());
        let whole =
            [boxed(b"ftyp", b"isom"), boxed(b"moov", &user_data), boxed(b"mdat", b"pictures")].concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        std::fs::write(&path, &whole).unwrap();
        let tells = || tells_by_tags(&mut open(&path).unwrap()).unwrap();
        assert!(tells());
        clear_tags(&path).unwrap();
        assert!(!tells());
        let cleared = std::fs::read(&path).unwrap();
        let holds = |text: &str| cleared.windows(text.len()).any(|part| part == text.as_bytes());
        assert_eq!(cleared.len(), whole.len());
        assert!(!holds("晨光") && !holds("示范学院"));
        assert!(holds("{\"Label\":\"1\"}") && holds("Lavf") && holds("pictures"));
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(clear_tags(&path).is_err());
        // What a phone writes beside them.
        let place = boxed(b"trak", &boxed(b"udta", &boxed(b"\xA9xyz", b"+39.1+117.2")));
        std::fs::write(&path, boxed(b"moov", &place)).unwrap();
        assert!(tells());
    }
}
