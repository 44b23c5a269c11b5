//! What a team writes beside its video reaches everything that is made of it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use image::RgbImage;
use jincai::model::manifest::Work;

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip};

/// Lays a clip into the office with `NAME.toml` beside it.
fn handed_in(office: &Office, from: &Path, name: &str, details: &str) -> PathBuf {
    let folder = office.folder().join("in");
    fs::create_dir_all(&folder).unwrap();
    let video = folder.join(format!("{name}.mp4"));
    if !video.exists() {
        fs::copy(from, &video).unwrap();
    }
    fs::write(folder.join(format!("{name}.toml")), details).unwrap();
    video
}

/// Runs over one video, which must be accepted; its entry in the manifest.
fn made(office: &Office, video: &Path) -> Work {
    let ran = office.run(&[video], &[]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    entry(office, video)
}

fn entry(office: &Office, video: &Path) -> Work {
    let works = office.manifest().works;
    works.into_iter().find(|work| work.source.path.as_path() == video).unwrap()
}

fn codes(work: &Work) -> Vec<String> {
    work.findings.iter().map(|finding| finding.code.name()).collect()
}

const IN_CHINESE: &str = r#"
标题 = "看海"
作者 = "张三、李四"
指导教师 = ["王老师", "赵老师"]
文案 = "海河入海。"
标签 = "海河，天津"
系部 = "体育部"
提交日期 = 2026-11-20
班级 = 2301
类别 = "微电影"
简介 = "一条河\n一座城"
音乐 = "原创"
授权 = true
"#;

#[test]
fn details_in_chinese_reach_manifest_sheets_and_post() {
    let office = Office::new("\"douyin\"");
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", IN_CHINESE);
    let work = made(&office, &video);
    assert_eq!((work.title.as_str(), work.authors.join("+")), ("看海", "张三+李四".to_owned()));
    assert_eq!(work.department.as_deref(), Some("体育部"));
    let about = &work.about;
    assert_eq!(about.advisors, ["王老师", "赵老师"]);
    assert_eq!(about.class.as_deref(), Some("2301"));
    assert_eq!(about.category.as_deref(), Some("微电影"));
    assert_eq!(about.synopsis.as_deref(), Some("一条河\n一座城"));
    assert_eq!((about.music.as_deref(), about.consent.as_deref()), (Some("原创"), Some("yes")));

    let file = office.library().join(&work.renditions[0].file);
    let post = fs::read_to_string(file.with_file_name("post.txt")).unwrap();
    assert!(post.contains("作者：张三、李四（体育部）\n指导教师：王老师、赵老师\n"), "{post}");
    assert!(post.contains("#海河"), "{post}");

    let csv = fs::read(office.library().join("manifest.csv")).unwrap();
    let mut table = csv::Reader::from_reader(csv.strip_prefix(b"\xEF\xBB\xBF").unwrap());
    let heads = table.headers().unwrap().clone();
    let row = table.records().next().unwrap().unwrap();
    let cell = |head: &str| &row[heads.iter().position(|known| known == head).unwrap()];
    assert_eq!(cell("指导教师 advisors"), "王老师、赵老师");
    assert_eq!((cell("班级 class"), cell("类别 category")), ("2301", "微电影"));
    assert_eq!((cell("简介 synopsis"), cell("授权 consent")), ("一条河\n一座城", "是 yes"));

    let sheet = first_sheet(&office.library().join("manifest.xlsx"));
    for text in ["指导教师", "王老师、赵老师", "2301", "微电影", "原创", "是 yes"] {
        assert!(sheet.contains(text), "no {text} in the workbook");
    }
}

/// The XML of a workbook's first sheet, whose cells hold their texts.
fn first_sheet(workbook: &Path) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(workbook).unwrap()).unwrap();
    let mut text = String::new();
    for name in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"] {
        if let Ok(mut file) = archive.by_name(name) {
            file.read_to_string(&mut text).unwrap();
        }
    }
    text
}

