//! The manifest as machines and spreadsheets read it.

use serde_json::{Value, json};

use super::csv::harmless;
use super::*;

/// A finding about what a work has in common with an earlier one.
fn likeness() -> Value {
    let sum = "ab".repeat(32);
    json!({ "class": "part_of", "consequence": "warn", "id": "7777yyyy", "sha256": sum, "title": "旧片",
        "department": "学工部", "season": null, "from_ms": 0, "to_ms": 62000, "their_from_ms": 5000,
        "their_to_ms": 67000, "speed": 1.0, "mirrored": true, "confidence": 0.93, "proof": "both",
        "pictures": [ { "file": "春/a/likeness/7777yyyy-1.png", "sha256": sum, "bytes": 5,
        "at_ms": 10000, "their_at_ms": 15000 } ] })
}

fn findings() -> Value {
    json!([ { "code": "resolution-below-advice", "severity": "warning", "target": null,
                    "measured": "640×480", "limit": null, "message": { "zh-CN": "偏小", "en": "rather small" } },
                    { "code": "part-of-work", "severity": "warning", "target": null, "measured": "93 %",
                    "limit": null, "message": { "zh-CN": "是“旧片”的一段", "en": "a part of “旧片”" } } ])
}

/// The example of the published format, with a title that a spreadsheet could read as a formula.
fn example() -> Value {
    let sum = "ab".repeat(32);
    let mut example = json!({
        "schema": "jincai.manifest/1", "files_relative_to": "library", "generated_at": "2026-04-01T08:00:00+08:00",
        "program": { "jincai": "0.1.0", "engine": 1, "ffmpeg": "5.1.9" },
        "works": [
            {
                "id": "0123abcd", "title": "=HYPERLINK(\"http://x\")", "department": "宣传部", "season": "春",
                "authors": ["张三", "李四"], "revision": 1, "draft": false,
                "source": { "path": "/in/a.mp4", "sha256": sum, "bytes": 7, "duration_ms": 62345,
                    "display": [1920, 1080], "captured_at": null },
                "verdict": "accepted_with_warnings", "duplicate_of": null,
                "findings": findings(),
                "renditions": [ { "target": "douyin", "file": "春/a/douyin/a.mp4", "sha256": sum, "bytes": 3,
                    "duration_ms": 62345, "width": 1080, "height": 1920, "frame_rate": "30/1",
                    "video": { "codec": "h264", "profile": "High", "recipe": sum },
                    "audio": { "codec": "aac", "channels": 2, "recipe": sum },
                    "loudness_lufs": -15.0, "true_peak_dbtp": -1.2, "edition": "branded",
                    "covers": [ { "file": "春/a/douyin/cover-1080x1440.jpg", "width": 1080, "height": 1440,
                        "sha256": sum, "bytes": 9 } ],
                    "post": { "title": "校园", "text": "第一行\n@某人", "topics": ["#你好天津"], "tags": ["校园"] } } ],
                "encodes": {
                    "pictures": [ { "recipe": sum, "targets": ["douyin", "kuaishou"], "width": 1080,
                        "height": 1920, "frame_rate": "30/1", "codec": "libx264", "preset": "faster",
                        "profile": "high", "crf": 20.5, "max_rate": 8000000, "buffer": 16000000,
                        "key_frame_every_frames": 60, "x264": "", "frames": 1870 } ],
                    "sounds": [ { "recipe": sum, "targets": ["douyin"], "sample_rate": 48000, "channels": 2,
                        "rate": 192000, "gain_db": 3.5, "aim_lufs": -15.0, "limit_dbtp": -1.0 } ]
                },
                "made_at": "2026-04-01T08:00:00+08:00",
                "made_by": { "jincai": "0.1.0", "engine": 1, "ffmpeg": "5.1.9" },
                "timings": { "inspect_ms": 1, "decide_ms": 2, "render_ms": 3, "verify_ms": 4, "publish_ms": 5,
                    "cpu_s": 6.5 }
            },
            {
                "id": "9999zzzz", "title": "+1", "department": null, "season": null, "authors": [], "revision": 1,
                "draft": false,
                "source": { "path": { "hex": "2f696e2fced2" }, "sha256": null, "bytes": 0, "duration_ms": null,
                    "display": null, "captured_at": null },
                "verdict": "rejected", "duplicate_of": null, "findings": [],
                "renditions": [],
                "encodes": { "pictures": [], "sounds": [] }, "made_at": "2026-04-01T08:00:00+08:00",
                "made_by": { "jincai": "0.1.0", "engine": 1, "ffmpeg": "5.1.9" },
                "timings": { "inspect_ms": 1, "decide_ms": 0, "render_ms": 0, "verify_ms": 0, "publish_ms": 0,
                    "cpu_s": 0.0 }
            }
        ]
    });
    example["works"][0]["likenesses"] = json!([likeness()]);
    example["works"][1]["likenesses"] = json!([]);
    example
}

