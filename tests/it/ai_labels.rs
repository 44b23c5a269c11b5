//! Artificial intelligence in works: a label that a file carries is answered for and carried on, and what is only declared
//! is shown and told to whoever posts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use jincai::model::ai::{AiCarrier, AiUse};
use jincai::model::finding::Verdict;
use jincai::model::manifest::Work;
use rusqlite::Connection;

use crate::common::labels::{CARRIERS, boxed, holds, label, labelled, labels_of, title_of};
use crate::common::{Office, clip, fixtures};
use crate::outputs::judge::{ffmpeg, frame, probe};

/// How much smaller than real ones the pictures are here.
const SMALLER: u32 = 4;

const TO_CHOOSE: &str = "【发布时在平台选择，不要粘贴】声明：";

/// An office whose targets make small files, which are quick to encode.
fn office(targets: &[&str]) -> Office {
    let office = Office::new(&targets.iter().map(|id| format!("{id:?}")).collect::<Vec<_>>().join(", "));
    let presets = office.folder().join("presets");
    fs::create_dir(&presets).unwrap();
    for id in targets {
        let preset = format!("{}/presets/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let small = |line: &str| match line
            .split_once(" = [")
            .map(|(key, sides)| (key, sides.trim_end_matches(']')))
        {
            Some((key @ ("landscape" | "portrait" | "square" | "size"), sides)) => {
                let side =
                    |side: &str| (side.trim().parse::<u32>().unwrap() / SMALLER).next_multiple_of(2).max(64);
                let sides: Vec<String> = sides.split(',').map(|text| side(text).to_string()).collect();
                format!("{key} = [{}]\n", sides.join(", "))
            }
            _ => format!("{line}\n"),
        };
        let text: String = fs::read_to_string(preset).unwrap().lines().map(small).collect();
        fs::write(presets.join(format!("{id}.toml")), text).unwrap();
    }
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = format!("presets = \"presets\"\n{text}");
    fs::write(config, text.replace("[duplicates]\n", "[duplicates]\nsame_streams = \"note\"\n")).unwrap();
    fs::create_dir(office.folder().join("in")).unwrap();
    office
}

/// A labelled clip in the office, with these details beside it.
fn handed_in(office: &Office, name: &str, carrier: &str, value: &str, details: &str) -> PathBuf {
    let video = office.folder().join("in").join(format!("{name}.mp4"));
    fs::write(video.with_extension("toml"), details).unwrap();
    labelled(&clip("numbered_thirds.mp4"), &video, carrier, value)
}

fn codes(work: &Work) -> Vec<String> {
    work.findings.iter().map(|finding| finding.code.name()).collect()
}

#[test]
fn every_carrier_reaches_every_target_byte_for_byte_and_the_title_stays_readable() {
    let all = ["douyin", "kuaishou", "channels", "weibo", "bilibili", "jinyun", "website", "screen"];
    let office = office(&all);
    let sources: Vec<PathBuf> = CARRIERS
        .iter()
        .enumerate()
        .map(|(number, carrier)| {
            handed_in(&office, carrier, carrier, &label(number), "人工智能 = \"生成\"\nAI工具 = \"某模型\"\n")
        })
        .collect();
    let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    let ran = office.run(&sources, &[]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.works();
    for (number, carrier) in CARRIERS.iter().enumerate() {
        let work = &works[*carrier];
        let ai = work.ai.as_ref().unwrap();
        assert_eq!((ai.declared, ai.tools.join("+")), (Some(AiUse::Generated), "某模型".to_owned()));
        let found: AiCarrier = serde_json::from_value((*carrier).into()).unwrap();
        assert_eq!(ai.labels.len(), 1, "{carrier}");
        assert_eq!((ai.labels[0].carrier, &ai.labels[0].value), (found, &label(number)));
        assert_eq!(work.renditions.len(), all.len(), "{carrier}: {:?}", codes(work));
        assert!(codes(work).contains(&"ai-label-carried".to_owned()));
        for made in &work.renditions {
            let file = office.library().join(&made.file);
            assert_eq!(labels_of(&file), [label(number).as_bytes()], "{}", made.file);
            assert_eq!(title_of(&file).as_deref(), Some(*carrier), "{}", made.file);
            let tags = &probe(&file)["format"]["tags"];
            assert_eq!(
                (&tags["title"], &tags["comment"]),
                (&(*carrier).into(), &"示范学院".into()),
                "{tags}"
            );
            assert_eq!(tags["AIGC"], label(number), "{}", made.file);
        }
    }
    let csv = fs::read_to_string(office.library().join("manifest.csv")).unwrap();
    assert!(csv.contains("生成 generated（某模型）") && csv.contains("00119111"), "{csv}");
}

#[test]
fn a_label_without_an_answer_is_refused_with_the_line_to_write_and_an_answer_settles_it() {
    let office = office(&["website"]);
    let video = handed_in(&office, "片", "aigc_box", &label(7), "title = \"片\"\n");
    let run = || {
        office.run(&[&video], &[]);
        office.manifest().works.remove(0)
    };
    let work = run();
    assert_eq!(work.verdict, Verdict::Rejected);
    assert!(work.renditions.is_empty());
    let finding = work.findings.iter().find(|finding| finding.code.name() == "ai-label-undeclared").unwrap();
    for said in ["片.toml", "人工智能 = \"生成\"", "人工智能 = \"辅助\"", "aigc", "001191117"] {
        assert!(finding.message.zh.contains(said), "{}", finding.message.zh);
    }
    assert!(finding.message.en.contains("ai = \"generated\""), "{}", finding.message.en);
    assert_eq!(work.ai.unwrap().declared, None);

    fs::write(video.with_extension("toml"), "title = \"片\"\nai = \"none\"\n").unwrap();
    let work = run();
    assert_eq!(
        (work.verdict, codes(&work).contains(&"ai-label-denied".to_owned())),
        (Verdict::Rejected, true)
    );

    fs::write(video.with_extension("toml"), "title = \"片\"\nai = \"Assisted\"\n").unwrap();
    let work = run();
    assert_eq!(work.renditions.len(), 1, "{:?}", codes(&work));
    assert_eq!(labels_of(&office.library().join(&work.renditions[0].file)), [label(7).as_bytes()]);

    // What an earlier version inspected, which knew nothing of labels, does not say that there is none.
    let catalogue = jincai::library::catalog::Catalog::path_in(&office.library());
    let changed = Connection::open(catalogue)
        .unwrap()
        .execute("update inspections set json = json_remove(json, '$.ai')", [])
        .unwrap();
    assert_eq!(changed, 1);
    fs::write(video.with_extension("toml"), "title = \"片\"\n").unwrap();
    assert!(codes(&run()).contains(&"ai-label-undeclared".to_owned()));
}

#[test]
fn a_corpus_without_labels_gets_none_and_its_posts_stay_as_they_were() {
    let office = office(&["website"]);
    let inbox = fixtures().join("inbox");
    office.run(&[&inbox], &["--draft"]);
    let works = office.manifest().works;
    let made: Vec<_> = works.iter().flat_map(|work| &work.renditions).collect();
    assert!(made.len() >= 5, "{} files", made.len());
    assert!(works.iter().all(|work| work.ai.is_none()));
    for made in made {
        let file = office.library().join(&made.file);
        assert!(!holds(&file, "AIGC") && !holds(&file, "mdta"), "{}", made.file);
        if let Some(post) = &made.post {
            assert_eq!(post.declaration, None);
            assert!(!holds(&file.with_file_name("post.txt"), "声明"), "{}", made.file);
        }
    }
}

/// The part of a picture that differs from another one: left, top, right and bottom, pixels.
fn changed(one: &RgbImage, other: &RgbImage) -> Option<[u32; 4]> {
    assert_eq!(one.dimensions(), other.dimensions());
    let apart = |x: u32, y: u32| {
        let (one, other) = (one.get_pixel(x, y).0, other.get_pixel(x, y).0);
        (0..3).map(|part| u32::from(one[part].abs_diff(other[part]))).sum::<u32>() > 120
    };
    let mut found: Option<[u32; 4]> = None;
    for (x, y, _) in one.enumerate_pixels().filter(|(x, y, _)| apart(*x, *y)) {
        let [left, top, right, bottom] = found.unwrap_or([x, y, x, y]);
        found = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
    }
    found
}

#[test]
fn a_work_that_is_only_declared_shows_it_for_two_seconds_and_tells_what_to_choose() {
    let targets = ["douyin", "bilibili", "website"];
    let made = |details: &str| -> (Work, BTreeMap<String, PathBuf>, Office) {
        let office = office(&targets);
        let video = office.folder().join("in/片.mp4");
        fs::copy(clip("numbered_thirds.mp4"), &video).unwrap();
        fs::write(video.with_extension("toml"), details).unwrap();
        let ran = office.run(&[&video], &[]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        let work = office.manifest().works.remove(0);
        let files =
            work.renditions.iter().map(|made| (made.target.clone(), office.library().join(&made.file)));
        (work.clone(), files.collect(), office)
    };
    let (declared, shown, _office) = made("ai = \"generated\"\n");
    let (assisted, plain, _other) = made("ai = \"assisted\"\n");
    assert_eq!(assisted.ai.unwrap().declared, Some(AiUse::Assisted));
    assert!(declared.ai.unwrap().labels.is_empty());
    for target in targets {
        let (with, without) = (&shown[target], &plain[target]);
        assert!(labels_of(with).is_empty() && !holds(with, "AIGC"), "{target}: a label was invented");
        for at in ["0.0", "1.9"] {
            let (with, without) = (frame(with, at), frame(without, at));
            let [left, top, right, bottom] = changed(&with, &without).unwrap();
            let short = with.width().min(with.height());
            // The plate around the letters, which are the brightest in it.
            assert!(
                bottom < with.height() / 2 && right < with.width(),
                "{target} {at}: {left} {top} {right} {bottom}"
            );
            let is_letter =
                |y: u32| (left..right).any(|x| with.get_pixel(x, y).0.iter().all(|part| *part > 140));
            let rows: Vec<u32> = (top..bottom).filter(|y| is_letter(*y)).collect();
            let height = rows.last().unwrap() - rows.first().unwrap() + 1;
            assert!(
                f64::from(height) >= 0.05 * f64::from(short),
                "{target} {at}: letters of {height} of {short}"
            );
        }
        assert_eq!(changed(&frame(with, "2.2"), &frame(without, "2.2")), None, "{target}");
    }
    let post = |files: &BTreeMap<String, PathBuf>, target: &str| {
        fs::read_to_string(files[target].with_file_name("post.txt")).unwrap()
    };
    let [with, without] = [&shown, &plain].map(|files| post(files, "douyin"));
    assert_eq!(with, format!("{without}\n{TO_CHOOSE}内容由AI生成\n"));
    // Its sentences are not known, and none is invented.
    assert_eq!(post(&shown, "bilibili"), post(&plain, "bilibili"));
}

#[test]
fn labels_of_other_containers_are_carried_and_a_labelled_cover_is_not_used() {
    let office = office(&["website"]);
    let (value, from) = (label(3), clip("numbered_thirds.mp4"));
    for (name, found) in [("甲.mkv", AiCarrier::ContainerTag), ("乙.avi", AiCarrier::AviInfo)] {
        let video = office.folder().join("in").join(name);
        let tag = format!("AIGC={value}");
        let [from, to] = [&from, &video].map(|path| path.to_str().unwrap());
        ffmpeg(&["-i", from, "-an", "-c:v", "copy", "-metadata", &tag, to]);
        if found == AiCarrier::AviInfo {
            // FFmpeg writes those tags alone that it knows there.
            let text =
                [value.as_bytes(), if value.len().is_multiple_of(2) { b"\0\0" } else { b"\0" }].concat();
            let list = chunk(b"LIST", &[b"INFO".to_vec(), chunk(b"AIGC", &text)].concat());
            let mut file = fs::read(&video).unwrap();
            file.extend(list);
            let size = (file.len() as u32 - 8).to_le_bytes();
            file[4..8].copy_from_slice(&size);
            fs::write(&video, file).unwrap();
        }
        fs::write(video.with_extension("toml"), "ai = \"assisted\"\n").unwrap();
        let mut cover = std::io::Cursor::new(Vec::new());
        RgbImage::new(640, 360).write_to(&mut cover, image::ImageFormat::Png).unwrap();
        let mut cover = cover.into_inner();
        let text = [b"AIGC\0", value.as_bytes()].concat();
        // Behind the header; nobody checks its sum.
        cover.splice(
            33..33,
            [&(text.len() as u32).to_be_bytes(), b"tEXt".as_slice(), &text, &[0; 4]].concat(),
        );
        fs::write(video.with_extension("cover.png"), &cover).unwrap();
        let ran = office.run(&[&video], &[]);
        let works = office.manifest().works;
        let work = works.iter().find(|work| work.source.path.as_path() == video);
        let work = work.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&ran.stdout)));
        let labels = &work.ai.as_ref().unwrap().labels;
        assert_eq!((labels[0].carrier, &labels[0].value), (found, &value), "{:?}", work.findings);
        assert_eq!(labels_of(&office.library().join(&work.renditions[0].file)), [value.as_bytes()]);
        assert!(codes(work).contains(&"cover-labelled".to_owned()), "{:?}", codes(work));
    }
}

