//! Has a worker inspect a source, unless that was done in an earlier run.

use crate::matching::align::ranking::listed;
use crate::model::event::{Event, Stage};
use crate::model::inspection::{INSPECTION_VERSION, Inspection, Source};
use crate::model::job::InspectJob;
use crate::pipeline::progress::ProgressReporter;
use crate::pipeline::source_guard;
use crate::work::context::{Context, Events};
use crate::work::failure::Failure;
use crate::work::inspected::name_of;
use crate::work::submission::Submission;

/// Returns the kept inspection of a submission's content, or has it inspected.
pub(crate) async fn inspect(
    context: &Context,
    submission: &Submission,
    threads: u32,
    events: &Events,
) -> Result<Inspection, Failure> {
    if let Some(inspection) = remembered(context, submission) {
        return Ok(inspection);
    }
    inspect_again(context, &submission.source, threads, events).await
}

/// Inspects a source whether or not an inspection is kept, and keeps the new one.
pub(crate) async fn inspect_again(
    context: &Context,
    source: &Source,
    threads: u32,
    events: &Events,
) -> Result<Inspection, Failure> {
    let request = InspectJob { source: source.path.clone(), limits: context.config.limits.clone(), threads };
    let mut progress =
        ProgressReporter::begin(events, name_of(source), source.path.clone(), Stage::Inspecting);
    let reply = source_guard::ask(context, request, source, &mut progress).await;
    // It may be rendered much later: until then nothing runs.
    let (work, path) = (name_of(source), source.path.clone());
    events(Event::Stage { work, path, stage: Stage::Waiting });
    let inspection = reply?;
    if let Some(finding) = source_guard::fault(source).await {
        return Err(Failure::source(finding, "the source changed"));
    }
    if let Some(library) = &context.library
        && let Err(error) = library.catalog().put_inspection(&inspection, &listed(&inspection.fingerprint))
    {
        tracing::warn!(%error, "an inspection could not be kept");
    }
    Ok(inspection)
}

/// Returns the inspection of an earlier run, if the source is the very same file.
fn remembered(context: &Context, submission: &Submission) -> Option<Inspection> {
    let known =
        submission.known.as_ref().filter(|known| known.stamp.is_untouched(&submission.source.stamp))?;
    let sha256 = known.manifest.source.sha256.as_ref()?;
    let kept = context.catalog()?.inspection(sha256, INSPECTION_VERSION).ok().flatten();
    // One in which no label was looked for does not say that there is none.
    kept.filter(|kept| kept.ai.is_some())
}
