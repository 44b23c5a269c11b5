//! Records in a catalogue, their chain and their copy.

use std::path::Path;

use super::super::act::{ActError, Desk};
use super::super::judge::judge_all;
use super::*;
use crate::library::catalog::{Catalog, FileRow, RenditionRow, WorkRow};
use crate::library::records_file::{self, RECORDS_FILE};
use crate::model::inspection::FileStamp;

fn store(catalog: &mut Catalog, work: &Work) {
    let row = WorkRow {
        source: work.source.path.as_path().to_owned(),
        relative: "机械/晨光.mp4".into(),
        stamp: FileStamp { bytes: 1, modified_ns: 1, inode: 1, changed_ns: 1 },
        packets_sha256: None,
        decided_with: "s".into(),
        manifest: work.clone(),
        updated_at: work.made_at.clone(),
    };
    let file = |path: &str, sha256: &str, kind| FileRow {
        path: path.to_owned(),
        sha256: sha256.to_owned(),
        bytes: 1,
        work_id: Some(work.id.clone()),
        kind,
    };
    let mut files = Vec::new();
    for made in &work.renditions {
        files.push(file(&made.file, &made.sha256, crate::library::catalog::FileKind::Video));
        let text = crate::policy::posting::renderings(made.post.as_ref().unwrap())[1].clone();
        let sum = crate::text::hex(&<sha2::Sha256 as sha2::Digest>::digest(text));
        let folder = made.file.rsplit_once('/').unwrap().0;
        files.push(file(&format!("{folder}/post.txt"), &sum, crate::library::catalog::FileKind::Post));
    }
    let rows: Vec<RenditionRow> = work
        .renditions
        .iter()
        .map(|made| RenditionRow { output_key: made.sha256.clone(), draft: false, rendition: made.clone() })
        .collect();
    catalog.record_work(&row, &rows, &files).unwrap();
}

pub(super) fn desk<'a>(
    catalog: &'a Catalog,
    library: &'a Path,
    rules: &'a ReviewRules,
    (by, moment): (&'a Signatory, &'a Moment),
) -> Desk<'a> {
    Desk { catalog, rules, library, by, moment }
}

pub(super) fn now() -> Moment {
    let at = "2026-11-01T09:00:00+08:00";
    Moment { now: at.parse().unwrap(), at: at.to_owned() }
}

/// A work whose files are on disk, in a library with a catalogue.
pub(super) fn library() -> (tempfile::TempDir, Catalog, Work) {
    let library = tempfile::tempdir().unwrap();
    let mut work = work(vec![rendition("douyin", 10)]);
    let made = &mut work.renditions[0];
    let folder = library.path().join(&made.file).parent().unwrap().to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    let digest = |bytes: &[u8]| {
        use sha2::Digest;
        crate::text::hex(&sha2::Sha256::digest(bytes))
    };
    for (path, bytes, sum) in [
        (library.path().join(&made.file), b"video".as_slice(), &mut made.sha256),
        (library.path().join(&made.covers[0].file), b"cover".as_slice(), &mut made.covers[0].sha256),
    ] {
        std::fs::write(path, bytes).unwrap();
        *sum = digest(bytes);
    }
    let post = crate::policy::posting::renderings(made.post.as_ref().unwrap())[1].clone();
    std::fs::write(folder.join("post.txt"), post).unwrap();
    let mut catalog = Catalog::open(&library.path().join("catalog.sqlite3")).unwrap();
    store(&mut catalog, &work);
    (library, catalog, work)
}

pub(super) fn release(catalog: &Catalog, library: &Path, work: &str) {
    let (rules, moment) = (ReviewRules::default(), now());
    for (level, name) in [("一审", "甲"), ("二审", "乙"), ("三审", "丙")] {
        let by = person(name);
        let desk = desk(catalog, library, &rules, (&by, &moment));
        desk.approve(work, Approval { level, ..Approval::default() }).unwrap();
    }
}

#[test]
fn a_work_goes_where_it_was_signed_for_while_its_bytes_are_those() {
    use super::super::release::{Unreleased, may_go};
    let (library, catalog, work) = library();
    let rules = ReviewRules::default();
    let go = |target: &str| may_go(&catalog, &rules, (&work.id, target), now().now).unwrap();
    assert!(matches!(go("douyin"), Err(Unreleased::Standing(_))));
    release(&catalog, library.path(), &work.id);
    assert!(matches!(go("screen"), Err(Unreleased::NotMade)));
    go("douyin").unwrap().recheck(library.path()).unwrap();
    let folder = library.path().join(&work.renditions[0].file).parent().unwrap().to_owned();
    for name in ["晨光.mp4", "cover.jpg", "post.txt"] {
        let path = folder.join(name);
        let before = std::fs::read(&path).unwrap();
        let mut after = before.clone();
        after[0] ^= 1;
        std::fs::write(&path, &after).unwrap();
        let refused = go("douyin").unwrap().recheck(library.path()).unwrap_err();
        assert!(matches!(refused, Unreleased::File(Refusal::FileChanged { .. })), "{name}");
        std::fs::remove_file(&path).unwrap();
        let refused = go("douyin").unwrap().recheck(library.path()).unwrap_err();
        assert!(matches!(refused, Unreleased::File(Refusal::FileUnreadable { .. })), "{name}");
        std::fs::write(&path, &before).unwrap();
        go("douyin").unwrap().recheck(library.path()).unwrap();
    }
}

