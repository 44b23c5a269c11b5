//! What was accepted before a submission, in its run and in the library.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::duplicates::seniority::{Precedence, precedence_in_run, precedence_of, seniority_of_work};
use crate::library::catalog::{CatalogError, WorkRow};
use crate::matching::align::ranking::listed;
use crate::model::finding::Verdict;
use crate::model::inspection::Inspection;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::retained::{retains_other_targets, retains_published};

/// What was accepted of a run so far: only that can be an original.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    pub(crate) bytes: HashMap<String, Vec<usize>>,
    pub(crate) streams: HashMap<String, Vec<usize>>,
    /// Places of this run's submissions.
    pub accepted: Vec<usize>,
    /// By word where it occurs: place in `accepted`, and moment in milliseconds.
    pub words: HashMap<u32, Vec<(u32, u32)>>,
    /// Sources of which this run decides anew: what the library holds of them counts no longer.
    pub(crate) here: HashSet<PathBuf>,
}

/// A submission of a run, by its place in it, with what was accepted before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub index: usize,
    pub earlier: &'a Earlier,
}

impl Earlier {
    pub(crate) fn of(context: &Context, decisions: &[Decision]) -> Self {
        // What the library publishes of a file that was replaced by a useless one stays, and counts.
        let keeps_the_old = |one: &Decision| match one.verdict {
            Verdict::Failed => true,
            Verdict::Rejected => retains_published(one) || retains_other_targets(context, one),
            Verdict::Accepted | Verdict::AcceptedWithWarnings | Verdict::Duplicate => false,
        };
        let decided = decisions.iter().filter(|one| !one.unchanged && !keeps_the_old(one));
        let here = decided.map(|one| one.inspected.submission.source.path.as_path().to_owned()).collect();
        Self { here, ..Self::default() }
    }

    pub(crate) fn add(&mut self, index: usize, inspection: &Inspection) {
        self.bytes.entry(inspection.sha256.clone()).or_default().push(index);
        self.streams.entry(inspection.packets_sha256.clone()).or_default().push(index);
        let rank = self.accepted.len() as u32;
        self.accepted.push(index);
        for word in listed(&inspection.fingerprint) {
            self.words.entry(word.word).or_default().push((rank, word.at_ms));
        }
    }

    /// Whether a work of the library is an original to this submission, or may be one; `None` where it is not.
    pub fn counts(
        &self,
        context: &Context,
        row: &WorkRow,
        one: &Decision,
    ) -> Result<Option<Precedence>, CatalogError> {
        if self.here.contains(&row.source) {
            return Ok(None);
        }
        Ok(precedence_of(context, row, one)?.filter(|precedence| *precedence != Precedence::Later))
    }

    /// Of works of the library the one that is named as the original of this submission, if any: one that is certain to be
    /// the earlier, else one that may be.
    pub fn earliest(
        &self,
        context: &Context,
        works: Vec<WorkRow>,
        one: &Decision,
    ) -> Result<Option<(WorkRow, Precedence)>, CatalogError> {
        let mut counting = Vec::new();
        for work in works {
            if let Some(precedence) = self.counts(context, &work, one)? {
                counting.push((work, precedence));
            }
        }
        Ok(counting
            .into_iter()
            .min_by_key(|(work, precedence)| (is_unsure(*precedence), seniority_of_work(work))))
    }

    /// The same of a submission of this run that was accepted.
    pub fn counts_here(
        &self,
        context: &Context,
        other: &Decision,
        one: &Decision,
    ) -> Result<Option<Precedence>, CatalogError> {
        Ok(Some(precedence_in_run(context, other, one)?)
            .filter(|precedence| *precedence != Precedence::Later))
    }
}

pub(crate) fn is_unsure(precedence: Precedence) -> bool {
    precedence == Precedence::Unsure
}
