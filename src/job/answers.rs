//! What people said of pairs of works goes before what the program finds. It is kept in the catalogue and, for the day when that
//! is lost, in a file beside the manifests.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::judge::Judged;
use super::likeness::{Alike, Other};
use super::owner::Owner;
use super::repeats::Before;
use super::senior::Precedence;
use super::shop::{JobError, Shop};
use crate::files;
use crate::library::catalog::{Catalog, CatalogError};
use crate::library::manifest::ManifestError;
use crate::library::staging::{self, Lasting};
use crate::model::likeness::{Class, LikenessRecord};
use crate::model::opinion::{Opinion, Said};

/// In the library's folder: all answers as JSON.
pub const ANSWERS_FILE: &str = "answers.json";

/// Some hundred thousand answers.
const MOST_BYTES: u64 = 256 << 20;

/// Writes down what people said, where that changed. Nothing is written while nobody said anything.
pub fn write_answers(shop: &Shop) -> Result<(), JobError> {
    let Some(catalog) = shop.catalog() else { return Ok(()) };
    let opinions = catalog.opinions()?;
    drop(catalog);
    let path = shop.config.library.as_path().join(ANSWERS_FILE);
    if opinions.is_empty() && !path.exists() {
        return Ok(());
    }
    let text = serde_json::to_vec_pretty(&opinions).map_err(ManifestError::from)?;
    if files::read(&path, MOST_BYTES).is_ok_and(|known| known == text) {
        return Ok(());
    }
    Ok(staging::write_beside(shop.config.library.as_path(), &path, &text, Lasting::Synced)?)
}

