//! Whether an MP4 or MOV reaches to the end that its boxes name. Follows sizes only; nothing in a box is read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::files;

/// More boxes than any camera or muxer writes at the top (a fragmented hour has some thousands).
const MOST_BOXES: usize = 100_000;

const MP4_FAMILY: &[&str] =
    &["mp4", "m4v", "mov", "qt", "3gp", "3g2", "3gpp", "3gp2", "mp4v", "mqv", "f4v", "lrv"];

/// False for an empty file, which is a place that a copy has yet to fill. True for every other that is not of the MP4
/// family, by name and by its first box.
pub fn is_complete(path: &Path) -> bool {
    if path.metadata().is_ok_and(|file| file.len() == 0) {
        return false;
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if !MP4_FAMILY.contains(&extension.as_str()) {
        return true;
    }
    // A file that cannot be read is for the job to refuse.
    files::open_named(path).and_then(|file| reaches_its_end(&file)).unwrap_or(true)
}

fn reaches_its_end(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let (mut at, mut index_seen) = (0u64, false);
    for number in 0..MOST_BOXES {
        if at == length {
            return Ok(index_seen);
        }
        let mut head = [0u8; 16];
        let there = usize::try_from((length - at).min(16)).unwrap_or(16);
        file.read_exact_at(&mut head[..there], at)?;
        let kind = [head[4], head[5], head[6], head[7]];
        if number == 0 && there >= 8 && !known_first(kind) {
            // Something else under this name.
            return Ok(true);
        }
        let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let size = match short {
            0 => length - at,
            1 if there == 16 => u64::from_be_bytes(std::array::from_fn(|i| head[8 + i])),
            size => size,
        };
        let fits = at.checked_add(size).is_some_and(|end| end <= length);
        if there < 8 || size < 8 || !fits {
            // Some programs leave a few odd bytes behind a complete file.
            return Ok(index_seen && there < 8);
        }
        index_seen |= kind == *b"moov";
        at += size;
    }
    Ok(true)
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
    fn other_things_are_not_waited_for() {
        assert!(complete("a.mp4", b"not a video at all"));
        assert!(complete("a.mkv", b"\x1aE\xdf\xa3"));
        assert!(!complete("a.mp4", b""));
        assert!(!complete("a.mkv", b""));
        assert!(!complete("a.mp4", &clip("index_missing.mp4")));
    }
}
