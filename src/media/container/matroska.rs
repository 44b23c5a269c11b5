//! The video tracks of Matroska and WebM files (RFC 9559, its elements by the numbers of §27.1).

use std::io::{Read, Seek, SeekFrom};

use super::track::{StatedFields, TrackStatement};
use crate::model::colour::StatedColour;
use crate::model::inspection::{Crop, Fields};
use crate::model::units::{Rational, Size};

const SEGMENT: u64 = 0x1853_8067;
const TRACKS: u64 = 0x1654_AE6B;
const TRACK_ENTRY: u64 = 0xAE;
const TRACK_TYPE: u64 = 0x83;
const VIDEO: u64 = 0xE0;
const COLOUR: u64 = 0x55B0;

/// Most elements that are looked at on one level, and most bytes of all tracks' descriptions.
const MAX_ELEMENTS: usize = 4096;
const MAX_TRACKS_BYTES: u64 = 1 << 20;

pub(super) fn video_tracks<R: Read + Seek>(mut reader: R, length: u64) -> Vec<TrackStatement> {
    let Some(tracks) = tracks_element(&mut reader, length) else { return Vec::new() };
    let entries = elements(&tracks).filter(|(id, _)| *id == TRACK_ENTRY);
    entries.filter_map(|(_, entry)| track(entry)).collect()
}

/// Returns the content of the element `Tracks`, before which there are few others.
fn tracks_element<R: Read + Seek>(reader: &mut R, length: u64) -> Option<Vec<u8>> {
    let mut at = 0;
    for _ in 0..MAX_ELEMENTS {
        let mut head = [0; 12];
        reader.seek(SeekFrom::Start(at)).ok()?;
        let there = length.checked_sub(at)?.min(12) as usize;
        reader.read_exact(&mut head[..there]).ok()?;
        let (id, id_bytes) = element_id(&head[..there])?;
        let (size, size_bytes) = element_size(&head[id_bytes..there])?;
        let start = at + (id_bytes + size_bytes) as u64;
        match (id, size) {
            // A segment, whose size live recordings leave open, is entered.
            (SEGMENT, _) => at = start,
            (TRACKS, Some(size)) if size <= MAX_TRACKS_BYTES && size <= length.saturating_sub(start) => {
                let mut content = vec![0; size as usize];
                reader.seek(SeekFrom::Start(start)).ok()?;
                reader.read_exact(&mut content).ok()?;
                return Some(content);
            }
            (_, size) => at = start.checked_add(size?)?,
        }
    }
    None
}

/// Iterates over the elements of a content, up to the first whose size is wrong.
fn elements(content: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let (id, id_bytes) = element_id(rest)?;
        let (size, size_bytes) = element_size(&rest[id_bytes..])?;
        let start = id_bytes + size_bytes;
        let end = start.checked_add(usize::try_from(size?).ok()?)?;
        let found = rest.get(start..end)?;
        rest = &rest[end..];
        Some((id, found))
    })
    .take(MAX_ELEMENTS)
}

/// Returns an element's id, its marker bit kept, and its bytes.
fn element_id(bytes: &[u8]) -> Option<(u64, usize)> {
    let count = bytes.first()?.leading_zeros() as usize + 1;
    let number = bytes.get(..count).filter(|_| count <= 4)?;
    Some((number.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)), count))
}

/// Returns an element's size, `None` where it is open, and the bytes that state it.
fn element_size(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let count = bytes.first()?.leading_zeros() as usize + 1;
    let number = bytes.get(..count).filter(|_| count <= 8)?;
    let value = number.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    let mask = (1_u64 << (7 * count)) - 1;
    Some(((value & mask != mask).then_some(value & mask), count))
}

/// Returns an unsigned integer; one of more than 4 bytes is none that is used here.
fn unsigned(content: &[u8]) -> u32 {
    if content.len() > 4 { 0 } else { content.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)) }
}

/// Returns the statements of a track; `None` for one without pictures.
fn track(entry: &[u8]) -> Option<TrackStatement> {
    let is_video = elements(entry).any(|(id, content)| id == TRACK_TYPE && unsigned(content) == 1);
    is_video.then(|| {
        elements(entry).find(|(id, _)| *id == VIDEO).map(|(_, video)| statement(video)).unwrap_or_default()
    })
}

