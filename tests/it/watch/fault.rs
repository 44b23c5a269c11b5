//! What goes wrong around the service.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use jincai::library::catalog::Catalog;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::office::{Office, READING, clip, ends_with};
use crate::common::disks::Mounted;
use crate::common::processes::workers;

#[test]
fn a_second_service_says_who_holds_the_inbox() {
    let office = Office::new();
    let mut first = office.watch(&[]);
    first.ready();
    let other = tempfile::tempdir().unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_jincai"))
        .args(["--lang", "en", "--config"])
        .arg(office.configuration())
        .arg("--library")
        .arg(other.path())
        .args(["watch", "--once"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains(&first.child.id().to_string()) && said.contains("status"), "{said}");
}

#[test]
fn status_works_while_the_service_runs_and_while_it_does_not() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    assert_eq!(office.status()["service"], "running");
    service.signal(Signal::KILL);
    service.child.wait().unwrap();
    assert_eq!(office.status()["service"], "died");
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
    assert_eq!(office.status()["service"], "stopped");
}

#[test]
fn a_stop_lets_the_running_work_end_and_takes_no_other() {
    let office = Office::new();
    for (number, name) in
        ["plain_landscape.mp4", "rate_60.mp4", "sound_none.mp4", "full_range.mp4"].iter().enumerate()
    {
        office.put(name, &format!("系/{number}.mp4"));
    }
    let mut service = office.watch(&["--jobs", "1"]);
    service.until("a render", |value| value["event"] == "stage" && value["stage"] == "rendering");
    service.signal(Signal::TERM);
    assert_eq!(service.end(), Some(0));
    let ended = service.seen.iter().filter(|value| value["event"] == "finished").count();
    assert!((1..4).contains(&ended), "{ended}");
    assert_eq!(office.works().len(), ended);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
    assert_eq!(office.works().len(), 4);
}

