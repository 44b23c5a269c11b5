//! Which files may be shown at this moment, asked of the one door and remembered until something is decided.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::facts::{FactItem, Facts};
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::finding::Code;
use crate::model::review::ReviewRules;
use crate::review::release::may_go;

/// The files that a work may show on a target; `None`: nothing of it.
type Files = Option<HashSet<String>>;

/// What was asked already, by target and work. One answer serves all screens of a target.
#[derive(Debug, Default)]
pub(super) struct Releases(HashMap<String, HashMap<String, Files>>);

impl Releases {
    /// Forgets all answers.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Forgets the answers about some works.
    pub fn forget_works(&mut self, works: &BTreeSet<String>) {
        for known in self.0.values_mut() {
            known.retain(|work, _| !works.contains(work));
        }
    }

    /// Returns the files of an edition that must not be shown on a target.
    pub fn revoked(
        &mut self,
        catalog: &Catalog,
        rules: &ReviewRules,
        (edition, target): (&Facts, &str),
        now: Timestamp,
    ) -> Result<Vec<String>, CatalogError> {
        let mut revoked = Vec::new();
        for item in &edition.items {
            if !self.allows(catalog, rules, (item, target), now)? {
                revoked.push(item.video.clone());
                revoked.extend(item.picture.clone());
            }
        }
        Ok(revoked)
    }

    fn allows(
        &mut self,
        catalog: &Catalog,
        rules: &ReviewRules,
        (item, target): (&FactItem, &str),
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        Ok(self.files(catalog, rules, (&item.work, target), now)?.is_some_and(|files| {
            // A poster's still may be made beside what was signed; its picture is what was signed.
            files.contains(&item.video)
                || item.is_poster && item.picture.as_ref().is_some_and(|picture| files.contains(picture))
        }))
    }

    /// Returns the digests of what a work may show on a target.
    pub fn files(
        &mut self,
        catalog: &Catalog,
        rules: &ReviewRules,
        (work, target): (&str, &str),
        now: Timestamp,
    ) -> Result<Option<&HashSet<String>>, CatalogError> {
        if !self.0.contains_key(target) {
            self.0.insert(target.to_owned(), HashMap::new());
        }
        let Some(known) = self.0.get_mut(target) else { return Ok(None) };
        if !known.contains_key(work) {
            known.insert(work.to_owned(), ask(catalog, rules, (work, target), now)?);
        }
        Ok(known.get(work).and_then(Option::as_ref))
    }
}

/// What cannot be read is not released.
fn ask(
    catalog: &Catalog,
    rules: &ReviewRules,
    place: (&str, &str),
    now: Timestamp,
) -> Result<Files, CatalogError> {
    match may_go(catalog, rules, place, now) {
        Ok(Ok(release)) => {
            Ok(Some(release.files().iter().flat_map(|file| file.may_be.iter().cloned()).collect()))
        }
        Ok(Err(_)) => Ok(None),
        Err(error) if error.cause() == Some(Code::EntryUnreadable) => Ok(None),
        Err(error) => Err(error),
    }
}
