//! Parses the recording date in a file's metadata. The text is untrusted: it is a date, or it is ignored.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Longest accepted text: `2026-11-29T10:00:00.123456789+08:00` and some margin.
const MAX_LENGTH: usize = 40;

/// Returns the time in RFC 3339, without an offset if the text has none; `None` if it is no date. FFmpeg writes
/// `2026-11-29T10:00:00.000000Z` and passes on `2026-11-29 10:00:00` (AVI, older Matroska), `2026:11:29 10:00:00` (EXIF)
/// and offsets without a colon (Apple).
pub(super) fn parse_timestamp(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > MAX_LENGTH || !text.is_ascii() {
        return None;
    }
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let end = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(time.len());
    let (clock, zone) = time.split_at(end);
    let date = date.replace(':', "-");
    let is_plain =
        date.len() == 10 && clock.len() >= 8 && clock.as_bytes()[2] == b':' && clock.as_bytes()[5] == b':';
    let parse_timestamp: DateTime = is_plain.then(|| format!("{date}T{clock}").parse().ok())??;
    Some(format!("{parse_timestamp}{}", offset(zone.trim())?))
}

/// Parses an offset: empty, `Z`, `+08:00` or `+0800`.
fn offset(zone: &str) -> Option<String> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(zone.to_ascii_uppercase());
    }
    let (sign, digits) = (zone.get(..1)?, zone.get(1..)?.replace(':', ""));
    if !matches!(sign, "+" | "-") || digits.len() != 4 || !digits.bytes().all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let (hours, minutes): (i8, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    Offset::from_hours(hours).ok().filter(|_| minutes < 60)?;
    Some(format!("{sign}{}:{}", &digits[..2], &digits[2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cameras_and_ffmpeg_write_is_read_and_anything_else_is_no_date() {
        for (written, read) in [
            ("2026-04-18T09:30:00.000000Z", "2026-04-18T09:30:00Z"),
            ("2026-04-18T09:30:00Z", "2026-04-18T09:30:00Z"),
            ("2026-04-18t09:30:00.25z", "2026-04-18T09:30:00.25Z"),
            ("2026-04-18 09:30:00", "2026-04-18T09:30:00"),
            ("2026:04:18 09:30:00", "2026-04-18T09:30:00"),
            ("2026-04-18T17:30:00+0800", "2026-04-18T17:30:00+08:00"),
            (" 2026-04-18T17:30:00-03:30 ", "2026-04-18T17:30:00-03:30"),
        ] {
            assert_eq!(parse_timestamp(written).as_deref(), Some(read), "{written}");
            assert_eq!(parse_timestamp(read).as_deref(), Some(read), "{read}");
        }
        let long = "A".repeat(6_000_000);
        for nothing in [
            "",
            "2026",
            "2026-04-18",
            "2026-13-18T09:30:00Z",
            "2026-04-31T09:30:00Z",
            "2026-04-18T25:30:00Z",
            "2026-04-18T09:30:00+99:00",
            "2026-04-18T09:30:00+08:99",
            "2026-04-18T09:30:00Z\u{1b}[31m",
            "2026-04-18T09:30:00 Peking",
            "2026-04-18T09:30:00Z[Asia/Shanghai]",
            "20260418T093000Z",
            "今天",
            "=HYPERLINK(1)",
            "2026-04-1éT09:30:00Z",
            &long,
        ] {
            assert_eq!(parse_timestamp(nothing), None, "{nothing:.40}");
        }
    }
}
