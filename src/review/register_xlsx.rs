//! The register of a period as a workbook, ready for A4 across.

use std::io::Cursor;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::library::manifest::{ManifestError, fitted_text};
use crate::present::messages::review_papers as words;
use crate::present::papers::{REGISTER_COLUMNS, RegisterPage};

/// Widths in characters, by column.
const WIDTHS: [f64; REGISTER_COLUMNS] =
    [6.0, 19.5, 26.0, 10.0, 6.0, 16.0, 8.0, 11.0, 20.0, 10.0, 14.0, 10.0, 36.0, 20.0, 14.5, 8.0, 14.5];

/// Columns whose texts are numbers.
const NUMBERS: [usize; 3] = [0, 4, 15];

/// The row of the column titles; above it stand the title and what the register was rebuilt from.
const HEAD_ROW: u32 = 2;

/// Excel's number for A4.
const A4: u8 = 9;

const LAST_COLUMN: u16 = REGISTER_COLUMNS as u16 - 1;

/// Returns the workbook's bytes. Every text is stored as text, so none becomes a formula or a link.
pub fn workbook(page: &RegisterPage<'_>) -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    // A fixed date and no author: the same records give the same bytes.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    let properties = DocProperties::new().set_title(words::REGISTER.zh).set_creation_datetime(&created);
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    sheet.set_name(words::REGISTER.zh)?;
    titles(sheet, page)?;
    rows(sheet, page)?;
    on_paper(sheet)?;
    let mut bytes = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn titles(sheet: &mut Worksheet, page: &RegisterPage<'_>) -> Result<(), ManifestError> {
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let note = Format::new().set_font_size(9);
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_background_color("F2F2F2");
    let said = format!("{}{}　{}", page.college, words::REGISTER.zh, page.period);
    sheet.merge_range(0, 0, 0, LAST_COLUMN, &fitted_text(&said), &title)?;
    sheet.set_row_height(0, 28)?;
    let made: String = page.printed_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
    let said = format!("{}　{} {made}", page.note, words::PRINTED.zh);
    sheet.merge_range(1, 0, 1, LAST_COLUMN, &fitted_text(&said), &note)?;
    for ((width, name), column) in WIDTHS.iter().zip(words::REGISTER_HEADS).zip(0..) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(HEAD_ROW, column, name.zh, &head)?;
    }
    Ok(())
}

fn rows(sheet: &mut Worksheet, page: &RegisterPage<'_>) -> Result<(), ManifestError> {
    let body = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_font_size(10);
    for (cells, row) in page.rows.iter().zip(HEAD_ROW + 1..) {
        for ((place, text), column) in cells.iter().enumerate().zip(0..) {
            match text.parse::<u32>() {
                Ok(number) if NUMBERS.contains(&place) => {
                    sheet.write_number_with_format(row, column, f64::from(number), &body)?;
                }
                _ => {
                    sheet.write_string_with_format(row, column, fitted_text(text), &body)?;
                }
            }
        }
    }
    if page.rows.is_empty() {
        sheet.merge_range(HEAD_ROW + 1, 0, HEAD_ROW + 1, LAST_COLUMN, words::NO_ROWS.zh, &body)?;
    } else {
        let last = HEAD_ROW + u32::try_from(page.rows.len()).unwrap_or(u32::MAX - HEAD_ROW);
        sheet.autofilter(HEAD_ROW, 0, last, LAST_COLUMN)?;
    }
    Ok(())
}

/// Sets how it is printed: A4 across, as wide as the paper, the titles on every page, its number at the foot.
fn on_paper(sheet: &mut Worksheet) -> Result<(), ManifestError> {
    sheet.set_freeze_panes(HEAD_ROW + 1, 0)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD_ROW, HEAD_ROW)?;
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_footer("&C&P / &N");
    Ok(())
}
