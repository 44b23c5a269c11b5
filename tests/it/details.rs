//! What a team writes beside its video reaches everything that is made of it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use jincai::model::manifest::Work;

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
    let video = handed_in(&office, &clip("plain_landscape.mp4"), "片", IN_CHINESE);
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
    let video = handed_in(&office, &clip("plain_landscape.mp4"), "片", "title = \"海\"\nclass = \"一班\"\nmusic = \"a\"");
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
