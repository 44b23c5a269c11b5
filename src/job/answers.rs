//! What people said of pairs of works goes before what the program finds.

use super::judge::Judged;
use super::likeness::{Alike, Other, is_accepted};
use super::senior::goes_before;
use super::shop::Shop;
use crate::model::opinion::{Opinion, Said};

/// Takes out what a person called different, and puts first what a person called the same, also where nothing shows it.
/// `earlier` are the places of this run's submissions that go before, in order.
pub(super) fn obey(
    shop: &Shop,
    judged: &[Judged],
    (index, earlier): (usize, &[usize]),
    mut found: Vec<Alike>,
) -> Vec<Alike> {
    let one = &judged[index];
    let Some(sha256) = one.inspection.as_ref().map(|inspection| inspection.sha256.as_str()) else {
        return found;
    };
    let opinions = match shop.catalog().map(|catalog| catalog.opinions_about(sha256)) {
        Some(Ok(opinions)) => opinions,
        Some(Err(error)) => {
            tracing::error!(%error, "what people said of works could not be read");
            Vec::new()
        }
        None => Vec::new(),
    };
    for opinion in opinions {
        let other = opinion.other_than(sha256).to_owned();
        let known = found.iter().position(|alike| content(judged, &alike.other) == Some(other.as_str()));
        match (opinion.said, known) {
            (Said::NotSame, _) => found.retain(|alike| content(judged, &alike.other) != Some(other.as_str())),
            (Said::Same, Some(place)) => {
                let alike = found.remove(place);
                found.insert(0, Alike { opinion: Some(opinion), ..alike });
            }
            (Said::Same, None) => {
                if let Some(alike) = said_the_same(shop, judged, (index, earlier), (opinion, &other)) {
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
    found
}

fn content<'a>(judged: &'a [Judged], other: &'a Other) -> Option<&'a str> {
    match other {
        Other::InLibrary(row) => row.manifest.source.sha256.as_deref(),
        Other::InRun(place) => {
            judged[*place].inspection.as_ref().map(|inspection| inspection.sha256.as_str())
        }
    }
}

/// The accepted work with that content, before this one in the run or in the library.
fn said_the_same(
    shop: &Shop,
    judged: &[Judged],
    (index, earlier): (usize, &[usize]),
    (opinion, content): (Opinion, &str),
) -> Option<Alike> {
    let holds = |place: &usize| {
        let inspection = judged[*place].inspection.as_ref();
        is_accepted(&judged[*place]) && inspection.is_some_and(|inspection| inspection.sha256 == content)
    };
    let other = match earlier.iter().copied().find(|place| holds(place)) {
        Some(place) => Other::InRun(place),
        None => {
            let works = shop.catalog()?.works_with_sha256(content).ok()?;
            let row = works.into_iter().find(|work| goes_before(work, &judged[index]));
            Other::InLibrary(Box::new(row?))
        }
    };
    Some(Alike { other, found: None, opinion: Some(opinion) })
}
