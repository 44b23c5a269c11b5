//! Records what people do: reads, checks and appends within one transaction.

use std::collections::BTreeMap;
use std::path::Path;

use super::release::signed_files;
use super::sign::{Act, Approval};
use super::view::{Moment, View};
use crate::library::catalog::{Catalog, CatalogError, Journal};
use crate::library::records_file;
use crate::library::staging::StagingError;
use crate::model::review::{Action, NewRecord, Record, ReviewRules, ReviewState, Signatory};
use crate::model::review_refusal::Refusal;

/// Why an action was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("{0:?}")]
    Refused(Box<Refusal>),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// It was recorded, but the copy of the records beside the catalogue was not written.
    #[error("the copy of the records: {0}")]
    Copy(#[from] StagingError),
}

impl From<Refusal> for ActError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// What all actions need.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub catalog: &'a Catalog,
    pub rules: &'a ReviewRules,
    /// The library's folder.
    pub library: &'a Path,
    pub by: &'a Signatory,
    pub moment: &'a Moment,
}

impl Desk<'_> {
    /// Signs what waits for a level. The files that the signature is about are hashed before: nobody signs bytes that are not
    /// there.
    pub fn approve(&self, work: &str, approval: Approval<'_>) -> Result<Record, ActError> {
        let checked = self.check_files(work)?;
        let record = self.append(work, |act| {
            let said = act.approve(approval)?;
            if let Action::Approve { targets, .. } = &said.action {
                targets.iter().try_for_each(|signed| is_on_disk(act.view, &checked, signed))?;
            }
            Ok(said)
        })?;
        records_file::bring_up_to_date(self.library, self.catalog)?;
        Ok(record)
    }

    /// Records one action on a work that needs no look at its files.
    pub fn act(
        &self,
        work: &str,
        decide: impl FnOnce(Act<'_>) -> Result<NewRecord, Refusal>,
    ) -> Result<Record, ActError> {
        let record = self.append(work, decide)?;
        records_file::bring_up_to_date(self.library, self.catalog)?;
        Ok(record)
    }

    fn append(
        &self,
        work: &str,
        decide: impl FnOnce(Act<'_>) -> Result<NewRecord, Refusal>,
    ) -> Result<Record, ActError> {
        self.catalog.with_journal(|journal| -> Result<Record, ActError> {
            let view = self.view(journal, work)?;
            let act = Act { view: &view, rules: self.rules, by: self.by, moment: self.moment };
            Ok(journal.append(decide(act)?)?)
        })
    }

    fn view(&self, journal: &Journal<'_>, work: &str) -> Result<View, ActError> {
        let view = View::read(journal.catalog(), self.rules, work, self.moment.now)?;
        Ok(view.ok_or_else(|| Refusal::NoSuchWork { given: work.to_owned() })?)
    }

    /// Hashes the files of each target that waits, and returns the share of each whose files are on disk as the catalogue has them.
    fn check_files(&self, work: &str) -> Result<Checked, CatalogError> {
        let mut sound = Checked::new();
        let view = View::read(self.catalog, self.rules, work, self.moment.now)?;
        let Some((view, (set, standing))) =
            view.as_ref().and_then(|view| Some((view, view.reviewable.as_ref()?)))
        else {
            return Ok(sound);
        };
        let waits = |target: &&String| {
            standing.targets.get(*target).is_some_and(|its| its.state == ReviewState::Waiting)
        };
        for target in set.shares.keys().filter(waits) {
            let digest = &set.shares[target];
            let files = signed_files(&view.work, target);
            let checked = files.iter().try_for_each(|file| file.check(self.library));
            sound.insert(target.clone(), checked.map(|()| digest.clone()));
        }
        Ok(sound)
    }
}

/// By target: the digest of its share, or what is wrong with one of its files.
type Checked = BTreeMap<String, Result<String, Refusal>>;

/// Checks that what is about to be signed of a target is what its files on disk were found to be.
fn is_on_disk(view: &View, checked: &Checked, (target, digest): (&String, &String)) -> Result<(), Refusal> {
    match checked.get(target) {
        Some(Ok(found)) if found == digest => Ok(()),
        Some(Err(refusal)) => Err(refusal.clone()),
        // It was made again between the two looks.
        _ => Err(Refusal::SubjectChanged {
            title: view.work.title.clone(),
            seen: String::new(),
            now: view.reviewable()?.0.subject.clone(),
            changed: vec![target.clone()],
        }),
    }
}
