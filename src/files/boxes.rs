//! The top-level boxes of an ISO base media file (ISO 14496-12 §4.2): kinds and sizes only, no box content is read.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Bytes of a box's header: size and kind, then a larger size where 32 bits do not hold it.
const HEADER_BYTES: u64 = 8;
const LARGE_HEADER_BYTES: u64 = 16;

/// One box, as its header describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopLevelBox {
    pub kind: [u8; 4],
    /// Offset of its header in the file, bytes.
    pub offset: u64,
    pub size: BoxSize,
}

/// The size that a box's header declares, which need not be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxSize {
    /// Header included; for a box "to the end of the file", the bytes that are left.
    Bytes(u64),
    /// Smaller than the header itself.
    TooSmall,
    /// The file ends within the 64-bit size field.
    CutOff,
}

impl TopLevelBox {
    /// Returns the offset of the next box; `None` where the size does not determine it.
    pub fn end(&self) -> Option<u64> {
        match self.size {
            BoxSize::Bytes(size) => self.offset.checked_add(size),
            BoxSize::TooSmall | BoxSize::CutOff => None,
        }
    }
}

/// Iterates over the boxes of a file of `length` bytes and reads their headers only. The iterator ends after a box whose
/// size does not determine the next one or reaches past the end, and where fewer bytes are left than a header takes. A
/// file may hold `length / 8` boxes: callers limit how many they read.
pub fn top_level_boxes<R: Read + Seek>(reader: R, length: u64) -> TopLevelBoxes<R> {
    boxes_within(reader, 0..length)
}

/// As [`top_level_boxes`], of the boxes that follow each other in a part of a file, such as the content of another box.
pub fn boxes_within<R: Read + Seek>(reader: R, part: Range<u64>) -> TopLevelBoxes<R> {
    TopLevelBoxes { reader, length: part.end, next: Some(part.start) }
}

/// The iterator of [`top_level_boxes`].
#[derive(Debug)]
pub struct TopLevelBoxes<R> {
    reader: R,
    length: u64,
    next: Option<u64>,
}

impl<R: Read + Seek> Iterator for TopLevelBoxes<R> {
    type Item = io::Result<TopLevelBox>;

    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.next.take()?;
        let left = self.length.checked_sub(offset).filter(|left| *left >= HEADER_BYTES)?;
        let found = self.read_header(offset, left);
        self.next = found.as_ref().ok().and_then(TopLevelBox::end);
        Some(found)
    }
}

impl<R: Read + Seek> TopLevelBoxes<R> {
    fn read_header(&mut self, offset: u64, left: u64) -> io::Result<TopLevelBox> {
        let mut header = [0; LARGE_HEADER_BYTES as usize];
        let there = left.min(LARGE_HEADER_BYTES) as usize;
        self.reader.seek(SeekFrom::Start(offset))?;
        self.reader.read_exact(&mut header[..there])?;
        let [a, b, c, d, e, f, g, h, large @ ..] = header;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            0 => BoxSize::Bytes(left),
            1 if left < LARGE_HEADER_BYTES => BoxSize::CutOff,
            1 => at_least_a_header(u64::from_be_bytes(large)),
            size => at_least_a_header(size.into()),
        };
        Ok(TopLevelBox { kind: [e, f, g, h], offset, size })
    }
}

fn at_least_a_header(size: u64) -> BoxSize {
    if size < HEADER_BYTES { BoxSize::TooSmall } else { BoxSize::Bytes(size) }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn walk(file: &[u8]) -> Vec<TopLevelBox> {
        top_level_boxes(Cursor::new(file), file.len() as u64).map(Result::unwrap).collect()
    }

    fn found(kind: &[u8; 4], offset: u64, size: BoxSize) -> TopLevelBox {
        TopLevelBox { kind: *kind, offset, size }
    }

    /// A header with a 32-bit size.
    fn header(size: u32, kind: &[u8; 4]) -> Vec<u8> {
        [&size.to_be_bytes(), kind.as_slice()].concat()
    }

    /// A header with a 64-bit size.
    fn large_header(size: u64, kind: &[u8; 4]) -> Vec<u8> {
        [header(1, kind), size.to_be_bytes().to_vec()].concat()
    }

    #[test]
    fn boxes_follow_each_other_whatever_is_in_them() {
        let file = [header(12, b"ftyp"), b"isom".to_vec(), large_header(19, b"mdat"), vec![0; 3]].concat();
        let boxes = [found(b"ftyp", 0, BoxSize::Bytes(12)), found(b"mdat", 12, BoxSize::Bytes(19))];
        assert_eq!(walk(&file), boxes);
        assert_eq!(walk(b""), []);
        // A few bytes behind the last box are none.
        for odd in 1..8 {
            assert_eq!(walk(&[&file[..], &vec![0; odd]].concat()), boxes);
        }
    }

    #[test]
    fn a_box_without_a_size_reaches_to_the_end() {
        let file = [header(8, b"free"), header(0, b"mdat"), header(8, b"moov")].concat();
        let boxes = [found(b"free", 0, BoxSize::Bytes(8)), found(b"mdat", 8, BoxSize::Bytes(16))];
        assert_eq!(walk(&file), boxes);
    }

    #[test]
    fn a_size_that_does_not_hold_its_header_ends_the_walk() {
        for size in 2..8 {
            let file = [header(size, b"free"), header(8, b"moov")].concat();
            assert_eq!(walk(&file), [found(b"free", 0, BoxSize::TooSmall)]);
            let file = [large_header(u64::from(size) - 2, b"free"), header(8, b"moov")].concat();
            assert_eq!(walk(&file), [found(b"free", 0, BoxSize::TooSmall)]);
        }
    }

    #[test]
    fn a_header_that_is_cut_off_is_told_from_a_whole_one() {
        let whole = large_header(64, b"mdat");
        assert_eq!(walk(&whole), [found(b"mdat", 0, BoxSize::Bytes(64))]);
        for length in 8..16 {
            let cut = found(b"mdat", 0, BoxSize::CutOff);
            assert_eq!((walk(&whole[..length]), cut.end()), (vec![cut], None));
        }
        for length in 0..8 {
            assert_eq!(walk(&whole[..length]), []);
        }
    }

    #[test]
    fn a_size_past_the_end_or_past_all_numbers_ends_the_walk() {
        assert_eq!(walk(&header(100, b"mdat")), [found(b"mdat", 0, BoxSize::Bytes(100))]);
        let file = [header(8, b"free"), large_header(u64::MAX, b"mdat"), header(8, b"moov")].concat();
        let mdat = found(b"mdat", 8, BoxSize::Bytes(u64::MAX));
        assert_eq!((walk(&file)[1..].to_vec(), mdat.end()), (vec![mdat], None));
    }

    #[test]
    fn an_error_of_a_read_ends_the_walk() {
        // The file is shorter than it was when its length was asked for.
        let mut boxes = top_level_boxes(Cursor::new(header(8, b"free")), 24);
        assert!(boxes.next().is_some_and(|found| found.is_err()));
        assert!(boxes.next().is_none());
    }
}
