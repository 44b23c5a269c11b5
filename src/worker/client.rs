//! The main process' side of one job: sends it to a worker, supervises it and returns its outcome.

use std::io;
use std::pin::pin;

use tokio::sync::watch;

use super::fork_client::Workers;
use super::{outcome, watchdog};
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, Job, Reply};
use crate::model::request::Request;

/// Runs one job in a worker process of its own. `on_progress` is called with the amount done and the total, in
/// microseconds of the source.
///
/// Dropping the future kills the process and waits for its end, so that its folder can be removed at once.
pub async fn run(
    workers: &Workers,
    job: &Job,
    on_progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Reply, EngineError> {
    let mut worker = workers.start().map_err(start_error)?;
    let (progress_sender, mut progress_receiver) = watch::channel((0, 0));
    let mut supervision = pin!(watchdog::supervise(&mut worker, job, &progress_sender));
    let result = loop {
        tokio::select! {
            biased;
            Ok(()) = progress_receiver.changed() => {
                let (done_us, total_us) = *progress_receiver.borrow_and_update();
                on_progress(done_us, total_us);
            }
            result = &mut supervision => break result,
        }
    };
    result.map_err(start_error).and_then(|ending| outcome::reply(job, ending))
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

/// Describes a worker that did not start. The failure concerns the machine, not the file.
fn start_error(error: io::Error) -> EngineError {
    let code = match Code::of_io(&error) {
        Some(Code::TooManyOpenFiles) => Code::TooManyOpenFiles,
        _ => Code::MachineBusy,
    };
    let detail = format!("the media worker did not start: {error}");
    EngineError::broken(Finding::error(code).detail(&detail), detail)
}
