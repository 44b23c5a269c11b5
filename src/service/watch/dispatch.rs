//! Begins works in turn and applies how they end.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet, block_in_place};
use tokio::time::Instant;

use super::Service;
use crate::duplicates::in_progress::InProgress;
use crate::model::finding::{Severity, Verdict};
use crate::model::inspection::Source;
use crate::model::service::FailureNote;
use crate::pipeline::single;
use crate::pipeline::single::Processed;
use crate::service::Finished;
use crate::service::drops::{Ending, Turn};
use crate::service::follow_up::{is_worker_fault, keeps_changing, meaning};
use crate::work::context::Events;

/// Places beyond the usual, for a department that has none while slow works of others hold all of them.
const PLACES_FOR_OTHERS: usize = 1;

/// The works that run.
#[derive(Debug, Default)]
pub(super) struct RunningWorks {
    pub tasks: JoinSet<Processed>,
    turns: HashMap<Id, Turn>,
    /// What their contents are, so that like ones wait for each other.
    contents: Arc<InProgress>,
}

impl RunningWorks {
    fn add(&mut self, turn: Turn, work: impl Future<Output = Processed> + Send + 'static) {
        let task: AbortHandle = self.tasks.spawn(work);
        self.turns.insert(task.id(), turn);
    }

    /// Returns the turn of a task that ended, and what it returned unless it panicked or was ended.
    fn remove(&mut self, ended: Result<(Id, Processed), JoinError>) -> Option<(Turn, Option<Processed>)> {
        let (id, processed) = match ended {
            Ok((id, processed)) => (id, Some(processed)),
            Err(error) => (error.id(), None),
        };
        Some((self.turns.remove(&id)?, processed))
    }
}

impl Service {
    pub(super) fn begin_works(&mut self) {
        // One more than are rendered at once: while it renders, the next is inspected.
        let places = self.options.context.options.jobs + 1;
        let running = |works: &RunningWorks| works.tasks.len();
        while !self.is_stopping()
            && !self.pauser.is_paused()
            && running(&self.works) < places + PLACES_FOR_OTHERS
        {
            let next = match running(&self.works) < places {
                true => self.drops.next(),
                false => self.drops.next_of_who_waits(),
            };
            let Some(turn) = next else { return };
            self.begin_work(turn);
        }
    }

    fn begin_work(&mut self, turn: Turn) {
        let (context, contents) = (Arc::clone(&self.options.context), Arc::clone(&self.works.contents));
        let (board, events) = (Arc::clone(&self.board), Arc::clone(&self.options.events));
        let listener: Events = Arc::new(move |event| {
            board.take(&event);
            events(event);
        });
        let source = turn.source.clone();
        let ticket = contents.ticket(&source, self.scanner.first.plus(turn.scan));
        self.works.add(turn, async move {
            single::process(&context, (&contents, ticket), source, &listener).await
        });
        self.status.note_change();
    }

    pub(super) fn work_ended(&mut self, ended: Result<(Id, Processed), JoinError>) {
        let Some((Turn { source, since, .. }, taken)) = self.works.remove(ended) else { return };
        let relative = source.relative.as_path().to_owned();
        self.status.note_change();
        let mut taken = taken.unwrap_or_else(Processed::broken);
        if self.is_stopping() && taken.verdict == Verdict::Failed {
            // Whatever ended it, the next start looks at it again.
            self.drops.finished(&relative, Ending::RetryFirst, Instant::now());
            return;
        }
        let meaning = block_in_place(|| meaning(&self.options.context, &source, &mut taken));
        self.summary.tally.worker_faults += u64::from(is_worker_fault(&taken));
        let ending = match meaning.ending {
            // One disturbance passes: it is taken when it settled again. Only of the next one the office hears.
            Ending::Later
                if keeps_changing(&taken)
                    && self.reported.restless.insert(source.path.as_path().to_owned()) =>
            {
                Ending::Changed
            }
            ending => ending,
        };
        if self.drops.finished(&relative, ending, Instant::now()) {
            self.scanner.schedule.expedite();
        }
        if !keeps_changing(&taken) {
            self.reported.restless.remove(source.path.as_path());
        }
        if ending == Ending::Later {
            self.tell_unreadable(&source, &taken);
        } else {
            self.reported.unreadable.remove(source.path.as_path());
        }
        match meaning.pause {
            Some(finding) => self.pause(finding),
            None if taken.verdict != Verdict::Failed => self.pauser.work_succeeded(),
            None => {}
        }
        if meaning.told {
            if taken.verdict == Verdict::Failed {
                self.opinions.failed.insert(source.path.as_path().to_owned());
            }
            self.count(&source, &taken);
            if let Some(work) = taken.work.as_ref().filter(|_| !taken.unchanged) {
                block_in_place(|| self.requeue_duplicates(work));
            }
            self.manifests.request();
            let finished = Finished { source, since, taken };
            self.each(|listener| listener.finished(&finished));
        }
        if self.drops.is_idle() {
            self.manifests.expedite();
        }
    }

    /// The office hears once of a file that cannot be read, or not in time; its team waits.
    fn tell_unreadable(&mut self, source: &Source, taken: &Processed) {
        if !self.reported.unreadable.insert(source.path.as_path().to_owned()) {
            return;
        }
        if let Some(finding) = taken.transient() {
            self.each(|listener| listener.alarm(finding));
        }
        self.note_failure(source, taken);
    }

    fn count(&mut self, source: &Source, taken: &Processed) {
        let place = match taken.verdict {
            Verdict::Accepted => &mut self.summary.tally.accepted,
            Verdict::AcceptedWithWarnings => &mut self.summary.tally.warned,
            Verdict::Duplicate => &mut self.summary.tally.duplicates,
            Verdict::Rejected => &mut self.summary.tally.rejected,
            Verdict::Failed => &mut self.summary.tally.failed,
        };
        *place += 1;
        self.note_failure(source, taken);
    }

    fn note_failure(&mut self, source: &Source, taken: &Processed) {
        if matches!(taken.verdict, Verdict::Rejected | Verdict::Failed)
            && let Some(finding) = taken.findings.iter().find(|finding| finding.severity == Severity::Error)
        {
            let (at, path) = (self.options.context.now(), source.path.clone());
            let note = FailureNote { at, path, verdict: taken.verdict, finding: finding.clone() };
            self.summary.add_failure(note);
        }
    }
}
