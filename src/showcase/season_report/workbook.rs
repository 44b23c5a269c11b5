//! The report as a workbook: each sheet with a frozen head, filters and a page set-up.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::Report;
use super::tables::{Cell, Sheet, sheets};
use crate::library::manifest::{ManifestError, fitted_text, row_height};
use crate::present::messages::season_report as words;

struct Formats {
    head: Format,
    text: Format,
    number: Format,
    share: Format,
    note: Format,
}

/// Returns the workbook. Texts are stored as texts, so that ids keep their digits and none becomes a formula.
pub fn workbook(report: &Report) -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    // A fixed date: the same facts give the same bytes.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let body = Format::new().set_align(FormatAlign::VerticalCenter).set_border(FormatBorder::Thin);
    let formats = Formats {
        head: body
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_background_color("EDEDED"),
        text: body.clone().set_num_format("@").set_text_wrap().set_indent(1),
        number: body.clone().set_num_format("General").set_align(FormatAlign::Right),
        share: body.set_num_format("0.0%").set_align(FormatAlign::Right),
        note: Format::new().set_text_wrap().set_align(FormatAlign::Top),
    };
    for sheet in sheets(report) {
        write(workbook.add_worksheet(), &sheet, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write(to: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), ManifestError> {
    let last_column = u16::try_from(sheet.heads.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    to.set_name(sheet.name)?.set_freeze_panes(1, 0)?;
    to.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    to.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3).set_print_center_horizontally(true);
    // Digests are for programs: with them a page could not be read.
    let printed = if sheet.name == words::DETAILS { last_column.saturating_sub(1) } else { last_column };
    let last_printed =
        last_row + if sheet.notes.is_empty() { 0 } else { 1 + u32::try_from(sheet.notes.len()).unwrap_or(0) };
    to.set_print_area(0, 0, last_printed, printed)?;
    to.set_row_height(0, 30)?;
    to.autofilter(0, 0, last_row, last_column)?;
    for ((head, width), column) in sheet.heads.iter().zip(&sheet.widths).zip(0..) {
        to.set_column_width(column, *width)?;
        to.write_string_with_format(0, column, *head, &formats.head)?;
    }
    for (cells, row) in sheet.rows.iter().zip(1..) {
        let texts = cells.iter().zip(&sheet.widths).filter_map(|(cell, width)| match cell {
            Cell::Text(text) => Some((text.as_str(), *width)),
            _ => None,
        });
        to.set_row_height(row, row_height(texts))?;
        for (cell, column) in cells.iter().zip(0..) {
            match cell {
                Cell::Text(text) => {
                    to.write_string_with_format(row, column, fitted_text(text), &formats.text)?
                }
                Cell::Number(value) => to.write_number_with_format(row, column, *value, &formats.number)?,
                Cell::Share(value) => to.write_number_with_format(row, column, *value, &formats.share)?,
                Cell::Unknown => to.write_string_with_format(row, column, words::UNKNOWN, &formats.number)?,
            };
        }
    }
    for (note, row) in sheet.notes.iter().zip(last_row.saturating_add(2)..) {
        to.merge_range(row, 0, row, last_column, &fitted_text(note), &formats.note)?;
        to.set_row_height(row, 48)?;
    }
    Ok(())
}
