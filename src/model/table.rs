//! A table that somebody handed in, as the worker read it: a workbook or a CSV file.

use serde::{Deserialize, Serialize};

use super::config::Limits;
use super::language::AnyPath;

/// The largest table that is read.
pub const TABLE_MAX_BYTES: u64 = 16 << 20;
/// Bytes of a workbook's parts once they are unpacked.
pub const TABLE_MAX_UNPACKED_BYTES: u64 = 128 << 20;
/// Parts of a workbook's archive.
pub const TABLE_MAX_PARTS: usize = 1_000;
pub const TABLE_MAX_SHEETS: usize = 32;
/// Rows of all sheets together that hold something.
pub const TABLE_MAX_ROWS: usize = 50_000;
pub const TABLE_MAX_COLUMNS: u32 = 256;
/// Bytes of all texts together.
pub const TABLE_MAX_TEXT_BYTES: usize = 8 << 20;

/// Reads a table that somebody handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableJob {
    pub source: AnyPath,
    pub limits: Limits,
}

/// All sheets of a table; a CSV file is one without a name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub sheets: Vec<Sheet>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    /// Those that hold something, in order.
    pub rows: Vec<TableRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// As a person counts them: the first is 1.
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// What a cell holds. Nothing is rounded or guessed on the way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    /// As the workbook stores it: a double, which holds 15 digits.
    Number(f64),
    /// `2026-11-30T14:05:00`, without a zone, as a workbook stores it.
    Time(String),
    /// Computed, or an error: its value may be another when the workbook is opened next.
    Formula,
}
