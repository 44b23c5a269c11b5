use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::model::finding::Code;
use crate::model::table::{TABLE_MAX_PARTS, TABLE_MAX_UNPACKED_BYTES};
use crate::model::value::Value;

fn refused(bytes: Vec<u8>) -> (Code, Option<String>) {
    let finding = table(bytes).expect_err("no table");
    let found = finding.args.get(&Arg::Found).map(|value| match value {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    });
    (finding.code, found)
}

fn rows(bytes: Vec<u8>) -> Vec<(u32, Vec<Cell>)> {
    let table = table(bytes).expect("a table");
    table.sheets.into_iter().flat_map(|sheet| sheet.rows).map(|row| (row.number, row.cells)).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// A workbook with one sheet of this XML, and as little else as a reader needs.
fn with_sheet(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        (
            "_rels/.rels",
            br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "[Content_Types].xml",
            br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
        ),
        (
            "xl/workbook.xml",
            br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, bytes) in parts.iter().chain(more) {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> Vec<u8> {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
    .into_bytes()
}

#[test]
fn one_table_is_read_from_every_encoding_and_separator_of_an_office() {
    let csv = "作品编号,链接\r\nabcd,https://v.douyin.com/a\r\n";
    let expected = vec![
        (1, vec![text("作品编号"), text("链接")]),
        (2, vec![text("abcd"), text("https://v.douyin.com/a")]),
    ];
    let gbk = encoding_rs::GB18030.encode(csv).0.into_owned();
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(csv.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let tabs = csv.replace(',', "\t").into_bytes();
    let semicolons = format!("\u{FEFF}{}", csv.replace(',', ";")).into_bytes();
    for bytes in [csv.as_bytes().to_vec(), gbk, utf16, tabs, semicolons] {
        assert_eq!(rows(bytes), expected);
    }
}

#[test]
fn rows_have_the_numbers_that_a_spreadsheet_shows() {
    let csv = "a,b\n\n\"one\ntwo\",x\n,\nlast,y\n";
    let numbers: Vec<u32> = rows(csv.as_bytes().to_vec()).into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [1, 3, 5]);
}

#[test]
fn a_workbooks_cells_are_what_they_are_and_nothing_is_rounded() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "7301234567890123456").unwrap();
    sheet.write_number(0, 1, 7301234567890123456_f64).unwrap();
    let date = ExcelDateTime::from_ymd(2026, 11, 30).unwrap().and_hms(14, 5, 0).unwrap();
    sheet.write_datetime_with_format(0, 2, date, &Format::new().set_num_format("yyyy-mm-dd hh:mm")).unwrap();
    sheet.write_formula(2, 1, Formula::new("=HYPERLINK(\"http://a.cn\")").set_result("http://a.cn")).unwrap();
    sheet.write_string(2, 3, "=1+1").unwrap();
    workbook.add_worksheet().set_hidden(true).write_string(0, 0, "hidden").unwrap();
    let found = rows(workbook.save_to_buffer().unwrap());
    let first = vec![
        text("7301234567890123456"),
        Cell::Number(7301234567890123456_f64),
        Cell::Time("2026-11-30T14:05:00".to_owned()),
    ];
    let third = vec![Cell::Empty, Cell::Formula, Cell::Empty, text("=1+1")];
    assert_eq!(found, [(1, first), (3, third)]);
}

/// Readers shift a row where a cell closes itself, and stop at styles that they do not understand.
#[test]
fn what_other_programs_write_oddly_is_read_all_the_same() {
    let odd = sheet(r#"<row r="10"><c r="A10"/><c r="B10" t="inlineStr"><is><t>x</t></is></c></row>"#);
    assert_eq!(rows(with_sheet(&odd, &[])), [(10, vec![Cell::Empty, text("x")])]);
    for styles in ["<styleSheet><cellXfs count=\"1\"><xf numFmtId=\"x\"/>", "no styles", ""] {
        let part: [(&str, &[u8]); 1] = [("xl/styles.xml", styles.as_bytes())];
        assert_eq!(rows(with_sheet(&odd, &part)), [(10, vec![Cell::Empty, text("x")])], "{styles}");
    }
    // Cells that are one on the screen: the first holds what they say.
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.merge_range(0, 0, 0, 2, "x", &Format::new()).unwrap();
    sheet.write_string(1, 2, "y").unwrap();
    let found = rows(workbook.save_to_buffer().unwrap());
    assert_eq!(found, [(1, vec![text("x")]), (2, vec![Cell::Empty, Cell::Empty, text("y")])]);
}

#[test]
fn what_is_no_table_is_refused_by_what_it_is() {
    let unusable = Code::TableUnusable;
    let old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    assert_eq!(refused(old), (unusable, Some("Excel 97-2003 (.xls)".to_owned())));
    assert_eq!(refused(b"<html><table></table>".to_vec()), (unusable, Some("HTML".to_owned())));
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0".to_vec()).0, unusable);
    assert_eq!(refused(b"PK\x03\x04 and then nothing".to_vec()), (unusable, None));
    assert_eq!(refused(with_sheet(b"<worksheet><sheetData><row", &[])).0, unusable);
    assert_eq!(refused(vec![0xFF, 0xFE, 0x00, 0xD8]), (unusable, None));
    let mut whole = with_sheet(&sheet(""), &[]);
    whole.truncate(whole.len() / 2);
    assert_eq!(refused(whole).0, unusable);
}

#[test]
fn a_bomb_is_refused_before_it_is_held() {
    let zeros = vec![b' '; TABLE_MAX_UNPACKED_BYTES as usize + 1];
    let bomb = with_sheet(&sheet(""), &[("xl/media/a.xml", &zeros)]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    assert_eq!(refused(bomb).0, Code::TableTooLarge);
    let names: Vec<String> = (0..TABLE_MAX_PARTS).map(|number| format!("xl/{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    assert_eq!(refused(with_sheet(&sheet(""), &many)).0, Code::TableTooLarge);
    // One cell at the far end claims a table of 17 thousand million.
    let far = sheet(
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
    );
    assert_eq!(refused(with_sheet(&far, &[])).0, Code::TableTooLarge);
    let rows: String = (1..=TABLE_MAX_ROWS + 1)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>"))
        .collect();
    assert_eq!(refused(with_sheet(&sheet(&rows), &[])).0, Code::TableTooLarge);
    assert_eq!(refused(vec![b'a'; TABLE_MAX_BYTES as usize + 1]).0, Code::TableTooLarge);
    let wide = vec![","; TABLE_MAX_COLUMNS as usize + 1].concat() + "a";
    assert_eq!(refused(wide.into_bytes()).0, Code::TableTooLarge);
}
