//! One accepted work: plan, overlays, render, verify. Everything happens in a staged folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::judge::Judged;
use super::prepare::prepare;
use super::prove::verify;
use super::shop::{Events, Failure, JobError, Library, Shop};
use super::steady;
use super::watch::Watch;
use crate::files;
use crate::graphics::overlay::{Card, CardTexts};
use crate::library::catalog::RenditionRow;
use crate::library::staging::StagedFolder;
use crate::model::event::Stage;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Inspection;
use crate::model::job::{Job, Rendered, Reply, Verified};
use crate::model::manifest::{Rendition, Timings};
use crate::model::plan::{OutputPlan, Plan, hex};
use crate::model::preset::Preset;
use crate::policy::planner::{self, Mode, OverlayDigests, Planned, Request};

/// A rendered and verified work, still in its staged folder.
#[derive(Debug)]
pub(super) struct Made {
    pub plan: Plan,
    pub findings: Vec<Finding>,
    /// What has to appear anew, one entry an output of the plan.
    pub outputs: Vec<Output>,
    /// Each distinct file that was rendered, with what was measured of it.
    pub files: Vec<(PathBuf, Verified)>,
    /// For covers, best first: when it is shown, and the picture.
    pub stills: Vec<(u64, PathBuf)>,
    pub rendered: Rendered,
    pub folder: Option<StagedFolder>,
    pub timings: Timings,
}

/// How one target's file comes about.
#[derive(Debug)]
pub(super) struct Output {
    /// Digest of everything that decides the file and what lies beside it.
    pub key: String,
    pub from: From,
}

#[derive(Debug)]
pub(super) enum From {
    /// Index into `Made::files`.
    Rendered(usize),
    /// The library already holds it.
    Kept(Box<Rendition>),
}

/// The digests that tell the planner what will be drawn.
pub(super) fn digests(shop: &Shop, judged: &Judged) -> OverlayDigests {
    let texts = card_texts(shop, judged);
    OverlayDigests {
        watermark: shop.brand.watermark_sha256(),
        captions: judged.captions.as_ref().map(|captions| shop.brand.captions_sha256(captions)),
        title_card: Some(shop.brand.card_sha256(Card::Title, &texts)),
        lower_third: Some(shop.brand.card_sha256(Card::LowerThird, &texts)),
    }
}

pub(super) fn card_texts(shop: &Shop, judged: &Judged) -> CardTexts {
    CardTexts {
        title: judged.submission.title(),
        department: judged.submission.department(shop).unwrap_or_default(),
        authors: judged.submission.details.authors.clone(),
        college: shop.config.college.clone(),
    }
}

/// The plan of a judged work.
pub(super) fn plan(shop: &Shop, judged: &Judged, inspection: &Inspection) -> Planned {
    let presets: Vec<&Preset> =
        shop.presets.iter().filter(|preset| judged.targets.contains(&preset.id)).collect();
    planner::plan(&Request {
        inspection,
        presets: &presets,
        config: &shop.config,
        digests: &digests(shop, judged),
        mode: shop.options.mode,
    })
}

/// The plan of an accepted work; `None` of any other.
pub fn plan_of(shop: &Shop, judged: &Judged) -> Option<Plan> {
    let inspection = judged.inspection.as_ref()?;
    (!judged.targets.is_empty()).then(|| plan(shop, judged, inspection).plan)
}

/// What a plan leaves to do.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Targets that the library holds already, as they would be made.
    pub in_library: Vec<String>,
    /// Indices of the pictures that must be encoded: for some other target, and in no file of the library.
    pub pictures: Vec<usize>,
}

