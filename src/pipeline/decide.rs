//! Inspection, rules, duplicates: what is decided of every submission of a run before anything is encoded.

use std::sync::Arc;
use std::time::Duration;

use crate::duplicates::resolve::find_duplicates;
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::{Inspection, Source};
use crate::model::job::FailureKind;
use crate::model::scan_number::ScanNumber;
use crate::model::value::Arg;
use crate::pipeline::apply_rules::decide;
use crate::pipeline::archived::detach_from_archived;
use crate::pipeline::captions;
use crate::pipeline::inspect::inspect;
use crate::pipeline::task_set::TaskSet;
use crate::policy::planner::Mode;
use crate::work::blocking::run_blocking;
use crate::work::context::{Context, Events, found};
use crate::work::decision::{Decision, season_of};
use crate::work::failure::{Failure, JobError};
use crate::work::identity::find_relocated;
use crate::work::submission::{Submission, read_submission};

/// What lies beside a video is read within this time: 4 MiB at most, of whatever share.
const LONGEST_READ: Duration = Duration::from_secs(60);

/// What is asked of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Whether it fits its targets and the campaign.
    Decide,
    /// Only what it is: two works can be compared whether or not they fit anything.
    Compare,
}

/// Takes in, inspects (several at once) and decides (in order, so that the result does not depend on the number of
/// jobs) every source.
pub async fn decide_all(context: &Arc<Context>, sources: Vec<Source>, events: &Events) -> Vec<Decision> {
    let mut decisions = inspect_all(context, sources, events, Purpose::Decide).await;
    resolve_duplicates(context, &mut decisions, (events, ScanNumber::NOW));
    decisions
}

/// What follows from what was seen in one glance: which submissions repeat others, and what is told of each.
pub(crate) fn resolve_duplicates(
    context: &Context,
    decisions: &mut [Decision],
    (events, glance): (&Events, ScanNumber),
) {
    tokio::task::block_in_place(|| find_duplicates(context, decisions, glance));
    for one in decisions.iter_mut().filter(|one| !one.unchanged && !one.targets.is_empty()) {
        if !context.config.seasons.is_empty() && season_of(context, one).is_none() {
            one.findings.push(Finding::note(Code::SeasonUnknown));
        }
    }
    for one in decisions.iter().filter(|one| !one.unchanged) {
        publish_findings(one, events);
    }
}

/// Compares sources with the library and with each other, whether or not they fit anything.
pub async fn compare_sources(context: &Arc<Context>, sources: Vec<Source>, events: &Events) -> Vec<Decision> {
    let mut decisions = inspect_all(context, sources, events, Purpose::Compare).await;
    tokio::task::block_in_place(|| find_duplicates(context, &mut decisions, ScanNumber::NOW));
    decisions
}

/// Takes in and inspects, in the order of `sources`.
pub(crate) async fn inspect_all(
    context: &Arc<Context>,
    sources: Vec<Source>,
    events: &Events,
    judging: Purpose,
) -> Vec<Decision> {
    let mut tasks = TaskSet::default();
    // A single file gets all threads and waits for no others; of many, each gets one.
    let is_alone = sources.len() == 1;
    let threads = if is_alone { context.options.threads } else { 1 };
    for (index, source) in sources.into_iter().enumerate() {
        let (context, events) = (Arc::clone(context), Arc::clone(events));
        tasks.put((index, source.clone()), async move {
            let _place = if is_alone { None } else { context.limits.inspect.acquire().await.ok() };
            (index, inspect_one(&context, (source, threads), &events, judging).await)
        });
    }
    let mut looked = Vec::new();
    while let Some(ended) = tasks.next().await {
        looked.push(ended.unwrap_or_else(|((index, source), why)| {
            let failure = Failure::broken(why);
            (index, unusable(Submission::bare(context, source), (failure, FailureKind::Broken), 0))
        }));
    }
    looked.sort_by_key(|(index, _): &(usize, Decision)| *index);
    looked.into_iter().map(|(_, decision)| decision).collect()
}

/// Tells every finding of a work.
fn publish_findings(decision: &Decision, events: &Events) {
    for finding in &decision.findings {
        events(found(decision.name(), finding));
    }
}

