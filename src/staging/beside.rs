//! Reports beside the files of the inbox, which is other people's.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{Doing, Result, StagingError};
use super::publish::{forget_on_error, replace, write_synced};

/// Whether bytes must survive a power cut once they have appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    Synced,
    /// They only say how things stand, and are written again soon.
    Soon,
}

/// Makes these bytes appear at `path` whole or not at all: first under a hidden name in the same folder, then by one
/// rename. The file's own folder is made where it is missing, none above it: a share that vanished is not rebuilt on
/// the empty mount point. A folder that is a symbolic link is refused, because it could lead anywhere.
pub fn write_beside(path: &Path, bytes: &[u8], lasting: Lasting) -> Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or(path);
    match fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).doing("creating the folder", folder);
        }
        _ => {}
    }
    if !fs::symlink_metadata(folder).doing("looking at", folder)?.is_dir() {
        return Err(StagingError::ReadOnly { path: folder.to_owned() });
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let aside = folder.join(format!(".jincai-{}-{number}.tmp", std::process::id()));
    let written = match lasting {
        Lasting::Synced => write_synced(&aside, bytes),
        Lasting::Soon => fs::write(&aside, bytes).doing("writing", &aside),
    };
    forget_on_error(written.and_then(|()| replace(&aside, path)), &aside)
}

/// Removes a report of ours. One that cannot be removed is no harm: it is only out of date.
pub fn remove_beside(path: &Path) {
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_report_appears_whole_and_is_replaced_whole() {
        let inbox = tempfile::tempdir().unwrap();
        let report = inbox.path().join("_结果/a.mp4.html");
        write_beside(&report, b"one", Lasting::Synced).unwrap();
        write_beside(&report, b"two", Lasting::Soon).unwrap();
        assert_eq!(fs::read(&report).unwrap(), b"two");
        assert_eq!(names(report.parent().unwrap()), ["a.mp4.html"]);
    }

    #[test]
    fn neither_a_lost_share_nor_a_link_is_written_to() {
        let inbox = tempfile::tempdir().unwrap();
        assert!(write_beside(&inbox.path().join("gone/_结果/a.html"), b"x", Lasting::Synced).is_err());
        assert!(names(inbox.path()).is_empty());
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), inbox.path().join("_结果")).unwrap();
        assert!(write_beside(&inbox.path().join("_结果/a.html"), b"x", Lasting::Synced).is_err());
        assert!(names(elsewhere.path()).is_empty());
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let inbox = tempfile::tempdir().unwrap();
        let taken = inbox.path().join("_结果/a.html");
        fs::create_dir_all(&taken).unwrap();
        assert!(write_beside(&taken, b"x", Lasting::Synced).is_err());
        assert_eq!(names(taken.parent().unwrap()), ["a.html"]);
    }
}
