//! An organiser's form: a Word or Excel file whose empty cells are filled, and of which nothing else is touched.

use serde::{Deserialize, Serialize};

use super::config::Limits;
use super::language::AnyPath;

/// The largest form that is read.
pub const FORM_MAX_BYTES: u64 = 16 << 20;
/// Bytes of one part of a form that is read as XML.
pub const FORM_MAX_XML_BYTES: u64 = 32 << 20;
/// Cells of all its tables together.
pub const FORM_MAX_CELLS: usize = 20_000;
/// Characters of a cell that are looked at: a label is shorter.
pub const FORM_CELL_CHARS: usize = 60;

/// Reads a form, and writes filled copies of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormJob {
    pub source: AnyPath,
    /// Of the form as it was read before; another one is not filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<FormCopy>,
    /// The only folder that the worker may write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<AnyPath>,
    /// Its properties name nobody in the copies.
    #[serde(default)]
    pub without_properties: bool,
    pub limits: Limits,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormCopy {
    /// Inside the folder.
    pub file: AnyPath,
    pub values: Vec<(CellAt, String)>,
}

/// A cell of a form. Rows and columns count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellAt {
    pub grid: u32,
    pub row: u32,
    pub column: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    Docx,
    Xlsx,
}

impl FormKind {
    pub fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A form as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub kind: FormKind,
    /// Of the file, lower-case hex.
    pub sha256: String,
    /// Its tables, or sheets that are shown.
    pub grids: Vec<Grid>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Of a sheet; empty for a table.
    pub name: String,
    /// Row by row.
    pub cells: Vec<FormCell>,
    /// Cells that are not listed are there all the same, and empty.
    pub is_open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormCell {
    pub row: u32,
    pub column: u32,
    /// Columns and rows that it takes.
    pub width: u32,
    pub height: u32,
    /// Its beginning, on one line.
    pub text: String,
    /// It is empty, and can be written.
    pub is_free: bool,
}
