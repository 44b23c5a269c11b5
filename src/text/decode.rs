//! From bytes in an unknown encoding to text, whatever editor or archive they come from.

use encoding_rs::{Encoding, GB18030, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::plausible::{self, Judged};

/// A text, and the encoding's name when it is no more than a likely guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub guessed: Option<&'static str>,
}

/// Decodes what an office saved: by mark, then as UTF-16 without a mark, as UTF-8, and as whatever gives the most plausible
/// text. `None` where the bytes are no text in any of these.
pub fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, text)) = unmistakable(bytes) {
        return whole(encoding, text);
    }
    // A few characters are too little to tell GBK from others; in this office it is the likeliest.
    let Judged { encoding, is_clear } = plausible::judge(bytes);
    let judged = || whole(encoding, bytes);
    if is_clear { judged() } else { whole(GB18030, bytes).or_else(judged) }
}

/// Decodes a name, such as a file's from an old archive; what belongs to no encoding becomes U+FFFD.
pub fn decode_name(bytes: &[u8]) -> String {
    decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Decodes what may come from anywhere, such as captions: by mark, then as UTF-16 without a mark, as UTF-8 even where some
/// bytes are broken, and as whatever gives the most plausible text; only GB18030, which the offices here write, is no
/// guess when it is clear. What does not fit becomes U+FFFD.
pub fn decode_likely(bytes: &[u8]) -> Decoded {
    if let Some((encoding, text)) = unmistakable(bytes) {
        return Decoded { text: lossy(encoding, text), guessed: None };
    }
    if is_damaged_utf8(bytes) {
        return Decoded { text: lossy(UTF_8, bytes), guessed: None };
    }
    let Judged { encoding, is_clear } = plausible::judge(bytes);
    let is_usual = encoding == GB18030 && is_clear;
    Decoded { text: lossy(encoding, bytes), guessed: (!is_usual).then(|| encoding.name()) }
}

fn lossy(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Returns the encoding of bytes that show it themselves, and the bytes without a mark.
fn unmistakable(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some((encoding, &bytes[mark..]));
    }
    if is_iso_2022_jp(bytes) {
        return Some((ISO_2022_JP, bytes));
    }
    let utf8 = || std::str::from_utf8(bytes).is_ok().then_some(UTF_8);
    utf16_without_mark(bytes).or_else(utf8).map(|encoding| (encoding, bytes))
}

/// Returns true for the escapes by which ISO-2022-JP, otherwise ASCII, switches to its character sets.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let switches = |window: &[u8]| matches!(window, b"\x1b$B" | b"\x1b$@");
    bytes.is_ascii() && bytes.windows(3).any(switches)
}

/// UTF-16 shows itself by zero bytes on one side: keys, digits, colons, blanks and line ends are ASCII in every
/// configuration and every caption file.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.len() / 2;
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 12 > pairs && even * 20 < odd {
        Some(UTF_16LE)
    } else if even * 12 > pairs && odd * 20 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Returns true for UTF-8 of which only a few bytes are broken: a text in another encoding has hardly two characters that
/// are valid UTF-8 for one that is not.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|sign| !sign.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid >= 2 && valid >= 2 * broken
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
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
            assert_eq!(decode_likely(&bytes), Decoded { text: TEXT.to_owned(), guessed: None }, "{name}");
        }
    }

    #[test]
    fn what_is_no_text_is_none_of_an_office_but_a_name_all_the_same() {
        let half = b"\xff\xfe\x00\xd8";
        assert_eq!(decode(half), None);
        assert_eq!(decode_name(half), "\u{FFFD}\u{FFFD}\0\u{FFFD}");
        assert_eq!(decode_likely(half).text, "\u{FFFD}");
    }
}
