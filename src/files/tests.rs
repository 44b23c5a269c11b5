//! Links, pipes and devices under every name.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::symlink;

use rustix::fs::{FileType, Mode, mknodat};
use rustix::io::Errno;

use super::*;

fn pipe(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

/// Opening a pipe or a link by the usual calls would block for ever, or read another file.
#[test]
fn only_regular_files_are_read_and_nothing_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "text").unwrap();
    pipe(&at("pipe"));
    symlink(at("file"), at("link")).unwrap();
    symlink(at("pipe"), at("link to a pipe")).unwrap();
    symlink("/dev/zero", at("endless")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    assert_eq!(read(&at("file"), 4).unwrap(), b"text");
    assert_eq!(read(&at("file"), 3).unwrap_err().kind(), ErrorKind::FileTooLarge);
    for name in ["pipe", "link", "link to a pipe", "endless", "folder"] {
        assert!(open(&at(name)).is_err(), "{name}");
        let followed = open_named(&at(name));
        assert_eq!(followed.is_ok(), name == "link", "{name}");
    }
    assert!(append(&at("pipe")).is_err());
    writeln!(append(&at("link")).unwrap(), "more").unwrap();
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "textmore\n");
    assert!(append(Path::new("/dev/null")).is_ok());
    assert!(open_or_create_private(&at("link")).is_err());
    assert!(create_again(&at("link")).is_err() && create_again(&at("pipe")).is_err());
    drop(create_again(&at("file")).unwrap());
    assert_eq!(fs::read(at("file")).unwrap(), b"");
}

#[test]
fn a_file_that_claims_no_size_is_read_no_further_than_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let sparse = folder.path().join("sparse");
    File::create(&sparse).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(read(&sparse, 1 << 20).unwrap_err().kind(), ErrorKind::FileTooLarge);
    assert!(read_system(Path::new("/proc/self/status")).unwrap().contains("Name:"));
}

#[test]
fn a_new_file_is_never_made_through_a_link_or_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("victim"), "original").unwrap();
    symlink(at("victim"), at("link")).unwrap();
    symlink(at("nowhere"), at("dangling")).unwrap();
    fs::hard_link(at("victim"), at("hard link")).unwrap();
    for name in ["victim", "link", "dangling", "hard link"] {
        assert_eq!(create_new(&at(name)).unwrap_err().kind(), ErrorKind::AlreadyExists, "{name}");
    }
    assert!(!at("nowhere").exists());
    let opened = Folder::open(folder.path()).unwrap();
    for name in ["victim", "link", "hard link"] {
        let mut fresh = opened.create().unwrap();
        fresh.file.write_all(b"ours").unwrap();
        fresh.persist(OsStr::new(name)).unwrap();
        assert_eq!(fs::read(at(name)).unwrap(), b"ours", "{name}");
        assert!(fs::symlink_metadata(at(name)).unwrap().is_file(), "{name}");
        if name == "victim" {
            // Its other name keeps the content: the name was replaced, never the file written to.
            assert_eq!(fs::read(at("hard link")).unwrap(), b"original");
        }
    }
}

#[test]
fn what_is_not_finished_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Folder::open(folder.path()).unwrap();
    let names: Vec<String> = (0..4).map(|_| opened.create().unwrap().name.clone()).collect();
    assert!(names.iter().collect::<BTreeSet<_>>().len() == 4, "{names:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_opened_folder_stays_the_same_whatever_its_name_becomes() {
    let inbox = tempfile::tempdir().unwrap();
    let (there, moved, elsewhere) =
        (inbox.path().join("系"), inbox.path().join("旧"), inbox.path().join("别处"));
    fs::create_dir(&there).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    let root = Folder::open(inbox.path()).unwrap();
    let department = root.below(Path::new("系")).unwrap();
    rustix::fs::rename(&there, &moved).unwrap();
    symlink(&elsewhere, &there).unwrap();
    let results = department.child_or_new(OsStr::new("_结果")).unwrap();
    results.create().unwrap().persist(OsStr::new("a.html")).unwrap();
    assert!(moved.join("_结果/a.html").exists());
    assert!(root.below(Path::new("系")).is_err());
    assert!(root.below(Path::new("../etc")).is_err());
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn a_submission_may_be_a_link_inside_its_root_and_to_nowhere_else() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret"), "secret").unwrap();
    fs::create_dir(root.path().join("系")).unwrap();
    fs::write(root.path().join("系/a.mp4"), "film").unwrap();
    symlink(root.path().join("系/a.mp4"), root.path().join("b.mp4")).unwrap();
    symlink(outside.path().join("secret"), root.path().join("c.mp4")).unwrap();
    symlink(outside.path(), root.path().join("out")).unwrap();
    let opened = |name: &str| open_without_links(&real_submission(root.path(), &root.path().join(name))?);
    assert!(opened("系/a.mp4").is_ok() && opened("b.mp4").is_ok());
    assert!(opened("c.mp4").is_err() && opened("out/secret").is_err());
    // A path that became a link since it was resolved.
    let real = real_submission(root.path(), &root.path().join("系/a.mp4")).unwrap();
    rustix::fs::rename(root.path().join("系"), outside.path().join("系")).unwrap();
    symlink(outside.path().join("系"), root.path().join("系")).unwrap();
    assert!(open(&real).is_ok() && open_without_links(&real).is_err());
    assert!(open_without_links(&real_place(&root.path().join("c.mp4")).unwrap()).is_err());
}

/// For a kernel without `openat2`, or a system call filter that forbids it.
#[test]
fn part_by_part_no_link_is_followed_either() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().canonicalize().unwrap().join(name);
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("folder/a.mp4"), "text").unwrap();
    symlink("folder", at("link")).unwrap();
    symlink("a.mp4", at("folder/b.mp4")).unwrap();
    assert!(read::open_part_by_part(&at("folder/a.mp4")).is_ok());
    for name in ["link/a.mp4", "folder/b.mp4", "folder/../folder/a.mp4", "folder"] {
        assert!(read::open_part_by_part(&at(name)).is_err(), "{name}");
    }
}

/// Opening does not block, so `EAGAIN` for a file under a lease must not look like a lack of threads or memory.
#[test]
fn a_file_under_a_lease_is_in_use_and_the_machine_is_not_busy() {
    let error = open_error(Errno::AGAIN);
    assert_eq!((error.kind(), error.raw_os_error()), (ErrorKind::ResourceBusy, None));
    assert_eq!(Errno::from_io_error(&error), None);
}

#[test]
fn only_what_is_not_there_is_gone() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    fs::write(at("file"), "text").unwrap();
    symlink("loop", at("loop")).unwrap();
    for (name, gone) in [("file", false), ("none", true), ("file/x", true), ("loop/x", false)] {
        assert_eq!(is_gone(&at(name)), gone, "{name}");
    }
}
