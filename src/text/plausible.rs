//! Tells the encodings of East Asia apart, which share most of their byte values: each is tried, and what reads most like a
//! text in its language is meant.

use std::collections::HashMap;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};

/// Bytes that are tried; more tell nothing new.
const SAMPLE_BYTES: usize = 128 << 10;

/// What GB18030 gets beside its points, since nearly all texts of this office that are not Unicode are written in it.
const USUAL_BONUS: f64 = 0.15;

/// Points by which the best must lead the second, and which it must have, to count as clear. A text in its own encoding
/// has about 0.7, the same in another one of East Asia −0.2.
const CLEAR_LEAD: f64 = 0.3;
const CLEAR_POINTS: f64 = 0.3;

/// The most plausible encoding of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    pub encoding: &'static Encoding,
    /// False when another one is nearly as plausible.
    pub is_clear: bool,
}

/// Judges bytes that are not UTF-8.
pub(super) fn judge(bytes: &[u8]) -> Judged {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let candidates = [
        (GB18030, Language::Chinese),
        (BIG5, Language::Traditional),
        (EUC_KR, Language::Korean),
        (SHIFT_JIS, Language::Japanese),
        (EUC_JP, Language::Japanese),
        (single_byte(sample), Language::Western),
    ];
    let mut points: Vec<(f64, &'static Encoding)> = candidates
        .into_iter()
        .map(|(encoding, language)| {
            let bonus = if encoding == GB18030 { USUAL_BONUS } else { 0.0 };
            (points(&encoding.decode_without_bom_handling(sample).0, language) + bonus, encoding)
        })
        .collect();
    points.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, encoding) = points[0];
    let is_clear = best >= CLEAR_POINTS && best - points[1].0 >= CLEAR_LEAD;
    Judged { encoding, is_clear }
}

/// Returns the likeliest encoding with one byte for a character.
fn single_byte(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if guessed.is_single_byte() { guessed } else { encoding_rs::WINDOWS_1252 }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Chinese,
    Traditional,
    Japanese,
    Korean,
    Western,
}

/// Bits of the scripts in which a character is common.
const SIMPLIFIED: u8 = 1;
const TRADITIONAL: u8 = 2;
const JAPANESE: u8 = 4;
const KOREAN: u8 = 8;

/// The characters that make up about four fifths of everyday texts, with the scripts in which they do.
static COMMON: LazyLock<HashMap<char, u8>> = LazyLock::new(|| {
    let mut common = HashMap::new();
    let mut script = 0;
    for line in include_str!("common_characters.txt").lines() {
        match line {
            "[hans]" => script = SIMPLIFIED,
            "[hant]" => script = TRADITIONAL,
            "[japanese]" => script = JAPANESE,
            "[korean]" => script = KOREAN,
            comment if comment.starts_with('#') => {}
            characters => {
                characters.chars().for_each(|character| *common.entry(character).or_insert(0) |= script);
            }
        }
    }
    common
});

/// Returns how much the characters beyond ASCII read like a text in the language, about −4..=1 on average.
fn points(text: &str, language: Language) -> f64 {
    let (mut sum, mut count, mut before) = (0.0, 0_u32, ' ');
    for sign in text.chars() {
        if !sign.is_ascii() {
            count += 1;
            sum += match language {
                Language::Western => western(before, sign),
                _ => eastern(sign, language),
            };
        }
        before = sign;
    }
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

fn eastern(sign: char, language: Language) -> f64 {
    let is_common = |scripts: u8| COMMON.get(&sign).is_some_and(|found| found & scripts != 0);
    match sign {
        '\u{fffd}' | '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => -4.0,
        '\u{ac00}'..='\u{d7a3}' if language != Language::Korean => -1.0,
        '\u{ac00}'..='\u{d7a3}' if is_common(KOREAN) => 1.0,
        '\u{ac00}'..='\u{d7a3}' => -0.3,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}' => match language {
            Language::Japanese => 0.9,
            Language::Chinese => 0.2,
            _ => 0.0,
        },
        // Half-width katakana, each of one byte: what Chinese in GB18030 looks like in Shift_JIS.
        '\u{ff61}'..='\u{ff9f}' => -0.7,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}' => {
            let scripts = match language {
                Language::Chinese => SIMPLIFIED | TRADITIONAL,
                Language::Traditional => TRADITIONAL,
                Language::Japanese => JAPANESE,
                // Everyday Korean has no hanja.
                _ => 0,
            };
            if is_common(scripts) { 1.0 } else { -0.35 }
        }
        '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}'
        | '\u{2018}'..='\u{201d}'
        | '\u{2014}'
        | '\u{2026}'
        | '\u{b7}' => 0.5,
        '\u{3000}' | '\u{ff01}'..='\u{ff5e}' | '\u{266a}'..='\u{266c}' => 0.3,
        _ => -1.0,
    }
}

/// European letters stand between others of their kind, capitals at the beginning of a word.
fn western(before: char, sign: char) -> f64 {
    match sign {
        '\u{fffd}' | '\u{80}'..='\u{9f}' => -4.0,
        sign if sign.is_alphabetic() && sign.is_uppercase() && before.is_lowercase() => -1.0,
        sign if sign.is_alphabetic() && sign != '\u{aa}' && sign != '\u{ba}' => 0.6,
        '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201e}' | '\u{2013}' | '\u{2014}' | '\u{2026}' => 0.3,
        _ => -0.8,
    }
}

#[cfg(test)]
mod tests;
