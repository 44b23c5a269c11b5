//! Recognises a file by its first bytes and, for MP4, by its boxes, in order to refuse what is no video before FFmpeg sees
//! it, and to name the cause when FFmpeg cannot open it.

use std::io::Read;

use crate::files::{self, BoxSize};
use crate::media::poster::PictureFormat;
use crate::media::source::Handle;
use crate::model::finding::{Code, Finding};
use crate::model::value::{Arg, Words};

const HEAD_BYTES: usize = 4096;
/// Largest number of top-level boxes that are read. A real file has a few, a fragmented one some thousands.
const MAX_BOXES: usize = 200_000;

/// Returns true if the file is a picture that can be a poster.
pub(super) fn is_poster(handle: &Handle) -> std::io::Result<bool> {
    let mut head = Vec::new();
    handle.reader().take(16).read_to_end(&mut head)?;
    Ok(PictureFormat::of(&head).is_some())
}

/// Returns the refusal of a file that clearly is no video.
pub(super) fn refusal(handle: &Handle) -> std::io::Result<Option<Finding>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    handle.reader().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(judge(&head))
}

fn judge(head: &[u8]) -> Option<Finding> {
    if head.is_empty() {
        return Some(Finding::error(Code::EmptyFile));
    }
    let what = |code: Code, name: &str| Some(Finding::error(code).arg(Arg::Found, name));
    for (magic, name) in IMAGES {
        if head.starts_with(magic) {
            return what(Code::StillImage, name);
        }
    }
    if head.get(4..8) == Some(b"ftyp".as_slice())
        && matches!(head.get(8..12), Some(b"avif" | b"heic" | b"mif1"))
    {
        return what(Code::StillImage, "HEIF");
    }
    for (magic, name) in OTHERS {
        if head.starts_with(magic) {
            return Some(not_media(name));
        }
    }
    let text = as_text(head)?;
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let lower = start.to_ascii_lowercase();
    if SCRIPTS.iter().any(|script| lower.starts_with(script))
        || lower.contains("<mpd")
        || lower.contains("<smil")
    {
        return what(Code::NamesOtherFiles, first_line(start));
    }
    if lower.starts_with("webvtt") || lower.starts_with("[script info]") || looks_like_srt(start) {
        return what(Code::SubtitleOnly, first_line(start));
    }
    Some(not_media("text"))
}

fn not_media(content: &str) -> Finding {
    Finding::error(Code::NotMedia).arg(Arg::Found, Words::Content(content.to_owned()))
}

const IMAGES: [(&[u8], &str); 5] =
    [(b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"8BPS", "Photoshop")];

const OTHERS: [(&[u8], &str); 8] = [
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Office"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
];

/// Texts that name other files or addresses.
const SCRIPTS: [&str; 12] = [
    "#extm3u",
    "ffconcat",
    "file ",
    "v=0",
    "[playlist]",
    "[reference]",
    "<asx",
    "<?xml",
    "http://",
    "https://",
    "rtsp://",
    "#!",
];

/// Returns the bytes as text if they contain no control characters, or are UTF-16 with a byte order mark.
fn as_text(head: &[u8]) -> Option<String> {
    if let Some(rest) = head.strip_prefix(&[0xff, 0xfe]) {
        let units: Vec<u16> =
            rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return Some(String::from_utf16_lossy(&units));
    }
    let binary = head.iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b));
    (!binary).then(|| String::from_utf8_lossy(head).into_owned())
}

fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or("");
    let end = line.char_indices().nth(60).map_or(line.len(), |(index, _)| index);
    &line[..end]
}

fn looks_like_srt(text: &str) -> bool {
    let mut lines = text.lines();
    lines.next().is_some_and(|line| line.trim().parse::<u32>().is_ok())
        && lines.next().is_some_and(|line| line.contains("-->"))
}

/// Returns why FFmpeg could not open the file, as far as its boxes show.
pub(super) fn why_unreadable(handle: &Handle) -> Finding {
    match top_level_kinds(handle) {
        Some(boxes) if !boxes.contains(b"moov") => Finding::error(Code::IndexMissing),
        Some(boxes) if !boxes.iter().any(|kind| matches!(kind, b"mdat" | b"moof")) => {
            Finding::error(Code::NoMediaData)
        }
        _ => Finding::error(Code::NotMedia),
    }
}

/// Returns true if an MP4 has an index but no media at all.
pub(super) fn holds_index_only(handle: &Handle) -> bool {
    top_level_kinds(handle).is_some_and(|boxes| {
        boxes.contains(b"moov") && !boxes.iter().any(|kind| matches!(kind, b"mdat" | b"moof"))
    })
}

/// Returns the number of indices of an MP4: more than one if complete files stand one after the other.
pub(super) fn count_indices(handle: &Handle) -> usize {
    let boxes = top_level_kinds(handle).unwrap_or_default();
    boxes.iter().filter(|kind| *kind == b"moov").count()
}

/// Returns the kinds of an ISO base media file's top-level boxes; `None` if it is no such file.
fn top_level_kinds(handle: &Handle) -> Option<Vec<[u8; 4]>> {
    let mut kinds = Vec::new();
    for found in files::top_level_boxes(handle.reader(), handle.bytes().ok()?).take(MAX_BOXES) {
        let found = found.ok()?;
        if !found.kind.iter().all(u8::is_ascii_graphic) && !found.kind.contains(&b' ') {
            break;
        }
        if found.size != BoxSize::TooSmall {
            found.end()?;
        }
        kinds.push(found.kind);
    }
    let known = [*b"ftyp", *b"moov", *b"mdat", *b"free", *b"skip", *b"wide", *b"moof", *b"styp"];
    kinds.first().is_some_and(|first| known.contains(first)).then_some(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plainly_no_video_is_named() {
        let cases: [(&[u8], Code); 9] = [
            (b"", Code::EmptyFile),
            (b"GIF89a photo", Code::StillImage),
            (b"#EXTM3U\n#EXT-X-VERSION:3\n", Code::NamesOtherFiles),
            (b"ffconcat version 1.0\nfile a.mp4\n", Code::NamesOtherFiles),
            (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", Code::NamesOtherFiles),
            (b"1\n00:00:01,000 --> 00:00:02,000\nhello\n", Code::SubtitleOnly),
            (b"WEBVTT\n\n", Code::SubtitleOnly),
            ("会议记录\n第一项".as_bytes(), Code::NotMedia),
            (b"PK\x03\x04zip", Code::NotMedia),
        ];
        for (head, code) in cases {
            assert_eq!(judge(head).map(|finding| finding.code), Some(code), "{head:?}");
        }
        assert_eq!(judge(b"\0\0\0\x20ftypisom\0\0\x02\0"), None);
        assert_eq!(judge(b"\x1aE\xdf\xa3\x01\0\0\0"), None);
    }
}
