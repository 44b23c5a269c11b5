//! Reads a table that somebody handed in: a workbook (`.xlsx`) or a CSV file, told by its first bytes and not by its name.
//!
//! Everything is bounded before it is held: the parts of a workbook are unpacked once only to be counted, cells are read one by
//! one (a sheet may claim to have a million columns), and whatever a cell computes is no value.

#![expect(clippy::result_large_err, reason = "a finding ends the reading of a file, once")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};

use super::MediaError;
use super::office_archive::{Complaint, ZIP, opened};
use crate::model::finding::Finding;
use crate::model::job::EngineError;
use crate::model::table::{
    Cell, Sheet, TABLE_MAX_BYTES, TABLE_MAX_COLUMNS, TABLE_MAX_ROWS, TABLE_MAX_SHEETS, TABLE_MAX_TEXT_BYTES,
    Table, TableRow,
};
use crate::model::value::Arg;
use crate::text;

/// First bytes of what people hand in as a table though it is none that can be used, and what it is.
const OTHERS: [(&[u8], &str); 6] = [
    (b"\xD0\xCF\x11\xE0", "Excel 97-2003 (.xls)"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"Rar!", "RAR"),
    (b"<", "HTML"),
];

const STYLES: &str = "xl/styles.xml";

/// Reads a table; what cannot be used is refused with `Code::TableUnusable` or `Code::TableTooLarge`.
pub fn read(file: File) -> Result<Table, EngineError> {
    let mut bytes = Vec::new();
    let read = BufReader::new(file).take(TABLE_MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(MediaError::Source).map_err(EngineError::from)?;
    table(bytes).map_err(|finding| EngineError::refused(finding, "a table that was handed in"))
}

fn table(bytes: Vec<u8>) -> Result<Table, Finding> {
    if bytes.len() as u64 > TABLE_MAX_BYTES {
        return Err(too_many_bytes(TABLE_MAX_BYTES));
    }
    if bytes.starts_with(ZIP) {
        return workbook(bytes);
    }
    if let Some((_, name)) = OTHERS.iter().find(|(sign, _)| bytes.starts_with(sign)) {
        return Err(unusable().arg(Arg::Found, *name));
    }
    let text = text::decode(&bytes).filter(|text| !text.contains('\0')).ok_or_else(unusable)?;
    Ok(Table { sheets: vec![from_csv(&text)?] })
}

fn unusable() -> Finding {
    Complaint::TABLE.unusable()
}

fn too_many(count: usize) -> Finding {
    Complaint::TABLE.too_many(count)
}

fn too_many_bytes(bytes: u64) -> Finding {
    Complaint::TABLE.too_many_bytes(bytes)
}

/// What all sheets may hold together.
#[derive(Default)]
struct Held {
    rows: usize,
    text_bytes: usize,
}

impl Held {
    fn row(&mut self) -> Result<(), Finding> {
        self.rows += 1;
        if self.rows > TABLE_MAX_ROWS { Err(too_many(TABLE_MAX_ROWS)) } else { Ok(()) }
    }

    fn text(&mut self, text: &str) -> Result<(), Finding> {
        // Quotes and commas of its JSON count too.
        self.text_bytes += text.len() + 16;
        let limit = TABLE_MAX_TEXT_BYTES;
        if self.text_bytes > limit { Err(too_many_bytes(limit as u64)) } else { Ok(()) }
    }
}

fn from_csv(text: &str) -> Result<Sheet, Finding> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let (mut held, mut rows) = (Held::default(), Vec::new());
    // Lines within cells: who counts rows in a spreadsheet does not count them.
    let mut inner_lines = 0;
    for record in reader.records() {
        let record = record.map_err(|error| unusable().detail(error))?;
        let number = row_number(&text, &record, inner_lines);
        inner_lines += record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        held.row()?;
        let columns = TABLE_MAX_COLUMNS as usize;
        if record.len() > columns {
            return Err(too_many(columns));
        }
        let mut cells = Vec::with_capacity(record.len());
        for cell in &record {
            held.text(cell)?;
            cells.push(if cell.trim().is_empty() { Cell::Empty } else { Cell::Text(cell.to_owned()) });
        }
        rows.push(TableRow { number, cells });
    }
    Ok(Sheet { name: String::new(), rows })
}

/// A record begins where the one before ended: empty lines before it are rows too.
fn row_number(text: &str, record: &csv::StringRecord, inner_lines: u64) -> u32 {
    let Some(at) = record.position() else { return 0 };
    let rest =
        usize::try_from(at.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| **byte == b'\n').count() as u64;
    u32::try_from((at.line() + empty).saturating_sub(inner_lines)).unwrap_or(u32::MAX)
}

