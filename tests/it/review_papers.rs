//! The papers of review from real works: the sheet to sign, the register of a period, comments for editing programs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use jincai::model::review::{Action, Record};
use serde_json::Value;

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip};

/// An office with one work in the library that two people commented on and one signed.
struct Reviewed(Office);

/// What a spreadsheet would take for a formula.
const FORMULA: &str = "=HYPERLINK(\"http://x\",\"字幕<错>\")]]>";

impl Reviewed {
    fn new() -> Self {
        let reviewed = Self(Office::new("\"website\", \"kuaishou\", \"screen\""));
        let said = reviewed.0.run(&[&clip("busy_landscape.mp4")], &["--no-campaign-rules"]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        reviewed.does(&[
            "review",
            "comment",
            "busy_landscape",
            "--by",
            "王芳",
            "--at",
            "0:01-0:01.5",
            FORMULA,
        ]);
        reviewed.does(&["review", "comment", "busy_landscape", "--by", "李静", "片头很好"]);
        reviewed.does(&["review", "resolve", "2", "--by", "李静"]);
        let sign = [
            "review",
            "approve",
            "busy_landscape",
            "--level",
            "一审",
            "--by",
            "刘强",
            "--on-behalf-of",
            "陈主任",
        ];
        reviewed.does(
            &[&sign[..], &["--check", "politics=是", "--check", "rights=不涉及", "--note", "同意"]].concat(),
        );
        let back =
            ["review", "return", "busy_landscape", "--level", "二审", "--by", "王芳", "--reason", "重做片尾"];
        reviewed.does(&[&back[..], &["--at", "0:02"]].concat());
        reviewed.does(&["review", "undo", "busy_landscape", "--by", "王芳"]);
        reviewed
    }

    fn tries(&self, arguments: &[&str]) -> Output {
        self.0.command(arguments).current_dir(self.0.folder()).output().unwrap()
    }

    fn does(&self, arguments: &[&str]) -> Vec<Value> {
        let said = self.tries(&[&["--json"], arguments].concat());
        assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
        let lines = String::from_utf8(said.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn place(&self, name: &str) -> PathBuf {
        self.0.folder().join(name)
    }
}

/// One office for all: making a work takes longer than all that is asked of it.
#[test]
fn papers_show_what_was_made_said_and_signed() {
    let reviewed = Reviewed::new();
    the_sheet_shows_the_finished_pictures(&reviewed);
    the_register_is_what_the_records_say(&reviewed);
    comments_reach_editing_programs(&reviewed);
    what_is_wrong_is_told(&reviewed);
}

fn the_sheet_shows_the_finished_pictures(reviewed: &Reviewed) {
    let events = reviewed.does(&["review", "sheet", "busy_landscape", "-o", "审核/表"]);
    let event = events.iter().find(|event| event["event"] == "sheet").unwrap();
    let id = event["work"].as_str().unwrap();
    let file = Path::new(event["file"].as_str().unwrap());
    assert_eq!(file.file_name().unwrap().to_str().unwrap(), format!("审核登记表-busy_landscape-{id}.html"));
    let page = fs::read_to_string(file).unwrap();
    let works = reviewed.0.works();
    let work = &works["busy_landscape"];
    let subject = event["subject"].as_str().unwrap().to_uppercase();
    let groups: Vec<&str> = (0..16).map(|group| &subject[group * 4..group * 4 + 4]).collect();
    assert_eq!(page.matches(&groups.join(" ")).count(), 2);
    assert!(page.contains("刘强，代 陈主任 签") && page.contains("重做片尾") && page.contains(">已撤回<"));
    assert!(page.contains("=HYPERLINK(&quot;http://x&quot;,&quot;字幕&lt;错&gt;&quot;)]]&gt;"));
    for outside in ["<script", "src=\"http", "href=", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Each canvas holds stills of the file that would go out, at the moments written under them.
    let canvases: Vec<&str> = page.split("<div class=\"canvas\">").skip(1).collect();
    let mut recipes: Vec<&str> = work.renditions.iter().map(|made| made.video.recipe.as_str()).collect();
    recipes.sort_unstable();
    recipes.dedup();
    assert_eq!(canvases.len(), recipes.len());
    for made in &work.renditions {
        let size = format!("{}×{} ", made.width, made.height);
        let canvas = canvases.iter().find(|canvas| canvas.contains(&size)).unwrap();
        let stills = stills_of(canvas);
        assert_eq!(stills.len(), 8, "{size}");
        let film = reviewed.0.library().join(&made.file);
        for (seconds, still) in [&stills[0], &stills[3], &stills[7]] {
            let seen = frames_at(&film, *seconds, still.dimensions());
            let differences = seen.iter().map(|frame| mean_difference(still, frame));
            let difference = differences.fold(f64::MAX, f64::min);
            assert!(difference < 4.0, "{size} at {seconds} s: {difference}");
        }
        let between = mean_difference(&stills[0].1, &stills[3].1);
        assert!(between > 8.0, "the stills show one moment: {between}");
    }
}

/// The stills of a part of the page, with the seconds written under each.
fn stills_of(canvas: &str) -> Vec<(f64, RgbImage)> {
    let figures = canvas.split("</section>").next().unwrap().split("<figure>").skip(1);
    figures
        .map(|figure| {
            let jpeg = figure.split("base64,").nth(1).unwrap().split('"').next().unwrap();
            let picture = image::load_from_memory(&STANDARD.decode(jpeg).unwrap()).unwrap().into_rgb8();
            let time = figure.split("<figcaption>").nth(1).unwrap().split('<').next().unwrap();
            let (minutes, seconds) = time.split_once(':').unwrap();
            (minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap(), picture)
        })
        .collect()
}

/// The frames of a film that the `ffmpeg` program sees within the tenth of a second that a caption tells, and one on each side.
fn frames_at(film: &Path, seconds: f64, (width, height): (u32, u32)) -> Vec<RgbImage> {
    let scale = format!("scale={width}:{height}:flags=area");
    let at = format!("{:.3}", (seconds - 0.05).max(0.0));
    let input = ["-ss", &at, "-i", film.to_str().unwrap(), "-frames:v", "5", "-vf", &scale];
    let raw = run(ffmpeg().args(input).args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])).stdout;
    let frames = raw.chunks_exact((width * height * 3) as usize);
    frames.map(|frame| RgbImage::from_raw(width, height, frame.to_vec()).unwrap()).collect()
}

fn mean_difference(one: &RgbImage, other: &RgbImage) -> f64 {
    let pairs = one.as_raw().iter().zip(other.as_raw());
    pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / one.as_raw().len() as f64
}

/// Failure 8: who reviewed is on record. The register is rebuilt from the records, and the export says the same.
fn the_register_is_what_the_records_say(reviewed: &Reviewed) {
    let (workbook, pages) = (reviewed.place("登记册.xlsx"), reviewed.place("册"));
    let period = ["review", "register", "--from", "2026-01-01", "--to", "2099年12月31日"];
    let files = ["--xlsx", workbook.to_str().unwrap(), "--html", pages.to_str().unwrap()];
    let said = reviewed.does(&[&period[..], &files[..]].concat());
    let [records] = said.as_slice() else { panic!("one array, not {said:?}") };
    let records: Vec<Record> = serde_json::from_value(records.clone()).unwrap();
    assert_eq!(records.len(), 6);
    let rows = cells_of(&workbook);
    let title = rows[&1].first_key_value().unwrap().1;
    assert_eq!(title, "示范学院作品审核登记册　2026-01-01 至 2099-12-31");
    let head: Vec<&str> = rows[&3].values().map(String::as_str).collect();
    assert_eq!(head[..4], ["序号", "时间", "作品", "作品编号"]);
    let page = fs::read_to_string(pages.join("审核登记册-2026-01-01-2099-12-31.html")).unwrap();
    for (record, number) in records.iter().zip(1..) {
        let expected = expected_row(record, number);
        let row = &rows[&(number + 3)];
        for ((text, head), column) in expected.iter().zip(&head).zip('A'..) {
            // A cell without a text is not in the file.
            let cell = row.get(&column.to_string()).map_or("", String::as_str);
            assert_eq!(cell, text, "record {}, column {head}", record.seq);
        }
        assert!(page.contains(&record.hash[..12]), "record {}", record.seq);
    }
    assert_eq!(rows.len(), 3 + records.len());
    let none = reviewed.does(&["review", "register", "--from", "2020-01-01", "--to", "2020-01-31"]);
    assert_eq!(none, [Value::Array(Vec::new())]);
}

/// A row as a person would write it from a record.
fn expected_row(record: &Record, number: u32) -> Vec<String> {
    let said = &record.said;
    let (level, action, targets, note, checklist) = match &said.action {
        Action::Comment { text, at, .. } => {
            let at = if at.is_some() { "[0:01.0–0:01.5] " } else { "" };
            ("", "意见", "", format!("{at}{text}"), "")
        }
        Action::Resolve { record } => ("", "意见已处理", "", format!("第 {record} 号意见"), ""),
        Action::Approve { note, .. } => {
            let checklist = "是 1，不涉及 1，未答 8";
            ("一审", "通过", "快手、校园横屏、学校网站", note.clone().unwrap(), checklist)
        }
        Action::Return { reason, .. } => {
            ("二审", "退回", "快手、校园横屏、学校网站", format!("[0:02.0] {reason}"), "")
        }
        Action::Undo { record } => ("", "撤回", "", format!("撤回第 {record} 号记录"), ""),
        other => panic!("{other:?}"),
    };
    let signed_for = said.by.on_behalf_of.clone().unwrap_or_default();
    let at = said.at[..19].replace('T', " ");
    let texts = [number.to_string(), at, said.title.clone(), said.work.clone(), said.revision.to_string()];
    let about = [said.department.clone().unwrap_or_default(), level.into(), action.into(), targets.into()];
    let who = [said.by.name.clone(), said.by.post.clone(), signed_for, note, checklist.into()];
    let digests = [
        said.subject.clone().unwrap()[..12].to_uppercase(),
        record.seq.to_string(),
        record.hash[..12].to_owned(),
    ];
    texts.into_iter().chain(about).chain(who).chain(digests).collect()
}

/// The cells of a workbook's only sheet, by row and column, read without the program that wrote them. No cell holds a formula.
fn cells_of(workbook: &Path) -> BTreeMap<u32, BTreeMap<String, String>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(workbook).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let strings: Vec<String> = part("xl/sharedStrings.xml")
        .split("<si>")
        .skip(1)
        .map(|string| {
            decoded(
                string.split_once("<t").unwrap().1.split_once('>').unwrap().1.split("</t>").next().unwrap(),
            )
        })
        .collect();
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<hyperlink"), "{sheet}");
    assert!(sheet.contains("orientation=\"landscape\"") && sheet.contains("paperSize=\"9\""), "{sheet}");
    assert!(sheet.contains("state=\"frozen\""), "{sheet}");
    let mut rows: BTreeMap<u32, BTreeMap<String, String>> = BTreeMap::new();
    for cell in sheet.split("<c ").skip(1) {
        let reference = cell.split("r=\"").nth(1).unwrap().split('"').next().unwrap();
        let at = reference.find(|c: char| c.is_ascii_digit()).unwrap();
        let Some(value) = cell.split("<v>").nth(1) else { continue };
        let value = value.split('<').next().unwrap();
        let is_string = cell.split('>').next().unwrap().contains("t=\"s\"");
        let text =
            if is_string { strings[value.parse::<usize>().unwrap()].clone() } else { value.to_owned() };
        rows.entry(reference[at..].parse().unwrap()).or_default().insert(reference[..at].to_owned(), text);
    }
    rows
}

fn decoded(text: &str) -> String {
    let entities = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

fn comments_reach_editing_programs(reviewed: &Reviewed) {
    let [csv, edl, fcpxml] = ["意见.csv", "意见.edl", "意见.fcpxml"].map(|name| reviewed.place(name));
    let file = |path: &PathBuf| path.to_str().unwrap().to_owned();
    let (csv_file, edl_file, fcpxml_file) = (file(&csv), file(&edl), file(&fcpxml));
    let files = ["--csv", &csv_file, "--edl", &edl_file, "--fcpxml", &fcpxml_file];
    let said = reviewed.does(&[&["review", "comments", "busy_landscape"], &files[..]].concat());
    let comments = said[0]["comments"].as_array().unwrap();
    // The return was taken back, so that its reason is none.
    let done: Vec<bool> = comments.iter().map(|comment| comment["done"].as_bool().unwrap()).collect();
    assert_eq!(done, [false, true]);
    let works = reviewed.0.works();
    let made = works["busy_landscape"].renditions.iter().find(|made| made.target == "website").unwrap();
    let rate = made.frame_rate;
    assert_eq!(rate.den, 1, "the clip is drawn at a whole rate");
    let list = fs::read_to_string(&edl).unwrap();
    assert!(list.contains("FCM: NON-DROP FRAME"), "{list}");
    assert!(list.contains("* LOC: 00:00:01:00 RED     〔0:01.0–0:01.5〕=HYPERLINK"), "{list}");
    assert!(list.contains("* LOC: 00:00:00:00 GREEN   〔全片〕片头很好（李静）"), "{list}");
    let document = fs::read_to_string(&fcpxml).unwrap();
    assert!(document.contains("<marker start=\"1s\" duration="), "{document}");
    assert!(document.contains(&format!("frameDuration=\"1/{}s\"", rate.num)), "{document}");
    let address = document.split("src=\"file://").nth(1).unwrap().split('"').next().unwrap();
    let path = percent_encoding::percent_decode_str(address).decode_utf8().unwrap();
    assert_eq!(Path::new(path.as_ref()), reviewed.0.library().join(&made.file));
    let table = fs::read(&csv).unwrap();
    assert!(table.starts_with(b"\xEF\xBB\xBF"));
    let mut reader = csv::Reader::from_reader(&table[3..]);
    let texts: Vec<String> = reader.records().map(|row| row.unwrap()[8].to_owned()).collect();
    assert_eq!(texts, [format!("'{FORMULA}"), "片头很好".to_owned()]);
}

fn what_is_wrong_is_told(reviewed: &Reviewed) {
    let tries = |arguments: &[&str]| {
        let said = reviewed.tries(arguments);
        // Without the line ends and rules of a narrow terminal.
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        (said.status.code(), words.split_whitespace().filter(|word| *word != "│").collect::<String>())
    };
    let (code, said) = tries(&["review", "register", "--from", "昨天", "--to", "2026-11-30"]);
    assert!(code == Some(2) && said.contains("昨天") && said.contains("2026-09-01"), "{said}");
    let (code, said) = tries(&["review", "register", "--from", "2026-12-01", "--to", "2026-11-30"]);
    assert!(code == Some(2) && said.contains("--from"), "{said}");
    let (code, said) = tries(&["review", "sheet", "没有这件"]);
    assert!(code == Some(2) && said.contains("没有这件"), "{said}");
    // A byte of one finished file: what would be signed on paper is not what is on disk.
    let works = reviewed.0.works();
    let film = reviewed.0.library().join(&works["busy_landscape"].renditions[1].file);
    let sound = fs::read(&film).unwrap();
    let mut changed = sound.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&film, changed).unwrap();
    let (code, said) = tries(&["review", "sheet", "busy_landscape", "-o", "空"]);
    assert!(code == Some(1) && said.contains("jincaiverify"), "{said}");
    assert!(!reviewed.place("空").exists());
    fs::write(&film, sound).unwrap();
    // A record that somebody changed: a register of it would look right.
    let catalogue = reviewed.0.library().join(".jincai/catalog.sqlite3");
    let base = rusqlite::Connection::open(catalogue).unwrap();
    base.execute_batch(
        "drop trigger records_are_not_changed; \
         update records set said = replace(said, '刘强', '刘墙') where kind = 'approve'",
    )
    .unwrap();
    drop(base);
    let (code, said) = tries(&["review", "register", "--from", "2026-01-01", "--to", "2099-12-31"]);
    assert!(code == Some(1) && said.contains("Record4") && said.contains("reviewverify"), "{said}");
}
