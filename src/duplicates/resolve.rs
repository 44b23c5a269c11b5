//! Which submissions repeat earlier works: equal bytes, equal streams, the same pictures or sound. The library's works
//! go before a run's, an earlier submission before a later; of two departments' works that came together none does.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::path::PathBuf;

use crate::duplicates::candidates::WorkRef;
use crate::duplicates::consequence::{FoundMatch, report_match};
use crate::duplicates::earlier::{Candidate, Earlier, is_unsure};
use crate::duplicates::record::MatchEvidence;
use crate::duplicates::seniority::{
    Place, Precedence, is_accepted, is_marked_as_repeat, place_of, record_sightings, seniority, was_accepted,
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

/// Settles for each accepted submission what it repeats, in order: those that were accepted before, then by first sight;
/// what a person called a copy after its original. What is refused is no original of anything later. `glance` is the run
/// or look in which they are seen. Where the catalogue cannot be asked it fails, and is tried again: a copy would else be
/// taken for an original.
pub(crate) fn find_duplicates(context: &Context, decisions: &mut [Decision], glance: ScanNumber) {
    let order = match record_sightings(context, decisions, glance).and_then(|()| in_order(context, decisions))
    {
        Ok(order) => order,
        Err(error) => {
            // Nobody can say any more who was first.
            let error = JobError::from(error).finding();
            for one in
                decisions.iter_mut().filter(|one| is_accepted(one) && one.inspected.inspection.is_some())
            {
                fail(one, error.clone());
            }
            return;
        }
    };
    let mut before = Earlier::of(context, decisions);
    let mut kept: Vec<PathBuf> = Vec::new();
    for index in order {
        if let Err(error) = resolve(context, decisions, Candidate { index, earlier: &before }) {
            fail(&mut decisions[index], JobError::from(error).finding());
        }
        let one = &decisions[index];
        if let Some(inspection) = one.inspected.inspection.as_ref().filter(|_| is_accepted(one)) {
            before.add(index, inspection);
        }
        if one.verdict == Verdict::Duplicate && retains_published(one) {
            kept.push(one.inspected.submission.source.path.as_path().to_owned());
        }
    }
    if !kept.is_empty() {
        before.here.retain(|path| !kept.contains(path));
        look_again(context, decisions, before);
    }
}

/// Places of the accepted submissions, in the order in which they are settled.
fn in_order(context: &Context, decisions: &[Decision]) -> Result<Vec<usize>, CatalogError> {
    let takes_part = |one: &Decision| is_accepted(one) && one.inspected.inspection.is_some();
    let mut order: Vec<usize> = (0..decisions.len()).filter(|index| takes_part(&decisions[*index])).collect();
    let all: HashSet<Place> = order.iter().filter_map(|index| place_of(&decisions[*index])).collect();
    let mut said = HashSet::new();
    for index in &order {
        if is_marked_as_repeat(context, &decisions[*index], &all)? {
            said.insert(*index);
        }
    }
    order.sort_by_cached_key(|index| {
        let one = &decisions[*index];
        (
            said.contains(index),
            !was_accepted(one),
            seniority(&one.inspected.submission.source, one.first_seen),
        )
    });
    Ok(order)
}

/// What a repetition took the place of stays published: whoever came with that very file or its streams in the same run
/// repeats it.
fn look_again(context: &Context, decisions: &mut [Decision], before: Earlier) {
    let library_alone = Earlier { here: before.here, ..Earlier::default() };
    for index in before.accepted {
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

/// Tells of works of the library that hold the very same, as far as they were not told.
fn report_library_matches(
    context: &Context,
    decisions: &mut [Decision],
    candidate: Candidate<'_>,
) -> Result<(), CatalogError> {
    let index = candidate.index;
    for found in find_identical(context, decisions, candidate)? {
        let WorkRef::InLibrary(row) = &found.other else { continue };
        let id = Some(&row.manifest.id);
        let is_told = decisions[index].matches.iter().any(|told| told.record.id.as_ref() == id);
        if !is_told {
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

fn resolve(
    context: &Context,
    decisions: &mut [Decision],
    candidate: Candidate<'_>,
) -> Result<(), CatalogError> {
    let index = candidate.index;
    let very_same = find_identical(context, decisions, candidate)?;
    let is_certain = very_same.iter().any(|found| !is_unsure(found.precedence));
    for found in very_same {
        report_match(context, decisions, index, found)?;
    }
    // That needs no further word.
    if is_certain { Ok(()) } else { resolve_similar(context, decisions, candidate) }
}

#[derive(Clone, Copy)]
enum Sameness<'a> {
    Bytes(&'a str),
    Streams(&'a str),
}

/// The work that holds the very same and was earlier; where there is none, all that may have been.
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
            // Equal streams may be told apart by a person, as equal pictures may; equal bytes may not.
            let differs = matches!(evidence, MatchEvidence::Streams)
                && (content == sha256 || marked_different(context, sha256, content)?);
            if !differs && let Some(precedence) = earlier.counts_here(context, other, one)? {
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

fn marked_different(context: &Context, one: &str, other: &str) -> Result<bool, CatalogError> {
    let opinion = match context.catalog() {
        Some(catalog) => catalog.opinion(one, other)?,
        None => None,
    };
    Ok(opinion.is_some_and(|opinion| opinion.said == OpinionKind::NotSame))
}

/// The earliest accepted work of the library that holds the same and is another than the one at hand.
fn in_library(
    context: &Context,
    one: &Decision,
    before: &Earlier,
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
            // The same bytes are told as that.
            if published != sha256 && !marked_different(context, sha256, published)? {
                fitting.push(work);
            }
        }
        works = fitting;
    }
    before.earliest(context, works, one)
}
