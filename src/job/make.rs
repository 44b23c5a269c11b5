//! One accepted work: plan, overlays, render, verify. Everything happens in a staged folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::judge::Judged;
use super::shop::{Depth, Events, Failure, JobError, Library, Shop};
use super::watch::Watch;
use crate::discover;
use crate::model::event::Stage;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Inspection;
use crate::model::job::{
    Expected, ExpectedSound, Fault, Job, OutputTask, PictureTask, RenderJob, Rendered, Reply, SoundTask,
    StillTask, Verified, VerifyJob, VerifyTask,
};
use crate::model::manifest::{Rendition, Timings};
use crate::model::plan::{OutputPlan, Plan, hex};
use crate::model::preset::Preset;
use crate::overlay::{Card, CardTexts, Texts};
use crate::planner::{self, OverlayDigests, Planned, Request};
use crate::staging::StagedFolder;
use crate::worker;

/// Long side of the still that covers are cut from, pixels, and of the others, which the contact sheet shows.
const STILL_SIDE: u32 = 1920;
const SHEET_SIDE: u32 = 640;
/// Stills on the contact sheet at most.
const STILLS: usize = 4;

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

/// Makes everything that the library does not hold yet.
pub(super) async fn make(
    shop: &Arc<Shop>,
    library: &Library,
    (id, judged): (&str, &Judged),
    events: &Events,
) -> Result<Made, Failure> {
    let inspection = judged.inspection.as_ref().ok_or_else(Failure::odd_reply)?;
    let Planned { plan, findings } = plan(shop, judged, inspection);
    let title = judged.submission.title();
    let keys: Vec<String> =
        plan.outputs.iter().map(|output| output_key(&plan, output, shop, judged)).collect();
    let kept = kept_renditions(library, id, &plan, &keys);
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
    let prepared = prepare(shop, library, &plan, &wanted, (judged, folder.path(), &title))?;
    let mut watch =
        Watch::begin(events, judged.name(), judged.submission.source.path.clone(), Stage::Rendering);
    let job = Job::Render(prepared.job.clone());
    let mut rendered = match worker::run(&shop.worker, &job, &mut |done, total| watch.tick(done, total)).await
    {
        Ok(Reply::Rendered { rendered }) => rendered,
        Ok(_) => return Err(Failure::odd_reply()),
        Err(error) => return Err(error.into()),
    };
    timings.render_ms = watch.elapsed_ms();
    timings.cpu_s = rendered.cpu_s;
    let mut frames = vec![0; plan.pictures.len()];
    for (picture, made) in prepared.pictures.iter().zip(&rendered.frames) {
        frames[*picture] = *made;
    }
    rendered.frames = frames;
    if discover::stamp(judged.submission.source.path.as_path()).ok() != Some(judged.submission.source.stamp) {
        let finding = Finding::error(Code::SourceChanged);
        return Err(Failure::new(finding, "the source changed while it was rendered"));
    }
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
    all_findings.extend(prepared.findings);
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
fn kept_renditions(library: &Library, id: &str, plan: &Plan, keys: &[String]) -> Vec<Option<Rendition>> {
    let rows = library.catalog().renditions_of(id).unwrap_or_default();
    plan.outputs
        .iter()
        .zip(keys)
        .map(|(output, key)| {
            let row =
                rows.iter().find(|row| row.rendition.target == output.target && row.output_key == *key)?;
            let file = library.staging.library().join(&row.rendition.file);
            file.metadata().is_ok_and(|file| file.len() == row.rendition.bytes).then(|| row.rendition.clone())
        })
        .collect()
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

/// A render job with what is needed to check and publish its results.
struct Prepared {
    job: RenderJob,
    findings: Vec<Finding>,
    /// The plan's picture of each task.
    pictures: Vec<usize>,
    /// Output index of the plan → index of the distinct file.
    file_of: BTreeMap<usize, usize>,
    /// For each distinct file, one output of the plan that it is for.
    outputs_of: Vec<Vec<usize>>,
    stills: Vec<(u64, PathBuf)>,
}

fn prepare(
    shop: &Shop,
    library: &Library,
    plan: &Plan,
    wanted: &[usize],
    (judged, folder, title): (&Judged, &Path, &str),
) -> Result<Prepared, Failure> {
    let root = library.staging.library();
    let donor = |found: Option<String>| found.map(|file| root.join(file)).filter(|file| file.exists());
    let mut findings = Vec::new();
    let card = card_texts(shop, judged);
    let texts = Texts { captions: judged.captions.as_ref(), card: &card };
    let mut picture_of = BTreeMap::new();
    let mut sound_of = BTreeMap::new();
    let mut pictures = Vec::new();
    let mut sounds = Vec::new();
    let mut outputs: Vec<OutputTask> = Vec::new();
    let mut file_of = BTreeMap::new();
    let mut outputs_of: Vec<Vec<usize>> = Vec::new();
    for index in wanted {
        let output = &plan.outputs[*index];
        let picture = *picture_of.entry(output.picture).or_insert_with(|| {
            pictures.push(output.picture);
            pictures.len() - 1
        });
        let sound = output.sound.map(|sound| {
            *sound_of.entry(sound).or_insert_with(|| {
                sounds.push(sound);
                sounds.len() - 1
            })
        });
        let same = outputs.iter().position(|task| {
            task.picture == picture && task.sound == sound && task.container == output.container
        });
        let file = same.unwrap_or_else(|| {
            outputs.push(OutputTask {
                file: folder.join(format!("file-{}.{}", outputs.len(), output.container)).into(),
                picture,
                sound,
                container: output.container.clone(),
                title: title.to_owned(),
                comment: shop.config.college.clone(),
            });
            outputs_of.push(Vec::new());
            outputs.len() - 1
        });
        file_of.insert(*index, file);
        outputs_of[file].push(*index);
    }
    let mut tasks = Vec::new();
    for (number, picture) in pictures.iter().enumerate() {
        let recipe = plan.pictures[*picture].clone();
        let donor = donor(library.catalog().donor_for_picture(&recipe.key()).unwrap_or_default());
        let layers = match &donor {
            Some(_) => Vec::new(),
            None => {
                let layers_folder = folder.join(format!("layers-{number}"));
                std::fs::create_dir(&layers_folder)
                    .map_err(|source| JobError::Io { path: layers_folder.clone(), source })?;
                let (layers, more) =
                    shop.brand.layers(&recipe, &texts, &layers_folder).map_err(JobError::from)?;
                findings.extend(
                    more.into_iter().filter(|finding| !findings.contains(finding)).collect::<Vec<_>>(),
                );
                layers
            }
        };
        tasks.push(PictureTask { recipe, donor: donor.map(Into::into), layers });
    }
    let sounds = sounds
        .iter()
        .map(|sound| {
            let recipe = plan.sounds[*sound].clone();
            let donor = donor(library.catalog().donor_for_sound(&recipe.key()).unwrap_or_default());
            SoundTask { recipe, donor: donor.map(Into::into) }
        })
        .collect();
    let stills = still_tasks(judged, plan, folder);
    Ok(Prepared {
        findings,
        pictures,
        file_of,
        outputs_of,
        stills: stills.iter().map(|still| (still.at_us, still.file.as_path().to_owned())).collect(),
        job: RenderJob {
            source: judged.submission.source.path.clone(),
            folder: folder.into(),
            limits: shop.config.limits.clone(),
            threads: shop.options.threads,
            pictures: tasks,
            sounds,
            outputs,
            stills,
        },
    })
}

/// The best moments, or the middle of a work that has none.
fn still_tasks(judged: &Judged, plan: &Plan, folder: &Path) -> Vec<StillTask> {
    let (Some(inspection), Some(recipe)) = (&judged.inspection, plan.pictures.first()) else {
        return Vec::new();
    };
    let lead_us = (inspection.video.start_us - recipe.start_us).max(0) as u64;
    let mut moments: Vec<u64> =
        inspection.cover_candidates.iter().take(STILLS).map(|candidate| candidate.at_us + lead_us).collect();
    if moments.is_empty() {
        moments.push(plan.duration_us / 2);
    }
    moments
        .into_iter()
        .enumerate()
        .map(|(index, at_us)| StillTask {
            at_us,
            file: folder.join(format!("still-{index}.png")).into(),
            max_long_side: if index == 0 { STILL_SIDE } else { SHEET_SIDE },
        })
        .collect()
}

async fn verify(
    shop: &Shop,
    plan: &Plan,
    (prepared, rendered): (&Prepared, &Rendered),
    watch: &mut Watch,
) -> Result<Vec<(PathBuf, Verified)>, Failure> {
    // The renderer has said so, and the manifest will: then the aim is not held against the file.
    let reached = !rendered.findings.iter().any(|finding| finding.code == Code::LoudnessOutOfReach);
    let tasks = prepared.job.outputs.iter().zip(&prepared.outputs_of);
    let job = Job::Verify(VerifyJob {
        files: tasks
            .map(|(task, outputs)| VerifyTask {
                file: task.file.clone(),
                expect: expected(plan, outputs, Loudness::of(reached)),
            })
            .collect(),
        limits: shop.config.limits.clone(),
        full: shop.options.depth == Depth::Full,
    });
    let files = match worker::run(&shop.worker, &job, &mut |done, total| watch.tick(done, total)).await {
        Ok(Reply::Verified { files }) => files,
        Ok(_) => return Err(Failure::odd_reply()),
        Err(error) => return Err(error.into()),
    };
    let paths: Vec<PathBuf> =
        prepared.job.outputs.iter().map(|task| task.file.as_path().to_owned()).collect();
    if files.len() != paths.len() {
        return Err(Failure::odd_reply());
    }
    let faulty = files.iter().zip(&prepared.outputs_of).find(|(file, _)| !file.faults.is_empty());
    if let Some((file, outputs)) = faulty {
        let target = outputs.first().map_or("", |index| plan.outputs[*index].target.as_str());
        return Err(not_verified(file, target));
    }
    Ok(paths.into_iter().zip(files).collect())
}

/// Whether the loudness aim was within reach.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loudness {
    Reached,
    OutOfReach,
}

impl Loudness {
    fn of(reached: bool) -> Self {
        if reached { Self::Reached } else { Self::OutOfReach }
    }
}

/// The strictest of what the targets of one file expect.
fn expected(plan: &Plan, outputs: &[usize], loudness: Loudness) -> Expected {
    let all = || outputs.iter().map(|index| &plan.outputs[*index]);
    // Every file is for at least one output.
    let first = &plan.outputs[outputs[0]];
    let picture = &plan.pictures[first.picture];
    Expected {
        container: first.container.clone(),
        codec: picture.encode.codec.clone(),
        profile: picture.encode.profile.clone(),
        size: picture.canvas,
        frame_rate: picture.frame_rate,
        duration_us: plan.duration_us,
        sound: first.sound.map(|sound| {
            let recipe = &plan.sounds[sound];
            ExpectedSound {
                codec: "aac".to_owned(),
                sample_rate: recipe.sample_rate,
                channels: recipe.channels,
                loudness_lufs: recipe.loudness_lufs.filter(|_| loudness == Loudness::Reached),
                true_peak_dbtp: recipe.true_peak_dbtp,
            }
        }),
        max_bytes: all().filter_map(|output| output.max_bytes).min(),
        max_bit_rate: all().filter_map(|output| output.max_bit_rate).min(),
        max_key_frame_interval_ms: all()
            .filter_map(|output| output.max_key_frame_interval_ms)
            .min()
            .unwrap_or(u64::MAX),
    }
}

fn not_verified(file: &Verified, target: &str) -> Failure {
    let told = |fault: &Fault| format!("{} {} ({})", fault.what, fault.measured, fault.expected);
    let detail = file.faults.iter().map(told).collect::<Vec<_>>().join("; ");
    let fault = &file.faults[0];
    let finding = Finding::error(Code::VerificationFailed)
        .for_target(target)
        .measured(format!("{} {}", fault.what, fault.measured))
        .limit(&fault.expected)
        .arg("detail", &detail);
    Failure::new(finding, detail)
}
