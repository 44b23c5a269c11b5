//! Works begun and ended.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::{JoinError, block_in_place};

use super::Service;
use crate::model::finding::{Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::service::FailureNote;
use crate::pipeline::single;
use crate::pipeline::single::Processed;
use crate::present::messages;
use crate::service::Finished;
use crate::service::drops::{Ending, Turn};
use crate::service::follow_up::{is_worker_fault, keeps_changing, meaning};
use crate::work::context::Events;

const FAILURES_KEPT: usize = 50;

/// Places beyond the usual, for a department that has none while slow works of others hold all of them.
const PLACES_FOR_OTHERS: usize = 1;

impl Service {
    pub(super) fn begin_works(&mut self) {
        // One more than are rendered at once: while it renders, the next is inspected.
        let places = self.orders.context.options.jobs + 1;
        while !self.is_stopping() && !self.is_paused() && self.running.len() < places + PLACES_FOR_OTHERS {
            let next = match self.running.len() < places {
                true => self.drops.next(),
                false => self.drops.next_of_who_waits(),
            };
            let Some(turn) = next else { return };
            let (context, in_progress) = (Arc::clone(&self.orders.context), Arc::clone(&self.in_progress));
            let (board, events) = (Arc::clone(&self.board), Arc::clone(&self.orders.events));
            let listener: Events = Arc::new(move |event| {
                board.take(&event);
                events(event);
            });
            let source = turn.source.clone();
            let ticket = in_progress.ticket(&source, self.first_glance.plus(turn.scan));
            let task = self.running.spawn(async move {
                single::process(&context, (&in_progress, ticket), source, &listener).await
            });
            self.turns.push((task.id(), turn));
            self.changed = true;
        }
    }

    pub(super) fn finished(&mut self, ended: Result<(tokio::task::Id, Processed), JoinError>) {
        let (id, taken) = match ended {
            Ok((id, taken)) => (id, Some(taken)),
            Err(error) => (error.id(), None),
        };
        let Some(at) = self.turns.iter().position(|(other, _)| *other == id) else { return };
        let (_, Turn { source, since, .. }) = self.turns.swap_remove(at);
        let relative = source.relative.as_path().to_owned();
        self.changed = true;
        let mut taken = taken.unwrap_or_else(Processed::broken);
        if self.is_stopping() && taken.verdict == Verdict::Failed {
            // Whatever ended it, the next start looks at it again.
            self.drops.finished(&relative, Ending::RetryFirst, Instant::now());
            return;
        }
        let meaning = block_in_place(|| meaning(&self.orders.context, &source, &mut taken));
        self.tally.worker_faults += u64::from(is_worker_fault(&taken));
        let ending = match meaning.ending {
            // One disturbance passes: it is taken when it settled again. Only of the next one the office hears.
            Ending::Later
                if keeps_changing(&taken) && self.restless.insert(source.path.as_path().to_owned()) =>
            {
                Ending::Changed
            }
            ending => ending,
        };
        if self.drops.finished(&relative, ending, Instant::now()) {
            self.looks.expedite();
        }
        if !keeps_changing(&taken) {
            self.restless.remove(source.path.as_path());
        }
        if ending == Ending::Later {
            self.tell_unreadable(&source, &taken);
        } else {
            self.unreadable.remove(source.path.as_path());
        }
        match meaning.pause {
            Some(finding) => self.pause(finding),
            None if taken.verdict != Verdict::Failed => self.last_alarm = None,
            None => {}
        }
        if meaning.told {
            if taken.verdict == Verdict::Failed {
                self.failed.insert(source.path.as_path().to_owned());
            }
            self.count(&source, &taken);
            if let Some(work) = taken.work.as_ref().filter(|_| !taken.unchanged) {
                block_in_place(|| self.requeue_duplicates(work));
            }
            self.manifests_due = self.manifests_due.or(Some(Instant::now() + self.manifests_rest));
            let finished = Finished { source, since, taken };
            self.each(|listener| listener.finished(&finished));
        }
        if self.drops.is_idle() {
            self.manifests_due = self.manifests_due.and(Some(Instant::now()));
        }
    }

    /// The office hears once of a file that cannot be read, or not in time; its team waits.
    fn tell_unreadable(&mut self, source: &Source, taken: &Processed) {
        if !self.unreadable.insert(source.path.as_path().to_owned()) {
            return;
        }
        if let Some(finding) = taken.transient() {
            self.each(|listener| listener.alarm(finding));
        }
        self.note_failure(source, taken);
    }

    fn count(&mut self, source: &Source, taken: &Processed) {
        let place = match taken.verdict {
            Verdict::Accepted => &mut self.tally.accepted,
            Verdict::AcceptedWithWarnings => &mut self.tally.warned,
            Verdict::Duplicate => &mut self.tally.duplicates,
            Verdict::Rejected => &mut self.tally.rejected,
            Verdict::Failed => &mut self.tally.failed,
        };
        *place += 1;
        self.note_failure(source, taken);
    }

    fn note_failure(&mut self, source: &Source, taken: &Processed) {
        if matches!(taken.verdict, Verdict::Rejected | Verdict::Failed)
            && let Some(finding) = taken.findings.iter().find(|finding| finding.severity == Severity::Error)
        {
            let (at, path) = (self.orders.context.now(), source.path.clone());
            let note = FailureNote { at, path, verdict: taken.verdict, finding: messages::json(finding) };
            self.failures.push_front(note);
            self.failures.truncate(FAILURES_KEPT);
        }
    }
}