#[test]
fn the_offices_own_lines_replace_the_usual_credit() {
    let office = Office::new("\"douyin\"");
    let config = office.folder().join("jincai.toml");
    let lines = "[post]\ncredit = [\"{college} · {class}\", \"指导 {advisors}\", \"曲 {music}\"]\n";
    fs::write(&config, fs::read_to_string(&config).unwrap() + lines).unwrap();
    let video = handed_in(
        &office,
        &clip("numbered_thirds.mp4"),
        "片",
        "title = \"海\"\nclass = \"一班\"\nmusic = \"a\"",
    );
    let work = made(&office, &video);
    let text = &work.renditions[0].post.as_ref().unwrap().text;
    assert_eq!(text, "示范学院 · 一班\n曲 a", "a line without its value is left out");
    // Another line of the office's is another post, and no picture is encoded for it.
    let other = fs::read_to_string(&config).unwrap().replace("曲 {music}", "音乐 {music}");
    fs::write(&config, other).unwrap();
    let work = made(&office, &video);
    assert!(work.renditions[0].post.as_ref().unwrap().text.ends_with("音乐 a"));
    assert!(work.encodes.pictures.iter().all(|picture| picture.frames == 0), "{:?}", work.encodes.pictures);
}

/// Every picture of a file, decoded by the `ffmpeg` program.
fn pictures(file: &Path) -> Vec<RgbImage> {
    let folder = tempfile::tempdir().unwrap();
    run(ffmpeg().arg("-i").arg(file).args(["-vsync", "passthrough"]).arg(folder.path().join("%03d.png")));
    let count = fs::read_dir(folder.path()).unwrap().count();
    (1..=count).map(|n| image::open(folder.path().join(format!("{n:03}.png"))).unwrap().to_rgb8()).collect()
}

/// The number that a picture of `numbered_thirds.mp4` carries along its top.
fn number(picture: &RgbImage) -> u32 {
    let at = |x: u32, y: u32| picture.get_pixel(x * picture.width() / 320, y * picture.height() / 180).0;
    (0..7).map(|bit| u32::from(at(bit * 40 + 20, 20)[1] > 127) << bit).sum()
}

/// `r`, `g` or `b`: which of its thirds the middle of a picture's lower part shows.
fn third(picture: &RgbImage) -> char {
    let [r, g, b] = picture.get_pixel(picture.width() / 2, picture.height() * 3 / 4).0;
    if r > g.max(b) {
        'r'
    } else if g > b {
        'g'
    } else {
        'b'
    }
}

fn file_of(office: &Office, work: &Work, target: &str) -> PathBuf {
    let made = work.renditions.iter().find(|made| made.target == target);
    office.library().join(&made.unwrap_or_else(|| panic!("nothing for {target}")).file)
}

/// Names and contents of everything in a folder.
fn texts_in(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect()
}

