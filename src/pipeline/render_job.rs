//! Prepares a render job from a plan: layers, donors, distinct files, stills.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::block_in_place;

use crate::files;
use crate::graphics::overlay::{Captions, CardTexts, Texts};
use crate::library::open::Library;
use crate::model::finding::{Code, Finding};
use crate::model::job::{AudioTask, Layer, OutputTask, RenderJob, StillTask, VideoTask};
use crate::model::plan::{Plan, VideoRecipe};
use crate::pipeline::own_cover;
use crate::work::blocking::run_blocking;
use crate::work::context::{Context, RunContext};
use crate::work::decision::Decision;
use crate::work::failure::{Failure, JobError};
use crate::work::wishes;

/// Long side of the still that covers are cut from, pixels.
const COVER_STILL_SIDE: u32 = 1920;

/// Long side of the other stills, which only the contact sheet shows, pixels.
const SHEET_STILL_SIDE: u32 = 640;

/// Timestamps of pictures are this exact at least, microseconds.
const FRAME_SLACK_US: u64 = 2_000;

/// Most stills on the contact sheet.
const MAX_STILLS: usize = 4;

/// A render job with what is needed to check and publish its results.
pub(crate) struct PreparedRender {
    pub job: RenderJob,
    pub findings: Vec<Finding>,
    /// The plan's picture of each task.
    pub pictures: Vec<usize>,
    /// The college's mark of each task's picture; `None` where none is drawn.
    pub marks: Vec<Option<Layer>>,
    /// Output index of the plan → index of the distinct file.
    pub file_of: BTreeMap<usize, usize>,
    /// The outputs of the plan that each distinct file is for.
    pub outputs_of: Vec<Vec<usize>>,
    /// When each still is shown (microseconds), and its file.
    pub stills: Vec<(u64, PathBuf)>,
    /// The picture that the team handed in as its cover.
    pub own_cover: Option<PathBuf>,
}

/// Prepares the render job for the `wanted` outputs of a plan, with its donors; draws its layers into `folder`.
pub(crate) async fn prepare(
    run: &RunContext,
    decision: &Decision,
    plan: &Plan,
    wanted: &[usize],
    folder: &Path,
) -> Result<PreparedRender, Failure> {
    let (context, library) = (run.context(), run.library());
    let title = decision.inspected.submission.title();
    // Reads whole files, which blocks the thread.
    let donor = |found: Option<String>| block_in_place(|| intact_file(library, &found?));
    let mut findings = Vec::new();
    let texts = Arc::new((decision.inspected.captions.clone(), decision.inspected.card_texts(context)));
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
                title: title.clone(),
                comment: context.config.college.clone(),
                ai_labels: decision.inspected.ai_labels().to_vec(),
            });
            outputs_of.push(Vec::new());
            outputs.len() - 1
        });
        file_of.insert(*index, file);
        outputs_of[file].push(*index);
    }
    let (mut tasks, mut marks) = (Vec::new(), Vec::new());
    for (number, picture) in pictures.iter().enumerate() {
        let recipe = plan.pictures[*picture].clone();
        let is_poster = recipe.kind.is_poster();
        // A poster's film is made with the picture that belongs to it, which no film gives back.
        let found = match is_poster {
            true => None,
            false => library.catalog().donor_for_picture(&recipe.key()).unwrap_or_default(),
        };
        let donor = donor(found);
        let layers_folder = folder.join(format!("layers-{number}"));
        std::fs::create_dir(&layers_folder)
            .map_err(|source| JobError::Io { path: layers_folder.clone(), source })?;
        let layers = match &donor {
            Some(_) => {
                // What is copied carries the same mark, and is looked at for it again.
                marks.push(mark_layer(context, &recipe, layers_folder).await?);
                Vec::new()
            }
            None => {
                let (layers, more) = layers(context, &texts, &recipe, layers_folder).await?;
                findings.extend(
                    more.into_iter().filter(|finding| !findings.contains(finding)).collect::<Vec<_>>(),
                );
                let is_mark = |layer: &&Layer| layer.file.as_path().ends_with("watermark.png");
                marks.push(layers.iter().find(is_mark).cloned());
                layers
            }
        };
        let canvas = is_poster.then(|| folder.join(format!("canvas-{number}.jpg")).into());
        tasks.push(VideoTask { recipe, donor: donor.map(Into::into), layers, canvas });
    }
    let sounds = sounds
        .iter()
        .map(|sound| {
            let recipe = plan.sounds[*sound].clone();
            let found = library.catalog().donor_for_sound(&recipe.key()).unwrap_or_default();
            AudioTask { recipe, donor: donor(found).map(Into::into) }
        })
        .collect();
    let stills = still_tasks(decision, plan, folder);
    let (own_cover, unusable) = own_cover::read(context, &decision.inspected.submission.source, folder).await;
    findings.extend(unusable);
    if own_cover.is_none() {
        findings.extend(missing_cover_finding(context, decision, plan, wanted));
    }
    Ok(PreparedRender {
        own_cover,
        findings,
        pictures,
        marks,
        file_of,
        outputs_of,
        stills: stills.iter().map(|still| (still.at_us, still.file.as_path().to_owned())).collect(),
        job: RenderJob {
            source: decision.inspected.submission.source.path.clone(),
            sha256: decision.sha256().map(str::to_owned),
            folder: folder.into(),
            limits: context.config.limits.clone(),
            threads: context.options.threads,
            pictures: tasks,
            sounds,
            outputs,
            stills,
        },
    })
}

