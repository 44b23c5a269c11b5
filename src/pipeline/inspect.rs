//! Has a worker look into a source, unless that was done in an earlier run.

use crate::matching::align::ranking::listed;
use crate::model::event::{Event, Stage};
use crate::model::inspection::{INSPECTION_VERSION, Inspection, Source};
use crate::model::job::{FailureKind, InspectJob, Job, Reply};
use crate::pipeline::progress::ProgressReporter;
use crate::pipeline::source_guard;
use crate::work::context::{Context, Events};
use crate::work::decision::name_of;
use crate::work::failure::Failure;
use crate::work::submission::Submission;

pub(crate) async fn inspect(
    context: &Context,
    (submission, threads): (&Submission, u32),
    events: &Events,
) -> Result<Inspection, (Failure, FailureKind)> {
    if let Some(inspection) = remembered(context, submission) {
        return Ok(inspection);
    }
    inspect_anew(context, (&submission.source, threads), events).await
}

/// Looks at a source whatever is known of it, and keeps what was learned.
pub(crate) async fn inspect_anew(
    context: &Context,
    (source, threads): (&Source, u32),
    events: &Events,
) -> Result<Inspection, (Failure, FailureKind)> {
    let job = Job::Inspect(InspectJob {
        source: source.path.clone(),
        limits: context.config.limits.clone(),
        threads,
    });
    let mut watch = ProgressReporter::begin(events, name_of(source), source.path.clone(), Stage::Inspecting);
    let reply = source_guard::run(context, &job, source, &mut watch).await;
    // Its making may begin much later: until then nothing of it runs.
    let (work, path) = (name_of(source), source.path.clone());
    events(Event::Stage { work, path, stage: Stage::Waiting });
    let inspection = match reply {
        Ok(Reply::Inspected { inspection }) => inspection,
        Ok(_) => return Err((Failure::odd_reply(), FailureKind::Broken)),
        Err(error) => {
            let kind = error.kind;
            return Err((error.into(), kind));
        }
    };
    if let Some(fault) = source_guard::fault(source).await {
        return Err((Failure::new(fault, "the source changed"), FailureKind::Broken));
    }
    if let Some(library) = &context.library
        && let Err(error) = library.catalog().put_inspection(&inspection, &listed(&inspection.fingerprint))
    {
        tracing::warn!(%error, "an inspection could not be kept");
    }
    Ok(inspection)
}

/// The inspection of an earlier run, when the source is the very same file.
fn remembered(context: &Context, submission: &Submission) -> Option<Inspection> {
    let known =
        submission.known.as_ref().filter(|known| known.stamp.is_untouched(&submission.source.stamp))?;
    let sha256 = known.manifest.source.sha256.as_ref()?;
    context.catalog()?.inspection(sha256, INSPECTION_VERSION).ok().flatten()
}
