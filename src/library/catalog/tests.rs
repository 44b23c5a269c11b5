//! What the catalogue keeps, refuses and lets go.

use std::{fs, slice};

use super::*;
use crate::model::finding::Verdict;
use crate::model::inspection::FileStamp;
use crate::model::manifest::{
    AudioTrack, Cover, Encodes, Program, Rendition, SourceRecord, Timings, VideoTrack, Work,
};
use crate::model::opinion::{Opinion, OpinionKind};
use crate::model::preset::Edition;
use crate::model::scan_number::ScanNumber;
use crate::model::units::{Rational, Size};

pub(super) fn sum(digit: char) -> String {
    digit.to_string().repeat(64)
}

pub(super) fn work(id: &str, source: &str) -> WorkRow {
    let stamp =
        FileStamp { bytes: 7, modified_ns: 1_770_000_000_123_456_789, inode: u64::MAX, changed_ns: 5 };
    WorkRow {
        source: source.into(),
        relative: "a.mp4".into(),
        stamp,
        packets_sha256: Some(sum('b')),
        decided_with: "settings".into(),
        updated_at: "2026-04-01T00:00:00Z".into(),
        manifest: Work {
            id: id.into(),
            kind: None,
            title: "校园".into(),
            department: Some("宣传部".into()),
            owner: None,
            season: None,
            submitted: None,
            authors: vec!["张三".into()],
            about: Default::default(),
            ai: None,
            captions: None,
            review: None,
            revision: 1,
            draft: false,
            source: SourceRecord {
                path: source.into(),
                sha256: Some(sum('a')),
                bytes: 7,
                duration_ms: Some(1000),
                display: Some(Size::new(1920, 1080)),
                captured_at: None,
                missing_since: None,
            },
            published_from: None,
            verdict: Verdict::Accepted,
            duplicate_of: None,
            likenesses: Vec::new(),
            findings: Vec::new(),
            renditions: Vec::new(),
            encodes: Encodes::default(),
            made_at: "2026-04-01T00:00:00Z".into(),
            made_by: Program::default(),
            timings: Timings::default(),
        },
    }
}

pub(super) fn rendition(target: &str, file: &str) -> RenditionRow {
    RenditionRow {
        output_key: format!("output of {target}"),
        draft: false,
        rendition: Rendition {
            target: target.into(),
            file: file.into(),
            sha256: sum('c'),
            bytes: 3,
            duration_ms: 1000,
            width: 1080,
            height: 1920,
            frame_rate: Rational::new(30, 1),
            video: VideoTrack { codec: "h264".into(), profile: "High".into(), recipe: "picture".into() },
            audio: Some(AudioTrack { codec: "aac".into(), channels: 2, recipe: "sound".into() }),
            loudness_lufs: Some(-15.02),
            true_peak_dbtp: Some(-1.2),
            edition: Edition::Branded,
            covers: Vec::new(),
            post: None,
            released: None,
            receipts: Vec::new(),
        },
    }
}

pub(super) fn file(work: &str, path: &str) -> FileRow {
    FileRow {
        path: path.into(),
        sha256: sum('c'),
        bytes: 3,
        work_id: Some(work.into()),
        kind: FileKind::Video,
    }
}

#[test]
fn a_recorded_work_is_read_back_as_it_was() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let row = work("0123abcd", "/in/a.mp4");
    let made = [rendition("douyin", "a/douyin.mp4"), rendition("weibo", "a/weibo.mp4")];
    let files = [file("0123abcd", "a/douyin.mp4"), file("0123abcd", "a/weibo.mp4")];
    assert!(catalog.record_work(&row, &made, &files).unwrap().is_empty());
    assert_eq!(catalog.work_by_source(Path::new("/in/a.mp4")).unwrap().as_ref(), Some(&row));
    assert_eq!(catalog.work_by_id("0123abcd").unwrap().as_ref(), Some(&row));
    assert_eq!(catalog.works_with_sha256(&sum('a')).unwrap(), slice::from_ref(&row));
    assert_eq!(catalog.works_publishing_packets(&sum('b')).unwrap(), slice::from_ref(&row));
    assert_eq!(catalog.works().unwrap(), [row]);
    assert_eq!(catalog.renditions_of("0123abcd").unwrap(), made);
    assert_eq!(catalog.all_files().unwrap(), files);
}

