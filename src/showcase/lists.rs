//! The lists in a package: workbooks, digests, and what programs read.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook};

use crate::library::manifest::{ManifestError, fitted_text, row_height};
use crate::model::showcase::plan::{Entry, Plan};
use crate::model::showcase::profile::{Column, Profile, Rule};
use crate::present::messages::showcase as words;

/// Columns of our own list.
const OWN: [Column; 14] = [
    Column::No,
    Column::Title,
    Column::Category,
    Column::Department,
    Column::Authors,
    Column::Teacher,
    Column::Duration,
    Column::Size,
    Column::Bytes,
    Column::Ai,
    Column::Folder,
    Column::File,
    Column::Id,
    Column::Sha256,
];

/// Characters across a landscape A4 page that can still be read: some 70 % of the size on the screen.
const PAGE_CHARACTERS: f64 = 190.0;

/// Returns the columns of our own list; of an anonymous package those that tell nobody.
pub fn own_columns(profile: &Profile) -> Vec<(String, Column)> {
    let is_shown = |column: &Column| match profile.marks.identity {
        Rule::Forbidden => !column.is_identity() && *column != Column::Id,
        _ => true,
    };
    let has_folders = profile.names.folder.is_some();
    OWN.into_iter()
        .filter(is_shown)
        .filter(|column| has_folders || *column != Column::Folder)
        .map(|column| (words::list_head(column).to_owned(), column))
        .collect()
}

