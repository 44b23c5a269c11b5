//! Programmes and sticks, with the real program: from a signed work to a film that a television plays.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use jincai::clock::{Clock, SystemClock};
use jincai::model::playout::{Edition, SealedEdition};
use jincai::playout::keys::is_genuine;
use serde_json::{Value, json};

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip};

const SCREENS: &str = "
[review]
credit = \"\"
[[review.level]]
name = \"审核\"
[playout]
loop = \"all\"
[[playlist]]
id = \"all\"
gap_min = 0.0
[[screen]]
id = \"canteen\"
name = \"食堂\"
place = \"一食堂东墙\"
target = \"screen\"
[[screen]]
id = \"canteen-2\"
name = \"二食堂\"
target = \"screen\"
twin_of = \"canteen\"
";

const RELEASED: [&str; 3] = ["晨光", "夜色", "运动会"];
const WAITING: &str = "未审";

/// An office with four works for screens; the first three are released.
static MADE: LazyLock<Office> = LazyLock::new(|| {
    let office = Office::new("\"screen\"");
    let config = office.folder().join("jincai.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap() + SCREENS).unwrap();
    let inbox = office.folder().join("inbox");
    let clips = ["numbered_thirds.mp4", "rate_60.mp4", "plain_landscape.mp4", "mirrored.mp4"];
    for (place, (title, name)) in RELEASED.into_iter().chain([WAITING]).zip(clips).enumerate() {
        let folder = inbox.join(["甲系", "乙系"][place % 2]);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(clip(name), folder.join(format!("{title}.mp4"))).unwrap();
    }
    let ran = office.run(&[&inbox], &["--no-campaign-rules"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    for title in RELEASED {
        said(&office, &["review", "approve", title, "--level", "审核", "--by", "王芳"]);
    }
    office
});

/// Runs a command that has to end well; returns its events.
fn said(office: &Office, arguments: &[&str]) -> Vec<Value> {
    let output = office.command(arguments).arg("--json").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}{}", String::from_utf8_lossy(&output.stdout));
    events(&output.stdout)
}

fn events(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == kind).collect()
}

fn library_file(office: &Office, title: &str) -> PathBuf {
    office.library().join(&office.works()[title].renditions[0].file)
}

/// Digests of the decoded pictures, in order.
fn pictures(file: &Path) -> Vec<String> {
    let output = run(ffmpeg().arg("-i").arg(file).args([
        "-map",
        "0:v",
        "-fps_mode",
        "passthrough",
        "-f",
        "framemd5",
        "-",
    ]));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit(',').next().unwrap().trim().to_owned()).collect()
}

fn stick(office: &Office, more: &[&str]) -> (PathBuf, Vec<Value>) {
    let to = office.folder().join("usb");
    fs::create_dir_all(&to).unwrap();
    let to = to.to_str().unwrap();
    let arguments =
        [&["playout", "handout", "--screen", "canteen", "--to", to, "--by", "李强"], more].concat();
    let events = said(office, &arguments);
    let made = of_kind(&events, "stick_made")[0]["path"].as_str().unwrap().to_owned();
    (PathBuf::from(made), events)
}

