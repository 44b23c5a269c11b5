//! What a new user does wrong without noticing: which configuration counts, which season, whose department, what is not taken,
//! what still is an example; and the words in which a mistake is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use jincai::model::finding::{Code, Severity};
use jincai::model::manifest::{Manifest, Work};
use jincai::model::submission_date::DatedBy;
use serde_json::Value;

use crate::common::clip;

/// A folder with what `jincai init` would not write: quick settings, one target, two seasons.
struct Office(tempfile::TempDir);

const SEASONS: &str = "[[seasons]]\nid = \"s1\"\nname = \"夏之卷\"\nfrom = \"2020-06-01\"\nto = \"2020-08-31\"\n\
                       [[seasons]]\nid = \"s2\"\nname = \"秋之卷\"\nfrom = \"2020-09-01\"\nto = \"2099-12-31\"\n";

/// 2020-07-15 noon in the college's zone.
const SUMMER: Duration = Duration::from_secs(1_594_785_600);

impl Office {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "college = \"示范学院\"\ntargets = [\"website\"]\n{more}\n[encode]\npreset = \"ultrafast\"\nx264 = \"\"\n"
        );
        fs::write(folder.path().join("jincai.toml"), config).unwrap();
        fs::create_dir_all(folder.path().join("inbox/系")).unwrap();
        Self(folder)
    }

    fn at(&self, place: &str) -> PathBuf {
        self.0.path().join(place)
    }

    fn put(&self, place: &str) -> PathBuf {
        let to = self.at(place);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(clip("plain_landscape.mp4"), &to).unwrap();
        to
    }

    fn jincai(&self, arguments: &[&str]) -> Output {
        jincai_in(self.0.path(), arguments)
    }

    fn work(&self) -> Work {
        let manifest = fs::read(self.at("library/manifest.json")).unwrap();
        serde_json::from_slice::<Manifest>(&manifest).unwrap().works.remove(0)
    }
}

fn jincai_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jincai"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "zh_CN.UTF-8").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What was said without the breaks of a report that is set in lines.
fn flat(output: &Output) -> String {
    said(output).replace("\n  │ ", "").split_whitespace().collect()
}

fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn event<'a>(events: &'a [Value], name: &str) -> &'a Value {
    events.iter().find(|event| event["event"] == name).unwrap_or_else(|| panic!("no {name}: {events:?}"))
}

fn date_back(file: &Path) {
    let at = SystemTime::UNIX_EPOCH + SUMMER;
    fs::File::options().append(true).open(file).unwrap().set_modified(at).unwrap();
}

