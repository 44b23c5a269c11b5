//! Which submissions repeat earlier works: equal bytes, equal streams, the same pictures or sound. The library's works
//! go before a run's, an earlier submission before a later; of two departments' works that came together none does.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::path::PathBuf;

use crate::duplicates::candidates::WorkRef;
use crate::duplicates::consequence::tell;
use crate::duplicates::earlier::{Earlier, is_unsure};
use crate::duplicates::record::MatchEvidence;
use crate::duplicates::seniority::{
    Place, Precedence, is_accepted, is_marked_as_repeat, place_of, record_sightings, seniority, was_accepted,
};
use crate::duplicates::similar::resolve_similar;
use crate::library::catalog::{CatalogError, WorkRow};
use crate::model::finding::Verdict;
use crate::model::glance::ScanNumber;
use crate::model::opinion::OpinionKind;
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
            for one in decisions.iter_mut().filter(|one| is_accepted(one) && one.inspection.is_some()) {
                fail(one, error.clone());
            }
            return;
        }
    };
    let mut before = Earlier::of(context, decisions);
    let mut kept: Vec<PathBuf> = Vec::new();
    for index in order {
        if let Err(error) = settle(context, decisions, (index, &before)) {
            fail(&mut decisions[index], JobError::from(error).finding());
        }
        let one = &decisions[index];
        if let Some(inspection) = one.inspection.as_ref().filter(|_| is_accepted(one)) {
            before.add(index, inspection);
        }
        if one.verdict == Verdict::Duplicate && retains_published(one) {
            kept.push(one.submission.source.path.as_path().to_owned());
        }
    }
    if !kept.is_empty() {
        before.here.retain(|path| !kept.contains(path));
        look_again(context, decisions, before);
    }
}

/// Places of the accepted submissions, in the order in which they are settled.
fn in_order(context: &Context, decisions: &[Decision]) -> Result<Vec<usize>, CatalogError> {
    let takes_part = |one: &Decision| is_accepted(one) && one.inspection.is_some();
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
        (said.contains(index), !was_accepted(one), seniority(&one.submission.source, one.glance))
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
        if let Err(error) = report_library_matches(context, decisions, (index, &library_alone)) {
            fail(&mut decisions[index], JobError::from(error).finding());
        }
    }
}

/// Tells of works of the library that hold the very same, as far as they were not told.
fn report_library_matches(
    context: &Context,
    decisions: &mut [Decision],
    (index, library_alone): (usize, &Earlier),
) -> Result<(), CatalogError> {
    for (found, other, precedence) in find_identical(context, decisions, (index, library_alone))? {
        let WorkRef::InLibrary(row) = &other else { continue };
        let id = Some(&row.manifest.id);
        let is_told = decisions[index].likenesses.iter().any(|told| told.record.id.as_ref() == id);
        if !is_told {
            tell(context, decisions, index, (found, other, precedence))?;
        }
    }
    Ok(())
}

fn fail(one: &mut Decision, finding: crate::model::finding::Finding) {
    one.findings.push(finding);
    one.verdict = Verdict::Failed;
    one.targets.clear();
}

fn settle(
    context: &Context,
    decisions: &mut [Decision],
    (index, before): (usize, &Earlier),
) -> Result<(), CatalogError> {
    let very_same = find_identical(context, decisions, (index, before))?;
    let is_certain = very_same.iter().any(|(_, _, precedence)| !is_unsure(*precedence));
    for found in very_same {
        tell(context, decisions, index, found)?;
    }
    // That needs no further word.
    if is_certain { Ok(()) } else { resolve_similar(context, decisions, (index, before)) }
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
    (index, before): (usize, &Earlier),
) -> Result<Vec<(MatchEvidence, WorkRef, Precedence)>, CatalogError> {
    let one = &decisions[index];
    let Some(inspection) = &one.inspection else { return Ok(Vec::new()) };
    let (sha256, packets) = (&inspection.sha256, &inspection.packets_sha256);
    let mut all = Vec::new();
    let mut here = |found: MatchEvidence, places: Option<&Vec<usize>>| -> Result<(), CatalogError> {
        for place in places.into_iter().flatten() {
            let other = &decisions[*place];
            let content = other.sha256().unwrap_or_default();
            // Equal streams may be told apart by a person, as equal pictures may; equal bytes may not.
            let differs = matches!(found, MatchEvidence::Streams)
                && (content == sha256 || marked_different(context, sha256, content)?);
            if !differs && let Some(precedence) = before.counts_here(context, other, one)? {
                all.push((found, WorkRef::InRun(*place), precedence));
            }
        }
        Ok(())
    };
    here(MatchEvidence::Bytes, before.bytes.get(sha256))?;
    here(MatchEvidence::Streams, before.streams.get(packets))?;
    for sameness in [Sameness::Bytes(sha256), Sameness::Streams(packets)] {
        let found = match sameness {
            Sameness::Bytes(_) => MatchEvidence::Bytes,
            Sameness::Streams(_) => MatchEvidence::Streams,
        };
        let earliest = in_library(context, (one, before), sameness)?;
        all.extend(earliest.map(|(row, precedence)| (found, WorkRef::InLibrary(Box::new(row)), precedence)));
    }
    // Bytes before streams, this run's before the library's.
    let certain = all.iter().filter(|(_, _, precedence)| !is_unsure(*precedence));
    let first = certain.min_by_key(|(found, other, _)| {
        (matches!(found, MatchEvidence::Streams), Reverse(matches!(other, WorkRef::InRun(_))))
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
    (one, before): (&Decision, &Earlier),
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
