//! Reads times and timing lines as people and programs write them.

/// A time, and true where it is not written as its format prescribes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    /// Microseconds.
    pub at_us: u64,
    pub is_odd: bool,
}

/// What a line is, as far as times go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    /// A line of text.
    None,
    /// A timing line of which a time cannot be read.
    Broken,
    Cue {
        from_us: u64,
        until_us: u64,
        /// It was read by its most likely meaning.
        is_odd: bool,
    },
}

/// Reads `from --> until settings`; the settings (WebVTT) and coordinates (SubRip) are dropped. Full-width signs, other
/// arrows and missing blanks are understood.
pub(super) fn timing(line: &str) -> Timing {
    let Some((line, is_changed)) = arrowed(line) else { return Timing::None };
    if let Some((from, until)) = line.split_once("-->")
        && let Some(cue) = times(from, until, is_changed)
    {
        return cue;
    }
    let Some((from, until)) = line.split_once('>') else { return Timing::None };
    let from = from.trim_end_matches(['-', '=', ' ']);
    let until = until.trim_start_matches(['>', '-', ' ']);
    let is_short = from.contains(':') && until.contains(':');
    match times(from, until, true).filter(|_| is_short) {
        Some(cue) => cue,
        None if line.contains("-->") && (resembles_time(from) || resembles_time(first_word(until))) => {
            Timing::Broken
        }
        None => Timing::None,
    }
}

fn times(from: &str, until: &str, is_odd: bool) -> Option<Timing> {
    let from = time(from, 3)?;
    let until = time(first_word(until), 3).or_else(|| time(until, 3))?;
    Some(Timing::Cue {
        from_us: from.at_us,
        until_us: until.at_us,
        is_odd: is_odd || from.is_odd || until.is_odd,
    })
}

/// Returns the line with plain signs, and true if that changed any; `None` when it holds no arrow.
fn arrowed(line: &str) -> Option<(String, bool)> {
    if !line.contains(['>', '\u{ff1e}', '\u{2192}', '\u{27f6}', '\u{21d2}']) {
        return None;
    }
    let mut plain = String::with_capacity(line.len());
    for sign in line.trim().chars() {
        match sign {
            '\u{2192}' | '\u{27f6}' | '\u{21d2}' => plain.push_str("-->"),
            sign => plain.push(half_width(sign)),
        }
    }
    let is_changed = plain != line.trim();
    Some((plain, is_changed))
}

/// Returns the ASCII sign that a full-width or typographic one stands for.
fn half_width(sign: char) -> char {
    match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        sign => sign,
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// Returns true for what somebody may have meant as a time: colons, and more digits than letters.
fn resembles_time(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|sign| sign.is_alphabetic()).count();
    text.contains([':', ';']) && digits > 0 && digits >= letters && text.len() <= 20
}

/// Reads `[[H:]MM:]SS[.,]fff`. A fraction of other than `digits` digits, more than 59 minutes or seconds, `;` for `:`, a
/// colon before the milliseconds, blanks and a sign are odd but understood; a time before 0 is 0.
pub(super) fn time(text: &str, digits: usize) -> Option<Time> {
    let trimmed = text.trim();
    let unsigned = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let compact: String = unsigned
        .chars()
        .filter(|sign| *sign != ' ')
        .map(|sign| if sign == ';' { ':' } else { half_width(sign) })
        .collect();
    let mut is_odd = compact != trimmed;
    let (whole, mut fraction) = compact.split_once(['.', ',']).unwrap_or((&compact, ""));
    let mut parts: Vec<&str> = whole.split(':').collect();
    if parts.len() == 4 && fraction.is_empty() && parts[3].len() == 3 {
        (fraction, is_odd) = (parts[3], true);
        parts.pop();
    }
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !is_number(fraction) || (fraction.is_empty() && compact.contains(['.', ','])) {
        return None;
    }
    let mut seconds = 0_u64;
    for (index, part) in parts.iter().enumerate() {
        if part.is_empty() || part.len() > 6 || !is_number(part) {
            return None;
        }
        let number: u64 = part.parse().ok()?;
        is_odd |= index > 0 && number > 59;
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    is_odd |= !fraction.is_empty() && fraction.len() != digits;
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let at_us = seconds.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)?;
    Some(Time { at_us: if trimmed.starts_with('-') { 0 } else { at_us }, is_odd })
}

/// Returns the number that is all there is on the line.
pub(super) fn lone_number(line: &str) -> Option<u64> {
    let digits: String = line.trim().chars().map(half_width).collect();
    let is_number =
        !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_however_it_is_written_and_what_is_odd_is_known() {
        for (text, at_us, is_odd) in [
            ("00:00:01,500", 1_500_000, false),
            ("0:01.5", 1_500_000, true),
            ("01:05", 65_000_000, false),
            ("00:00:01:500", 1_500_000, true),
            ("00;00;01,500", 1_500_000, true),
            ("00: 00: 01, 500", 1_500_000, true),
            ("00:00:75,000", 75_000_000, true),
            ("-00:00:01,000", 0, true),
            ("\u{ff10}0\u{ff1a}00:01,500", 1_500_000, true),
        ] {
            assert_eq!(time(text, 3), Some(Time { at_us, is_odd }), "{text}");
        }
        for text in ["", "aa", "00:00:01:12", "1:2:3:4:5", "00:00:01,", "00:00:0O,000", ":01"] {
            assert_eq!(time(text, 3), None, "{text}");
        }
    }

    #[test]
    fn a_line_of_text_with_an_arrow_is_text() {
        for line in ["x --> y", "A > B", "a: 1 > 0", "1 > 2", "3 -> 4", "if (a) { b->c }", "12:30 > 11"] {
            assert_eq!(timing(line), Timing::None, "{line}");
        }
        for line in [
            "O0:00:01,000 --> 00:00:02,000",
            "00:aa --> 00:02",
            "00:00:01,000 -->",
            "00:00:01:12 --> 00:00:02:11",
        ] {
            assert_eq!(timing(line), Timing::Broken, "{line}");
        }
    }
}