#[test]
fn bytes_that_are_not_on_disk_are_not_signed() {
    let (library, catalog, work) = library();
    std::fs::write(library.path().join(&work.renditions[0].file), b"other").unwrap();
    let (rules, moment, by) = (ReviewRules::default(), now(), person("甲"));
    let desk = desk(&catalog, library.path(), &rules, (&by, &moment));
    let refused = desk.approve(&work.id, Approval { level: "一审", ..Approval::default() }).unwrap_err();
    let ActError::Refused(refusal) = refused else { panic!("{refused}") };
    assert!(matches!(*refusal, Refusal::FileChanged { .. }));
    assert_eq!(catalog.last_record().unwrap(), None);
}

#[test]
fn records_are_chained_and_never_change() {
    let (library, catalog, work) = library();
    release(&catalog, library.path(), &work.id);
    let mut stored = Vec::new();
    let mut keep = |record| {
        stored.push(record);
        true
    };
    catalog.each_stored_record(0, &mut keep).unwrap();
    assert_eq!(stored.len(), 3);
    assert!(stored.iter().all(crate::library::catalog::StoredRecord::is_sound));
    assert!(stored.windows(2).all(|pair| pair[0].hash == pair[1].previous));
    let mut forged = stored[1].clone();
    forged.said = forged.said.replace("乙", "丁");
    assert!(!forged.is_sound());
    assert_eq!(records_file::read(library.path()).unwrap(), stored);
}

#[test]
fn a_lost_catalogue_gets_its_records_back_and_an_older_one_the_later_ones() {
    let (library, mut catalog, work) = library();
    release(&catalog, library.path(), &work.id);
    let mut other = Catalog::open(&library.path().join("other.sqlite3")).unwrap();
    store(&mut other, &work);
    assert_eq!(records_file::take_over(library.path(), &other).unwrap(), 3);
    assert_eq!(records_file::take_over(library.path(), &other).unwrap(), 0);
    assert_eq!(other.records_of(&work.id).unwrap(), catalog.records_of(&work.id).unwrap());
    // A line that was cut off, and one that was forged, are passed over with all that follows.
    let path = library.path().join(RECORDS_FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 40]).unwrap();
    assert_eq!(records_file::read(library.path()).unwrap().len(), 2);
    std::fs::write(&path, text.replace("乙", "丁")).unwrap();
    assert_eq!(records_file::read(library.path()).unwrap().len(), 1);
    std::fs::write(&path, &text[..text.len() - 40]).unwrap();
    // It is written whole again with the next record; what was there is kept.
    judge_all(&mut catalog, &ReviewRules::default(), now().now).unwrap();
    let (rules, moment, by) = (ReviewRules::default(), now(), person("丁"));
    desk(&catalog, library.path(), &rules, (&by, &moment))
        .act(&work.id, |act| act.withdraw(None, "有误"))
        .unwrap();
    assert_eq!(records_file::read(library.path()).unwrap().len(), 4);
}

#[test]
fn standings_are_kept_until_something_changes() {
    let (library, mut catalog, mut work) = library();
    let rules = ReviewRules::default();
    let state = |catalog: &mut Catalog, rules: &ReviewRules| {
        judge_all(catalog, rules, now().now).unwrap();
        catalog.standing_of("k3f9ab2c").unwrap().map(|standing| standing.state)
    };
    assert_eq!(state(&mut catalog, &rules), Some(ReviewState::Waiting));
    assert!(catalog.works_to_judge("other", "2026").unwrap().len() == 1);
    release(&catalog, library.path(), &work.id);
    assert_eq!(state(&mut catalog, &rules), Some(ReviewState::Released));
    assert_eq!(catalog.count_standings_in(ReviewState::Released).unwrap(), 1);
    // Other rules.
    let mut stricter = ReviewRules::default();
    stricter.level.push(crate::model::review::Level { name: "四审".into(), ..Default::default() });
    assert_eq!(state(&mut catalog, &stricter), Some(ReviewState::Waiting));
    assert_eq!(state(&mut catalog, &rules), Some(ReviewState::Released));
    // An opinion that it is the same as another.
    let opinion = |said| crate::model::opinion::Opinion {
        about: [sum(1), sum(2)],
        said,
        folders: None,
        by: None,
        note: None,
        at: "2026-11-02T09:00:00+08:00".into(),
    };
    catalog.put_opinion(&opinion(crate::model::opinion::OpinionKind::Same)).unwrap();
    assert_eq!(state(&mut catalog, &rules), Some(ReviewState::Waiting));
    catalog.put_opinion(&opinion(crate::model::opinion::OpinionKind::NotSame)).unwrap();
    assert_eq!(state(&mut catalog, &rules), Some(ReviewState::Released));
    // The work itself.
    work.renditions[0].post.as_mut().unwrap().text.push('！');
    store(&mut catalog, &work);
    assert_eq!(state(&mut catalog, &rules), Some(ReviewState::Waiting));
}
