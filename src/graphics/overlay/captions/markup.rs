//! Removes mark-up from a cue's text.

/// Longest tag in bytes: a `<` and a `>` further apart belong to the text.
const LONGEST_TAG: usize = 400;

/// Text without `<tags>`, `{\overrides}` and entities.
pub(super) struct Plain {
    pub text: String,
    /// True when an override of style or position was dropped.
    pub styled: bool,
}

/// Strips SRT and WebVTT of HTML-like tags, entities, and the ASS overrides that some editors write into SRT.
pub(super) fn plain(text: &str) -> Plain {
    let (text, styled) = without_overrides(text);
    Plain { text: tidy(&without_entities(&without_tags(&text))), styled }
}

/// Strips ASS and SSA of overrides and drawings, and replaces `\N`, `\n` and `\h`.
pub(super) fn plain_ass(text: &str) -> Plain {
    let (text, styled) = without_overrides(text);
    let text = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ");
    Plain { text: tidy(&text), styled }
}

/// Trims every line and drops empty ones.
fn tidy(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn without_overrides(text: &str) -> (String, bool) {
    let (mut out, mut styled, mut drawing) = (String::with_capacity(text.len()), false, false);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        let inside = &rest[open + 1..open + close];
        let is_override = inside.contains('\\');
        if !drawing {
            // `{text}` without a backslash is a comment in ASS, but may be meant literally in SRT: it is kept.
            out.push_str(if is_override { &rest[..open] } else { &rest[..=open + close] });
        }
        if is_override {
            styled = true;
            drawing = draws(inside).unwrap_or(drawing);
        }
        rest = &rest[open + close + 1..];
    }
    if !drawing {
        out.push_str(rest);
    }
    (out, styled)
}

/// Returns whether an override block switches drawing on (`\p1` and above) or off (`\p0`); `None` if neither.
fn draws(block: &str) -> Option<bool> {
    block
        .split('\\')
        .filter_map(|tag| tag.strip_prefix('p'))
        .filter_map(|level| level.trim().parse::<u32>().ok())
        .map(|level| level > 0)
        .next_back()
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    // Position of the next `>`, searched once however many `<` come before it.
    let mut close = text.find('>');
    while let Some(open) = text[at..].find('<').map(|found| at + found) {
        out.push_str(&text[at..open]);
        at = open + 1;
        while close.is_some_and(|found| found < at) {
            close = text[at..].find('>').map(|found| at + found);
        }
        let is_tag = text[at..].starts_with(|first: char| first == '/' || first.is_ascii_alphanumeric());
        match close.filter(|close| is_tag && close - open <= LONGEST_TAG) {
            Some(close) => at = close + 1,
            None => out.push('<'),
        }
    }
    out.push_str(&text[at..]);
    out
}

fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest entity that is decoded, `&#x10FFFF;`, has ten characters.
        let end = rest.char_indices().take(10).find(|(_, c)| *c == ';').map(|(index, _)| index);
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "lrm" => Some('\u{200e}'),
        "rlm" => Some('\u{200f}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
