//! Writes reports beside the files of the inbox, which belongs to other people.

use std::ffi::OsStr;
use std::io;
use std::io::Write;
use std::path::{Component, Path};

use super::error::{Doing, Result};
use crate::files::Folder;

/// Whether bytes must survive a power cut once they have appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    Synced,
    /// They only show the current state, and are soon written again.
    Soon,
}

/// Writes a file at `path`, which is under `root`, whole or not at all: first under a random hidden name, then renamed.
/// The file's own folder is created where it is missing, but none above it, so that a share that disappeared is not
/// rebuilt on the empty mount point. Below `root` no link is followed, because it could lead anywhere, and replacing a
/// folder meanwhile has no effect, because everything happens in the folder that was opened.
pub fn write_beside(root: &Path, path: &Path, bytes: &[u8], lasting: Durability) -> Result<()> {
    let (above, folder, name) = parts(root, path).doing("looking at", path)?;
    let above = Folder::open(root).and_then(|root| root.below(above)).doing("opening the folder of", path)?;
    let folder = match folder {
        Some(folder) => above.child_or_new(folder).doing("creating the folder of", path)?,
        None => above,
    };
    let mut created = folder.create().doing("creating", path)?;
    created.file.write_all(bytes).doing("writing", path)?;
    if lasting == Durability::Synced {
        created.file.sync_all().doing("syncing", path)?;
    }
    created.persist(name).doing("publishing", path)
}

/// Splits a path into the folders between `root` and the file's own, the file's own (`None` where that is `root`), and
/// its name.
fn parts<'a>(root: &Path, path: &'a Path) -> io::Result<(&'a Path, Option<&'a OsStr>, &'a OsStr)> {
    let outside = || io::Error::from(io::ErrorKind::InvalidInput);
    let inside = path.strip_prefix(root).map_err(|_| outside())?;
    if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    let name = inside.file_name().ok_or_else(outside)?;
    let folder = inside.parent().unwrap_or(Path::new(""));
    Ok((folder.parent().unwrap_or(Path::new("")), folder.file_name(), name))
}

/// Removes a report under `root`. One that cannot be removed is harmless, only out of date.
pub fn remove_beside(root: &Path, path: &Path) {
    let folder = path.parent().and_then(|folder| folder.strip_prefix(root).ok());
    if let (Some(folder), Some(name)) = (folder, path.file_name()) {
        let _ = Folder::open(root).and_then(|root| root.below(folder)).and_then(|folder| folder.remove(name));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_report_appears_whole_and_is_replaced_whole() {
        let inbox = tempfile::tempdir().unwrap();
        let report = inbox.path().join("_结果/a.mp4.html");
        write_beside(inbox.path(), &report, b"one", Durability::Synced).unwrap();
        write_beside(inbox.path(), &report, b"two", Durability::Soon).unwrap();
        assert_eq!(fs::read(&report).unwrap(), b"two");
        assert_eq!(names(report.parent().unwrap()), ["a.mp4.html"]);
    }

    #[test]
    fn neither_a_lost_share_nor_a_link_is_written_to() {
        let inbox = tempfile::tempdir().unwrap();
        let gone = inbox.path().join("gone/_结果/a.html");
        assert!(write_beside(inbox.path(), &gone, b"x", Durability::Synced).is_err());
        assert!(names(inbox.path()).is_empty());
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), inbox.path().join("_结果")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), inbox.path().join("系")).unwrap();
        for name in ["_结果/a.html", "系/_结果/a.html", "../a.html"] {
            let report = inbox.path().join(name);
            assert!(write_beside(inbox.path(), &report, b"x", Durability::Synced).is_err(), "{name}");
            remove_beside(inbox.path(), &report);
        }
        assert!(names(elsewhere.path()).is_empty());
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let inbox = tempfile::tempdir().unwrap();
        let taken = inbox.path().join("_结果/a.html");
        fs::create_dir_all(&taken).unwrap();
        assert!(write_beside(inbox.path(), &taken, b"x", Durability::Synced).is_err());
        assert_eq!(names(taken.parent().unwrap()), ["a.html"]);
    }
}
