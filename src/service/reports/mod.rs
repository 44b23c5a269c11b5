//! Reports beside the files, written by a thread of their own: a slow share must not hold up the works.
//!
//! | file | content |
//! |---|---|
//! | here | the mailbox between the service's loop and the thread |
//! | `scheduler` | which page is to be written when |
//! | `index_schedule` | when the index of a department is to be written |
//! | `entry` | the drop that a page is about |
//! | `page` | one drop's page |
//! | `destination` | beside the file, or in the library where the inbox takes nothing |

mod destination;
mod entry;
mod index_schedule;
mod page;
mod scheduler;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::discover::Skipped;
use crate::model::inspection::Source;
use crate::model::service::ServiceStatus;
use crate::model::text::Bilingual;
use crate::service::{Finished, Listener};
use crate::work::context::Context;
use scheduler::ReportScheduler;

/// With so many things to be told, records of finished works no longer wait in memory: the catalogue has them too.
const LATE: usize = 200;

/// Says something to whoever looks after the service.
pub type Warn = Box<dyn Fn(&Bilingual) + Send>;

/// The reports of one inbox.
#[derive(Debug)]
pub struct Reports {
    line: Arc<Mailbox>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the service's loop and the thread share.
#[derive(Debug, Default)]
struct Mailbox {
    held: Mutex<Pending>,
    woken: Condvar,
}

#[derive(Debug, Default)]
struct Pending {
    news: VecDeque<ReportEvent>,
    closing: bool,
}

/// In the order in which it happened.
#[derive(Debug)]
enum ReportEvent {
    Status(Arc<ServiceStatus>),
    Known(Source, bool),
    Finished(Box<Finished>),
    Refused(Skipped),
    Gone(Source, bool),
    /// Places that could not be looked into.
    FirstLook(Vec<PathBuf>),
}

impl Reports {
    /// `inbox` is absolute. `warn` is told once when reports cannot be written beside the files.
    pub fn start(context: Arc<Context>, inbox: PathBuf, warn: Warn) -> std::io::Result<Self> {
        let line = Arc::new(Mailbox::default());
        let its = Arc::clone(&line);
        let thread = std::thread::Builder::new().name("answers".into()).spawn(move || {
            let mut desk = ReportScheduler::new(context, inbox, warn);
            while let Some(news) = its.next(desk.next_wake()) {
                desk.take(news);
                desk.write_indexes(false);
            }
            desk.write_indexes(true);
        })?;
        Ok(Self { line, thread: Mutex::new(Some(thread)) })
    }

    /// Waits until everything that was told is written.
    pub fn close(&self) {
        self.line.held().closing = true;
        self.line.woken.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the reports broke off");
        }
    }

    fn tell(&self, news: ReportEvent) {
        let mut held = self.line.held();
        // Only the newest of several states is worth pages: behind a slow share the others, each of which holds every
        // waiting drop, would pile up.
        if matches!(news, ReportEvent::Status(_)) {
            held.news.retain(|other| !matches!(other, ReportEvent::Status(_)));
        }
        let late = held.news.len() >= LATE;
        held.news.push_back(match news {
            ReportEvent::Finished(finished) if late => ReportEvent::Finished(without_record(finished)),
            news => news,
        });
        drop(held);
        self.line.woken.notify_all();
    }
}

fn without_record(mut finished: Box<Finished>) -> Box<Finished> {
    finished.taken.work = None;
    finished
}

impl Mailbox {
    fn held(&self) -> MutexGuard<'_, Pending> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be dealt with next: something told, or nothing when `due` has come. `None` at the end.
    fn next(&self, due: Option<Instant>) -> Option<Option<ReportEvent>> {
        let mut held = self.held();
        loop {
            if let Some(news) = held.news.pop_front() {
                return Some(Some(news));
            }
            if held.closing {
                return None;
            }
            let left = due.map(|due| due.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Some(None);
            }
            let longest = left.unwrap_or(Duration::from_secs(3600));
            held = match self.woken.wait_timeout(held, longest) {
                Ok((held, _)) => held,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }
}

impl Listener for Reports {
    fn status(&self, status: &Arc<ServiceStatus>) {
        self.tell(ReportEvent::Status(Arc::clone(status)));
    }

    fn known(&self, source: &Source, back: bool) {
        self.tell(ReportEvent::Known(source.clone(), back));
    }

    fn finished(&self, finished: &Finished) {
        self.tell(ReportEvent::Finished(Box::new(finished.clone())));
    }

    fn refused(&self, skipped: &Skipped) {
        self.tell(ReportEvent::Refused(skipped.clone()));
    }

    fn first_look(&self, unreadable: &[PathBuf]) {
        self.tell(ReportEvent::FirstLook(unreadable.to_owned()));
    }

    fn gone(&self, source: &Source, was_done: bool) {
        self.tell(ReportEvent::Gone(source.clone(), was_done));
    }
}
