//! Scans the whole inbox: names and metadata, no file is opened.

use crate::files;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::drops::Seen;
use crate::intake::discover::{self, Found, LeftOver, Skipped};
use crate::intake::watcher::{self, Ignore, Reading};
use crate::model::finding::Code;
use crate::model::inspection::Source;
use crate::model::language::AnyPath;
use crate::model::left_over::LeftOverKind;
use crate::model::service::DiskSpace;
use crate::present::report::place::REPORTS_FOLDER;

/// Where submissions come in.
#[derive(Clone, Debug)]
pub struct InboxScanner {
    pub path: PathBuf,
    /// Passed over when it is in the inbox.
    pub library: PathBuf,
    pub ignore: Ignore,
}

/// The folder itself, whatever its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FolderIdentity {
    pub device: u64,
    pub inode: u64,
}

/// What one scan saw.
#[derive(Debug)]
pub struct Scan {
    pub snapshot: Snapshot,
    pub took: Duration,
    pub disk: Option<DiskSpace>,
}

/// The inbox as a scan saw it.
#[derive(Debug)]
pub enum Snapshot {
    Files {
        seen: Vec<Seen>,
        /// Links that lead out, and what could not be read.
        skipped: Vec<Skipped>,
        /// What is not taken.
        left_over: Vec<LeftOver>,
        /// Another one when something else is mounted there.
        identity: FolderIdentity,
        /// Nothing is there but our own reports.
        reports_alone: bool,
    },
    /// The folder holds nothing at all, not even a department's folder or a report.
    Empty,
    Unreachable {
        detail: String,
    },
}

impl InboxScanner {
    /// Scans the inbox. Blocks for as long as the file system takes.
    pub fn scan(&self) -> Scan {
        let began = Instant::now();
        let snapshot = self.snapshot();
        Scan { snapshot, took: began.elapsed(), disk: watcher::space(&self.path) }
    }

    fn snapshot(&self) -> Snapshot {
        let gone = |detail: &dyn ToString| Snapshot::Unreachable { detail: detail.to_string() };
        let identity = match fs::metadata(&self.path) {
            Ok(folder) => FolderIdentity { device: folder.dev(), inode: folder.ino() },
            Err(error) => return gone(&error),
        };
        match fs::read_dir(&self.path).map(|mut entries| entries.next().is_none()) {
            Ok(true) => return Snapshot::Empty,
            Ok(false) => {}
            Err(error) => return gone(&error),
        }
        let found = match discover::find(std::slice::from_ref(&self.path), &self.path, &self.library) {
            Ok(found) => found,
            Err(error) => return gone(&error),
        };
        let Found { sources, skipped, left_over } = found;
        let wanted = |relative: &Path| !self.ignore.covers(relative);
        let seen: Vec<Seen> =
            sources.into_iter().filter(|source| wanted(source.relative.as_path())).map(seen).collect();
        let is_wanted = |path: &Path| path.strip_prefix(&self.path).is_ok_and(wanted);
        let skipped: Vec<Skipped> = skipped.into_iter().filter(|one| is_wanted(one.path.as_path())).collect();
        // Unfinished downloads are passed over by name, and told all the same when they stay.
        let is_told = |one: &LeftOver| one.kind == LeftOverKind::Unfinished || is_wanted(&one.path);
        let orphans = skipped.iter().filter(|one| one.finding.code == Code::SidecarOrphan);
        let orphans =
            orphans.map(|one| LeftOver { path: one.path.as_path().to_owned(), kind: LeftOverKind::Sidecar });
        let left_over = left_over.into_iter().filter(is_told).chain(orphans).collect();
        let reports_alone = seen.is_empty() && self.holds_reports_alone();
        Snapshot::Files { seen, skipped, left_over, identity, reports_alone }
    }

    fn holds_reports_alone(&self) -> bool {
        let entries = fs::read_dir(&self.path).into_iter().flatten();
        entries.flatten().all(|entry| entry.file_name() == REPORTS_FOLDER)
    }
}

fn seen(source: Source) -> Seen {
    let beside =
        |path: &Option<AnyPath>| path.as_ref().map(|path| (path.clone(), files::stamp(path.as_path()).ok()));
    let beside = [&source.details, &source.captions, &source.cover].map(beside);
    let reading = Reading { stamp: source.stamp, beside, notes: source.notes.clone() };
    Seen { source, reading }
}