fn statement(video: &[u8]) -> TrackStatement {
    let value =
        |wanted: u64| elements(video).find(|(id, _)| *id == wanted).map(|(_, content)| unsigned(content));
    let stored = Size::new(value(0xB0).unwrap_or(0), value(0xBA).unwrap_or(0));
    let [left, right, top, bottom] = [0x54CC, 0x54DD, 0x54BB, 0x54AA].map(|id| value(id).unwrap_or(0));
    let side = |whole: u32, before: u32, after: u32| whole.checked_sub(before)?.checked_sub(after);
    let shown = side(stored.width, left, right).zip(side(stored.height, top, bottom));
    let crop = shown.and_then(|(width, height)| Crop::new(stored, left, top, Size::new(width, height)));
    // Sizes for display are those of the part that is shown, which FFmpeg 5.1 takes for the whole.
    let display = value(0x54B0).zip(value(0x54BA)).filter(|_| value(0x54B2).unwrap_or(0) <= 3);
    let sample_aspect = crop.zip(display).and_then(|(crop, (width, height))| {
        let across = u64::from(width) * u64::from(crop.size.height);
        let down = u64::from(height) * u64::from(crop.size.width);
        let known = u32::try_from(across).ok().zip(u32::try_from(down).ok())?;
        Some(Rational::new(known.0, known.1)).filter(|aspect| aspect.is_known())
    });
    let colour = elements(video).find(|(id, _)| *id == COLOUR).map(|(_, content)| colour(content));
    TrackStatement {
        id: 0,
        stored: Some(stored),
        crop,
        colour: colour.unwrap_or_default(),
        fields: fields(value(0x9A), value(0x9D)),
        sample_aspect,
        alpha: value(0x53C0) == Some(1),
    }
}

fn colour(content: &[u8]) -> StatedColour {
    let value = |wanted: u64| {
        let found = elements(content).find(|(id, _)| *id == wanted);
        found.and_then(|(_, content)| u16::try_from(unsigned(content)).ok())
    };
    let full_range = match value(0x55B9) {
        Some(1) => Some(false),
        Some(2) => Some(true),
        _ => None,
    };
    let [primaries, transfer, matrix] = [0x55BB, 0x55BA, 0x55B1].map(|id| value(id).unwrap_or(2));
    StatedColour::of_code_points(primaries, transfer, matrix, full_range)
}

/// Reads FlagInterlaced and FieldOrder. Of interleaved orders (9, 14) the specification and FFmpeg say the opposite, so
/// these leave the order open.
fn fields(flag: Option<u32>, order: Option<u32>) -> Option<StatedFields> {
    match (flag?, order) {
        (2, _) | (1, Some(0)) => Some(StatedFields::Progressive),
        (1, Some(1)) => Some(StatedFields::Interlaced(Some(Fields::TopFirst))),
        (1, Some(6)) => Some(StatedFields::Interlaced(Some(Fields::BottomFirst))),
        (1, _) => Some(StatedFields::Interlaced(None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// An element whose size is stated in two bytes.
    fn element(id: u64, content: &[u8]) -> Vec<u8> {
        let id_bytes: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        let size = (content.len() as u16 | 0x4000).to_be_bytes();
        [&id_bytes[..], &size, content].concat()
    }

    fn number(id: u64, value: u16) -> Vec<u8> {
        element(id, &value.to_be_bytes())
    }

    fn file() -> Vec<u8> {
        let colour = [number(0x55B1, 9), number(0x55B9, 2), number(0x55BA, 16), number(0x55BB, 9)].concat();
        let video = [
            number(0xB0, 640),
            number(0xBA, 360),
            number(0x54CC, 60),
            number(0x54DD, 100),
            number(0x54AA, 90),
            number(0x54B0, 960),
            number(0x54BA, 270),
            number(0x9A, 1),
            number(0x9D, 6),
            number(0x53C0, 1),
            element(COLOUR, &colour),
        ]
        .concat();
        let sound = element(TRACK_ENTRY, &number(TRACK_TYPE, 2));
        let track = element(TRACK_ENTRY, &[number(TRACK_TYPE, 1), element(VIDEO, &video)].concat());
        let tracks = element(TRACKS, &[sound, track].concat());
        // The segment's size is open.
        let segment = [&[0x18, 0x53, 0x80, 0x67, 0x01][..], &[0xff; 7]].concat();
        [element(0x1A45_DFA3, b"head"), segment, number(0xEC, 0), tracks].concat()
    }

    fn read(file: &[u8]) -> Vec<TrackStatement> {
        video_tracks(Cursor::new(file), file.len() as u64)
    }

    #[test]
    fn a_track_states_its_crop_its_colours_and_its_fields() {
        let tracks = read(&file());
        let [track] = &tracks[..] else { panic!("{tracks:?}") };
        assert_eq!(track.crop, Crop::new(Size::new(640, 360), 60, 0, Size::new(480, 270)));
        assert_eq!(track.sample_aspect, Some(Rational::new(2, 1)));
        assert_eq!(track.colour, StatedColour::of_code_points(9, 16, 9, Some(true)));
        assert_eq!(track.fields, Some(StatedFields::Interlaced(Some(Fields::BottomFirst))));
        assert!(track.alpha);
    }

    /// Every length a file can be cut to, and every byte of it changed in two ways.
    #[test]
    fn damage_never_does_more_than_hide_statements() {
        let whole = file();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).len() <= 1);
        }
        for at in 0..whole.len() {
            for change in [0xff, 0x01] {
                let mut damaged = whole.clone();
                damaged[at] ^= change;
                for crop in read(&damaged).into_iter().filter_map(|track| track.crop) {
                    assert!(crop.left + crop.size.width <= crop.of.width, "{at}: {crop:?}");
                    assert!(crop.top + crop.size.height <= crop.of.height, "{at}: {crop:?}");
                }
            }
        }
    }
}
