use std::io::{Cursor, Read};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::model::config::Limits;
use crate::model::form::FormCell;

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="MAIN"/><Relationship Id="rId2" Type="t" Target="http://a.cn" TargetMode="External"/></Relationships>"#;
const CORE: &str =
    r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>某学院</dc:creator></cp:coreProperties>"#;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &RELATIONS.replace("MAIN", "word/document.xml")),
        ("word/document.xml", &document),
        ("word/media/seal.png", "\u{0}binary"),
        ("docProps/core.xml", CORE),
    ])
}

/// A cell of a row, its text in runs of one character each.
fn cell(text: &str, properties: &str) -> String {
    let run = |c: char| format!("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{c}</w:t></w:r>");
    let runs: String = text.chars().map(run).collect();
    format!(
        "<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{runs}</w:p></w:tc>"
    )
}

fn row(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

fn read(bytes: &[u8]) -> Vec<Grid> {
    Parsed::read(bytes).expect("a form").grids
}

fn refused(bytes: &[u8]) -> Finding {
    match Parsed::read(bytes) {
        Err(finding) => finding,
        Ok(_) => panic!("it was read"),
    }
}

fn at(row: u32, column: u32) -> CellAt {
    CellAt { grid: 0, row, column }
}

fn fill(bytes: &[u8], values: &[(CellAt, &str)], without_properties: bool) -> Vec<u8> {
    let values = values.iter().map(|(at, text)| (*at, (*text).to_owned())).collect();
    let copy = FormCopy { file: "a.docx".into(), values };
    Parsed::read(bytes).unwrap().filled(&copy, without_properties).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn found(grids: &[Grid], row: u32, column: u32) -> &FormCell {
    grids[0].cells.iter().find(|cell| (cell.row, cell.column) == (row, column)).expect("a cell")
}

/// Everything but the parts named is byte-equal, in the same order.
fn is_else_equal(one: &[u8], other: &[u8], but: &[&str]) {
    let (mut one, mut other) =
        (ZipArchive::new(Cursor::new(one)).unwrap(), ZipArchive::new(Cursor::new(other)).unwrap());
    assert_eq!(one.len(), other.len());
    for index in 0..one.len() {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        one.by_index(index).unwrap().read_to_end(&mut before).unwrap();
        let mut part = other.by_index(index).unwrap();
        part.read_to_end(&mut after).unwrap();
        let name = part.name().unwrap().into_owned();
        drop(part);
        assert_eq!(one.by_index(index).unwrap().name().unwrap(), name);
        assert!(before == after || but.contains(&name.as_str()), "{name}");
    }
}

fn form() -> Vec<u8> {
    let span = "<w:gridSpan w:val=\"3\"/>";
    let begin = "<w:vMerge w:val=\"restart\"/>";
    docx(&format!(
        "<w:p><w:r><w:t>报名表</w:t></w:r></w:p><w:tbl>{}{}{}{}</w:tbl>",
        row(&[cell("作 品 名 称：", ""), cell("", span)]),
        row(&[
            cell("作者", begin),
            cell("姓名", ""),
            "<w:tc><w:p w:rsidR=\"1\"/></w:tc>".to_owned(),
            cell("", ""),
        ]),
        row(&[cell("", "<w:vMerge/>"), cell("联系电话", ""), cell("  ", ""), cell("已填", "")]),
        row(&[
            "<w:tc><w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt></w:tc>".to_owned(),
            "<w:tc><w:p><w:r><w:sym w:char=\"F0A3\"/></w:r></w:p></w:tc>".to_owned(),
            "<w:tc><w:p/><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc>".to_owned(),
        ]),
    ))
}

#[test]
fn labels_over_many_runs_and_merged_cells_are_read_and_only_blank_cells_are_free() {
    let grids = read(&form());
    assert_eq!(grids.len(), 2, "a table within a cell is one of its own");
    assert_eq!(found(&grids, 0, 0).text, "作 品 名 称：");
    let wide = found(&grids, 0, 1);
    assert_eq!((wide.width, wide.is_free), (3, true));
    let tall = found(&grids, 1, 0);
    assert_eq!((tall.height, tall.text.as_str()), (2, "作者"));
    assert!(!grids[0].cells.iter().any(|cell| (cell.row, cell.column) == (2, 0)));
    for (row, column, is_free) in
        [(1, 2, true), (1, 3, true), (2, 2, true), (2, 3, false), (3, 0, false), (3, 1, false), (3, 2, false)]
    {
        assert_eq!(found(&grids, row, column).is_free, is_free, "{row} {column}");
    }
}

#[test]
fn a_filled_document_differs_by_the_text_of_its_cells_alone() {
    let form = form();
    let hostile = "=1+1 <w:p/> & \"海河\"\n第二行\u{1}";
    let filled = fill(&form, &[(at(0, 1), hostile), (at(1, 2), "张三"), (at(2, 2), "138")], false);
    is_else_equal(&form, &filled, &["word/document.xml"]);
    let (before, after) = (part(&form, "word/document.xml"), part(&filled, "word/document.xml"));
    let first = "<w:r><w:t xml:space=\"preserve\">=1+1 &lt;w:p/&gt; &amp; \"海河\"</w:t><w:br/><w:t xml:space=\"preserve\">第二行</w:t></w:r>";
    let second = "<w:r><w:t xml:space=\"preserve\">张三</w:t></w:r>";
    let third = "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">138</w:t></w:r>";
    for new in [first, second, third] {
        assert_eq!(after.matches(new).count(), 1, "{new}");
    }
    let back = after
        .replace(first, "")
        .replace(third, "")
        .replace(&format!("<w:p w:rsidR=\"1\">{second}</w:p>"), "<w:p w:rsidR=\"1\"/>");
    assert_eq!(back, before);
    let grids = read(&filled);
    assert_eq!(found(&grids, 1, 2).text, "张三");
    assert!(!found(&grids, 1, 2).is_free);
}

#[test]
fn a_cell_that_is_not_free_is_never_written() {
    let form = form();
    for (row, column) in [(0, 0), (2, 3), (3, 1), (9, 9)] {
        let copy = FormCopy { file: "a".into(), values: vec![(at(row, column), "x".into())] };
        let refused = Parsed::read(&form).unwrap().filled(&copy, false).unwrap_err();
        assert_eq!(refused.code, Code::FormUnusable, "{row} {column}");
    }
}

#[test]
fn properties_name_nobody_where_that_is_asked() {
    let form = form();
    let filled = fill(&form, &[(at(0, 1), "a")], true);
    is_else_equal(&form, &filled, &["word/document.xml", "docProps/core.xml"]);
    assert!(!part(&filled, "docProps/core.xml").contains("某学院"));
}

fn xlsx(sheet: &str) -> Vec<u8> {
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="a/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="a/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"#;
    let workbook = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="r"><sheets><sheet name="表" sheetId="7" r:id="rId1"/><sheet name="藏" sheetId="8" state="hidden" r:id="rId1"/></sheets></workbook>"#;
    let shared = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>作品</t></r><r><t>名称</t></r><rPh><t>ming</t></rPh></si><si><t>联系电话</t></si></sst>"#;
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{sheet}</worksheet>"
    );
    archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &RELATIONS.replace("MAIN", "xl/workbook.xml")),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("docProps/app.xml", "<Properties><Company>某学院</Company></Properties>"),
    ])
}