#[test]
fn what_somebody_changed_in_the_library_is_kept_and_told() {
    let office = Office::new("\"jinyun\"");
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", "标题 = \"看海\"\n文案 = \"一\"");
    let work = made(&office, &video);
    let folder = file_of(&office, &work, "jinyun").parent().unwrap().to_owned();
    let cover = office.library().join(&work.renditions[0].covers[0].file);
    // Nothing is told, or kept, of what nobody changed.
    handed_in(&office, &video, "片", "标题 = \"看海\"\n文案 = \"二\"");
    assert!(!codes(&made(&office, &video)).contains(&"edited-file-kept".to_owned()));
    assert!(texts_in(&folder).keys().all(|name| !name.contains(".user")));

    for (round, text) in [(1, "三"), (2, "四")] {
        fs::write(folder.join("post.txt"), format!("my words {round}")).unwrap();
        fs::write(&cover, format!("my cover {round}")).unwrap();
        // An unchanged work is left alone, with what was changed of it.
        made(&office, &video);
        assert_eq!(fs::read_to_string(folder.join("post.txt")).unwrap(), format!("my words {round}"));
        handed_in(&office, &video, "片", &format!("标题 = \"看海\"\n文案 = \"{text}\""));
        let work = made(&office, &video);
        let told: Vec<&str> = work
            .findings
            .iter()
            .filter(|one| one.code.name() == "edited-file-kept")
            .map(|one| one.message.en.as_str())
            .collect();
        assert_eq!(told.len(), 2, "{told:?}");
        let ending = if round == 1 { ".user" } else { ".user.2" };
        assert!(told.iter().any(|said| said.contains(&format!("post.txt{ending}"))), "{told:?}");
        let files = texts_in(&folder);
        assert_eq!(files[&format!("post.txt{ending}")], format!("my words {round}").into_bytes());
        let cover_name = cover.file_name().unwrap().to_str().unwrap();
        assert_eq!(files[&format!("{cover_name}{ending}")], format!("my cover {round}").into_bytes());
        assert!(String::from_utf8_lossy(&files["post.txt"]).contains(text));
        assert!(image::load_from_memory(&files[cover_name]).is_ok());
    }
    assert_eq!(texts_in(&folder)["post.txt.user"], b"my words 1", "never overwritten");

    // `verify` lists them, and finds nothing wrong.
    let verified = office.command(&["verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success(), "{said}");
    assert_eq!(said.matches("edited  ").count(), 4, "{said}");
    // Changed and not made again: told by `verify`, with what becomes of it.
    fs::write(folder.join("post.txt"), "again").unwrap();
    let verified = office.command(&["verify"]).output().unwrap();
    assert!(String::from_utf8_lossy(&verified.stdout).contains(".user"), "{verified:?}");

    // A new title is a new folder: what was changed stays in the old one, and is told.
    handed_in(&office, &video, "片", "标题 = \"看河\"");
    assert!(codes(&made(&office, &video)).contains(&"edited-file-left".to_owned()));
    assert_eq!(fs::read_to_string(folder.join("post.txt")).unwrap(), "again");
}

#[test]
fn a_sheet_with_columns_of_somebodys_own_is_kept() {
    let office = Office::new("\"jinyun\"");
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", "标题 = \"一\"");
    made(&office, &video);
    fs::write(office.library().join("manifest.csv"), "my columns").unwrap();
    handed_in(&office, &video, "片", "标题 = \"二\"");
    made(&office, &video);
    assert_eq!(fs::read_to_string(office.library().join("manifest.csv.user")).unwrap(), "my columns");
    assert!(fs::read_to_string(office.library().join("manifest.csv")).unwrap().contains("二"));
    assert!(!office.library().join("manifest.xlsx.user").exists());
}

#[test]
fn a_work_is_made_for_the_targets_that_it_names() {
    let office = Office::new("\"jinyun\", \"website\"");
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", "发布目标 = [\"website\", \"微博\"]");
    let work = made(&office, &video);
    let targets = |work: &Work| work.renditions.iter().map(|made| made.target.clone()).collect::<Vec<_>>();
    assert_eq!(targets(&work), ["website"]);
    let told = codes(&work);
    assert!(
        told.contains(&"target-not-enabled".to_owned()) && told.contains(&"targets-limited".to_owned()),
        "{told:?}"
    );
    // Without the line it is made for all, and nothing is encoded twice.
    handed_in(&office, &video, "片", "");
    let work = made(&office, &video);
    assert_eq!(targets(&work).len(), 2);
    assert!(work.encodes.pictures.iter().any(|picture| picture.frames == 0), "the website's is there");
    // None that is enabled: refused, and what is published for others is not called its fault.
    handed_in(&office, &video, "片", "targets = [\"weibo\"]");
    assert!(!office.run(&[&video], &[]).status.success());
    assert!(codes(&entry(&office, &video)).contains(&"target-not-enabled".to_owned()));
    // A name that is no target: told where it stands.
    handed_in(&office, &video, "片", "标题 = \"a\"\ntargets = [\"webiste\"]");
    let ran = office.run(&[&video], &[]);
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("line 2") && said.contains("did you mean `website`?"), "{said}");
}

