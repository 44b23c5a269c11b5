//! Begins works in turn and applies how they end.

use std::sync::Arc;

use tokio::task::{Id, JoinError, block_in_place};
use tokio::time::Instant;

use super::Service;
use crate::model::finding::{Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::service::FailureNote;
use crate::pipeline::single;
use crate::pipeline::single::{Arrived, Processed};
use crate::present::messages;
use crate::service::Finished;
use crate::service::drops::{Ending, Turn};
use crate::service::follow_up::{follow_up, is_worker_fault, keeps_changing};
use crate::work::context::Events;

/// Places beyond the usual, for a department that has none while slow works of others hold all of them.
const PLACES_FOR_OTHERS: usize = 1;

impl Service {
    pub(super) fn begin_works(&mut self) {
        // One more than are rendered at once: while it renders, the next is inspected.
        let places = self.options.context.options.jobs + 1;
        while !self.is_stopping() && !self.pauser.is_paused() {
            let running = self.works.tasks.len();
            if running >= places + PLACES_FOR_OTHERS {
                return;
            }
            let next = match running < places {
                true => self.drops.next(),
                false => self.drops.next_of_idle_department(),
            };
            let Some(turn) = next else { return };
            self.begin_work(turn);
        }
    }

    fn begin_work(&mut self, turn: Turn) {
        let (context, contents) = (self.options.context.clone(), Arc::clone(&self.works.contents));
        let (board, events) = (Arc::clone(&self.board), Arc::clone(&self.options.events));
        let listener: Events = Arc::new(move |event| {
            board.update(&event);
            events(event);
        });
        let arrived = Arrived { source: turn.source.clone(), seen_at: turn.first_seen.clone() };
        let ticket = contents.ticket(&arrived.source, self.scanner.first.plus(turn.scan));
        self.works
            .add(turn, async move { single::process(&context, &contents, ticket, arrived, &listener).await });
        self.status.note_change();
    }

    pub(super) fn work_ended(&mut self, ended: Result<(Id, Processed), JoinError>) {
        let Some((Turn { source, first_seen, .. }, mut processed)) = self.works.remove(ended) else { return };
        let relative = source.relative.as_path().to_owned();
        self.status.note_change();
        if self.is_stopping() && processed.verdict == Verdict::Failed {
            // Whatever ended it, the next start takes it again.
            self.drops.finished(&relative, Ending::RetryFirst, Instant::now());
            return;
        }
        let follow_up = block_in_place(|| follow_up(&self.options.context, &source, &mut processed));
        self.summary.tally.worker_faults += u64::from(is_worker_fault(&processed));
        let ending = match follow_up.ending {
            // One disturbance passes: it is processed when it settled again. Only the next one is reported to the office.
            Ending::RetryLater
                if keeps_changing(&processed)
                    && self.reported.restless.insert(source.path.as_path().to_owned()) =>
            {
                Ending::Changed
            }
            ending => ending,
        };
        if self.drops.finished(&relative, ending, Instant::now()) {
            self.scanner.schedule.expedite();
        }
        if !keeps_changing(&processed) {
            self.reported.restless.remove(source.path.as_path());
        }
        if ending == Ending::RetryLater {
            self.report_unreadable(&source, &processed);
        } else {
            self.reported.unreadable.remove(source.path.as_path());
        }
        match follow_up.pause {
            Some(finding) => self.pause(finding),
            None if processed.verdict != Verdict::Failed => self.pauser.work_succeeded(),
            None => {}
        }
        if follow_up.reported {
            if processed.verdict == Verdict::Failed {
                self.opinions.failed.insert(source.path.as_path().to_owned());
            }
            self.count(&source, &processed);
            if let Some(work) = processed.work.as_ref().filter(|_| !processed.unchanged) {
                block_in_place(|| self.requeue_duplicates(work));
            }
            self.manifests.request();
            let finished = Finished { source, first_seen, processed };
            self.each(|listener| listener.finished(&finished));
        }
        if self.drops.is_idle() {
            self.manifests.expedite();
        }
    }

    /// Reports a file that cannot be read, or not in time, to the office once; its team waits.
    fn report_unreadable(&mut self, source: &Source, processed: &Processed) {
        if !self.reported.unreadable.insert(source.path.as_path().to_owned()) {
            return;
        }
        if let Some(finding) = processed.transient() {
            self.each(|listener| listener.alarm(finding));
        }
        self.note_failure(source, processed);
    }

    fn count(&mut self, source: &Source, processed: &Processed) {
        self.summary.tally.works.count(processed.verdict);
        self.note_failure(source, processed);
    }

    fn note_failure(&mut self, source: &Source, processed: &Processed) {
        if matches!(processed.verdict, Verdict::Rejected | Verdict::Failed)
            && let Some(finding) =
                processed.findings.iter().find(|finding| finding.severity == Severity::Error)
        {
            let (at, path) = (self.options.context.now(), source.path.clone());
            let finding = messages::json(finding);
            self.summary.add_failure(FailureNote { at, path, verdict: processed.verdict, finding });
        }
    }
}