fn csv_of(manifest: &Manifest) -> Vec<u8> {
    let mut writer = CsvWriter::begin(Vec::new()).unwrap();
    manifest.works.iter().for_each(|work| writer.add(work).unwrap());
    writer.finish().unwrap()
}

fn xlsx_of(manifest: &Manifest) -> Vec<u8> {
    xlsx_of_rows(manifest, 1_048_576)
}

/// Writes a workbook whose sheets have at most `most` rows.
fn xlsx_of_rows(manifest: &Manifest, most: u32) -> Vec<u8> {
    let aside = tempfile::tempdir().unwrap();
    let mut writer = XlsxWriter::with_max_rows(aside.path(), most).unwrap();
    manifest.works.iter().for_each(|work| writer.add(work).unwrap());
    let mut bytes = std::io::Cursor::new(Vec::new());
    writer.finish(&mut bytes).unwrap();
    bytes.into_inner()
}

#[test]
fn a_library_written_work_by_work_is_the_same_json_and_its_works_are_known_again() {
    for works in [manifest().works, Vec::new()] {
        let whole = Manifest { works, ..manifest() };
        let head = Manifest { works: Vec::new(), ..whole.clone() };
        let mut writer = JsonWriter::begin(Vec::new(), &head).unwrap();
        whole.works.iter().for_each(|work| writer.add(work).unwrap());
        let (bytes, works) = writer.finish().unwrap();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            String::from_utf8(to_json(&whole).unwrap()).unwrap()
        );
        assert_eq!(works_digest(&bytes[..]).unwrap().0, Some(works));
        let later = Manifest { generated_at: "2027-01-01T00:00:00+08:00".into(), ..whole };
        assert_eq!(works_digest(&to_json(&later).unwrap()[..]).unwrap().0, Some(works));
    }
}

#[test]
fn a_manifest_is_read_work_by_work_and_never_beyond_its_bounds() {
    let read = |bytes: &[u8]| {
        let mut ids = Vec::new();
        let ended = each_work(bytes, |work| {
            ids.push(work.id);
            if ids.len() > 3 { Err("enough") } else { Ok(()) }
        });
        (ids.len(), ended)
    };
    let whole = to_json(&manifest()).unwrap();
    assert!(matches!(read(&whole), (2, Ok(()))));
    let mut many = manifest();
    many.works = vec![many.works[0].clone(); 9];
    assert!(matches!(read(&to_json(&many).unwrap()), (4, Err(EachWorkError::Stopped("enough")))));
    let mut long = example();
    long["works"][1]["title"] = "长".repeat(6 << 20).into();
    let mut endless = whole[..whole.len() - 3].to_vec();
    endless.resize(40 << 20, b' ');
    let deep = format!("{{\"x\": {}", "[".repeat(100_000));
    let unreadable = [
        (1, serde_json::to_vec(&long).unwrap(), "larger than 16 MB"),
        (2, endless, "larger than 16 MB"),
        (0, deep.into_bytes(), "EOF"),
        (0, b"{}".to_vec(), "no manifest"),
        (0, b"[]".to_vec(), "expected a manifest"),
        (2, [whole.as_slice(), b"{}"].concat(), "trailing"),
        (2, whole[..whole.len() - 4].to_vec(), "after 2 works: EOF"),
    ];
    for (works, bytes, why) in unreadable {
        match read(&bytes) {
            (read, Err(EachWorkError::Unreadable(detail))) => {
                assert!(read == works && detail.contains(why), "{read} {detail}");
            }
            other => panic!("{why}: {other:?}"),
        }
    }
}

fn manifest() -> Manifest {
    serde_json::from_value(example()).unwrap()
}