#[test]
fn each_target_gets_the_texts_that_were_written_for_it() {
    let office = Office::new("\"jinyun\", \"website\"");
    let details = "标题 = \"看海\"\n文案 = \"给大家\"\n[发布]\n标签 = [\"共同\"]\n[发布.website]\n标题 = \"官网标题\"\n正文 = \"给官网\"\n";
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", details);
    let work = made(&office, &video);
    let post = |work: &Work, target: &str| {
        work.renditions.iter().find(|made| made.target == target).unwrap().post.clone().unwrap()
    };
    let (site, other) = (post(&work, "website"), post(&work, "jinyun"));
    assert_eq!(site.title, "官网标题");
    assert!(site.text.starts_with("给官网") && !site.text.contains("给大家"), "{}", site.text);
    assert!(other.title == "看海" && other.text.starts_with("给大家"), "{other:?}");
    assert!([&site, &other].into_iter().all(|post| post.tags.concat().contains("共同")));
    let file = file_of(&office, &work, "website").with_file_name("post.txt");
    assert!(fs::read_to_string(file).unwrap().starts_with("官网标题\n\n"), "it is what is pasted");
    // Another text for one target leaves the other as it is.
    let before = fs::metadata(file_of(&office, &work, "jinyun")).unwrap().modified().unwrap();
    handed_in(&office, &video, "片", &details.replace("给官网", "再给官网"));
    let work = made(&office, &video);
    assert!(post(&work, "website").text.starts_with("再给官网"));
    assert_eq!(fs::metadata(file_of(&office, &work, "jinyun")).unwrap().modified().unwrap(), before);
    assert!(work.encodes.pictures.iter().all(|picture| picture.frames == 0));
}

#[test]
fn a_crop_keeps_what_the_team_points_at() {
    let office = Office::new("\"douyin\"");
    for (focus, shown) in [("\"左\"", 'r'), ("\"right\"", 'b'), ("[0.5, 0.5]", 'g'), ("0.1", 'r')] {
        let details = format!("fit = \"裁切\"\nfocus = {focus}");
        let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", &details);
        let ran = office.run(&[&video], &["--draft"]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        let picture = pictures(&file_of(&office, &entry(&office, &video), "douyin")).swap_remove(30);
        assert_eq!(picture.width() * 16, picture.height() * 9);
        assert_eq!(third(&picture), shown, "{focus}");
        // The crop fills the canvas: the same colour above and below, where a blurred edge would be.
        assert_eq!(
            third(
                &image::imageops::crop_imm(&picture, 0, 0, picture.width(), picture.height() / 2).to_image()
            ),
            shown
        );
    }
}

#[test]
fn the_watermark_stands_in_the_corner_that_the_team_asks_for() {
    let office = Office::new("\"website\"");
    let marked = |corner: &str| {
        let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", &format!("corner = \"{corner}\""));
        let ran = office.run(&[&video], &["--draft"]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        pictures(&file_of(&office, &entry(&office, &video), "website")).swap_remove(55)
    };
    let (left, right) = (marked("左下"), marked("top_right"));
    let (width, height) = left.dimensions();
    let difference = |x: u32, y: u32| -> u64 {
        let part =
            |picture: &RgbImage| image::imageops::crop_imm(picture, x, y, width / 8, height / 8).to_image();
        let (a, b) = (part(&left), part(&right));
        a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
            / a.as_raw().len() as u64
    };
    let changed = [
        difference(0, 0),
        difference(width * 7 / 8, 0),
        difference(0, height * 7 / 8),
        difference(width * 7 / 8, height * 7 / 8),
    ];
    assert!(changed[1] > 3 && changed[2] > 3 && changed[0] < 2 && changed[3] < 2, "{changed:?}");
}