/// Draws the layers over one picture. Long captions take a while: a service that is stopped does not wait for them.
async fn layers(
    context: &Arc<Context>,
    texts: &Arc<(Option<Captions>, CardTexts)>,
    recipe: &VideoRecipe,
    folder: PathBuf,
) -> Result<(Vec<Layer>, Vec<Finding>), JobError> {
    let (context, texts, recipe) = (Arc::clone(context), Arc::clone(texts), recipe.clone());
    let drawn = run_blocking(move |cancel| {
        let texts = Texts { captions: texts.0.as_ref(), card: &texts.1 };
        context.brand.layers(&recipe, &texts, &folder, cancel)
    });
    Ok(drawn.await?)
}

/// Draws the mark of one picture alone.
async fn mark_layer(
    context: &Arc<Context>,
    recipe: &VideoRecipe,
    folder: PathBuf,
) -> Result<Option<Layer>, JobError> {
    let (context, recipe) = (Arc::clone(context), recipe.clone());
    Ok(run_blocking(move |cancel| context.brand.mark_layer(&recipe, &folder, cancel)).await?)
}

/// Returns the path of a library's file that is still as it was published; `None` where it was altered or is gone.
fn intact_file(library: &Library, file: &str) -> Option<PathBuf> {
    let row = library.catalog().file(file).ok()??;
    let path = library.staging.library().join(file);
    let is_long_enough = path.metadata().is_ok_and(|found| found.len() == row.bytes);
    let is_same = is_long_enough && files::digest(&path).is_ok_and(|(sha256, _)| sha256 == row.sha256);
    is_same.then_some(path)
}

/// Returns a warning if covers are wanted and no picture is good enough for one.
fn missing_cover_finding(
    context: &Context,
    decision: &Decision,
    plan: &Plan,
    wanted: &[usize],
) -> Option<Finding> {
    let none = decision.inspected.shown().is_some_and(|inspection| inspection.cover_candidates.is_empty())
        && decision.inspected.submission.details.cover_at_us.is_none();
    let target = |index: &usize| plan.outputs[*index].target.as_str();
    let has_covers =
        |id: &str| context.presets.iter().any(|preset| preset.id == id && !preset.cover.is_empty());
    (none && wanted.iter().map(target).any(has_covers)).then(|| Finding::warning(Code::NoGoodCover))
}

/// Returns the still of the moment that the team chose, if it did, and those of the best moments; that of the middle of a work
/// that has none.
fn still_tasks(decision: &Decision, plan: &Plan, folder: &Path) -> Vec<StillTask> {
    let (Some(inspection), Some(recipe)) = (decision.inspected.shown(), plan.pictures.first()) else {
        return Vec::new();
    };
    let lead_us = (inspection.video.start_us - recipe.start_us).max(0) as u64;
    let best = inspection.cover_candidates.iter().map(|candidate| candidate.at_us + lead_us);
    let chosen = wishes::cover_moment(&decision.inspected.submission.details, plan.duration_us);
    // A still is the first picture from its moment on; the team means the one that is shown then.
    let frame_us = (1e6 / inspection.video.frame_rate.as_f64().max(1.0)) as u64;
    let chosen = chosen.map(|at_us| at_us.saturating_sub(frame_us.saturating_sub(FRAME_SLACK_US)));
    let mut moments: Vec<u64> = chosen.into_iter().chain(best).take(MAX_STILLS).collect();
    if moments.is_empty() {
        moments.push(plan.duration_us / 2);
    }
    moments
        .into_iter()
        .enumerate()
        .map(|(index, at_us)| StillTask {
            at_us,
            file: folder.join(format!("still-{index}.png")).into(),
            max_long_side: if index == 0 { COVER_STILL_SIDE } else { SHEET_STILL_SIDE },
        })
        .collect()
}
