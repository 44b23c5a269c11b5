//! The ledger as a workbook, ready for A4 across, and as CSV.

use super::lines::Line;
use crate::library::manifest::{ManifestError, PrintedCell as Cell, PrintedSheet, harmless};
use crate::present::messages::ledger as words;

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct TablePage<'a> {
    pub college: &'a str,
    /// ISO dates, both inclusive.
    pub from: &'a str,
    pub to: &'a str,
    /// When it is made, as people write it.
    pub made_at: &'a str,
    pub lines: &'a [Line],
}

const COLUMNS: usize = words::HEADS.len();

/// Widths in characters, by column.
const WIDTHS: [f64; COLUMNS] = [11.5, 14.0, 18.0, 28.0, 16.0, 9.5, 9.5, 7.0, 9.0, 11.0, 9.0, 22.0, 20.0];

/// Excel reads a file as UTF-8 only with this mark.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn cells(line: &Line) -> [Cell; COLUMNS] {
    let text = Cell::text;
    [
        text(&line.date),
        text(&line.screen_name),
        text(&line.place),
        Cell::Text(title(line)),
        text(&line.department),
        text(&line.first),
        text(&line.last),
        Cell::Count(line.plays),
        Cell::Count(line.whole),
        Cell::Time(line.shown_ms),
        Cell::Count(line.planned),
        text(&line.signed),
        text(&line.sha256),
    ]
}

/// Returns a work's title, or why there is none.
pub(super) fn title(line: &Line) -> String {
    match (line.title.as_str(), line.sha256.as_str()) {
        (_, "") => words::LOST.zh.to_owned(),
        ("", _) => words::NOT_KNOWN.zh.to_owned(),
        (title, _) => title.to_owned(),
    }
}

/// Returns hours, minutes and seconds.
pub(super) fn span(ms: u64) -> String {
    let s = (ms + 500) / 1_000;
    format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
}

/// Returns the lines as CSV in UTF-8 with a mark. No cell can become a formula.
pub fn csv(page: &TablePage<'_>) -> Result<Vec<u8>, ManifestError> {
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(words::HEADS.map(|head| head.zh))?;
    for line in page.lines {
        writer.write_record(cells(line).map(|cell| match cell {
            Cell::Text(text) => harmless(&text),
            Cell::Count(count) => count.to_string(),
            Cell::Time(ms) => span(ms),
        }))?;
    }
    writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()).into())
}

/// Returns the workbook's bytes.
pub fn workbook(page: &TablePage<'_>) -> Result<Vec<u8>, ManifestError> {
    let sheet = PrintedSheet {
        name: words::LEDGER.zh,
        title: format!("{}{}　{} – {}", page.college, words::LEDGER.zh, page.from, page.to),
        note: words::made(page.made_at, page.lines.len()).zh,
        columns: words::HEADS.iter().map(|head| head.zh).zip(WIDTHS).collect(),
        rows: page.lines.iter().map(|line| cells(line).into()).collect(),
        sum: Some(sums(page.lines).into()),
        empty: words::NO_LINES.zh,
    };
    sheet.workbook()
}

fn sums(lines: &[Line]) -> [Cell; COLUMNS] {
    let add = |of: fn(&Line) -> u32| Cell::Count(lines.iter().map(of).fold(0, u32::saturating_add));
    let mut sums: [Cell; COLUMNS] = std::array::from_fn(|_| Cell::text(""));
    sums[0] = Cell::text(words::SUM.zh);
    sums[7] = add(|line| line.plays);
    sums[8] = add(|line| line.whole);
    sums[9] = Cell::Time(lines.iter().map(|line| line.shown_ms).sum());
    sums[10] = add(|line| line.planned);
    sums
}