#[test]
fn an_inbox_that_takes_no_reports_gets_them_in_the_library() {
    let office = Office::new();
    // A file where the folder of reports would be: also root cannot write there.
    office.write("系/_结果", "in the way");
    office.put("plain_landscape.mp4", "系/a.mp4");
    let mut service = office.watch(&["--once"]);
    assert_eq!(service.end(), Some(0));
    let warnings = service.errors();
    assert_eq!(warnings.matches("is not a folder").count(), 1, "{warnings}");
    let page = fs::read_to_string(office.library().join("reports/系/a.mp4.html")).unwrap();
    assert!(page.contains("已制作"));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
#[ignore = "needs the right to mount"]
fn a_read_only_inbox_is_worked_off_and_answered_in_the_library() {
    let office = Office::new();
    let inbox = office.inbox();
    let mounted = Mounted::tmpfs(&inbox, "20m");
    fs::create_dir(inbox.join("系")).unwrap();
    fs::copy(clip("plain_landscape.mp4"), inbox.join("系/a.mp4")).unwrap();
    mounted.remount("ro");
    let mut service = office.watch(&["--once"]);
    assert_eq!(service.end(), Some(0));
    let warnings = service.errors();
    assert_eq!(warnings.matches("Reports cannot be written").count(), 1, "{warnings}");
    assert!(fs::read_to_string(office.library().join("reports/系/a.mp4.html")).unwrap().contains("已制作"));
    assert!(office.library().join("reports/系/index.html").exists());
}

#[test]
#[ignore = "needs the right to mount"]
fn a_full_disk_pauses_and_goes_on_by_itself() {
    let mount = tempfile::tempdir().unwrap();
    let _mounted = Mounted::tmpfs(mount.path(), "12m");
    let office = Office::new().with_library(mount.path().join("library"));
    let mut service = office.watch(&[]);
    service.ready();
    let ballast = mount.path().join("ballast");
    fill(&ballast);
    office.put("plain_landscape.mp4", "系/a.mp4");
    let alarm = service.until("the alarm", |value| value["event"] == "alarm");
    assert_eq!(alarm["finding"]["code"], "disk-full");
    let said = service.during(READING * 6);
    assert!(said.iter().all(|value| value["event"] != "alarm"), "{said:?}");
    fs::remove_file(&ballast).unwrap();
    service.until("the work", |value| value["event"] == "finished" && value["verdict"] == "accepted");
    assert_eq!(service.stop(), Some(0));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
#[ignore = "needs the right to mount"]
fn a_disk_that_fills_up_anywhere_in_a_work_is_waited_for_and_nothing_is_set_aside() {
    for size in ["450k", "700k", "1m", "1500k"] {
        let mount = tempfile::tempdir().unwrap();
        let mounted = Mounted::tmpfs(mount.path(), size);
        let office = Office::new().with_library(mount.path().join("library"));
        office.put("plain_landscape.mp4", "系/a.mp4");
        let mut service = office.watch(&[]);
        let alarm = service.until("the alarm", |value| value["event"] == "alarm");
        assert_eq!(alarm["finding"]["code"], "disk-full", "{size}: {alarm}");
        let index = service.until_page(&office.inbox().join("系/_结果/index.html"), "排队中");
        assert!(!index.contains("失败"), "{size}: the team is told that it failed");
        let said = service.during(READING * 6);
        assert!(said.iter().all(|value| value["event"] != "alarm"), "{size}: {said:?}");
        mounted.remount("size=40m");
        service.until("the work", |value| value["event"] == "finished" && value["verdict"] == "accepted");
        assert_eq!(service.stop(), Some(0), "{size}");
        assert!(!office.page("系", "a.mp4").contains("搁置"), "{size}: it was set aside");
        assert!(office.command(&["verify"]).output().unwrap().status.success());
    }
}

#[test]
fn a_catalogue_that_another_program_holds_is_waited_for() {
    let office = Office::with("catalogue_wait_s = 0.3");
    let mut service = office.watch(&[]);
    service.ready();
    service.until_scanned(&office);
    let held = rusqlite::Connection::open(Catalog::path_in(office.library())).unwrap();
    held.execute_batch("begin immediate; update works set updated_at = updated_at").unwrap();
    office.put("plain_landscape.mp4", "系/a.mp4");
    let alarm = service.until("the alarm", |value| value["event"] == "alarm");
    assert_eq!(alarm["finding"]["code"], "catalogue-busy");
    // Some more tries.
    for _ in 0..2 {
        service.until("a try", |value| value["event"] == "finished" && value["verdict"] == "failed");
    }
    let status = office.status();
    assert_eq!(status["status"]["state"]["finding"]["code"], "catalogue-busy", "{status}");
    assert_eq!(status["status"]["tally"]["failed"], 0, "{status}");
    let page = office.page("系", "a.mp4");
    assert!(!page.contains("失败") && !page.contains("搁置"), "the team is told");
    held.execute_batch("rollback").unwrap();
    service.until("the work", |value| value["event"] == "finished" && value["verdict"] == "accepted");
    assert_eq!(service.stop(), Some(0));
    assert!(office.works().contains(&("a".to_owned(), "accepted".to_owned())));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_file_that_cannot_be_read_waits_and_the_office_hears_of_it_once() {
    let office = Office::with("rescan_s = 1");
    let hidden = office.put("plain_landscape.mp4", "系/a.mp4");
    fs::set_permissions(&hidden, Permissions::from_mode(0o000)).unwrap();
    office.put("rate_60.mp4", "系/b.mp4");
    let mut service = office.watch_as_nobody();
    let alarm = service.until("the alarm", |value| value["event"] == "alarm");
    assert_eq!(alarm["finding"]["code"], "source-unreadable");
    assert_eq!(service.finished("b.mp4"), "accepted");
    for _ in 0..3 {
        service.until("a try", |value| value["event"] == "finished" && ends_with(&value["path"], "a.mp4"));
    }
    assert_eq!(service.seen.iter().filter(|value| value["event"] == "alarm").count(), 1);
    assert_eq!(office.status()["status"]["failures"][0]["finding"]["code"], "source-unreadable");
    assert!(office.page("系", "a.mp4").contains("排队中"));
    fs::set_permissions(&hidden, Permissions::from_mode(0o644)).unwrap();
    let accepted = |value: &Value| value["verdict"] == "accepted" && ends_with(&value["path"], "a.mp4");
    service.until("the work", accepted);
    fs::set_permissions(&hidden, Permissions::from_mode(0o000)).unwrap();
    service.until("another try", |value| {
        value["event"] == "finished" && value["verdict"] == "failed" && ends_with(&value["path"], "a.mp4")
    });
    assert_eq!(service.stop(), Some(0));
    assert!(office.manifest().works.iter().all(|work| work.renditions.len() == 1), "it was withdrawn");
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_file_that_kills_its_worker_twice_is_set_aside_and_the_rest_goes_on() {
    let office = Office::new();
    office.put("plain_landscape.mp4", "系/a.mp4");
    let mut service = office.watch(&["--jobs", "1"]);
    let killer = Pid::from_child(&service.child);
    for _ in 0..2 {
        service.until("a render of a", |value| {
            value["event"] == "progress" && value["stage"] == "rendering" && value["work"] == "系/a.mp4"
        });
        assert!(kill_workers(killer) > 0);
        service.until("its failure", |value| {
            value["event"] == "finished" && value["work"] == "系/a.mp4" && value["verdict"] == "failed"
        });
    }
    office.put("rate_60.mp4", "系/b.mp4");
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    assert!(office.page("系", "a.mp4").contains("搁置"), "it was not set aside");
    let mut again = office.watch(&[]);
    again.ready();
    again.until_scanned(&office);
    assert_eq!(again.begun("a.mp4"), 0, "a new start tries it again");
    let nothing = office.command(&["retry", "nowhere"]).output().unwrap();
    assert!(
        nothing.status.success() && String::from_utf8_lossy(&nothing.stdout).contains("No file"),
        "{nothing:?}"
    );
    let inbox = office.inbox();
    let retried = office.command(&["retry", "--json"]).arg(inbox.join("系")).output().unwrap();
    let line: Value = serde_json::from_slice(&retried.stdout).unwrap();
    assert!(line["event"] == "retried" && ends_with(&line["path"], "a.mp4"), "{line}");
    assert_eq!(again.finished("a.mp4"), "accepted");
    assert_eq!(again.stop(), Some(0));
    fs::copy(clip("sound_none.mp4"), office.inbox().join("系/a.mp4")).unwrap();
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
}

/// Writes until the disk is full.
fn fill(ballast: &Path) {
    let mut file = fs::File::create(ballast).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
}

/// Kills the media workers of a service; yields how many there were.
fn kill_workers(service: Pid) -> usize {
    workers(service).into_iter().filter(|worker| kill_process(*worker, Signal::KILL).is_ok()).count()
}
