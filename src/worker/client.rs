//! The main process' side: starts a worker, watches over it, and says how it ended.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::sync::{oneshot, watch};

use super::SUBCOMMAND;
use super::budget::Budget;
use super::outcome;
use super::watchdog::{self, Ending};
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, Job, Reply};

/// Tells a worker whose child it is, so that it notices a parent that ended before it could look.
pub(super) const PARENT: &str = "JINCAI_PARENT";

/// Blocks up to this are kept for reuse by the C library: 32 MiB, the most that it allows.
const KEPT_BLOCK_BYTES: &str = "33554432";

/// And so much free memory an arena: a few pictures of 4K.
const KEPT_FREE_BYTES: &str = "134217728";

/// How long dropping a running job waits for the process to be gone. Only a process that hangs in the kernel (a
/// dead network share) takes longer; it ends as soon as the kernel lets it.
const GONE_WITHIN: Duration = Duration::from_secs(2);

/// Which program to start as a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerProgram {
    pub path: PathBuf,
    pub args: Vec<OsString>,
    /// Added to the few variables a worker gets.
    pub env: Vec<(OsString, OsString)>,
}

impl WorkerProgram {
    /// This very program: also when its file was replaced by an update while it runs.
    pub fn this() -> Self {
        Self { path: "/proc/self/exe".into(), args: vec![SUBCOMMAND.into()], env: Vec::new() }
    }
}

/// Runs one job in a worker process of its own. `on_progress` gets what is done and what there is, in microseconds
/// of the source.
///
/// Dropping the future kills the process and waits until it is gone, so that its folder can be removed at once.
pub async fn run(
    program: &WorkerProgram,
    job: &Job,
    on_progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Reply, EngineError> {
    let (told, mut heard) = watch::channel((0, 0));
    let mut keeper = Keeper::start(program.clone(), job.clone(), told).map_err(not_started)?;
    let ended = loop {
        tokio::select! {
            biased;
            Ok(()) = heard.changed() => {
                let (done_us, total_us) = *heard.borrow_and_update();
                on_progress(done_us, total_us);
            }
            ended = &mut keeper.ended => break ended,
        }
    };
    match ended {
        Ok(Ok(ending)) => outcome::reply(job, ending),
        Ok(Err(error)) => Err(not_started(error)),
        Err(_) => Err(not_started(io::Error::other("the thread that watches the worker ended"))),
    }
}

fn not_started(error: io::Error) -> EngineError {
    let finding = Finding::error(Code::WorkerCrashed).arg("signal", "-");
    EngineError::broken(finding, format!("the media worker did not start: {error}"))
}

/// A thread that owns one worker process from start to end.
///
/// The kernel kills a worker when the *thread* that started it ends, and threads of the async runtime may end at any
/// time; this one stays. It also means that every process is waited for, whatever becomes of the future.
struct Keeper {
    ended: oneshot::Receiver<io::Result<Ending>>,
    cancel: Option<oneshot::Sender<()>>,
    /// Closes when the process is gone.
    gone: mpsc::Receiver<()>,
}

impl Keeper {
    fn start(program: WorkerProgram, job: Job, told: watch::Sender<(u64, u64)>) -> io::Result<Self> {
        let (end, ended) = oneshot::channel();
        let (cancel, cancelled) = oneshot::channel::<()>();
        let (alive, gone) = mpsc::channel::<()>();
        std::thread::Builder::new().name("worker-keeper".to_owned()).spawn(move || {
            let _alive = alive;
            let ending =
                tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
                    runtime.block_on(async {
                        let mut child = spawn(&program, &job)?;
                        let ending = tokio::select! {
                            ending = watchdog::attend(&mut child, &job, &told) => ending,
                            _ = cancelled => Err(io::ErrorKind::Interrupted.into()),
                        };
                        // Fails for a process that has ended already.
                        let _ = child.kill().await;
                        ending
                    })
                });
            // Nobody listens when the job was dropped.
            let _ = end.send(ending);
        })?;
        Ok(Self { ended, cancel: Some(cancel), gone })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.cancel.take());
        let _ = self.gone.recv_timeout(GONE_WITHIN);
    }
}

fn spawn(program: &WorkerProgram, job: &Job) -> io::Result<Child> {
    let mut command = Command::new(&program.path);
    command
        .args(&program.args)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("RUST_BACKTRACE", "0")
        .env("AV_LOG_FORCE_NOCOLOR", "1")
        // Every further arena reserves 64 MiB of the address space that is limited.
        .env("MALLOC_ARENA_MAX", "8")
        // Pictures of megabytes come and go at every frame. Given back to the kernel each time, as is usual for such
        // blocks, every page of them would be cleared again: measured 4 % of a render.
        .env("MALLOC_MMAP_THRESHOLD_", KEPT_BLOCK_BYTES)
        .env("MALLOC_TRIM_THRESHOLD_", KEPT_FREE_BYTES)
        .env(PARENT, std::process::id().to_string());
    // Where an FFmpeg of the office's own lies.
    if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    command
        .envs(program.env.iter().map(|(name, value)| (name, value)))
        .current_dir(folder_of(job))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

fn folder_of(job: &Job) -> &Path {
    match job {
        Job::Render(job) => job.folder.as_path(),
        Job::Stills(job) => job.folder.as_path(),
        Job::Inspect(_) | Job::Verify(_) | Job::Diagnose => Path::new("/"),
    }
}

/// What the job will read, as far as the main process can tell; 0 where it cannot.
pub(super) fn budget_of(job: &Job) -> Budget {
    let source = match job {
        Job::Inspect(job) => Some(&job.source),
        Job::Render(job) => Some(&job.source),
        Job::Stills(job) => Some(&job.source),
        Job::Verify(_) | Job::Diagnose => None,
    };
    let bytes =
        source.and_then(|source| std::fs::metadata(source.as_path()).ok()).map_or(0, |file| file.len());
    Budget::of(job, bytes)
}
