//! The video tracks of ISO base media and QuickTime files (ISO 14496-12; QuickTime File Format, "Video Media").

use std::io::{Read, Seek, SeekFrom};

use super::track::{StatedFields, TrackStatement};
use crate::model::colour::StatedColour;
use crate::model::inspection::{Crop, Fields};
use crate::model::units::Size;

/// Most boxes that are looked at in one box, and most tracks.
const MAX_BOXES: usize = 4096;
const MAX_TRACKS: usize = 64;
/// Bytes of a visual sample entry before its boxes (ISO 14496-12 §12.1.3), and most bytes that are read of one.
const ENTRY_BYTES: usize = 86;
const MAX_ENTRY_BYTES: u64 = 1 << 16;

pub(super) fn video_tracks<R: Read + Seek>(reader: R, length: u64) -> Vec<TrackStatement> {
    let mut boxes = Boxes { reader };
    let Some(index) = boxes.find(Place { start: 0, end: length }, b"moov") else { return Vec::new() };
    let tracks = boxes.children(index).into_iter().filter(|(kind, _)| kind == b"trak").take(MAX_TRACKS);
    tracks.collect::<Vec<_>>().into_iter().filter_map(|(_, place)| boxes.track(place)).collect()
}

/// The content of a box in the file, bytes.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: u64,
    end: u64,
}

struct Boxes<R> {
    reader: R,
}

impl<R: Read + Seek> Boxes<R> {
    /// Returns kinds and contents of the boxes inside a place, up to the first whose size is wrong.
    fn children(&mut self, place: Place) -> Vec<([u8; 4], Place)> {
        let mut found = Vec::new();
        let mut at = place.start;
        while found.len() < MAX_BOXES && place.end.saturating_sub(at) >= 8 {
            let Some(head) = self.bytes(at, 8) else { break };
            let (size, kind) = (be32(&head, 0), [head[4], head[5], head[6], head[7]]);
            let (header, size) = match size {
                0 => (8, place.end - at),
                1 => match self.bytes(at + 8, 8).and_then(|large| large.try_into().ok()) {
                    Some(large) => (16, u64::from_be_bytes(large)),
                    None => break,
                },
                size => (8, u64::from(size)),
            };
            let Some(end) = at.checked_add(size).filter(|end| size >= header && *end <= place.end) else {
                break;
            };
            found.push((kind, Place { start: at + header, end }));
            at = end;
        }
        found
    }

    fn find(&mut self, place: Place, kind: &[u8; 4]) -> Option<Place> {
        self.children(place).into_iter().find(|(found, _)| found == kind).map(|(_, place)| place)
    }

    fn bytes(&mut self, at: u64, count: u64) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(count).ok()?];
        self.reader.seek(SeekFrom::Start(at)).ok()?;
        self.reader.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Returns the statements of a track; `None` for one without pictures.
    fn track(&mut self, track: Place) -> Option<TrackStatement> {
        let header = self.find(track, b"tkhd")?;
        let id_at = if self.bytes(header.start, 1)? == [1] { 20 } else { 12 };
        let id = be32(&self.bytes(header.start + id_at, 4)?, 0);
        let media = self.find(track, b"mdia")?;
        let handler = self.find(media, b"hdlr")?;
        if self.bytes(handler.start + 8, 4)? != b"vide" {
            return None;
        }
        let information = self.find(media, b"minf")?;
        let table = self.find(information, b"stbl")?;
        let descriptions = self.find(table, b"stsd")?;
        // Version and count come before the entries; FFmpeg, too, goes by the first.
        let entries = Place { start: descriptions.start.checked_add(8)?, end: descriptions.end };
        let (_, entry) = self.children(entries).into_iter().next()?;
        let size = (entry.end - entry.start).min(MAX_ENTRY_BYTES);
        let entry = self.bytes(entry.start, size)?;
        Some(TrackStatement { id, ..sample_entry(&entry)? })
    }
}

/// Reads a visual sample entry without its header.
fn sample_entry(entry: &[u8]) -> Option<TrackStatement> {
    let boxes_at = ENTRY_BYTES - 8;
    let fixed = entry.get(..boxes_at)?;
    let stored = Size::new(be16(fixed, 24).into(), be16(fixed, 26).into());
    let mut statement = TrackStatement { stored: Some(stored), ..TrackStatement::default() };
    let mut rest = &entry[boxes_at..];
    while let Some(size) = rest.get(..8).map(|head| be32(head, 0) as usize) {
        let Some(content) = rest.get(8..size) else { break };
        match &rest[4..8] {
            b"colr" => statement.colour = colour(content).unwrap_or(statement.colour),
            b"clap" => statement.crop = clean_aperture(content, stored),
            b"fiel" => statement.fields = fields(content),
            _ => {}
        }
        rest = &rest[size..];
    }
    Some(statement)
}

/// Reads `colr`: code points (`nclx`, QuickTime's `nclc`); colour profiles state nothing here.
fn colour(content: &[u8]) -> Option<StatedColour> {
    let points = content.get(4..10)?;
    let full_range = match content.get(..4)? {
        b"nclx" => Some(content.get(10)? & 0x80 != 0),
        b"nclc" => None,
        _ => return None,
    };
    Some(StatedColour::of_code_points(be16(points, 0), be16(points, 2), be16(points, 4), full_range))
}