#[test]
fn the_programme_holds_what_was_released_and_says_why_the_rest_is_missing() {
    let office = MADE.copied();
    let day = said(&office, &["playout", "plan", "食堂", "--date", "2030-05-06"]);
    let slots = of_kind(&day, "slot");
    let titles: std::collections::BTreeSet<&str> =
        slots.iter().map(|slot| slot["slot"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles.len(), 3);
    assert!(!titles.contains(WAITING));
    // A whole day without a gap, and the twin shows the same at the same time.
    let edge = |slot: &Value, key: &str| slot["slot"][key].as_i64().unwrap();
    assert!(slots.windows(2).all(|pair| edge(pair[0], "to") == edge(pair[1], "from")));
    assert_eq!(edge(slots[slots.len() - 1], "to") - edge(slots[0], "from"), 24 * 3_600_000);
    let twin = said(&office, &["playout", "plan", "canteen-2", "--date", "2030-05-06"]);
    assert!(of_kind(&twin, "slot").iter().zip(&slots).all(|(one, other)| one["slot"] == other["slot"]));
    let found = said(&office, &["playout", "check"]);
    let hidden = of_kind(&found, "never_shown");
    assert_eq!((hidden.len(), of_kind(&found, "unfilled").len()), (1, 0));
    assert_eq!(
        (hidden[0]["title"].as_str(), hidden[0]["why"].as_str()),
        (Some(WAITING), Some("not_released"))
    );
    let why = said(&office, &["playout", "explain", "canteen", "--at", "2030-05-06 12:00:00"]);
    let now = &of_kind(&why, "explanation")[0]["explanation"]["now"];
    let at_noon = slots.iter().find(|slot| slot["slot"]["from"] == now["from"]).unwrap();
    assert_eq!(&at_noon["slot"], now);
}

#[test]
fn a_stick_holds_every_released_picture_once_in_order_and_nothing_else() {
    let office = MADE.copied();
    let (folder, events) = stick(&office, &[]);
    let works = office.works();
    let wanted: BTreeMap<&str, Vec<String>> =
        RELEASED.iter().map(|title| (*title, pictures(&library_file(&office, title)))).collect();
    // The list names the films in the order in which the reel shows them.
    let list = fs::read_to_string(folder.join("playlist.m3u8")).unwrap();
    let titles: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("#EXTINF:")?.split_once(',').map(|it| it.1))
        .collect();
    let paths: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(titles.len(), 3);
    let joined: Vec<String> = titles.iter().flat_map(|title| wanted[title].clone()).collect();
    assert_eq!(pictures(&folder.join("reel.mp4")), joined, "a picture was lost, doubled or changed");
    for (title, path) in titles.iter().zip(&paths) {
        let (copy, original) =
            (fs::read(folder.join(path)).unwrap(), fs::read(library_file(&office, title)).unwrap());
        assert!(copy == original, "{title}");
    }
    // Films of 60 and of fewer frames a second keep their speed.
    let joined = of_kind(&events, "joined")[0];
    let total: u64 = titles.iter().map(|title| works[*title].renditions[0].duration_ms).sum();
    assert!(joined["duration_ms"].as_u64().unwrap().abs_diff(total) <= 50, "{joined} of {total}");
    let streams = run(Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0"])
        .arg(folder.join("reel.mp4")));
    assert_eq!(String::from_utf8_lossy(&streams.stdout).trim(), "video");
    let checked = Command::new("sha256sum")
        .args(["--strict", "-c", "校验.sha256"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let known = fs::read_to_string(folder.join("校验.sha256")).unwrap().lines().count();
    let files = walkdir::WalkDir::new(&folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .count();
    assert_eq!(known + 1, files, "a file without a sum");
    let sheet = fs::read_to_string(folder.join("说明.txt")).unwrap();
    assert!(
        RELEASED.iter().all(|title| sheet.contains(title))
            && !sheet.contains(WAITING)
            && sheet.contains("第 1 号")
    );
}

#[test]
fn the_page_of_a_stick_gets_a_signed_edition_and_its_files() {
    let office = MADE.copied();
    let (folder, _) = stick(&office, &["--only", "folder", "--days", "3"]);
    assert!(!folder.join("reel.mp4").exists());
    let script = fs::read_to_string(folder.join("current.js")).unwrap();
    let given = script.strip_prefix("jincai_current(").and_then(|rest| rest.strip_suffix(");\n")).unwrap();
    let given: Value = serde_json::from_str(given).unwrap();
    assert_eq!(given["stick"], 1);
    let sealed = SealedEdition::parse(given["edition"].as_str().unwrap()).unwrap();
    assert!(is_genuine(&sealed, &sealed.key));
    let edition: Edition = sealed.edition().unwrap();
    assert_eq!((edition.items.len(), edition.canvas, edition.screen.as_str()), (3, [1920, 1080], "canteen"));
    assert!(edition.items.iter().all(|item| RELEASED.contains(&item.title.as_str())));
    for item in &edition.items {
        let path = given["files"][&item.video.sha256].as_str().unwrap();
        assert_eq!(fs::metadata(folder.join(path)).unwrap().len(), item.video.bytes);
    }
    let page = fs::read_to_string(folder.join("播放.html")).unwrap();
    assert!(
        page.contains("current.js") && !page.contains("http://") && !page.contains("https://"),
        "it needs a network"
    );
}

#[test]
fn a_changed_file_and_a_withdrawn_work_are_on_no_stick() {
    let office = MADE.copied();
    let changed = library_file(&office, "晨光");
    let mut bytes = fs::read(&changed).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&changed, bytes).unwrap();
    said(&office, &["withdraw", "夜色", "--by", "王芳", "--reason", "有误"]);
    let (folder, _) = stick(&office, &[]);
    let list = fs::read_to_string(folder.join("playlist.m3u8")).unwrap();
    assert!(list.contains("运动会") && !list.contains("晨光") && !list.contains("夜色"), "{list}");
    let found = said(&office, &["playout", "check"]);
    let why: BTreeMap<&str, &str> = of_kind(&found, "never_shown")
        .iter()
        .map(|one| (one["title"].as_str().unwrap(), one["why"].as_str().unwrap()))
        .collect();
    assert_eq!((why["晨光"], why["夜色"]), ("file", "not_released"));
    // With nothing left there is no stick, and nothing lies about.
    said(&office, &["withdraw", "运动会", "--by", "王芳", "--reason", "有误"]);
    let to = office.folder().join("usb");
    let refused = office
        .command(&["playout", "handout", "--screen", "canteen", "--by", "李强", "--to"])
        .arg(&to)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
}

#[test]
fn sticks_are_numbered_and_remembered_until_they_are_back() {
    let office = MADE.copied();
    stick(&office, &["--only", "reel"]);
    // Named as people name it, from where they are.
    let relative =
        ["playout", "handout", "--screen", "canteen", "--to", "usb", "--by", "李强", "--only", "reel"];
    let second = office.command(&relative).current_dir(office.folder()).output().unwrap();
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    assert!(office.folder().join("usb/jincai-canteen-2/reel.mp4").is_file());
    said(&office, &["playout", "sticks", "--returned", "1"]);
    let listed = said(&office, &["playout", "sticks"]);
    let back: Vec<(u64, bool)> = of_kind(&listed, "stick")
        .iter()
        .map(|stick| (stick["number"].as_u64().unwrap(), !stick["returned"].is_null()))
        .collect();
    assert_eq!(back, [(2, false), (1, true)]);
}

#[test]
fn the_plays_of_a_stick_are_counted_once_and_odd_ones_are_kept_aside() {
    let office = MADE.copied();
    stick(&office, &["--only", "folder", "--days", "1"]);
    let sha256 = office.works()["晨光"].renditions[0].sha256.clone();
    let now = SystemClock.now().as_millisecond();
    let play = |seq: u64, seconds_ago: i64| {
        let at = now - seconds_ago * 1_000;
        json!({ "seq": seq, "edition": "", "slot_at": at, "sha256": sha256, "started_at": at, "shown_ms": 9_000, "wanted_ms": 9_000,
                "frames": 270, "outcome": "whole", "clock": "known" })
    };
    let save = |name: &str, plays: Vec<Value>| {
        let file = office.folder().join(name);
        let saved = json!({ "v": 1, "stick": 1, "batches": [{ "boot": "b", "plays": plays }] });
        fs::write(&file, saved.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let mut odd = play(3, 10);
    odd["shown_ms"] = json!(600_000);
    let file = save("plays.json", vec![play(2, 40), play(1, 60), odd]);
    for _ in 0..2 {
        let taken = said(&office, &["playout", "sticks", "--plays", &file]);
        let told = of_kind(&taken, "stick_plays")[0];
        assert_eq!(
            (&told["plays"], &told["kept_aside"], &told["screen"]),
            (&2.into(), &1.into(), &"canteen".into())
        );
    }
    let dates = ["playout", "ledger", "--from", "2026-01-01", "--to", "2099-12-31"];
    let lines = said(&office, &dates);
    let plays: u64 = of_kind(&lines, "ledger_line").iter().map(|line| line["plays"].as_u64().unwrap()).sum();
    assert_eq!(plays, 2);
    // Of no stick, and nothing that a page saved.
    let other = fs::read_to_string(&file).unwrap().replace("\"stick\":1", "\"stick\":9");
    fs::write(office.folder().join("other.json"), other).unwrap();
    fs::write(office.folder().join("junk.json"), "{\"v\":1}").unwrap();
    for name in ["other.json", "junk.json", "missing.json"] {
        let path = office.folder().join(name);
        let refused = office.command(&["playout", "sticks", "--plays"]).arg(path).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{name}");
    }
}
