//! Removes mark-up from a cue's text: what a reader would not show, and nothing else.

use std::collections::HashMap;

/// Longest tag in bytes: a `<` and a `>` further apart belong to the text.
const LONGEST_TAG: usize = 400;

/// Tags that readers of SubRip and WebVTT know; any other is text, such as `List<String>`.
const TAGS: [&str; 25] = [
    "b", "i", "u", "s", "em", "strong", "strike", "del", "ins", "font", "span", "p", "div", "center", "big",
    "small", "tt", "sub", "sup", "ruby", "rt", "rp", "c", "v", "lang",
];

/// Text without `<tags>`, `{\overrides}` and entities.
pub(super) struct Plain {
    pub text: String,
    /// True when an override of style or position, or a drawing, was dropped.
    pub styled: bool,
}

/// Strips SubRip of its tags and of the ASS and MicroDVD overrides that editors write into it. Entities are text: no
/// reader of SubRip decodes them.
pub(super) fn plain_srt(text: &str) -> Plain {
    let (text, overridden) = without_overrides(text, Braces::Overrides);
    let (text, tagged) = without_tags(&text, Dialect::SubRip);
    Plain { text: tidy(&hard_breaks(&text)), styled: overridden || tagged }
}

/// Strips WebVTT of its tags and decodes its entities.
pub(super) fn plain_vtt(text: &str) -> Plain {
    let (text, overridden) = without_overrides(text, Braces::Overrides);
    let (text, tagged) = without_tags(&text, Dialect::WebVtt);
    Plain { text: tidy(&without_entities(&text)), styled: overridden || tagged }
}

/// Strips ASS and SSA of overrides, comments and drawings, and replaces `\N`, `\n` and `\h` as libass does: `\n` is a
/// blank unless `hard_soft_breaks` (`WrapStyle: 2`).
pub(super) fn plain_ass(text: &str, hard_soft_breaks: bool) -> Plain {
    let (text, styled) = without_overrides(text, Braces::All);
    let soft = if hard_soft_breaks { "\n" } else { " " };
    let text = text.replace("\\N", "\n").replace("\\n", soft).replace("\\h", " ");
    Plain { text: tidy(&text.replace(OPEN, "{").replace(CLOSE, "}")), styled }
}

/// Stand for `\{` and `\}`, which are signs of the text.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// Trims every line and drops empty ones.
fn tidy(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Breaks lines at `\N`, which FFmpeg's reader honours in SubRip too; not in a path such as `D:\New`.
fn hard_breaks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\N") {
        out.push_str(&rest[..at]);
        let is_path = rest[..at].ends_with(|before: char| before == ':' || before.is_ascii_alphanumeric())
            && rest[at + 2..].starts_with(|after: char| after.is_ascii_alphanumeric());
        out.push_str(if is_path { "\\N" } else { "\n" });
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

/// Which braces are no text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Braces {
    /// `{\…}` and MicroDVD's `{y:i}`: in SubRip other braces are shown.
    Overrides,
    /// Every closed pair: in ASS, what is no override is a comment.
    All,
}

