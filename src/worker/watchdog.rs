//! Watches over one running worker: its events, its silence, its time.

use std::collections::VecDeque;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::watch;
use tokio::time::timeout;

use super::budget::{Budget, budget_of};
use super::fork_client::Worker;
use crate::model::job::{Job, WorkerEvent};

/// The longest line is an inspection's; one of hours takes under a megabyte.
const MAX_LINE: u64 = 16 << 20;

/// How much of a worker's last words is kept for the log.
const LAST_WORDS: usize = 64 << 10;

/// How long the last words of a process that is gone are waited for.
const WORDS_WITHIN: Duration = Duration::from_secs(1);

/// How a worker ended.
#[derive(Debug)]
pub struct Ending {
    /// The event that was the outcome, if there was one.
    pub outcome: Option<WorkerEvent>,
    /// Why it was stopped from here; `None` when it ended by itself.
    pub stopped: Option<Stopped>,
    pub status: ExitStatus,
    pub budget: Budget,
    /// The end of its standard error.
    pub last_words: String,
}

/// Why the main process killed a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// No progress for too long.
    Stalled,
    /// It ran for too long.
    OutOfTime,
    /// It wrote something that is no event.
    Nonsense,
}

/// Hands `job` to a worker that was just started and follows it until it ends or must be ended.
pub async fn supervise(
    worker: &mut Worker,
    job: &Job,
    told: &watch::Sender<(u64, u64)>,
) -> io::Result<Ending> {
    let budget = budget_of(job);
    let missing = || io::Error::other("the worker has no pipes");
    let mut stdin = worker.stdin.take().ok_or_else(missing)?;
    let stdout = worker.stdout.take().ok_or_else(missing)?;
    let stderr = worker.stderr.take().ok_or_else(missing)?;
    let job = serde_json::to_vec(job)?;
    let words = tokio::spawn(last_words(stderr));
    let listening = async {
        // A worker that ends before it read everything says why on its other pipes.
        let writing = async {
            let _ = stdin.write_all(&job).await;
            drop(stdin);
        };
        tokio::join!(writing, listen(stdout, budget, told)).1
    };
    let mut outcome = None;
    let stopped = match timeout(budget.wall, listening).await {
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
    let last_words = timeout(WORDS_WITHIN, words).await.ok().and_then(Result::ok).unwrap_or_default();
    Ok(Ending { outcome, stopped, status, budget, last_words })
}

/// Reads events until the worker closes its standard output; the last one is the outcome.
async fn listen(
    stdout: impl AsyncRead + Unpin,
    budget: Budget,
    told: &watch::Sender<(u64, u64)>,
) -> Result<Option<WorkerEvent>, Stopped> {
    let mut lines = BufReader::new(stdout);
    let mut outcome = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut lines).take(MAX_LINE);
        match timeout(budget.stall, bounded.read_until(b'\n', &mut line)).await {
            Err(_) => return Err(Stopped::Stalled),
            // A pipe that breaks is a worker that ended.
            Ok(Ok(0) | Err(_)) => return Ok(outcome),
            // Half a line: it was interrupted while it wrote.
            Ok(Ok(length)) if !line.ends_with(b"\n") => {
                return if length as u64 == MAX_LINE { Err(Stopped::Nonsense) } else { Ok(None) };
            }
            Ok(Ok(_)) => {}
        }
        match serde_json::from_slice(&line) {
            Ok(_) if outcome.is_some() => return Err(Stopped::Nonsense),
            Ok(WorkerEvent::Progress { done_us, total_us }) => {
                told.send_replace((done_us, total_us));
            }
            Ok(event) => outcome = Some(event),
            Err(_) => return Err(Stopped::Nonsense),
        }
    }
}

/// Reads everything, keeps the end.
async fn last_words(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut kept = VecDeque::new();
    let mut chunk = vec![0; 8 << 10];
    while let Ok(length @ 1..) = stderr.read(&mut chunk).await {
        kept.extend(&chunk[..length]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
    }
    String::from_utf8_lossy(kept.make_contiguous()).into_owned()
}
