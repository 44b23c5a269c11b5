//! Parses ASS and SSA: the texts and times of the dialogue; styles are dropped.

use super::timing::{Time, time};
use super::{MAX_CUES, Parsed, markup};

/// The positions of the columns of a `Dialogue:` line.
struct Columns {
    start: usize,
    end: usize,
    text: usize,
}

impl Columns {
    /// The order that SSA v4 and ASS v4+ prescribe and every editor writes.
    const USUAL: Self = Self { start: 1, end: 2, text: 9 };

    fn read(format: &str) -> Option<Self> {
        let names: Vec<String> = format.split(',').map(|name| name.trim().to_lowercase()).collect();
        let of = |wanted: &str| names.iter().position(|name| name == wanted);
        Some(Self { start: of("start")?, end: of("end")?, text: of("text")? })
    }
}

/// Returns true if a text has lines of dialogue, whether or not its sections are named.
pub(super) fn is_ass(text: &str) -> bool {
    let is_events = |line: &str| line.trim().eq_ignore_ascii_case("[Events]");
    text.trim_start().starts_with("[Script Info]")
        || text
            .lines()
            .any(|line| is_events(line) || field(line, "dialogue").is_some_and(|rest| rest.contains(',')))
}

/// Reads the `[Events]` section, or the whole of a file that has none.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut columns = Columns::USUAL;
    let has_events = text.lines().any(|line| line.trim().eq_ignore_ascii_case("[Events]"));
    let (mut in_events, mut hard_soft_breaks) = (!has_events, false);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') && line.ends_with(']') {
            in_events = !has_events || line.eq_ignore_ascii_case("[Events]");
        } else if let Some(style) = field(line, "wrapstyle") {
            hard_soft_breaks = style.trim() == "2";
        } else if let Some(format) = field(line, "format").filter(|_| in_events) {
            columns = Columns::read(format).unwrap_or(columns);
        } else if let Some(fields) = field(line, "dialogue").filter(|_| in_events) {
            match dialogue(fields, &columns, hard_soft_breaks) {
                Some((from, until, plain)) if parsed.cues.len() <= MAX_CUES => {
                    if from.is_odd || until.is_odd {
                        parsed.mended.add(index + 1);
                    }
                    parsed.add(index + 1, from.at_us, until.at_us, plain);
                }
                _ => parsed.unread.add(index + 1),
            }
        }
    }
    parsed
}

/// Returns what follows `name:` on a line; `name` is in lower case.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (first, rest) = line.split_once(':')?;
    first.trim().eq_ignore_ascii_case(name).then_some(rest)
}

fn dialogue(fields: &str, columns: &Columns, hard_soft_breaks: bool) -> Option<(Time, Time, markup::Plain)> {
    let fields: Vec<&str> = fields.splitn(columns.text + 1, ',').collect();
    let plain = markup::plain_ass(fields.get(columns.text)?, hard_soft_breaks);
    Some((time(fields.get(columns.start)?, 2)?, time(fields.get(columns.end)?, 2)?, plain))
}
