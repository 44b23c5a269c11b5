//! Writes reports beside the files, on a thread of their own: a slow share must not hold up the works.
//!
//! | file | content |
//! |---|---|
//! | here | the mailbox between the service's loop and the thread |
//! | `scheduler` | which page is to be written when |
//! | `index_schedule` | when the index of a department is to be written |
//! | `left_over` | what a department's index says was not taken |
//! | `entry` | the drop that a page is about |
//! | `page` | one drop's page |
//! | `review` | what a page says of a work's review |
//! | `destination` | beside the file, or in the library where the inbox takes nothing |

mod destination;
mod entry;
mod event;
mod index_schedule;
mod left_over;
mod page;
mod review;
mod scheduler;

use event::{ReportEvent, Warn};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::discover::{LeftOver, Skipped};
use crate::model::inspection::Source;
use crate::model::service::ServiceStatus;
use crate::service::{Finished, Listener, ReviewNews};
use crate::work::context::Context;
use scheduler::ReportScheduler;

/// With this many events pending, records of finished works no longer wait in memory: the catalogue has them too.
const BACKLOG: usize = 200;

/// The reports of one inbox.
#[derive(Debug)]
pub struct Reports {
    mailbox: Arc<Mailbox>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the service's loop and the thread share.
#[derive(Debug, Default)]
struct Mailbox {
    pending: Mutex<Pending>,
    woken: Condvar,
}

#[derive(Debug, Default)]
struct Pending {
    events: VecDeque<ReportEvent>,
    closing: bool,
    /// Number of events that were taken.
    taken: u64,
}

impl Reports {
    /// Starts the thread. `inbox` is absolute. `warn` is called once when reports cannot be written beside the files.
    pub fn start(context: Arc<Context>, inbox: PathBuf, warn: Warn) -> std::io::Result<Self> {
        let mailbox = Arc::new(Mailbox::default());
        let its_mailbox = Arc::clone(&mailbox);
        let thread = std::thread::Builder::new().name("reports".into()).spawn(move || {
            let mut scheduler = ReportScheduler::new(context, inbox, warn);
            while let Some(event) = its_mailbox.next(scheduler.next_wake()) {
                scheduler.handle(event);
                scheduler.write_indexes(false);
            }
            scheduler.write_indexes(true);
        })?;
        Ok(Self { mailbox, thread: Mutex::new(Some(thread)) })
    }

    /// Waits until everything that was reported is written.
    pub fn close(&self) {
        self.mailbox.pending().closing = true;
        self.mailbox.woken.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the reports panicked");
        }
    }

    /// Returns how far the thread has come: a number that grows while it writes what was reported.
    pub fn progress(&self) -> u64 {
        self.mailbox.pending().taken
    }

    fn send(&self, event: ReportEvent) {
        let mut pending = self.mailbox.pending();
        // Only the newest of several states is worth pages: behind a slow share the others, each of which holds every
        // waiting drop, would pile up.
        if matches!(event, ReportEvent::Status(_)) {
            pending.events.retain(|other| !matches!(other, ReportEvent::Status(_)));
        }
        let late = pending.events.len() >= BACKLOG;
        pending.events.push_back(match event {
            ReportEvent::Finished(finished) if late => ReportEvent::Finished(without_record(finished)),
            event => event,
        });
        drop(pending);
        self.mailbox.woken.notify_all();
    }
}

fn without_record(mut finished: Box<Finished>) -> Box<Finished> {
    finished.processed.work = None;
    finished
}

impl Mailbox {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is to be handled next: an event, or nothing when `due` has come. `None` at the end.
    fn next(&self, due: Option<Instant>) -> Option<Option<ReportEvent>> {
        let mut pending = self.pending();
        loop {
            if let Some(event) = pending.events.pop_front() {
                pending.taken += 1;
                return Some(Some(event));
            }
            if pending.closing {
                return None;
            }
            let left = due.map(|due| due.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Some(None);
            }
            let longest = left.unwrap_or(Duration::from_secs(3600));
            pending = match self.woken.wait_timeout(pending, longest) {
                Ok((pending, _)) => pending,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }
}

impl Listener for Reports {
    fn status(&self, status: &Arc<ServiceStatus>) {
        self.send(ReportEvent::Status(Arc::clone(status)));
    }

    fn recognized(&self, source: &Source, returned: bool) {
        self.send(ReportEvent::Recognized { source: source.clone(), returned });
    }

    fn finished(&self, finished: &Finished) {
        self.send(ReportEvent::Finished(Box::new(finished.clone())));
    }

    fn refused(&self, skipped: &Skipped) {
        self.send(ReportEvent::Refused(skipped.clone()));
    }

    fn refused_gone(&self, path: &std::path::Path) {
        self.send(ReportEvent::RefusedGone(path.to_owned()));
    }

    fn left_over(&self, all: &[LeftOver]) {
        self.send(ReportEvent::LeftOver(all.to_vec()));
    }

    fn first_scan_completed(&self, unreadable: &[PathBuf]) {
        self.send(ReportEvent::FirstScan(unreadable.to_owned()));
    }

    fn review(&self, news: &ReviewNews) {
        // What waits and is overdue the pages know by themselves.
        if let ReviewNews::Acted(acted) = news {
            self.send(ReportEvent::Reviewed(acted.source.clone()));
        }
    }

    fn removed(&self, source: &Source, was_processed: bool) {
        self.send(ReportEvent::Removed { source: source.clone(), was_processed });
    }
}
