//! The table of people as an office hands it in, and its template.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use crate::library::manifest::ManifestError;
use crate::model::people::{Person, Private};
use crate::model::table::{Cell, Sheet, Table, TableRow};
use crate::present::messages::people as words;
use crate::present::messages::people::Column;

/// Rows at the top of a sheet in which its heads are looked for.
const HEAD_ROWS: usize = 5;

/// Most rows of one import.
pub const MOST_ROWS: usize = 5_000;

/// Most characters of a cell.
const CELL_MAX: usize = 60;

/// Largest whole number that a workbook stores with all its digits.
const EXACT_BELOW: f64 = 1e15;

/// Excel reads a file as UTF-8 only with this mark.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFault {
    Missing,
    Formula,
    /// The workbook turned it into a number or a date, and may have lost digits.
    NotText,
    TooLong,
    NoPhone,
    NoMail,
    NoStudentNumber,
    NeitherYesNorNo,
}

/// Why a table is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetFault {
    NoHeads,
    SameHeadTwice(Column),
    TooManyRows,
}

/// What somebody gave of a person. `None` leaves what is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub name: String,
    pub unit: Option<String>,
    pub position: Option<String>,
    pub is_contact: Option<bool>,
    pub phone: Option<Private>,
    pub email: Option<Private>,
    pub student_id: Option<Private>,
}

/// One row that somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// As a person counts.
    pub number: u32,
    pub given: Given,
    pub faults: Vec<(Column, ValueFault)>,
}

impl Given {
    /// Returns the person with what was given.
    pub fn over(&self, known: &Person) -> Person {
        let private =
            |given: &Option<Private>, known: &Private| given.clone().unwrap_or_else(|| known.clone());
        Person {
            id: known.id,
            name: if known.name.is_empty() { self.name.clone() } else { known.name.clone() },
            unit: self.unit.clone().unwrap_or_else(|| known.unit.clone()),
            position: self.position.clone().unwrap_or_else(|| known.position.clone()),
            is_contact: self.is_contact.unwrap_or(known.is_contact),
            phone: private(&self.phone, &known.phone),
            email: private(&self.email, &known.email),
            student_id: private(&self.student_id, &known.student_id),
        }
    }

    /// Sets a value, once it is checked. An empty one erases what is known.
    pub fn set(&mut self, column: Column, text: &str) -> Result<(), ValueFault> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > CELL_MAX {
            return Err(ValueFault::TooLong);
        }
        match column {
            Column::Name if text.is_empty() => return Err(ValueFault::Missing),
            Column::Name => self.name = text,
            Column::Unit => self.unit = Some(text),
            Column::Position => self.position = Some(text),
            Column::Contact => {
                self.is_contact = Some(words::is_yes(&text).ok_or(ValueFault::NeitherYesNorNo)?)
            }
            Column::Phone => self.phone = Some(checked(text, is_phone, ValueFault::NoPhone)?),
            Column::Email => self.email = Some(checked(text, is_mail, ValueFault::NoMail)?),
            Column::StudentId => {
                self.student_id = Some(checked(text, is_student_number, ValueFault::NoStudentNumber)?);
            }
        }
        Ok(())
    }
}

fn checked(text: String, is_right: fn(&str) -> bool, fault: ValueFault) -> Result<Private, ValueFault> {
    if text.is_empty() || is_right(&text) { Ok(Private(text)) } else { Err(fault) }
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_of_phone = |c: char| c.is_ascii_digit() || "+-() /".contains(c) || c == words::EXTENSION;
    (5..=24).contains(&digits) && text.chars().all(is_of_phone)
}

fn is_mail(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && c != '@');
    is_plain(local) && is_plain(host) && host.contains('.')
}

fn is_student_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Reads the first sheet that has our heads.
pub fn rows(table: &Table) -> Result<Vec<Row>, SheetFault> {
    let found = table.sheets.iter().find_map(|sheet| heads(sheet).map(|heads| (sheet, heads)));
    let Some((sheet, (at, heads))) = found else { return Err(SheetFault::NoHeads) };
    for (index, column) in heads.iter().enumerate() {
        if let Some(column) = column.filter(|_| heads[..index].contains(column)) {
            return Err(SheetFault::SameHeadTwice(column));
        }
    }
    let rows: Vec<Row> = sheet.rows[at + 1..].iter().filter_map(|row| read(row, &heads)).collect();
    if rows.len() > MOST_ROWS { Err(SheetFault::TooManyRows) } else { Ok(rows) }
}

type Heads = Vec<Option<Column>>;

fn heads(sheet: &Sheet) -> Option<(usize, Heads)> {
    sheet.rows.iter().take(HEAD_ROWS).enumerate().find_map(|(at, row)| {
        let heads: Heads = row.cells.iter().map(column_of).collect();
        heads.contains(&Some(Column::Name)).then_some((at, heads))
    })
}

fn column_of(cell: &Cell) -> Option<Column> {
    let Cell::Text(text) = cell else { return None };
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let text = plain(text.trim_start_matches(BYTE_ORDER_MARK));
    Column::ALL.into_iter().find(|column| {
        let name = words::column(*column);
        let known = [words::head(*column), name.zh, name.en];
        let others = words::other_heads(*column).iter().map(|head| plain(head));
        known.iter().map(|head| plain(head)).chain(others).any(|head| head == text)
    })
}

