use super::super::export::{self, Cells};
use super::*;

fn sheet(rows: Vec<Vec<Cell>>) -> Table {
    let rows = rows.into_iter().zip(1..).map(|(cells, number)| TableRow { number, cells }).collect();
    Table { sheets: vec![Sheet { name: "s".to_owned(), rows }] }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn heads_are_found_in_either_language_below_a_notice_and_in_any_order() {
    for heads in [
        ["链接", "发布目标", "作品编号"],
        ["URL", "target", "Work_ID"],
        ["链接 url", "发布目标  target", "作品编号 work_id"],
    ] {
        let table = sheet(vec![
            vec![text("本表由宣传部下发")],
            heads.iter().map(|head| text(head)).collect(),
            vec![text("https://a.cn/1"), text("抖音"), text("abcd")],
            vec![Cell::Empty, text("抖音"), text("efgh")],
        ]);
        let found = rows(&table).unwrap();
        assert_eq!((found.filled.len(), found.left_blank), (1, 1));
        assert_eq!((found.filled[0].number, found.filled[0].get(Column::Work)), (3, Some("abcd")));
    }
    let none = sheet(vec![vec![text("作品名"), text("播放量")]]);
    assert_eq!(rows(&none), Err(SheetFault::NoHeads(NEEDED.to_vec())));
    let twice = sheet(vec![vec![text("作品名"), text("链接"), text("url"), text("发布目标")]]);
    assert_eq!(rows(&twice), Err(SheetFault::SameHeadTwice(Column::Url)));
}

#[test]
fn what_a_spreadsheet_spoilt_is_a_fault_of_its_cell() {
    let heads = ["作品编号", "发布目标", "链接", "发布时间", "账号", "平台编号"].map(text).to_vec();
    let row = vec![
        Cell::Number(12_345_678.0),
        text("douyin"),
        Cell::Formula,
        Cell::Time("2026-11-30T14:05:00".to_owned()),
        Cell::Number(7301234567890123456.0),
        Cell::Number(7301234567890123456.0),
    ];
    let found = rows(&sheet(vec![heads, row])).unwrap().filled.remove(0);
    assert_eq!(found.get(Column::Work), Some("12345678"));
    assert_eq!(found.get(Column::PostedAt), Some("2026-11-30T14:05:00"));
    assert_eq!(found.faults, [(Column::Url, CellFault::Formula), (Column::Account, CellFault::NotText)]);
}

#[test]
fn what_is_exported_is_read_back_to_the_letter() {
    let texts = [
        "=HYPERLINK(\"http://evil.cn\")",
        "+86 22",
        "@all",
        "-1",
        "7301234567890123456",
        "12e45678",
        "00123",
        "海河“晨光”，\"a\"",
        "two\nlines",
        "'quoted",
        "plain",
    ];
    let cells: Cells =
        Column::ALL.map(|column| texts.iter().cycle().nth(column as usize).unwrap().to_string());
    let csv = export::csv(std::slice::from_ref(&cells)).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let read_cells: Vec<Vec<Cell>> =
        reader.records().map(|row| row.unwrap().iter().map(text).collect()).collect();
    assert!(
        read_cells[1]
            .iter()
            .all(|cell| !matches!(cell, Cell::Text(text) if text.starts_with(['=', '+', '@']))),
        "{csv}"
    );
    let found = rows(&sheet(read_cells)).unwrap().filled.remove(0);
    for (column, expected) in Column::ALL.into_iter().zip(&cells) {
        assert_eq!(found.get(column), Some(expected.as_str()), "{column:?}");
    }
}