#[test]
fn a_work_made_again_yields_the_files_it_no_longer_has() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let made = [rendition("douyin", "a/douyin.mp4")];
    let files = [file("0123abcd", "a/douyin.mp4"), file("0123abcd", "a/old.jpg")];
    catalog.record_work(&work("0123abcd", "/in/a.mp4"), &made, &files).unwrap();
    // Its content changed, and with it the id.
    let files = [file("zzzz9999", "a/douyin.mp4")];
    let released = catalog.record_work(&work("zzzz9999", "/in/a.mp4"), &made, &files).unwrap();
    assert_eq!(released.iter().map(Removal::path).collect::<Vec<_>>(), ["a/old.jpg"]);
    assert_eq!(catalog.pending_removals().unwrap(), released);
    catalog.note_removed(&released[0], "2026-04-01T00:00:00Z").unwrap();
    assert!(catalog.pending_removals().unwrap().is_empty());
    assert_eq!(catalog.removals_of("a/old.jpg").unwrap(), released);
    assert_eq!(catalog.work_by_id("0123abcd").unwrap(), None);
    assert_eq!(catalog.all_files().unwrap(), files);
}

#[test]
fn a_file_that_comes_back_before_it_was_removed_stays() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let row = work("0123abcd", "/in/a.mp4");
    let files = [file("0123abcd", "a.mp4")];
    catalog.record_work(&row, &[], &files).unwrap();
    assert_eq!(catalog.record_work(&row, &[], &[]).unwrap()[0].path(), "a.mp4");
    catalog.record_work(&row, &[], &files).unwrap();
    assert!(catalog.pending_removals().unwrap().is_empty());
    assert!(catalog.removals_of("a.mp4").unwrap().is_empty());
}

#[test]
fn a_work_is_written_whole_or_not_at_all() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let row = work("0123abcd", "/in/a.mp4");
    catalog.record_work(&row, &[], &[file("0123abcd", "a.mp4")]).unwrap();
    let mut again = row.clone();
    again.manifest.revision = 2;
    for (made, files) in [
        // A rendition whose file was never recorded.
        (vec![rendition("douyin", "nowhere.mp4")], vec![]),
        (vec![], vec![file("0123abcd", "/etc/passwd")]),
        (vec![], vec![file("0123abcd", "../a.mp4")]),
        (vec![], vec![file("stranger", "b.mp4")]),
        (vec![], vec![file("0123abcd", "b.mp4"), file("0123abcd", "b.mp4")]),
    ] {
        catalog.record_work(&again, &made, &files).unwrap_err();
        assert_eq!(catalog.works().unwrap(), slice::from_ref(&row));
        assert_eq!(catalog.all_files().unwrap(), [file("0123abcd", "a.mp4")]);
    }
}

#[test]
fn an_id_belongs_to_one_source_until_the_inbox_moves() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    catalog.record_work(&work("0123abcd", "/in/a.mp4"), &[], &[]).unwrap();
    let moved = work("0123abcd", "/new/a.mp4");
    let refused = catalog.record_work(&moved, &[], &[]).unwrap_err();
    assert!(matches!(refused, CatalogError::IdTaken { .. }), "{refused}");
    catalog.move_source("0123abcd", Path::new("/new/a.mp4")).unwrap();
    catalog.record_work(&moved, &[], &[]).unwrap();
    assert_eq!(catalog.works().unwrap(), [moved]);
}

