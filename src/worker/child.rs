//! The worker's side of the pipe: reads one job, writes events.

use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::Engine;
use super::budget::{Budget, limits_of};
use super::fork_client::PARENT_VARIABLE;
use super::fork_server::{self, Role};
use super::sandbox::{self, AllowedPaths, MemoryLimit, Walls};
use super::source_guard::{self, SourceGuard};
use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::job::{EngineError, FailureKind, Job, RenderJob, Reply, WorkerEvent};
use crate::model::value::Arg;

/// Largest serialised job. A render of a thousand outputs stays far below it.
const MAX_JOB_BYTES: u64 = 64 << 20;

/// Progress is written at most every 100 ms.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Forks workers on request. Each enters the sandbox, does the one job on its standard input and writes its events to
/// its standard output. Must be called on the first thread, before any other one exists.
pub fn serve(engine: &dyn Engine) -> ExitCode {
    serve_with_walls(engine, |walls| walls)
}

/// Works like [`serve`] but passes the state of the sandbox through `override_walls`, so that a test can pretend that a
/// wall is missing.
pub fn serve_with_walls(engine: &dyn Engine, override_walls: fn(Walls) -> Walls) -> ExitCode {
    let parent = std::env::var(PARENT_VARIABLE).ok().and_then(|pid| pid.parse().ok());
    if !sandbox::die_with_parent(parent) {
        return ExitCode::FAILURE;
    }
    sandbox::lower_open_file_limit();
    match fork_server::wait() {
        Ok(Role::Worker) => execute_job(engine, override_walls),
        Ok(Role::Done) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn execute_job(engine: &dyn Engine, override_walls: fn(Walls) -> Walls) -> ExitCode {
    let mut memory = None;
    let outcome = catch_unwind(AssertUnwindSafe(|| run_job(engine, override_walls, &mut memory)));
    let memory_exhausted = !matches!(outcome, Ok(Ok(_))) && memory.is_some_and(MemoryLimit::nearly_reached);
    let event = match outcome {
        Ok(Ok(reply)) => WorkerEvent::Done { reply: Box::new(reply) },
        // Also for errors that blame the file: without memory nothing can be said about its content.
        Ok(Err(error)) if memory_exhausted && !has_other_cause(error.finding.code) => WorkerEvent::Failed {
            finding: Finding::error(Code::WorkerOutOfMemory),
            detail: error.to_string(),
        },
        Err(_) if memory_exhausted => WorkerEvent::Failed {
            finding: Finding::error(Code::WorkerOutOfMemory),
            detail: "panic".to_owned(),
        },
        Ok(Err(error)) => match error.kind {
            FailureKind::Refused => WorkerEvent::Refused { finding: *error.finding },
            FailureKind::Broken => WorkerEvent::Failed { finding: *error.finding, detail: error.detail },
        },
        // The panic message is on standard error already.
        Err(_) => {
            WorkerEvent::Failed { finding: Finding::error(Code::WorkerCrashed), detail: "panic".to_owned() }
        }
    };
    match write_event(&event) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Returns true for causes that a lack of memory cannot produce.
fn has_other_cause(code: Code) -> bool {
    matches!(code, Code::DiskFull | Code::SourceChanged)
}

fn run_job(
    engine: &dyn Engine,
    override_walls: fn(Walls) -> Walls,
    memory: &mut Option<MemoryLimit>,
) -> Result<Reply, EngineError> {
    let job = read_job()?;
    std::env::set_current_dir(working_folder(&job)).map_err(|error| {
        let code = Code::of_io(&error).unwrap_or(Code::WorkerCrashed);
        EngineError::broken(Finding::error(code).arg(Arg::Path, working_folder(&job).display()), error)
    })?;
    let source = source_of(&job).map(open_source).transpose()?;
    let guard =
        source.map(SourceGuard::begin).transpose().map_err(|error| unreadable(source_of(&job), error))?;
    *memory = Some(sandbox::limit(Budget::of(&job, guard.as_ref().map_or(0, SourceGuard::bytes))));
    let walls = override_walls(sandbox::confine(&AllowedPaths::of(&job)));
    if limits_of(&job).require_sandbox && !walls.all_stand() {
        let detail = format!("not all walls stand: {walls:?}");
        return Err(EngineError::broken(Finding::error(Code::SandboxMissing), detail));
    }
    let mut progress = throttled_progress();
    let failed = |error| unreadable(source_of(&job), error);
    if let (Job::Render(RenderJob { sha256: Some(sha256), .. }), Some(guard)) = (&job, &guard)
        && !guard.has_sha256(sha256, &mut || progress(0, 0)).map_err(failed)?
    {
        return Err(source_guard::changed());
    }
    let source = guard.as_ref().map(SourceGuard::reader).transpose().map_err(failed)?;
    let reply = perform(engine, &job, source, walls, &mut progress);
    // Checked first: a source that changed is also the cause of whatever else went wrong with it.
    if let Some(change_error) = guard.and_then(|guard| guard.change_error()) {
        return Err(change_error);
    }
    reply
}

fn perform(
    engine: &dyn Engine,
    job: &Job,
    source: Option<File>,
    walls: Walls,
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
        (Job::Table(_), Some(source)) => engine.table(source).map(|table| Reply::Table { table }),
        (Job::Form(job), Some(source)) => engine.form(job, source).map(|form| Reply::Form { form }),
        (Job::Reel(job), _) => engine.reel(job, &mut progress).map(|reel| Reply::Reel { reel }),
        (Job::Package(job), _) => {
            engine.package(job, &mut progress).map(|contents| Reply::Package { contents })
        }
        (Job::Paper(job), Some(source)) => engine.paper(job, source).map(|paper| Reply::Paper { paper }),
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

fn working_folder(job: &Job) -> &Path {
    match job {
        Job::Render(job) => job.folder.as_path(),
        Job::Stills(job) => job.folder.as_path(),
        Job::Reel(job) => job.folder.as_path(),
        Job::Paper(job) => job.folder.as_path(),
        Job::Form(job) => job.folder.as_ref().map_or(Path::new("/"), |folder| folder.as_path()),
        Job::Inspect(_) | Job::Verify(_) | Job::Table(_) | Job::Package(_) | Job::Diagnose => Path::new("/"),
    }
}

fn bad_job(why: &dyn ToString) -> EngineError {
    EngineError::broken(Finding::error(Code::WorkerCrashed), why.to_string())
}

fn read_job() -> Result<Job, EngineError> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_JOB_BYTES).read_to_end(&mut bytes).map_err(|error| bad_job(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| bad_job(&format!("the job cannot be read: {error}")))
}

/// Describes a source that cannot be opened or read. The failure is `Broken`, not `Refused`: a share that hangs or a
/// missing permission is temporary and no verdict on the file.
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
        Job::Table(job) => Some(job.source.as_path()),
        Job::Form(job) => Some(job.source.as_path()),
        Job::Paper(job) => Some(job.source.as_path()),
        Job::Verify(_) | Job::Reel(_) | Job::Package(_) | Job::Diagnose => None,
    }
}

/// Opens a submitted file for reading. Refuses anything but a regular file; does not block on a pipe.
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

/// Returns a callback that writes a progress event for the first call and at most one every [`PROGRESS_INTERVAL`] after it.
fn throttled_progress() -> impl FnMut(u64, u64) {
    let mut last: Option<Instant> = None;
    move |done_us, total_us| {
        if last.is_none_or(|last| last.elapsed() >= PROGRESS_INTERVAL) {
            last = Some(Instant::now());
            // Without a client this process is killed; there is nobody to report to.
            let _ = write_event(&WorkerEvent::Progress { done_us, total_us });
        }
    }
}

fn write_event(event: &WorkerEvent) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}
