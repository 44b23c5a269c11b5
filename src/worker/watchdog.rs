//! Supervises one running worker: reads its events and enforces the stall and wall-clock limits. A stall is judged by what the
//! worker itself did (`pulse`).

use std::collections::VecDeque;
use std::io;
use std::pin::pin;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::watch;
use tokio::time::timeout;

use super::budget::{Budget, budget_of};
use super::fork_client::Worker;
use super::pulse::Pulse;
use crate::model::job::{Job, WorkerEvent};

/// Longest accepted event, bytes. The longest is an inspection; that of a work of hours takes under a megabyte.
const MAX_LINE: u64 = 16 << 20;

/// Bytes from the end of a worker's standard error that are kept for the log.
const STDERR_TAIL_BYTES: usize = 64 << 10;

/// Longest wait for the standard error of a process that has ended.
const STDERR_TIMEOUT: Duration = Duration::from_secs(1);

/// How a worker ended.
#[derive(Debug)]
pub struct Ending {
    /// The final event, if there was one.
    pub outcome: Option<WorkerEvent>,
    /// Why this process stopped it; `None` when it ended by itself.
    pub stopped: Option<Stopped>,
    pub status: ExitStatus,
    pub budget: Budget,
    /// The end of its standard error.
    pub stderr_tail: String,
}

/// Why the main process killed a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It reported no progress within the stall limit, and did nothing of use either.
    Stalled,
    /// It exceeded the wall-clock limit.
    OutOfTime,
    /// It wrote something that is not an event.
    Nonsense,
}

/// Sends `job` to a worker that was just started and supervises it until it ends or must be killed.
pub async fn supervise(
    worker: &mut Worker,
    job: &Job,
    progress: &watch::Sender<(u64, u64)>,
) -> io::Result<Ending> {
    let budget = budget_of(job);
    let missing = || io::Error::other("the worker has no pipes");
    let mut stdin = worker.stdin.take().ok_or_else(missing)?;
    let stdout = worker.stdout.take().ok_or_else(missing)?;
    let stderr = worker.stderr.take().ok_or_else(missing)?;
    let job = serde_json::to_vec(job)?;
    let tail = tokio::spawn(stderr_tail(stderr));
    let reading = async {
        // A worker that ends before it has read everything gives the reason on its other pipes.
        let writing = async {
            let _ = stdin.write_all(&job).await;
            drop(stdin);
        };
        tokio::join!(writing, read_events(stdout, budget, progress, worker)).1
    };
    let mut outcome = None;
    let stopped = match timeout(budget.wall, reading).await {
        Err(_) => Some(Stopped::OutOfTime),
        Ok(Err(stopped)) => Some(stopped),
        Ok(Ok(event)) => {
            outcome = event;
            timeout(budget.stall, worker.wait()).await.is_err().then_some(Stopped::Stalled)
        }
    };
    if stopped.is_some() {
        worker.kill();
    }
    let status = worker.wait().await?;
    let stderr_tail = timeout(STDERR_TIMEOUT, tail).await.ok().and_then(Result::ok).unwrap_or_default();
    Ok(Ending { outcome, stopped, status, budget, stderr_tail })
}

/// Reads events until the worker closes its standard output; the last one is the outcome.
async fn read_events(
    stdout: impl AsyncRead + Unpin,
    budget: Budget,
    progress: &watch::Sender<(u64, u64)>,
    worker: &mut Worker,
) -> Result<Option<WorkerEvent>, Stopped> {
    let mut lines = BufReader::new(stdout);
    let mut outcome = None;
    let mut line = Vec::new();
    let mut pulse = worker.pid().map(Pulse::begin);
    loop {
        line.clear();
        let mut bounded = (&mut lines).take(MAX_LINE);
        let mut reading = pin!(bounded.read_until(b'\n', &mut line));
        let read = loop {
            if let Ok(read) = timeout(budget.stall, &mut reading).await {
                break read;
            }
            let Some(pulse) = &mut pulse else {
                // Nothing is known of a worker that never said that it started.
                pulse = Some(worker.pid().map(Pulse::begin).ok_or(Stopped::Stalled)?);
                continue;
            };
            if pulse.is_stalled(budget.stall) {
                return Err(Stopped::Stalled);
            }
        };
        match read {
            // A closed or broken pipe: the worker ended.
            Ok(0) | Err(_) => return Ok(outcome),
            // Half a line: the worker ended while it wrote.
            Ok(length) if !line.ends_with(b"\n") => {
                return if length as u64 == MAX_LINE { Err(Stopped::Nonsense) } else { Ok(None) };
            }
            Ok(_) => {}
        }
        match &mut pulse {
            Some(pulse) => pulse.reported(),
            None => pulse = worker.pid().map(Pulse::begin),
        }
        match serde_json::from_slice(&line) {
            Ok(_) if outcome.is_some() => return Err(Stopped::Nonsense),
            Ok(WorkerEvent::Progress { done_us, total_us }) => {
                progress.send_replace((done_us, total_us));
            }
            Ok(event) => outcome = Some(event),
            Err(_) => return Err(Stopped::Nonsense),
        }
    }
}

/// Reads standard error to its end and returns the last [`STDERR_TAIL_BYTES`].
async fn stderr_tail(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut kept = VecDeque::new();
    let mut chunk = vec![0; 8 << 10];
    while let Ok(length @ 1..) = stderr.read(&mut chunk).await {
        kept.extend(&chunk[..length]);
        kept.drain(..kept.len().saturating_sub(STDERR_TAIL_BYTES));
    }
    String::from_utf8_lossy(kept.make_contiguous()).into_owned()
}
