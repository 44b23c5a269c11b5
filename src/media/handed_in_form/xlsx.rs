//! One sheet of a workbook.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::Node;

use super::xml::{self, Edits, attribute, beginning, child, is, rich_text};
use crate::media::office_archive::Complaint;
use crate::model::finding::Finding;
use crate::model::form::{CellAt, FormCell, Grid};

/// Rows below the last text within which empty cells are listed.
const ROWS_BELOW: u32 = 200;

/// Rows and columns of a sheet (Excel's limits).
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

/// Where cells of a sheet are written.
#[derive(Debug)]
pub(super) struct Slots {
    grid: u32,
    /// Of element names, with its colon.
    prefix: String,
    rows: Vec<Row>,
    data: Span,
    /// Cells under a merged one, which show nothing.
    merged: Vec<Merged>,
}

/// An element that others are put into.
#[derive(Debug)]
struct Span {
    range: Range<usize>,
    /// Its beginning tag, where it closes itself.
    opened: Option<String>,
    name: String,
    /// Where its end tag begins.
    end: usize,
}

#[derive(Debug)]
struct Row {
    number: u32,
    /// Its number, and those of its cells, are written, and not just counted.
    is_numbered: bool,
    span: Span,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    column: u32,
    range: Range<usize>,
    style: Option<String>,
    text: String,
    is_free: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Merged {
    row: u32,
    column: u32,
    width: u32,
    height: u32,
}

impl Merged {
    fn holds(self, row: u32, column: u32) -> bool {
        (self.row..self.row + self.height).contains(&row)
            && (self.column..self.column + self.width).contains(&column)
    }
}

/// Reads a sheet with its number among the grids and its name.
pub(super) fn read(
    text: &str,
    (grid, name): (u32, String),
    shared: &[String],
) -> Result<(Grid, Slots), Finding> {
    let document = xml::parse(text)?;
    let root = document.root_element();
    let data = child(root, "sheetData").ok_or_else(|| Complaint::FORM.unusable())?;
    let merged: Vec<Merged> = child(root, "mergeCells")
        .into_iter()
        .flat_map(|all| all.children())
        .filter_map(|one| merge(attribute(one, "ref")?))
        .collect();
    let mut rows: Vec<Row> = Vec::new();
    let mut next = 0;
    for node in data.children().filter(|node| is(*node, "row")) {
        let written = attribute(node, "r").and_then(|text| text.parse::<u32>().ok());
        let number = written.and_then(|number| number.checked_sub(1)).unwrap_or(next);
        if number < next || number >= MOST_ROWS {
            return Err(Complaint::FORM.unusable().detail("rows are not in order"));
        }
        next = number + 1;
        rows.push(row(text, node, (number, written.is_some()), shared)?);
    }
    let prefix = xml::prefix(xml::written_name(text, data)).to_owned();
    let slots = Slots { grid, prefix, rows, data: span(text, data), merged };
    Ok((Grid { name, cells: slots.listed(), is_open: true }, slots))
}

fn span(text: &str, node: Node<'_, '_>) -> Span {
    let range = node.range();
    let end = xml::end_tag(text, &range).unwrap_or(range.end);
    let opened = xml::opened(&text[range.clone()]);
    Span { range, opened, name: xml::written_name(text, node).to_owned(), end }
}

fn row(
    text: &str,
    node: Node<'_, '_>,
    (number, is_written): (u32, bool),
    shared: &[String],
) -> Result<Row, Finding> {
    let mut cells: Vec<Cell> = Vec::new();
    let (mut next, mut is_numbered) = (0, is_written);
    for cell in node.children().filter(|node| is(*node, "c")) {
        let written = attribute(cell, "r").and_then(place);
        is_numbered &= written.is_some();
        let column = written.map_or(next, |(_, column)| column);
        if column < next || written.is_some_and(|(row, _)| row != number) || column >= MOST_COLUMNS {
            return Err(Complaint::FORM.unusable().detail("cells are not in order"));
        }
        next = column + 1;
        let shown = shown(cell, shared);
        cells.push(Cell {
            column,
            range: cell.range(),
            style: attribute(cell, "s").map(str::to_owned),
            is_free: shown.trim().is_empty() && child(cell, "f").is_none(),
            text: beginning(&shown),
        });
    }
    Ok(Row { number, is_numbered, span: span(text, node), cells })
}

/// Returns the text of a cell.
fn shown(cell: Node<'_, '_>, shared: &[String]) -> String {
    let value = || child(cell, "v").and_then(|value| value.text()).unwrap_or_default();
    match attribute(cell, "t") {
        Some("s") => {
            value().trim().parse::<usize>().ok().and_then(|at| shared.get(at)).cloned().unwrap_or_default()
        }
        Some("inlineStr") => child(cell, "is").map(rich_text).unwrap_or_default(),
        _ => value().to_owned(),
    }
}

/// Returns row and column of a reference such as `B3`, from 0.
fn place(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, digits) = text.split_at(letters);
    let column = letters
        .bytes()
        .try_fold(0_u32, |column, letter| column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1));
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column?.checked_sub(1)?))
}

fn reference(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), row + 1)
}

fn merge(text: &str) -> Option<Merged> {
    let (first, last) = text.split_once(':')?;
    let ((row, column), (last_row, last_column)) = (place(first)?, place(last)?);
    let (height, width) = (last_row.checked_sub(row)? + 1, last_column.checked_sub(column)? + 1);
    Some(Merged { row, column, width, height })
}

impl Slots {
    fn merge_at(&self, row: u32, column: u32) -> Option<Merged> {
        self.merged.iter().copied().find(|one| one.holds(row, column))
    }

