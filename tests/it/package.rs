//! Packages from outside: two released works, built, read by other programs, and broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use crate::common::{Office, clip};

/// A work whose title is a formula, and one whose name was typed on macOS (NFD).
const WORKS: [(&str, &str, &str); 2] = [
    ("晨光", "plain_landscape.mp4", "title = \"=HYPERLINK(\\\"http://x\\\",\\\"a\\\")\""),
    ("cafe\u{301}", "rotated_90.mp4", "title = \"cafe\u{301} 暮色\""),
];

/// An office with two works that are released for the contest's master. It is made once, and copied.
fn office() -> Office {
    static MADE: OnceLock<Office> = OnceLock::new();
    MADE.get_or_init(|| {
        let office = Office::new("\"entry\"");
        let path = office.folder().join("jincai.toml");
        let level = "[[review.level]]\nname = \"一审\"\nrole = \"系部\"\n";
        let config = fs::read_to_string(&path).unwrap();
        let packages = config.replacen("targets", "packages = \"packages\"\ntargets", 1);
        fs::write(&path, format!("{packages}{level}")).unwrap();
        fs::create_dir(office.folder().join("packages")).unwrap();
        let inbox = office.folder().join("inbox/机械");
        fs::create_dir_all(&inbox).unwrap();
        for (name, video, title) in WORKS {
            fs::copy(clip(video), inbox.join(format!("{name}.mp4"))).unwrap();
            let more = "authors = [\"张三\"]\nai = \"none\"\nsubmitted = \"2026-11-20\"\n";
            fs::write(inbox.join(format!("{name}.toml")), format!("{title}\n{more}")).unwrap();
        }
        let made = office.run(&[&inbox], &["--no-campaign-rules"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        for work in office.manifest().works {
            succeed(&office, &["review", "approve", &work.id, "--level", "一审", "--by", "甲"]);
        }
        office
    })
    .copied()
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

fn build(office: &Office, arguments: &[&str]) -> (Output, Option<PathBuf>) {
    let out = office.folder().join("out");
    fs::create_dir_all(&out).unwrap();
    let mut all = vec!["package", "build"];
    all.extend(arguments);
    all.extend(["--to", out.to_str().unwrap(), "--by", "王芳"]);
    let output = run(office, &all);
    let built = events(&output).into_iter().find(|event| event["event"] == "built");
    let path = built.map(|event| PathBuf::from(event["path"].as_str().unwrap()));
    (output, path)
}

fn built(office: &Office, arguments: &[&str]) -> PathBuf {
    let (output, path) = build(office, arguments);
    path.unwrap_or_else(|| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Returns the kinds of the faults of a package, and whether it can be handed in.
fn verified(office: &Office, package: &Path) -> (Vec<String>, bool) {
    let output = run(office, &["package", "verify", package.to_str().unwrap()]);
    let events = events(&output);
    let faults = events.iter().filter(|event| event["event"] == "fault");
    let kinds = faults.map(|fault| fault["kind"].as_str().unwrap().to_owned()).collect();
    (kinds, output.status.success())
}

/// Whether `sha256sum` finds every file of a list as it says.
fn sums_agree(folder: &Path, list: &str) -> bool {
    let judge = Command::new("sha256sum").args(["-c", "--quiet", list]).current_dir(folder).status();
    judge.unwrap().success()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path()).collect()
}

#[test]
fn a_package_is_whole_is_read_by_others_and_every_change_to_it_is_found() {
    let office = office();
    let package = built(&office, &["relay"]);
    assert_eq!(verified(&office, &package), (vec![], true));
    // Another program agrees about the digests.
    assert!(sums_agree(&package, "校验 SHA256.txt"));
    // The formula is text, and the sheet names nobody as its author.
    let sheet = fs::File::open(package.join("清单.xlsx")).unwrap();
    let mut sheet = zip::ZipArchive::new(sheet).unwrap();
    let mut part = |name: &str| std::io::read_to_string(sheet.by_name(name).unwrap()).unwrap();
    assert!(!part("xl/worksheets/sheet1.xml").contains("<f>"));
    assert!(part("xl/sharedStrings.xml").contains("=HYPERLINK"));
    assert!(part("docProps/core.xml").contains("<dc:creator></dc:creator>"));
    // The page asks nobody for anything.
    let page = fs::read_to_string(package.join("index.html")).unwrap();
    assert!(page.contains("default-src 'none'") && !page.contains("src=\"http") && !page.contains("<script"));
    assert!(files_in(&package).iter().all(|path| {
        let name = path.to_str().unwrap();
        unicode_normalization::is_nfc(name)
    }));
    // A copy of it as macOS would make it is the same package.
    let copy = office.folder().join("out/copy");
    fs::create_dir(&copy).unwrap();
    for file in files_in(&package) {
        use unicode_normalization::UnicodeNormalization;
        let relative: String = file.strip_prefix(&package).unwrap().to_str().unwrap().nfd().collect();
        fs::create_dir_all(copy.join(&relative).parent().unwrap()).unwrap();
        fs::copy(&file, copy.join(relative)).unwrap();
    }
    assert_eq!(verified(&office, &copy), (vec![], true));
    for file in files_in(&copy) {
        if file.file_name().unwrap().to_string_lossy().contains("SHA256") {
            continue;
        }
        let before = fs::read(&file).unwrap();
        let mut after = before.clone();
        *after.last_mut().unwrap() ^= 1;
        fs::write(&file, after).unwrap();
        let (faults, _) = verified(&office, &copy);
        assert!(faults.contains(&"changed".to_owned()), "{}: {faults:?}", file.display());
        fs::remove_file(&file).unwrap();
        assert!(verified(&office, &copy).0.contains(&"missing".to_owned()), "{}", file.display());
        fs::write(&file, before).unwrap();
    }
    fs::write(copy.join("另一件.mp4"), "x").unwrap();
    assert_eq!(verified(&office, &copy).0, ["extra"]);
    // Another package under the same name is not built over it.
    let (again, _) = build(&office, &["relay"]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "people rename what they were given")]
fn an_anonymous_package_waits_for_answers_and_tells_nobody() {
    let office = office();
    let (output, package) = build(&office, &["english-video"]);
    assert_eq!(output.status.code(), Some(1));
    let package = package.unwrap();
    assert_eq!(package.file_name().unwrap(), "未齐-英语短视频大赛");
    assert!(verified(&office, &package).0.iter().all(|kind| kind == "lacks"));
    // Without what says so, it is refused all the more.
    let renamed = package.with_file_name("英语短视频大赛");
    fs::rename(&package, &renamed).unwrap();
    assert!(verified(&office, &renamed).0.contains(&"not_named_unfinished".to_owned()));
    fs::remove_dir_all(&renamed).unwrap();
    for work in office.manifest().works {
        for key in ["anonymous", "voice", "logo"] {
            succeed(&office, &["package", "answer", "english-video", &work.id, key, "yes", "--by", "王芳"]);
        }
    }
    let package = built(&office, &["english-video"]);
    assert_eq!(verified(&office, &package), (vec![], true));
    for file in files_in(&package) {
        let bytes = fs::read(&file).unwrap();
        for name in ["示范学院", "张三", "机械"] {
            let holds = bytes.windows(name.len()).any(|part| part == name.as_bytes());
            assert!(!holds, "{} names {name}", file.display());
        }
        if file.extension().is_some_and(|ending| ending == "mp4") {
            let probe = Command::new("ffprobe")
                .args(["-v", "error", "-show_entries", "format_tags=title,comment", "-of", "csv=p=0"])
                .arg(&file)
                .output()
                .unwrap();
            assert!(probe.status.success() && probe.stdout.trim_ascii().is_empty(), "{probe:?}");
        }
    }
    // The library's own files were not touched.
    assert!(run(&office, &["review", "verify"]).status.success());
}

#[test]
fn only_released_bytes_go_in_and_a_named_work_that_cannot_stops_all() {
    let office = office();
    let works = office.manifest().works;
    let video = office.library().join(&works[0].renditions[0].file);
    let mut bytes = fs::read(&video).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&video, bytes).unwrap();
    succeed(&office, &["withdraw", &works[1].id, "--by", "丁", "--reason", "有误"]);
    let planned = succeed(&office, &["package", "plan", "relay"]);
    let held: Vec<&str> = planned.iter().filter_map(|event| event["why"][0]["held"].as_str()).collect();
    assert!(held.contains(&"file") && held.contains(&"withdrawn"), "{planned:?}");
    let (output, path) = build(&office, &["relay", &works[1].id]);
    assert_eq!((output.status.code(), path), (Some(2), None));
    // A file copied into the library by hand is no work.
    let stray = video.with_file_name("stray.mp4");
    fs::copy(clip("plain_landscape.mp4"), stray).unwrap();
    let (output, path) = build(&office, &["relay"]);
    assert_eq!((output.status.code(), path), (Some(2), None));
    assert_eq!(fs::read_dir(office.folder().join("out")).unwrap().count(), 0);
}

#[test]
fn zips_open_elsewhere_and_bags_are_bags() {
    let office = office();
    let package = built(&office, &["relay", "--zip"]);
    assert!(Command::new("unzip").args(["-tq"]).arg(&package).output().unwrap().status.success());
    let script = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                  for i in z.infolist():\n assert i.filename.isascii() or i.flag_bits & 0x800, i.filename\n\
                  \x20assert i.compress_type == (0 if i.filename[-3:] in ('mp4','jpg','lsx') else 8), i\n\
                  z.extractall(sys.argv[2])\n";
    let out = office.folder().join("unpacked");
    let judged = Command::new("python3").args(["-c", script]).arg(&package).arg(&out).output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    let name = package.file_stem().unwrap();
    assert_eq!(verified(&office, &out.join(name)), (vec![], true));
    // Parts: each work whole in one of them, all together the package.
    let bytes = fs::metadata(&package).unwrap().len() * 3 / 4;
    let parts = built(&office, &["relay", "--zip", "--part-bytes", &bytes.to_string()]);
    let zips = files_in(&parts);
    assert_eq!(zips.len(), 2, "{zips:?}");
    let together = office.folder().join("together");
    for zip in &zips {
        assert!(fs::metadata(zip).unwrap().len() <= bytes);
        let unpacked = Command::new("unzip").arg("-q").arg(zip).arg("-d").arg(&together).output().unwrap();
        assert!(unpacked.status.success(), "{}", String::from_utf8_lossy(&unpacked.stderr));
    }
    assert_eq!(verified(&office, &together.join(name)), (vec![], true));
    let (output, path) = build(&office, &["archive", "--zip", "--part-bytes", "1000"]);
    assert_eq!((output.status.code(), path), (Some(2), None));
    let bag = built(&office, &["archive"]);
    assert_eq!(verified(&office, &bag), (vec![], true));
    assert!(sums_agree(&bag, "manifest-sha256.txt"));
    let info = fs::read_to_string(bag.join("bag-info.txt")).unwrap();
    let content = files_in(&bag.join("data"));
    let total: u64 = content.iter().map(|file| fs::metadata(file).unwrap().len()).sum();
    assert!(info.contains(&format!("Payload-Oxum: {total}.{}", content.len())), "{info}");
}

/// Own profiles: checked with place, used by name; a contest that a work was handed in to is closed to it.
#[test]
#[expect(clippy::disallowed_methods, reason = "people rename what they were given")]
fn an_own_profile_is_used_and_a_second_entry_refused() {
    let office = office();
    let text = succeed(&office, &["package", "list"]);
    assert!(text.iter().any(|event| event["id"] == "relay"));
    let folder = office.folder().join("packages");
    let source =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/packages/relay.toml"))
            .unwrap();
    let own = source
        .replace("id = \"relay\"", "id = \"city\"\nquota = { once = true }\nwhen = { deadline = \"2099-12-31 24:00\" }")
        .replace("[evidence]", "[evidence]\n\"quota\" = { source = \"x\", confidence = \"convention\" }\n\"when\" = { source = \"x\", confidence = \"convention\" }");
    fs::write(folder.join("city.toml"), &own).unwrap();
    succeed(&office, &["package", "check", folder.join("city.toml").to_str().unwrap()]);
    fs::write(folder.join("odd.toml"), own.replace("city", "odd").replace("{title}", "{titel}")).unwrap();
    let odd = run(&office, &["package", "check", folder.join("odd.toml").to_str().unwrap()]);
    assert_eq!(odd.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&odd.stderr).contains("odd.toml"), "{odd:?}");
    fs::remove_file(folder.join("odd.toml")).unwrap();
    let listed = succeed(&office, &["package", "list"]);
    let city = listed.iter().find(|event| event["id"] == "city").unwrap();
    assert!(city["days_left"].as_i64().unwrap() > 20_000);
    let first = built(&office, &["city"]);
    let planned = succeed(&office, &["package", "plan", "city"]);
    let stops: Vec<&Value> = planned.iter().filter(|event| event["event"] == "left_out").collect();
    assert_eq!(stops.len(), 2);
    assert!(stops.iter().all(|event| event["why"][0]["kind"] == "in_earlier_package"), "{stops:?}");
    fs::rename(&first, first.with_file_name("old")).unwrap();
    let (refused, _) = build(&office, &["city"]);
    assert_eq!(refused.status.code(), Some(2));
    let again = built(&office, &["city", "--replaces", "1"]);
    assert_eq!(verified(&office, &again), (vec![], true));
    assert_eq!(succeed(&office, &["package", "built"]).len(), 2);
    // Whoever has a package is to be told of what is withdrawn later.
    let work = office.manifest().works.remove(0);
    succeed(&office, &["withdraw", &work.id, "--by", "丁", "--reason", "有误"]);
    let listed = succeed(&office, &["package", "built"]);
    let withdrawn: Vec<&Value> = listed.iter().filter(|event| event["event"] == "withdrawn").collect();
    assert!(
        withdrawn.len() == 2 && withdrawn.iter().all(|event| event["work"] == work.id.as_str()),
        "{listed:?}"
    );
}