#[test]
fn drafts_never_give_packets() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let row = work("0123abcd", "/in/a.mp4");
    let files = [file("0123abcd", "a.mp4")];
    let mut made = rendition("douyin", "a.mp4");
    made.draft = true;
    catalog.record_work(&row, &[made.clone()], &files).unwrap();
    assert_eq!(catalog.donor_for_picture("picture").unwrap(), None);
    assert_eq!(catalog.donor_for_sound("sound").unwrap(), None);
    made.draft = false;
    catalog.record_work(&row, &[made], &files).unwrap();
    assert_eq!(catalog.donor_for_picture("picture").unwrap().as_deref(), Some("a.mp4"));
    assert_eq!(catalog.donor_for_sound("sound").unwrap().as_deref(), Some("a.mp4"));
    assert_eq!(catalog.donor_for_picture("other").unwrap(), None);
}

#[test]
fn the_library_s_own_files_are_replaced_as_a_whole() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let own = |path: &str| FileRow { work_id: None, kind: FileKind::Sheet, ..file("", path) };
    catalog.record_work(&work("0123abcd", "/in/a.mp4"), &[], &[file("0123abcd", "a.mp4")]).unwrap();
    catalog.record_library_files(&[own("manifest.csv"), own("manifest.xlsx")]).unwrap();
    catalog.record_library_files(&[own("manifest.csv")]).unwrap();
    assert_eq!(catalog.all_files().unwrap(), [file("0123abcd", "a.mp4"), own("manifest.csv")]);
    assert_eq!(catalog.library_files().unwrap(), [own("manifest.csv")]);
}

#[test]
fn a_catalogue_survives_being_closed_and_serves_a_second_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.sqlite3");
    let mut catalog = Catalog::open(&path).unwrap();
    let row = work("0123abcd", "/in/a.mp4");
    catalog.record_work(&row, &[], &[]).unwrap();
    assert_eq!(Catalog::open(&path).unwrap().works().unwrap(), slice::from_ref(&row));
    drop(catalog);
    assert_eq!(Catalog::open(&path).unwrap().works().unwrap(), [row]);
}

#[test]
fn a_lost_catalogue_is_made_anew_from_the_manifest_and_still_gives_packets() {
    let mut lost = work("0123abcd", "/in/a.mp4").manifest;
    lost.renditions =
        vec![rendition("douyin", "a/douyin.mp4").rendition, rendition("weibo", "a/weibo.mp4").rendition];
    let cover = Cover { file: "a/cover.jpg".into(), width: 9, height: 16, sha256: sum('d'), bytes: 5 };
    for rendition in &mut lost.renditions {
        rendition.covers.push(cover.clone());
    }
    let mut catalog = Catalog::open_in_memory().unwrap();
    let file = |path: &str, kind| FileRow { kind, ..file("0123abcd", path) };
    let files = vec![
        file("a/cover.jpg", FileKind::Cover),
        file("a/douyin.mp4", FileKind::Video),
        file("a/weibo.mp4", FileKind::Video),
    ];
    let recalled = RecoveredWork { work: lost.clone(), files, packets_sha256: None, look: None };
    catalog.take_over(|over| over.put(&recalled)).unwrap();
    let row = catalog.work_by_source(Path::new("/in/a.mp4")).unwrap().unwrap();
    assert_eq!((row.manifest, row.decided_with.as_str()), (lost, ""));
    assert_eq!(catalog.donor_for_picture("picture").unwrap().as_deref(), Some("a/douyin.mp4"));
    let paths: Vec<String> = catalog.all_files().unwrap().into_iter().map(|file| file.path).collect();
    assert_eq!(paths, ["a/cover.jpg", "a/douyin.mp4", "a/weibo.mp4"]);
}

#[test]
fn an_answer_is_about_a_pair_in_either_order_and_a_later_one_takes_its_place() {
    let catalog = Catalog::open_in_memory().unwrap();
    let mut said = Opinion {
        about: [sum('b'), sum('a')],
        said: OpinionKind::NotSame,
        folders: None,
        by: Some("张三".into()),
        note: None,
        at: "2026-04-01T00:00:00Z".into(),
    };
    catalog.put_opinion(&said).unwrap();
    said.said = OpinionKind::Same;
    catalog.put_opinion(&said).unwrap();
    said.about.reverse();
    assert_eq!(catalog.opinion(&sum('b'), &sum('a')).unwrap().as_ref(), Some(&said));
    assert_eq!(catalog.opinions_about(&sum('b')).unwrap(), slice::from_ref(&said));
    assert_eq!(catalog.opinions().unwrap(), slice::from_ref(&said));
    assert_eq!(said.other_than(&sum('b')), sum('a'));
    // A content is never another than itself.
    catalog.put_opinion(&Opinion { about: [sum('a'), sum('a')], ..said }).unwrap_err();
    assert!(catalog.forget_opinion(&sum('a'), &sum('b')).unwrap());
    assert!(!catalog.forget_opinion(&sum('a'), &sum('b')).unwrap());
    assert_eq!(catalog.opinions().unwrap(), []);
}