/// A chunk of a RIFF file, of an even length.
fn chunk(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [id.as_slice(), &(content.len() as u32).to_le_bytes(), content].concat()
}

#[test]
fn hostile_metadata_is_refused_or_passed_over_at_once() {
    let office = office(&["website"]);
    let huge = "x".repeat(70_000);
    let video = handed_in(&office, "大", "user_data_keys", &huge, "ai = \"generated\"\n");
    office.run(&[&video], &[]);
    let work = office.manifest().works.remove(0);
    assert_eq!(work.verdict, Verdict::Rejected);
    assert!(codes(&work).contains(&"ai-label-unreadable".to_owned()), "{:?}", codes(&work));

    // Boxes within boxes, and one that claims to end after the file.
    let mut tower = boxed(b"aigc", b"");
    for _ in 0..5_000 {
        tower = boxed(b"udta", &boxed(b"meta", &tower));
    }
    let odd = [tower, 0xffff_fff0_u32.to_be_bytes().to_vec(), b"aigc{".to_vec()].concat();
    let video = office.folder().join("in/塔.mp4");
    fs::write(&video, [fs::read(clip("numbered_thirds.mp4")).unwrap(), odd].concat()).unwrap();
    office.run(&[&video], &[]);
    let work = office.works().remove("塔").unwrap();
    assert_eq!((work.renditions.len(), work.ai), (1, None), "{:?}", work.findings);
}