/// The part of JSON Schema that our types produce: types, properties, references, alternatives, constants.
fn check(schema: &Value, root: &Value, value: &Value, at: &str) -> std::result::Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        return check(root.pointer(&name[1..]).ok_or("dangling reference")?, root, value, at);
    }
    if let Some(ways) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let fits = ways.iter().any(|way| check(way, root, value, at).is_ok());
        return if fits { Ok(()) } else { Err(format!("{at}: {value} fits none of {schema}")) };
    }
    let named = |name: &str| match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    let fits = match &schema["type"] {
        Value::String(name) => named(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(named),
        _ => true,
    };
    let listed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    let constant = schema.get("const").is_none_or(|constant| constant == value);
    if !(fits && listed && constant) {
        return Err(format!("{at}: {value} is not {schema}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        value.get(name).ok_or_else(|| format!("{at}: {name} is missing"))?;
    }
    for (name, part) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(of) => check(of, root, part, &format!("{at}.{name}"))?,
            None => return Err(format!("{at}: the schema knows no {name}")),
        }
    }
    value.as_array().into_iter().flatten().try_for_each(|part| check(&schema["items"], root, part, at))
}

#[test]
fn the_published_schema_takes_what_is_written_and_nothing_else() {
    let schema: Value = serde_json::from_str(&schema().unwrap()).unwrap();
    assert_eq!(schema["$id"], "jincai.manifest/1");
    let written: Value = serde_json::from_slice(&to_json(&manifest()).unwrap()).unwrap();
    assert_eq!(written, example());
    check(&schema, &schema, &written, "manifest").unwrap();
    for (pointer, wrong) in [
        ("/works/0/verdict", json!("splendid")),
        ("/works/0/source/display", json!("1920x1080")),
        ("/works/0/renditions/0/bytes", json!("3")),
        ("/works/0/findings/0/code", json!("no-such-code")),
        ("/works/0/encodes", json!({})),
    ] {
        let mut broken = example();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(check(&schema, &schema, &broken, "manifest").is_err(), "{pointer}");
    }
}

#[test]
fn a_csv_has_a_row_for_each_rendition_and_for_each_work_without_one() {
    let bytes = csv_of(&manifest());
    let table = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("begins with Excel's mark");
    let mut reader = ::csv::Reader::from_reader(table);
    let heads = reader.headers().unwrap().clone();
    assert_eq!(heads.get(0), Some("作品编号 id"));
    let rows: Vec<::csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let cell = |row: usize, head: &str| {
        let column = heads.iter().position(|name| name.starts_with(head)).unwrap();
        rows[row].get(column).unwrap()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(cell(0, "作品名"), "'=HYPERLINK(\"http://x\")");
    assert_eq!(cell(1, "作品名"), "'+1");
    assert_eq!(cell(0, "时长"), "1:02.345");
    assert_eq!(cell(0, "响度"), "-15.0");
    assert_eq!(cell(0, "发布正文"), "第一行\n@某人");
    assert_eq!((cell(1, "结论"), cell(1, "文件")), ("退回 rejected", ""));
    assert_eq!((cell(0, "相同之处"), cell(1, "相同之处")), ("是“旧片”的一段 a part of “旧片”", ""));
}

#[test]
fn what_a_spreadsheet_would_run_becomes_text() {
    for dangerous in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
        assert_eq!(harmless(dangerous), format!("'{dangerous}"));
    }
    for plain in ["校园", "a=b", "", "#你好天津"] {
        assert_eq!(harmless(plain), plain);
    }
}

#[test]
fn a_workbook_is_a_zip_and_the_same_library_gives_the_same_bytes() {
    let bytes = xlsx_of(&manifest());
    assert!(bytes.starts_with(b"PK\x03\x04"));
    assert_eq!(bytes, xlsx_of(&manifest()));
    for part in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"] {
        assert!(bytes.windows(part.len()).any(|window| window == part.as_bytes()), "{part}");
    }
}

/// The XML of a sheet of a workbook, counted from 1.
fn sheet_of(xlsx: Vec<u8>, number: u32) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    let mut sheet = String::new();
    let mut file = archive.by_name(&format!("xl/worksheets/sheet{number}.xml")).unwrap();
    std::io::Read::read_to_string(&mut file, &mut sheet).unwrap();
    sheet
}

#[test]
fn a_sheet_that_is_full_ends_with_how_many_rows_are_left_out() {
    let work = manifest().works[0].clone();
    let works = |number| Manifest {
        works: (0..number).map(|index| Work { id: format!("work-{index}"), ..work.clone() }).collect(),
        ..manifest()
    };
    // One row holds the column titles.
    let whole = sheet_of(xlsx_of_rows(&works(9), 10), 1);
    assert!((0..9).all(|index| whole.contains(&format!("work-{index}<"))), "{whole}");
    assert!(!whole.contains("manifest.json"), "{whole}");
    let cut = sheet_of(xlsx_of_rows(&works(12), 10), 1);
    assert!(cut.contains("work-7<") && !cut.contains("work-8<"), "{cut}");
    assert!(cut.contains("还有 4 行没有列出") && cut.contains("4 more rows"), "{cut}");
    assert_eq!(cut.matches("<row ").count(), 10);
    assert_eq!(sheet_of(xlsx_of_rows(&works(3), 10), 1).matches("<row ").count(), 4);
}

