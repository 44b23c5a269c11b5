//! The works that were accepted before a submission, in its run and in the library.

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

/// The submissions of a run that were accepted so far: only those can be originals.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    /// Indices into the run's decisions, by digest of the file.
    pub(crate) bytes: HashMap<String, Vec<usize>>,
    /// Indices into the run's decisions, by digest of the packets.
    pub(crate) streams: HashMap<String, Vec<usize>>,
    /// Indices into the run's decisions, in the order in which they were accepted.
    pub accepted: Vec<usize>,
    /// Where each term of the fingerprints occurs: index into `accepted`, and moment in milliseconds.
    pub terms: HashMap<u32, Vec<(u32, u32)>>,
    /// Sources on which this run decides again: their works in the library no longer count as originals.
    pub(crate) redecided: HashSet<PathBuf>,
}

/// A submission of a run, by its index, with what was accepted before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub index: usize,
    pub earlier: &'a Earlier,
}

impl Earlier {
    /// Makes one for a run before anything is accepted.
    pub(crate) fn of(context: &Context, decisions: &[Decision]) -> Self {
        // The renditions of a file that was replaced by an unusable one stay published, and count.
        let stays_published = |one: &Decision| match one.verdict {
            Verdict::Failed => true,
            Verdict::Rejected => retains_published(one) || retains_other_targets(context, one),
            Verdict::Accepted | Verdict::AcceptedWithWarnings | Verdict::Duplicate => false,
        };
        let decided = decisions.iter().filter(|one| !one.unchanged && !stays_published(one));
        let redecided =
            decided.map(|one| one.inspected.submission.source.path.as_path().to_owned()).collect();
        Self { redecided, ..Self::default() }
    }

    /// Adds the accepted decision `index`.
    pub(crate) fn add(&mut self, index: usize, inspection: &Inspection) {
        self.bytes.entry(inspection.sha256.clone()).or_default().push(index);
        self.streams.entry(inspection.packets_sha256.clone()).or_default().push(index);
        let rank = self.accepted.len() as u32;
        self.accepted.push(index);
        for term in listed(&inspection.fingerprint) {
            self.terms.entry(term.word).or_default().push((rank, term.at_ms));
        }
    }

    /// Returns where a work of the library stands to a submission; `None` if it is not the original.
    pub fn precedence_in_library(
        &self,
        context: &Context,
        row: &WorkRow,
        one: &Decision,
    ) -> Result<Option<Precedence>, CatalogError> {
        if self.redecided.contains(&row.source) {
            return Ok(None);
        }
        Ok(precedence_of(context, row, one)?.filter(|precedence| *precedence != Precedence::Later))
    }

    /// Returns the work of the library that is named as the original of a submission, if any: one that is certainly earlier,
    /// else one that may be.
    pub fn earliest(
        &self,
        context: &Context,
        works: Vec<WorkRow>,
        one: &Decision,
    ) -> Result<Option<(WorkRow, Precedence)>, CatalogError> {
        let mut originals = Vec::new();
        for work in works {
            if let Some(precedence) = self.precedence_in_library(context, &work, one)? {
                originals.push((work, precedence));
            }
        }
        Ok(originals
            .into_iter()
            .min_by_key(|(work, precedence)| (is_unsure(*precedence), seniority_of_work(work))))
    }

    /// Returns where an accepted submission of this run stands to another one; `None` if it is not the original.
    pub fn precedence_in_run(
        &self,
        context: &Context,
        other: &Decision,
        one: &Decision,
    ) -> Result<Option<Precedence>, CatalogError> {
        Ok(Some(precedence_in_run(context, other, one)?)
            .filter(|precedence| *precedence != Precedence::Later))
    }
}

/// Returns true if it is not known which of two works was first.
pub(crate) fn is_unsure(precedence: Precedence) -> bool {
    precedence == Precedence::Unsure
}
