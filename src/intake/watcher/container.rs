//! Checks that an MP4 or MOV is as long as its boxes declare, from their sizes only; no box content is read.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::files;

/// Most top-level boxes that are read; no camera or muxer writes as many (a fragmented hour has a few thousand).
const MAX_BOXES: usize = 100_000;

const MP4_FAMILY: &[&str] =
    &["mp4", "m4v", "mov", "qt", "3gp", "3g2", "3gpp", "3gp2", "mp4v", "mqv", "f4v", "lrv"];

/// Returns true if a file is as long as its boxes declare and has an index (`moov`). Also true for every file that is
/// not of the MP4 family, by its extension and first box, and for one that cannot be read. False for an empty file,
/// which a copy has yet to fill.
pub fn is_complete(path: &Path) -> bool {
    if path.metadata().is_ok_and(|file| file.len() == 0) {
        return false;
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if !MP4_FAMILY.contains(&extension.as_str()) {
        return true;
    }
    // A file that cannot be read is rejected later, with a reason.
    files::open_named(path).and_then(|file| reaches_its_end(&file)).unwrap_or(true)
}

fn reaches_its_end(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let mut index_seen = false;
    for (number, found) in files::top_level_boxes(file, length).take(MAX_BOXES).enumerate() {
        let found = found?;
        if number == 0 && !known_first(found.kind) {
            // Not an MP4 in spite of its name.
            return Ok(true);
        }
        if found.end().is_none_or(|end| end > length) {
            return Ok(false);
        }
        if number + 1 == MAX_BOXES {
            return Ok(true);
        }
        index_seen |= found.kind == *b"moov";
    }
    // Some programs append a few stray bytes to a complete file.
    Ok(index_seen)
}

fn known_first(kind: [u8; 4]) -> bool {
    let known: [&[u8; 4]; 8] = [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp"];
    known.contains(&&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(name: &str) -> Vec<u8> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clips").join(name);
        std::fs::read(path).unwrap()
    }

    fn complete(name: &str, bytes: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        is_complete(&path)
    }

    #[test]
    fn a_whole_clip_is_complete_and_no_beginning_of_it_is() {
        let whole = clip("plain_landscape.mp4");
        assert!(complete("a.MP4", &whole));
        let beginnings = (1..whole.len()).step_by(997).chain([7, 8, 9, whole.len() - 1]);
        let taken: Vec<usize> = beginnings.filter(|length| complete("a.mp4", &whole[..*length])).collect();
        assert_eq!(taken, [0usize; 0]);
    }

    #[test]
    fn sizes_alone_decide() {
        let ftyp = b"\0\0\0\x08ftyp";
        let file = |boxes: &[&[u8]]| complete("a.mov", &[&[&ftyp[..]], boxes].concat().concat());
        let (moov, large) = (b"\0\0\0\x08moov", b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x12");
        assert!(file(&[moov, large, b"ab"]) && file(&[large, b"ab", moov, b"odd"]));
        // To the end of the file.
        assert!(file(&[moov, b"\0\0\0\0mdat", b"and all the rest"]) && file(&[b"\0\0\0\0moov"]));
        assert!(!file(&[moov, large, b"a"]) && !file(&[moov, &large[..12]]) && !file(&[moov, &large[..8]]));
        assert!(!file(&[moov, b"\0\0\0\x07free"]) && !file(&[b"\0\0\0\0mdat"]));
        assert!(!file(&[moov, b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"]));
    }

    #[test]
    fn other_things_are_not_waited_for() {
        assert!(complete("a.mp4", b"not a video at all"));
        assert!(complete("a.mkv", b"\x1aE\xdf\xa3"));
        assert!(!complete("a.mp4", b""));
        assert!(!complete("a.mkv", b""));
        assert!(!complete("a.mp4", &clip("index_missing.mp4")));
    }
}