    /// Lists the cells that are written in the file, and those that are merged.
    fn listed(&self) -> Vec<FormCell> {
        let all = || self.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row.number, cell)));
        let last = all().filter(|(_, cell)| !cell.text.is_empty()).map(|(row, _)| row).max().unwrap_or(0);
        let mut cells: BTreeMap<(u32, u32), FormCell> = BTreeMap::new();
        let mut list = |(row, column): (u32, u32), text: &str, is_free: bool| {
            let merge = self.merge_at(row, column);
            let is_under = merge.is_some_and(|one| (one.row, one.column) != (row, column));
            if is_under || row > last + ROWS_BELOW {
                return;
            }
            let (width, height) = merge.map_or((1, 1), |one| (one.width, one.height));
            let text = text.to_owned();
            cells.entry((row, column)).or_insert(FormCell { row, column, width, height, text, is_free });
        };
        all().for_each(|(row, cell)| list((row, cell.column), &cell.text, cell.is_free));
        self.merged.iter().for_each(|one| list((one.row, one.column), "", true));
        cells.into_values().collect()
    }

    /// Returns the edits that fill cells of this sheet. A cell may be one that the file does not hold yet.
    pub fn edits(&self, values: &[(CellAt, String)]) -> Result<Edits, Finding> {
        let mut mine: BTreeMap<u32, BTreeMap<u32, &str>> = BTreeMap::new();
        let mut edits = Edits::default();
        for (at, value) in values.iter().filter(|(at, _)| at.grid == self.grid) {
            mine.entry(at.row).or_default().insert(at.column, value);
            edits.cells += 1;
        }
        for (number, cells) in mine {
            match self.rows.iter().find(|row| row.number == number) {
                Some(row) => self.in_row(row, &cells, &mut edits)?,
                None => self.new_row(number, &cells, &mut edits)?,
            }
        }
        self.open_data(&mut edits);
        Ok(edits)
    }

    fn in_row(&self, row: &Row, cells: &BTreeMap<u32, &str>, edits: &mut Edits) -> Result<(), Finding> {
        let mut opened = String::new();
        for (column, value) in cells {
            if let Some(cell) = row.cells.iter().find(|cell| cell.column == *column) {
                if !cell.is_free || self.is_under_merge(row.number, *column) {
                    return Err(not_free(row.number, *column));
                }
                let new = self.cell((row.number, *column), cell.style.as_deref(), value);
                edits.all.push((cell.range.clone(), new));
                continue;
            }
            if !row.is_numbered || self.is_under_merge(row.number, *column) {
                return Err(not_free(row.number, *column));
            }
            let new = self.cell((row.number, *column), None, value);
            if row.span.opened.is_some() {
                opened.push_str(&new);
                continue;
            }
            let behind = row.cells.iter().find(|cell| cell.column > *column);
            let at = behind.map_or(row.span.end, |cell| cell.range.start);
            edits.all.push((at..at, new));
        }
        if let (Some(tag), false) = (&row.span.opened, opened.is_empty()) {
            edits.all.push((row.span.range.clone(), format!("{tag}{opened}</{}>", row.span.name)));
        }
        Ok(())
    }

    fn new_row(&self, number: u32, cells: &BTreeMap<u32, &str>, edits: &mut Edits) -> Result<(), Finding> {
        if number >= MOST_ROWS || self.rows.iter().any(|row| !row.is_numbered && row.number > number) {
            return Err(not_free(number, 0));
        }
        let mut new = format!("<{}row r=\"{}\">", self.prefix, number + 1);
        for (column, value) in cells {
            if self.is_under_merge(number, *column) || *column >= MOST_COLUMNS {
                return Err(not_free(number, *column));
            }
            new.push_str(&self.cell((number, *column), None, value));
        }
        new.push_str(&format!("</{}row>", self.prefix));
        let behind = self.rows.iter().find(|row| row.number > number);
        let at = behind.map_or(self.data.end, |row| row.span.range.start);
        edits.all.push((at..at, new));
        Ok(())
    }

    /// A sheet without any row closes its data itself: what was put behind it goes inside.
    fn open_data(&self, edits: &mut Edits) {
        if let (Some(tag), false) = (&self.data.opened, edits.all.is_empty()) {
            let inside: String = edits.all.drain(..).map(|(_, new)| new).collect();
            edits.all.push((self.data.range.clone(), format!("{tag}{inside}</{}>", self.data.name)));
        }
    }

    fn is_under_merge(&self, row: u32, column: u32) -> bool {
        self.merge_at(row, column).is_some_and(|one| (one.row, one.column) != (row, column))
    }

    /// Returns a cell with its text in itself, so that the list of shared texts stays as it is. Text never is a formula.
    fn cell(&self, (row, column): (u32, u32), style: Option<&str>, value: &str) -> String {
        let prefix = &self.prefix;
        let style =
            style.map(|style| format!(" s=\"{}\"", xml::escaped(style).replace('"', ""))).unwrap_or_default();
        format!(
            "<{prefix}c r=\"{}\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{}</{prefix}t></{prefix}is></{prefix}c>",
            reference(row, column),
            xml::escaped(value)
        )
    }
}

fn not_free(row: u32, column: u32) -> Finding {
    Complaint::FORM.unusable().detail(format!("{} is not free", reference(row, column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_written() {
        for (text, at) in
            [("A1", (0, 0)), ("Z9", (8, 25)), ("AA10", (9, 26)), ("XFD1048576", (1_048_575, 16_383))]
        {
            assert_eq!(place(text), Some(at));
            assert_eq!(reference(at.0, at.1), text);
        }
        for odd in ["", "A", "1", "A0", "a1", "AAAAAAAAAAAAA1"] {
            assert_eq!(place(odd), None, "{odd}");
        }
    }
}
