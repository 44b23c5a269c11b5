//! What a team sees of a review that people make in another program, while the service runs and while it does not.

use std::fs;
use std::path::{Path, PathBuf};

use jincai::clock::{Clock, SystemClock};
use jincai::library::catalog::Catalog;
use jincai::model::manifest::Work;
use jincai::model::receipt::Receipt;
use jincai::model::review::Action;
use jincai::model::review::{ReviewRules, ReviewState, Signatory, Span};
use jincai::review::act::Desk;
use jincai::review::sign::Approval;
use jincai::review::view::Moment;
use serde_json::Value;

use crate::watch::office::{Office, Service};

/// Somebody who acts on works of an office's library, as a program of its own would.
struct Reviewer<'a>(&'a Office);

impl Reviewer<'_> {
    fn at_the_desk<T>(&self, name: &str, act: impl FnOnce(Desk<'_>) -> T) -> T {
        let catalog = Catalog::open_unchecked(&Catalog::path_in(self.0.library())).unwrap();
        let by = Signatory { name: name.to_owned(), ..Signatory::default() };
        let (rules, moment) = (ReviewRules::default(), Moment::of(&SystemClock as &dyn Clock));
        let library = self.0.library();
        act(Desk { catalog: &catalog, rules: &rules, library, by: &by, moment: &moment })
    }

    fn approve(&self, work: &str, level: &str, name: &str) {
        self.at_the_desk(name, |desk| desk.approve(work, Approval { level, ..Approval::default() }).unwrap());
    }

    fn withdraw(&self, work: &str, name: &str, reason: &str) {
        self.at_the_desk(name, |desk| desk.act(work, |act| act.withdraw(None, reason)).unwrap());
    }
}

fn page_of(office: &Office) -> PathBuf {
    office.inbox().join("系/_结果/晨光.mp4.html")
}

fn reviewed(service: &mut Service, state: &str) -> Value {
    service.until(&format!("a review that is {state}"), |said| {
        said["event"] == "reviewed" && said["review"] == state
    })
}

fn post_of(library: &Path, work: &Work) -> String {
    let folder = library.join(&work.renditions[0].file).parent().unwrap().to_owned();
    fs::read_to_string(folder.join("post.txt")).unwrap()
}

fn listed(office: &Office) -> Work {
    office.manifest().works.into_iter().find(|work| work.title == "晨光").unwrap()
}

/// The cells of a column of the library's CSV.
fn column(office: &Office, head: &str) -> Vec<String> {
    let mut table = csv::Reader::from_path(office.library().join("manifest.csv")).unwrap();
    let place = table.headers().unwrap().iter().position(|name| name.starts_with(head)).unwrap();
    table.records().map(|row| row.unwrap()[place].to_owned()).collect()
}