/// What a run would find and what it would encode of a plan.
pub fn ahead(shop: &Shop, judged: &Judged, plan: &Plan) -> Ahead {
    let Some(catalog) = shop.catalog() else {
        return Ahead { in_library: Vec::new(), pictures: (0..plan.pictures.len()).collect() };
    };
    let known = judged.submission.known.as_ref();
    let rows = known.and_then(|known| catalog.renditions_of(&known.manifest.id).ok()).unwrap_or_default();
    let kept = kept_renditions(rows, shop.config.library.as_path(), plan, &keys(plan, shop, judged));
    let wanted = |picture: &usize| {
        let mut outputs = plan.outputs.iter().zip(&kept);
        outputs.any(|(output, kept)| output.picture == *picture && kept.is_none())
    };
    // A run looks whether the donor is unaltered, too; for an estimate it is enough that it is there.
    let lacks = |picture: &usize| {
        let donor = catalog.donor_for_picture(&plan.pictures[*picture].key()).ok().flatten();
        donor.is_none_or(|file| !shop.config.library.as_path().join(file).exists())
    };
    Ahead {
        pictures: (0..plan.pictures.len()).filter(wanted).filter(lacks).collect(),
        in_library: kept.into_iter().flatten().map(|rendition| rendition.target).collect(),
    }
}

/// Makes everything that the library does not hold yet.
pub(super) async fn make(
    shop: &Arc<Shop>,
    library: &Library,
    (id, judged): (&str, &Judged),
    events: &Events,
) -> Result<Made, Failure> {
    let inspection = judged.inspection.as_ref().ok_or_else(Failure::odd_reply)?;
    let Planned { plan, mut findings } = plan(shop, judged, inspection);
    // What the rules said already.
    findings.retain(|finding| judged.findings.iter().all(|said| said.code != finding.code));
    let title = judged.submission.title();
    let keys = keys(&plan, shop, judged);
    let rows = library.catalog().renditions_of(id).map_err(JobError::from)?;
    let kept = kept_renditions(rows, library.staging.library(), &plan, &keys);
    let mut timings = Timings { inspect_ms: judged.inspect_ms, ..Timings::default() };
    if kept.iter().all(Option::is_some) {
        let outputs = keys.into_iter().zip(kept.into_iter().flatten());
        let outputs = outputs.map(|(key, kept)| Output { key, from: From::Kept(Box::new(kept)) }).collect();
        let rendered = Rendered {
            frames: vec![0; plan.pictures.len()],
            gains_db: vec![0.0; plan.sounds.len()],
            findings: Vec::new(),
            cpu_s: 0.0,
        };
        return Ok(Made {
            plan,
            findings,
            outputs,
            files: Vec::new(),
            stills: Vec::new(),
            rendered,
            folder: None,
            timings,
        });
    }
    let folder = library.staging.folder(id).map_err(JobError::from)?;
    let wanted: Vec<usize> = (0..plan.outputs.len()).filter(|index| kept[*index].is_none()).collect();
    let mut prepared = prepare(shop, library, &plan, &wanted, (judged, folder.path(), &title)).await?;
    let (threads, place) = shop.doors.render(inspection.duration_us).await;
    prepared.job.threads = threads;
    let mut watch =
        Watch::begin(events, judged.name(), judged.submission.source.path.clone(), Stage::Rendering);
    let job = Job::Render(prepared.job.clone());
    let source = &judged.submission.source;
    let reply = steady::run(shop, &job, source, &mut watch).await;
    // First, since a source that changed is also the cause of whatever went wrong with it.
    if let Some(finding) = steady::fault(source).await {
        return Err(Failure::new(finding, "the source changed while it was rendered"));
    }
    let mut rendered = match reply {
        Ok(Reply::Rendered { rendered }) => rendered,
        Ok(_) => return Err(Failure::odd_reply()),
        Err(error) => return Err(error.into()),
    };
    drop(place);
    timings.render_ms = watch.elapsed_ms();
    timings.cpu_s = rendered.cpu_s;
    let mut frames = vec![0; plan.pictures.len()];
    for (picture, made) in prepared.pictures.iter().zip(&rendered.frames) {
        frames[*picture] = *made;
    }
    rendered.frames = frames;
    let mut watch =
        Watch::begin(events, judged.name(), judged.submission.source.path.clone(), Stage::Verifying);
    let files = verify(shop, &plan, (&prepared, &rendered), &mut watch).await?;
    timings.verify_ms = watch.elapsed_ms();
    let outputs = keys
        .into_iter()
        .zip(kept)
        .enumerate()
        .map(|(index, (key, kept))| {
            let from = match kept {
                Some(kept) => From::Kept(Box::new(kept)),
                None => From::Rendered(prepared.file_of[&index]),
            };
            Output { key, from }
        })
        .collect();
    let mut all_findings = findings;
    // The glyphs that the captions miss are among those of all the work's texts.
    let said = |code: Code| judged.findings.iter().any(|finding| finding.code == code);
    let is_new = |finding: &Finding| finding.code != Code::GlyphMissing || !said(finding.code);
    all_findings.extend(prepared.findings.into_iter().filter(is_new));
    all_findings.extend(rendered.findings.clone());
    Ok(Made {
        plan,
        findings: all_findings,
        outputs,
        files,
        stills: prepared.stills,
        rendered,
        folder: Some(folder),
        timings,
    })
}

