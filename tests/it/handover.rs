//! What an office does once works are released: forms of an organiser, contacts, folders for posting tools.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::common::{Office, clip};

/// A call whose works lie in folders with a phone in their names, and that wants its own form filled.
const PROFILE: &str = "id = \"call\"\nname = { zh-CN = \"征集\", en = \"Call\" }\nsource = \"x\"\nas_of = \"2026-11-30\"\n\
     video = { target = \"entry\" }\nnames = { package = \"{name}\", folder = \"{no:02}-{author}-{phone}\", file = \"{title}\" }\n\
     part = [{ take = \"video\" }, { take = \"form\", template = \"报名表.docx\" }]\n\
     evidence = { names = { source = \"x\", confidence = \"convention\" }, part = { source = \"x\", confidence = \"convention\" } }\n";

/// Presets of three platforms that take what the contest's master is: one encode serves all.
const PLATFORMS: [(&str, &str); 3] = [("bilibili", "plain"), ("douyin", "single"), ("weibo", "double")];

/// An office with two works that are released for all targets: one of people, one that is generated. Made once, and copied.
fn office() -> Office {
    static MADE: OnceLock<Office> = OnceLock::new();
    MADE.get_or_init(|| {
        let office = Office::new("\"entry\", \"bilibili\", \"douyin\", \"weibo\"");
        let path = office.folder().join("jincai.toml");
        let level = "[[review.level]]\nname = \"一审\"\nrole = \"系部\"\n";
        let config = fs::read_to_string(&path).unwrap();
        let own = "packages = \"packages\"\npresets = \"presets\"\ntargets";
        fs::write(&path, format!("{}{level}", config.replacen("targets", own, 1))).unwrap();
        presets(&office.folder().join("presets"));
        fs::create_dir_all(office.folder().join("packages/材料/call/模板")).unwrap();
        fs::write(office.folder().join("packages/call.toml"), PROFILE).unwrap();
        let inbox = office.folder().join("inbox/机械");
        fs::create_dir_all(&inbox).unwrap();
        for (name, title, ai) in [("a", "=1+1 \\\"晨光\\\": [1].mp4", "none"), ("b", "暮色", "generated")]
        {
            fs::copy(clip("plain_landscape.mp4"), inbox.join(format!("{name}.mp4"))).unwrap();
            let details = format!(
                "title = \"{title}\"\nauthors = [\"张三\"]\nai = \"{ai}\"\nsubmitted = \"2026-11-20\"\n"
            );
            fs::write(inbox.join(format!("{name}.toml")), details).unwrap();
        }
        let config = fs::read_to_string(&path).unwrap();
        fs::write(&path, config.replacen("[duplicates]", "[duplicates]\nsame_file = \"note\"", 1)).unwrap();
        let made = office.run(&[&inbox], &["--no-campaign-rules"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        for work in office.manifest().works {
            succeed(&office, &["review", "approve", &work.id, "--level", "一审", "--by", "甲"]);
        }
        office
    })
    .copied()
}

fn presets(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let entry = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/entry.toml")).unwrap();
    for (id, form) in PLATFORMS {
        let text = entry.replacen("id = \"entry\"", &format!("id = \"{id}\""), 1).replacen(
            "topic_form = \"plain\"",
            &format!("topic_form = \"{form}\""),
            1,
        );
        fs::write(folder.join(format!("{id}.toml")), text).unwrap();
    }
}

fn run(office: &Office, arguments: &[&str]) -> Output {
    office.command(&["--json"]).args(arguments).output().unwrap()
}

fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn succeed(office: &Office, arguments: &[&str]) -> Vec<Value> {
    let output = run(office, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    events(&output)
}

fn out(office: &Office) -> PathBuf {
    let out = office.folder().join("out");
    fs::create_dir_all(&out).unwrap();
    out
}

fn export(office: &Office, tool: &str) -> (PathBuf, Vec<Value>) {
    let events = succeed(office, &["export", tool, "--to", out(office).to_str().unwrap()]);
    let done = events.iter().find(|event| event["event"] == "exported").unwrap();
    (PathBuf::from(done["path"].as_str().unwrap()), events)
}

fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

/// A Word file with one table, whose labels stand in runs of one character each.
fn docx(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| {
        let runs: String = text.chars().map(|c| format!("<w:r><w:t>{c}</w:t></w:r>")).collect();
        format!("<w:tc><w:p>{runs}</w:p></w:tc>")
    };
    let row = |cells: &&[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
    let table: String = rows.iter().map(row).collect();
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:tbl>{table}</w:tbl></w:body></w:document>"
    );
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("_rels/.rels", relations), ("word/document.xml", &document)] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The texts of a document's runs.
fn texts(file: &Path) -> String {
    let mut archive = ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Returns the files of a folder, at any depth, that hold a text.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path());
    files
        .filter(|path| fs::read(path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()))
        .collect()
}

#[test]
fn each_tool_gets_the_files_that_it_reads_and_no_work_that_it_would_declare_wrongly() {
    let office = office();
    let (folder, events) = export(&office, "biliup");
    let config: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("config.yaml")).unwrap()).unwrap();
    let streamers = config["streamers"].as_object().unwrap();
    assert_eq!(streamers.len(), 1, "the generated work is left to hand");
    let submission = streamers.values().next().unwrap();
    assert_eq!(submission["title"].as_str(), Some("=1+1 \"晨光\": [1].mp4"));
    assert_eq!(submission["tag"].as_str(), Some("你好天津"));
    let video = streamers.keys().next().unwrap().replace("[[]", "[").replace("[]]", "]");
    let there = names(&folder);
    assert!(
        there.contains(&video) && there.contains(&submission["cover"].as_str().unwrap().to_owned()),
        "{there:?}"
    );
    let left: Vec<&str> = events
        .iter()
        .filter(|event| event["event"] == "left_to_hand")
        .map(|event| event["title"].as_str().unwrap())
        .collect();
    assert_eq!(left, ["暮色"]);
    let readme = fs::read_to_string(folder.join("说明.txt")).unwrap();
    assert!(readme.contains("暮色") && readme.contains("人工"), "{readme}");
    let signed = office.manifest().works.into_iter().find(|work| work.title != "暮色").unwrap();
    let rendition = signed.renditions.iter().find(|made| made.target == "bilibili").unwrap();
    let bytes = fs::read(folder.join(&video)).unwrap();
    assert_eq!(bytes, fs::read(office.library().join(&rendition.file)).unwrap());

    let (folder, events) = export(&office, "social-auto-upload");
    assert_eq!(names(&folder), ["bilibili", "douyin", "文案", "说明.txt"]);
    let there = names(&folder.join("douyin"));
    let stems: Vec<&str> = there.iter().map(|name| name.rsplit_once('.').unwrap().0).collect();
    assert!(
        there.len() == 3 && stems.iter().all(|stem| *stem == stems[0] && !stem.contains(".mp4")),
        "{there:?}"
    );
    let text = fs::read_to_string(folder.join("douyin").join(format!("{}.txt", stems[0]))).unwrap();
    assert_eq!(text, "=1+1 \"晨光\": [1].mp4\n#你好天津");
    // Weibo is always declared a remake there.
    let weibo = events.iter().filter(|event| event["event"] == "left_to_hand" && event["target"] == "weibo");
    assert_eq!(weibo.count(), 2);

    let (folder, _) = export(&office, "posthub");
    assert_eq!(names(&folder), ["douyin", "文案", "说明.txt"]);
    let manifest = fs::read_to_string(folder.join("douyin/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let video = &manifest["videos"][0];
    assert_eq!((manifest["version"].as_u64(), video["tags"][0].as_str()), (Some(1), Some("你好天津")));
    for key in ["file", "cover_landscape"] {
        assert!(folder.join("douyin").join(video[key].as_str().unwrap()).is_file(), "{key}");
    }
}

#[test]
fn what_is_withdrawn_or_cannot_be_scheduled_is_not_handed_over() {
    let office = office();
    let to = out(&office);
    let to = to.to_str().unwrap();
    for (tool, at) in
        [("posthub", "2020-01-01 10:00"), ("social-auto-upload", "2030-01-01 10:00"), ("biliup", "x")]
    {
        assert_eq!(run(&office, &["export", tool, "--to", to, "--at", at]).status.code(), Some(2), "{tool}");
    }
    let work = office.manifest().works.into_iter().find(|work| work.title != "暮色").unwrap();
    succeed(&office, &["withdraw", &work.id, "--by", "甲", "--reason", "x"]);
    assert_eq!(run(&office, &["export", "biliup", "--to", to]).status.code(), Some(2));
    assert_eq!(names(Path::new(to)), Vec::<String>::new());
}

#[test]
fn forms_are_filled_by_their_labels_and_a_forgotten_number_stands_nowhere() {
    let office = office();
    let form = docx(&[&["作 品 名 称：", ""], &["作者", ""], &["联系电话", ""], &["推荐意见", ""]]);
    let template = office.folder().join("packages/材料/call/模板/报名表.docx");
    let out = out(&office);
    let build = |office: &Office| {
        run(office, &["package", "build", "call", "--to", out.to_str().unwrap(), "--by", "王芳"])
    };
    // The number that names ask for is not on record: nothing is guessed.
    fs::write(&template, &form).unwrap();
    assert_eq!(build(&office).status.code(), Some(2));
    succeed(
        &office,
        &["people", "add", "--name", "张三", "--department", "机械", "--phone", "13800138000", "--contact"],
    );
    fs::write(&template, b"\xD0\xCF\x11\xE0old").unwrap();
    let plan = succeed(&office, &["package", "plan", "call"]);
    let lacking = serde_json::to_string(&plan).unwrap();
    assert!(lacking.contains("no_form") && lacking.contains("另存为"), "{lacking}");
    fs::write(&template, &form).unwrap();
    let built = build(&office);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let package = out.join("征集");
    assert!(succeed(&office, &["package", "verify", package.to_str().unwrap()]).len() == 1);
    let filled = walkdir::WalkDir::new(&package).into_iter().map(|entry| entry.unwrap().into_path());
    let filled: Vec<PathBuf> =
        filled.filter(|path| path.extension().is_some_and(|it| it == "docx")).collect();
    assert_eq!(filled.len(), 2);
    let all: String = filled.iter().map(|path| texts(path)).collect();
    for text in ["=1+1 \"晨光\": [1].mp4", "暮色", "张三", "13800138000"] {
        assert!(all.contains(&format!("<w:t xml:space=\"preserve\">{text}</w:t>")), "{text}");
    }
    assert!(filled[0].to_str().unwrap().contains("-张三-13800138000/"));
    // The organiser's own list of contacts.
    let list = office.folder().join("list.docx");
    fs::write(&list, docx(&[&["系部", "联络员", "电话"], &["", "", ""]])).unwrap();
    let to = out.join("contacts.docx");
    let arguments = ["contacts", "--form", list.to_str().unwrap(), "--to", to.to_str().unwrap()];
    succeed(&office, &arguments);
    assert!(texts(&to).contains("机械") && texts(&to).contains("13800138000"));
    assert_eq!(run(&office, &arguments).status.code(), Some(2), "nothing is written over");
    // Erased: from the catalogue and its copies.
    succeed(&office, &["backup"]);
    assert!(!files_with(&office.library(), "13800138000").is_empty());
    let told = succeed(&office, &["people", "forget", "张三"]);
    assert_eq!(
        (told[0]["whole"].as_bool(), told[0]["packages"].as_array().map(Vec::len)),
        (Some(true), Some(1))
    );
    assert_eq!(files_with(&office.library(), "13800138000"), Vec::<PathBuf>::new());
}
