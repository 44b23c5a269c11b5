//! Recognises caption formats that are not read, so that a person is told which it is.

use crate::model::value::CaptionFormat;

/// Returns the format of a text without cues; `None` where it is none of these.
pub(super) fn format_of(text: &str) -> Option<CaptionFormat> {
    let start = text.trim_start();
    let head: String = start.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty()).take(40);
    let often = |is_such: fn(&str) -> bool| {
        lines().filter(|line| is_such(line)).count() * 2 >= lines().count().max(2)
    };
    if head.contains("<sami") {
        Some(CaptionFormat::Sami)
    } else if head.contains("<tt ") || head.contains("<tt:tt") || head.contains("<tt>") {
        Some(CaptionFormat::Ttml)
    } else if start.starts_with('{') && head.contains("\"body\"")
        || start.starts_with('[') && head.contains("\"from\"")
    {
        Some(CaptionFormat::Json)
    } else if often(|line| line.starts_with('{') && two_numbers(line, '{', '}')) {
        Some(CaptionFormat::MicroDvd)
    } else if often(|line| line.starts_with('[') && two_numbers(line, '[', ']')) {
        Some(CaptionFormat::Mpl2)
    } else if often(is_lyric) {
        Some(CaptionFormat::Lrc)
    } else if lines().any(is_subviewer) {
        Some(CaptionFormat::SubViewer)
    } else {
        None
    }
}

/// Returns true for `{0}{25}text` with the given brackets.
fn two_numbers(line: &str, open: char, close: char) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = line.splitn(3, close);
    (0..2).all(|_| parts.next().and_then(|part| part.strip_prefix(open)).is_some_and(number))
}

/// Returns true for `[00:12.00]text`, and for `[ti:title]`.
fn is_lyric(line: &str) -> bool {
    let inside = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside);
    inside.is_some_and(|inside| {
        let tags = ["ti:", "ar:", "al:", "by:", "offset:"];
        (inside.contains(':') && super::timing::time(inside, 2).is_some())
            || tags.iter().any(|tag| inside.to_ascii_lowercase().starts_with(tag))
    })
}

/// Returns true for `00:00:01.00,00:00:03.00`.
fn is_subviewer(line: &str) -> bool {
    line.split_once(',').is_some_and(|(from, until)| {
        let is_time = |text: &str| text.matches(':').count() == 2 && super::timing::time(text, 2).is_some();
        is_time(from) && is_time(until)
    })
}
