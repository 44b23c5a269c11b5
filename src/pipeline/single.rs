//! Processes one submission on its own, for the watch service.

use std::time::Instant;

use crate::duplicates::in_progress::{ContentKey, InProgress, Ticket};
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::pipeline::decide::{decide, resolve_duplicates};
use crate::pipeline::examine::{Texts, examine};
use crate::pipeline::one_work::{complete, finish_event};
use crate::pipeline::record::remove_pending;
use crate::pipeline::source_guard;
use crate::work::context::{Events, RunContext};
use crate::work::failure::{Failure, JobError};

/// The result of processing one submission.
#[derive(Clone, Debug)]
pub struct Processed {
    /// Its new entry in the manifest; `None` when nothing was recorded.
    pub work: Option<Work>,
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// True if nothing changed since it was last processed: nothing was done.
    pub unchanged: bool,
    pub took_ms: u64,
}

impl Processed {
    /// Makes the result of a task that panicked.
    pub fn panicked(why: impl ToString) -> Self {
        Self {
            work: None,
            verdict: Verdict::Failed,
            findings: vec![Failure::internal(why).finding()],
            unchanged: false,
            took_ms: 0,
        }
    }

    /// Returns the transient fault that kept this work from being made, if there was one.
    pub fn transient(&self) -> Option<&Finding> {
        let is_transient = |finding: &&Finding| finding.code.is_passing();
        self.findings.iter().find(is_transient).filter(|_| self.verdict == Verdict::Failed)
    }
}

/// A file that arrived in the inbox.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub source: Source,
    /// When it was first seen, RFC 3339: the date of submission.
    pub seen_at: String,
}

/// Inspects, decides, makes and publishes one source. Transient faults are not recorded.
pub async fn process(
    run: &RunContext,
    in_progress: &InProgress,
    ticket: Ticket,
    arrived: Arrived,
    events: &Events,
) -> Processed {
    let began = Instant::now();
    let first_seen = ticket.first_seen();
    let mut claim = in_progress.claim(ticket);
    let Arrived { source, seen_at } = arrived;
    let threads = run.options.threads;
    let mut examined = examine(run.context(), source, threads, Texts::Read, Some(&seen_at), events).await;
    let waited = match &examined.inspected.inspection {
        Some(inspection) => claim.wait_for_similar(ContentKey::of(inspection)).await,
        None => {
            claim.release();
            false
        }
    };
    if waited && let Some(finding) = source_guard::fault(&examined.inspected.submission.source).await {
        examined = examined.into_unusable(Failure::source(finding, "the source changed while it waited"));
    }
    let decision = decide(run, examined, events);
    // Only now, when the similar works that were in progress are in the library.
    let decided = resolve_duplicates(run, vec![decision], first_seen, events);
    let Some(decision) = decided.into_iter().next() else {
        return Processed::panicked("nothing was decided");
    };
    let (one, work) = if decision.unchanged {
        (decision, None)
    } else {
        complete(run, decision, events, Code::is_passing).await
    };
    let took_ms = began.elapsed().as_millis() as u64;
    finish_event(events, &one, work.as_ref(), took_ms.saturating_sub(one.inspected.inspect_ms));
    Processed {
        findings: one.findings.clone(),
        verdict: one.verdict,
        unchanged: one.unchanged,
        work,
        took_ms,
    }
}

/// Removes published files whose removal an earlier run could not finish.
pub fn finish_removals(run: &RunContext) -> Result<(), JobError> {
    remove_pending(run)
}