async fn inspect_one(
    context: &Arc<Context>,
    (source, threads): (Source, u32),
    events: &Events,
    judging: Purpose,
) -> Decision {
    let source_here = source.clone();
    let shop_here = Arc::clone(context);
    let taking = run_blocking(move |_| read_submission(&shop_here, source_here));
    let Ok(mut submission) = tokio::time::timeout(LONGEST_READ, taking).await else {
        return unresponsive_share(context, source);
    };
    if let Some(unread) = submission.unread.clone() {
        let failure = Failure { detail: "its entry cannot be read".to_owned(), finding: unread };
        return unusable(submission, (failure, FailureKind::Broken), 0);
    }
    if submission.is_unchanged(context) {
        return unchanged(submission);
    }
    if has_final_renditions(context, &submission) {
        return final_kept(submission, events);
    }
    let started = std::time::Instant::now();
    let inspected = inspect(context, (&submission, threads), events).await;
    let inspect_ms = started.elapsed().as_millis() as u64;
    if let Ok(inspection) = &inspected {
        if let Err(error) = detach_from_archived(context, &mut submission, inspection) {
            return unusable(submission, (JobError::from(error).into(), FailureKind::Broken), inspect_ms);
        }
        submission.include_opinions(context, &inspection.sha256);
        if context.options.mode == Mode::Draft && submission.known.is_none() {
            // It may be a finished work under another name.
            match find_relocated(context, &submission, &inspection.sha256) {
                Ok(known) => submission.known = known,
                Err(error) => {
                    let failure = Failure::from(JobError::from(error));
                    submission.unread = Some(failure.finding.clone());
                    return unusable(submission, (failure, FailureKind::Broken), inspect_ms);
                }
            }
            if has_final_renditions(context, &submission) {
                return final_kept(submission, events);
            }
            submission.known = None;
        }
    }
    match inspected {
        Ok(inspection) if judging == Purpose::Compare => looked_at(submission, inspection, inspect_ms),
        Ok(inspection) => {
            let captioned = captions::read(context, &submission, inspection.duration_us).await;
            decide(context, submission, inspection, (captioned, inspect_ms))
        }
        Err(why) => unusable(submission, why, inspect_ms),
    }
}

/// A share that does not answer holds nobody else up. Whoever waits for it is not waited for.
fn unresponsive_share(context: &Context, source: Source) -> Decision {
    let detail = format!("no answer within {} s", LONGEST_READ.as_secs());
    let finding = Finding::error(Code::SourceUnreadable)
        .arg(Arg::Path, source.path.as_path().display())
        .detail(&detail);
    unusable(Submission::bare(context, source), (Failure::new(finding, detail), FailureKind::Broken), 0)
}

/// What could not be inspected.
fn unusable(submission: Submission, (failure, kind): (Failure, FailureKind), inspect_ms: u64) -> Decision {
    tracing::debug!(detail = failure.detail, "inspection ended");
    let mut findings = submission.findings.clone();
    findings.push(*failure.finding);
    let verdict = match kind {
        FailureKind::Refused => Verdict::Rejected,
        FailureKind::Broken => Verdict::Failed,
    };
    Decision { findings, inspect_ms, ..Decision::of(submission, verdict) }
}

/// Whether a draft was asked for where finished files are.
fn has_final_renditions(context: &Context, submission: &Submission) -> bool {
    let known = submission.known.as_ref().map(|known| &known.manifest);
    context.options.mode == Mode::Draft
        && known.is_some_and(|known| !known.draft && !known.renditions.is_empty())
}

fn final_kept(submission: Submission, events: &Events) -> Decision {
    let mut decision = unchanged(submission);
    decision.findings.push(Finding::warning(Code::DraftKeepsFinished));
    publish_findings(&decision, events);
    decision
}

fn unchanged(submission: Submission) -> Decision {
    let verdict = submission.known.as_ref().map_or(Verdict::Failed, |known| known.manifest.verdict);
    Decision { unchanged: true, ..Decision::of(submission, verdict) }
}

fn looked_at(submission: Submission, inspection: Inspection, inspect_ms: u64) -> Decision {
    Decision { inspection: Some(inspection), inspect_ms, ..Decision::of(submission, Verdict::Accepted) }
}
