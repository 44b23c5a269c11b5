//! From a file's bytes to its text, whatever editor saved it.

use std::io::{self, ErrorKind};
use std::path::Path;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::error::ReadError;
use crate::files;

/// A sidecar larger than this is not one that a person wrote.
pub const DETAILS_MAX_BYTES: u64 = 64 * 1024;

/// Of `jincai.toml` and of presets.
pub(super) const CONFIG_MAX_BYTES: u64 = 1024 * 1024;

/// The file's text. UTF-8, UTF-16 and GB18030 are read, with or without a byte order mark.
pub(super) fn read_text(path: &Path, max_bytes: u64) -> Result<String, ReadError> {
    text_of(path, files::read_named(path, max_bytes), max_bytes)
}

/// As [`read_text`], of what reading the file at `path` came to.
pub(super) fn text_of(path: &Path, read: io::Result<Vec<u8>>, max_bytes: u64) -> Result<String, ReadError> {
    let file = || path.to_owned();
    let bytes = read.map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => ReadError::TooLarge { file: file(), max_bytes },
        _ => ReadError::Unreadable { file: file(), source },
    })?;
    decode(&bytes).ok_or_else(|| ReadError::NotText { file: file() })
}

/// Text in whatever encoding it was written, such as a file's name from an old archive; what belongs to no
/// encoding becomes U+FFFD.
pub fn decode_text(bytes: &[u8]) -> String {
    decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// `None` where the bytes are no text in any encoding we know.
fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return whole(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return whole(encoding, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    // A few characters are too little to tell GBK from others; in this office it is the likeliest.
    whole(GB18030, bytes).or_else(|| whole(guess, bytes))
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

/// TOML is mostly ASCII (keys, `=`, quotes, line ends), so in UTF-16 many bytes of one half are zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 2 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    if low_first > bytes.len() / 10 && high_first == 0 {
        Some(UTF_16LE)
    } else if high_first > bytes.len() / 10 && low_first == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title = \"校园的春天\"\n";

    fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn one_text_is_read_from_every_encoding_an_office_editor_saves() {
        let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        let cases = [
            ("UTF-8", TEXT.as_bytes().to_vec()),
            ("UTF-8 with mark", marked(b"\xef\xbb\xbf", TEXT.as_bytes().to_vec())),
            ("GB18030", GB18030.encode(TEXT).0.into_owned()),
            ("UTF-16LE with mark", marked(b"\xff\xfe", utf16(TEXT, u16::to_le_bytes))),
            ("UTF-16BE with mark", marked(b"\xfe\xff", utf16(TEXT, u16::to_be_bytes))),
            ("UTF-16LE", utf16(TEXT, u16::to_le_bytes)),
            ("UTF-16BE", utf16(TEXT, u16::to_be_bytes)),
        ];
        for (name, bytes) in cases {
            assert_eq!(decode(&bytes).as_deref(), Some(TEXT), "{name}");
        }
    }

    #[test]
    fn a_sidecar_over_its_limit_is_refused_and_one_at_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "#".repeat(DETAILS_MAX_BYTES as usize)).unwrap();
        assert!(read_text(&file, DETAILS_MAX_BYTES).is_ok());
        std::fs::write(&file, "#".repeat(DETAILS_MAX_BYTES as usize + 1)).unwrap();
        assert!(matches!(read_text(&file, DETAILS_MAX_BYTES), Err(ReadError::TooLarge { .. })));
    }
}
