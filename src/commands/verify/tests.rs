//! Verifies libraries that were changed from outside.

use super::*;
use crate::library::catalog::FileKind;
use crate::library::staging::Staging;
use crate::text::hex;
use sha2::{Digest, Sha256};

fn row(path: &str, content: &[u8]) -> FileRow {
    FileRow {
        path: path.to_owned(),
        sha256: hex(&Sha256::digest(content)),
        bytes: content.len() as u64,
        work_id: None,
        kind: FileKind::Sheet,
    }
}

fn library(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let staging = Staging::open(folder.path()).unwrap();
    let mut catalog = Catalog::open(&Catalog::path_in(staging.library())).unwrap();
    for (path, content) in files {
        staging.publish_bytes(content, Path::new(path)).unwrap();
    }
    let rows: Vec<FileRow> = files.iter().map(|(path, content)| row(path, content)).collect();
    catalog.record_library_files(&rows).unwrap();
    folder
}

#[test]
fn an_untouched_library_is_sound() {
    let folder = library(&[("春/a.mp4", b"aaa"), ("manifest.csv", b"csv")]);
    fs::write(folder.path().join("春/.DS_Store"), b"x").unwrap();
    let mut last = None;
    let report = verify(folder.path(), &mut |progress| last = Some(progress)).unwrap();
    assert_eq!(last, Some(VerifyProgress { done_bytes: 6, total_bytes: 6 }));
    assert_eq!((report.exit_code(), report.files), (0, 2));
    assert!(report.text(Lang::Zh).contains("完好"), "{}", report.text(Lang::Zh));
}

#[test]
fn missing_changed_and_unknown_files_are_told_apart() {
    let folder = library(&[("a.mp4", b"aaa"), ("b.mp4", b"bbb"), ("c.mp4", b"ccc"), ("d.mp4", b"ddd")]);
    fs::remove_file(folder.path().join("a.mp4")).unwrap();
    fs::write(folder.path().join("b.mp4"), b"BBB").unwrap();
    fs::write(folder.path().join("c.mp4"), b"longer").unwrap();
    fs::write(folder.path().join("new\n.mp4"), b"new").unwrap();
    let report = verify(folder.path(), &mut |_| {}).unwrap();
    assert_eq!(report.missing, ["a.mp4"]);
    let changed: Vec<&str> = report.changed.iter().map(|changed| changed.file.as_str()).collect();
    assert_eq!(changed, ["b.mp4", "c.mp4"]);
    assert!(matches!(report.changed[0].reason, Change::Content { .. }));
    assert_eq!(report.changed[1].reason, Change::Size { bytes: 6, expected: 3 });
    assert_eq!(report.unknown, [AnyPath::from("new\n.mp4")]);
    assert_eq!(report.exit_code(), 1);
    let text = report.text(Lang::En);
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.ends_with("4 files: 1 missing, 2 changed, 1 unknown.\n"), "{text}");
    assert_eq!(serde_json::to_value(&report).unwrap()["changed"][1]["reason"]["kind"], "size");
}

#[test]
fn a_folder_without_a_catalogue_is_no_library() {
    let folder = tempfile::tempdir().unwrap();
    let refused = verify(folder.path(), &mut |_| {}).unwrap_err();
    assert!(matches!(refused, VerifyError::NoCatalogue { .. }), "{refused}");
}
