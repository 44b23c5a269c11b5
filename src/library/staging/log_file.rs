//! An append-only log file that others may move away while it is written.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::{Doing, Result};
use crate::files;

/// A log file. It is reopened once its name refers to another file, or to none, because `logrotate` moved it.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
}

impl LogFile {
    /// Opens the log for appending, and creates it where it is missing.
    pub fn open(path: &Path) -> Result<Self> {
        let file = append(path).doing("opening the log", path)?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Returns the file that has the name now, and creates it where it is missing.
    pub fn current(&mut self) -> &mut File {
        if !self.is_current()
            && let Ok(file) = append(&self.path)
        {
            self.file = file;
        }
        &mut self.file
    }

    fn is_current(&self) -> bool {
        let identity = |about: fs::Metadata| (about.dev(), about.ino());
        let named = fs::metadata(&self.path).map(identity).ok();
        named.is_some() && named == self.file.metadata().map(identity).ok()
    }
}

fn append(path: &Path) -> io::Result<File> {
    files::append(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_log_that_was_moved_away_is_begun_anew_and_one_that_was_not_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
        fs::write(&path, "earlier\n").unwrap();
        let mut lines = LogFile::open(&path).unwrap();
        writeln!(lines.current(), "one").unwrap();
        fs::hard_link(&path, &moved).unwrap();
        fs::remove_file(&path).unwrap();
        writeln!(lines.current(), "two").unwrap();
        fs::remove_file(&path).unwrap();
        writeln!(lines.current(), "three").unwrap();
        assert_eq!(fs::read_to_string(&moved).unwrap(), "earlier\none\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
    }
}
