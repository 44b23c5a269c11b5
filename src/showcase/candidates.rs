//! The works that a package may be made of: asked of review one by one, with their bytes hashed.

use std::path::Path;

use crate::files;
use crate::library::catalog::{CatalogError, WorkRow};
use crate::model::ai::AiUse;
use crate::model::language::AnyPath;
use crate::model::manifest::{Rendition, Work};
use crate::model::posting::{self, Numbered, ReceiptState};
use crate::model::receipt::{Receipt, ReceiptKind};
use crate::model::review::{Record, ReviewState};
use crate::model::review_refusal::Refusal;
use crate::model::showcase::candidate::{AiSaid, Candidate, FileOf, Held, Measured, Released};
use crate::model::showcase::profile::{CURRENT, Profile};
use crate::model::units::Size;
use crate::policy::posting::POST_FILE;
use crate::review::proven::{Shelf, proven};
use crate::review::release::{Proven, Release, Unreleased, may_go};
use crate::text::hex;
use sha2::{Digest, Sha256};

/// Largest text to post that is read, bytes.
const POST_MAX_BYTES: u64 = 1 << 20;

/// Which works are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// Ids, in their order.
    Named(&'a [String]),
    /// All that the profile selects; the id of the season of the day.
    All { season: Option<&'a str> },
}

/// Returns the works with everything that decides about them. Files that were not hashed within a day are hashed now: `on_work`
/// hears of each work, and of how many there are.
///
/// # Errors
/// Of the catalogue.
pub fn candidates(
    shelf: Shelf<'_>,
    profile: &Profile,
    asked: Asked<'_>,
    on_work: &mut dyn FnMut(&str, (usize, usize)),
) -> Result<Vec<Candidate>, CatalogError> {
    let ids = match asked {
        Asked::Named(ids) => ids.to_vec(),
        Asked::All { .. } => shelf.catalog.work_ids()?,
    };
    let mut found = Vec::new();
    let count = ids.len();
    for (place, id) in ids.into_iter().enumerate() {
        let Some(row) = shelf.catalog.work_by_id(&id)? else { continue };
        let is_asked = match asked {
            Asked::Named(_) => true,
            Asked::All { season } => is_selected(profile, &row.manifest, season),
        };
        if is_asked {
            on_work(&row.manifest.title, (place, count));
            found.push(candidate(shelf, profile, row, matches!(asked, Asked::Named(_)))?);
        }
    }
    Ok(found)
}

/// Returns true for a work that was made, and is of a season and department that the profile names.
fn is_selected(profile: &Profile, work: &Work, season: Option<&str>) -> bool {
    let select = &profile.select;
    let is_of_season = select.seasons.is_empty()
        || select.seasons.iter().any(|one| match one.as_str() {
            CURRENT => season.is_some() && work.season.as_deref() == season,
            one => work.season.as_deref() == Some(one),
        });
    let is_of_department = select.departments.is_empty()
        || work.department.as_ref().is_some_and(|department| select.departments.contains(department));
    !work.renditions.is_empty() && !work.draft && is_of_season && is_of_department
}

fn candidate(
    shelf: Shelf<'_>,
    profile: &Profile,
    row: WorkRow,
    is_named: bool,
) -> Result<Candidate, CatalogError> {
    let source = source(&row);
    let work = row.manifest;
    let records = shelf.catalog.records_of(&work.id)?;
    let posts = posts(&records);
    let lost = lost(shelf, &posts);
    let may = may_go(shelf.catalog, shelf.rules, (&work.id, &profile.video.target), shelf.now)?;
    let release = match may {
        Ok(release) => proven(shelf, release)?.map(|Proven(release)| release),
        Err(why) => Err(why),
    };
    let release = match release {
        Ok(release) => released(shelf, &release),
        Err(why) => Err(held(why, &profile.video.target)),
    };
    Ok(Candidate {
        submitted: submitted(&work),
        captured: work.source.captured_at.as_ref().map(|at| at.chars().take(10).collect()),
        season_name: work.submitted.as_ref().and_then(|given| given.season_name.clone()),
        ai: ai(&work),
        has_captions: work.captions.is_some(),
        work: work.id,
        title: work.title,
        department: work.department,
        season: work.season,
        authors: work.authors,
        about: work.about,
        source,
        posts,
        lost,
        release,
        is_named,
    })
}

/// Returns the posts that are up and proven.
fn posts(records: &[Record]) -> Vec<Receipt> {
    let all = posting::receipts(records);
    let counts =
        |state| matches!(state, ReceiptState::Counts | ReceiptState::TopicMissing | ReceiptState::Early);
    let is_up =
        |one: &&Numbered<'_>| one.receipt.what == ReceiptKind::Post && counts(posting::state(**one, &all));
    all.iter().filter(is_up).map(|one| one.receipt.clone()).collect()
}

fn submitted(work: &Work) -> String {
    let given = work.submitted.as_ref().map(|given| given.date.clone());
    given.unwrap_or_else(|| work.made_at.chars().take(10).collect())
}

pub(super) fn ai(work: &Work) -> AiSaid {
    let Some(record) = &work.ai else { return AiSaid::Nothing };
    match record.declared {
        Some(AiUse::Generated) => AiSaid::Generated,
        _ if !record.labels.is_empty() => AiSaid::Labelled,
        Some(AiUse::Assisted) => AiSaid::Assisted,
        Some(AiUse::None) => AiSaid::None,
        None => AiSaid::Nothing,
    }
}

/// Returns the screenshots that are not where they were put.
fn lost(shelf: Shelf<'_>, posts: &[Receipt]) -> Vec<String> {
    let shots = posts.iter().filter_map(|post| post.screenshot.as_ref());
    let is_lost = |file: &str, bytes| has_bytes(&shelf.library.join(file)) != Some(bytes);
    shots.filter(|shot| is_lost(&shot.file, shot.bytes)).map(|shot| shot.file.clone()).collect()
}

/// Returns the size of a file that is there.
fn has_bytes(path: &Path) -> Option<u64> {
    files::open(path).and_then(|file| file.metadata()).ok().map(|found| found.len())
}

/// Returns the file that was handed in, where it is what was published and still lies there.
fn source(row: &WorkRow) -> Option<FileOf> {
    let record = &row.manifest.source;
    let published = row.manifest.published_sha256()?;
    let is_it = record.sha256.as_deref() == Some(published) && has_bytes(&row.source) == Some(record.bytes);
    is_it.then(|| FileOf {
        path: AnyPath::from(row.source.clone()),
        sha256: published.to_owned(),
        bytes: record.bytes,
    })
}

pub(super) fn held(why: Unreleased, target: &str) -> Held {
    match why {
        Unreleased::NoSuchWork | Unreleased::NotMade => Held::NotMade { target: target.to_owned() },
        Unreleased::Standing(standing) => match standing.state {
            ReviewState::Returned => Held::Returned,
            ReviewState::Withdrawn => Held::Withdrawn,
            _ => Held::Waiting { level: standing.level },
        },
        Unreleased::File(refusal) => of_file(refusal),
    }
}

fn of_file(refusal: Refusal) -> Held {
    match refusal {
        Refusal::FileUnreadable { file, detail } => Held::File { file, detail: Some(detail) },
        Refusal::FileChanged { file } => Held::File { file, detail: None },
        other => Held::File { file: String::new(), detail: Some(format!("{other:?}")) },
    }
}

fn released(shelf: Shelf<'_>, release: &Release) -> Result<Released, Held> {
    let rendition = &release.rendition;
    let file = |path: &str, sha256: &str, bytes| FileOf {
        path: AnyPath::from(path),
        sha256: sha256.to_owned(),
        bytes,
    };
    let covers = rendition
        .covers
        .iter()
        .map(|cover| (Size::new(cover.width, cover.height), file(&cover.file, &cover.sha256, cover.bytes)));
    Ok(Released {
        digest: release.digest.clone(),
        measured: measured(rendition, release.work.captions.is_some()),
        video: file(&rendition.file, &rendition.sha256, rendition.bytes),
        covers: covers.collect(),
        post: post(shelf, release)?,
        signed: release.signed.iter().map(|level| level.by.name.clone()).collect(),
    })
}

fn measured(rendition: &Rendition, has_captions: bool) -> Measured {
    Measured {
        duration_ms: rendition.duration_ms,
        bytes: rendition.bytes,
        size: Size::new(rendition.width, rendition.height),
        frame_rate: rendition.frame_rate,
        edition: rendition.edition,
        has_captions,
    }
}

/// Returns the text to post as its file says it, which is one of the forms that were signed.
pub(super) fn post(shelf: Shelf<'_>, release: &Release) -> Result<Option<String>, Held> {
    let Some(signed) = release.files().iter().find(|file| file.path.ends_with(POST_FILE)) else {
        return Ok(None);
    };
    let file = || signed.path.clone();
    let bytes = files::read(&shelf.library.join(&signed.path), POST_MAX_BYTES)
        .map_err(|error| Held::File { file: file(), detail: Some(error.to_string()) })?;
    if !signed.may_be.contains(&hex(&Sha256::digest(&bytes))) {
        return Err(Held::File { file: file(), detail: None });
    }
    Ok(String::from_utf8(bytes).ok())
}
