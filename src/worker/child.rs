//! The worker's side: one job in, events out.

use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::Engine;
use super::budget::{Budget, limits_of};
use super::fork_client::PARENT;
use super::fork_server::{self, Role};
use super::sandbox::{self, Memory, Reach, Walls};
use super::steady::{self, Steady};
use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, FailureKind, Job, RenderJob, Reply, WorkerEvent};
use crate::model::value::Arg;

/// A render of a thousand outputs stays far below it.
const MAX_JOB_BYTES: u64 = 64 << 20;

/// Progress is worth a line so often at most.
const BETWEEN_LINES: Duration = Duration::from_millis(100);

/// Forks workers as they are ordered; each does the one job on its standard input behind the sandbox's walls and writes
/// its events to its standard output. Must be called on the first thread, before any other one exists.
pub fn serve(engine: &dyn Engine) -> ExitCode {
    serve_with_walls(engine, |walls| walls)
}

/// As [`serve`], believing `seen` of the walls that were put up: a test says so that some do not stand, which all do.
pub fn serve_with_walls(engine: &dyn Engine, seen: fn(Walls) -> Walls) -> ExitCode {
    let parent = std::env::var(PARENT).ok().and_then(|pid| pid.parse().ok());
    if !sandbox::follow(parent) {
        return ExitCode::FAILURE;
    }
    sandbox::open_few_files();
    match fork_server::wait() {
        Ok(Role::Worker) => do_job(engine, seen),
        Ok(Role::Done) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn do_job(engine: &dyn Engine, seen: fn(Walls) -> Walls) -> ExitCode {
    let mut memory = None;
    let ended = catch_unwind(AssertUnwindSafe(|| work(engine, seen, &mut memory)));
    let ran_short = !matches!(ended, Ok(Ok(_))) && memory.is_some_and(Memory::ran_short);
    let event = match ended {
        Ok(Ok(reply)) => WorkerEvent::Done { reply: Box::new(reply) },
        // Also what looks like the file's own fault: nothing can be said of what there was no memory to look at.
        Ok(Err(error)) if ran_short && !has_its_own_cause(error.finding.code) => WorkerEvent::Failed {
            finding: Finding::error(Code::WorkerOutOfMemory),
            detail: error.to_string(),
        },
        Err(_) if ran_short => WorkerEvent::Failed {
            finding: Finding::error(Code::WorkerOutOfMemory),
            detail: "panic".to_owned(),
        },
        Ok(Err(error)) => match error.kind {
            FailureKind::Refused => WorkerEvent::Refused { finding: *error.finding },
            FailureKind::Broken => WorkerEvent::Failed { finding: *error.finding, detail: error.detail },
        },
        // The panic's own words are on standard error already.
        Err(_) => {
            WorkerEvent::Failed { finding: Finding::error(Code::WorkerCrashed), detail: "panic".to_owned() }
        }
    };
    match say(&event) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// What no lack of memory brings about.
fn has_its_own_cause(code: Code) -> bool {
    matches!(code, Code::DiskFull | Code::SourceChanged)
}

fn work(
    engine: &dyn Engine,
    seen: fn(Walls) -> Walls,
    memory: &mut Option<Memory>,
) -> Result<Reply, EngineError> {
    let job = read_job()?;
    std::env::set_current_dir(folder_of(&job)).map_err(|error| {
        let code = Code::of_io(&error).unwrap_or(Code::WorkerCrashed);
        EngineError::broken(Finding::error(code).arg(Arg::Path, folder_of(&job).display()), error)
    })?;
    let source = source_of(&job).map(open_source).transpose()?;
    let steady = source.map(Steady::begin).transpose().map_err(|error| unreadable(source_of(&job), error))?;
    *memory = Some(sandbox::limit(Budget::of(&job, steady.as_ref().map_or(0, Steady::bytes))));
    let walls = seen(sandbox::enter(&Reach::of(&job)));
    if limits_of(&job).require_sandbox && !walls.all_stand() {
        let detail = format!("not all walls stand: {walls:?}");
        return Err(EngineError::broken(Finding::error(Code::SandboxMissing), detail));
    }
    let mut progress = throttled();
    let failed = |error| unreadable(source_of(&job), error);
    if let (Job::Render(RenderJob { sha256: Some(sha256), .. }), Some(steady)) = (&job, &steady)
        && !steady.holds(sha256, &mut || progress(0, 0)).map_err(failed)?
    {
        return Err(steady::changed());
    }
    let source = steady.as_ref().map(Steady::reader).transpose().map_err(failed)?;
    let reply = perform(engine, &job, (source, walls), &mut progress);
    // First, since a source that changed is also the cause of whatever went wrong with it.
    if let Some(fault) = steady.and_then(|steady| steady.fault()) {
        return Err(fault);
    }
    reply
}

fn perform(
    engine: &dyn Engine,
    job: &Job,
    (source, walls): (Option<File>, Walls),
    mut progress: &mut dyn FnMut(u64, u64),
) -> Result<Reply, EngineError> {
    match (job, source) {
        (Job::Inspect(job), Some(source)) => {
            engine.inspect(job, source, &mut progress).map(|inspection| Reply::Inspected { inspection })
        }
        (Job::Render(job), Some(source)) => {
            engine.render(job, source, &mut progress).map(|rendered| Reply::Rendered { rendered })
        }
        (Job::Stills(job), Some(source)) => {
            engine.stills(job, source, &mut progress).map(|shown_us| Reply::Stills { shown_us })
        }
        (Job::Verify(job), _) => engine.verify(job, &mut progress).map(|files| Reply::Verified { files }),
        _ => Ok(diagnose(engine, walls)),
    }
}

fn diagnose(engine: &dyn Engine, walls: Walls) -> Reply {
    let mut diagnosis = engine.diagnose();
    diagnosis.landlock_abi = walls.landlock_abi;
    diagnosis.seccomp = walls.seccomp;
    Reply::Diagnosed { diagnosis }
}

fn folder_of(job: &Job) -> &Path {
    match job {
        Job::Render(job) => job.folder.as_path(),
        Job::Stills(job) => job.folder.as_path(),
        Job::Inspect(_) | Job::Verify(_) | Job::Diagnose => Path::new("/"),
    }
}

fn broken(why: &dyn ToString) -> EngineError {
    EngineError::broken(Finding::error(Code::WorkerCrashed), why.to_string())
}

fn read_job() -> Result<Job, EngineError> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_JOB_BYTES).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| broken(&format!("the job cannot be read: {error}")))
}