/// Returns a workbook with a row for each work. Every text is stored as text, so none becomes a formula or a link; it names no
/// author, and the same works give the same bytes.
pub fn workbook(
    plan: &Plan,
    (name, columns): (&str, &[(String, Column)]),
    digest_of: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<u8>, ManifestError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_background_color("EDEDED");
    let body = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_indent(1)
        .set_border(FormatBorder::Thin);
    let number = Format::new()
        .set_align(FormatAlign::VerticalCenter)
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin);
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(name))?.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3).set_print_center_horizontally(true);
    sheet.set_row_height(0, 24)?;
    if let Some(last) = printed(columns) {
        sheet.set_print_area(0, 0, u32::try_from(plan.entries.len()).unwrap_or(u32::MAX), last)?;
    }
    for ((title, column), index) in columns.iter().zip(0..) {
        sheet.set_column_width(index, width(*column))?;
        sheet.write_string_with_format(0, index, fitted_text(title), &head)?;
    }
    for (entry, row) in plan.entries.iter().zip(1..) {
        let texts: Vec<(String, f64)> =
            columns.iter().map(|(_, column)| (cell(entry, *column, digest_of), width(*column))).collect();
        sheet.set_row_height(row, row_height(texts.iter().map(|(text, width)| (text.as_str(), *width))))?;
        for ((_, column), index) in columns.iter().zip(0..) {
            let text = cell(entry, *column, digest_of);
            match (column, text.parse::<u64>()) {
                (Column::No | Column::Bytes, Ok(value)) => {
                    sheet.write_number_with_format(row, index, value as f64, &number)?;
                }
                _ => {
                    sheet.write_string_with_format(row, index, fitted_text(&text), &body)?;
                }
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// Returns the last column that is printed, where a page cannot hold all in legible type: places and digests are for programs.
fn printed(columns: &[(String, Column)]) -> Option<u16> {
    let total: f64 = columns.iter().map(|(_, column)| width(*column)).sum();
    let is_for_programs = |(_, column): &(String, Column)| {
        matches!(column, Column::Folder | Column::File | Column::Id | Column::Sha256)
    };
    let first = columns.iter().position(is_for_programs)?;
    let last = first.checked_sub(1).filter(|_| total > PAGE_CHARACTERS)?;
    u16::try_from(last).ok()
}

fn cell(entry: &Entry, column: Column, digest_of: &dyn Fn(&str) -> Option<String>) -> String {
    match column {
        // Of the file that lies in the package.
        Column::Sha256 => digest_of(entry.cell(Column::File)).unwrap_or_default(),
        column => entry.cell(column).to_owned(),
    }
}

/// Excel forbids some characters in the names of sheets, and names of more than 31.
fn sheet_name(name: &str) -> String {
    let allowed = name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control());
    let cut: String = allowed.take(31).collect();
    if cut.trim().is_empty() { words::SHEET_NAME.to_owned() } else { cut }
}

/// Characters that a column is wide.
fn width(column: Column) -> f64 {
    match column {
        Column::No => 6.0,
        Column::Title | Column::Folder => 30.0,
        Column::Synopsis | Column::Links | Column::File => 44.0,
        Column::Sha256 => 68.0,
        Column::Authors | Column::Ai => 20.0,
        Column::Duration | Column::Id | Column::Size => 12.0,
        _ => 15.0,
    }
}

/// Returns the list of digests that `sha256sum -c` reads.
pub fn sums(files: &[(String, String)]) -> String {
    files.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect()
}

/// Reads such a list; the error is the line that is none, counted from 1.
pub fn read_sums(text: &str) -> Result<Vec<(String, String)>, usize> {
    let lines = text.trim_start_matches('\u{feff}').lines().zip(1..).filter(|(line, _)| !line.is_empty());
    lines
        .map(|(line, number)| {
            let (sha256, path) = line.split_once("  ").ok_or(number)?;
            let is_digest = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_inside = !path.is_empty()
                && !path.starts_with('/')
                && !path.contains('\\')
                && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
            match is_digest && is_inside {
                true => Ok((path.to_owned(), sha256.to_ascii_lowercase())),
                false => Err(number),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::model::preset::Edition;
    use crate::model::showcase::candidate::Measured;
    use crate::model::units::{Rational, Size};

    /// Excel rounds numbers after 15 digits, drops their leading zeros, and calculates what begins with a sign: none of these are.
    #[test]
    fn ids_phones_and_formulas_are_texts_to_a_spreadsheet() {
        let written = [
            (Column::Title, "=HYPERLINK(\"http://x\",\"a\")"),
            (Column::Department, "@SUM(1)"),
            (Column::StudentId, "7301234567890123456"),
            (Column::Phone, "013800138000"),
            (Column::Synopsis, "-1+1"),
            (Column::Folder, "01"),
        ];
        let entry = Entry {
            no: 1,
            work: "0123abcd".into(),
            title: "甲".into(),
            digest: String::new(),
            measured: Measured {
                duration_ms: 1,
                bytes: 1,
                size: Size::new(2, 2),
                frame_rate: Rational::new(25, 1),
                edition: Edition::Clean,
                has_captions: false,
            },
            folder: None,
            files: Vec::new(),
            cells: written.iter().map(|(column, text)| (*column, (*text).to_owned())).collect(),
            cover: None,
            open: Vec::new(),
            notes: Vec::new(),
            answers: Vec::new(),
        };
        let plan = Plan {
            profile: "a".into(),
            name: "包".into(),
            mail_subject: None,
            entries: vec![entry],
            left_out: Vec::new(),
            files: Vec::new(),
            open: Vec::new(),
            is_late: false,
        };
        let columns: Vec<(String, Column)> =
            written.iter().map(|(column, _)| (format!("{column:?}"), *column)).collect();
        let bytes = workbook(&plan, ("汇总表", &columns), &|_| None).unwrap();
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let sheet = read.worksheet_range("汇总表").unwrap();
        let cells: Vec<&Data> = sheet.rows().nth(1).unwrap().iter().collect();
        let wanted: Vec<Data> = written.iter().map(|(_, text)| Data::String((*text).to_owned())).collect();
        assert_eq!(cells, wanted.iter().collect::<Vec<_>>());
        assert_eq!(read.worksheet_formula("汇总表").unwrap().used_cells().count(), 0);
    }

    #[test]
    fn a_row_is_as_high_as_the_text_that_takes_most_lines() {
        let height = |text: &str| row_height([(text, 30.0), ("短", 6.0)].into_iter());
        assert_eq!((height("短"), height(&"长".repeat(40)), height("a\nb")), (18.0, 48.0, 33.0));
        assert_eq!(height(&"长".repeat(4000)), 409.0);
    }

    #[test]
    fn a_list_of_digests_is_read_back_and_leads_nowhere_else() {
        let files = [("作品/晨光.mp4".to_owned(), "a".repeat(64)), ("index.html".to_owned(), "0".repeat(64))];
        assert_eq!(read_sums(&sums(&files)).unwrap(), files);
        let digest = "0".repeat(64);
        for odd in ["../a", "/etc/passwd", "a/../b", "a\\b", "a//b", ""] {
            assert_eq!(read_sums(&format!("{digest}  {odd}\n")), Err(1), "{odd}");
        }
        assert_eq!(read_sums(&format!("{digest}  a\n{}  b\n", "g".repeat(64))), Err(2));
    }
}
