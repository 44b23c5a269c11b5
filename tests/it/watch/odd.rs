//! Odd surroundings: clocks that jump, names that differ in form alone, a share behind FUSE, links in the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::office::{Office, READING, Service, clip};
use crate::common::programs::run;

/// The library that lets a process see another time.
fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten().map(|folder| folder.path());
    let mut files = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    files.find(|file| file.exists()).expect("`.ci/needs test` installs libfaketime")
}

#[test]
fn a_clock_set_back_while_the_service_runs_holds_nothing_up() {
    let faketime = faketime();
    let office = Office::new();
    let offset = office.inbox().with_extension("clock");
    fs::write(&offset, "+0d").unwrap();
    let clocked = |arguments: &[&str]| {
        let mut command = office.command(arguments);
        command.env("LD_PRELOAD", &faketime).env("FAKETIME_TIMESTAMP_FILE", &offset);
        // Setting a clock moves neither the monotonic one nor the times of files.
        command.envs([("FAKETIME_NO_CACHE", "1"), ("DONT_FAKE_MONOTONIC", "1"), ("NO_FAKE_STAT", "1")]);
        command
    };
    let told_at = || -> String {
        let said = clocked(&["status", "--json"]).output().unwrap();
        let said: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(said["service"], "running", "{said}");
        said["status"]["updated_at"].as_str().unwrap().to_owned()
    };
    let mut service = Service::start(clocked(&["watch", "--json"]));
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    let before = told_at();
    for (jump, name, replaced) in [("-400d", "b.mp4", "rate_60.mp4"), ("+800d", "c.mp4", "sound_none.mp4")] {
        fs::write(&offset, jump).unwrap();
        office.put(
            if jump.starts_with('-') { "full_range.mp4" } else { "odd_size.mp4" },
            &format!("系/{name}"),
        );
        assert_eq!(service.finished(name), "accepted");
        office.put(replaced, "系/a.mp4");
        assert_eq!(service.finished("a.mp4"), "accepted");
        let now = told_at();
        assert_eq!(now < before, jump.starts_with('-'), "the clock did not jump: {before}, {now}");
    }
    assert_eq!(service.stop(), Some(0));
    let works = office.manifest().works;
    let revisions: Vec<(&str, u32)> = works.iter().map(|work| (work.title.as_str(), work.revision)).collect();
    assert_eq!(works.len(), 3, "{revisions:?}");
    assert!(revisions.contains(&("a", 3)) && revisions.contains(&("b", 1)), "{revisions:?}");
}

#[test]
fn names_that_differ_in_form_or_case_alone_are_works_of_their_own() {
    let office = Office::new();
    let names = ["Caf\u{e9}.mp4", "Cafe\u{301}.mp4", "CAF\u{c9}.MP4"];
    for (name, clip) in names.iter().zip(["plain_landscape.mp4", "rate_60.mp4", "sound_none.mp4"]) {
        office.put(clip, &format!("系/{name}"));
    }
    let mut service = office.watch(&["--once"]);
    assert_eq!(service.end(), Some(0));
    assert_eq!(office.works().len(), 3);
    // They show one test picture, so one may have waited for another and been looked at again.
    assert!(names.iter().all(|name| service.ended(&format!("/{name}")) == 1));
    let pages = fs::read_dir(office.inbox().join("系/_结果")).unwrap().map(|page| page.unwrap().path());
    let pages: Vec<PathBuf> = pages.filter(|page| !page.ends_with("index.html")).collect();
    assert_eq!(pages.len(), 3, "{pages:?}");
    assert!(pages.iter().all(|page| fs::read_to_string(page).unwrap().contains("已制作")));
    let mut again = office.watch(&["--once"]);
    assert_eq!(again.end(), Some(0));
    assert!(names.iter().all(|name| again.begun(&format!("/{name}")) == 0));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

/// A folder seen through FUSE, until dropped: the nearest to a network share that a test can have.
struct Shared {
    server: PathBuf,
    at: PathBuf,
}

impl Shared {
    fn mount(server: PathBuf, at: PathBuf) -> Self {
        run(Command::new("bindfs").arg(&server).arg(&at));
        Self { server, at }
    }

    /// As when a server goes away: open files stay open, the mount point is bare.
    fn lose(&self) {
        assert!(unmount(&self.at));
    }

    fn regain(&self) {
        run(Command::new("bindfs").arg(&self.server).arg(&self.at));
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        unmount(&self.at);
    }
}

/// By whichever program this system has for it; files that are open stay so.
fn unmount(at: &Path) -> bool {
    let ways = [("umount", "-l"), ("fusermount3", "-uz"), ("fusermount", "-uz")];
    ways.into_iter().any(|(program, how)| {
        Command::new(program).arg(how).arg(at).output().is_ok_and(|ended| ended.status.success())
    })
}

#[test]
#[ignore = "needs FUSE"]
fn a_share_behind_fuse_is_polled_and_may_come_and_go() {
    let office = Office::with("poll_s = 0.3");
    let server = tempfile::tempdir().unwrap();
    let share = Shared::mount(server.path().to_owned(), office.inbox());
    let mut service = office.watch(&[]);
    service.ready();
    // Written on the server: no event of it reaches this side.
    let put = |name: &str, place: &str| {
        fs::create_dir_all(server.path().join("系")).unwrap();
        fs::copy(clip(name), server.path().join("系").join(place)).unwrap();
    };
    put("plain_landscape.mp4", "a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    assert_eq!(office.status()["status"]["sight"]["sight"], "polling");
    share.lose();
    let alarm = service.until("the alarm", |value| value["event"] == "alarm");
    assert_eq!(alarm["finding"]["code"], "inbox-missing");
    put("rate_60.mp4", "b.mp4");
    let said = service.during(READING * 6);
    assert!(said.iter().all(|value| value["event"] != "gone" && value["event"] != "alarm"), "{said:?}");
    assert_eq!(fs::read_dir(office.inbox()).unwrap().count(), 0, "something was written under the mount");
    share.regain();
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(service.begun("a.mp4"), 1);
    assert_eq!(service.stop(), Some(0));
    let pages = server.path().join("系/_结果");
    assert!(["a.mp4.html", "b.mp4.html", "index.html"].iter().all(|page| pages.join(page).exists()));
    assert!(office.manifest().works.iter().all(|work| work.source.missing_since.is_none()));
}

#[test]
fn nothing_is_written_through_a_link_to_an_original() {
    let office = Office::new();
    let original = office.put("plain_landscape.mp4", "系/a.mp4");
    let bytes = fs::read(&original).unwrap();
    fs::create_dir(office.inbox().join("系/_结果")).unwrap();
    for page in ["a.mp4.html", "index.html"] {
        fs::hard_link(&original, office.inbox().join("系/_结果").join(page)).unwrap();
    }
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
    assert!(office.page("系", "a.mp4").contains("已制作"));
    let finished = office.library().join(&office.manifest().works[0].renditions[0].file);
    fs::remove_file(&finished).unwrap();
    fs::hard_link(&original, &finished).unwrap();
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    assert_eq!(fs::read(&original).unwrap(), bytes);
}
