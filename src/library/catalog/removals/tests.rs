//! What lets go of published files, and what never does.

use std::path::Path;

use super::super::tests::{file, rendition, sum, work};
use super::super::{RenditionRow, WorkRow};
use super::*;
use crate::model::finding::{Code, Finding};
use crate::model::language::Bilingual;
use crate::model::manifest::FindingRecord;

const ID: &str = "0123abcd";
const SOURCE: &str = "/in/a.mp4";

/// A catalogue with one accepted work of two targets.
fn catalog() -> (Catalog, WorkRow, [RenditionRow; 2], [FileRow; 2]) {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let made = [rendition("douyin", "w/douyin/a.mp4"), rendition("screen", "w/screen/a.mp4")];
    let files = [file(ID, "w/douyin/a.mp4"), file(ID, "w/screen/a.mp4")];
    let mut row = work(ID, SOURCE);
    row.manifest.renditions = made.iter().map(|row| row.rendition.clone()).collect();
    catalog.record_work(&row, &made, &files).unwrap();
    (catalog, row, made, files)
}

fn reasons(removals: &[Removal]) -> Vec<(&str, Reason)> {
    removals.iter().map(|removal| (removal.path(), removal.reason())).collect()
}

fn error(code: Code, target: Option<&str>) -> FindingRecord {
    let Finding { code, severity, .. } = Finding::error(code);
    let message = Bilingual::new("说明", "remark");
    FindingRecord { code, severity, target: target.map(str::to_owned), measured: None, limit: None, message }
}

/// How the work is changed, how many of its renditions stay, the paths that go, and what is recorded of them.
type Case = (fn(&mut Work), usize, &'static [&'static str], Reason, &'static str);

#[test]
fn each_removal_says_what_was_decided() {
    const BOTH: &[&str] = &["w/douyin/a.mp4", "w/screen/a.mp4"];
    const DOUYIN: &[&str] = &["w/douyin/a.mp4"];
    let cases: [Case; 6] = [
        (|work| work.verdict = Verdict::Duplicate, 0, BOTH, Reason::Duplicate, "zzzz9999"),
        (|work| work.verdict = Verdict::Rejected, 0, BOTH, Reason::Rejected, "too-long"),
        (|_| {}, 1, DOUYIN, Reason::TargetRefused, "too-long"),
        (|work| work.findings.clear(), 1, DOUYIN, Reason::TargetDropped, ""),
        (
            |work| {
                work.findings.clear();
                work.source.sha256 = Some(sum('9'));
            },
            1,
            DOUYIN,
            Reason::SourceReplaced,
            "9999999999999999999999999999999999999999999999999999999999999999",
        ),
        (
            |work| {
                work.findings.clear();
                work.renditions.push(rendition("douyin", "elsewhere/douyin/a.mp4").rendition);
            },
            1,
            DOUYIN,
            Reason::MadeAnew,
            "",
        ),
    ];
    for (change, kept, gone, reason, detail) in cases {
        let (mut catalog, mut row, made, files) = catalog();
        row.manifest.duplicate_of = Some("zzzz9999".into());
        row.manifest.findings = vec![error(Code::TooLong, Some("douyin"))];
        row.manifest.renditions = made[2 - kept..].iter().map(|row| row.rendition.clone()).collect();
        change(&mut row.manifest);
        let removals = catalog.record_work(&row, &made[2 - kept..], &files[2 - kept..]).unwrap();
        let expected: Vec<(&str, Reason)> = gone.iter().map(|path| (*path, reason)).collect();
        assert_eq!(reasons(&removals), expected);
        let told: String = catalog
            .connection
            .query_row("select group_concat(distinct detail) from removals", [], |row| row.get(0))
            .unwrap();
        assert_eq!(told, detail, "{reason:?}");
    }
}

#[test]
fn a_changed_file_that_was_left_is_no_longer_to_be_removed() {
    let (mut catalog, mut row, _, files) = catalog();
    row.manifest.verdict = Verdict::Rejected;
    let removals = catalog.record_work(&row, &[], &[]).unwrap();
    assert_eq!((removals[0].sha256(), removals[0].bytes()), (files[0].sha256.as_str(), files[0].bytes));
    catalog.note_left(&removals[0], "2026-04-01T00:00:00Z").unwrap();
    assert_eq!(catalog.pending_removals().unwrap(), removals[1..]);
}

