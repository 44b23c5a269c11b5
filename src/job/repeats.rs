//! Which submissions repeat earlier works: equal bytes, equal streams, the same pictures or sound. The library's works
//! go before a run's, an earlier submission before a later.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::alike::{Found, OtherWork, conclude, settle_alike};
use super::batch::keeps_other_targets;
use super::judge::Judged;
use super::publish::keeps_published;
use super::senior::{goes_before, is_accepted, seniority, seniority_of_work, was_accepted};
use super::shop::{JobError, Shop};
use crate::catalog::{CatalogError, WorkRow};
use crate::model::finding::Verdict;
use crate::model::inspection::Inspection;
use crate::model::opinion::Said;
use crate::similar::lookup::listed;

/// What was accepted of a run so far: only that can be an original.
#[derive(Debug, Default)]
pub(super) struct Before {
    bytes: HashMap<String, usize>,
    streams: HashMap<String, usize>,
    /// Places of this run's submissions.
    pub accepted: Vec<usize>,
    /// By word where it occurs: place in `accepted`, and moment in milliseconds.
    pub words: HashMap<u32, Vec<(u32, u32)>>,
    /// Sources of which this run decides anew: what the library holds of them counts no longer.
    here: HashSet<PathBuf>,
}

impl Before {
    fn of(shop: &Shop, judged: &[Judged]) -> Self {
        // What the library publishes of a file that was replaced by a useless one stays, and counts.
        let keeps_the_old = |one: &Judged| match one.verdict {
            Verdict::Failed => true,
            Verdict::Rejected => keeps_published(one) || keeps_other_targets(shop, one),
            Verdict::Accepted | Verdict::AcceptedWithWarnings | Verdict::Duplicate => false,
        };
        let decided = judged.iter().filter(|one| !one.unchanged && !keeps_the_old(one));
        let here = decided.map(|one| one.submission.source.path.as_path().to_owned()).collect();
        Self { here, ..Self::default() }
    }

    fn add(&mut self, index: usize, inspection: &Inspection) {
        self.bytes.entry(inspection.sha256.clone()).or_insert(index);
        self.streams.entry(inspection.packets_sha256.clone()).or_insert(index);
        let rank = self.accepted.len() as u32;
        self.accepted.push(index);
        for word in listed(&inspection.fingerprint) {
            self.words.entry(word.word).or_default().push((rank, word.at_ms));
        }
    }

    /// Whether a work of the library is an original to this submission.
    pub fn counts(&self, shop: &Shop, row: &WorkRow, one: &Judged) -> bool {
        !self.here.contains(&row.source) && goes_before(shop, row, one)
    }
}

/// Settles for each accepted submission in order of seniority, those that were accepted before first, what it repeats, since
/// what is refused is no original of anything later. Where the catalogue cannot be asked it fails, and is tried again: a copy would else be taken for an
/// original.
pub(super) fn find_duplicates(shop: &Shop, judged: &mut [Judged]) {
    let mut before = Before::of(shop, judged);
    let mut kept: Vec<PathBuf> = Vec::new();
    let mut order: Vec<usize> = (0..judged.len()).collect();
    order.sort_by_cached_key(|index| {
        (!was_accepted(&judged[*index]), seniority(&judged[*index].submission.source))
    });
    for index in order {
        if !is_accepted(&judged[index]) || judged[index].inspection.is_none() {
            continue;
        }
        if let Err(error) = settle(shop, judged, (index, &before)) {
            fail(&mut judged[index], error);
        }
        let one = &judged[index];
        if let Some(inspection) = one.inspection.as_ref().filter(|_| is_accepted(one)) {
            before.add(index, inspection);
        }
        if one.verdict == Verdict::Duplicate && keeps_published(one) {
            kept.push(one.submission.source.path.as_path().to_owned());
        }
    }
    if !kept.is_empty() {
        before.here.retain(|path| !kept.contains(path));
        look_again(shop, judged, before);
    }
}

