//! Points and ranges of a work as people type them.

use crate::commands::error::CommandError;
use crate::model::review::Span;
use crate::present::messages::review as words;

/// Reads `0:37`, `1:02:03.5`, `37`, or two of them with a dash between.
pub(super) fn span(given: &str) -> Result<Span, CommandError> {
    let plain = given.trim().replace(['–', '—', '－', '~', '～'], "-").replace('：', ":");
    let (from, to) = plain.split_once('-').unwrap_or((&plain, &plain));
    match (milliseconds(from.trim()), milliseconds(to.trim())) {
        (Some(from_ms), Some(to_ms)) if from_ms <= to_ms => Ok(Span { from_ms, to_ms }),
        _ => {
            let (text, hint) = words::no_time(given);
            Err(CommandError::usage(text).with_hint(hint))
        }
    }
}

/// Longest time that is read, seconds: more is a typo.
const MOST_SECONDS: f64 = 360_000.0;

fn milliseconds(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.is_empty() || parts.len() > 3 {
        return None;
    }
    let mut seconds = 0.0;
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        let is_number = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || (is_last && c == '.'));
        let value: f64 = Some(*part).filter(|_| is_number)?.parse().ok()?;
        if index > 0 && value >= 60.0 {
            return None;
        }
        seconds = seconds * 60.0 + value;
    }
    (seconds <= MOST_SECONDS).then(|| (seconds * 1000.0).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_type_it() {
        let read = |text| span(text).ok().map(|span| (span.from_ms, span.to_ms));
        assert_eq!(read("0:37"), Some((37_000, 37_000)));
        assert_eq!(read("0:37-0:41"), Some((37_000, 41_000)));
        assert_eq!(read("0：37–0：41.5"), Some((37_000, 41_500)));
        assert_eq!(read("1:02:03"), Some((3_723_000, 3_723_000)));
        assert_eq!(read(" 5 "), Some((5_000, 5_000)));
        for odd in ["", "-", "0:60", "1:2:3:4", "0:41-0:37", "a", "1e3", "-5", "0:3.5:1", "nan", "99999999"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