/// What of the plan the library holds already, by output.
fn kept_renditions(
    rows: Vec<RenditionRow>,
    root: &Path,
    plan: &Plan,
    keys: &[String],
) -> Vec<Option<Rendition>> {
    plan.outputs
        .iter()
        .zip(keys)
        .map(|(output, key)| {
            let row =
                rows.iter().find(|row| row.rendition.target == output.target && row.output_key == *key)?;
            let video = root.join(&row.rendition.file).metadata();
            let is_whole = video.is_ok_and(|file| file.len() == row.rendition.bytes)
                && row.rendition.covers.iter().all(|cover| root.join(&cover.file).exists());
            is_whole.then(|| row.rendition.clone())
        })
        .collect()
}

/// What the library holds of this very content for targets that were not asked for this time, or that are not enabled any
/// more and are not to be pruned.
pub(super) fn not_asked_for(shop: &Shop, judged: &Judged) -> Result<Vec<RenditionRow>, JobError> {
    let sha256 = judged.sha256();
    let Some(known) = &judged.submission.known else { return Ok(Vec::new()) };
    let published = known.manifest.published_sha256();
    if shop.options.prune || published.is_none() || published != sha256 {
        return Ok(Vec::new());
    }
    let mut rows = match shop.catalog() {
        Some(catalog) => catalog.renditions_of(&known.manifest.id)?,
        None => Vec::new(),
    };
    let root = shop.config.library.as_path();
    // A draft is kept beside drafts, a finished file beside finished ones.
    let is_draft = shop.options.mode == Mode::Draft;
    let is_other = |row: &RenditionRow| shop.presets.iter().all(|preset| preset.id != row.rendition.target);
    rows.retain(|row| row.draft == is_draft && is_other(row));
    let mut others = Vec::with_capacity(rows.len());
    for row in rows {
        let path = root.join(&row.rendition.file);
        let is_there = files::is_there(&path).map_err(|source| JobError::Io { path, source })?;
        others.extend(is_there.then_some(row));
    }
    Ok(others)
}

/// The key of every output.
fn keys(plan: &Plan, shop: &Shop, judged: &Judged) -> Vec<String> {
    plan.outputs.iter().map(|output| output_key(plan, output, shop, judged)).collect()
}

/// Digest of the streams, the container and every text in and beside the file.
fn output_key(plan: &Plan, output: &OutputPlan, shop: &Shop, judged: &Judged) -> String {
    let preset = shop.presets.iter().find(|preset| preset.id == output.target);
    let parts = serde_json::json!({
        "picture": plan.pictures[output.picture].key(),
        "sound": output.sound.map(|sound| plan.sounds[sound].key()),
        "container": output.container,
        "texts": (judged.submission.title(), &judged.submission.details, judged.submission.department(shop)),
        "college": shop.config.college,
        "campaign": shop.config.campaign,
        "cover": preset.map(|preset| (&preset.cover, &preset.post)),
        "cover_title": shop.config.covers.title,
    });
    hex(&Sha256::digest(parts.to_string()))
}
