//! Which works a target's screens may show: asked of review, one by one, with their bytes hashed.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::library::catalog::{Catalog, CatalogError, ShownFile};
use crate::model::manifest::{Rendition, Work};
use crate::model::playout::{Asset, ItemKind};
use crate::model::review::{ReviewRules, SignedLevel};
use crate::model::review_refusal::Refusal;
use crate::playout::schedule::inputs::Candidate;
use crate::review::judge::judge_all;
pub use crate::review::proven::{Shelf, proven};
use crate::review::release::{Proven, Release, Unreleased, may_go};

/// What may be shown, and what may not though it was signed.
#[derive(Clone, Debug, Default)]
pub struct Released {
    pub works: Vec<Candidate>,
    /// For the ledger: of each file on a programme.
    pub shown: Vec<ShownFile>,
    /// Works that are released by their signatures, but whose files are not as they were signed.
    pub refused: Vec<RefusedWork>,
}

/// A released work that cannot be shown.
#[derive(Clone, Debug)]
pub struct RefusedWork {
    pub work: String,
    pub title: String,
    pub why: Refusal,
}

/// Brings all standings up to date, so that [`released`] finds every work. To be called once before.
pub fn judge(catalog: &mut Catalog, rules: &ReviewRules, now: Timestamp) -> Result<(), CatalogError> {
    judge_all(catalog, rules, now)
}

/// Returns the works that are released for each of the targets.
pub fn released(shelf: Shelf<'_>, targets: &[&str]) -> Result<BTreeMap<String, Released>, CatalogError> {
    let mut all = BTreeMap::new();
    for target in targets {
        let mut of_target = Released::default();
        for work in shelf.catalog.released_on(target)? {
            add(shelf, (&work, target), &mut of_target)?;
        }
        all.insert((*target).to_owned(), of_target);
    }
    Ok(all)
}

fn add(shelf: Shelf<'_>, (work, target): (&str, &str), into: &mut Released) -> Result<(), CatalogError> {
    let Ok(release) = may_go(shelf.catalog, shelf.rules, (work, target), shelf.now)? else { return Ok(()) };
    let title = release.work.title.clone();
    match proven(shelf, release)? {
        Ok(Proven(release)) => {
            into.works.push(candidate(&release.work, &release.rendition));
            into.shown.push(shown(&release));
        }
        Err(Unreleased::File(why)) => into.refused.push(RefusedWork { work: work.to_owned(), title, why }),
        Err(_) => {}
    }
    Ok(())
}

fn candidate(work: &Work, rendition: &Rendition) -> Candidate {
    let mut tags: Vec<String> = work
        .renditions
        .iter()
        .filter_map(|made| made.post.as_ref())
        .flat_map(|post| post.tags.clone())
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let is_poster = work.is_poster();
    Candidate {
        work: work.id.clone(),
        title: work.title.clone(),
        department: work.department.clone(),
        season: work.season.clone(),
        tags,
        submitted: work.submitted.as_ref().map_or_else(|| work.made_at.clone(), |given| given.date.clone()),
        kind: if is_poster { ItemKind::Poster } else { ItemKind::Video },
        ms: rendition.duration_ms,
        file: Asset { sha256: rendition.sha256.clone(), bytes: rendition.bytes },
        picture: picture(rendition, is_poster),
    }
}

/// Returns the poster's own picture, which fills the canvas exactly; of a video the cover whose shape is nearest to the canvas.
fn picture(rendition: &Rendition, is_poster: bool) -> Option<Asset> {
    let aspect = |width: u32, height: u32| f64::from(width) / f64::from(height.max(1));
    let canvas = aspect(rendition.width, rendition.height);
    let distance = |width, height| (aspect(width, height) / canvas).ln().abs();
    let mut covers = rendition.covers.iter();
    let exact = |width, height| (width, height) == (rendition.width, rendition.height);
    let found = match is_poster {
        true => covers.rfind(|cover| exact(cover.width, cover.height)),
        false => covers.min_by(|one, other| {
            distance(one.width, one.height).total_cmp(&distance(other.width, other.height))
        }),
    };
    found.map(|cover| Asset { sha256: cover.sha256.clone(), bytes: cover.bytes })
}

fn shown(release: &Release) -> ShownFile {
    let name = |level: &SignedLevel| level.by.name.clone();
    ShownFile {
        sha256: release.rendition.sha256.clone(),
        work: release.work.id.clone(),
        title: release.work.title.clone(),
        department: release.work.department.clone(),
        signed: release.signed.iter().map(name).collect::<Vec<_>>().join("、"),
    }
}
