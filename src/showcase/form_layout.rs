//! Where the values of a form go: into the empty cell right of a label, else into the one below it. Pure.

use std::collections::BTreeMap;

use crate::model::form::{CellAt, Form, FormCell, Grid};
use crate::present::messages::form_labels::plain;

/// Texts in one row from which on it is the head of a list.
const HEADS: usize = 3;

/// Most rows of a list that are looked at.
const MOST_ROWS: u32 = 1_000;

/// Longest text without a meaning that is taken for a label, characters.
const LABEL_CHARS: usize = 20;

/// A label of a form with where its value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot<K> {
    pub key: K,
    /// As the form has it.
    pub text: String,
    pub at: CellAt,
    /// `None`: the cells beside and below it are not empty.
    pub goes: Option<CellAt>,
    /// It heads a column: the free cells below it, one a row.
    pub rows: Vec<CellAt>,
}

/// What a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout<K> {
    /// In the order in which they are read.
    pub spots: Vec<Spot<K>>,
    /// What looks like labels, has an empty cell beside it, and is not known.
    pub unknown: Vec<String>,
}

/// Finds labels and their cells. `key` says what a plain label means.
pub fn layout<K: Clone>(form: &Form, key: &dyn Fn(&str) -> Option<K>) -> Layout<K> {
    let mut found = Layout { spots: Vec::new(), unknown: Vec::new() };
    for (number, grid) in (0..).zip(&form.grids) {
        let sheet =
            Sheet { number, grid, places: places(grid), is_label: &|text| key(&plain(text)).is_some() };
        for cell in grid.cells.iter().filter(|cell| !cell.text.is_empty()) {
            match key(&plain(&cell.text)) {
                Some(key) => found.spots.push(sheet.spot(cell, key)),
                None if sheet.looks_like_label(cell) => found.unknown.push(cell.text.clone()),
                None => {}
            }
        }
    }
    disputed(&mut found.spots);
    found
}

/// A cell that two labels claim is nobody's.
fn disputed<K>(spots: &mut [Spot<K>]) {
    let mut claims: BTreeMap<CellAt, usize> = BTreeMap::new();
    for at in spots.iter().filter_map(|spot| spot.goes) {
        *claims.entry(at).or_default() += 1;
    }
    for spot in spots.iter_mut() {
        if spot.goes.is_some_and(|at| claims[&at] > 1) {
            spot.goes = None;
            spot.rows.clear();
        }
    }
}

type Places<'a> = BTreeMap<(u32, u32), &'a FormCell>;

fn places(grid: &Grid) -> Places<'_> {
    grid.cells.iter().map(|cell| ((cell.row, cell.column), cell)).collect()
}

struct Sheet<'a> {
    number: u32,
    grid: &'a Grid,
    places: Places<'a>,
    is_label: &'a dyn Fn(&str) -> bool,
}

