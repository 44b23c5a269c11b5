//! Tables of receipts: all of one or nothing, once, and whatever somebody made of it.

use std::io::{Cursor, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rust_xlsxwriter::{Formula, Workbook};
use zip::write::SimpleFileOptions;

use super::{Bureau, TITLES, text};

const HEADS: &str = "作品编号,作品名,发布目标,类型,账号,链接,发布时间,经手人,发布文案,备注";

fn url(number: u32) -> String {
    format!("https://www.douyin.com/video/73012345678901{number:05}")
}

/// Rows of two works: their posts and as many reposts as asked for.
fn table(bureau: &Bureau, reposts: u32) -> String {
    let [first, second] = &bureau.works;
    let at = bureau.time(1);
    let mut csv = format!("{HEADS}\r\n{first},,抖音,,示范学院,{},{at},王芳,#你好天津 #示范学院,\r\n", url(1));
    csv.push_str(&format!(",{},douyin,发布,示范学院,{},{at},,,\"有,逗号\"\r\n", TITLES[1], url(2)));
    for number in 0..reposts {
        csv.push_str(&format!("{second},,douyin,转发,系部{number},{},{at},李强,,\r\n", url(100 + number)));
    }
    csv
}

#[test]
fn a_table_is_recorded_whole_once_and_in_every_encoding() {
    let bureau = Bureau::new();
    bureau.works.iter().for_each(|work| bureau.release(work, 2));
    let gbk = encoding_rs::GB18030.encode(&table(&bureau, 1)).0.into_owned();
    let path = bureau.write("回执.csv", gbk);
    // Who did it is missing in one row.
    let refused = bureau.posts(&["import", text(&path)]);
    assert_eq!((refused.code, &refused.event("fault")["row"]), (Some(1), &3.into()), "{}", refused.errors);
    assert!(
        refused.errors.contains("row 3, by: is empty") && bureau.receipts().is_empty(),
        "{}",
        refused.errors
    );
    let done = bureau.posts(&["import", text(&path), "--by", "赵敏"]);
    assert_eq!((done.code, &done.event("imported")["added"]), (Some(0), &3.into()), "{}", done.errors);
    let again = bureau.posts(&["import", text(&path), "--by", "赵敏"]);
    let summary = again.event("imported");
    assert_eq!((again.code, &summary["added"], &summary["known"]), (Some(0), &0.into(), &3.into()));
    // What is exported is known when it is imported, in both formats, and ids keep their digits.
    for name in ["全部.xlsx", "全部.csv"] {
        let path = bureau.office.folder().join(name);
        assert_eq!(bureau.posts(&["export", "-o", text(&path)]).event("exported")["rows"], 3);
        let read = bureau.posts(&["import", text(&path)]);
        let summary = read.event("imported");
        assert_eq!(
            (read.code, &summary["added"], &summary["known"]),
            (Some(0), &0.into(), &3.into()),
            "{name}: {}",
            read.errors
        );
    }
    let csv = std::fs::read_to_string(bureau.office.folder().join("全部.csv")).unwrap();
    assert!(csv.contains("'7301234567890100001") && csv.contains("\"有,逗号\""), "{csv}");
    assert_eq!(bureau.posts(&["due"]).event("due")["counts"]["to_post"], 0);
}

#[test]
fn every_fault_of_a_table_is_told_with_its_row_and_column_and_nothing_is_recorded() {
    let bureau = Bureau::new();
    let [first, second] = &bureau.works;
    let at = bureau.time(1);
    let csv = format!(
        "本表由宣传部下发\n{HEADS}\n\
         {first},,douyin,,,{ok},{at},王芳,,\n\
         nosuch,,douyin,,,{two},{at},王芳,,\n\
         {first},,tiktok,,,{two},{at},王芳,,\n\
         {first},,douyin,网红,,{two},{at},王芳,,\n\
         {first},,douyin,,,https://evil.cn/1,{at},王芳,,\n\
         {first},,douyin,,,{two},昨天,王芳,,\n\
         {first},,douyin,,示范学院,,,王芳,,\n\
         {second},,douyin,,,{ok},{at},王芳,,\n",
        ok = url(1),
        two = url(2),
    );
    let path = bureau.write("坏.csv", csv);
    let said = bureau.posts(&["import", text(&path)]);
    let faults: Vec<(u64, &str)> = said
        .events
        .iter()
        .filter(|event| event["event"] == "fault")
        .map(|event| (event["row"].as_u64().unwrap(), event["column"].as_str().unwrap()))
        .collect();
    let expected = [
        (4, "work_id"),
        (5, "target"),
        (6, "kind"),
        (7, "url"),
        (8, "posted_at"),
        (9, "posted_at"),
        (10, "url"),
    ];
    assert_eq!((said.code, faults.as_slice()), (Some(1), expected.as_slice()), "{}", said.errors);
    assert!(bureau.receipts().is_empty());
    for (name, text_of, words) in [
        ("别的.csv", "作品名,播放量\n海河,1\n", "has the heads"),
        ("空.csv", HEADS, "nothing to record"),
        ("图.csv", "\u{89}PNG\r\n", "has the heads"),
    ] {
        let path = bureau.write(name, text_of);
        let said = bureau.posts(&["import", text(&path)]);
        assert!(said.code == Some(2) && said.errors.contains(words), "{name}: {}", said.errors);
    }
}

#[test]
fn a_hostile_workbook_is_refused_and_a_formula_is_no_link() {
    let bureau = Bureau::new();
    let first = &bureau.works[0];
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let cells = [("作品编号", first.as_str()), ("发布目标", "douyin"), ("链接", ""), ("经手人", "王芳")];
    for ((head, cell), column) in cells.into_iter().zip(0..) {
        sheet.write_string(0, column, head).unwrap();
        sheet.write_string(1, column, cell).unwrap();
    }
    sheet.write_formula(1, 2, Formula::new("=HYPERLINK(\"https://evil.cn\")").set_result(url(1))).unwrap();
    sheet.write_number(1, 4, 7301234567890123456_f64).unwrap();
    let path = bureau.write("公式.xlsx", workbook.save_to_buffer().unwrap());
    let said = bureau.posts(&["import", text(&path)]);
    assert_eq!((said.code, &said.event("fault")["column"]), (Some(1), &"url".into()), "{}", said.errors);
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
    let spaces = vec![b' '; 1 << 20];
    (0..160).for_each(|_| bomb.write_all(&spaces).unwrap());
    let path = bureau.write("炸弹.xlsx", bomb.finish().unwrap().into_inner());
    let said = bureau.posts(&["import", text(&path)]);
    assert!(said.code == Some(2) && said.errors.contains("is too large"), "{}", said.errors);
    let path = bureau.write("旧.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let said = bureau.posts(&["import", text(&path)]);
    assert!(said.code == Some(2) && said.errors.contains("Excel 97-2003"), "{}", said.errors);
    // A picture outside the table's folder is nobody's proof.
    let csv = format!("作品编号,发布目标,链接,截图,经手人\n{first},douyin,,../../etc/passwd,王芳\n");
    let path = bureau.write("越界.csv", csv);
    let said = bureau.posts(&["import", text(&path)]);
    assert_eq!(
        (said.code, &said.event("fault")["column"]),
        (Some(1), &"screenshot".into()),
        "{}",
        said.errors
    );
    assert!(bureau.receipts().is_empty());
}

#[test]
fn the_template_holds_what_is_due_and_is_passed_over_where_nobody_wrote() {
    let bureau = Bureau::new();
    bureau.works.iter().for_each(|work| bureau.release(work, 2));
    let path = bureau.office.folder().join("模板.csv");
    let written = bureau.posts(&["export", "--template", "-o", text(&path)]);
    assert_eq!((written.code, &written.event("exported")["rows"]), (Some(0), &2.into()));
    let template = std::fs::read_to_string(&path).unwrap();
    let filled: Vec<String> = template
        .lines()
        .map(|line| match line.contains(TITLES[0]) {
            true => format!("{},{},douyin,,,,{},,王芳", bureau.works[0], TITLES[0], url(1)),
            false => line.to_owned(),
        })
        .collect();
    bureau.write("模板.csv", filled.join("\r\n"));
    let said = bureau.posts(&["import", text(&path)]);
    let summary = said.event("imported");
    assert_eq!(
        (said.code, &summary["added"], &summary["left_blank"]),
        (Some(0), &1.into(), &1.into()),
        "{}",
        said.errors
    );
    let odd = bureau.posts(&["export", "-o", "a.docx"]);
    assert!(odd.code == Some(2) && odd.errors.contains(".xlsx or .csv"), "{}", odd.errors);
}

#[test]
fn a_kill_at_any_moment_of_an_import_leaves_all_of_it_or_nothing() {
    let bureau = Bureau::new();
    bureau.works.iter().for_each(|work| bureau.release(work, 2));
    let path = bureau.write("多.csv", table(&bureau, 40));
    let arguments = ["posts", "import", text(&path), "--by", "赵敏"];
    // How long it takes untouched, on another library: moments are spread over that.
    let begun = Instant::now();
    assert_eq!(bureau.posts(&["due"]).code, Some(0));
    let whole = begun.elapsed() * 4;
    let mut seen = [0; 2];
    for round in 0..12_u32 {
        let mut import =
            bureau.office.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let moment = whole * round / 12 + Duration::from_millis(5);
        let begun = Instant::now();
        while begun.elapsed() < moment && import.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = import.kill();
        import.wait().unwrap();
        let there = bureau.catalog().newest_receipts(1000).unwrap().len();
        assert!(there == 0 || there == 42, "round {round}: {there}");
        seen[usize::from(there > 0)] += 1;
    }
    assert!(seen[0] > 0, "every import was through before it was killed");
    assert_eq!(bureau.posts(&["import", text(&path), "--by", "赵敏"]).code, Some(0));
    assert_eq!(bureau.receipts().len(), 42);
    let mut previous = String::new();
    let take = |record: jincai::library::catalog::StoredRecord| {
        assert!(record.is_sound() && (previous.is_empty() || record.previous == previous), "{}", record.seq);
        previous = record.hash;
        true
    };
    bureau.catalog().each_stored_record(0, take).unwrap();
    assert_eq!(bureau.verify().0, Some(0), "{}", bureau.verify().1);
}
