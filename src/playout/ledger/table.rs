//! The ledger as a workbook, ready for A4 across, and as CSV.

use std::io::Cursor;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::lines::Line;
use crate::library::manifest::{ManifestError, fitted_text, harmless};
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
const LAST_COLUMN: u16 = COLUMNS as u16 - 1;

/// Widths in characters, by column.
const WIDTHS: [f64; COLUMNS] = [11.5, 14.0, 18.0, 28.0, 16.0, 9.5, 9.5, 7.0, 9.0, 11.0, 9.0, 22.0, 20.0];

/// The row of the column titles; above it stand the title and when it was made.
const HEAD_ROW: u32 = 2;

/// Excel's number for A4.
const A4: u8 = 9;

const MS_OF_DAY: f64 = 86_400_000.0;

/// Excel reads a file as UTF-8 only with this mark.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

enum Cell {
    Text(String),
    Count(u32),
    /// Milliseconds.
    Time(u64),
}

fn cells(line: &Line) -> [Cell; COLUMNS] {
    let text = |text: &str| Cell::Text(text.to_owned());
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

/// Returns the workbook's bytes. Every text is stored as text, so none becomes a formula or a link; counts and times are
/// numbers that can be added up.
pub fn workbook(page: &TablePage<'_>) -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    // A fixed date and no author: the same lines give the same bytes.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook
        .set_properties(&DocProperties::new().set_title(words::LEDGER.zh).set_creation_datetime(&created));
    let sheet = workbook.add_worksheet();
    sheet.set_name(words::LEDGER.zh)?;
    sheet.set_freeze_panes(HEAD_ROW + 1, 0)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD_ROW, HEAD_ROW)?;
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_footer("&C&P / &N");
    titles(sheet, page)?;
    rows(sheet, page)?;
    let mut bytes = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn titles(sheet: &mut Worksheet, page: &TablePage<'_>) -> Result<(), ManifestError> {
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let note = Format::new().set_font_size(9);
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_background_color("F2F2F2");
    let said = format!("{}{}　{} – {}", page.college, words::LEDGER.zh, page.from, page.to);
    sheet.merge_range(0, 0, 0, LAST_COLUMN, &fitted_text(&said), &title)?;
    sheet.set_row_height(0, 28)?;
    let said = words::made(page.made_at, page.lines.len()).zh;
    sheet.merge_range(1, 0, 1, LAST_COLUMN, &fitted_text(&said), &note)?;
    for ((width, name), column) in WIDTHS.iter().zip(words::HEADS).zip(0..) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(HEAD_ROW, column, name.zh, &head)?;
    }
    Ok(())
}

fn rows(sheet: &mut Worksheet, page: &TablePage<'_>) -> Result<(), ManifestError> {
    let body = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_font_size(10);
    let time = body.clone().set_num_format("[h]:mm:ss");
    let (sum, sum_time) = (body.clone().set_bold(), time.clone().set_bold());
    let mut row = HEAD_ROW;
    for line in page.lines {
        row += 1;
        for (cell, column) in cells(line).into_iter().zip(0..) {
            write(sheet, (row, column), cell, (&body, &time))?;
        }
    }
    if page.lines.is_empty() {
        sheet.merge_range(HEAD_ROW + 1, 0, HEAD_ROW + 1, LAST_COLUMN, words::NO_LINES.zh, &body)?;
        return Ok(());
    }
    let add = |of: fn(&Line) -> u32| page.lines.iter().map(of).fold(0, u32::saturating_add);
    let mut last: [Cell; COLUMNS] = std::array::from_fn(|_| Cell::Text(String::new()));
    last[0] = Cell::Text(words::SUM.zh.to_owned());
    last[7] = Cell::Count(add(|line| line.plays));
    last[8] = Cell::Count(add(|line| line.whole));
    last[9] = Cell::Time(page.lines.iter().map(|line| line.shown_ms).sum());
    last[10] = Cell::Count(add(|line| line.planned));
    for (cell, column) in last.into_iter().zip(0..) {
        write(sheet, (row + 1, column), cell, (&sum, &sum_time))?;
    }
    sheet.autofilter(HEAD_ROW, 0, row, LAST_COLUMN)?;
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Cell,
    (body, time): (&Format, &Format),
) -> Result<(), ManifestError> {
    match cell {
        Cell::Text(text) => sheet.write_string_with_format(row, column, fitted_text(&text), body)?,
        Cell::Count(count) => sheet.write_number_with_format(row, column, f64::from(count), body)?,
        Cell::Time(ms) => sheet.write_number_with_format(row, column, ms as f64 / MS_OF_DAY, time)?,
    };
    Ok(())
}
