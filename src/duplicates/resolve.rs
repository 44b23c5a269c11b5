//! Finds the submissions that repeat earlier works: equal bytes, equal streams, the same pictures or sound. The library's
//! works precede a run's, an earlier submission a later one; of two departments' works of one scan none precedes.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::path::PathBuf;

use crate::duplicates::candidates::WorkRef;
use crate::duplicates::consequence::{FoundMatch, report_match};
use crate::duplicates::earlier::{Candidate, Earlier, is_unsure};
use crate::duplicates::record::MatchEvidence;
use crate::duplicates::seniority::{
    ContentInFolder, Precedence, content_in_folder, is_accepted, is_marked_as_repeat, record_sightings,
    seniority, was_accepted,
};
use crate::duplicates::similar::resolve_similar;
use crate::library::catalog::{CatalogError, WorkRow};
use crate::model::finding::Verdict;
use crate::model::opinion::OpinionKind;
use crate::model::scan_number::ScanNumber;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::failure::JobError;
use crate::work::retained::retains_published;

/// Decides for each accepted submission which works it repeats, in order: those that were accepted before, then by the scan
/// in which they were first seen; what a person called a copy after its original. A refused submission is no original of a
/// later one. `scan` is the run or scan in which they are seen. Where the catalogue cannot be read, the submission fails and
/// is tried again: a copy might otherwise be accepted as an original.
pub(crate) fn find_duplicates(context: &Context, decisions: &mut [Decision], scan: ScanNumber) {
    let order = match record_sightings(context, decisions, scan).and_then(|()| in_order(context, decisions)) {
        Ok(order) => order,
        Err(error) => {
            // Without the catalogue it is not known who was first.
            let error = JobError::from(error).finding();
            for one in
                decisions.iter_mut().filter(|one| is_accepted(one) && one.inspected.inspection.is_some())
            {
                fail(one, error.clone());
            }
            return;
        }
    };
    let mut earlier = Earlier::of(context, decisions);
    let mut kept: Vec<PathBuf> = Vec::new();
    for index in order {
        if let Err(error) = resolve(context, decisions, Candidate { index, earlier: &earlier }) {
            fail(&mut decisions[index], JobError::from(error).finding());
        }
        let one = &decisions[index];
        if let Some(inspection) = one.inspected.inspection.as_ref().filter(|_| is_accepted(one)) {
            earlier.add(index, inspection);
        }
        if one.verdict == Verdict::Duplicate && retains_published(one) {
            kept.push(one.inspected.submission.source.path.as_path().to_owned());
        }
    }
    if !kept.is_empty() {
        earlier.redecided.retain(|path| !kept.contains(path));
        recheck_accepted(context, decisions, earlier);
    }
}

/// Returns the indices of the accepted submissions, in the order in which they are decided.
fn in_order(context: &Context, decisions: &[Decision]) -> Result<Vec<usize>, CatalogError> {
    let takes_part = |one: &Decision| is_accepted(one) && one.inspected.inspection.is_some();
    let mut order: Vec<usize> = (0..decisions.len()).filter(|index| takes_part(&decisions[*index])).collect();
    let all: HashSet<ContentInFolder> =
        order.iter().filter_map(|index| content_in_folder(&decisions[*index])).collect();
    let mut repeats = HashSet::new();
    for index in &order {
        if is_marked_as_repeat(context, &decisions[*index], &all)? {
            repeats.insert(*index);
        }
    }
    order.sort_by_cached_key(|index| {
        let one = &decisions[*index];
        (
            repeats.contains(index),
            !was_accepted(one),
            seniority(&one.inspected.submission.source, one.first_seen),
        )
    });
    Ok(order)
}

/// Compares the accepted submissions again with works that stay published because their replacement is a duplicate: a
/// submission of the same run with the bytes or streams of such a work repeats it.
fn recheck_accepted(context: &Context, decisions: &mut [Decision], earlier: Earlier) {
    let library_alone = Earlier { redecided: earlier.redecided, ..Earlier::default() };
    for index in earlier.accepted {
        if was_accepted(&decisions[index]) {
            continue;
        }
        if let Err(error) =
            report_library_matches(context, decisions, Candidate { index, earlier: &library_alone })
        {
            fail(&mut decisions[index], JobError::from(error).finding());
        }
    }
}

/// Reports matches with works of the library of equal bytes or streams, as far as they were not reported.
fn report_library_matches(
    context: &Context,
    decisions: &mut [Decision],
    candidate: Candidate<'_>,
) -> Result<(), CatalogError> {
    let index = candidate.index;
    for found in find_identical(context, decisions, candidate)? {
        let WorkRef::InLibrary(row) = &found.other else { continue };
        let id = Some(&row.manifest.id);
        let is_reported = decisions[index].matches.iter().any(|known| known.record.id.as_ref() == id);
        if !is_reported {
            report_match(context, decisions, index, found)?;
        }
    }
    Ok(())
}