const SHEET: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"5\"/><c r=\"D1\" s=\"2\"><f>1+1</f></c></row>\
     <row r=\"3\" ht=\"20\"/><row r=\"4\"><c r=\"A4\" t=\"s\"><v>1</v></c></row></sheetData>\
     <mergeCells count=\"1\"><mergeCell ref=\"B4:C5\"/></mergeCells>";

#[test]
fn a_workbook_is_read_and_its_cells_are_texts_whatever_is_written() {
    let form = xlsx(SHEET);
    let grids = read(&form);
    assert_eq!((grids.len(), grids[0].name.as_str()), (1, "表"));
    assert_eq!(found(&grids, 0, 0).text, "作品名称");
    assert!(found(&grids, 0, 1).is_free && !found(&grids, 0, 3).is_free);
    let merged = found(&grids, 3, 1);
    assert_eq!((merged.width, merged.height, merged.is_free), (2, 2, true));
    let values = [
        (at(0, 1), "=HYPERLINK(\"a\")<&>"),
        (at(0, 2), "c"),
        (at(2, 1), "d"),
        (at(3, 1), "138"),
        (at(6, 0), "e"),
    ];
    let filled = fill(&form, &values, true);
    is_else_equal(&form, &filled, &["xl/worksheets/sheet1.xml", "docProps/app.xml"]);
    assert!(!part(&filled, "docProps/app.xml").contains("某学院"));
    let sheet = part(&filled, "xl/worksheets/sheet1.xml");
    let text = |of: &str, style: &str, text: &str| {
        format!("<c r=\"{of}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
    };
    let expected = part(&form, "xl/worksheets/sheet1.xml")
        .replace(
            "<c r=\"B1\" s=\"5\"/>",
            &(text("B1", " s=\"5\"", "=HYPERLINK(\"a\")&lt;&amp;&gt;") + &text("C1", "", "c")),
        )
        .replace("<row r=\"3\" ht=\"20\"/>", &format!("<row r=\"3\" ht=\"20\">{}</row>", text("B3", "", "d")))
        .replace("<v>1</v></c></row>", &format!("<v>1</v></c>{}</row>", text("B4", "", "138")))
        .replace("</sheetData>", &format!("<row r=\"7\">{}</row></sheetData>", text("A7", "", "e")));
    assert_eq!(sheet, expected);
    // An independent reader finds texts, and the one formula that was there.
    let table = super::super::handed_in_table::tests_read(filled);
    let first = &table.sheets[0].rows[0].cells;
    assert_eq!(first[1], crate::model::table::Cell::Text("=HYPERLINK(\"a\")<&>".to_owned()));
    assert_eq!(first[3], crate::model::table::Cell::Formula);
    let under = FormCopy { file: "a".into(), values: vec![(at(4, 2), "x".into())] };
    assert!(Parsed::read(&form).unwrap().filled(&under, false).is_err(), "a cell under a merged one");
}

#[test]
fn a_sheet_without_rows_is_filled_too() {
    let filled = fill(&xlsx("<sheetData/>"), &[(at(0, 0), "a"), (at(1, 1), "b")], false);
    let table = super::super::handed_in_table::tests_read(filled);
    assert_eq!(table.sheets[0].rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn what_cannot_be_filled_is_refused_by_what_it_is() {
    let old = refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    assert_eq!((old.code, old.args.len()), (Code::FormUnusable, 1));
    assert_eq!(refused(b"%PDF-1.7").code, Code::FormUnusable);
    assert_eq!(refused(b"").code, Code::FormUnusable);
    let mut whole = form();
    whole.truncate(whole.len() / 2);
    assert_eq!(refused(&whole).code, Code::FormUnusable);
    assert_eq!(refused(&archive(&[("a.txt", "a")])).code, Code::FormUnusable);
    let entities = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><w:document xmlns:w=\"w\">&b;</w:document>";
    let bomb = archive(&[
        ("_rels/.rels", &RELATIONS.replace("MAIN", "word/document.xml")),
        ("word/document.xml", entities),
    ]);
    assert_eq!(refused(&bomb).code, Code::FormUnusable);
    let cells = row(&vec![cell("", ""); 200]);
    let many = docx(&format!("<w:tbl>{}</w:tbl>", cells.repeat(101)));
    assert_eq!(refused(&many).code, Code::FormTooLarge);
    assert_eq!(refused(&vec![b'P'; FORM_MAX_BYTES as usize + 1]).code, Code::FormTooLarge);
}

#[test]
fn copies_are_of_the_form_that_was_read_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("form.docx");
    std::fs::write(&path, form()).unwrap();
    let job = FormJob {
        source: path.clone().into(),
        sha256: None,
        copies: Vec::new(),
        folder: None,
        without_properties: false,
        limits: Limits::default(),
    };
    let open = || File::open(&path).unwrap();
    let read = run(&job, open()).unwrap();
    let file = folder.path().join("1.docx");
    let copies = vec![FormCopy { file: file.clone().into(), values: vec![(at(0, 1), "海河".into())] }];
    let filling = FormJob { sha256: Some(read.sha256), copies, ..job };
    assert_eq!(run(&filling, open()).unwrap().grids, read.grids);
    assert_eq!(found(&self::read(&std::fs::read(&file).unwrap()), 0, 1).text, "海河");
    let other = FormJob { sha256: Some("0".repeat(64)), ..filling };
    assert_eq!(run(&other, open()).unwrap_err().finding.code, Code::SourceChanged);
}
