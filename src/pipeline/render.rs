//! Plans, renders and verifies one accepted work, in a staged folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::library::staging::StagedFolder;
use crate::model::event::Stage;
use crate::model::finding::{Code, Finding};
use crate::model::job::{FrameCounts, MarkSeen, Rendered, Verified};
use crate::model::manifest::{Rendition, Timings};
use crate::model::plan::Plan;
use crate::pipeline::frame_count;
use crate::pipeline::plan::plan;
use crate::pipeline::progress::ProgressReporter;
use crate::pipeline::render_job::prepare;
use crate::pipeline::reuse::{kept_renditions, output_keys};
use crate::pipeline::source_guard;
use crate::pipeline::verify::verify;
use crate::policy::planner::Planned;
use crate::work::context::{Events, RunContext};
use crate::work::decision::Identified;
use crate::work::failure::{Failure, JobError};

/// A rendered and verified work, still in its staged folder.
#[derive(Debug)]
pub(crate) struct RenderedWork {
    pub plan: Plan,
    pub findings: Vec<Finding>,
    /// Where each output of the plan comes from, in the plan's order.
    pub outputs: Vec<Output>,
    /// Each distinct file that was rendered, with what was measured of it.
    pub files: Vec<(PathBuf, Verified)>,
    /// Pictures for covers, best first: when each is shown (microseconds), and its file.
    pub stills: Vec<(u64, PathBuf)>,
    /// The picture that the team handed in as its cover.
    pub own_cover: Option<PathBuf>,
    /// Of a poster, the canvas of each of the plan's pictures that was rendered, as JPEG.
    pub canvases: BTreeMap<usize, PathBuf>,
    pub rendered: Rendered,
    pub folder: Option<StagedFolder>,
    pub timings: Timings,
}

/// One target's file.
#[derive(Debug)]
pub(crate) struct Output {
    /// Digest of everything that decides the file, its covers and its posting text.
    pub key: String,
    pub from: Origin,
}

/// Where a target's file comes from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// Index into `RenderedWork::files`.
    Rendered(usize),
    /// The library already holds it.
    Kept(Box<Rendition>),
}

/// Renders and verifies everything that the library does not hold yet.
pub(crate) async fn render(
    run: &RunContext,
    identified: &Identified,
    events: &Events,
) -> Result<RenderedWork, Failure> {
    let (context, library, Identified { id, decision }) = (run.context(), run.library(), identified);
    let inspection = decision
        .inspected
        .inspection
        .as_ref()
        .ok_or_else(|| Failure::internal("an accepted work without an inspection"))?;
    let Planned { plan, mut findings } = plan(context, decision, inspection);
    // The rules may have found the same.
    findings.retain(|finding| decision.findings.iter().all(|known| known.code != finding.code));
    let keys = output_keys(&plan, context, decision);
    let rows = library.catalog().renditions_of(id).map_err(JobError::from)?;
    let kept = kept_renditions(rows, library.staging.library(), &plan, &keys);
    let mut timings = Timings { inspect_ms: decision.inspected.inspect_ms, ..Timings::default() };
    if kept.iter().all(Option::is_some) {
        let outputs = keys.into_iter().zip(kept.into_iter().flatten());
        let outputs = outputs.map(|(key, kept)| Output { key, from: Origin::Kept(Box::new(kept)) }).collect();
        let rendered = Rendered {
            frames: vec![0; plan.pictures.len()],
            gains_db: vec![0.0; plan.sounds.len()],
            findings: Vec::new(),
            cpu_s: 0.0,
            counts: FrameCounts::default(),
        };
        return Ok(RenderedWork {
            plan,
            findings,
            outputs,
            files: Vec::new(),
            stills: Vec::new(),
            own_cover: None,
            canvases: BTreeMap::new(),
            rendered,
            folder: None,
            timings,
        });
    }
    let folder = library.staging.folder(id).map_err(JobError::from)?;
    let wanted: Vec<usize> = (0..plan.outputs.len()).filter(|index| kept[*index].is_none()).collect();
    let mut prepared = prepare(run, decision, &plan, &wanted, folder.path()).await?;
    let (threads, permit) = context.limits.render(inspection.duration_us).await;
    prepared.job.threads = threads;
    let mut progress = ProgressReporter::begin(
        events,
        decision.name(),
        decision.inspected.submission.source.path.clone(),
        Stage::Rendering,
    );
    let source = &decision.inspected.submission.source;
    let reply = source_guard::ask(context, prepared.job.clone(), source, &mut progress).await;
    // Checked before the reply: a source that changed is also the cause of any other failure.
    if let Some(finding) = source_guard::fault(source).await {
        return Err(Failure::source(finding, "the source changed while it was rendered"));
    }
    let mut rendered = reply?;
    drop(permit);
    timings.render_ms = progress.elapsed_ms();
    timings.cpu_s = rendered.cpu_s;
    let mut frames = vec![0; plan.pictures.len()];
    for (picture, made) in prepared.pictures.iter().zip(&rendered.frames) {
        frames[*picture] = *made;
    }
    rendered.frames = frames;
    let mut progress = ProgressReporter::begin(
        events,
        decision.name(),
        decision.inspected.submission.source.path.clone(),
        Stage::Verifying,
    );
    let is_trimmed = decision.inspected.submission.details.trim.is_some();
    let lost = frame_count::check(&inspection.video, is_trimmed, &rendered)?;
    let files = verify(context, &plan, &prepared, &rendered, &mut progress).await?;
    timings.verify_ms = progress.elapsed_ms();
    let outputs = keys
        .into_iter()
        .zip(kept)
        .enumerate()
        .map(|(index, (key, kept))| {
            let from = match kept {
                Some(kept) => Origin::Kept(Box::new(kept)),
                None => Origin::Rendered(prepared.file_of[&index]),
            };
            Output { key, from }
        })
        .collect();
    let tasks = prepared.pictures.iter().zip(&prepared.job.pictures);
    let canvases = tasks
        .filter_map(|(picture, task)| Some((*picture, task.canvas.as_ref()?.as_path().to_owned())))
        .collect();
    let mut all_findings = findings;
    // The glyphs that captions lack are among those of all the work's texts.
    let is_known = |code: Code| decision.findings.iter().any(|finding| finding.code == code);
    let is_new = |finding: &Finding| finding.code != Code::GlyphMissing || !is_known(finding.code);
    all_findings.extend(prepared.findings.into_iter().filter(is_new));
    all_findings.extend(rendered.findings.clone());
    all_findings.extend(lost);
    all_findings.extend(unmeasured_mark(&files));
    Ok(RenderedWork {
        plan,
        findings: all_findings,
        outputs,
        files,
        stills: prepared.stills,
        own_cover: prepared.own_cover,
        canvases,
        rendered,
        folder: Some(folder),
        timings,
    })
}

/// Returns a note if the college's mark could be measured in no frame of some files.
fn unmeasured_mark(files: &[(PathBuf, Verified)]) -> Option<Finding> {
    let is_unclear = |seen: &MarkSeen| seen.present == 0;
    let unclear =
        files.iter().filter_map(|(_, file)| file.mark.as_ref()).filter(|seen| is_unclear(seen)).count();
    (unclear > 0).then(|| Finding::note(Code::WatermarkNotMeasured).measured(unclear))
}
