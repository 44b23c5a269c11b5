//! Receipts, as an office keeps them with the real program: links, screenshots, tables, what is due.

mod figures;
mod import;
mod links;
mod screenshots;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use jincai::library::catalog::Catalog;
use jincai::policy::presets;
use jincai::review::act::Desk;
use jincai::review::sign::Approval;
use jincai::review::view::Moment;
use serde_json::Value;

use crate::common::{Office, clip};

/// An office with two works for Douyin.
pub struct Bureau {
    pub office: Office,
    /// Their ids.
    pub works: [String; 2],
}

/// What a command printed and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub events: Vec<Value>,
    pub errors: String,
}

impl Said {
    /// The first event of a kind.
    pub fn event(&self, kind: &str) -> &Value {
        let found = self.events.iter().find(|event| event["event"] == kind);
        found.unwrap_or_else(|| panic!("no {kind}: {:?} {}", self.events, self.errors))
    }

    pub fn codes(&self) -> Vec<&str> {
        let findings = self.event("receipt")["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
    }
}

pub const TITLES: [&str; 2] = ["海河晨光", "校园春天"];

/// Both works are made once; every test gets a library of its own.
static MADE: LazyLock<Bureau> = LazyLock::new(|| {
    let office = Office::new("\"douyin\"");
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    let both = "topic = \"你好天津\"\nsub_topic = \"示范学院\"";
    fs::write(&config, text.replace("topic = \"你好天津\"", both)).unwrap();
    let inbox = office.folder().join("inbox");
    fs::create_dir_all(inbox.join("甲")).unwrap();
    for (title, name) in TITLES.into_iter().zip(["numbered_thirds.mp4", "tone_minus_20_lufs.mp4"]) {
        fs::copy(clip(name), inbox.join(format!("甲/{title}.mp4"))).unwrap();
    }
    let ran = office.run(&[&inbox], &["--no-campaign-rules"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.works();
    let works = TITLES.map(|title| works[title].id.clone());
    Bureau { office, works }
});

impl Bureau {
    pub fn new() -> Self {
        Self { office: MADE.office.copied(), works: MADE.works.clone() }
    }

    /// Has every level sign a work, so long ago.
    pub fn release(&self, work: &str, hours_ago: i64) {
        let rules = presets::read_config(&self.office.folder().join("jincai.toml")).unwrap().review;
        let catalog = self.catalog();
        let now = Timestamp::now() - SignedDuration::from_hours(hours_ago);
        let moment = Moment { now, at: self.time(hours_ago) };
        for (level, name) in rules.level.iter().zip(["王芳", "李强", "赵敏"]) {
            let by = jincai::model::review::Signatory { name: name.to_owned(), ..Default::default() };
            let library = self.office.library();
            let desk = Desk { catalog: &catalog, rules: &rules, library: &library, by: &by, moment: &moment };
            desk.approve(work, Approval { level: &level.name, ..Approval::default() }).unwrap();
        }
    }

    pub fn catalog(&self) -> Catalog {
        Catalog::open(&Catalog::path_in(&self.office.library())).unwrap()
    }

    /// So many hours ago, as records write it.
    pub fn time(&self, hours_ago: i64) -> String {
        let at = Timestamp::now() - SignedDuration::from_hours(hours_ago);
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        at.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    pub fn posts(&self, arguments: &[&str]) -> Said {
        self.said("posts", arguments)
    }

    pub fn said(&self, verb: &str, arguments: &[&str]) -> Said {
        let said = self.office.command(&["--json", verb]).args(arguments).output().unwrap();
        let lines = String::from_utf8(said.stdout).unwrap();
        let events = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        // What a terminal wraps and frames is one line here.
        let errors = String::from_utf8_lossy(&said.stderr).replace(['\n', '│'], " ");
        let errors = errors.split_whitespace().collect::<Vec<_>>().join(" ");
        Said { code: said.status.code(), events, errors }
    }

    /// `posts add` for Douyin by 王芳.
    pub fn add(&self, work: &str, more: &[&str]) -> Said {
        self.posts(&[&["add", work, "douyin", "--by", "王芳"], more].concat())
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.office.folder().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// All receipts, newest first.
    pub fn receipts(&self) -> Vec<Value> {
        self.posts(&["--limit", "1000"]).events
    }

    pub fn verify(&self) -> (Option<i32>, String) {
        let said = self.office.command(&["verify"]).output().unwrap();
        (said.status.code(), String::from_utf8_lossy(&said.stdout).into_owned())
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_work_is_due_from_its_release_until_a_link_is_on_record() {
    let bureau = Bureau::new();
    let [first, second] = &bureau.works;
    let nothing = bureau.posts(&["due"]);
    assert_eq!((nothing.code, &nothing.events[0]["counts"]["to_post"]), (Some(0), &0.into()));
    bureau.release(first, 72);
    bureau.release(second, 1);
    let due = bureau.posts(&["due"]);
    let event = due.event("due");
    assert_eq!(
        (due.code, &event["overdue"][0]["work"], &event["to_post"][0]["work"]),
        (Some(1), &first.as_str().into(), &second.as_str().into())
    );
    // 发了但没有链接：待核，不算已发布。
    let bare = bureau.add(first, &[]);
    assert_eq!((bare.code, bare.codes()), (Some(0), vec!["receipt-unproven"]));
    let due = bureau.posts(&["due"]);
    let event = due.event("due");
    assert_eq!((&event["counts"]["overdue"], &event["counts"]["to_verify"]), (&0.into(), &1.into()));
    assert_eq!(bureau.receipts()[0]["state"], "to_be_verified");
    // The link is what the app copies, the work is named by its title, and the text has one topic only.
    let shared = "复制打开抖音 https://www.douyin.com/video/7301234567890123456?previous_page=app 看看";
    let posted =
        bureau.add(TITLES[0], &["--url", shared, "--text", "#你好天津 海河", "--account", "示范学院"]);
    assert_eq!((posted.code, posted.codes()), (Some(0), vec!["post-lacks-topic"]));
    let receipt = &posted.event("receipt")["record"]["action"];
    assert_eq!(receipt["platform_id"], "7301234567890123456");
    assert_eq!(receipt["url"], "https://www.douyin.com/video/7301234567890123456");
    let due = bureau.posts(&["due"]);
    let counts = &due.event("due")["counts"];
    assert_eq!((&counts["to_verify"], &counts["lacks_topic"]), (&1.into(), &1.into()), "another account's");
    // The same again adds nothing; with all topics it mends.
    let again = bureau.add(first, &["--url", shared]);
    assert_eq!((again.code, again.events.last().unwrap()["event"].as_str()), (Some(0), Some("known")));
    let mended =
        bureau.add(first, &["--url", shared, "--text", "#你好天津 #示范学院 海河", "--account", "示范学院"]);
    assert_eq!((mended.code, mended.codes().len()), (Some(0), 0));
    assert_eq!(bureau.posts(&["due"]).event("due")["counts"]["lacks_topic"], 0);
}

#[test]
fn a_post_from_before_the_release_is_on_record_as_what_it_is() {
    let bureau = Bureau::new();
    let [first, second] = &bureau.works;
    bureau.release(first, 2);
    let url = |number: u32| format!("https://www.douyin.com/video/730123456789012345{number}");
    let early = bureau.add(first, &["--url", &url(1), "--at", &bureau.time(3)]);
    assert_eq!((early.code, early.codes()), (Some(1), vec!["posted-before-release"]));
    let right = bureau.add(first, &["--url", &url(2), "--at", &bureau.time(1)]);
    assert_eq!((right.code, right.codes().len()), (Some(0), 0));
    // Never released, and posted all the same.
    let never = bureau.add(second, &["--url", &url(3)]);
    assert_eq!((never.code, never.codes()), (Some(1), vec!["posted-before-release"]));
    let states: Vec<Value> = bureau.receipts().iter().map(|receipt| receipt["state"].clone()).collect();
    assert_eq!(states, ["early", "counts", "early"]);
    let future = bureau.add(first, &["--url", &url(4), "--at", &bureau.time(-2)]);
    assert!(future.code == Some(2) && future.errors.contains("has not come yet"), "{}", future.errors);
    let date = bureau.add(first, &["--url", &url(4), "--at", "2026-11-30"]);
    assert!(date.code == Some(2) && date.errors.contains("Please add the time"), "{}", date.errors);
    assert_eq!(bureau.receipts().len(), 3);
}