#[test]
fn a_cover_is_of_the_moment_that_the_team_names() {
    let office = Office::new("\"jinyun\"");
    let plain =
        fs::read_to_string(office.folder().join("jincai.toml")).unwrap() + "[covers]\ntitle = false\n";
    fs::write(office.folder().join("jincai.toml"), plain).unwrap();
    for (at, shown) in [("\"0:01\"", 25), ("0:02", 50), ("1.4", 35)] {
        let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", &format!("cover_at = {at}"));
        let work = made(&office, &video);
        let cover = image::open(office.library().join(&work.renditions[0].covers[0].file)).unwrap().to_rgb8();
        assert_eq!(number(&cover), shown, "{at}");
        assert_eq!(codes(&work).iter().filter(|code| *code == "no-good-cover").count(), 0);
    }
    // After the end: told with the reason, and chosen automatically.
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", "封面时间 = \"1:12\"");
    let work = made(&office, &video);
    let told = work.findings.iter().find(|one| one.code.name() == "cover-moment-not-shown").unwrap();
    assert!(told.message.zh.contains("1:12") && told.message.zh.contains("0:03"), "{}", told.message.zh);
    assert!(!work.renditions[0].covers.is_empty());
}

#[test]
fn a_cover_beside_the_video_is_the_cover() {
    let office = Office::new("\"douyin\"");
    let video = handed_in(&office, &clip("numbered_thirds.mp4"), "片", "标题 = \"海\"");
    // A tall picture of one colour, and another at its top.
    let mut own = RgbImage::from_pixel(600, 800, image::Rgb([10, 120, 230]));
    image::imageops::replace(&mut own, &RgbImage::from_pixel(600, 60, image::Rgb([250, 200, 0])), 0, 0);
    let beside = video.with_file_name("片.cover.png");
    own.save(&beside).unwrap();
    let near = |picture: &RgbImage, x: f64, y: f64, colour: [u8; 3]| {
        let (x, y) = (f64::from(picture.width()) * x, f64::from(picture.height()) * y);
        picture.get_pixel(x as u32, y as u32).0.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 12)
    };
    let covers = |work: &Work| -> Vec<RgbImage> {
        let covers = work.renditions[0].covers.iter();
        covers.map(|cover| image::open(office.library().join(&cover.file)).unwrap().to_rgb8()).collect()
    };
    let work = made(&office, &video);
    let tall = covers(&work).into_iter().find(|cover| cover.dimensions() == (1080, 1440)).unwrap();
    assert!(
        near(&tall, 0.5, 0.5, [10, 120, 230]) && near(&tall, 0.5, 0.02, [250, 200, 0]),
        "whole, and without a title"
    );
    assert!(near(&tall, 0.5, 0.9, [10, 120, 230]));
    let wide = covers(&work).into_iter().find(|cover| cover.dimensions() == (1440, 1080)).unwrap();
    assert!(near(&wide, 0.5, 0.5, [10, 120, 230]));
    // Another picture is another cover, and nothing is encoded for it.
    RgbImage::from_pixel(900, 1200, image::Rgb([0, 160, 0])).save(&beside).unwrap();
    let work = made(&office, &video);
    assert!(covers(&work).iter().all(|cover| near(cover, 0.5, 0.5, [0, 160, 0])));
    assert!(work.encodes.pictures.iter().all(|picture| picture.frames == 0));
    // What is no picture is told with its name and kind, and the video has a cover all the same.
    fs::write(&beside, b"RIFF\0\0\0\0WEBPVP8 ").unwrap();
    let work = made(&office, &video);
    let told = work.findings.iter().find(|one| one.code.name() == "cover-unusable").unwrap();
    assert!(
        told.message.zh.contains("片.cover.png") && told.message.zh.contains("WebP"),
        "{}",
        told.message.zh
    );
    assert!(!covers(&work).is_empty());
}