/// Reads `clap` (ISO 14496-12 §12.1.4): width, height and the offset of the centre, as fractions.
fn clean_aperture(content: &[u8], of: Size) -> Option<Crop> {
    let number = |index: usize| content.get(index * 4..index * 4 + 4).map(|bytes| be32(bytes, 0));
    let fraction = |index: usize| -> Option<f64> {
        let denominator = f64::from(number(index + 1)? as i32);
        let value = f64::from(number(index)? as i32) / denominator;
        (denominator > 0.0 && value.is_finite()).then_some(value)
    };
    let side = |index: usize| fraction(index).map(f64::round).filter(|side| (1.0..65_536.0).contains(side));
    let (width, height) = (side(0)?, side(2)?);
    let first = |offset: f64, whole: u32, side: f64| {
        let at = (f64::from(whole) - side) / 2.0 + offset;
        (-0.51..65_536.0).contains(&at).then(|| at.round().max(0.0) as u32)
    };
    let (left, top) = (first(fraction(4)?, of.width, width)?, first(fraction(6)?, of.height, height)?);
    Crop::new(of, left, top, Size::new(width as u32, height as u32))
}

/// Reads `fiel` (QuickTime): number of fields, and their order.
fn fields(content: &[u8]) -> Option<StatedFields> {
    match content.get(..2)? {
        [1, _] => Some(StatedFields::Progressive),
        // The second letter of "TB" is the field that is shown first, as FFmpeg reads it.
        [2, 1 | 14] => Some(StatedFields::Interlaced(Some(Fields::TopFirst))),
        [2, 6 | 9] => Some(StatedFields::Interlaced(Some(Fields::BottomFirst))),
        [2, _] => Some(StatedFields::Interlaced(None)),
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |two| u16::from_be_bytes([two[0], two[1]]))
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
    }

    fn words(words: &[i32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// A file whose one track, 7, is 640 × 360 and has these boxes in its sample entry.
    fn file(boxes: &[u8]) -> Vec<u8> {
        let mut fixed = [0; 78];
        fixed[24..26].copy_from_slice(&640_u16.to_be_bytes());
        fixed[26..28].copy_from_slice(&360_u16.to_be_bytes());
        let entry = boxed(b"avc1", &[&fixed[..], boxes].concat());
        let descriptions = boxed(b"stsd", &[&words(&[0, 1])[..], &entry].concat());
        let information = boxed(b"minf", &boxed(b"stbl", &descriptions));
        let handler = boxed(b"hdlr", &[&[0; 8][..], b"vide", &[0; 12]].concat());
        let media = boxed(b"mdia", &[handler, information].concat());
        let header = boxed(b"tkhd", &words(&[0, 0, 0, 7, 0]));
        let track = boxed(b"trak", &[header, media].concat());
        [boxed(b"ftyp", b"isom"), boxed(b"moov", &track), boxed(b"mdat", &[0; 4])].concat()
    }

    fn read(file: &[u8]) -> Vec<TrackStatement> {
        video_tracks(Cursor::new(file), file.len() as u64)
    }

    fn full_file() -> Vec<u8> {
        let colour = [&b"nclx"[..], &[0, 9, 0, 16, 0, 9, 0x80]].concat();
        let aperture = words(&[480, 1, 270, 1, -40, 1, 15, 1]);
        file(&[boxed(b"colr", &colour), boxed(b"clap", &aperture), boxed(b"fiel", &[2, 6])].concat())
    }

    #[test]
    fn a_track_states_its_colours_its_aperture_and_its_fields() {
        let tracks = read(&full_file());
        let [track] = &tracks[..] else { panic!("{tracks:?}") };
        assert_eq!((track.id, track.stored), (7, Some(Size::new(640, 360))));
        assert_eq!(track.colour, StatedColour::of_code_points(9, 16, 9, Some(true)));
        assert_eq!(track.crop, Crop::new(Size::new(640, 360), 40, 60, Size::new(480, 270)));
        assert_eq!(track.fields, Some(StatedFields::Interlaced(Some(Fields::BottomFirst))));
    }

    #[test]
    fn an_aperture_outside_the_picture_or_without_sense_is_none() {
        let stored = Size::new(640, 360);
        for numbers in [
            [480, 0, 270, 1, 0, 1, 0, 1],
            [0, 1, 270, 1, 0, 1, 0, 1],
            [480, 1, 270, 1, 200, 1, 0, 1],
            [480, 1, 270, 1, -200, 1, 0, 1],
            [-480, 1, 270, 1, 0, 1, 0, 1],
            [640, 1, 360, 1, 0, 1, 0, 1],
            [i32::MAX, 1, i32::MAX, 1, i32::MIN, -1, i32::MAX, 1],
        ] {
            assert_eq!(clean_aperture(&words(&numbers), stored), None, "{numbers:?}");
        }
        let dv = clean_aperture(&words(&[704, 1, 480, 1, 0, 1, 0, 1]), Size::new(720, 480));
        assert_eq!(dv, Crop::new(Size::new(720, 480), 8, 0, Size::new(704, 480)));
    }

    /// Every length a file can be cut to, and every byte of it changed in two ways.
    #[test]
    fn damage_never_does_more_than_hide_statements() {
        let whole = full_file();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).len() <= 1);
        }
        for at in 0..whole.len() {
            for change in [0xff, 0x01] {
                let mut damaged = whole.clone();
                damaged[at] ^= change;
                for track in read(&damaged) {
                    if let Some(crop) = track.crop {
                        assert!(crop.left + crop.size.width <= crop.of.width, "{at}: {crop:?}");
                        assert!(crop.top + crop.size.height <= crop.of.height, "{at}: {crop:?}");
                    }
                }
            }
        }
    }
}