fn without_overrides(text: &str, braces: Braces) -> (String, bool) {
    let escaped;
    let text = if braces == Braces::All && text.contains("\\{") {
        escaped = text.replace("\\{", &OPEN.to_string()).replace("\\}", &CLOSE.to_string());
        &escaped
    } else {
        text
    };
    let (mut out, mut styled, mut drawing) = (String::with_capacity(text.len()), false, false);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        let inside = &rest[open + 1..open + close];
        let is_override = match braces {
            Braces::Overrides => inside.starts_with('\\') || is_microdvd(inside),
            Braces::All => inside.contains('\\'),
        };
        let is_text = !is_override && braces == Braces::Overrides;
        if !drawing {
            out.push_str(if is_text { &rest[..=open + close] } else { &rest[..open] });
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

/// Returns true for the content of MicroDVD's `{y:i}`, `{c:$ff0000}`, `{s:24}` and the like.
fn is_microdvd(inside: &str) -> bool {
    let Some((name, value)) = inside.split_once(':') else { return false };
    match name {
        "y" | "Y" => !value.is_empty() && value.bytes().all(|byte| b"biusBIUS,".contains(&byte)),
        "c" | "C" => {
            value.strip_prefix('$').is_some_and(|colour| colour.bytes().all(|byte| byte.is_ascii_hexdigit()))
        }
        "s" | "S" | "p" | "P" | "o" => {
            !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
        }
        _ => false,
    }
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    SubRip,
    WebVtt,
}

/// Returns the text without its tags, and true if one of them was a style.
fn without_tags(text: &str, dialect: Dialect) -> (String, bool) {
    let (mut out, mut styled) = (String::with_capacity(text.len()), false);
    let closings = last_closings(text);
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let at = text.len() - rest.len() + open;
        rest = &rest[open + 1..];
        let inside = rest.find(['<', '>']).filter(|end| *end < LONGEST_TAG && rest[*end..].starts_with('>'));
        let tag = inside.and_then(|end| {
            // What stands directly behind a word, as in `Map<S>`, is a tag only where it is closed.
            let may_be_text = out.ends_with(|before: char| before.is_ascii_alphanumeric());
            let is_closed = |name: &str| closings.get(name).is_some_and(|last| *last > at + end);
            tag(&rest[..end], dialect, is_closed, may_be_text).map(|tag| (tag, end))
        });
        match tag {
            Some((Tag::Break, end)) => {
                out.push('\n');
                rest = &rest[end + 1..];
            }
            Some((Tag::Style, end)) => {
                styled = true;
                rest = &rest[end + 1..];
            }
            None => out.push('<'),
        }
    }
    out.push_str(rest);
    (out, styled)
}

/// Returns where each tag, by its name in lower case, is closed for the last time.
fn last_closings(text: &str) -> HashMap<String, usize> {
    let mut closings = HashMap::new();
    for (at, _) in text.match_indices("</") {
        let behind = text[at + 2..].bytes().take(LONGEST_TAG).take_while(u8::is_ascii_alphanumeric).count();
        closings.insert(text[at + 2..at + 2 + behind].to_ascii_lowercase(), at);
    }
    closings
}

enum Tag {
    Break,
    Style,
}

/// Classifies what stands between `<` and `>`; `None` if it is text. `is_closed` tells whether a tag of a name in lower case is
/// closed behind it.
fn tag(inside: &str, dialect: Dialect, is_closed: impl Fn(&str) -> bool, may_be_text: bool) -> Option<Tag> {
    let (inside, is_closing) = inside.strip_prefix('/').map_or((inside, false), |inside| (inside, true));
    let end = inside.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let (name, more) = inside.split_at(end);
    let name = name.to_ascii_lowercase();
    if name.is_empty() {
        return None;
    }
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        // `<00:00:01.000>`, the time of a word.
        let is_time = inside.contains(':') && super::timing::time(inside, 3).is_some();
        return is_time.then_some(Tag::Style);
    }
    let more = more.trim_end_matches('/').trim();
    if name == "br" && more.is_empty() {
        return Some(Tag::Break);
    }
    let is_closed = || is_closed(&name);
    let is_known = TAGS.contains(&name.as_str());
    if is_closing {
        let is_tag = is_known || dialect == Dialect::WebVtt;
        return (is_tag && more.is_empty()).then_some(Tag::Style);
    }
    let is_tag = match name.as_str() {
        // Classes, and whose voice or which language it is.
        "v" | "lang" => !more.is_empty() && (dialect == Dialect::WebVtt || is_closed()),
        _ if more.starts_with('.') => is_known,
        _ => {
            (is_known || dialect == Dialect::WebVtt && is_closed()) && (more.is_empty() || more.contains('='))
        }
    };
    (is_tag && (!may_be_text || is_closed())).then_some(Tag::Style)
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