/// Returns what separates the cells: of comma, tab and semicolon the one that the first line holds most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().as_bytes();
    let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn workbook(bytes: Vec<u8>) -> Result<Table, Finding> {
    opened(&bytes, Complaint::TABLE)?;
    let broken = |error: calamine::XlsxError| unusable().detail(error);
    let mut workbook = match Xlsx::new(Cursor::new(bytes.clone())) {
        Ok(workbook) => workbook,
        // One creator centre's styles stop every reader; without them cells are what they are, and dates are numbers.
        Err(error) => match without_styles(&bytes) {
            Some(bare) => Xlsx::new(Cursor::new(bare)).map_err(|_| broken(error))?,
            None => return Err(broken(error)),
        },
    };
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    if names.len() > TABLE_MAX_SHEETS {
        return Err(too_many(TABLE_MAX_SHEETS));
    }
    let mut held = Held::default();
    let mut sheets = Vec::new();
    for name in names {
        let rows = sheet_rows(&mut workbook, &name, &mut held)?;
        held.text(&name)?;
        sheets.push(Sheet { name, rows });
    }
    Ok(Table { sheets })
}

/// Returns a workbook without its part of styles; `None` where it has none.
fn without_styles(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    archive.index_for_name(STYLES)?;
    let mut bare = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).ok()?;
        if part.name().ok()? != STYLES {
            bare.raw_copy_file(part).ok()?;
        }
    }
    Some(bare.finish().ok()?.into_inner())
}

type Workbook = Xlsx<Cursor<Vec<u8>>>;

fn sheet_rows(workbook: &mut Workbook, name: &str, held: &mut Held) -> Result<Vec<TableRow>, Finding> {
    let broken = |error: calamine::XlsxError| unusable().detail(error);
    let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    let mut put = |(row, column): (u32, u32), cell: Cell, held: &mut Held| {
        if column >= TABLE_MAX_COLUMNS {
            return Err(too_many(TABLE_MAX_COLUMNS as usize));
        }
        if let Cell::Text(text) = &cell {
            held.text(text)?;
        }
        if !rows.contains_key(&row) {
            held.row()?;
        }
        rows.entry(row).or_default().insert(column, cell);
        Ok(())
    };
    {
        let mut reader = workbook.worksheet_cells_reader(name).map_err(broken)?;
        while let Some(found) = reader.next_cell().map_err(broken)? {
            match cell(found.get_value()) {
                Cell::Empty => {}
                value => put(found.get_position(), value, held)?,
            }
        }
    }
    let mut reader = workbook.worksheet_cells_reader(name).map_err(broken)?;
    while let Some(found) = reader.next_formula().map_err(broken)? {
        if !found.get_value().is_empty() {
            put(found.get_position(), Cell::Formula, held)?;
        }
    }
    let rows = rows.into_iter().map(|(row, mut found)| {
        let columns = found.keys().last().map_or(0, |last| last + 1);
        let cells = (0..columns).map(|column| found.remove(&column).unwrap_or_default()).collect();
        TableRow { number: row.saturating_add(1), cells }
    });
    Ok(rows.collect())
}

fn cell(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| match text.trim().is_empty() {
        true => Cell::Empty,
        false => Cell::Text(text.to_owned()),
    };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(found) => text(found),
        DataRef::SharedString(found) => text(found),
        DataRef::Bool(yes) => Cell::Text(yes.to_string()),
        DataRef::DateTime(time) if time.is_datetime() => {
            date_time(time).map_or_else(|| Cell::Number(time.as_f64()), Cell::Time)
        }
        DataRef::DateTime(time) => Cell::Number(time.as_f64()),
        DataRef::DateTimeIso(found) | DataRef::DurationIso(found) => text(found),
        DataRef::Error(_) => Cell::Formula,
    }
}

/// Returns the time to the second: a workbook stores fractions of a day.
fn date_time(time: &calamine::ExcelDateTime) -> Option<String> {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let signed = |number: u8| i8::try_from(number).ok();
    let exact = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        signed(month)?,
        signed(day)?,
        signed(hour)?,
        signed(minute)?,
        signed(second)?,
        i32::from(milli) * 1_000_000,
    );
    Some(exact.ok()?.round(jiff::Unit::Second).ok()?.to_string())
}

/// Reads a table, for tests of what writes one.
#[cfg(test)]
pub(super) fn tests_read(bytes: Vec<u8>) -> Table {
    table(bytes).expect("a table")
}

#[cfg(test)]
mod tests;
