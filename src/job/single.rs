//! One submission on its own, as the watch service takes them.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use super::batch::{finish, finish_event};
use super::intake::take_in;
use super::judge::judge_all;
use super::publish::retire;
use super::shop::{Events, Failure, JobError, Library, Shop};
use crate::model::finding::{Code, Finding, Verdict};
use crate::model::inspection::Source;
use crate::model::manifest::Work;

/// What became of one submission.
#[derive(Clone, Debug)]
pub struct Taken {
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

impl Taken {
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
        let passes = |finding: &&Finding| is_transient(finding.code);
        self.findings.iter().find(passes).filter(|_| self.verdict == Verdict::Failed)
    }
}

/// The contents that are being made at this moment: of two equal submissions the second waits for the first, so
/// that it is found to be a duplicate.
#[derive(Debug, Default)]
pub struct InHand {
    held: Mutex<Held>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Held {
    contents: HashSet<String>,
    /// Submissions whose content is not known yet.
    unknown: BTreeSet<u64>,
    next: u64,
}

/// A submission's place in the order in which they were begun: which of two equal ones is the first does not depend on
/// whose inspection is quicker.
#[derive(Debug)]
pub struct Ticket(u64);

/// Keeps a place in the order until the content is known, and then the content, until dropped.
#[derive(Debug)]
struct Hold<'a> {
    all: &'a InHand,
    ticket: u64,
    contents: Vec<String>,
}

impl InHand {
    /// Taken for each submission in the order of their turns.
    pub fn ticket(&self) -> Ticket {
        let mut held = self.held();
        let ticket = held.next;
        held.next += 1;
        held.unknown.insert(ticket);
        Ticket(ticket)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold<'_> {
    /// Keeps these contents once no earlier submission may have one of them. False after another had one: then it is
    /// to be judged anew.
    async fn keep(&mut self, contents: &[String; 2]) -> bool {
        loop {
            let changed = self.all.changed.notified();
            let taken = {
                let mut held = self.all.held();
                let is_first = held.unknown.first().is_none_or(|first| *first >= self.ticket);
                let taken = contents.iter().any(|content| held.contents.contains(content));
                if is_first && !taken {
                    held.unknown.remove(&self.ticket);
                    held.contents.extend(contents.iter().cloned());
                    self.contents = contents.to_vec();
                    drop(held);
                    self.all.changed.notify_waiters();
                    return true;
                }
                taken
            };
            changed.await;
            if taken {
                return false;
            }
        }
    }

    /// There is nothing to be kept.
    fn pass(&self) {
        self.all.held().unknown.remove(&self.ticket);
        self.all.changed.notify_waiters();
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut held = self.all.held();
        held.unknown.remove(&self.ticket);
        for content in &self.contents {
            held.contents.remove(content);
        }
        drop(held);
        self.all.changed.notify_waiters();
    }
}

/// Inspects, decides, makes and publishes one source. Faults that pass by themselves are not recorded.
pub async fn take(
    shop: &Arc<Shop>,
    (in_hand, Ticket(ticket)): (&InHand, Ticket),
    source: Source,
    events: &Events,
) -> Taken {
    let began = Instant::now();
    let mut hold = Hold { all: in_hand, ticket, contents: Vec::new() };
    let judged = loop {
        let mut judged = judge_all(shop, vec![source.clone()], events).await;
        let Some(one) = judged.pop() else { return Taken::broken() };
        let contents = one
            .inspection
            .as_ref()
            .map(|inspection| [format!("b{}", inspection.sha256), format!("p{}", inspection.packets_sha256)]);
        let Some(contents) = contents else {
            hold.pass();
            break one;
        };
        if hold.keep(&contents).await {
            break one;
        }
    };
    let (one, work) =
        if judged.unchanged { (judged, None) } else { finish(shop, judged, events, is_transient).await };
    let took_ms = began.elapsed().as_millis() as u64;
    finish_event(events, &one, work.as_ref(), took_ms.saturating_sub(one.inspect_ms));
    Taken {
        findings: one.findings.clone(),
        verdict: one.verdict,
        duplicate_of: one.duplicate_of.as_ref().map(|repeated| repeated.shown.clone()),
        unchanged: one.unchanged,
        work,
        took_ms,
    }
}

/// Whether the library already holds what this source asks for.
pub fn is_done(shop: &Shop, source: Source) -> bool {
    take_in(shop, source).is_unchanged(shop)
}

/// Removes files that a killed run could not.
pub fn clear_leaving(library: &Library) -> Result<(), JobError> {
    let leaving = library.catalog().leaving()?;
    retire(library, &leaving)
}

fn is_transient(code: Code) -> bool {
    let passes = [Code::DiskFull, Code::LibraryReadOnly, Code::SourceMissing, Code::SourceChanged];
    passes.contains(&code)
}