#[test]
fn the_configuration_above_counts_and_is_named() {
    let office = Office::new("");
    office.put("inbox/系/a.mp4");
    let deep = office.at("inbox/系");
    let checked = jincai_in(&deep, &["--lang", "zh", "check", "a.mp4"]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(
        said(&checked).contains("使用配置") && said(&checked).contains("jincai.toml"),
        "{}",
        said(&checked)
    );
    let told = events(&jincai_in(&deep, &["check", "--json", "a.mp4"]));
    let file = event(&told, "configuration")["file"].as_str().unwrap().to_owned();
    assert_eq!(Path::new(&file).canonicalize().unwrap(), office.at("jincai.toml").canonicalize().unwrap());
    // One that was submitted is no configuration, and is told.
    fs::write(deep.join("jincai.toml"), "college = \"别的\"\n").unwrap();
    let told = jincai_in(&deep, &["check", "--json", "a.mp4"]);
    assert_eq!(event(&events(&told), "configuration")["file"], file.as_str());
    assert!(said(&told).contains("不作配置使用"), "{}", said(&told));
}

#[test]
fn a_library_in_an_inbox_and_an_inbox_in_a_library_are_refused() {
    let office = Office::new("");
    let source = office.put("inbox/系/a.mp4");
    for (library, code) in [("inbox/系/库", 2), ("inbox", 2)] {
        let ran = office.jincai(&["run", "--library", library, source.to_str().unwrap()]);
        assert_eq!(ran.status.code(), Some(code), "{library}: {}", said(&ran));
        assert!(flat(&ran).contains("成片会被当成投稿"), "{}", said(&ran));
    }
    assert!(!office.at("inbox/系/库").exists());
    // The library of another office that lies in the inbox is passed over and told; one may not be handed in either.
    fs::create_dir_all(office.at("inbox/系/旧库/.jincai/staging")).unwrap();
    office.put("inbox/系/旧库/第一季/b.mp4");
    let told = office.jincai(&["check", "--json", "inbox"]);
    assert_eq!(event(&events(&told), "left_over")["kind"], "library");
    let works: Vec<Value> =
        events(&told).into_iter().filter(|event| event.get("targets").is_some()).collect();
    assert_eq!(works.len(), 1, "{works:?}");
    let inside = office.jincai(&["check", "inbox/系/旧库/第一季"]);
    assert_eq!(inside.status.code(), Some(2), "{}", said(&inside));
}

#[test]
fn a_season_comes_from_the_first_sight_once_the_library_knows_the_file() {
    let office = Office::new(SEASONS);
    let source = office.put("inbox/系/a.mp4");
    date_back(&source);
    let ran = office.jincai(&["run"]);
    assert_eq!(ran.status.code(), Some(0), "{}", said(&ran));
    let work = office.work();
    let submitted = work.submitted.clone().unwrap();
    assert_eq!((submitted.date.as_str(), submitted.by), ("2020-07-15", DatedBy::FileTime));
    assert_eq!((work.season.as_deref(), submitted.season_name.as_deref()), (Some("s1"), Some("夏之卷")));
    let note = work.findings.iter().find(|finding| finding.code == Code::SeasonByFileTime).unwrap();
    assert!(
        note.message.zh.contains("2020-07-15") && note.message.zh.contains("夏之卷"),
        "{}",
        note.message.zh
    );
    // What a run dated stays, whatever happens to the file's time.
    fs::write(office.at("inbox/系/a.toml"), "title = \"看海\"\n").unwrap();
    let later = SystemTime::UNIX_EPOCH + SUMMER + Duration::from_secs(90 * 86_400);
    fs::File::options().append(true).open(&source).unwrap().set_modified(later).unwrap();
    assert_eq!(office.jincai(&["run"]).status.code(), Some(0));
    assert_eq!(office.work().submitted, Some(submitted));
    // The service takes the day of first sight, and names both seasons.
    let office = Office::new(SEASONS);
    date_back(&office.put("inbox/系/a.mp4"));
    let watched = office.jincai(&["watch", "--once"]);
    assert_eq!(watched.status.code(), Some(0), "{}", said(&watched));
    let work = office.work();
    let submitted = work.submitted.clone().unwrap();
    assert_eq!((work.season.as_deref(), submitted.by), (Some("s2"), DatedBy::FirstSeen));
    let note = work.findings.iter().find(|finding| finding.code == Code::SeasonsDiffer).unwrap();
    for word in ["秋之卷", "夏之卷", "2020-07-15", submitted.date.as_str()] {
        assert!(note.message.zh.contains(word), "{}", note.message.zh);
    }
    let page = fs::read_to_string(office.at("inbox/系/_结果/a.mp4.html")).unwrap();
    assert!(page.contains("秋之卷（首次收到的日期："), "{page}");
    let sheet = fs::read_to_string(office.at("library/manifest.csv")).unwrap();
    assert!(sheet.contains("秋之卷") && sheet.contains("s2") && sheet.contains("首次收到的日期"), "{sheet}");
    assert!(sheet.contains("学校网站"), "names of targets: {sheet}");
}

#[test]
fn a_folder_that_is_no_department_is_told_with_the_one_that_is_meant() {
    let office = Office::new(
        "[campaign]\nunknown_department = \"warn\"\n[departments]\n\"信息工程系\" = \"信息工程系\"\n",
    );
    office.put("inbox/信息工程糸/a.mp4");
    assert_eq!(office.jincai(&["run"]).status.code(), Some(0));
    let told = |work: &Work| {
        let finding = work.findings.iter().find(|finding| finding.code == Code::DepartmentNotListed).unwrap();
        (finding.severity, finding.message.zh.clone())
    };
    let (severity, message) = told(&office.work());
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("信息工程糸") && message.contains("是不是“信息工程系”"), "{message}");
    let config = fs::read_to_string(office.at("jincai.toml")).unwrap().replace("\"warn\"", "\"reject\"");
    fs::write(office.at("jincai.toml"), config).unwrap();
    assert_eq!(office.jincai(&["run"]).status.code(), Some(1));
    assert_eq!(told(&office.work()).0, Severity::Error);
    // An unchanged refusal says why again.
    let again = office.jincai(&["--lang", "zh", "run"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        said(&again).contains("没有变化") && said(&again).contains("是不是“信息工程系”"),
        "{}",
        said(&again)
    );
}

#[test]
fn what_is_not_taken_is_told_by_kind_and_what_cannot_be_read_counts() {
    let office = Office::new("");
    office.put("inbox/系/a.mp4");
    for name in ["作品.zip", "录屏.m4s", "毕业晚会", "脚本.docx", "海报.png", "b.mp4.crdownload"]
    {
        fs::write(office.at("inbox/系").join(name), "x").unwrap();
    }
    let checked = office.jincai(&["--lang", "zh", "check", "inbox"]);
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    for words in
        ["略过了 6 个不是作品的文件", "请解压", "没有合并的视频片段", ".mp4（或原来的扩展名）", "不是视频"]
    {
        assert!(said(&checked).contains(words), "{words}: {}", said(&checked));
    }
    std::os::unix::fs::symlink("nowhere.mp4", office.at("inbox/系/断.mp4")).unwrap();
    for verb in ["check", "run"] {
        let ran = office.jincai(&["--lang", "zh", verb, "inbox"]);
        assert_eq!(ran.status.code(), Some(1), "{verb}: {}", said(&ran));
    }
}

#[test]
fn the_examples_of_a_new_configuration_are_told_until_they_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    assert!(jincai_in(folder.path(), &["init"]).status.success());
    let config = folder.path().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    let quick = text.replace("targets = [\"douyin\", \"kuaishou\", \"channels\", \"weibo\", \"bilibili\", \"jinyun\", \"website\", \"screen\"]", "targets = [\"website\"]");
    assert_ne!(quick, text);
    fs::write(&config, &quick).unwrap();
    let inbox = folder.path().join("inbox/系");
    fs::create_dir(&inbox).unwrap();
    fs::copy(clip("plain_landscape.mp4"), inbox.join("a.mp4")).unwrap();
    for arguments in [&["doctor"][..], &["check", "inbox"], &["watch", "--once"]] {
        let ran = jincai_in(folder.path(), &[&["--lang", "zh"], arguments].concat());
        assert!(said(&ran).contains("占位水印、校名“示例学院”"), "{arguments:?}: {}", said(&ran));
    }
    let page = fs::read_to_string(inbox.join("_结果/a.mp4.html")).unwrap();
    assert!(page.contains("成片里还带着示例内容"), "{page}");
    // Whatever the picture is called, its bytes tell.
    #[expect(clippy::disallowed_methods, reason = "a person moves a file")]
    fs::rename(folder.path().join("assets/watermark.svg"), folder.path().join("assets/logo.svg")).unwrap();
    let own = quick
        .replace("assets/watermark.svg", "assets/logo.svg")
        .replace("college = \"示例学院\"", "college = \"示范学院\"");
    fs::write(&config, &own).unwrap();
    let ran = jincai_in(folder.path(), &["--lang", "zh", "run"]);
    assert!(said(&ran).contains("占位水印。") && !said(&ran).contains("校名"), "{}", said(&ran));
    fs::write(
        folder.path().join("assets/logo.svg"),
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>",
    )
    .unwrap();
    assert!(!said(&jincai_in(folder.path(), &["--lang", "zh", "run"])).contains("示例内容"));
}

