//! Writes receipts, or the template, as CSV and XLSX. What is written here, [`sheet`](super::sheet) reads back.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook};

use crate::library::manifest::{ManifestError, harmless};
use crate::present::messages::posts as words;
use crate::present::messages::posts::Column;

/// Excel reads a file as UTF-8 only with this mark.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Most UTF-16 units in a cell (Excel's limit).
const CELL_MAX: usize = 32_767;

/// Digits from which a spreadsheet rounds a number.
const LONG_NUMBER: usize = 12;

/// The cells of one row, in the order of [`Column::ALL`].
pub type Cells = [String; Column::ALL.len()];

/// Returns the rows as CSV in UTF-8 with a mark. No cell can become a formula, and no number loses digits.
pub fn csv(rows: &[Cells]) -> Result<Vec<u8>, ManifestError> {
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(Column::ALL.map(words::head))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| guard(cell)))?;
    }
    writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()).into())
}

/// Returns the rows as a workbook with one sheet. Every cell is text and stays text when somebody types into it.
pub fn xlsx(rows: &[Cells]) -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    // A fixed date: the same receipts give the same bytes.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let (head, shown_only) = (Format::new().set_bold(), Format::new().set_bold().set_font_color("#808080"));
    let body = Format::new().set_num_format("@").set_align(FormatAlign::Top).set_text_wrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name(words::sheet_name())?.set_freeze_panes(1, 0)?;
    for (column, index) in Column::ALL.into_iter().zip(0..) {
        let format = if column.is_only_shown() { &shown_only } else { &head };
        sheet.set_column_format(index, &body)?.set_column_width(index, width(column))?;
        sheet.write_string_with_format(0, index, words::head(column), format)?;
    }
    for (row, number) in rows.iter().zip(1..) {
        for (cell, index) in row.iter().zip(0..) {
            if !cell.is_empty() {
                sheet.write_string_with_format(number, index, fitted(cell), &body)?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// Characters that a column is wide.
fn width(column: Column) -> f64 {
    match column {
        Column::Url | Column::Text => 48.0,
        Column::Title | Column::Note | Column::Screenshot => 28.0,
        Column::PostedAt | Column::PlatformId => 21.0,
        _ => 14.0,
    }
}

fn fitted(cell: &str) -> String {
    let mut units = 0;
    cell.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= CELL_MAX
        })
        .collect()
}

/// Returns true for a cell that a spreadsheet would read as a formula or would round.
pub(super) fn needs_guard(cell: &str) -> bool {
    let is_rounded = cell.len() >= LONG_NUMBER && cell.bytes().all(|byte| byte.is_ascii_digit());
    // `12e45678`, an id, is a number to a spreadsheet; `0123` loses its zero.
    let is_number =
        cell.parse::<f64>().is_ok() && (cell.contains(['e', 'E']) || cell.starts_with('0') && cell.len() > 1);
    is_rounded || is_number || harmless(cell) != cell
}

fn guard(cell: &str) -> String {
    if needs_guard(cell) { format!("'{cell}") } else { cell.to_owned() }
}
