//! A whole run: every submission is examined, then every accepted one is made. One bad file never stops it.

use std::sync::Arc;
use std::time::Instant;

use crate::model::event::{BatchTally, Event, Tally};
use crate::model::finding::Verdict;
use crate::model::inspection::Source;
use crate::pipeline::decide::decide_all;
use crate::pipeline::library_manifest::write_library_manifests;
use crate::pipeline::one_work::{complete, finish_event, repeat_refusal, report_panic};
use crate::pipeline::record::remove_pending;
use crate::pipeline::task_set::TaskSet;
use crate::work::context::{Events, RunContext};
use crate::work::failure::{Failure, JobError};
use crate::work::identity::identify_all;
use crate::work::submission::is_done;

/// The result of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub tally: BatchTally,
    pub took_ms: u64,
}

impl Outcome {
    /// Returns 0 if no work was rejected or failed, else 1.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.tally.works.rejected + self.tally.works.failed > 0)
    }
}

/// Makes works of `sources` and writes the library's manifests.
pub async fn run(run: RunContext, sources: Vec<Source>, events: Events) -> Result<Outcome, JobError> {
    let began = Instant::now();
    remove_pending(&run)?;
    events(Event::BatchStarted { works: sources.len() });
    let mut tally = BatchTally::default();
    let mut repeating = pass(&run, sources, &events, &mut tally).await;
    // The original of a duplicate may have been replaced, rejected or have failed in this very run.
    repeating.retain(|repeating| !is_done(&run, repeating.source.clone()));
    if !repeating.is_empty() {
        tally.unchanged -= repeating.iter().filter(|repeating| repeating.unchanged).count();
        tally.works.duplicates -= repeating.len();
        let sources = repeating.into_iter().map(|repeating| repeating.source).collect();
        pass(&run, sources, &events, &mut tally).await;
    }
    write_library_manifests(&run)?;
    let took_ms = began.elapsed().as_millis() as u64;
    let BatchTally { works: Tally { accepted, warned, duplicates, rejected, failed }, unchanged } = tally;
    events(Event::BatchFinished { accepted, warned, duplicates, rejected, failed, unchanged, took_ms });
    Ok(Outcome { tally, took_ms })
}

/// A duplicate, and whether it was recorded as one before.
struct Repeating {
    source: Source,
    unchanged: bool,
}

/// Decides and makes all of `sources`. Returns those of the duplicates.
async fn pass(
    run: &RunContext,
    sources: Vec<Source>,
    events: &Events,
    tally: &mut BatchTally,
) -> Vec<Repeating> {
    let mut decisions = decide_all(run.context(), sources, events).await;
    identify_all(run, run.library(), &mut decisions, events);
    let mut tasks = TaskSet::default();
    let mut repeating = Vec::new();
    for one in decisions {
        if one.unchanged {
            tally.unchanged += 1;
            tally.works.count(one.verdict);
            repeat_refusal(&one, events);
            finish_event(events, &one, None, 0);
            if one.verdict == Verdict::Duplicate {
                repeating.push(Repeating { source: one.inspected.submission.source, unchanged: true });
            }
            continue;
        }
        let (run, events) = (run.clone(), Arc::clone(events));
        let label = (one.name(), one.inspected.submission.title(), one.inspected.submission.source.clone());
        tasks.spawn(label, async move {
            let _permit = run.limits.admit().await;
            let started = Instant::now();
            let (one, work) = complete(&run, one, &events, |_| false).await;
            finish_event(&events, &one, work.as_ref(), started.elapsed().as_millis() as u64);
            (one.verdict, one.inspected.submission.source)
        });
    }
    while let Some(ended) = tasks.next().await {
        let (verdict, source) = ended.unwrap_or_else(|((work, title, source), why)| {
            report_panic(events, work, title, &source, &Failure::internal(why));
            (Verdict::Failed, source)
        });
        tally.works.count(verdict);
        if verdict == Verdict::Duplicate {
            repeating.push(Repeating { source, unchanged: false });
        }
    }
    repeating
}