#[test]
fn a_source_whose_name_is_not_utf_8_is_found_again() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let mut row = work("0123abcd", "/in/a.mp4");
    row.source = path_of(b"/in/\xce\xd2\xb5\xc4.mp4".to_vec());
    row.manifest.source.path = row.source.as_path().into();
    catalog.record_work(&row, &[], &[]).unwrap();
    assert_eq!(catalog.work_by_source(&row.source).unwrap(), Some(row));
}

#[test]
fn a_damaged_catalogue_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.sqlite3");
    fs::write(&path, "this is no database, however long it may be. ".repeat(100)).unwrap();
    let refused = Catalog::open(&path).unwrap_err();
    assert!(matches!(&refused, CatalogError::Damaged { path: named } if *named == path), "{refused}");

    fs::remove_file(&path).unwrap();
    let mut catalog = Catalog::open(&path).unwrap();
    for number in 0..200 {
        catalog.record_work(&work(&format!("work{number}"), &format!("/in/{number}.mp4")), &[], &[]).unwrap();
    }
    drop(catalog);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 16384].fill(0x55);
    fs::write(&path, bytes).unwrap();
    let refused = Catalog::open(&path).unwrap_err();
    assert!(matches!(refused, CatalogError::Damaged { .. }), "{refused}");
}

#[test]
fn which_of_two_is_the_original_is_kept_by_content_and_folder() {
    let catalog = Catalog::open_in_memory().unwrap();
    let said = |about: [char; 2], folders: [&str; 2], said| Opinion {
        about: about.map(sum),
        said,
        folders: (said == OpinionKind::Original).then(|| folders.map(|name| Some(name.to_owned()))),
        by: None,
        note: Some("有素材".into()),
        at: "2026-04-01T00:00:00Z".into(),
    };
    let first = said(['a', 'a'], ["甲", "乙"], OpinionKind::Original);
    catalog.put_opinion(&first).unwrap();
    let (one, other) = (sum('a'), sum('b'));
    let asked = |one: (&str, &str), other: (&str, &str)| {
        catalog.said_first((one.0, Some(one.1)), (other.0, Some(other.1))).unwrap()
    };
    assert_eq!(asked((&one, "甲"), (&one, "乙")), Some(true));
    assert_eq!(asked((&one, "乙"), (&one, "甲")), Some(false));
    assert_eq!(asked((&one, "丙"), (&one, "甲")), None);
    assert_eq!(catalog.opinions_about(&one).unwrap(), slice::from_ref(&first));
    // The other way round takes its place.
    catalog.put_opinion(&said(['a', 'a'], ["乙", "甲"], OpinionKind::Original)).unwrap();
    assert_eq!(asked((&one, "甲"), (&one, "乙")), Some(false));
    assert_eq!(catalog.opinions().unwrap().len(), 1);
    // Of two contents one answer holds, whatever its kind.
    catalog.put_opinion(&said(['a', 'b'], ["甲", "乙"], OpinionKind::NotSame)).unwrap();
    catalog.put_opinion(&said(['b', 'a'], ["乙", "甲"], OpinionKind::Original)).unwrap();
    assert_eq!(catalog.opinion(&one, &other).unwrap(), None);
    assert_eq!(asked((&one, "甲"), (&other, "乙")), Some(false));
    catalog.put_opinion(&said(['a', 'b'], ["甲", "乙"], OpinionKind::Same)).unwrap();
    assert_eq!(asked((&one, "甲"), (&other, "乙")), None);
    assert!(catalog.forget_opinion(&one, &one).unwrap());
    assert_eq!(catalog.opinions().unwrap().len(), 1);
    catalog.put_opinion(&said(['a', 'a'], ["甲", "甲"], OpinionKind::Original)).unwrap_err();
}