#[test]
fn a_mistake_is_told_in_the_words_of_whoever_made_it() {
    let office = Office::new("");
    for (config, chinese, english) in [
        ("college = “示范学院”\n", &["这里用了中文引号“ ”", "请换成英文引号 \" \""][..], "straight quotes"),
        ("tags = [\"a\"，\"b\"]\n", &["这里是中文逗号“，”", "请换成英文逗号 ,"], "full-width"),
        ("college ＝ \"a\"\n", &["这里是中文等号“＝”", "请换成英文等号 ="], "full-width"),
        ("[captions]\nsize = 24%\n", &["百分比请写成小数：0.24"], "0.24"),
        ("inbox = \"D:\\投稿\"\n", &["反斜杠 \\ 在双引号里有特殊含义", "'D:\\投稿'"], "single quotes"),
        ("inbox = \"D:\\new\"\n", &["反斜杠 \\ 在双引号里有特殊含义"], "backslash"),
        (
            "[[seasons]]\nid = \"a\"\nname = \"a\"\nfrom = \"2026-02-30\"\nto = \"2026-03-01\"\n",
            &["2026 年 2 月没有 30 日"],
            "no day 30",
        ),
        (
            "[[seasons]]\nid = \"a\"\nname = \"a\"\nfrom = 2026-02-30\n",
            &["2026 年 2 月没有 30 日"],
            "no day 30",
        ),
        ("[watch]\npoll_s = 0\n", &["应在 0.1 到 3600 之间（秒）"], "(seconds)"),
        (
            "[[chat]]\nkind = \"wecom\"\n",
            &["缺少机器人地址：在 url_env（环境变量名）和 url_file（文件）中选一个写"],
            "url_env",
        ),
    ] {
        fs::write(office.at("jincai.toml"), config).unwrap();
        let ran = office.jincai(&["--lang", "zh", "check", "inbox"]);
        assert_eq!(ran.status.code(), Some(2), "{config}");
        // The report wraps long lines.
        let told = flat(&ran);
        for words in chinese {
            let words: String = words.split_whitespace().collect();
            assert!(told.contains(&words), "{config}: {}", said(&ran));
        }
        let ran = office.jincai(&["--lang", "en", "check", "inbox"]);
        assert!(flat(&ran).contains(&english.replace(' ', "")), "{config}: {}", said(&ran));
    }
    let office = Office::new("");
    let preset = "id = \"wall\"\nname = { zh-CN = \"墙\", en = \"wall\" }\nkind = \"screen\"\nas_of = \"2026-01-01\"\n\
                  [want]\nlandscape = [1920, 1080]\n";
    fs::write(office.at("wall.toml"), preset).unwrap();
    let ran = office.jincai(&["--lang", "zh", "presets", "check", "wall.toml"]);
    let told = flat(&ran);
    for words in ["缺少", "还缺：", "`want.crf`", "`want.max_rate`", "`accept`", "`overlay`"] {
        assert!(told.contains(words), "{words}: {}", said(&ran));
    }
    let source = office.put("inbox/系/a.mp4");
    for (arguments, chinese, english) in [
        (&["check"][..], "还缺少文件或文件夹，例如：jincai check inbox", "for example: jincai check inbox"),
        (
            &["run", "--library", "/proc/x", source.to_str().unwrap()],
            "作品库 /proc/x 建不了：没有这个上级文件夹。",
            "the folder above it does not exist",
        ),
    ] {
        for (lang, words) in [("zh", chinese), ("en", english)] {
            let ran = office.jincai(&[&["--lang", lang], arguments].concat());
            assert!(said(&ran).contains(words), "{arguments:?}: {}", said(&ran));
        }
    }
}

#[test]
fn what_a_team_reads_of_its_file_is_in_its_words() {
    let office = Office::new("[campaign]\nfile_name = \"{department}-{title}-{author}\"\n");
    fs::write(office.at("inbox/系/文字.mp4"), "这是一份会议记录\n第一项\n").unwrap();
    office.put("inbox/系/海.mp4");
    let ran = office.jincai(&["--lang", "zh", "run"]);
    assert_eq!(ran.status.code(), Some(1));
    for words in ["其实是文本文件", "应为“系部-作品名-作者”，例如“体育部-看海-孙悦.mp4”"]
    {
        assert!(said(&ran).contains(words), "{words}: {}", said(&ran));
    }
    let office = Office::new(SEASONS);
    office.put("inbox/信息工程系/静园鸭趣.mp4");
    assert_eq!(office.jincai(&["run"]).status.code(), Some(0));
    office.put("inbox/体育部/鸭.mp4");
    let ran = office.jincai(&["--lang", "zh", "run"]);
    let expected = "与信息工程系《静园鸭趣》（秋之卷）是完全相同的文件，已退回。放错了请换成正确的文件。";
    assert!(said(&ran).contains(expected), "{}", said(&ran));
}
