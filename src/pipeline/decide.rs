//! Decides on submissions before anything is encoded: by the rules, and by the works that they repeat.

use std::sync::Arc;

use crate::duplicates::resolve::find_duplicates;
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::Source;
use crate::model::scan_number::ScanNumber;
use crate::pipeline::apply_rules::apply_rules;
use crate::pipeline::examine::{Examination, Examined, Texts, examine_all};
use crate::work::context::{Context, Events, found};
use crate::work::decision::Decision;

/// Examines every source, several at once, and decides on them in order, so that the result does not depend on the number
/// of jobs.
pub async fn decide_all(context: &Arc<Context>, sources: Vec<Source>, events: &Events) -> Vec<Decision> {
    let examined = examine_all(context, sources, Texts::Read, events).await;
    let decisions = examined.into_iter().map(|examined| decide(context, examined, events)).collect();
    resolve_duplicates(context, decisions, ScanNumber::NOW, events)
}

/// Compares sources with the library and with each other, whether or not they fit any target.
pub async fn compare_sources(context: &Arc<Context>, sources: Vec<Source>, events: &Events) -> Vec<Decision> {
    let mut decisions = examine_for_comparison(context, sources, events).await;
    tokio::task::block_in_place(|| find_duplicates(context, &mut decisions, ScanNumber::NOW));
    decisions
}

/// Examines sources without applying the rules: whatever can be inspected is accepted.
pub(crate) async fn examine_for_comparison(
    context: &Arc<Context>,
    sources: Vec<Source>,
    events: &Events,
) -> Vec<Decision> {
    let examined = examine_all(context, sources, Texts::Skip, events).await;
    let accept = |examined: Examined| match examined.outcome {
        Examination::Usable(_) => Decision::new(examined.inspected, Verdict::Accepted),
        _ => decide(context, examined, events),
    };
    examined.into_iter().map(accept).collect()
}

/// Decides on one submission by itself, before duplicates are looked for.
pub(crate) fn decide(context: &Context, examined: Examined, events: &Events) -> Decision {
    let Examined { inspected, outcome } = examined;
    match outcome {
        Examination::Unchanged => Decision::unchanged(inspected),
        Examination::FinalKept => {
            let mut decision = Decision::unchanged(inspected);
            decision.findings.push(Finding::warning(Code::DraftKeepsFinished));
            report_findings(&decision, events);
            decision
        }
        Examination::Unusable(failure) => {
            let verdict = if failure.is_refusal() { Verdict::Rejected } else { Verdict::Failed };
            let mut findings = inspected.submission.findings.clone();
            findings.push(failure.finding());
            Decision { findings, ..Decision::new(inspected, verdict) }
        }
        Examination::Usable(texts) => apply_rules(context, inspected, texts),
    }
}

/// Finds which of the decided submissions repeat others, and reports the findings of each. `scan` is the run or the scan of
/// the inbox in which they were seen.
pub(crate) fn resolve_duplicates(
    context: &Context,
    mut decisions: Vec<Decision>,
    scan: ScanNumber,
    events: &Events,
) -> Vec<Decision> {
    tokio::task::block_in_place(|| find_duplicates(context, &mut decisions, scan));
    for one in decisions.iter().filter(|one| !one.unchanged) {
        report_findings(one, events);
    }
    decisions
}

/// Reports every finding of a work.
fn report_findings(decision: &Decision, events: &Events) {
    for finding in &decision.findings {
        events(found(decision.name(), finding));
    }
}
