//! A look at the whole inbox: names and metadata, no file is opened.

use crate::files;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::drops::Seen;
use crate::intake::discover::{self, Found, Skipped};
use crate::intake::watcher::{self, Ignore, Reading};
use crate::model::inspection::Source;
use crate::model::service::DiskSpace;
use crate::model::text::AnyPath;
use crate::present::report::place::REPORTS_FOLDER;

/// Where submissions come in.
#[derive(Clone, Debug)]
pub struct InboxScanner {
    pub path: PathBuf,
    /// Passed over when it lies in the inbox.
    pub library: PathBuf,
    pub ignore: Ignore,
}

/// One look.
#[derive(Debug)]
pub struct Scan {
    pub view: Snapshot,
    pub took: Duration,
    pub disk: Option<DiskSpace>,
}

#[derive(Debug)]
pub enum Snapshot {
    Files {
        seen: Vec<Seen>,
        /// Links that lead out, and what could not be read.
        skipped: Vec<Skipped>,
        /// Device and inode of the inbox: others when something else is mounted there.
        identity: (u64, u64),
        /// Nothing lies there but our own reports.
        reports_alone: bool,
    },
    /// The folder holds nothing at all, not even a department's folder or a report.
    Bare,
    Gone {
        detail: String,
    },
}

impl InboxScanner {
    /// Blocks for as long as the file system takes.
    pub fn scan(&self) -> Scan {
        let began = Instant::now();
        let view = self.view();
        Scan { view, took: began.elapsed(), disk: watcher::space(&self.path) }
    }

    fn view(&self) -> Snapshot {
        let gone = |detail: &dyn ToString| Snapshot::Gone { detail: detail.to_string() };
        let identity = match fs::metadata(&self.path) {
            Ok(folder) => (folder.dev(), folder.ino()),
            Err(error) => return gone(&error),
        };
        match fs::read_dir(&self.path).map(|mut entries| entries.next().is_none()) {
            Ok(true) => return Snapshot::Bare,
            Ok(false) => {}
            Err(error) => return gone(&error),
        }
        let found = match discover::find(std::slice::from_ref(&self.path), &self.path, &self.library) {
            Ok(found) => found,
            Err(error) => return gone(&error),
        };
        // Scripts and pictures lie beside the videos of a drop; they are nobody's question here.
        let Found { sources, skipped, .. } = found;
        let wanted = |relative: &Path| !self.ignore.covers(relative);
        let seen: Vec<Seen> =
            sources.into_iter().filter(|source| wanted(source.relative.as_path())).map(seen).collect();
        let skipped = skipped
            .into_iter()
            .filter(|one| one.path.as_path().strip_prefix(&self.path).is_ok_and(wanted))
            .collect();
        let reports_alone = seen.is_empty() && self.holds_reports_alone();
        Snapshot::Files { seen, skipped, identity, reports_alone }
    }

    fn holds_reports_alone(&self) -> bool {
        let entries = fs::read_dir(&self.path).into_iter().flatten();
        entries.flatten().all(|entry| entry.file_name() == REPORTS_FOLDER)
    }
}

fn seen(source: Source) -> Seen {
    let beside =
        |path: &Option<AnyPath>| path.as_ref().map(|path| (path.clone(), files::stamp(path.as_path()).ok()));
    let reading =
        Reading { stamp: source.stamp, beside: [beside(&source.details), beside(&source.captions)] };
    Seen { source, reading }
}
