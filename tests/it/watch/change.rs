//! What changes after it was taken.

use std::fs;

use super::office::{Office, READING, clip};
use crate::common::programs::{ffmpeg, run};

#[test]
fn a_file_replaced_under_its_name_is_a_new_revision_of_the_same_work() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    office.put("rate_60.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    let works = office.manifest().works;
    assert_eq!((works.len(), works[0].revision), (1, 2));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_bad_replacement_keeps_what_was_made_until_a_good_one_comes() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    office.write("系/a.mp4", "not a video");
    assert_eq!(service.finished("a.mp4"), "rejected");
    assert_eq!(service.stop(), Some(0));
    let work = office.manifest().works.remove(0);
    assert_eq!((work.revision, work.renditions.len()), (1, 1));
    assert!(office.library().join(&work.renditions[0].file).exists());
    assert!(office.command(&["verify"]).output().unwrap().status.success());
    assert_eq!(office.watch(&["--once"]).end(), Some(0), "it is not looked at again");
    office.put("rate_60.mp4", "系/a.mp4");
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
    assert_eq!(office.works(), [("a".to_owned(), "accepted".to_owned())]);
    assert_eq!(office.manifest().works[0].revision, 2);
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_sidecar_that_comes_or_changes_later_encodes_no_picture_again() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    office.write("系/a.toml", "title = \"先到的\"\ntext = \"第一稿\"");
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    office.write("系/a.toml", "title = \"先到的\"\ntext = \"第二稿\"\ntags = [\"校园\"]");
    assert_eq!(service.finished("a.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    let works = office.manifest().works;
    assert_eq!((works.len(), works[0].title.as_str(), works[0].revision), (1, "先到的", 2));
    let post = works[0].renditions[0].post.as_ref().unwrap();
    assert!(post.text.contains("第二稿") && post.tags.iter().any(|tag| tag.contains("校园")), "{post:?}");
    let frames: u64 = works[0].encodes.pictures.iter().map(|picture| picture.frames).sum();
    assert_eq!(frames, 0, "pictures were encoded again");
}

#[test]
fn a_deleted_source_marks_its_work_and_deletes_nothing() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let path = office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    fs::remove_file(&path).unwrap();
    service.until("the loss", |value| value["event"] == "gone");
    assert_eq!(service.stop(), Some(0));
    let work = office.manifest().works.remove(0);
    assert!(work.source.missing_since.is_some());
    assert!(office.library().join(&work.renditions[0].file).exists());
    assert!(office.page("系", "a.mp4").contains("已不在投稿箱"));
    // It comes back: nothing is made again, and the mark goes.
    office.put("plain_landscape.mp4", "系/a.mp4");
    let mut service = office.watch(&["--once"]);
    assert_eq!(service.end(), Some(0));
    let work = office.manifest().works.remove(0);
    assert_eq!((work.source.missing_since, work.revision), (None, 1));
    assert!(!office.page("系", "a.mp4").contains("已不在投稿箱"));
}

#[test]
fn the_pages_of_renamed_replaced_and_deleted_files_say_so() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let bad = office.write("系/坏的.mp4", "not a video");
    assert_eq!(service.finished("坏的.mp4"), "rejected");
    let path = office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    fs::remove_file(&bad).unwrap();
    service.until("the loss", |value| value["event"] == "gone");
    fs::rename(&path, path.with_file_name("b.mp4")).unwrap();
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    // A refused file that is deleted leaves its reasons, and a word that it is gone.
    let page = office.page("系", "坏的.mp4");
    assert!(page.contains("这个文件已不在投稿箱") && page.contains("作品库里没有它的成片"), "{page}");
    // One under a new name keeps its work, and the page of the old name says which it is now.
    let page = office.page("系", "a.mp4");
    assert!(page.contains("这个文件已改名或移动为“系/b.mp4”"), "{page}");
    assert!(office.page("系", "b.mp4").contains("已制作"));
    assert_eq!(office.manifest().works.iter().filter(|work| !work.renditions.is_empty()).count(), 1);
    // Once the file that takes its place is made, nothing is said of the one before.
    let mut service = office.watch(&[]);
    service.ready();
    office.put("rate_60.mp4", "系/b.mp4");
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    let page = office.page("系", "b.mp4");
    assert!(!page.contains("同名的新文件") && !page.contains("不在投稿箱"), "{page}");
}

