//! Parses ASS and SSA: the texts and times of the dialogue; styles are dropped.

use super::{MAX_CUES, Parsed, markup, time_us};

/// The positions of the columns of a `Dialogue:` line.
struct Columns {
    start: usize,
    end: usize,
    text: usize,
}

impl Columns {
    /// The order that ASS v4+ prescribes and every editor writes.
    const USUAL: Self = Self { start: 1, end: 2, text: 9 };

    fn read(format: &str) -> Option<Self> {
        let names: Vec<String> = format.split(',').map(|name| name.trim().to_lowercase()).collect();
        let of = |wanted: &str| names.iter().position(|name| name == wanted);
        Some(Self { start: of("start")?, end: of("end")?, text: of("text")? })
    }
}

/// Reads the `[Events]` section.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut columns = Columns::USUAL;
    let mut in_events = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            in_events = line.eq_ignore_ascii_case("[Events]");
        } else if let Some(format) = line.strip_prefix("Format:").filter(|_| in_events) {
            columns = Columns::read(format).unwrap_or(columns);
        } else if let Some(fields) = line.strip_prefix("Dialogue:").filter(|_| in_events) {
            match dialogue(fields, &columns) {
                Some((from_us, until_us, plain)) if parsed.cues.len() <= MAX_CUES => {
                    parsed.add(index + 1, from_us, until_us, plain);
                }
                _ => parsed.bad_line = parsed.bad_line.or(Some(index + 1)),
            }
        }
    }
    parsed
}

fn dialogue(fields: &str, columns: &Columns) -> Option<(u64, u64, markup::Plain)> {
    let fields: Vec<&str> = fields.splitn(columns.text + 1, ',').collect();
    let plain = markup::plain_ass(fields.get(columns.text)?);
    let from_us = time_us(fields.get(columns.start)?.trim())?;
    let until_us = time_us(fields.get(columns.end)?.trim())?;
    Some((from_us, until_us, plain))
}