fn fail(one: &mut Decision, finding: crate::model::finding::Finding) {
    one.findings.push(finding);
    one.verdict = Verdict::Failed;
    one.targets.clear();
}

/// Decides which works one submission repeats.
fn resolve(
    context: &Context,
    decisions: &mut [Decision],
    candidate: Candidate<'_>,
) -> Result<(), CatalogError> {
    let index = candidate.index;
    let identical = find_identical(context, decisions, candidate)?;
    let is_certain = identical.iter().any(|found| !is_unsure(found.precedence));
    for found in identical {
        report_match(context, decisions, index, found)?;
    }
    // A certain duplicate needs no comparison of its pictures and sound.
    if is_certain { Ok(()) } else { resolve_similar(context, decisions, candidate) }
}

/// The digest by which identical works are found.
#[derive(Clone, Copy)]
enum Sameness<'a> {
    Bytes(&'a str),
    Streams(&'a str),
}

/// Finds the earlier work of equal bytes or streams; where none is certainly earlier, all that may be.
fn find_identical(
    context: &Context,
    decisions: &[Decision],
    candidate: Candidate<'_>,
) -> Result<Vec<FoundMatch>, CatalogError> {
    let Candidate { index, earlier } = candidate;
    let one = &decisions[index];
    let Some(inspection) = &one.inspected.inspection else { return Ok(Vec::new()) };
    let (sha256, packets) = (&inspection.sha256, &inspection.packets_sha256);
    let mut all = Vec::new();
    let mut here = |evidence: MatchEvidence, places: Option<&Vec<usize>>| -> Result<(), CatalogError> {
        for place in places.into_iter().flatten() {
            let other = &decisions[*place];
            let content = other.sha256().unwrap_or_default();
            // A person may call works of equal streams different, as those of equal pictures; not those of equal bytes.
            let differs = matches!(evidence, MatchEvidence::Streams)
                && (content == sha256 || marked_different(context, sha256, content)?);
            if !differs && let Some(precedence) = earlier.precedence_in_run(context, other, one)? {
                all.push(FoundMatch { evidence, other: WorkRef::InRun(*place), precedence });
            }
        }
        Ok(())
    };
    here(MatchEvidence::Bytes, earlier.bytes.get(sha256))?;
    here(MatchEvidence::Streams, earlier.streams.get(packets))?;
    for sameness in [Sameness::Bytes(sha256), Sameness::Streams(packets)] {
        let evidence = match sameness {
            Sameness::Bytes(_) => MatchEvidence::Bytes,
            Sameness::Streams(_) => MatchEvidence::Streams,
        };
        let earliest = in_library(context, one, earlier, sameness)?;
        all.extend(earliest.map(|(row, precedence)| FoundMatch {
            evidence,
            other: WorkRef::InLibrary(Box::new(row)),
            precedence,
        }));
    }
    // Bytes before streams, this run's before the library's.
    let certain = all.iter().filter(|found| !is_unsure(found.precedence));
    let first = certain.min_by_key(|found| {
        let is_by_streams = matches!(found.evidence, MatchEvidence::Streams);
        (is_by_streams, Reverse(matches!(found.other, WorkRef::InRun(_))))
    });
    let place = first.and_then(|first| all.iter().position(|one| std::ptr::eq(one, first)));
    if let Some(place) = place {
        return Ok(vec![all.swap_remove(place)]);
    }
    Ok(all)
}

/// Returns true if a person called two contents different.
fn marked_different(context: &Context, one: &str, other: &str) -> Result<bool, CatalogError> {
    let opinion = match context.catalog() {
        Some(catalog) => catalog.opinion(one, other)?,
        None => None,
    };
    Ok(opinion.is_some_and(|opinion| opinion.said == OpinionKind::NotSame))
}

/// Finds the earliest accepted work of the library of equal bytes or streams, other than the submission's own.
fn in_library(
    context: &Context,
    one: &Decision,
    earlier: &Earlier,
    sameness: Sameness<'_>,
) -> Result<Option<(WorkRow, Precedence)>, CatalogError> {
    let mut works = match (context.catalog(), sameness) {
        (Some(catalog), Sameness::Bytes(sha256)) => catalog.works_publishing(sha256)?,
        (Some(catalog), Sameness::Streams(packets)) => catalog.works_publishing_packets(packets)?,
        (None, _) => Vec::new(),
    };
    if matches!(sameness, Sameness::Streams(_)) {
        let sha256 = one.sha256().unwrap_or_default();
        let mut fitting = Vec::new();
        for work in works {
            let published = work.manifest.published_sha256().unwrap_or_default();
            // Works of equal bytes are reported as such.
            if published != sha256 && !marked_different(context, sha256, published)? {
                fitting.push(work);
            }
        }
        works = fitting;
    }
    earlier.earliest(context, works, one)
}