#[test]
fn no_text_becomes_a_link_and_none_is_longer_than_a_cell() {
    let mut manifest = manifest();
    manifest.works[0].title = "https://example.com/a".into();
    // Two units each in Excel's counting.
    manifest.works[1].title = "😀".repeat(40_000);
    let sheet = sheet_of(xlsx_of(&manifest), 1);
    assert!(sheet.contains("https://example.com/a") && !sheet.contains("hyperlink"), "{sheet}");
    assert_eq!(sheet.matches('😀').count(), 16_383);
    assert!(sheet.contains("😀…<"));
}

#[test]
fn a_text_too_long_or_too_strange_for_a_cell_does_not_stop_the_workbook() {
    let mut manifest = manifest();
    manifest.works[0].title = format!("\u{0}\u{b}\u{FFFF}{}", "长".repeat(40_000));
    assert!(xlsx_of(&manifest).starts_with(b"PK\x03\x04"));
}

#[test]
fn an_empty_library_has_its_sheets_too() {
    let empty = Manifest::new("now".into(), Default::default(), Vec::new());
    assert!(xlsx_of(&empty).starts_with(b"PK\x03\x04"));
    assert_eq!(::csv::Reader::from_reader(&csv_of(&empty)[3..]).records().count(), 0);
}

#[test]
fn the_sheets_tell_the_review_and_the_links_of_posts() {
    let mut manifest = manifest();
    let work = &mut manifest.works[0];
    let review = json!({ "state": "waiting", "supplementary": true, "level": "一审", "since": "2026-04-02T08:00:00+08:00",
        "subject": "ab".repeat(32), "last_record": null, "records_sha256": null });
    work.review = Some(serde_json::from_value(review).unwrap());
    let receipt = json!({ "target": "douyin", "what": "post", "url": "https://www.douyin.com/video/7301",
        "posted_at": "2026-04-03T08:00:00+08:00" });
    work.renditions[0].released = Some(true);
    work.renditions[0].receipts = vec![serde_json::from_value(receipt).unwrap()];
    let csv = csv_of(&manifest);
    let mut reader = ::csv::Reader::from_reader(&csv[3..]);
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<::csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let cell =
        |row: usize, head: &str| rows[row].get(heads.iter().position(|name| name == head).unwrap()).unwrap();
    assert_eq!(cell(0, "审核状态 review"), "补审：待一审 waiting, supplementary");
    assert_eq!(cell(0, "可发布 released"), "是 yes");
    assert_eq!(cell(0, "已发布链接 posts"), "https://www.douyin.com/video/7301");
    assert_eq!((cell(1, "审核状态 review"), cell(1, "可发布 released")), ("", ""));
    let xlsx = xlsx_of(&manifest);
    assert!(sheet_of(xlsx.clone(), 1).contains("补审：待一审"));
    assert!(sheet_of(xlsx, 2).contains("https://www.douyin.com/video/7301"));
    // None of it is kept where entries are read back.
    let read = manifest.works.remove(0).without_review();
    assert_eq!((read.review, read.renditions[0].released), (None, None));
    assert!(read.renditions[0].receipts.is_empty());
}

#[test]
fn the_sheets_tell_videos_from_posters_and_say_nothing_of_what_could_not_be_read() {
    let mut manifest = manifest();
    let mut poster = manifest.works[0].clone();
    (poster.kind, poster.id) = (Some(WorkKind::Poster), "poster00".into());
    let mut unread = poster.clone();
    (unread.kind, unread.source.duration_ms, unread.id) = (None, None, "unread00".into());
    manifest.works.extend([poster, unread]);
    let csv = csv_of(&manifest);
    let mut reader = ::csv::Reader::from_reader(&csv[3..]);
    let heads = reader.headers().unwrap().clone();
    let place = heads.iter().position(|name| name == "类型 kind").unwrap();
    let kinds: BTreeMap<String, String> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].to_owned(), row[place].to_owned()))
        .collect();
    let kind = |id: &str| kinds[id].as_str();
    assert_eq!((kind("0123abcd"), kind("poster00"), kind("unread00")), ("视频 video", "海报 poster", ""));
    let sheet = sheet_of(xlsx_of(&manifest), 1);
    assert!(sheet.contains("海报 poster") && sheet.contains("视频 video"));
}
