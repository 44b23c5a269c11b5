//! The index of the library's works: it knows exactly the accepted ones, whatever interrupts a run.

use std::collections::BTreeSet;
use std::fs;

use jincai::library::catalog::Catalog;

use crate::common::running::Running;
use crate::common::{Office, clip, fixtures};

/// The index holds every content that the library publishes, and nothing else.
fn the_index_is_exact(office: &Office) {
    let mut catalog = Catalog::open(&Catalog::path_in(&office.library())).unwrap();
    let works = catalog.works().unwrap();
    let published: BTreeSet<&str> = works.iter().filter_map(|row| row.manifest.published_sha256()).collect();
    assert_eq!(catalog.unlisted().unwrap(), []);
    assert_eq!(catalog.listed().unwrap(), published.len() as u64);
    let before = catalog.index_size().unwrap();
    catalog.rebuild_index().unwrap();
    assert_eq!(catalog.index_size().unwrap(), before);
}

#[test]
fn after_a_kill_at_any_moment_the_index_holds_what_is_accepted() {
    let office = Office::new("\"website\"");
    let inbox = office.folder().join("inbox");
    let first = inbox.join("甲/原片.mp4");
    fs::create_dir_all(first.parent().unwrap()).unwrap();
    fs::copy(fixtures().join("inbox/信息工程系/海河晨光.mp4"), &first).unwrap();
    fs::copy(clip("sound_5.1.mp4"), inbox.join("甲/声.mp4")).unwrap();
    for (killed, stage) in ["inspecting", "rendering", "publishing", "finished"].into_iter().enumerate() {
        let mut running = Running::start(&office, &[&inbox], &["--draft"]);
        while let Some(event) = running.next() {
            if event["stage"] == stage || event["event"] == stage {
                break;
            }
        }
        assert!(running.kill_group(), "{killed}: it ended before {stage}");
        if Catalog::path_in(&office.library()).exists() {
            the_index_is_exact(&office);
        }
    }
    assert!(office.run(&[&inbox], &["--draft"]).status.success());
    the_index_is_exact(&office);
    let (listed, bytes) = {
        let catalog = Catalog::open(&Catalog::path_in(&office.library())).unwrap();
        (catalog.listed().unwrap(), catalog.index_size().unwrap().0)
    };
    assert_eq!(listed, 2);
    assert!(bytes > 0);
    assert_eq!(office.manifest().works.len(), 2);
    // A source is replaced by another, and one by what is no video.
    fs::copy(clip("odd_size.mp4"), &first).unwrap();
    fs::copy(clip("text_named.mp4"), inbox.join("甲/声.mp4")).unwrap();
    office.run(&[&inbox], &["--draft"]);
    the_index_is_exact(&office);
    let catalog = Catalog::open(&Catalog::path_in(&office.library())).unwrap();
    assert_eq!(catalog.listed().unwrap(), 2, "what the useless file replaced is still published");
}

#[test]
fn a_lost_catalogue_gets_its_fingerprints_again_from_the_originals_that_are_there() {
    let office = Office::new("\"website\"");
    let inbox = office.folder().join("inbox");
    fs::create_dir_all(inbox.join("甲")).unwrap();
    fs::copy(fixtures().join("inbox/信息工程系/海河晨光.mp4"), inbox.join("甲/原片.mp4")).unwrap();
    fs::copy(clip("sound_5.1.mp4"), inbox.join("甲/声.mp4")).unwrap();
    assert!(office.run(&[&inbox], &["--draft"]).status.success());
    for file in fs::read_dir(office.library().join(".jincai")).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with("catalog") {
            fs::remove_file(file.path()).unwrap();
        }
    }
    let mut prints = Vec::new();
    // As an older program left it, which kept no fingerprint beside a work.
    for work in office.manifest().works {
        let video = office.library().join(&work.renditions[0].file);
        let print = video.parent().unwrap().with_file_name("fingerprint.json");
        fs::copy(&print, office.folder().join(&work.id)).unwrap();
        fs::remove_file(&print).unwrap();
        prints.push((office.folder().join(&work.id), print));
    }
    fs::remove_file(inbox.join("甲/声.mp4")).unwrap();
    let said = office.command(&["duplicates", "--json", "reindex"]).output().unwrap();
    assert_eq!(said.status.code(), Some(1), "an original is gone: {said:?}");
    // After the words of the recovery.
    let event = said.stdout.trim_ascii_end().split(|byte| *byte == b'\n').next_back().unwrap();
    let event: serde_json::Value = serde_json::from_slice(event).unwrap();
    assert_eq!((&event["made"], &event["listed"]), (&1.into(), &1.into()), "{event}");
    assert_eq!(event["left"][0]["finding"]["code"], "source-missing", "{event}");
    let again = office.command(&["duplicates", "--json", "reindex"]).output().unwrap();
    let event: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(event["made"], 0, "what is there is not made twice: {event}");
    // What was put back beside the works is as good as their originals.
    for (kept, print) in prints {
        fs::copy(kept, print).unwrap();
    }
    let again = office.command(&["duplicates", "--json", "reindex"]).output().unwrap();
    let event: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((&event["made"], &event["listed"]), (&1.into(), &2.into()), "{event}");
    assert!(again.status.success(), "{event}");
}
