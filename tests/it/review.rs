//! Review from outside: signatures over what lies in the library, and how a work is taken back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::common::{Office, clip};

/// An office with one work, made for two targets.
fn reviewed() -> (Office, PathBuf) {
    let office = Office::new("\"website\", \"screen\"");
    let folder = office.folder().join("inbox/机械");
    fs::create_dir_all(&folder).unwrap();
    let video = folder.join("晨光.mp4");
    fs::copy(clip("plain_landscape.mp4"), &video).unwrap();
    fs::write(folder.join("晨光.toml"), "authors = [\"张三\"]\n").unwrap();
    let made = office.run(&[&video], &[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (office, video)
}

fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn do_it(office: &Office, arguments: &[&str]) -> Output {
    office.command(&["--json"]).args(arguments).output().unwrap()
}

fn succeed(office: &Office, arguments: &[&str]) -> Vec<Value> {
    let output = do_it(office, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    events(&output)
}

fn approve(office: &Office, level: &str, name: &str) -> Output {
    do_it(office, &["review", "approve", "晨光", "--level", level, "--by", name])
}

/// What was said, however the terminal breaks its lines.
fn unbroken(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).chars().filter(|c| !c.is_whitespace() && *c != '│').collect()
}

fn release(office: &Office) {
    for (level, name) in [("一审", "甲"), ("二审", "乙"), ("三审", "丙")] {
        let output = approve(office, level, name);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn shown(office: &Office) -> Value {
    succeed(office, &["review", "show", "晨光"]).pop().unwrap()
}

fn state(office: &Office) -> String {
    shown(office)["standing"]["state"].as_str().unwrap().to_owned()
}

fn records(office: &Office) -> usize {
    shown(office)["records"].as_array().unwrap().len()
}

#[test]
fn what_was_signed_is_what_lies_in_the_library() {
    let (office, _) = reviewed();
    assert_eq!(state(&office), "waiting");
    release(&office);
    assert_eq!(state(&office), "released");
    assert!(succeed(&office, &["review"]).is_empty());
    let verified = succeed(&office, &["review", "verify"]).pop().unwrap();
    assert_eq!((verified["records"].as_u64(), verified["sound"].as_bool()), (Some(3), Some(true)));
    // One byte of each kind of member.
    let work = office.manifest().works.remove(0);
    let made = &work.renditions[0];
    let folder = Path::new(&made.file).parent().unwrap();
    let post = folder.join("post.txt");
    for member in [Path::new(&made.file), Path::new(&made.covers[0].file), &post] {
        let path = office.library().join(member);
        let before = fs::read(&path).unwrap();
        let mut after = before.clone();
        *after.last_mut().unwrap() ^= 1;
        fs::write(&path, after).unwrap();
        let output = do_it(&office, &["review", "verify"]);
        assert_eq!(output.status.code(), Some(1), "{member:?}");
        let said = events(&output);
        let named = said.iter().find(|event| event["event"] == "file").unwrap();
        assert_eq!(named["file"].as_str(), member.to_str(), "{member:?}");
        fs::write(&path, before).unwrap();
    }
    assert!(do_it(&office, &["review", "verify"]).status.success());
}

#[test]
fn bytes_that_were_changed_before_a_signature_are_not_signed() {
    let (office, _) = reviewed();
    let work = office.manifest().works.remove(0);
    let path = office.library().join(&work.renditions[1].file);
    let mut bytes = fs::read(&path).unwrap();
    bytes[1000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let refused = approve(&office, "一审", "甲");
    assert_eq!(refused.status.code(), Some(2));
    assert!(unbroken(&refused).contains("isnotasitwasmade"), "{}", unbroken(&refused));
    assert_eq!(records(&office), 0);
}

#[test]
fn a_new_revision_is_reviewed_anew_with_the_comments_of_the_one_before() {
    let (office, video) = reviewed();
    release(&office);
    let before = shown(&office)["subject"].as_str().unwrap().to_owned();
    succeed(&office, &["review", "comment", "晨光", "校徽反了", "--by", "乙", "--at", "0:01"]);
    fs::write(video.with_extension("toml"), "authors = [\"张三\"]\ntext = \"清晨的车间\"\n").unwrap();
    let again = office.run(&[&video], &[]);
    assert!(again.status.success());
    let now = shown(&office);
    assert_eq!(now["standing"]["state"], "waiting");
    assert_eq!(
        (now["standing"]["level"].as_str(), now["standing"]["revision"].as_u64()),
        (Some("一审"), Some(2))
    );
    assert_eq!(
        (now["standing"]["open_comments"].as_u64(), now["records"].as_array().unwrap().len()),
        (Some(1), 4)
    );
    // What was seen before is not what would be signed.
    let stale = do_it(
        &office,
        &["review", "approve", "晨光", "--level", "一审", "--by", "甲", "--subject", &before[..12]],
    );
    assert_eq!(stale.status.code(), Some(2));
    assert!(unbroken(&stale).contains("changedafteritwasseen"), "{}", unbroken(&stale));
    release(&office);
}

#[test]
fn a_work_that_is_taken_off_is_released_nowhere_until_it_is_reviewed_anew() {
    use jincai::library::catalog::Catalog;
    use jincai::model::review::ReviewRules;
    use jincai::review::release::may_go;
    let (office, _) = reviewed();
    release(&office);
    let id = office.manifest().works[0].id.clone();
    let released = |target: &str| {
        let catalog = Catalog::open(&Catalog::path_in(&office.library())).unwrap();
        let now = jiff::Timestamp::from_second(1_900_000_000).unwrap();
        let may = may_go(&catalog, &ReviewRules::default(), (&id, target), now).unwrap();
        may.is_ok_and(|release| release.recheck(&office.library()).is_ok())
    };
    assert!(released("screen") && released("website") && !released("douyin"));
    // Who signed is named in the text to post, and stays there when another target is taken off.
    let post =
        office.library().join(&office.manifest().works[0].renditions[0].file).with_file_name("post.txt");
    let text = fs::read_to_string(&post).unwrap();
    assert!(text.contains("初审：甲 复审：乙 终审：丙"), "{text}");
    succeed(&office, &["withdraw", &id[..4], "--by", "丁", "--reason", "有误", "--target", "screen"]);
    assert_eq!(fs::read_to_string(&post).unwrap(), text);
    assert!(!released("screen") && released("website"));
    succeed(&office, &["withdraw", "晨光", "--by", "丁", "--reason", "有误"]);
    assert!(!released("screen") && !released("website"));
    succeed(&office, &["restore", "晨光", "--by", "丁", "--reason", "已改"]);
    assert!(!released("screen") && !released("website"));
    assert_eq!(state(&office), "waiting");
    release(&office);
    assert!(released("screen") && released("website"));
    // What somebody copied into the library is no work.
    let stray = office.library().join("s1/机械/别的/douyin");
    fs::create_dir_all(&stray).unwrap();
    fs::copy(office.library().join(&office.manifest().works[0].renditions[0].file), stray.join("别的.mp4"))
        .unwrap();
    let catalog = Catalog::open(&Catalog::path_in(&office.library())).unwrap();
    let now = jiff::Timestamp::from_second(1_900_000_000).unwrap();
    assert!(may_go(&catalog, &ReviewRules::default(), ("别的", "douyin"), now).unwrap().is_err());
    assert!(!do_it(&office, &["review", "show", "别的"]).status.success());
}

#[test]
fn records_outlive_the_catalogue() {
    let (office, video) = reviewed();
    release(&office);
    let before = shown(&office);
    fs::remove_dir_all(office.library().join(".jincai")).unwrap();
    let again = office.run(&[&video], &[]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    let after = shown(&office);
    assert_eq!(after["records"], before["records"]);
    assert_eq!(after["subject"], before["subject"]);
    assert_eq!(after["standing"]["state"], "released");
}

/// Kill -9 at any moment: either all of an action or nothing, and the chain holds.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the moment of the kill is what is tried, and no event marks it"
)]
fn a_killed_action_is_recorded_whole_or_not_at_all() {
    let (office, _) = reviewed();
    let mut known = 0;
    let mut cut_short = 0;
    for round in 0..16_u64 {
        let arguments: &[&str] = match round % 4 {
            0 => &["review", "approve", "晨光", "--level", "一审", "--by", "甲"],
            1 => &["review", "undo", "晨光", "--by", "甲"],
            2 => &["withdraw", "晨光", "--by", "丁", "--reason", "有误"],
            _ => &["restore", "晨光", "--by", "丁", "--reason", "已改"],
        };
        let mut command = office.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Later each time, until one ends by itself before it is killed.
        std::thread::sleep(Duration::from_millis(8 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = records(&office);
        assert!(now == known || now == known + 1, "{known} became {now}");
        cut_short += usize::from(now == known);
        known = now;
        let verified = do_it(&office, &["review", "verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    }
    assert!(cut_short > 0, "no action was cut short");
}

#[test]
fn a_record_that_somebody_changed_is_found() {
    let (office, _) = reviewed();
    release(&office);
    // Past the triggers, as somebody with a database program would.
    let path = office.library().join("records.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\\\"name\\\":\\\"乙\\\"", "\\\"name\\\":\\\"戊\\\"")).unwrap();
    let output = do_it(&office, &["review", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(events(&output).iter().any(|event| event["event"] == "copy_differs"));
}