/// The answers that were written down, the oldest first. A file that cannot be read ends what was begun, or it would be
/// written over.
pub(super) fn written(library: &Path) -> Result<Vec<Opinion>, CatalogError> {
    let path = library.join(ANSWERS_FILE);
    let damaged = || CatalogError::Damaged { path: path.clone() };
    match files::read(&path, MOST_BYTES) {
        Ok(text) => {
            let mut answers: Vec<Opinion> = serde_json::from_slice(&text).map_err(|_| damaged())?;
            answers.sort_by_key(moment);
            Ok(answers)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(_) => Err(damaged()),
    }
}

/// When it was said. What cannot be read is older than every other.
fn moment(answer: &Opinion) -> Option<jiff::Timestamp> {
    answer.at.parse().ok()
}

/// Answers that were written down and that the catalogue does not know, or knows an earlier one of: it is an older copy. A
/// file that cannot be read tells none, and the catalogue is there.
pub(super) fn only_written(library: &Path, catalog: &Catalog) -> Result<Vec<Opinion>, CatalogError> {
    let mut answers = written(library).unwrap_or_else(|error| {
        tracing::warn!(%error, "the answers that were written down are passed over");
        Vec::new()
    });
    if answers.is_empty() {
        return Ok(answers);
    }
    let mut known: HashMap<[String; 2], Vec<Opinion>> = HashMap::new();
    for opinion in catalog.opinions()? {
        known.entry(pair(&opinion)).or_default().push(opinion);
    }
    answers.retain(|answer| {
        let mut in_its_place =
            known.get(&pair(answer)).into_iter().flatten().filter(|it| excludes(it, answer));
        in_its_place.all(|it| moment(it) < moment(answer))
    });
    Ok(answers)
}

fn pair(answer: &Opinion) -> [String; 2] {
    let mut pair = answer.about.clone();
    pair.sort();
    pair
}

/// Whether of two answers about one pair only one can stand: all but originals of different folders.
fn excludes(one: &Opinion, other: &Opinion) -> bool {
    let sides = |it: &Opinion, [first, second]: [usize; 2]| {
        let folder = |side: usize| {
            it.folders.as_ref().and_then(|both| both[side].clone()).filter(|name| !name.is_empty())
        };
        [(it.about[first].clone(), folder(first)), (it.about[second].clone(), folder(second))]
    };
    let are_originals = one.said == Said::Original && other.said == Said::Original;
    !are_originals || sides(one, [0, 1]) == sides(other, [0, 1]) || sides(one, [0, 1]) == sides(other, [1, 0])
}

/// Takes out what a person called different, and puts first what a person called the same, also where nothing shows it.
pub(super) fn obey(
    shop: &Shop,
    judged: &[Judged],
    (index, before): (usize, &Before),
    mut found: Vec<Alike>,
) -> Result<Vec<Alike>, CatalogError> {
    let one = &judged[index];
    let Some(sha256) = one.sha256() else { return Ok(found) };
    let opinions = match shop.catalog() {
        Some(catalog) => catalog.opinions_about(sha256)?,
        None => Vec::new(),
    };
    for opinion in opinions {
        let other = opinion.other_than(sha256).to_owned();
        let known = found.iter().position(|alike| content(judged, &alike.other) == Some(other.as_str()));
        match (opinion.said, known) {
            (Said::NotSame, _) => {
                let one_work = forms_of(shop, judged, &found, other)?;
                found.retain(|alike| {
                    let it = content(judged, &alike.other);
                    // Another answer about this very content goes before.
                    let said = alike.opinion.is_some() && it != Some(opinion.other_than(sha256));
                    said || it.is_none_or(|it| !one_work.contains(it))
                });
            }
            // Who is called the original repeats nothing.
            (Said::Original, _) if !repeats(one, &opinion) => {}
            (Said::Same | Said::Original, Some(place)) => {
                let alike = found.remove(place);
                found.insert(0, Alike { opinion: Some(opinion), ..alike });
            }
            (Said::Same | Said::Original, None) => {
                if let Some(alike) = said_the_same(shop, judged, (index, before), (opinion, &other))? {
                    found.insert(0, alike);
                }
            }
        }
    }
    // A work of the library that is looked at again in this run is still one work.
    let mut told: Vec<String> = Vec::new();
    found.retain(|alike| match content(judged, &alike.other) {
        Some(content) if told.iter().any(|before| before == content) => false,
        content => {
            told.extend(content.map(str::to_owned));
            true
        }
    });
    Ok(found)
}

/// A content, and those among the found that are the same work as it: what differs from a work differs from its department's
/// better version, too.
fn forms_of(
    shop: &Shop,
    judged: &[Judged],
    found: &[Alike],
    content_of_work: String,
) -> Result<HashSet<String>, CatalogError> {
    let works = match shop.catalog() {
        Some(catalog) => catalog.works_publishing(&content_of_work)?,
        None => Vec::new(),
    };
    let mut forms: HashSet<String> =
        works.iter().flat_map(|row| same_works(&row.manifest.likenesses)).collect();
    for one in judged.iter().filter(|one| one.sha256() == Some(content_of_work.as_str())) {
        forms.extend(same_works(one.likenesses.iter().map(|likened| &likened.record)));
    }
    for alike in found {
        let its_own: Vec<String> = match &alike.other {
            Other::InLibrary(row) => same_works(&row.manifest.likenesses).collect(),
            Other::InRun(place) => {
                same_works(judged[*place].likenesses.iter().map(|likened| &likened.record)).collect()
            }
        };
        if its_own.contains(&content_of_work) {
            forms.extend(content(judged, &alike.other).map(str::to_owned));
        }
    }
    forms.insert(content_of_work);
    Ok(forms)
}

/// The contents that records call the same work.
fn same_works<'a>(records: impl IntoIterator<Item = &'a LikenessRecord>) -> impl Iterator<Item = String> {
    let same = |record: &&LikenessRecord| {
        matches!(record.class, Class::SameFile | Class::SameStreams | Class::SameWork)
    };
    records.into_iter().filter(same).filter_map(|record| record.sha256.clone())
}

pub(super) fn content<'a>(judged: &'a [Judged], other: &'a Other) -> Option<&'a str> {
    match other {
        Other::InLibrary(row) => row.manifest.published_sha256(),
        Other::InRun(place) => judged[*place].sha256(),
    }
}

