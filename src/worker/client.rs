//! The main process' side of one job: hands it to a worker, watches over it, and says how it ended.

use std::io;
use std::pin::pin;

use tokio::sync::watch;

use super::fork_client::Workers;
use super::{outcome, watchdog};
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, Job, Reply, Request};

/// Runs one job in a worker process of its own. `on_progress` gets what is done and what there is, in microseconds
/// of the source.
///
/// Dropping the future kills the process and waits until it is gone, so that its folder can be removed at once.
pub async fn run(
    workers: &Workers,
    job: &Job,
    on_progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Reply, EngineError> {
    let mut worker = workers.start().map_err(not_started)?;
    let (told, mut heard) = watch::channel((0, 0));
    let mut attending = pin!(watchdog::supervise(&mut worker, job, &told));
    let ended = loop {
        tokio::select! {
            biased;
            Ok(()) = heard.changed() => {
                let (done_us, total_us) = *heard.borrow_and_update();
                on_progress(done_us, total_us);
            }
            ended = &mut attending => break ended,
        }
    };
    ended.map_err(not_started).and_then(|ending| outcome::reply(job, ending))
}

/// Runs the job of a request, as [`run`] does, and returns the reply that belongs to it.
pub async fn ask<R: Request>(
    workers: &Workers,
    request: R,
    on_progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<R::Reply, EngineError> {
    let reply = run(workers, &request.into_job(), on_progress).await?;
    R::reply_of(reply).ok_or_else(|| {
        EngineError::broken(Finding::error(Code::WorkerCrashed), "the worker's reply does not fit its job")
    })
}

/// Without a worker nothing can be made of any file: no matter of this one.
fn not_started(error: io::Error) -> EngineError {
    let code = match Code::of_io(&error) {
        Some(Code::TooManyOpenFiles) => Code::TooManyOpenFiles,
        _ => Code::MachineBusy,
    };
    let detail = format!("the media worker did not start: {error}");
    EngineError::broken(Finding::error(code).detail(&detail), detail)
}