#[test]
fn a_share_that_comes_back_empty_changes_nothing_and_is_told_once() {
    let office = Office::new();
    let mut service = office.watch(&["--poll", "0.2"]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    let away = office.inbox().with_extension("away");
    fs::rename(office.inbox(), &away).unwrap();
    fs::create_dir(office.inbox()).unwrap();
    let alarm = service.until("the alarm", |value| value["event"] == "alarm");
    assert_eq!(alarm["finding"]["code"], "inbox-missing");
    fs::remove_dir(office.inbox()).unwrap();
    let said = service.during(READING * 8);
    assert!(said.iter().all(|value| value["event"] != "alarm" && value["event"] != "gone"), "{said:?}");
    fs::rename(&away, office.inbox()).unwrap();
    service.until("going on", |value| value["state"]["state"] == "running");
    office.put("rate_60.mp4", "系/b.mp4");
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(service.begun("a.mp4"), 1);
    assert_eq!(service.stop(), Some(0));
    assert!(office.manifest().works.iter().all(|work| work.source.missing_since.is_none()));
}

#[test]
fn each_loss_of_a_share_is_told_and_a_run_over_a_lost_one_does_not_end_well() {
    let office = Office::new();
    let mut service = office.watch(&["--poll", "0.2"]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    let away = office.inbox().with_extension("away");
    for _ in 0..2 {
        fs::rename(office.inbox(), &away).unwrap();
        let alarm = service.until("the alarm", |value| value["event"] == "alarm");
        assert_eq!(alarm["finding"]["code"], "inbox-missing");
        fs::rename(&away, office.inbox()).unwrap();
        service.until("going on", |value| value["state"]["state"] == "running");
    }
    assert_eq!(service.stop(), Some(0));
    fs::rename(office.inbox(), &away).unwrap();
    // What a page written at the wrong moment leaves under a share.
    fs::create_dir_all(office.inbox().join("_结果")).unwrap();
    assert_eq!(office.watch(&["--once"]).end(), Some(1));
    assert!(office.manifest().works.iter().all(|work| work.source.missing_since.is_none()));
}

#[test]
fn a_source_deleted_in_the_making_is_no_ones_failure() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let path = office.put("plain_landscape.mp4", "系/a.mp4");
    service.until("its inspection", |value| value["stage"] == "inspecting");
    fs::remove_file(&path).unwrap();
    service.until("its end", |value| value["event"] == "finished" || value["event"] == "gone");
    office.put("rate_60.mp4", "系/b.mp4");
    assert_eq!(service.finished("b.mp4"), "accepted");
    assert_eq!(office.status()["status"]["tally"]["failed"], 0);
    assert_eq!(service.stop(), Some(0));
    assert!(!clip("plain_landscape.mp4").is_symlink());
}

#[test]
fn a_copy_is_taken_when_its_original_becomes_another_film() {
    let office = Office::with("rescan_s = 600");
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "甲/x.mp4");
    assert_eq!(service.finished("x.mp4"), "accepted");
    office.put("plain_landscape.mp4", "乙/y.mp4");
    assert_eq!(service.finished("y.mp4"), "duplicate");
    office.put("rate_60.mp4", "甲/x.mp4");
    assert_eq!(service.finished("x.mp4"), "accepted");
    assert_eq!(service.finished("y.mp4"), "accepted");
    assert_eq!(service.stop(), Some(0));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_good_work_that_is_replaced_by_a_copy_of_another_stays_published() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "甲/x.mp4");
    assert_eq!(service.finished("x.mp4"), "accepted");
    office.put("rate_60.mp4", "乙/y.mp4");
    assert_eq!(service.finished("y.mp4"), "accepted");
    office.put("plain_landscape.mp4", "乙/y.mp4");
    assert_eq!(service.finished("y.mp4"), "duplicate");
    assert_eq!(service.stop(), Some(0));
    let works = office.manifest().works;
    let work = works.iter().find(|work| work.title == "y").unwrap();
    assert_eq!((work.revision, work.renditions.len()), (1, 1));
    assert!(office.library().join(&work.renditions[0].file).exists());
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn an_answer_given_while_the_service_runs_is_heard() {
    let office = Office::with("rescan_s = 600");
    let mut service = office.watch(&[]);
    service.ready();
    let original = office.put("plain_landscape.mp4", "甲/x.mp4");
    assert_eq!(service.finished("x.mp4"), "accepted");
    // The same packets in another container.
    let aside = office.inbox().with_file_name("y.mkv");
    run(ffmpeg().arg("-i").arg(&original).args(["-c", "copy"]).arg(&aside));
    fs::create_dir_all(office.inbox().join("乙")).unwrap();
    let copy = office.inbox().join("乙/y.mkv");
    fs::rename(&aside, &copy).unwrap();
    assert_eq!(service.finished("y.mkv"), "duplicate");
    let said = office.command(&["duplicates", "not-same"]).arg(&original).arg(&copy).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(service.finished("y.mkv"), "accepted");
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn the_page_of_a_drop_that_left_while_no_service_ran_goes() {
    let office = Office::with("readings = 20");
    let mut service = office.watch(&[]);
    service.ready();
    let path = office.put("plain_landscape.mp4", "系/a.mp4");
    let page = office.inbox().join("系/_结果/a.mp4.html");
    // Pages come without a word on the output.
    let comes = (0..100).any(|_| {
        service.during(READING / 2);
        page.exists()
    });
    assert!(comes, "no page");
    service.child.kill().unwrap();
    service.child.wait().unwrap();
    fs::remove_file(path).unwrap();
    let stays = office.put("rate_60.mp4", "系/b.mp4");
    let mut service = office.watch(&[]);
    service.until_scanned(&office);
    assert_eq!(service.stop(), Some(0));
    assert!(!page.exists());
    assert!(stays.exists() && page.with_file_name("b.mp4.html").exists());
}

#[test]
fn of_two_departments_files_that_come_together_both_are_taken_and_both_pages_ask() {
    let office = Office::new();
    let original = office.put("plain_landscape.mp4", "甲/较长的名字.mp4");
    let copy = office.put("plain_landscape.mp4", "乙/y.mp4");
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(915_148_800);
    fs::File::options().append(true).open(&copy).unwrap().set_modified(old).unwrap();
    assert_eq!(office.watch(&["--once"]).end(), Some(0));
    let asked = "accepted_with_warnings".to_owned();
    assert_eq!(office.works(), [("y".to_owned(), asked.clone()), ("较长的名字".to_owned(), asked)]);
    for (department, file, other) in [("甲", "较长的名字.mp4", "y"), ("乙", "y.mp4", "较长的名字")]
    {
        let page = office.page(department, file);
        assert!(page.contains("请宣传部认定") && page.contains(other), "{page}");
    }
    assert_eq!(office.watch(&["--once"]).end(), Some(0), "nothing is left to do");
    let said = office.command(&["duplicates", "original"]).args([&original, &copy]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    office.watch(&["--once"]).end();
    let verdicts: Vec<String> = office.works().into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts, ["duplicate", "accepted"]);
    assert!(!office.page("甲", "较长的名字.mp4").contains("请宣传部认定"));
    assert!(office.page("乙", "y.mp4").contains("退回"));
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}

#[test]
fn a_name_that_was_free_for_a_while_may_be_anothers_films() {
    let office = Office::new();
    let first = office.put("plain_landscape.mp4", "系/作品.mp4");
    let mut service = office.watch(&[]);
    service.ready();
    assert_eq!(service.finished("作品.mp4"), "accepted");
    fs::remove_file(&first).unwrap();
    service.until("that it is gone", |value| value["event"] == "gone");
    office.put("all_black.mp4", "系/作品.mp4");
    assert!(service.finished("作品.mp4").starts_with("accepted"));
    // The same film once more, a little changed, is a version of the second.
    fs::remove_file(&first).unwrap();
    service.until("that it is gone again", |value| value["event"] == "gone");
    office.put("all_black.mp4", "系/作品.mp4");
    service.finished("作品.mp4");
    assert_eq!(service.stop(), Some(0));
    let works = office.manifest().works;
    assert_eq!(works.len(), 2, "{works:#?}");
    for work in &works {
        assert_eq!((work.renditions.len(), work.revision), (1, 1), "{work:#?}");
        assert!(office.library().join(&work.renditions[0].file).exists());
    }
    assert!(office.command(&["verify"]).output().unwrap().status.success());
}
