//! Writes reports beside the file, or in the library where the inbox takes nothing.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::Entry;
use super::event::Warn;
use crate::files;
use crate::library::staging::{Durability, StagingError, remove_beside, write_beside};
use crate::model::service::FALLBACK_FOLDER;
use crate::present::messages;
use crate::present::report::place;
use crate::present::report::place::Dropped;
use crate::work::context::Context;

/// Held by the pages of open drops and by no others; see `report::work`.
const REFRESH: &str = "http-equiv=\"refresh\"";

/// The two places of each report.
pub(super) struct Places {
    context: Arc<Context>,
    inbox: PathBuf,
    warn: Warn,
    /// The inbox took nothing the last time, and a warning was given.
    warned: bool,
}

impl Places {
    pub fn new(context: Arc<Context>, inbox: PathBuf, warn: Warn) -> Self {
        Self { context, inbox, warn, warned: false }
    }

    pub fn inbox(&self) -> &Path {
        &self.inbox
    }

    /// Returns the departments that have an index beside their files.
    pub fn departments(&self) -> Vec<Option<OsString>> {
        let library = self.context.config.library.as_path();
        let entries = std::fs::read_dir(&self.inbox).into_iter().flatten().flatten();
        let folders = entries.map(|entry| Some(entry.file_name())).chain([None]);
        folders
            .filter(|folder| place::index_places(&self.inbox, library, folder.as_deref()).beside.is_file())
            .collect()
    }

    fn of(&self, entry: &Entry) -> place::Places {
        let drop = Dropped {
            inbox: &self.inbox,
            library: self.context.config.library.as_path(),
            department: entry.folder(),
            relative: &entry.relative,
            shown_name: &entry.shown_name,
        };
        place::places(&drop)
    }

    /// Returns the report's file name.
    pub fn name(&self, entry: &Entry) -> String {
        let place = self.of(entry).beside;
        place.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns true if the drop has a report with this mark: of its outcome, and with the review as it is now. One that says it
    /// is on its way was left by a kill.
    pub fn has(&self, entry: &Entry, mark: &str) -> bool {
        let place::Places { beside, fallback } = self.of(entry);
        [beside, fallback]
            .iter()
            .any(|page| head_of(page).is_some_and(|head| head.contains(mark) && !head.contains(REFRESH)))
    }

    /// Returns true if the drop has a report, whatever it says.
    pub fn has_any(&self, entry: &Entry) -> bool {
        let place::Places { beside, fallback } = self.of(entry);
        [beside, fallback].iter().any(|page| page.exists())
    }

    /// Writes a page. `last`: nothing more is reported of the drop, so the page is to survive a power cut.
    pub fn write(&mut self, entry: &Entry, html: &[u8], last: bool) {
        let lasting = if last { Durability::Synced } else { Durability::Soon };
        self.put(&self.of(entry), html, lasting);
    }

    pub fn write_index(&mut self, department: Option<&OsStr>, html: &[u8]) {
        let library = self.context.config.library.as_path();
        let places = place::index_places(&self.inbox, library, department);
        self.put(&places, html, Durability::Soon);
    }

    fn put(&mut self, places: &place::Places, html: &[u8], lasting: Durability) {
        let place::Places { beside, fallback } = places;
        let failed = match write_beside(&self.inbox, beside, html, lasting) {
            Ok(()) => {
                self.warned = false;
                return;
            }
            // The department's folder went with its files.
            Err(StagingError::Other { source, .. }) if source.kind() == ErrorKind::NotFound => return,
            Err(error) => error,
        };
        if !std::mem::replace(&mut self.warned, true) {
            let elsewhere = self.context.config.library.as_path().join(FALLBACK_FOLDER);
            let elsewhere = elsewhere.to_string_lossy();
            let in_the_way =
                beside.parent().filter(|folder| folder.symlink_metadata().is_ok_and(|there| !there.is_dir()));
            (self.warn)(&match in_the_way {
                Some(file) => messages::watch::reports_blocked(file, &elsewhere),
                None => messages::watch::reports_elsewhere(
                    &self.inbox.to_string_lossy(),
                    &elsewhere,
                    &messages::text(&failed.finding()),
                ),
            });
        }
        let Some(library) = &self.context.library else { return };
        if let Err(error) =
            library.staging.publish_bytes(html, &within(library.staging.library(), fallback, &self.context))
        {
            tracing::warn!(%error, "a report was not written");
        }
    }

    /// Removes pages that say of a drop that it is on its way, and of which nothing is `known`: it left while no service
    /// ran. Departments that could not be looked into keep theirs.
    pub fn clear_open(&self, unreadable: &[PathBuf], known: impl Fn(Option<&OsStr>, &OsStr) -> bool) {
        let entries = std::fs::read_dir(&self.inbox).into_iter().flatten().flatten();
        let folders = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| Some(entry.file_name()));
        let library = self.context.config.library.as_path();
        for department in folders.chain([None]) {
            let department = department.as_deref();
            let is_under = |place: &&PathBuf| department.is_none_or(|folder| place.starts_with(folder));
            if unreadable.iter().any(|place| place.as_os_str().is_empty() || is_under(&place)) {
                continue;
            }
            let place::Places { beside, fallback } = place::index_places(&self.inbox, library, department);
            for page in open_pages(&beside).filter(|page| !known(department, page)) {
                remove_beside(&self.inbox, &beside.with_file_name(page));
            }
            for page in open_pages(&fallback).filter(|page| !known(department, page)) {
                if let Some(library) = &self.context.library {
                    let place = fallback.with_file_name(page);
                    let _ = library.staging.retire(&within(library.staging.library(), &place, &self.context));
                }
            }
        }
    }

    pub fn remove(&self, entry: &Entry) {
        let place::Places { beside, fallback } = self.of(entry);
        remove_beside(&self.inbox, &beside);
        if let Some(library) = &self.context.library
            && fallback.exists()
        {
            let _ = library.staging.retire(&within(library.staging.library(), &fallback, &self.context));
        }
    }
}

/// Returns the names of the pages beside `index` that ask to be loaded again, as only those of open drops do.
fn open_pages(index: &Path) -> impl Iterator<Item = OsString> {
    let entries = index.parent().map(std::fs::read_dir).into_iter().flatten().flatten().flatten();
    let own = index.file_name().map(OsStr::to_owned);
    entries
        .filter(move |entry| Some(entry.file_name()) != own && is_open(&entry.path()))
        .map(|e| e.file_name())
}

/// Returns true if the head of a page holds what makes a browser load it again.
fn is_open(page: &Path) -> bool {
    head_of(page).is_some_and(|head| head.contains(REFRESH))
}

/// Returns the beginning of a page.
fn head_of(page: &Path) -> Option<String> {
    const HEAD_BYTES: u64 = 4096;
    if page.extension() != Some(OsStr::new("html")) {
        return None;
    }
    let mut head = Vec::new();
    files::open(page).ok()?.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// Returns the same place under the library's real path, which `staging` knows it by.
fn within(real: &Path, place: &Path, context: &Context) -> PathBuf {
    place
        .strip_prefix(context.config.library.as_path())
        .map_or_else(|_| place.to_owned(), |inside| real.join(inside))
}