#[test]
fn the_service_shows_what_people_do_in_other_programs() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    office.put("plain_landscape.mp4", "系/晨光.mp4");
    assert!(service.finished("晨光.mp4").starts_with("accepted"));
    let page = page_of(&office);
    let first = service.until_page(&page, "待一审");
    assert!(first.contains("已制作，待审核") && !first.contains("可以发布"), "{first}");
    let reviewer = Reviewer(&office);
    let id = {
        let catalog = Catalog::open_unchecked(&Catalog::path_in(office.library())).unwrap();
        catalog.work_ids().unwrap().remove(0)
    };

    reviewer.approve(&id, "一审", "甲");
    assert_eq!(reviewed(&mut service, "waiting")["level"], "二审");
    let second = service.until_page(&page, "待二审");
    assert!(second.contains("一审已通过") && second.contains("甲"), "{second}");

    reviewer.at_the_desk("乙", |desk| {
        let at = Some(Span { from_ms: 500, to_ms: 900 });
        desk.act(&id, |act| act.comment("字幕有错字", at, None)).unwrap();
        desk.act(&id, |act| act.send_back("二审", "国旗挂反了", at)).unwrap();
    });
    assert_eq!(reviewed(&mut service, "returned")["work"], id.as_str());
    let back = service.until_page(&page, "退回修改");
    assert!(back.contains("国旗挂反了") && back.contains("字幕有错字") && back.contains("0:01"), "{back}");
    service.until_page(&page.with_file_name("index.html"), "退回修改");

    reviewer.at_the_desk("乙", |desk| desk.act(&id, |act| act.undo()).unwrap());
    reviewed(&mut service, "waiting");
    reviewer.approve(&id, "二审", "乙");
    reviewed(&mut service, "waiting");
    reviewer.approve(&id, "三审", "丙");
    reviewed(&mut service, "released");
    service.until_page(&page, "可以发布");
    assert_eq!(service.stop(), Some(0));

    let work = listed(&office);
    let review = work.review.as_ref().unwrap();
    assert_eq!((review.state, review.last_record), (ReviewState::Released, Some(7)));
    assert_eq!(review.records_sha256.as_ref().map(String::len), Some(64));
    assert!(work.renditions.iter().all(|made| made.released == Some(true)));
    assert_eq!(column(&office, "审核状态"), ["可发布 released"]);
    let post = post_of(office.library(), &work);
    assert!(post.contains("初审：甲 复审：乙 终审：丙"), "{post}");

    // Nobody watches; the next start catches up.
    reviewer.at_the_desk("丁", |desk| {
        let receipt = Receipt {
            target: work.renditions[0].target.clone(),
            url: Some("https://example.edu.cn/1.html".into()),
            posted_at: "2026-11-01T09:00:00+08:00".into(),
            ..Receipt::default()
        };
        desk.act(&id, |act| Ok(act.record(Action::Receipt(receipt)))).unwrap();
    });
    let mut service = office.watch(&["--once"]);
    reviewed(&mut service, "posted");
    assert_eq!(service.end(), Some(0));
    assert!(fs::read_to_string(&page).unwrap().contains("https://example.edu.cn/1.html"));
    assert_eq!(service.begun("晨光.mp4"), 0, "nothing is made again because of the credit line");
    assert_eq!(column(&office, "已发布链接"), ["https://example.edu.cn/1.html"]);

    reviewer.withdraw(&id, "戊", "出镜学生撤回同意");
    let mut service = office.watch(&["--once"]);
    reviewed(&mut service, "withdrawn");
    assert_eq!(service.end(), Some(0));
    let gone = fs::read_to_string(&page).unwrap();
    assert!(gone.contains("已下架") && gone.contains("出镜学生撤回同意"), "{gone}");
    let work = listed(&office);
    assert_eq!(work.renditions[0].released, Some(false));
    assert_eq!(work.renditions[0].receipts.len(), 1);
    assert!(!post_of(office.library(), &work).contains("初审"));
    service.drain();
    assert!(!service.seen.iter().any(|said| said["event"] == "found"), "{:?}", service.seen);
}

#[test]
fn a_catalogue_that_is_made_again_from_the_manifest_holds_nothing_that_follows_from_records() {
    let office = crate::common::Office::new("\"website\"");
    let source = office.folder().join("晨光.mp4");
    fs::copy(crate::common::clip("plain_landscape.mp4"), &source).unwrap();
    assert!(office.run(&[&source], &[]).status.code().is_some());
    let listed = office.works().remove("晨光").unwrap();
    assert_eq!(listed.review.as_ref().map(|review| review.state), Some(ReviewState::Waiting));
    assert!(listed.renditions.iter().all(|made| made.released == Some(false)));
    let catalogue = Catalog::path_in(&office.library());
    for end in ["", "-wal", "-shm"] {
        let mut path = catalogue.clone().into_os_string();
        path.push(end);
        let _ = fs::remove_file(path);
    }
    // Its own manifest says what was made, so the library's is all that is left.
    let folder = office.library().join(&listed.renditions[0].file);
    fs::remove_file(folder.parent().unwrap().parent().unwrap().join("manifest.json")).unwrap();
    assert!(office.run(&[&source], &[]).status.code().is_some());
    let stored = Catalog::open(&catalogue).unwrap().work_by_id(&listed.id).unwrap().unwrap().manifest;
    assert_eq!(stored.review, None);
    assert!(stored.renditions.iter().all(|made| made.released.is_none() && made.receipts.is_empty()));
}
