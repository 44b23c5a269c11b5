//! Examines submissions: reads the details and captions beside the source, and has a worker inspect it unless nothing
//! changed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::value::Arg;
use crate::pipeline::archived::detach_from_archived;
use crate::pipeline::captions;
use crate::pipeline::captions::TextFindings;
use crate::pipeline::inspect::inspect;
use crate::pipeline::task_set::TaskSet;
use crate::policy::planner::Mode;
use crate::work::blocking::run_blocking;
use crate::work::context::{Context, Events};
use crate::work::failure::Failure;
use crate::work::identity::find_relocated;
use crate::work::inspected::Inspected;
use crate::work::season;
use crate::work::submission::{Submission, read_submission};

/// The files beside a video, 4 MiB at most, must be read within this time, from whatever share.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// A submission that was examined, and how that ended.
#[derive(Debug)]
pub(crate) struct Examined {
    pub inspected: Inspected,
    pub outcome: Examination,
}

#[derive(Debug)]
pub(crate) enum Examination {
    /// Nothing changed since the last run.
    Unchanged,
    /// A draft was asked for, and the library holds final renditions.
    FinalKept,
    /// It could not be inspected.
    Unusable(Failure),
    Usable(TextFindings),
}

/// Whether the captions and the glyphs of its texts are looked at: a comparison needs neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    Read,
    Skip,
}

impl Examined {
    fn without_content(submission: Submission, outcome: Examination) -> Self {
        Self { inspected: Inspected::without_content(submission, 0), outcome }
    }

    /// Returns the same submission as unusable: something happened to it since.
    pub fn into_unusable(self, failure: Failure) -> Self {
        let Inspected { submission, inspect_ms, .. } = self.inspected;
        unusable(submission, failure, inspect_ms)
    }
}

/// Examines sources, several at once, and returns them in the order of `sources`.
pub(crate) async fn examine_all(
    context: &Arc<Context>,
    sources: Vec<Source>,
    texts: Texts,
    events: &Events,
) -> Vec<Examined> {
    let mut tasks = TaskSet::default();
    // A single file gets all threads and waits for no others; of many, each gets one.
    let is_alone = sources.len() == 1;
    let threads = if is_alone { context.options.threads } else { 1 };
    for (index, source) in sources.into_iter().enumerate() {
        let (context, events) = (Arc::clone(context), Arc::clone(events));
        tasks.spawn((index, source.clone()), async move {
            let _permit = if is_alone { None } else { context.limits.inspect.acquire().await.ok() };
            (index, examine(&context, source, threads, texts, None, &events).await)
        });
    }
    let mut examined = Vec::new();
    while let Some(ended) = tasks.next().await {
        examined.push(ended.unwrap_or_else(|((index, source), why)| {
            (index, unusable(Submission::bare(context, source), Failure::internal(why), 0))
        }));
    }
    examined.sort_by_key(|(index, _): &(usize, Examined)| *index);
    examined.into_iter().map(|(_, examined)| examined).collect()
}

/// Examines one source; its inspection gets `threads` threads. `seen_at` is when the service first saw it, RFC 3339.
pub(crate) async fn examine(
    context: &Arc<Context>,
    source: Source,
    threads: u32,
    texts: Texts,
    seen_at: Option<&str>,
    events: &Events,
) -> Examined {
    let (its_context, its_source) = (Arc::clone(context), source.clone());
    let reading = run_blocking(move |_| read_submission(&its_context, its_source));
    let Ok(mut submission) = tokio::time::timeout(READ_TIMEOUT, reading).await else {
        return unresponsive_share(context, source);
    };
    submission.seen_at = seen_at.map(str::to_owned);
    submission.submitted = season::date_of(context, &submission, None);
    if let Some(finding) = submission.unread.clone() {
        let failure = Failure::Source { finding, detail: "its entry cannot be read".to_owned() };
        return unusable(submission, failure, 0);
    }
    if submission.is_unchanged(context) {
        return Examined::without_content(submission, Examination::Unchanged);
    }
    if has_final_renditions(context, &submission) {
        return Examined::without_content(submission, Examination::FinalKept);
    }
    let started = Instant::now();
    let inspected = inspect(context, &submission, threads, events).await;
    let inspect_ms = started.elapsed().as_millis() as u64;
    let inspection = match inspected {
        Ok(inspection) => inspection,
        Err(failure) => return unusable(submission, failure, inspect_ms),
    };
    if let Err(error) = detach_from_archived(context, &mut submission, &inspection) {
        return unusable(submission, error.into(), inspect_ms);
    }
    submission.include_opinions(context, &inspection.sha256);
    submission.submitted = season::date_of(context, &submission, Some(&inspection.sha256));
    if context.options.mode == Mode::Draft && submission.known.is_none() {
        // It may be a finished work whose source was moved.
        match find_relocated(context, &submission, &inspection.sha256) {
            Ok(known) => submission.known = known,
            Err(error) => {
                let failure = Failure::from(error);
                submission.unread = Some(Box::new(failure.finding()));
                return unusable(submission, failure, inspect_ms);
            }
        }
        if has_final_renditions(context, &submission) {
            return Examined::without_content(submission, Examination::FinalKept);
        }
        submission.known = None;
    }
    let (captions, findings) = match texts {
        Texts::Read if inspection.kind.is_video() => {
            captions::read(context, &submission, inspection.duration_us).await
        }
        Texts::Read | Texts::Skip => Default::default(),
    };
    let inspected = Inspected { submission, inspection: Some(inspection), captions, inspect_ms };
    Examined { inspected, outcome: Examination::Usable(findings) }
}

/// Returns a submission on a share that does not answer as unusable: it blocks no other.
fn unresponsive_share(context: &Context, source: Source) -> Examined {
    let detail = format!("no answer within {} s", READ_TIMEOUT.as_secs());
    let finding = Finding::error(Code::SourceUnreadable)
        .arg(Arg::Path, source.path.as_path().display())
        .detail(&detail);
    unusable(Submission::bare(context, source), Failure::source(finding, detail), 0)
}

fn unusable(submission: Submission, failure: Failure, inspect_ms: u64) -> Examined {
    tracing::debug!(detail = failure.detail(), "inspection ended");
    let inspected = Inspected::without_content(submission, inspect_ms);
    Examined { inspected, outcome: Examination::Unusable(failure) }
}

/// Returns true if a draft was asked for and the library holds final renditions.
fn has_final_renditions(context: &Context, submission: &Submission) -> bool {
    let known = submission.known.as_ref().map(|known| &known.manifest);
    context.options.mode == Mode::Draft
        && known.is_some_and(|known| !known.draft && !known.renditions.is_empty())
}
