//! Has a fresh worker measure the rendered files, and checks each against the strictest limits of its targets.

use std::path::PathBuf;

use crate::graphics::overlay::AI_MARK_FILE;
use crate::model::finding::{Code, Finding};
use crate::model::job::{
    Expected, ExpectedSound, Fault, MarkSeen, Rendered, Verified, VerifyJob, VerifyTask, VideoTask,
};
use crate::model::plan::Plan;
use crate::model::preset::Edition;
use crate::pipeline::progress::ProgressReporter;
use crate::pipeline::render_job::PreparedRender;
use crate::work::context::Context;
use crate::work::failure::Failure;
use crate::work::options::VerifyDepth;
use crate::worker;

/// Verifies the files of a render. Returns each with what was measured of it; one that does not meet its specification is a
/// failure.
pub(crate) async fn verify(
    context: &Context,
    plan: &Plan,
    prepared: &PreparedRender,
    rendered: &Rendered,
    progress: &mut ProgressReporter,
) -> Result<Vec<(PathBuf, Verified)>, Failure> {
    // The render has reported it, and the manifest will: then the aim is not checked.
    let reached = !rendered.findings.iter().any(|finding| finding.code == Code::LoudnessOutOfReach);
    let tasks = prepared.job.outputs.iter().zip(&prepared.outputs_of);
    let request = VerifyJob {
        files: tasks
            .map(|(task, outputs)| VerifyTask {
                file: task.file.clone(),
                expect: Expected {
                    ai_labels: task.ai_labels.clone(),
                    ..expected(plan, outputs, Loudness::of(reached))
                },
                mark: prepared.marks[task.picture].clone(),
            })
            .collect(),
        limits: context.config.limits.clone(),
        full: context.options.depth == VerifyDepth::Full,
        threads: context.options.threads,
    };
    let on_progress = &mut |done, total| progress.tick(done, total);
    let mut files = match worker::ask(&context.workers, request.clone(), on_progress).await {
        // The machine was probably too busy, which says nothing of the files.
        Err(error) if error.finding.code == Code::WorkerStalled => {
            worker::ask(&context.workers, request, on_progress).await?
        }
        asked => asked?,
    };
    let paths: Vec<PathBuf> =
        prepared.job.outputs.iter().map(|task| task.file.as_path().to_owned()).collect();
    if files.len() != paths.len() {
        return Err(Failure::internal("not every file was verified"));
    }
    let tasks = prepared.job.outputs.iter().zip(&prepared.outputs_of);
    for ((task, outputs), file) in tasks.zip(&mut files) {
        let is_branded = |index: &usize| plan.outputs[*index].edition == Edition::Branded;
        if outputs.iter().any(is_branded) && prepared.marks[task.picture].is_none() {
            file.faults.extend(MarkSeen::NONE.fault());
        }
        file.faults.extend(undrawn_ai_mark(&prepared.job.pictures[task.picture]));
    }
    let faulty = files.iter().zip(&prepared.outputs_of).find(|(file, _)| !file.faults.is_empty());
    if let Some((file, outputs)) = faulty {
        let target = outputs.first().map_or("", |index| plan.outputs[*index].target.as_str());
        return Err(not_verified(file, target));
    }
    Ok(paths.into_iter().zip(files).collect())
}

/// Returns the fault of a picture that was to say that it is made by artificial intelligence, and into which that was not
/// drawn. What is copied was looked at when it was drawn.
fn undrawn_ai_mark(task: &VideoTask) -> Option<Fault> {
    let is_drawn = task.layers.iter().any(|layer| layer.file.as_path().ends_with(AI_MARK_FILE));
    let is_lacking = task.recipe.overlays.ai_mark.is_some() && task.donor.is_none() && !is_drawn;
    is_lacking.then(|| Fault {
        what: "ai_mark".to_owned(),
        measured: "no room for it, or no font".to_owned(),
        expected: "drawn".to_owned(),
    })
}

/// Whether the render could reach the loudness that the plan aims at.
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

/// Returns the strictest of what the outputs of one file expect.
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
        ai_labels: Vec::new(),
    }
}

fn not_verified(file: &Verified, target: &str) -> Failure {
    let describe = |fault: &Fault| format!("{} {} ({})", fault.what, fault.measured, fault.expected);
    let detail = file.faults.iter().map(describe).collect::<Vec<_>>().join("; ");
    let fault = &file.faults[0];
    let finding = Finding::error(Code::VerificationFailed)
        .for_target(target)
        .measured(format!("{} {}", fault.what, fault.measured))
        .limit(&fault.expected)
        .detail(&detail);
    Failure::Verification { finding: Box::new(finding), detail }
}