/// Returns `None` for a row in which nobody wrote anything.
fn read(row: &TableRow, heads: &[Option<Column>]) -> Option<Row> {
    let mut texts = BTreeMap::new();
    let mut found = Row { number: row.number, ..Row::default() };
    for (cell, column) in row.cells.iter().zip(heads).filter_map(|(cell, column)| Some((cell, (*column)?))) {
        match text_of(cell) {
            Ok(None) => {}
            Ok(Some(text)) => drop(texts.insert(column, text)),
            Err(fault) => found.faults.push((column, fault)),
        }
    }
    if texts.is_empty() && found.faults.is_empty() {
        return None;
    }
    let has_name = texts.contains_key(&Column::Name);
    let has_fault = found.faults.iter().any(|(column, _)| *column == Column::Name);
    if !has_name && !has_fault {
        found.faults.push((Column::Name, ValueFault::Missing));
    }
    for (column, text) in texts {
        if let Err(fault) = found.given.set(column, &text) {
            found.faults.push((column, fault));
        }
    }
    Some(found)
}

fn text_of(cell: &Cell) -> Result<Option<String>, ValueFault> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        // The apostrophe that keeps a spreadsheet from reading a number.
        Cell::Text(text) => text.trim().trim_start_matches('\'').to_owned(),
        Cell::Number(number) if number.fract() == 0.0 && (0.0..EXACT_BELOW).contains(number) => {
            format!("{number:.0}")
        }
        Cell::Number(_) | Cell::Time(_) => return Err(ValueFault::NotText),
        Cell::Formula => return Err(ValueFault::Formula),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Returns the template as a workbook: every cell is text, so that no number loses its digits.
pub fn template_xlsx() -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let (head, body) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = workbook.add_worksheet();
    sheet.set_name(words::sheet_name())?.set_freeze_panes(1, 0)?;
    for (column, index) in Column::ALL.into_iter().zip(0..) {
        sheet.set_column_format(index, &body)?.set_column_width(index, 20.0)?;
        sheet.write_string_with_format(0, index, words::head(column), &head)?;
    }
    Ok(workbook.save_to_buffer()?)
}

pub fn template_csv() -> Vec<u8> {
    let heads: Vec<String> = Column::ALL.map(words::head).to_vec();
    format!("{BYTE_ORDER_MARK}{}\r\n", heads.join(",")).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn table(rows: Vec<Vec<Cell>>) -> Table {
        let rows = rows.into_iter().zip(1..).map(|(cells, number)| TableRow { number, cells }).collect();
        Table { sheets: vec![Sheet { name: "s".to_owned(), rows }] }
    }

    #[test]
    fn a_table_of_an_office_is_read_below_its_title_and_every_fault_is_told() {
        let heads = ["单 位", "姓  名", "手机号", "学号", "联络员", "备注"].map(text).to_vec();
        let rows = rows(&table(vec![
            vec![text("联络员名单")],
            heads,
            vec![
                text("机械系"),
                text("张 三"),
                Cell::Number(13_800_138_000.0),
                Cell::Empty,
                text("是"),
                text("x"),
            ],
            vec![Cell::Empty; 6],
            vec![
                text("机械系"),
                Cell::Empty,
                text("电话见群"),
                Cell::Number(7.3e18),
                text("？"),
                Cell::Empty,
            ],
        ]))
        .unwrap();
        assert_eq!(rows.len(), 2);
        let person = rows[0].given.over(&Person::default());
        assert_eq!(
            (person.name.as_str(), person.unit.as_str(), person.phone.as_str()),
            ("张 三", "机械系", "13800138000")
        );
        assert!(person.is_contact && rows[0].faults.is_empty());
        let mut faults = rows[1].faults.clone();
        faults.sort_by_key(|(column, _)| *column);
        assert_eq!(
            faults,
            [
                (Column::Name, ValueFault::Missing),
                (Column::Contact, ValueFault::NeitherYesNorNo),
                (Column::Phone, ValueFault::NoPhone),
                (Column::StudentId, ValueFault::NotText),
            ]
        );
        let none = table(vec![vec![text("姓"), text("电话")]]);
        assert_eq!(super::rows(&none), Err(SheetFault::NoHeads));
        let twice = table(vec![vec![text("姓名"), text("电话"), text("手机")]]);
        assert_eq!(super::rows(&twice), Err(SheetFault::SameHeadTwice(Column::Phone)));
    }

    #[test]
    fn what_is_left_blank_leaves_what_is_known() {
        let known = Person { id: 3, name: "张三".into(), phone: "1380013".into(), ..Person::default() };
        let mut given = Given { name: "张 三".into(), ..Given::default() };
        given.set(Column::Email, "a@b.cn").unwrap();
        let person = given.over(&known);
        assert_eq!((person.id, person.name.as_str(), person.phone.as_str()), (3, "张三", "1380013"));
        given.set(Column::Phone, "").unwrap();
        assert!(given.over(&known).phone.is_empty());
        for (column, odd) in [
            (Column::Phone, "12"),
            (Column::Phone, "13800138000; drop"),
            (Column::Email, "a@b"),
            (Column::Email, "a b@c.cn"),
            (Column::StudentId, "=1+1"),
        ] {
            assert!(given.set(column, odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn the_template_is_read_as_a_table_without_people() {
        let cells = String::from_utf8(template_csv()).unwrap();
        let heads = cells.trim_end().split(',').map(text).collect();
        assert_eq!(rows(&table(vec![heads])), Ok(Vec::new()));
        assert!(template_xlsx().unwrap().starts_with(b"PK"));
    }
}
