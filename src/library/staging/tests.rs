//! Outputs on real file systems: links, kills, full and read-only disks.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;
use crate::model::finding::Code;

fn library() -> (tempfile::TempDir, Staging) {
    let folder = tempfile::tempdir().unwrap();
    let staging = Staging::open(&folder.path().join("作品库")).unwrap();
    (folder, staging)
}

/// Returns every file outside jincai's own folder, with its content.
fn visible(library: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![library.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(PRIVATE_FOLDER) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(library).unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn left_aside(staging: &Staging) -> usize {
    fs::read_dir(staging.library().join(PRIVATE_FOLDER).join("staging")).unwrap().count()
}

#[test]
fn a_staged_file_appears_under_its_final_name_and_its_folder_vanishes() {
    let (_guard, staging) = library();
    let folder = staging.folder("0123abcd").unwrap();
    let staged = folder.path().join("out.mp4");
    fs::write(&staged, b"video").unwrap();
    let to = Path::new("春/宣传部/校园-0123abcd/douyin/校园.mp4");
    staging.publish(&staged, to).unwrap();
    let path = folder.path().to_owned();
    drop(folder);
    assert!(!path.exists());
    assert_eq!(visible(staging.library()), [(to.to_owned(), b"video".to_vec())]);
}

#[test]
fn replacing_one_linked_output_leaves_the_other_as_it_was() {
    let (_guard, staging) = library();
    let (first, second) = (Path::new("a/douyin.mp4"), Path::new("a/kuaishou.mp4"));
    staging.publish_bytes(b"one", first).unwrap();
    staging.link(first, second).unwrap();
    let inode = |path: &Path| fs::metadata(staging.library().join(path)).unwrap().ino();
    assert_eq!(inode(first), inode(second));
    staging.link(first, second).unwrap();
    staging.publish_bytes(b"two", first).unwrap();
    assert_eq!(
        visible(staging.library()),
        [(first.to_owned(), b"two".to_vec()), (second.to_owned(), b"one".to_vec())]
    );
    assert_eq!(left_aside(&staging), 0);
}

#[test]
fn what_a_killed_run_left_behind_is_cleared_and_never_seen() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join(PRIVATE_FOLDER).join("staging/0123abcd");
    fs::create_dir_all(&dead).unwrap();
    fs::write(dead.join("half.mp4"), b"hal").unwrap();
    fs::write(folder.path().join(PRIVATE_FOLDER).join("lock"), b"999999\n").unwrap();
    let staging = Staging::open(folder.path()).unwrap();
    assert!(!dead.exists());
    assert_eq!(visible(staging.library()), []);
}

#[test]
fn a_second_instance_is_refused_with_the_pid_of_the_first() {
    let (_guard, staging) = library();
    let refused = Staging::open(staging.library()).unwrap_err();
    match &refused {
        StagingError::Busy { holder, library } => {
            assert_eq!(holder, &std::process::id().to_string());
            assert_eq!(library, staging.library());
        }
        other => panic!("{other}"),
    }
    let path = staging.library().to_owned();
    drop(staging);
    Staging::open(&path).unwrap();
}

#[test]
fn nothing_outside_the_library_is_written_or_removed() {
    let (guard, staging) = library();
    let stranger = guard.path().join("stranger.mp4");
    fs::write(&stranger, b"not ours").unwrap();
    symlink(guard.path(), staging.library().join("way-out")).unwrap();
    for path in [
        stranger.as_path(),
        Path::new("../stranger.mp4"),
        Path::new("a/../../stranger.mp4"),
        Path::new("way-out/stranger.mp4"),
        Path::new(".jincai/lock"),
        Path::new(""),
    ] {
        for refused in [staging.retire(path), staging.publish_bytes(b"x", path), staging.link(path, path)] {
            assert!(matches!(refused, Err(StagingError::OutsideLibrary { .. })), "{path:?}: {refused:?}");
        }
    }
    assert_eq!(fs::read(&stranger).unwrap(), b"not ours");
}

#[test]
fn retiring_a_work_s_last_file_removes_its_empty_folders_only() {
    let (_guard, staging) = library();
    let (ours, other) = (Path::new("春/甲/douyin/a.mp4"), Path::new("春/乙/b.mp4"));
    staging.publish_bytes(b"a", ours).unwrap();
    staging.publish_bytes(b"b", other).unwrap();
    staging.retire(ours).unwrap();
    staging.retire(ours).unwrap();
    assert!(!staging.library().join("春/甲").exists());
    assert_eq!(visible(staging.library()), [(other.to_owned(), b"b".to_vec())]);
}

/// A file system of its own for a test, unmounted at the end.
struct Mounted(PathBuf);

impl Mounted {
    fn tmpfs(at: &Path, options: &str) -> Self {
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
        let mount = mount.unwrap();
        assert!(mount.status.success(), "{}", String::from_utf8_lossy(&mount.stderr));
        Self(at.to_owned())
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[ignore = "needs the right to mount"]
fn a_full_disk_is_named_and_leaves_the_old_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let _mounted = Mounted::tmpfs(folder.path(), "size=256k");
    let staging = Staging::open(folder.path()).unwrap();
    let to = Path::new("a/video.mp4");
    staging.publish_bytes(b"old", to).unwrap();
    let refused = staging.publish_bytes(&vec![7; 1 << 20], to).unwrap_err();
    assert!(matches!(refused, StagingError::DiskFull { .. }), "{refused}");
    assert_eq!(refused.finding().code, Code::DiskFull);
    assert_eq!(visible(staging.library()), [(to.to_owned(), b"old".to_vec())]);
    staging.publish_bytes(&vec![7; 100 << 10], to).unwrap();
}

#[test]
#[ignore = "needs the right to mount"]
fn a_disk_that_fills_up_half_way_through_a_work_leaves_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let _mounted = Mounted::tmpfs(folder.path(), "size=256k");
    let staging = Staging::open(folder.path()).unwrap();
    let (post, video) = (Path::new("a/post.txt"), Path::new("a/video.mp4"));
    let too_much = vec![7; 1 << 20];
    let refused = staging
        .publish_all(&[
            Publication { content: Content::Bytes(b"post"), to: post },
            Publication { content: Content::Bytes(&too_much), to: video },
        ])
        .unwrap_err();
    assert!(matches!(refused, StagingError::DiskFull { .. }), "{refused}");
    assert_eq!(visible(staging.library()), []);
    assert_eq!(left_aside(&staging), 0);
}

#[test]
fn one_call_publishes_a_file_and_further_names_for_it() {
    let (_guard, staging) = library();
    let (first, second) = (Path::new("a/douyin.mp4"), Path::new("b/kuaishou.mp4"));
    staging.publish_bytes(b"old", first).unwrap();
    staging
        .publish_all(&[
            Publication { content: Content::Bytes(b"new"), to: first },
            Publication { content: Content::SameAs(first), to: second },
        ])
        .unwrap();
    let new = b"new".to_vec();
    assert_eq!(visible(staging.library()), [(first.to_owned(), new.clone()), (second.to_owned(), new)]);
    assert_eq!(left_aside(&staging), 0);
}

#[test]
#[ignore = "needs the right to mount"]
fn a_read_only_library_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let _mounted = Mounted::tmpfs(folder.path(), "size=256k,ro");
    let refused = Staging::open(folder.path()).unwrap_err();
    assert!(matches!(refused, StagingError::ReadOnly { .. }), "{refused}");
    assert_eq!(refused.finding().code, Code::LibraryReadOnly);
}
