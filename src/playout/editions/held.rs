//! Which files screens may still hold of earlier editions. An edition never changes, so each is read once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::library::catalog::{Catalog, CatalogError};

/// Most earlier editions of a screen that are read.
const EARLIER: u32 = 1000;

/// What is known of the editions of all screens.
#[derive(Debug, Default)]
pub struct HeldFiles(Mutex<HashMap<String, OfScreen>>);

#[derive(Debug, Default)]
struct OfScreen {
    /// The last edition that was read.
    last: (u64, String),
    /// Of each file, until when the last edition is good that shows or revokes it.
    until: BTreeMap<String, i64>,
}

impl HeldFiles {
    /// Returns the files that editions of a screen show or revoke that are still good at `now`, milliseconds since 1970.
    pub fn of(&self, catalog: &Catalog, screen: &str, now: i64) -> Result<Vec<String>, CatalogError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let its = all.entry(screen.to_owned()).or_default();
        let editions = catalog.newest_editions(screen, EARLIER)?;
        // A catalogue out of a backup counts anew.
        if its.last.0 > 0 && !editions.iter().any(|row| (row.number, &row.id) == (its.last.0, &its.last.1)) {
            *its = OfScreen::default();
        }
        for row in editions.iter().take_while(|row| row.number > its.last.0 && row.good_until > now) {
            let Some(edition) = catalog.edition(&row.id)?.and_then(|it| it.sealed.edition().ok()) else {
                continue;
            };
            let files = edition.items.into_iter().map(|item| item.video.sha256).chain(edition.revoked);
            for sha256 in files {
                let until = its.until.entry(sha256).or_insert(row.good_until);
                *until = row.good_until.max(*until);
            }
        }
        if let Some(newest) = editions.into_iter().next() {
            its.last = (newest.number, newest.id);
        }
        its.until.retain(|_, until| *until > now);
        Ok(its.until.keys().cloned().collect())
    }
}
