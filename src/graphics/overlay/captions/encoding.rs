//! Which encoding a caption file was saved in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// The text, and the encoding's name when it is no more than a likely guess.
pub(super) struct Decoded {
    pub text: String,
    pub guessed: Option<&'static str>,
}

/// Decodes by mark, then as UTF-8, then as UTF-16 without a mark, then as GB18030 if the bytes look like
/// everyday Chinese, then by the detector's guess.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return certain(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return certain(encoding, bytes);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return certain(UTF_8, bytes);
    }
    if everyday_chinese(bytes) >= 0.9 && !GB18030.decode_without_bom_handling(bytes).1 {
        return certain(GB18030, bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let mut encoding = detector.guess(None, Utf8Detection::Allow);
    if encoding == GBK {
        encoding = GB18030;
    }
    Decoded {
        text: encoding.decode_without_bom_handling(bytes).0.into_owned(),
        guessed: Some(encoding.name()),
    }
}

fn certain(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    Decoded { text: encoding.decode_without_bom_handling(bytes).0.into_owned(), guessed: None }
}

/// UTF-16 shows itself by zero bytes on one side: digits, colons and line ends are ASCII in every caption file.
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
