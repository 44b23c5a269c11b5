//! Libraries on full and on read-only disks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use jincai::library::catalog::Catalog;

use super::{
    a_rerun_completes, everything_visible_is_whole, no_video_is_visible, nothing_is_left_aside, said, visible,
};
use crate::common::disks::Mounted;
use crate::common::{Office, clip};

#[test]
#[ignore = "needs the right to mount"]
fn a_full_disk_is_named_wherever_it_strikes_and_a_rerun_completes() {
    let office = Office::new("\"website\"");
    let disk = Mounted::tmpfs(&office.library(), "8m");
    let source = clip("plain_landscape.mp4");
    let original = fs::read(&source).unwrap();
    a_rerun_completes(&office, &[&source], 1);
    let (_, needed) = disk.space();
    let mut exits = BTreeSet::new();
    for percent in [0, 5, 10, 25, 50, 85] {
        disk.clear();
        let leave = needed * percent / 100;
        disk.fill(leave);
        let ran = office.run(&[&source], &["--json"]);
        says_that_the_disk_is_full(&ran, percent);
        exits.insert(ran.status.code());
        no_video_is_visible(&office);
        everything_visible_is_whole(&office);
        nothing_is_left_aside(&office);
        assert!(fs::read(&source).unwrap() == original);
        disk.unfill();
        a_rerun_completes(&office, &[&source], 1);
    }
    assert_eq!(exits.len(), 1, "one cause, one exit code: {exits:?}");
}

#[test]
#[ignore = "needs the right to mount"]
fn a_read_only_library_is_named_and_a_rerun_completes() {
    let office = Office::new("\"website\"");
    let disk = Mounted::tmpfs(&office.library(), "8m");
    let source = clip("plain_landscape.mp4");
    disk.remount("ro");
    let ran = office.run(&[&source], &[]);
    assert!(!ran.status.success());
    let words = said(&ran);
    assert!(words.contains(&office.library().display().to_string()), "{words}");
    assert!(words.contains("read-only") || words.contains("cannot be written"), "{words}");
    disk.remount("rw");
    a_rerun_completes(&office, &[&source], 1);
}

#[test]
#[ignore = "needs the right to mount"]
fn a_library_that_cannot_be_written_can_be_asked_and_says_so_where_it_must_be() {
    let office = Office::new("\"website\"");
    let disk = Mounted::tmpfs(&office.library(), "16m");
    let source = clip("plain_landscape.mp4");
    a_rerun_completes(&office, &[&source], 1);
    let copy = office.folder().join("copy.mp4");
    fs::copy(&source, &copy).unwrap();
    let copied = copy.to_str().unwrap();
    let ask = |words: &[&str]| office.command(words).output().unwrap();
    disk.remount("ro");
    let checked = ask(&["--json", "check", copied]);
    assert!(said(&checked).contains("\"code\":\"same-bytes\""), "{}", said(&checked));
    for asked in [&["verify"][..], &["duplicates", copied], &["duplicates", "answers"], &["status"]] {
        let answered = ask(asked);
        assert!(answered.status.success(), "{asked:?}: {}", said(&answered));
    }
    let other = clip("rotated_90.mp4");
    let told = ask(&["duplicates", "not-same", copied, other.to_str().unwrap()]);
    assert_eq!(told.status.code(), Some(1), "{}", said(&told));
    assert!(said(&told).contains("cannot be written"), "{}", said(&told));
    disk.remount("rw");
    assert!(fs::write(Catalog::path_in(&office.library()), "no catalogue").is_ok());
    for asked in [&["check", copied][..], &["duplicates", copied], &["verify"]] {
        let refused = ask(asked);
        assert_eq!(refused.status.code(), Some(1), "{asked:?}: {}", said(&refused));
        assert!(said(&refused).contains("is damaged"), "{asked:?}: {}", said(&refused));
    }
}

/// The one exit code and the one finding of a disk that filled up while jincai ran.
fn says_that_the_disk_is_full(ran: &Output, percent: u64) {
    let words = said(ran);
    assert!(
        words.contains("\"code\":\"disk-full\"") || words.contains("he disk is full"),
        "with {percent} % of the space: {words}"
    );
    assert!(!words.contains("render-failed"), "with {percent} % of the space: {words}");
    assert!(!ran.status.success(), "with {percent} % of the space: {words}");
}

#[test]
#[ignore = "needs the right to mount"]
fn an_update_that_fills_the_disk_leaves_the_old_state() {
    let office = Office::new("\"website\"");
    let disk = Mounted::tmpfs(&office.library(), "8m");
    let source = clip("plain_landscape.mp4");
    a_rerun_completes(&office, &[&source], 1);
    let (_, needed) = disk.space();
    // A run that failed may write the same list again, with another time.
    let without_time = |file: &PathBuf| match *file == office.library().join("manifest.json") {
        true => serde_json::to_vec(&office.manifest().works).unwrap(),
        false => fs::read(file).unwrap(),
    };
    let contents = || -> BTreeMap<PathBuf, Vec<u8>> {
        visible(&office).into_iter().map(|file| (file.clone(), without_time(&file))).collect()
    };
    let before = contents();
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("size = 0.2", "size = 0.3")).unwrap();
    for percent in [0, 5, 15, 30, 50] {
        disk.fill(needed * percent / 100);
        says_that_the_disk_is_full(&office.run(&[&source], &["--json"]), percent);
        let now = contents();
        let is_other = |file: &&PathBuf| now.get(*file) != before.get(*file);
        let changed: Vec<_> = before.keys().chain(now.keys()).filter(is_other).collect();
        assert!(changed.is_empty(), "with {percent} % of the space these changed: {changed:?}");
        nothing_is_left_aside(&office);
        disk.unfill();
        let verified = office.command(&["verify"]).output().unwrap();
        assert!(verified.status.success(), "{}", said(&verified));
    }
    a_rerun_completes(&office, &[&source], 1);
    let video = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "mp4");
    let after = contents();
    assert!(before.iter().filter(|(file, _)| video(file)).all(|(file, bytes)| after[file] != *bytes));
}
