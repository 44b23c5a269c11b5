//! From bytes in an unknown encoding to text, whatever editor or archive they come from.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// A text, and the encoding's name when it is no more than a likely guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub guessed: Option<&'static str>,
}

/// Decodes what an office saved: by mark, then as UTF-16 without a mark, as UTF-8, as GB18030, and by the detector's
/// guess. `None` where the bytes are no text in any of these.
pub fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, text)) = unmistakable(bytes) {
        return whole(encoding, text);
    }
    // A few characters are too little to tell GBK from others; in this office it is the likeliest.
    whole(GB18030, bytes).or_else(|| whole(detected(bytes, Utf8Detection::Deny), bytes))
}

/// Decodes a name, such as a file's from an old archive; what belongs to no encoding becomes U+FFFD.
pub fn decode_name(bytes: &[u8]) -> String {
    decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Decodes what may come from anywhere, such as captions: by mark, then as UTF-16 without a mark, as UTF-8, as GB18030 if
/// the bytes look like everyday Chinese, and by the detector's guess. What does not fit becomes U+FFFD.
pub fn decode_likely(bytes: &[u8]) -> Decoded {
    let lossy = |encoding: &'static Encoding, bytes| {
        let text: std::borrow::Cow<'_, str> = encoding.decode_without_bom_handling(bytes).0;
        text.into_owned()
    };
    if let Some((encoding, text)) = unmistakable(bytes) {
        return Decoded { text: lossy(encoding, text), guessed: None };
    }
    if everyday_chinese(bytes) >= 0.9
        && let Some(text) = whole(GB18030, bytes)
    {
        return Decoded { text, guessed: None };
    }
    let encoding = match detected(bytes, Utf8Detection::Allow) {
        encoding if encoding == GBK => GB18030,
        encoding => encoding,
    };
    Decoded { text: lossy(encoding, bytes), guessed: Some(encoding.name()) }
}

/// Returns the encoding of bytes that show it themselves, and the bytes without a mark.
fn unmistakable(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some((encoding, &bytes[mark..]));
    }
    let utf8 = || std::str::from_utf8(bytes).is_ok().then_some(UTF_8);
    utf16_without_mark(bytes).or_else(utf8).map(|encoding| (encoding, bytes))
}

/// UTF-16 shows itself by zero bytes on one side: keys, digits, colons and line ends are ASCII in every configuration and
/// every caption file.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.len() / 2;
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 5 > pairs && even * 20 < odd {
        Some(UTF_16LE)
    } else if even * 5 > pairs && odd * 20 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

fn detected(bytes: &[u8], utf8: Utf8Detection) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, utf8)
}

/// The share of non-ASCII characters that are GB 2312 punctuation (rows 1–3) or common hanzi (level 1, rows 16–55).
/// European text gives few of them: its accented bytes stand alone between ASCII letters.
fn everyday_chinese(bytes: &[u8]) -> f64 {
    let (mut common, mut all) = (0_u32, 0_u32);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if first.is_ascii() {
            continue;
        }
        all += 1;
        let second = tail.first().copied().unwrap_or(0);
        if second < 0x40 {
            continue;
        }
        rest = &tail[1..];
        if second >= 0xA1 && matches!(first, 0xA1..=0xA3 | 0xB0..=0xD7) {
            common += 1;
        }
    }
    if all == 0 { 0.0 } else { f64::from(common) / f64::from(all) }
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