/// What a repetition took the place of stays published: whoever came with that very file or its streams in the same run
/// repeats it.
fn look_again(shop: &Shop, judged: &mut [Judged], before: Before) {
    let library_alone = Before { here: before.here, ..Before::default() };
    for index in before.accepted {
        if was_accepted(&judged[index]) {
            continue;
        }
        match the_very_same(shop, judged, (index, &library_alone)) {
            Ok(Some((found, Earlier::InLibrary(other)))) => {
                let is_told = judged[index].likenesses.iter().any(|told| told.record.id == other.id);
                if !is_told {
                    conclude(shop, &mut judged[index], other, found);
                }
            }
            Ok(_) => {}
            Err(error) => fail(&mut judged[index], error),
        }
    }
}

fn fail(one: &mut Judged, error: CatalogError) {
    one.findings.push(JobError::from(error).finding());
    one.verdict = Verdict::Failed;
    one.targets.clear();
}

fn settle(shop: &Shop, judged: &mut [Judged], (index, before): (usize, &Before)) -> Result<(), CatalogError> {
    match the_very_same(shop, judged, (index, before))? {
        // That needs no further word.
        Some((found, earlier)) => {
            let other = match earlier {
                Earlier::Here(earlier) => OtherWork::of_run(shop, &mut judged[earlier]),
                Earlier::InLibrary(other) => other,
            };
            conclude(shop, &mut judged[index], other, found);
            Ok(())
        }
        None => settle_alike(shop, judged, (index, before)),
    }
}

enum Earlier {
    /// A submission of this run.
    Here(usize),
    InLibrary(OtherWork),
}

#[derive(Clone, Copy)]
enum Sameness<'a> {
    Bytes(&'a str),
    Streams(&'a str),
}

fn the_very_same(
    shop: &Shop,
    judged: &[Judged],
    (index, before): (usize, &Before),
) -> Result<Option<(Found, Earlier)>, CatalogError> {
    let one = &judged[index];
    let Some(inspection) = &one.inspection else { return Ok(None) };
    let (sha256, packets) = (&inspection.sha256, &inspection.packets_sha256);
    if let Some(earlier) = before.bytes.get(sha256) {
        return Ok(Some((Found::Bytes, Earlier::Here(*earlier))));
    }
    if let Some(other) = in_library(shop, (one, before), Sameness::Bytes(sha256), |_| Ok(true))? {
        return Ok(Some((Found::Bytes, Earlier::InLibrary(other))));
    }
    // Equal streams may be told apart by a person, as equal pictures may; equal bytes may not.
    let not_told_apart = |other: &str| told_apart(shop, sha256, other).map(|apart| !apart);
    if let Some(earlier) = before.streams.get(packets)
        && let Some(other) = &judged[*earlier].inspection
        && not_told_apart(&other.sha256)?
    {
        return Ok(Some((Found::Streams, Earlier::Here(*earlier))));
    }
    let other = in_library(shop, (one, before), Sameness::Streams(packets), not_told_apart)?;
    Ok(other.map(|other| (Found::Streams, Earlier::InLibrary(other))))
}

fn told_apart(shop: &Shop, one: &str, other: &str) -> Result<bool, CatalogError> {
    let opinion = match shop.catalog() {
        Some(catalog) => catalog.opinion(one, other)?,
        None => None,
    };
    Ok(opinion.is_some_and(|opinion| opinion.said == Said::NotSame))
}

/// The earliest accepted work of the library that holds the same and is another than the one at hand.
fn in_library(
    shop: &Shop,
    (one, before): (&Judged, &Before),
    sameness: Sameness<'_>,
    fits: impl Fn(&str) -> Result<bool, CatalogError>,
) -> Result<Option<OtherWork>, CatalogError> {
    let works = match (shop.catalog(), sameness) {
        (Some(catalog), Sameness::Bytes(sha256)) => catalog.works_publishing(sha256)?,
        (Some(catalog), Sameness::Streams(packets)) => catalog.works_publishing_packets(packets)?,
        (None, _) => Vec::new(),
    };
    let mut fitting = Vec::new();
    for work in works.into_iter().filter(|work| before.counts(shop, work, one)) {
        if fits(work.manifest.published_sha256().unwrap_or_default())? {
            fitting.push(work);
        }
    }
    let earliest = fitting.into_iter().min_by_key(seniority_of_work);
    Ok(earliest.map(|work| OtherWork::of_work(&work.manifest, shop.config.library.as_path())))
}