/// A share that hangs and a right that is missing pass: that is no verdict on the file.
fn unreadable(path: Option<&Path>, error: io::Error) -> EngineError {
    let code = match (error.kind(), Code::of_io(&error)) {
        (io::ErrorKind::NotFound, _) => Code::SourceMissing,
        (_, Some(code @ (Code::TooManyOpenFiles | Code::MachineBusy))) => code,
        _ => Code::SourceUnreadable,
    };
    let finding = Finding::error(code).detail(&error);
    EngineError::broken(path.map_or(finding.clone(), |path| finding.arg(Arg::Path, path.display())), error)
}

fn source_of(job: &Job) -> Option<&Path> {
    match job {
        Job::Inspect(job) => Some(job.source.as_path()),
        Job::Render(job) => Some(job.source.as_path()),
        Job::Stills(job) => Some(job.source.as_path()),
        Job::Verify(_) | Job::Diagnose => None,
    }
}

/// Opens a submitted file for reading. Anything but a regular file is refused; a pipe is not waited for.
fn open_source(path: &Path) -> Result<File, EngineError> {
    files::open_without_links(path).map_err(|error| match error.kind() {
        // Not a regular file.
        io::ErrorKind::InvalidInput => {
            let finding = Finding::error(Code::SourceUnreadable).arg(Arg::Path, path.display());
            EngineError::refused(finding.detail(&error), error)
        }
        _ => unreadable(Some(path), error),
    })
}

/// Writes a line for the first call and at most one every [`BETWEEN_LINES`] after it.
fn throttled() -> impl FnMut(u64, u64) {
    let mut last: Option<Instant> = None;
    move |done_us, total_us| {
        if last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES) {
            last = Some(Instant::now());
            // A client that is gone kills this process; there is nobody to tell.
            let _ = say(&WorkerEvent::Progress { done_us, total_us });
        }
    }
}

fn say(event: &WorkerEvent) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}
