//! Text from outside that must not steer whoever reads it.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::path::Path;

/// Returns true for a character that a terminal, a chat or a page obeys instead of showing it: control characters, line
/// ends, and the marks that turn the reading direction, with which a name can read as another one.
pub fn is_display_control(c: char) -> bool {
    c.is_control() || is_direction_mark(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Returns true for a mark that turns the reading direction, or the retired ones beside them.
pub(super) fn is_direction_mark(c: char) -> bool {
    matches!(
        c,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}'
    )
}

/// A text from outside, shown on one line: each [`is_display_control`] becomes U+FFFD.
#[derive(Clone, Debug)]
pub struct Visible<'a> {
    text: Cow<'a, str>,
    most: usize,
}

impl<'a> Visible<'a> {
    /// Shows the whole text.
    pub fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), most: usize::MAX }
    }

    /// Shows a path, whatever bytes it is made of.
    pub fn path(path: &'a Path) -> Self {
        Self::of(path.to_string_lossy())
    }

    /// Shows no more than this many characters, then `…` for those left out.
    pub fn at_most(self, characters: usize) -> Self {
        Self { most: characters, ..self }
    }
}

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.text.chars();
        for c in characters.by_ref().take(self.most) {
            f.write_char(if is_display_control(c) { char::REPLACEMENT_CHARACTER } else { c })?;
        }
        if characters.next().is_some() { f.write_char('…') } else { Ok(()) }
    }
}

/// Returns JSON that means the same and steers nobody who looks at it: each [`is_display_control`] is escaped.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_display_control) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_display_control(c) {
            // All of them are in the first plane.
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that Unicode says turns the reading direction, and what terminals obey.
    #[test]
    fn nothing_that_steers_is_shown_and_emoji_stay_whole() {
        let marks = ['\u{61C}', '\u{200E}', '\u{200F}'].into_iter();
        let marks = marks.chain('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
        let controls = ('\0'..='\u{1F}').chain('\u{7F}'..='\u{9F}').chain(['\u{2028}', '\u{2029}']);
        for c in marks.chain(controls) {
            assert_eq!(Visible::of(format!("a{c}b")).to_string(), "a\u{FFFD}b", "{c:?}");
            let json = format!("\"a{c}b\"");
            let escaped = visible_json(&json);
            assert_eq!(serde_json::from_str::<String>(&escaped).expect("still JSON"), format!("a{c}b"));
            assert!(!escaped.contains(c));
        }
        let family = "海河 👨\u{200D}👩\u{200D}👧 a-b_c";
        assert_eq!(Visible::of(family).to_string(), family);
        assert_eq!(visible_json(family), family);
    }

    #[test]
    fn a_text_is_cut_after_so_many_characters_and_not_before() {
        let cut = |characters| Visible::of("海河\u{202e}光").at_most(characters).to_string();
        assert_eq!((cut(2), cut(3), cut(4)), ("海河…".into(), "海河�…".into(), "海河�光".into()));
    }

    #[test]
    fn a_path_in_any_bytes_is_shown() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/in/\xce\n.mp4"));
        assert_eq!(Visible::path(path).to_string(), "/in/\u{FFFD}\u{FFFD}.mp4");
    }
}