#[test]
fn a_first_sight_stays_the_first() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let content = sum('a');
    let first = catalog.next_scan_number().unwrap();
    let sight = |folder: Option<&'static str>, glance| Sighting {
        sha256: &content,
        folder,
        source: Path::new("/in/a.mp4"),
        glance,
        seen_at: None,
    };
    assert_eq!(catalog.record_sightings(&[sight(Some("甲"), first)], "now").unwrap(), [first]);
    let second = catalog.next_scan_number().unwrap();
    assert!(first < second);
    let seen = [sight(Some("甲"), second), sight(Some("乙"), second), sight(None, second)];
    assert_eq!(catalog.record_sightings(&seen, "later").unwrap(), [first, second, second]);
    assert_eq!(catalog.first_seen(&content, Some("甲")).unwrap(), Some(first));
    assert_eq!(catalog.first_seen(&content, Some("丙")).unwrap(), None);
    let sight_of = |folder| catalog.first_sight(&content, Some(folder)).unwrap();
    assert_eq!(sight_of("甲"), Some(FirstSight { scan: first, at: "now".to_owned() }));
    assert_eq!(sight_of("丙"), None);
    // What is seen now has the next number, once for all that are told together.
    let third = catalog.next_scan_number().unwrap();
    let seen = [sight(Some("丙"), ScanNumber::NOW), sight(Some("丁"), ScanNumber::NOW)];
    assert_eq!(catalog.record_sightings(&seen, "now").unwrap(), [third, third]);
    assert!(second < third && catalog.next_scan_number().unwrap() < ScanNumber::NOW);
}

#[test]
fn a_work_takes_the_place_of_a_refused_one_and_of_no_other() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    catalog.record_work(&work("0123abcd", "/in/a.mp4"), &[], &[]).unwrap();
    let mut refused = work("89abcdef", "/in/b.mp4");
    refused.manifest.verdict = Verdict::Duplicate;
    let page = FileRow {
        path: "duplicates/89abcdef/1.png".into(),
        sha256: sum('c'),
        bytes: 1,
        work_id: Some("89abcdef".into()),
        kind: FileKind::Sheet,
    };
    catalog.record_work(&refused, &[], slice::from_ref(&page)).unwrap();
    catalog.take_place("0123abcd", Path::new("/in/b.mp4")).unwrap();
    assert_eq!(catalog.work_ids().unwrap(), ["0123abcd"]);
    let row = catalog.work_by_source(Path::new("/in/b.mp4")).unwrap().unwrap();
    assert_eq!(
        (row.manifest.id.as_str(), row.manifest.source.path.as_path()),
        ("0123abcd", Path::new("/in/b.mp4"))
    );
    let pending = catalog.pending_removals().unwrap();
    assert_eq!(pending.iter().map(Removal::path).collect::<Vec<_>>(), [page.path]);
}

/// SQLite uses an index of an expression only where a query has that very expression.
#[test]
fn what_is_asked_of_entries_is_answered_by_an_index() {
    let catalog = Catalog::open_in_memory().unwrap();
    for (condition, index) in [
        (format!("{PUBLISHED_BESIDE} = ?1"), "works_by_published"),
        (format!("{PUBLISHED_PACKETS_BESIDE} = ?1"), "works_by_published_packets"),
        (format!("verdict = 'duplicate' and {DUPLICATE_OF} = ?1"), "works_by_original"),
    ] {
        let sql = format!("explain query plan select source from works where {condition}");
        let plan: String = catalog.connection.query_row(&sql, ["a"], |row| row.get("detail")).unwrap();
        assert!(plan.contains(&format!("USING INDEX {index} ")), "{plan}");
    }
}
