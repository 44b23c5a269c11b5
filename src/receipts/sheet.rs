//! Our own table of receipts, as people hand it in: heads, and rows with what is wrong in which cell.

use std::collections::BTreeMap;

use crate::model::table::{Cell, Sheet, Table, TableRow};
use crate::present::messages::posts as words;
use crate::present::messages::posts::Column;

/// Rows at the top of a sheet in which its heads are looked for.
const HEAD_ROWS: usize = 5;

/// Most rows of one import.
pub const MOST_ROWS: usize = 5_000;

/// Most characters of a cell, except for that of a posted text.
const CELL_MAX: usize = 2_000;

/// Largest whole number that a workbook stores with all its digits.
const EXACT_BELOW: f64 = 1e15;

/// The columns without which a table is none of ours.
const NEEDED: [Column; 2] = [Column::Target, Column::Url];

/// What is wrong with a cell, before anybody asks what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    Formula,
    /// The workbook turned it into a number or a date, and may have lost digits.
    NotText,
    TooLong,
}

/// One row that somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// As a person counts.
    pub number: u32,
    pub cells: BTreeMap<Column, String>,
    pub faults: Vec<(Column, CellFault)>,
}

impl Row {
    pub fn get(&self, column: Column) -> Option<&str> {
        self.cells.get(&column).map(String::as_str)
    }
}

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The sheet's name; empty in a CSV file.
    pub sheet: String,
    pub filled: Vec<Row>,
    /// Rows of the template in which nobody wrote anything.
    pub left_blank: usize,
}

/// Why a table is none of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetFault {
    /// No row at the top holds these heads.
    NoHeads(Vec<Column>),
    SameHeadTwice(Column),
    TooManyRows(usize),
}

/// Reads the first sheet that has our heads.
pub fn rows(table: &Table) -> Result<Rows, SheetFault> {
    let found = table.sheets.iter().find_map(|sheet| heads(sheet).map(|heads| (sheet, heads)));
    let Some((sheet, (at, heads))) = found else { return Err(SheetFault::NoHeads(NEEDED.to_vec())) };
    for (index, column) in heads.iter().enumerate() {
        if column.is_some() && heads[..index].contains(column) {
            return Err(SheetFault::SameHeadTwice(column.unwrap_or(Column::Url)));
        }
    }
    let all: Vec<Row> = sheet.rows[at + 1..].iter().map(|row| read(row, &heads)).collect();
    let (filled, blank): (Vec<Row>, Vec<Row>) = all.into_iter().partition(is_filled);
    if filled.len() > MOST_ROWS {
        return Err(SheetFault::TooManyRows(filled.len()));
    }
    Ok(Rows { sheet: sheet.name.clone(), filled, left_blank: blank.len() })
}

/// Whether anybody wrote into a row what the template leaves empty.
fn is_filled(row: &Row) -> bool {
    const BY_PEOPLE: [Column; 6] =
        [Column::Url, Column::Screenshot, Column::PostedAt, Column::Account, Column::Text, Column::Note];
    !row.faults.is_empty() || BY_PEOPLE.iter().any(|column| row.cells.contains_key(column))
}

type Heads = Vec<Option<Column>>;

/// Returns the row of the heads, and which column each of its cells is.
fn heads(sheet: &Sheet) -> Option<(usize, Heads)> {
    sheet.rows.iter().take(HEAD_ROWS).enumerate().find_map(|(at, row)| {
        let heads: Heads = row.cells.iter().map(column_of).collect();
        let has = |column: Column| heads.contains(&Some(column));
        let names_works = has(Column::Work) || has(Column::Title);
        (names_works && NEEDED.iter().all(|column| has(*column))).then_some((at, heads))
    })
}

fn column_of(cell: &Cell) -> Option<Column> {
    let Cell::Text(text) = cell else { return None };
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = plain(text.trim_start_matches('\u{FEFF}'));
    Column::ALL.into_iter().find(|column| {
        let name = words::column(*column);
        text == plain(&words::head(*column)) || text == plain(&name.zh) || text == plain(&name.en)
    })
}

fn read(row: &TableRow, heads: &[Option<Column>]) -> Row {
    let mut found = Row { number: row.number, ..Row::default() };
    let named = row.cells.iter().zip(heads).filter_map(|(cell, column)| Some((cell, (*column)?)));
    for (cell, column) in named {
        match text_of(cell, column) {
            Ok(None) => {}
            Ok(Some(text)) => drop(found.cells.insert(column, text)),
            // What we write for people to read, and never take back.
            Err(_) if column.is_only_shown() => {}
            Err(fault) => found.faults.push((column, fault)),
        }
    }
    found
}

fn text_of(cell: &Cell, column: Column) -> Result<Option<String>, CellFault> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => guarded(text.trim()),
        Cell::Time(text) if column == Column::PostedAt => text.clone(),
        Cell::Number(number)
            if number.fract() == 0.0 && number.abs() < EXACT_BELOW && column != Column::PostedAt =>
        {
            format!("{number:.0}")
        }
        Cell::Number(_) | Cell::Time(_) => return Err(CellFault::NotText),
        Cell::Formula => return Err(CellFault::Formula),
    };
    if column != Column::Text && text.chars().count() > CELL_MAX {
        return Err(CellFault::TooLong);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Takes away the apostrophe that keeps a spreadsheet from reading a cell as a formula or a number.
fn guarded(text: &str) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if super::export::needs_guard(rest) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
