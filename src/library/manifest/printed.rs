//! A workbook that is printed and filed: one sheet, ready for A4 across.

use std::io::Cursor;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::Result;
use super::xlsx::fitted_text;

/// The row of the column titles; above it stand the title and a note.
const HEAD_ROW: u32 = 2;

/// Excel's number for A4.
const A4: u8 = 9;

const MS_OF_DAY: f64 = 86_400_000.0;

/// Everything on it.
#[derive(Clone, Debug)]
pub struct PrintedSheet<'a> {
    /// Of the sheet, and of the workbook among its properties.
    pub name: &'a str,
    pub title: String,
    pub note: String,
    /// Titles, and widths in characters.
    pub columns: Vec<(&'a str, f64)>,
    pub rows: Vec<Vec<PrintedCell>>,
    /// A last row, in bold.
    pub sum: Option<Vec<PrintedCell>>,
    /// What stands in the place of rows where there are none.
    pub empty: &'a str,
}

/// Texts are stored as text, so that none becomes a formula or a link; the others are numbers that can be added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintedCell {
    Text(String),
    Count(u32),
    /// Milliseconds, shown as hours, minutes and seconds.
    Time(u64),
}

impl PrintedCell {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// How cells look, and those that are times.
struct Look {
    cell: Format,
    time: Format,
}

impl PrintedSheet<'_> {
    /// Returns the workbook's bytes; the same content gives the same bytes.
    pub fn workbook(&self) -> Result<Vec<u8>> {
        let mut workbook = Workbook::new();
        // A fixed date and no author.
        let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_title(self.name).set_creation_datetime(&created));
        let sheet = workbook.add_worksheet();
        sheet.set_name(self.name)?;
        self.titles(sheet)?;
        self.body(sheet)?;
        on_paper(sheet)?;
        let mut bytes = Cursor::new(Vec::new());
        workbook.save_to_writer(&mut bytes)?;
        Ok(bytes.into_inner())
    }

    fn last_column(&self) -> u16 {
        u16::try_from(self.columns.len()).unwrap_or(u16::MAX).saturating_sub(1)
    }

    fn titles(&self, sheet: &mut Worksheet) -> Result<()> {
        let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
        let note = Format::new().set_font_size(9);
        let head = Format::new()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_background_color("F2F2F2");
        let last = self.last_column();
        sheet.merge_range(0, 0, 0, last, &fitted_text(&self.title), &title)?;
        sheet.set_row_height(0, 28)?;
        sheet.merge_range(1, 0, 1, last, &fitted_text(&self.note), &note)?;
        for ((name, width), column) in self.columns.iter().zip(0..) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(HEAD_ROW, column, *name, &head)?;
        }
        Ok(())
    }

    fn body(&self, sheet: &mut Worksheet) -> Result<()> {
        let cell = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin)
            .set_font_size(10);
        let time = cell.clone().set_num_format("[h]:mm:ss");
        let sums = Look { cell: cell.clone().set_bold(), time: time.clone().set_bold() };
        let look = Look { cell, time };
        if self.rows.is_empty() {
            sheet.merge_range(HEAD_ROW + 1, 0, HEAD_ROW + 1, self.last_column(), self.empty, &look.cell)?;
            return Ok(());
        }
        let mut row = HEAD_ROW;
        for cells in &self.rows {
            row += 1;
            write(sheet, row, cells, &look)?;
        }
        if let Some(cells) = &self.sum {
            write(sheet, row + 1, cells, &sums)?;
        }
        sheet.autofilter(HEAD_ROW, 0, row, self.last_column())?;
        Ok(())
    }
}

fn write(sheet: &mut Worksheet, row: u32, cells: &[PrintedCell], look: &Look) -> Result<()> {
    for (cell, column) in cells.iter().zip(0..) {
        match cell {
            PrintedCell::Text(text) => {
                sheet.write_string_with_format(row, column, fitted_text(text), &look.cell)?
            }
            PrintedCell::Count(count) => {
                sheet.write_number_with_format(row, column, f64::from(*count), &look.cell)?
            }
            PrintedCell::Time(ms) => {
                sheet.write_number_with_format(row, column, *ms as f64 / MS_OF_DAY, &look.time)?
            }
        };
    }
    Ok(())
}

/// Sets how it is printed: A4 across, as wide as the paper, the titles on every page, its number at the foot.
fn on_paper(sheet: &mut Worksheet) -> Result<()> {
    sheet.set_freeze_panes(HEAD_ROW + 1, 0)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD_ROW, HEAD_ROW)?;
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_footer("&C&P / &N");
    Ok(())
}