#[test]
fn a_trimmed_work_begins_and_ends_to_the_picture() {
    let office = Office::new("\"jinyun\", \"weibo\"");
    let source = clip("numbered_thirds.mp4");
    let video = handed_in(&office, &source, "片", "trim = [\"0:00.52\", \"0:01.72\"]");
    fs::write(
        video.with_extension("srt"),
        "1\n00:00:00,100 --> 00:00:00,500\n先\n\n2\n00:00:01,000 --> 00:00:01,300\n字幕字幕字幕\n\n3\n00:00:02,500 --> 00:00:02,900\n后\n",
    )
    .unwrap();
    let work = made(&office, &video);
    let file = file_of(&office, &work, "jinyun");
    let shown = pictures(&file);
    let numbers: Vec<u32> = shown.iter().map(number).collect();
    assert_eq!(numbers, (13..43).collect::<Vec<_>>(), "every picture of the part, in order, once");
    // The caption of 1.0–1.3 s is shown at 0.48–0.78 s: pictures 25 to 32 of the source.
    let white = |picture: &RgbImage| {
        let lower = image::imageops::crop_imm(
            picture,
            0,
            picture.height() * 2 / 3,
            picture.width(),
            picture.height() / 3,
        );
        lower.to_image().pixels().filter(|pixel| pixel.0.iter().all(|part| *part > 150)).count() > 15
    };
    let captioned: Vec<u32> = shown.iter().filter(|picture| white(picture)).map(number).collect();
    assert_eq!(captioned, (25..33).collect::<Vec<_>>());
    // The sound changes its octave at 1.0 s of the source, 0.48 s of the part.
    let before = tone(&file, 0.1, 0.45);
    let after = tone(&file, 0.55, 1.1);
    assert!((before - 300.0).abs() < 15.0 && (after - 600.0).abs() < 25.0, "{before} {after}");
    // Rules of duration judge the part: Weibo wants 3 s.
    let told = codes(&work);
    assert!(
        told.contains(&"duration-too-short".to_owned()) && told.contains(&"will-trim".to_owned()),
        "{told:?}"
    );
    assert!(!told.contains(&"pictures-lost".to_owned()), "what is cut away is not lost: {told:?}");
    assert!(work.renditions.iter().all(|made| made.target == "jinyun"));
    assert_eq!(work.renditions[0].duration_ms, 1200);
    assert!(work.source.duration_ms >= Some(3000), "the source is recorded whole");
    // The whole again: all pictures.
    handed_in(&office, &source, "片", "");
    let whole = made(&office, &video);
    assert_eq!(
        pictures(&file_of(&office, &whole, "jinyun")).iter().map(number).collect::<Vec<_>>(),
        (0..75).collect::<Vec<_>>()
    );
    assert_eq!(whole.renditions.len(), 2);
    // Nothing left, and past the end.
    handed_in(&office, &source, "片", "剪辑 = { 开始 = 0:05 }");
    assert!(!office.run(&[&video], &[]).status.success());
    assert!(codes(&entry(&office, &video)).contains(&"trim-leaves-nothing".to_owned()));
    handed_in(&office, &source, "片", "trim = { start = 2, end = \"0:20\" }");
    let work = made(&office, &video);
    assert!(codes(&work).contains(&"trim-past-the-end".to_owned()));
    assert_eq!(work.renditions[0].duration_ms, 1000);
}

/// The frequency of a stretch of a file's sound, by its crossings of zero.
fn tone(file: &Path, from_s: f64, until_s: f64) -> f64 {
    let sound =
        run(ffmpeg().arg("-i").arg(file).args(["-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", "-"]))
            .stdout;
    let samples: Vec<f32> =
        sound.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    let part = &samples[(from_s * 48e3) as usize..(until_s * 48e3) as usize];
    let rises = part.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    rises as f64 / (until_s - from_s)
}
