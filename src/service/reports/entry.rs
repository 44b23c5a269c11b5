//! The drop that a page is about, as it is known from outside.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::model::service::InboxFile;
use crate::work::context::Context;

/// The drop that a page is about.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub relative: PathBuf,
    /// The folder's name in the inbox.
    pub department: Option<String>,
    pub shown_name: String,
    pub bytes: u64,
    pub received_at: String,
}

impl Entry {
    /// Returns the department's folder as it is on the disk; its name may not be UTF-8.
    pub fn folder(&self) -> Option<&OsStr> {
        self.department.as_ref().and(self.relative.iter().next())
    }

    pub fn of_inbox_file(drop: &InboxFile) -> Self {
        Self {
            relative: drop.relative.as_path().to_owned(),
            department: drop.department.clone(),
            shown_name: shown_name(drop.relative.as_path()),
            bytes: drop.bytes,
            received_at: drop.since.clone(),
        }
    }

    pub fn of_source(source: &Source, received_at: &str) -> Self {
        Self {
            relative: source.relative.as_path().to_owned(),
            department: source.department.clone(),
            shown_name: shown_name(source.relative.as_path()),
            bytes: source.stamp.bytes,
            received_at: received_at.to_owned(),
        }
    }

    /// Returns the entry of a work whose source is not in the inbox any more; `None` outside the inbox.
    pub fn of_work(inbox: &Path, source: &Path, work: &Work) -> Option<Self> {
        let relative = source.strip_prefix(inbox).ok()?.to_owned();
        let below = relative.components().count() > 1;
        let first = relative.iter().next().filter(|_| below).map(|name| name.to_string_lossy().into_owned());
        Some(Self {
            department: first,
            shown_name: shown_name(&relative),
            bytes: work.source.bytes,
            received_at: work.made_at.clone(),
            relative,
        })
    }

    /// Returns the entry of something that never became a source; `None` outside the inbox.
    pub fn of_path(inbox: &Path, path: &Path, context: &Context) -> Option<Self> {
        let relative = path.strip_prefix(inbox).ok()?.to_owned();
        let below = relative.components().count() > 1;
        let first = relative.iter().next().filter(|_| below).map(|name| name.to_string_lossy().into_owned());
        Some(Self {
            department: first,
            shown_name: shown_name(&relative),
            bytes: path.symlink_metadata().map_or(0, |file| file.len()),
            received_at: context.now(),
            relative,
        })
    }
}

/// Returns a path's name as people read it.
pub(super) fn shown_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    crate::text::decode_name(std::os::unix::ffi::OsStrExt::as_bytes(name))
}
