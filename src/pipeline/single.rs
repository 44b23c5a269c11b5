//! One submission on its own, as the watch service takes them.

use std::sync::Arc;
use std::time::Instant;

use crate::duplicates::in_progress::{ContentKey, InProgress, Ticket};
use crate::library::open::Library;
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::Source;
use crate::model::manifest::Work;
use crate::pipeline::decide::{Purpose, inspect_all, resolve_duplicates};
use crate::pipeline::one_work::{finish, finish_event};
use crate::pipeline::record::remove_pending;
use crate::pipeline::source_guard;
use crate::work::context::{Context, Events};
use crate::work::failure::{Failure, JobError};

/// What became of one submission.
#[derive(Clone, Debug)]
pub struct Processed {
    /// Its new entry in the manifest; `None` when nothing was recorded.
    pub work: Option<Work>,
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// Title or path of the work that it repeats.
    pub duplicate_of: Option<String>,
    /// Nothing changed since it was last taken: nothing was done.
    pub unchanged: bool,
    pub took_ms: u64,
}

impl Processed {
    /// The task that made it broke off.
    pub fn broken() -> Self {
        Self {
            work: None,
            verdict: Verdict::Failed,
            findings: vec![*Failure::odd_reply().finding],
            duplicate_of: None,
            unchanged: false,
            took_ms: 0,
        }
    }

    /// The fault that will pass by itself, when one kept this work from being made.
    pub fn transient(&self) -> Option<&Finding> {
        let passes = |finding: &&Finding| finding.code.is_passing();
        self.findings.iter().find(passes).filter(|_| self.verdict == Verdict::Failed)
    }
}

/// Inspects, decides, makes and publishes one source. Faults that pass by themselves are not recorded.
pub async fn take(
    context: &Arc<Context>,
    (in_progress, ticket): (&InProgress, Ticket),
    source: Source,
    events: &Events,
) -> Processed {
    let began = Instant::now();
    let glance = ticket.glance();
    let mut hold = in_progress.hold(ticket);
    let looked = inspect_all(context, vec![source], events, Purpose::Decide).await;
    let Some(mut decision) = looked.into_iter().next() else { return Processed::broken() };
    let waited = match &decision.inspection {
        Some(inspection) => hold.keep(ContentKey::of(inspection)).await,
        None => {
            hold.pass();
            false
        }
    };
    let source = &decision.submission.source;
    if waited && let Some(fault) = source_guard::fault(source).await {
        decision.inspection = None;
        decision.verdict = Verdict::Failed;
        decision.targets.clear();
        decision.findings = vec![fault];
    }
    // Only now: what was in the making meanwhile is in the library.
    resolve_duplicates(context, std::slice::from_mut(&mut decision), (events, glance));
    let (one, work) = if decision.unchanged {
        (decision, None)
    } else {
        finish(context, decision, events, Code::is_passing).await
    };
    let took_ms = began.elapsed().as_millis() as u64;
    finish_event(events, &one, work.as_ref(), took_ms.saturating_sub(one.inspect_ms));
    Processed {
        findings: one.findings.clone(),
        verdict: one.verdict,
        duplicate_of: one.duplicate_of.as_ref().map(|repeated| repeated.shown.clone()),
        unchanged: one.unchanged,
        work,
        took_ms,
    }
}

/// Removes files that a killed run could not.
pub fn finish_removals(context: &Context, library: &Library) -> Result<(), JobError> {
    remove_pending(context, library)
}
