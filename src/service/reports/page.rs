//! One drop's page, filled from what the catalogue and the library hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::entry::{Entry, shown_name};
use crate::graphics::covers;
use crate::model::finding::Verdict;
use crate::model::language::Bilingual;
use crate::model::manifest::{FindingRecord, Work};
use crate::model::service::DropState;
use crate::model::units::exact_time;
use crate::present::messages;
use crate::present::report::{Original, PageState, ReviewPart, Thumbnail, WorkPage, work_page};
use crate::work::context::Context;

/// Covers shown, and the long sides of the pictures inside a page, pixels: a page stays small enough for a share
/// over Wi-Fi.
const COVERS: usize = 3;
const COVER_SIDE: u32 = 320;
const PREVIEW_SIDE: u32 = 960;

/// The state that a page shows.
pub(super) enum Body<'a> {
    Open(&'a DropState),
    Done(&'a Work),
    Refused(&'a [FindingRecord]),
}

/// Returns the department's name in the configuration.
pub(super) fn department_name<'a>(context: &'a Context, folder: &'a str) -> &'a str {
    context.config.departments.get(folder).map_or(folder, String::as_str)
}

pub(super) fn html(
    context: &Context,
    targets: &BTreeMap<String, Bilingual>,
    entry: &Entry,
    (body, review): (&Body<'_>, Option<&ReviewPart>),
    notice: Option<Bilingual>,
) -> String {
    let now = context.now();
    let (mut covers, mut preview, mut original) = (Vec::new(), None, None);
    let mut evidence = Vec::new();
    let state = match body {
        Body::Open(DropState::Arriving) => PageState::Arriving,
        Body::Open(DropState::Waiting { ahead }) => PageState::Waiting { ahead: *ahead },
        Body::Open(DropState::Running { stage, done, speed, left_s }) => {
            PageState::Running { stage: *stage, done: *done, speed: *speed, left_s: *left_s }
        }
        Body::Refused(findings) => PageState::Refused(findings),
        Body::Done(work) => {
            covers = cover_pictures(context, targets, work);
            preview = contact_sheet(context, work);
            original = original_of(context, work);
            evidence = evidence_of(context, work);
            PageState::Done(work)
        }
    };
    let library = context.config.library.as_path().to_string_lossy();
    let file_name = original.as_ref().map(|work| shown_name(work.source.path.as_path())).unwrap_or_default();
    work_page(&WorkPage {
        college: &context.config.college,
        department: entry.department.as_deref().map(|folder| department_name(context, folder)),
        file_name: &entry.shown_name,
        bytes: entry.bytes,
        received_at: &entry.received_at,
        updated_at: &now,
        state,
        notice,
        examples: context.placeholders().map(|finding| messages::text(&finding)),
        targets,
        covers: &covers,
        preview: preview.as_ref(),
        evidence: &evidence,
        original: original.as_ref().map(|work| Original {
            title: &work.title,
            department: work.department.as_deref(),
            authors: &work.authors,
            file_name: &file_name,
            received_at: &work.made_at,
        }),
        library: Some(library.as_ref()),
        review,
    })
}

fn cover_pictures(context: &Context, targets: &BTreeMap<String, Bilingual>, work: &Work) -> Vec<Thumbnail> {
    let Some(library) = &context.library else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let mut pictures = Vec::new();
    for made in &work.renditions {
        for cover in &made.covers {
            if pictures.len() == COVERS || !seen.insert(&cover.sha256) {
                continue;
            }
            let name = targets.get(&made.target).map_or(made.target.as_str(), |name| name.zh.as_str());
            let caption = format!("{name} {}×{}", cover.width, cover.height);
            let side = if work.is_poster() { PREVIEW_SIDE } else { COVER_SIDE };
            let jpeg = covers::thumbnail(&library.staging.library().join(&cover.file), side);
            pictures.extend(jpeg.map(|jpeg| Thumbnail { caption, jpeg }));
        }
    }
    pictures
}

/// Returns the contact sheet, which is in the work's own folder, above those of its targets.
fn contact_sheet(context: &Context, work: &Work) -> Option<Thumbnail> {
    let library = context.library.as_ref()?.staging.library();
    let folder = Path::new(&work.renditions.first()?.file).parent()?.parent()?;
    let jpeg = covers::thumbnail(&library.join(folder).join("contact-sheet.jpg"), PREVIEW_SIDE)?;
    Some(Thumbnail { caption: work.title.clone(), jpeg })
}

/// Returns pictures of both works at matching moments, by file.
fn evidence_of(context: &Context, work: &Work) -> Vec<(String, Thumbnail)> {
    let Some(library) = &context.library else { return Vec::new() };
    let pictures = work.likenesses.iter().flat_map(|one| one.pictures.iter().map(move |kept| (one, kept)));
    pictures
        .filter_map(|(likeness, kept)| {
            let jpeg = covers::thumbnail(&library.staging.library().join(&kept.file), PREVIEW_SIDE)?;
            let [here, there] = [kept.at_ms, kept.their_at_ms].map(exact_time);
            let caption = format!("{here} ↔ {there} · {}", likeness.title);
            Some((kept.file.clone(), Thumbnail { caption, jpeg }))
        })
        .collect()
}

fn original_of(context: &Context, work: &Work) -> Option<Work> {
    let id = work.duplicate_of.as_ref().filter(|_| work.verdict == Verdict::Duplicate)?;
    let row = context.library.as_ref()?.catalog().work_by_id(id).ok()??;
    Some(row.manifest)
}