/// The accepted work with that content, before this one in the run or in the library.
fn said_the_same(
    shop: &Shop,
    judged: &[Judged],
    (index, before): (usize, &Before),
    (opinion, content): (Opinion, &str),
) -> Result<Option<Alike>, CatalogError> {
    // Of the same content in several folders the one that is meant.
    let is_meant = |owner: Owner| opinion.folders.as_ref().is_none_or(|[folder, _]| owner.folder == *folder);
    let mut here: Option<(Other, Precedence)> = None;
    for place in before.accepted.iter().copied() {
        let other = &judged[place];
        if here.is_none() && other.sha256() == Some(content) && is_meant(Owner::of(shop, &other.submission)) {
            let precedence = before.counts_here(shop, other, &judged[index])?;
            here = precedence.map(|precedence| (Other::InRun(place), precedence));
        }
    }
    let other = match here {
        Some(here) => Some(here),
        None => {
            let mut works = match shop.catalog() {
                Some(catalog) => catalog.works_publishing(content)?,
                None => Vec::new(),
            };
            works.retain(|row| is_meant(Owner::of_row(shop, row)));
            let earliest = before.earliest(shop, works, &judged[index])?;
            earliest.map(|(row, precedence)| (Other::InLibrary(Box::new(row)), precedence))
        }
    };
    Ok(other.map(|(other, precedence)| Alike { other, found: None, opinion: Some(opinion), precedence }))
}

/// Whether a person said of this very submission that it repeats another.
fn repeats(one: &Judged, opinion: &Opinion) -> bool {
    let folder = &one.submission.source.department;
    let its = opinion.folders.as_ref().map(|[_, second]| second);
    one.sha256() == Some(opinion.about[1].as_str()) && its == Some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(said: Said, [one, other]: [&str; 2], at: &str) -> Opinion {
        let folders = (said == Said::Original).then(|| [Some("甲".to_owned()), Some("乙".to_owned())]);
        let about = [one.repeat(64), other.repeat(64)];
        Opinion { about, said, folders, by: None, note: None, at: at.to_owned() }
    }

    #[test]
    fn an_answer_that_was_written_down_never_undoes_a_newer_one() {
        let (early, late) = ("2026-11-01T20:00:00+08:00", "2026-11-01T13:00:00+00:00");
        let pair = ["a", "b"];
        let all = [Said::Same, Said::NotSame, Said::Original];
        let library = tempfile::tempdir().unwrap();
        for (known, written) in all.iter().flat_map(|one| all.iter().map(move |other| (*one, *other))) {
            for order in [pair, ["b", "a"]] {
                let mut its = said(written, order, early);
                if order != pair {
                    its.folders = its.folders.map(|[one, other]| [other, one]);
                }
                let catalog = Catalog::open_in_memory().unwrap();
                catalog.put_opinion(&said(known, pair, late)).unwrap();
                let write = |answers: &[&Opinion]| {
                    let text = serde_json::to_vec(answers).unwrap();
                    std::fs::write(library.path().join(ANSWERS_FILE), text).unwrap();
                };
                write(&[&its]);
                assert_eq!(only_written(library.path(), &catalog).unwrap(), [], "{known:?}, {written:?}");
                // The other way round the newer one comes, once.
                let newer = Opinion { at: "2026-11-02T00:00:00+08:00".to_owned(), ..its };
                write(&[&newer]);
                assert_eq!(only_written(library.path(), &catalog).unwrap(), std::slice::from_ref(&newer));
                catalog.put_opinion(&newer).unwrap();
                assert_eq!(only_written(library.path(), &catalog).unwrap(), []);
            }
        }
        // An original of other folders says nothing against it.
        let catalog = Catalog::open_in_memory().unwrap();
        catalog.put_opinion(&said(Said::Original, pair, late)).unwrap();
        let mut other = said(Said::Original, pair, early);
        other.folders = Some([Some("丙".to_owned()), Some("丁".to_owned())]);
        let text = serde_json::to_vec(&[&other]).unwrap();
        std::fs::write(library.path().join(ANSWERS_FILE), text).unwrap();
        assert_eq!(only_written(library.path(), &catalog).unwrap(), [other]);
    }
}
