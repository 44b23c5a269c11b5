//! Keys in Chinese without quotes, which TOML does not know and people write.

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
        let mut in_head = false;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\n' => {
                    in_head = rest[1..].trim_start_matches([' ', '\t']).starts_with('[');
                    1
                }
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '"' | '\'' => string_length(rest, first),
                c if is_bare(c) => {
                    let length = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
                    let (word, behind) = rest.split_at(length);
                    if !word.is_ascii() && ends_a_key(behind, in_head || is_head(&quoted.text)) {
                        quoted.quote(word);
                        rest = behind;
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

/// Whether the first line, which follows no line end, begins with a bracket so far.
fn is_head(before: &str) -> bool {
    !before.contains('\n') && before.trim_start().starts_with('[')
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
            ("文案 = \"\"\"\n标题 = \\\"1\"\"\" # 作者 = 2", "\"文案\" = \"\"\"\n标题 = \\\"1\"\"\" # 作者 = 2"),
            ("文案 = '''\n标题 = 1'''\n标签 = [ '海' ]", "\"文案\" = '''\n标题 = 1'''\n\"标签\" = [ '海' ]"),
            ("标签 = [海河]", "\"标签\" = [海河]"),
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