impl Sheet<'_> {
    fn spot<K>(&self, cell: &FormCell, key: K) -> Spot<K> {
        let rows = self.rows_below(cell);
        let right = self.right(cell);
        let below = rows.first().copied();
        // The last head of a list may have an empty cell at its side.
        let goes = if self.is_head(cell) && below.is_some() { below } else { right.or(below) };
        let rows = if goes.is_some() && goes == below { rows } else { Vec::new() };
        let at = self.at(cell.row, cell.column);
        Spot { key, text: cell.text.clone(), at, goes, rows }
    }

    fn at(&self, row: u32, column: u32) -> CellAt {
        CellAt { grid: self.number, row, column }
    }

    fn right(&self, cell: &FormCell) -> Option<CellAt> {
        let column = cell.column + cell.width;
        match self.places.get(&(cell.row, column)) {
            Some(other) => other.is_free.then(|| self.at(cell.row, column)),
            // A plain sheet of labels, whose empty cells are not written in the file.
            None if self.grid.is_open && self.is_alone(cell) => Some(self.at(cell.row, column)),
            None => None,
        }
    }

    fn is_alone(&self, cell: &FormCell) -> bool {
        self.row(cell.row).count() == 1
    }

    fn row(&self, row: u32) -> impl Iterator<Item = &&FormCell> {
        self.places.range((row, 0)..(row + 1, 0)).map(|(_, cell)| cell)
    }

    /// Returns true for the head of a list: texts alone, side by side.
    fn is_head(&self, cell: &FormCell) -> bool {
        let texts = self.row(cell.row).filter(|one| !one.text.is_empty()).count();
        let between = self.row(cell.row).take_while(|one| one.column < cell.column);
        texts >= HEADS && between.into_iter().all(|one| !one.text.is_empty())
    }

    /// Returns the free cells below a label, as far as one follows the other. A cell at whose left another label stands belongs to
    /// that one.
    fn rows_below(&self, cell: &FormCell) -> Vec<CellAt> {
        let first = cell.row + cell.height;
        let mut found = Vec::new();
        for row in first..first.saturating_add(MOST_ROWS) {
            let is_free = match self.places.get(&(row, cell.column)) {
                Some(other) => other.is_free && other.width == cell.width && other.height == 1,
                None => self.grid.is_open && self.is_head(cell) && self.is_within(row),
            };
            let left = self.places.range((row, 0)..(row, cell.column)).next_back().map(|(_, left)| left);
            let is_of_other = left.is_some_and(|left| (self.is_label)(&left.text));
            if !is_free || is_of_other || row > first && !self.is_within(row) {
                break;
            }
            found.push(self.at(row, cell.column));
        }
        found
    }

    /// Returns true for a row in which nothing stands but its number.
    fn is_within(&self, row: u32) -> bool {
        self.row(row).all(|one| one.text.is_empty() || one.text.parse::<u32>().is_ok())
    }

    fn looks_like_label(&self, cell: &FormCell) -> bool {
        let letters = cell.text.chars().filter(|c| c.is_alphabetic()).count();
        let is_short = (2..=LABEL_CHARS).contains(&cell.text.chars().count());
        let is_beside =
            self.places.get(&(cell.row, cell.column + cell.width)).is_some_and(|right| right.is_free);
        letters >= 2 && is_short && is_beside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::form::FormKind;

    /// A form of rows; `_` is free, `^` belongs to the cell above, `>` to that at the left, `#` is neither text nor free.
    fn form(rows: &[&str], is_open: bool) -> Form {
        let mut cells: Vec<FormCell> = Vec::new();
        for (row, line) in (0..).zip(rows) {
            for (column, text) in (0..).zip(line.split('|').map(str::trim)) {
                match text {
                    "." => {}
                    "^" => {
                        let above = cells.iter_mut().rfind(|cell| cell.column == column).unwrap();
                        above.height += 1;
                    }
                    ">" => cells.last_mut().unwrap().width += 1,
                    text => cells.push(FormCell {
                        row,
                        column,
                        width: 1,
                        height: 1,
                        text: if matches!(text, "_" | "#") { String::new() } else { text.to_owned() },
                        is_free: text == "_",
                    }),
                }
            }
        }
        let grids = vec![Grid { name: String::new(), cells, is_open }];
        Form { kind: FormKind::Docx, sha256: String::new(), grids }
    }

    fn goes(rows: &[&str], is_open: bool) -> Vec<(String, Option<(u32, u32)>)> {
        let known = ["作品名称", "作者", "联系电话", "指导教师", "单位"];
        let key = |text: &str| known.contains(&text).then(|| text.to_owned());
        let found = layout(&form(rows, is_open), &key);
        found.spots.into_iter().map(|spot| (spot.key, spot.goes.map(|at| (at.row, at.column)))).collect()
    }

    fn expect(rows: &[&str], is_open: bool, wanted: &[(&str, Option<(u32, u32)>)]) {
        let wanted: Vec<_> = wanted.iter().map(|(text, at)| ((*text).to_owned(), *at)).collect();
        assert_eq!(goes(rows, is_open), wanted, "{rows:?}");
    }

    #[test]
    fn a_value_goes_right_of_its_label_else_below() {
        let side = ["作 品 名 称：|_|>|>", "作者（限六人）|_|联系电话*|_", "指导教师|已填|单位|#"];
        expect(
            &side,
            false,
            &[
                ("作品名称", Some((0, 1))),
                ("作者", Some((1, 1))),
                ("联系电话", Some((1, 3))),
                ("指导教师", None),
                ("单位", None),
            ],
        );
        let list = ["序号|作品名称|作者|联系电话", "1|_|_|_", "2|_|_|_"];
        expect(
            &list,
            false,
            &[("作品名称", Some((1, 1))), ("作者", Some((1, 2))), ("联系电话", Some((1, 3)))],
        );
        let merged = ["作者|_|联系电话|_", "^|_|.|."];
        expect(&merged, false, &[("作者", Some((0, 1))), ("联系电话", Some((0, 3)))]);
    }

    #[test]
    fn a_cell_below_belongs_to_the_label_at_its_left() {
        expect(&["作品名称|已填", "作者|_"], false, &[("作品名称", None), ("作者", Some((1, 1)))]);
        expect(&["作者|联系电话", "_|_"], false, &[("作者", Some((1, 0))), ("联系电话", Some((1, 1)))]);
        // Its left neighbour says whose the cell is.
        expect(&["#|单位|#", "作者|_|."], false, &[("单位", None), ("作者", Some((1, 1)))]);
    }

    #[test]
    fn a_plain_sheet_is_filled_where_its_file_holds_no_cells() {
        expect(&["作品名称", "作者"], true, &[("作品名称", Some((0, 1))), ("作者", Some((1, 1)))]);
        let list = ["单位|作者|联系电话"];
        expect(&list, true, &[("单位", Some((1, 0))), ("作者", Some((1, 1))), ("联系电话", Some((1, 2)))]);
        // The empty cell at the end of the heads is no place for the last one's value.
        let bordered = ["单位|作者|联系电话|_", "_|_|_|_"];
        expect(
            &bordered,
            true,
            &[("单位", Some((1, 0))), ("作者", Some((1, 1))), ("联系电话", Some((1, 2)))],
        );
    }

    #[test]
    fn the_rows_of_a_list_end_where_something_stands() {
        let list = ["序号|单位|作者|联系电话", "1|_|_|_", "2|_|_|_", "填表人|_|_|_"];
        let key = |text: &str| (text == "作者" || text == "填表人").then_some(());
        let found = layout(&form(&list, false), &key);
        assert_eq!(found.spots[0].rows.len(), 2);
        let unknown = layout(&form(&["推荐意见|_", "1|_", "说|_"], false), &|_: &str| None::<()>).unknown;
        assert_eq!(unknown, ["推荐意见"]);
    }
}