#[test]
fn a_failure_lets_go_of_nothing() {
    let (mut catalog, mut row, _, files) = catalog();
    row.manifest.verdict = Verdict::Failed;
    row.manifest.renditions.clear();
    let refused = catalog.record_work(&row, &[], &[]).unwrap_err();
    assert!(matches!(refused, CatalogError::NothingDecided { .. }), "{refused}");
    assert_eq!(catalog.all_files().unwrap(), files);
    assert_eq!(catalog.work_by_id(ID).unwrap().unwrap().manifest.verdict, Verdict::Accepted);
    assert!(catalog.pending_removals().unwrap().is_empty());
}

#[test]
fn an_entry_that_cannot_be_read_whole_is_not_written_over() {
    let damages = [
        "update works set manifest_json = replace(manifest_json, '\"accepted\"', '\"acclaimed\"')",
        "update works set manifest_json = json_remove(manifest_json, '$.title')",
        "update works set manifest_json = '{}'",
        "update works set relative = x'ff00', manifest_json = '[1]'",
        "update renditions set json = '{}' where target = 'screen'",
    ];
    for damage in damages {
        let (mut catalog, row, made, files) = catalog();
        assert!(catalog.connection.execute(damage, []).unwrap() > 0, "{damage}");
        let mut refused = row.clone();
        refused.manifest.verdict = Verdict::Rejected;
        let error = catalog.record_work(&refused, &[], &[]).unwrap_err();
        assert!(
            matches!(&error, CatalogError::Entry { source_path, .. } if source_path == Path::new(SOURCE)),
            "{error}"
        );
        assert_eq!(error.cause(), Some(Code::EntryUnreadable));
        assert_eq!(catalog.all_files().unwrap(), files);
        assert!(catalog.pending_removals().unwrap().is_empty(), "{damage}");
        // Nor by the very same decision once more.
        catalog.record_work(&row, &made, &files).unwrap_err();
    }
}

#[test]
fn an_entry_with_words_of_a_later_program_keeps_them() {
    let (mut catalog, row, made, files) = catalog();
    let words = "update works set manifest_json = json_set(manifest_json, '$.findings', json('[{\"code\":\
                 \"seen-on-the-moon\",\"severity\":\"note\",\"target\":null,\"measured\":null,\"limit\":null,\"message\":\
                 {\"zh-CN\":\"甲\",\"en\":\"a\"}}]'), '$.approved_by', '王老师')";
    catalog.connection.execute(words, []).unwrap();
    let holds_both = |catalog: &Catalog| {
        let sql = "select json_extract(manifest_json, '$.findings[0].code'), \
                   json_extract(manifest_json, '$.approved_by'), source from works";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let (code, by, source): (String, String, Vec<u8>) =
            catalog.connection.query_row(sql, [], read).unwrap();
        assert_eq!((code.as_str(), by.as_str()), ("seen-on-the-moon", "王老师"));
        String::from_utf8(source).unwrap()
    };
    assert!(catalog.mark_missing(Path::new(SOURCE), Some("2026-11-29T10:00:00+08:00")).unwrap());
    holds_both(&catalog);
    assert!(catalog.mark_missing(Path::new(SOURCE), None).unwrap());
    assert!(!catalog.mark_missing(Path::new(SOURCE), None).unwrap());
    catalog.move_source(ID, Path::new("/new/a.mp4")).unwrap();
    assert_eq!(holds_both(&catalog), "/new/a.mp4");
    let read = catalog.work_by_id(ID).unwrap().unwrap();
    assert_eq!(read.manifest.source.path.as_path(), Path::new("/new/a.mp4"));
    assert_eq!(read.manifest.findings[0].code.name(), "seen-on-the-moon");
    // Decided anew by this program, it is written as this program knows it.
    let row = WorkRow { source: "/new/a.mp4".into(), ..row };
    assert!(catalog.record_work(&row, &made, &files).unwrap().is_empty());
}

#[test]
fn a_row_that_a_damaged_catalogue_left_without_its_work_keeps_no_name() {
    let (mut catalog, row, made, files) = catalog();
    catalog.connection.pragma_update(None, "foreign_keys", false).unwrap();
    catalog.connection.execute("delete from works", []).unwrap();
    catalog.connection.pragma_update(None, "foreign_keys", true).unwrap();
    assert!(catalog.record_work(&row, &made, &files).unwrap().is_empty());
    assert_eq!(catalog.all_files().unwrap(), files);
}

#[test]
fn what_an_older_program_was_about_to_remove_stays() {
    let mut connection = Connection::open_in_memory().unwrap();
    super::super::migrate::to_version(&mut connection, 7).unwrap();
    connection.execute("insert into leaving (path) values ('a.mp4')", []).unwrap();
    let catalog = Catalog::prepared(connection).unwrap();
    assert!(catalog.pending_removals().unwrap().is_empty());
}
