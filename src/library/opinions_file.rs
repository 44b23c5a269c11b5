//! `answers.json`: people's opinions on pairs of works, in a file beside the manifests, in case the catalogue is lost.

use std::collections::HashMap;
use std::path::Path;

use crate::files;
use crate::library::catalog::{Catalog, CatalogError};
use crate::library::staging;
use crate::library::staging::{Durability, StagingError};
use crate::model::opinion::{Opinion, OpinionKind};

/// The file in the library's folder, with all opinions as JSON.
pub const ANSWERS_FILE: &str = "answers.json";

/// Largest file that is read: several hundred thousand opinions.
const MAX_BYTES: u64 = 256 << 20;

/// Writes the opinions if they differ from the file. Without opinions no file is created.
pub fn write_opinions(library: &Path, opinions: &[Opinion]) -> Result<(), StagingError> {
    let path = library.join(ANSWERS_FILE);
    if opinions.is_empty() && !path.exists() {
        return Ok(());
    }
    let text = serde_json::to_vec_pretty(opinions).map_err(|error| StagingError::Other {
        path: path.clone(),
        doing: "write",
        source: error.into(),
    })?;
    if files::read(&path, MAX_BYTES).is_ok_and(|known| known == text) {
        return Ok(());
    }
    staging::write_beside(library, &path, &text, Durability::Synced)
}

/// Returns the opinions of the file, the oldest first. A file that cannot be read is an error, because it would be
/// overwritten.
pub(crate) fn read_opinions(library: &Path) -> Result<Vec<Opinion>, CatalogError> {
    let path = library.join(ANSWERS_FILE);
    let damaged = || CatalogError::Damaged { path: path.clone() };
    match files::read(&path, MAX_BYTES) {
        Ok(text) => {
            let mut answers: Vec<Opinion> = serde_json::from_slice(&text).map_err(|_| damaged())?;
            answers.sort_by_key(moment);
            Ok(answers)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(_) => Err(damaged()),
    }
}

/// Returns when the opinion was given; a time that cannot be parsed sorts before all others.
fn moment(answer: &Opinion) -> Option<jiff::Timestamp> {
    answer.at.parse().ok()
}

/// Returns the opinions of the file that the catalogue, being an older copy, does not have, or has an earlier one
/// instead of. A file that cannot be read counts as empty, since the catalogue exists.
pub(crate) fn newer_opinions(library: &Path, catalog: &Catalog) -> Result<Vec<Opinion>, CatalogError> {
    let mut answers = read_opinions(library).unwrap_or_else(|error| {
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

/// Returns true if only one of two opinions on one pair can hold: all but originals of different folders.
fn excludes(one: &Opinion, other: &Opinion) -> bool {
    let sides = |it: &Opinion, [first, second]: [usize; 2]| {
        let folder = |side: usize| {
            it.folders.as_ref().and_then(|both| both[side].clone()).filter(|name| !name.is_empty())
        };
        [(it.about[first].clone(), folder(first)), (it.about[second].clone(), folder(second))]
    };
    let are_originals = one.said == OpinionKind::Original && other.said == OpinionKind::Original;
    !are_originals || sides(one, [0, 1]) == sides(other, [0, 1]) || sides(one, [0, 1]) == sides(other, [1, 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(said: OpinionKind, [one, other]: [&str; 2], at: &str) -> Opinion {
        let folders = (said == OpinionKind::Original).then(|| [Some("甲".to_owned()), Some("乙".to_owned())]);
        let about = [one.repeat(64), other.repeat(64)];
        Opinion { about, said, folders, by: None, note: None, at: at.to_owned() }
    }

    #[test]
    fn an_answer_that_was_written_down_never_undoes_a_newer_one() {
        let (early, late) = ("2026-11-01T20:00:00+08:00", "2026-11-01T13:00:00+00:00");
        let pair = ["a", "b"];
        let all = [OpinionKind::Same, OpinionKind::NotSame, OpinionKind::Original];
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
                assert_eq!(newer_opinions(library.path(), &catalog).unwrap(), [], "{known:?}, {written:?}");
                // The other way round the newer one comes, once.
                let newer = Opinion { at: "2026-11-02T00:00:00+08:00".to_owned(), ..its };
                write(&[&newer]);
                assert_eq!(newer_opinions(library.path(), &catalog).unwrap(), std::slice::from_ref(&newer));
                catalog.put_opinion(&newer).unwrap();
                assert_eq!(newer_opinions(library.path(), &catalog).unwrap(), []);
            }
        }
        // An original of other folders says nothing against it.
        let catalog = Catalog::open_in_memory().unwrap();
        catalog.put_opinion(&said(OpinionKind::Original, pair, late)).unwrap();
        let mut other = said(OpinionKind::Original, pair, early);
        other.folders = Some([Some("丙".to_owned()), Some("丁".to_owned())]);
        let text = serde_json::to_vec(&[&other]).unwrap();
        std::fs::write(library.path().join(ANSWERS_FILE), text).unwrap();
        assert_eq!(newer_opinions(library.path(), &catalog).unwrap(), [other]);
    }
}
