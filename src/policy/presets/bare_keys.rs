//! What TOML has no quotes for and people write without: keys in Chinese, and times such as `0:12`.

use std::ops::Range;

/// A text whose bare keys in other than ASCII letters stand in quotes, so that TOML reads them.
#[derive(Debug)]
pub(super) struct Quoted {
    pub text: String,
    /// Where a quotation mark was inserted, byte positions in `text`, ascending.
    inserted: Vec<usize>,
}

impl Quoted {
    /// Puts the keys of a text in quotes, in its tables' heads too; strings and comments stay as they are.
    pub(super) fn keys_of(text: &str) -> Self {
        let mut quoted = Self { text: String::with_capacity(text.len() + 64), inserted: Vec::new() };
        let mut rest = text;
        let mut in_head = begins_with_bracket(text);
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\n' => {
                    in_head = begins_with_bracket(&rest[1..]);
                    1
                }
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '"' | '\'' => string_length(rest, first),
                c if is_bare(c) => {
                    let length = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
                    let (word, behind) = rest.split_at(length);
                    if !word.is_ascii() && ends_a_key(behind, in_head) {
                        quoted.quote(word);
                        rest = behind;
                        continue;
                    }
                    if let Some(length) = time_length(rest, length, &quoted.text) {
                        quoted.quote(&rest[..length]);
                        rest = &rest[length..];
                        continue;
                    }
                    length
                }
                c => c.len_utf8(),
            };
            quoted.text.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        quoted
    }

    fn quote(&mut self, word: &str) {
        self.inserted.push(self.text.len());
        self.text.push('"');
        self.text.push_str(word);
        self.inserted.push(self.text.len());
        self.text.push('"');
    }

    /// Returns where a range of `text` is in the text as it was written.
    pub(super) fn written(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| at - self.inserted.partition_point(|inserted| *inserted < at);
        place(range.start)..place(range.end)
    }
}

/// Whether the line is the head of a table.
fn begins_with_bracket(line: &str) -> bool {
    line.trim_start_matches([' ', '\t']).starts_with('[')
}

/// Returns the length of a time at the beginning of `rest`, whose first number is `first` long; `None` where there is none, or
/// it stands where no value does.
fn time_length(rest: &str, first: usize, before: &str) -> Option<usize> {
    let is_short = first <= 2 && rest.as_bytes()[..first].iter().all(u8::is_ascii_digit);
    if !is_short || !before.trim_end_matches([' ', '\t']).ends_with(['=', '[', ',']) {
        return None;
    }
    let after = rest[first..].strip_prefix(':')?;
    let length = after.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(after.len());
    Some(first + 1 + length)
}

/// ASCII as TOML has it, and the letters of other scripts.
fn is_bare(c: char) -> bool {
    c == '_' || c == '-' || if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() }
}

fn ends_a_key(behind: &str, in_head: bool) -> bool {
    match behind.trim_start_matches([' ', '\t']).chars().next() {
        Some('=' | '.') => true,
        Some(']') => in_head,
        _ => false,
    }
}

/// Returns the length of the string at the beginning of `rest`, its quotes included; one that does not end in its line, or at
/// all, ends with that.
fn string_length(rest: &str, quote: char) -> usize {
    let triple = if quote == '"' { "\"\"\"" } else { "'''" };
    let (mut at, end, is_long) = match rest.strip_prefix(triple) {
        Some(_) => (3, triple, true),
        None => (1, &triple[..1], false),
    };
    while let Some(c) = rest[at..].chars().next() {
        if rest[at..].starts_with(end) {
            at += end.len();
            // Up to two quotes may stand before the closing three.
            return if is_long { at + rest[at..].len().min(leading(&rest[at..], quote).min(2)) } else { at };
        }
        match c {
            '\n' if !is_long => return at,
            '\\' if quote == '"' => {
                at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
            }
            c => at += c.len_utf8(),
        }
    }
    rest.len()
}

fn leading(text: &str, quote: char) -> usize {
    text.chars().take_while(|c| *c == quote).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_quoted_and_nothing_else() {
        for (written, read) in [
            ("标题 = \"看海\"", "\"标题\" = \"看海\""),
            ("[发布.抖音]\n标题='a'", "[\"发布\".\"抖音\"]\n\"标题\"='a'"),
            ("a=1\n[发布]\n", "a=1\n[\"发布\"]\n"),
            ("trim = { 开始 = \"0:03\" }", "trim = { \"开始\" = \"0:03\" }"),
            (
                "文案 = \"\"\"\n标题 = \\\"1\"\"\" # 作者 = 2",
                "\"文案\" = \"\"\"\n标题 = \\\"1\"\"\" # 作者 = 2",
            ),
            ("文案 = '''\n标题 = 1'''\n标签 = [ '海' ]", "\"文案\" = '''\n标题 = 1'''\n\"标签\" = [ '海' ]"),
            ("标签 = [海河]", "\"标签\" = [海河]"),
            ("cover_at = 0:12", "cover_at = \"0:12\""),
            ("trim=[0:03, 1:10.5]", "trim=[\"0:03\", \"1:10.5\"]"),
            ("a = 2026-11-20T08:00:00", "a = 2026-11-20T08:00:00"),
            ("title = 看海", "title = 看海"),
            ("\"标题\" = '作者 = 1", "\"标题\" = '作者 = 1"),
        ] {
            assert_eq!(Quoted::keys_of(written).text, read);
        }
    }

    #[test]
    fn a_place_is_told_where_it_was_written() {
        let written = "标题 = 1\n作者 = 2";
        let quoted = Quoted::keys_of(written);
        for part in ["1", "2", "作者", "标题"] {
            let at = quoted.text.find(part).unwrap();
            assert_eq!(&written[quoted.written(at..at + part.len())], part);
        }
    }
}
