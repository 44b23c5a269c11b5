//! Beside the file, or in the library where the inbox takes nothing.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Warn;
use super::page::Entry;
use crate::job::Shop;
use crate::messages;
use crate::report::place::{self, Dropped};
use crate::staging::{Lasting, StagingError, remove_beside, safe_name, write_beside};

/// The two places of each report.
pub(super) struct Places {
    shop: Arc<Shop>,
    inbox: PathBuf,
    warn: Warn,
    /// The inbox took nothing the last time, and that was said.
    warned: bool,
}

impl Places {
    pub fn new(shop: Arc<Shop>, inbox: PathBuf, warn: Warn) -> Self {
        Self { shop, inbox, warn, warned: false }
    }

    pub fn inbox(&self) -> &Path {
        &self.inbox
    }

    fn of(&self, entry: &Entry) -> place::Places {
        let drop = Dropped {
            inbox: &self.inbox,
            library: self.shop.config.library.as_path(),
            department: entry.folder(),
            relative: &entry.relative,
            shown_name: &entry.shown_name,
        };
        place::places(&drop, safe_name)
    }

    /// The report's file name.
    pub fn name(&self, entry: &Entry) -> String {
        let place = self.of(entry).beside;
        place.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether the drop has a report.
    pub fn has(&self, entry: &Entry) -> bool {
        let place::Places { beside, fallback } = self.of(entry);
        beside.exists() || fallback.exists()
    }

    /// `last`: nothing more is said of the drop, so the page is to survive a power cut.
    pub fn write(&mut self, entry: &Entry, html: &[u8], last: bool) {
        let lasting = if last { Lasting::Synced } else { Lasting::Soon };
        self.put(&self.of(entry), html, lasting);
    }

    pub fn write_index(&mut self, department: Option<&OsStr>, html: &[u8]) {
        let library = self.shop.config.library.as_path();
        let places = place::index_places(&self.inbox, library, department, safe_name);
        self.put(&places, html, Lasting::Soon);
    }

    fn put(&mut self, places: &place::Places, html: &[u8], lasting: Lasting) {
        let place::Places { beside, fallback } = places;
        let failed = match write_beside(beside, html, lasting) {
            Ok(()) => {
                self.warned = false;
                return;
            }
            // The department's folder went with its files.
            Err(StagingError::Other { source, .. }) if source.kind() == ErrorKind::NotFound => return,
            Err(error) => error,
        };
        if !std::mem::replace(&mut self.warned, true) {
            (self.warn)(&messages::watch::reports_elsewhere(
                &self.inbox.to_string_lossy(),
                &self.shop.config.library.as_path().join(place::FALLBACK_FOLDER).to_string_lossy(),
                &messages::text(&failed.finding()),
            ));
        }
        let Some(library) = &self.shop.library else { return };
        if let Err(error) =
            library.staging.publish_bytes(html, &within(library.staging.library(), fallback, &self.shop))
        {
            tracing::warn!(%error, "a report was not written");
        }
    }

    pub fn remove(&self, entry: &Entry) {
        let place::Places { beside, fallback } = self.of(entry);
        remove_beside(&beside);
        if let Some(library) = &self.shop.library
            && fallback.exists()
        {
            let _ = library.staging.retire(&within(library.staging.library(), &fallback, &self.shop));
        }
    }
}

/// The same place under the library's real path, which `staging` knows it by.
fn within(real: &Path, place: &Path, shop: &Shop) -> PathBuf {
    place
        .strip_prefix(shop.config.library.as_path())
        .map_or_else(|_| place.to_owned(), |inside| real.join(inside))
}
