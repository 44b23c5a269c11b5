//! Completes one decided submission: makes, publishes and records it, or records its refusal.

use std::collections::BTreeMap;

use crate::duplicates::side_by_side;
use crate::model::event::{Event, Stage};
use crate::model::finding::{Code, Finding, FindingJson, Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::language::Bilingual;
use crate::model::manifest::Work;
use crate::model::value::Arg;
use crate::pipeline::publish::publish;
use crate::pipeline::record::record_unmade;
use crate::pipeline::render::render;
use crate::work::context::{Context, Events, RunContext, found};
use crate::work::decision::{Decision, Identified};
use crate::work::failure::Failure;
use crate::work::identity;
use crate::work::identity::identify;
use crate::work::retained::{
    has_no_renditions, retains_other_targets, retains_published, unrequested_renditions,
};

/// Reports a work whose task ended without a result. Nothing is recorded: the next run makes it.
pub(crate) fn report_panic(events: &Events, work: String, title: String, source: &Source, failure: &Failure) {
    events(found(work.clone(), &failure.finding()));
    let (path, verdict) = (source.path.clone(), Verdict::Failed);
    events(Event::Finished { work, path, title, verdict, renditions: 0, took_ms: 0 });
}

/// Reports again why an unchanged work is refused, as that was recorded: whoever runs the command anew has not seen it.
pub(crate) fn repeat_refusal(one: &Decision, events: &Events) {
    let known = one.inspected.submission.known.as_ref().filter(|_| !one.verdict.is_accepted());
    for record in known.iter().flat_map(|known| &known.manifest.findings) {
        let finding = FindingJson {
            code: record.code,
            severity: record.severity,
            target: record.target.clone(),
            measured: record.measured.clone(),
            limit: record.limit.clone(),
            args: BTreeMap::new(),
        };
        let Bilingual { zh, en } = record.message.clone();
        events(Event::Found { work: one.name(), finding, zh, en });
    }
}

/// Reports that a work is finished, with the renditions that the library holds of it.
pub(crate) fn finish_event(events: &Events, one: &Decision, work: Option<&Work>, took_ms: u64) {
    let known = one.inspected.submission.known.as_ref().map(|known| &known.manifest);
    let renditions = work.or(known.filter(|_| one.unchanged)).map_or(0, |work| work.renditions.len());
    events(Event::Finished {
        work: one.name(),
        path: one.inspected.submission.source.path.clone(),
        title: one.inspected.submission.title(),
        verdict: one.verdict,
        renditions,
        took_ms: took_ms + one.inspected.inspect_ms,
    });
}

/// Makes an accepted work, records any other. A failure becomes the work's verdict; nothing is recorded of a failure that is
/// transient by `is_transient`.
pub(crate) async fn complete(
    run: &RunContext,
    mut decision: Decision,
    events: &Events,
    is_transient: fn(Code) -> bool,
) -> (Decision, Option<Work>) {
    if decision.inspected.submission.unread.is_some() {
        // Nothing was decided, so nothing is recorded and no file is released.
        return (decision, None);
    }
    let id = match identify(run, run.library(), &mut decision) {
        Ok(id) => id,
        Err(error) => {
            identity::fail(&mut decision, error, events);
            return (decision, None);
        }
    };
    if retains_other_targets(run, &decision) {
        return (decision, None);
    }
    side_by_side::render(run, &id, &mut decision).await;
    if matches!(decision.verdict, Verdict::Duplicate | Verdict::Rejected) {
        report_withdrawal(&mut decision, events);
    }
    let mut work = Identified { id, decision };
    let outcome = match work.decision.verdict {
        Verdict::Accepted | Verdict::AcceptedWithWarnings => produce(run, &mut work, events).await,
        Verdict::Duplicate | Verdict::Rejected => record_unmade(run, &work),
        Verdict::Failed if work.decision.findings.iter().any(|finding| is_transient(finding.code)) => {
            return (work.decision, None);
        }
        Verdict::Failed if !has_no_renditions(&work.decision) => return (work.decision, None),
        Verdict::Failed => {
            let recorded = record_unmade(run, &work).ok();
            return (work.decision, recorded);
        }
    };
    let recorded = match outcome {
        Ok(recorded) => Some(recorded),
        Err(failure) => fail(run, &mut work, &failure, events, is_transient),
    };
    (work.decision, recorded)
}

/// Reports the renditions that are withdrawn, if a published work is refused though its file is unchanged: a rule has
/// changed, or a person said that it repeats another.
fn report_withdrawal(one: &mut Decision, events: &Events) {
    if has_no_renditions(one) || retains_published(one) {
        return;
    }
    let renditions = one.inspected.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let targets: Vec<String> = renditions.map(|rendition| rendition.target.clone()).collect();
    let finding = Finding::error(Code::Withdrawn).arg(Arg::Targets, targets);
    add_finding(one, finding, events);
}

/// Reports what happens to renditions for targets that the work is not made for now: those of targets that reject it are
/// withdrawn, those of targets that are no longer enabled are kept until pruning is asked for.
fn report_other_targets(context: &Context, one: &mut Decision, events: &Events) -> Result<(), Failure> {
    let known = one.inspected.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let (enabled, others): (Vec<String>, Vec<String>) = known
        .map(|made| made.target.clone())
        .partition(|target| context.presets.iter().any(|preset| preset.id == *target));
    let is_refused = |target: &String| one.targets.iter().all(|made| made != target);
    let refused = enabled.into_iter().filter(is_refused).collect::<Vec<String>>();
    if !refused.is_empty() {
        add_finding(one, Finding::warning(Code::Withdrawn).arg(Arg::Targets, refused), events);
    }
    if context.options.prune {
        if !others.is_empty() {
            add_finding(one, Finding::note(Code::TargetPruned).arg(Arg::Targets, others), events);
        }
        return Ok(());
    }
    let kept: Vec<String> =
        unrequested_renditions(context, one)?.into_iter().map(|row| row.rendition.target).collect();
    let is_gone = |target: &String| !kept.contains(target);
    let outdated = others.into_iter().filter(is_gone).collect::<Vec<String>>();
    if !outdated.is_empty() {
        add_finding(one, Finding::warning(Code::TargetOutdated).arg(Arg::Targets, outdated), events);
    }
    if !context.options.is_selection && !kept.is_empty() {
        add_finding(one, Finding::note(Code::TargetKept).arg(Arg::Targets, kept), events);
    }
    Ok(())
}

/// Reports that renditions of the source's previous content are replaced, so that a team that meant another work can give it
/// a name of its own.
fn report_replacement(one: &mut Decision, events: &Events) {
    let known = one.inspected.submission.known.as_ref().map(|known| &known.manifest);
    let published = known.filter(|work| !work.draft && !work.renditions.is_empty());
    let Some(replaced) = published.filter(|work| work.published_sha256() != one.sha256()) else { return };
    let finding = Finding::note(Code::ReplacesPublished)
        .arg(Arg::Title, &replaced.title)
        .arg(Arg::Count, replaced.revision);
    add_finding(one, finding, events);
}

/// Adds a finding to a work, and reports it.
fn add_finding(one: &mut Decision, finding: Finding, events: &Events) {
    events(found(one.name(), &finding));
    one.findings.push(finding);
}

/// Renders, verifies and publishes an accepted work.
async fn produce(run: &RunContext, work: &mut Identified, events: &Events) -> Result<Work, Failure> {
    let made = render(run, work, events).await?;
    let one = &mut work.decision;
    report_replacement(one, events);
    report_other_targets(run, one, events)?;
    let warned = made.findings.iter().any(|finding| finding.severity >= Severity::Warning);
    // The render measures damage again; that there is some is reported already.
    let is_reported =
        |code: Code| code == Code::Damaged && one.findings.iter().any(|known| known.code == code);
    for finding in made.findings.iter().filter(|finding| !is_reported(finding.code)) {
        events(found(one.name(), finding));
    }
    if warned {
        one.verdict = Verdict::AcceptedWithWarnings;
    }
    let path = one.inspected.submission.source.path.clone();
    events(Event::Stage { work: one.name(), path, stage: Stage::Publishing });
    tokio::task::block_in_place(|| publish(run, work, made, events))
}

/// Fails a work that could not be made. Its renditions in the library stay; nothing is recorded unless the file itself is
/// the cause, so that the next run tries again.
fn fail(
    run: &RunContext,
    work: &mut Identified,
    failure: &Failure,
    events: &Events,
    is_transient: fn(Code) -> bool,
) -> Option<Work> {
    let one = &mut work.decision;
    tracing::warn!(work = one.name(), detail = failure.detail(), "a work was not made");
    let finding = failure.finding();
    let is_refused = finding.code == Code::ShareOfDamage;
    let is_transient = is_transient(finding.code);
    add_finding(one, finding, events);
    one.verdict = if is_refused { Verdict::Rejected } else { Verdict::Failed };
    if is_refused {
        report_withdrawal(one, events);
    }
    if !is_refused && (is_transient || !has_no_renditions(one)) {
        return None;
    }
    match record_unmade(run, work) {
        Ok(recorded) => Some(recorded),
        Err(failure) => {
            // A decision that could not be recorded does not count.
            add_finding(&mut work.decision, failure.finding(), events);
            work.decision.verdict = Verdict::Failed;
            None
        }
    }
}
