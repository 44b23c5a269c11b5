//! Real worker processes, behind the real walls: this executable starts itself as the worker, with an engine that
//! misbehaves as told. It is its own test harness, because a worker's standard output must hold events alone.

mod engine;
mod sources;
mod stalls;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;

use engine::{BEHAVIOUR, TestEngine};
use jincai::model::config::Limits;
use jincai::model::finding::{Code, Finding};
use jincai::model::job::{EngineError, FailureKind, InspectJob, Job, RenderJob, Reply};
use jincai::model::value::Arg;
use jincai::text::hex;
use jincai::worker::{Walls, WorkerProgram, Workers, run, serve, serve_with_walls};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, WaitOptions, getrlimit, kill_process, pidfd_open,
    set_child_subreaper, setrlimit, test_kill_process, waitpid,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Set for the process that plays a main process which gets killed.
const PARENT_OF: &str = "JINCAI_TEST_PARENT_OF";

type Outcome = Result<(), Box<dyn Error>>;

/// Ends a test that finds out only here that it cannot be done to its end on this machine.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Ignored(&'static str);

type Test = (&'static str, fn() -> Outcome);

const TESTS: &[Test] = &[
    (
        "the_sandbox_lets_the_work_through_and_nothing_else",
        the_sandbox_lets_the_work_through_and_nothing_else,
    ),
    (
        "a_missing_wall_is_seen_and_where_it_is_demanded_nothing_is_done",
        a_missing_wall_is_seen_and_where_it_is_demanded_nothing_is_done,
    ),
    ("the_network_kills_the_worker", || signal_of("connect", "SIGSYS")),
    ("starting_a_program_in_its_place_kills_the_worker", || signal_of("exec", "SIGSYS")),
    ("an_abort_is_a_crash", || signal_of("abort", "SIGABRT")),
    ("a_killed_worker_is_a_crash", a_killed_worker_is_a_crash),
    (
        "stalls::a_stopped_worker_is_stalled_and_leaves_no_orphan",
        stalls::a_stopped_worker_is_stalled_and_leaves_no_orphan,
    ),
    (
        "stalls::a_worker_that_gets_little_of_the_machine_is_waited_for",
        stalls::a_worker_that_gets_little_of_the_machine_is_waited_for,
    ),
    (
        "stalls::a_worker_that_computes_without_end_is_stalled",
        stalls::a_worker_that_computes_without_end_is_stalled,
    ),
    ("dropping_a_job_ends_its_process_at_once", dropping_a_job_ends_its_process_at_once),
    ("a_worker_dies_with_its_parent", a_worker_dies_with_its_parent),
    ("workers_hold_no_file_of_each_other", workers_hold_no_file_of_each_other),
    (
        "a_worker_may_open_few_files_whatever_its_parent_may",
        a_worker_may_open_few_files_whatever_its_parent_may,
    ),
    ("a_fork_server_that_is_killed_is_replaced", a_fork_server_that_is_killed_is_replaced),
    ("a_fork_server_that_hangs_is_replaced", a_fork_server_that_hangs_is_replaced),
    ("memory_past_its_limit_is_named", memory_past_its_limit_is_named),
    ("a_file_past_its_limit_is_named", a_file_past_its_limit_is_named),
    ("cpu_time_past_its_limit_is_named", cpu_time_past_its_limit_is_named),
    ("a_panic_is_a_crash_with_its_words", a_panic_is_a_crash_with_its_words),
    ("nonsense_is_a_crash", nonsense_is_a_crash),
    ("a_reply_to_another_job_is_a_crash", a_reply_to_another_job_is_a_crash),
    ("a_refusal_comes_back_as_the_engine_said_it", a_refusal_comes_back_as_the_engine_said_it),
    (
        "sources::a_source_that_is_no_regular_file_is_refused",
        sources::a_source_that_is_no_regular_file_is_refused,
    ),
    (
        "sources::a_program_that_does_not_exist_is_an_error",
        sources::a_program_that_does_not_exist_is_an_error,
    ),
    ("sources::too_many_open_files_are_named_and_pass", sources::too_many_open_files_are_named_and_pass),
    (
        "sources::a_source_of_another_content_is_not_rendered",
        sources::a_source_of_another_content_is_not_rendered,
    ),
];

fn main() -> ExitCode {
    if std::env::var_os(BEHAVIOUR).is_some() {
        // All walls stand, and one of them is said not to.
        return match std::env::var(BEHAVIOUR).as_deref() {
            Ok("no landlock") => serve_with_walls(&TestEngine, |walls| Walls { landlock_abi: 0, ..walls }),
            Ok("no seccomp") => serve_with_walls(&TestEngine, |walls| Walls { seccomp: false, ..walls }),
            _ => serve(&TestEngine),
        };
    }
    if let Some(folder) = std::env::var_os(PARENT_OF) {
        return main_process(Path::new(&folder));
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let chosen =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    let list = arguments.iter().any(|argument| argument == "--list");
    // None is marked to be ignored.
    let all = !arguments.iter().any(|argument| argument == "--ignored");
    let tests = || TESTS.iter().filter(|(name, _)| all && chosen(name));
    if list {
        tests().for_each(|(name, _)| say(&format!("{name}: test")));
        return ExitCode::SUCCESS;
    }
    let [mut passed, mut failed, mut ignored] = [0; 3];
    for (name, body) in tests() {
        let (count, ended) = match std::panic::catch_unwind(body) {
            Ok(Ok(())) => (&mut passed, "ok".to_owned()),
            Ok(Err(error)) if error.is::<Ignored>() && !is_everything_asked_for() => {
                (&mut ignored, format!("ignored, {error}"))
            }
            Ok(Err(error)) => (&mut failed, format!("FAILED: {error}")),
            Err(_) => (&mut failed, "FAILED".to_owned()),
        };
        *count += 1;
        say(&format!("test {name} ... {ended}"));
    }
    let result = if failed == 0 { "ok" } else { "FAILED" };
    say(&format!("\ntest result: {result}. {passed} passed; {failed} failed; {ignored} ignored"));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether a test that cannot be done here fails instead of being ignored, as `.ci/test` has it.
fn is_everything_asked_for() -> bool {
    std::env::var("JINCAI_REQUIRE").is_ok_and(|value| value == "1")
}

fn the_sandbox_lets_the_work_through_and_nothing_else() -> Outcome {
    let case = Case::new(Limits::default())?;
    let Reply::Diagnosed { diagnosis } = work("diagnose", &Job::Diagnose, |_| {})? else {
        return Err("another reply".into());
    };
    let Reply::Rendered { rendered } = work("walls", &case.render, |_| {})? else {
        return Err("another reply".into());
    };
    let text = |finding: &Finding, name| finding.args[&name].notation().unwrap_or_default();
    let seen: BTreeMap<_, _> = rendered
        .findings
        .iter()
        .map(|finding| (text(finding, Arg::Found), text(finding, Arg::Detail)))
        .collect();
    for allowed in
        ["read the source", "write in the folder", "read in the folder", "run threads", "count cores"]
    {
        assert_eq!(seen.get(allowed).map(String::as_str), Some("ok"), "{allowed}: {seen:?}");
    }
    assert!(diagnosis.seccomp, "no system-call filter on this machine");
    assert_ne!(seen["start a program"], "ok", "{seen:?}");
    if diagnosis.landlock_abi == 0 {
        return Err(Ignored("needs Landlock: files outside the job were not tried").into());
    }
    for forbidden in
        ["read /etc/passwd", "read beside the source", "write outside", "list /", "make a folder"]
    {
        assert_ne!(seen[forbidden], "ok", "{forbidden}: {seen:?}");
    }
    assert!(!case.folder.path().join("outside").exists());
    Ok(())
}

fn a_missing_wall_is_seen_and_where_it_is_demanded_nothing_is_done() -> Outcome {
    for behaviour in ["no landlock", "no seccomp"] {
        let Reply::Diagnosed { diagnosis } = work(behaviour, &Job::Diagnose, |_| {})? else {
            return Err("another reply".into());
        };
        assert!(!diagnosis.is_fenced(), "{diagnosis:?}");
        // The engine answers every render with a refusal.
        let case = Case::new(Limits::default())?;
        assert_eq!(failure(behaviour, &case.render, |_| {})?.finding.code, Code::NotMedia);
        let case = Case::new(Limits { require_sandbox: true, ..Limits::default() })?;
        let error = failure(behaviour, &case.render, |_| {})?;
        assert_eq!((error.finding.code, error.kind), (Code::SandboxMissing, FailureKind::Broken));
    }
    Ok(())
}

fn a_worker_may_open_few_files_whatever_its_parent_may() -> Outcome {
    let all = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: all, maximum: all })?;
    let case = Case::new(Limits::default())?;
    let mut limits = String::new();
    failure("beat", &case.render, |pid| {
        let pid_file = format!("/proc/{}/limits", pid.as_raw_nonzero());
        limits = std::fs::read_to_string(pid_file).expect("it runs");
        kill_process(pid, Signal::KILL).expect("it runs");
    })?;
    let files = limits.lines().find(|line| line.starts_with("Max open files")).ok_or("no such line")?;
    assert_eq!(files.split_whitespace().skip(3).take(2).collect::<Vec<_>>(), ["256", "256"]);
    Ok(())
}

fn a_killed_worker_is_a_crash() -> Outcome {
    let case = Case::new(Limits::default())?;
    let error = failure("beat", &case.render, |pid| kill_process(pid, Signal::KILL).expect("it runs"))?;
    assert_eq!(error.finding.code, Code::WorkerCrashed);
    assert_eq!(error.finding.args[&Arg::Signal], "SIGKILL".into());
    assert_eq!(error.kind, FailureKind::Broken);
    Ok(())
}

fn dropping_a_job_ends_its_process_at_once() -> Outcome {
    let case = Case::new(Limits::default())?;
    let workers = workers("beat")?;
    let (begun, begin) = std::sync::mpsc::channel();
    let pid = runtime()?.block_on(async {
        let mut tell = |pid, _| begun.send(pid).expect("somebody listens");
        let mut job = Box::pin(run(&workers, &case.render, &mut tell));
        // Runs the job until it has reported its process once.
        std::future::poll_fn(|context| {
            assert!(job.as_mut().poll(context).is_pending(), "it ended by itself");
            match begin.try_recv() {
                Ok(pid) => std::task::Poll::Ready(pid),
                Err(_) => std::task::Poll::Pending,
            }
        })
        .await
    });
    assert!(test_kill_process(pid_of(pid)).is_err(), "the process is still there");
    Ok(())
}

fn a_worker_dies_with_its_parent() -> Outcome {
    let case = Case::new(Limits::default())?;
    let mut parent = Command::new(std::env::current_exe()?)
        .env(PARENT_OF, case.folder.path())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(parent.stdout.take().ok_or("no pipe")?).read_line(&mut line)?;
    let pid = pid_of(line.trim().parse()?);
    let worker = pidfd_open(pid, PidfdFlags::empty())?;
    // So that it cannot end by itself for want of a listener.
    kill_process(pid, Signal::STOP)?;
    parent.kill()?;
    parent.wait()?;
    // Whether its server still saw it end, or the kernel ended both: it is gone.
    let patience = Timespec { tv_sec: 60, tv_nsec: 0 };
    assert_eq!(poll(&mut [PollFd::new(&worker, PollFlags::IN)], Some(&patience))?, 1, "it still runs");
    Ok(())
}

/// Plays the main process of [`a_worker_dies_with_its_parent`]: runs a job and says which process does it.
fn main_process(folder: &Path) -> ExitCode {
    let job = render_in(folder, Limits::default());
    match work("beat", &job, |pid| say(&pid.as_raw_nonzero().to_string())) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Two workers of one server, at work at the same time.
fn workers_hold_no_file_of_each_other() -> Outcome {
    let cases = [Case::new(Limits::default())?, Case::new(Limits::default())?];
    let workers = workers("beat")?;
    let seen = Mutex::new((BTreeSet::new(), Vec::new()));
    let on_progress = |pid, _| {
        let mut seen = seen.lock().expect("nobody panicked");
        seen.0.insert(pid);
        if seen.0.len() == 2 && seen.1.is_empty() {
            let pids: Vec<u64> = seen.0.iter().copied().collect();
            seen.1 = pids.iter().map(|pid| files_of(*pid)).collect();
            pids.into_iter().for_each(|pid| kill_process(pid_of(pid), Signal::KILL).expect("it runs"));
        }
    };
    let (mut first, mut second) = (on_progress, on_progress);
    let ended = runtime()?.block_on(async {
        tokio::join!(
            run(&workers, &cases[0].render, &mut first),
            run(&workers, &cases[1].render, &mut second)
        )
    });
    assert!(ended.0.is_err() && ended.1.is_err(), "they were killed");
    let (pids, files) = seen.into_inner()?;
    assert_eq!((pids.len(), files.len()), (2, 2));
    // What this process was started with, everything it starts has as well.
    let inherited = files_of(std::process::id().into());
    for (pid, mut files) in pids.into_iter().zip(files) {
        // What the kernel says of the worker itself.
        let own = format!("/proc/{pid}/status");
        files.retain(|file| !inherited.contains(file) && *file != own);
        let source = files.iter().filter(|file| file.ends_with("source.mp4")).count();
        let pipes = files.iter().filter(|file| file.starts_with("pipe:")).count();
        // The source twice: its engine reads it, and the worker watches over it meanwhile.
        assert_eq!((source, pipes, files.len()), (2, 3, 5), "{files:?}");
    }
    Ok(())
}

/// What the open files of a process lead to.
fn files_of(pid: u64) -> Vec<String> {
    let folder = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs");
    let file = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read_link(entry.ok()?.path()).ok();
    folder.filter_map(file).map(|path| path.to_string_lossy().into_owned()).collect()
}

fn a_fork_server_that_is_killed_is_replaced() -> Outcome {
    let case = Case::new(Limits::default())?;
    set_child_subreaper(Some(rustix::process::getpid()))?;
    let workers = workers("beat")?;
    let runtime = runtime()?;
    let mut worker = None;
    let mut kill_server = |pid, _| {
        if worker.replace(pid_of(pid)).is_none() {
            kill_process(pid_of(parent_of(pid)), Signal::KILL).expect("it runs");
        }
    };
    let error = runtime.block_on(run(&workers, &case.render, &mut kill_server)).err().ok_or("it went on")?;
    assert_eq!(error.finding.code, Code::WorkerCrashed, "{}", error.detail);
    assert_eq!(error.finding.args[&Arg::Signal], "SIGKILL".into());
    runtime.block_on(run(&workers, &Job::Diagnose, &mut |_, _| {})).map_err(|error| error.detail)?;
    // The first server has been waited for, so its worker has come to this process.
    let (_, status) = waitpid(worker, WaitOptions::empty())?.ok_or("no status")?;
    assert_eq!(status.terminating_signal(), Some(Signal::KILL.as_raw()));
    Ok(())
}

/// It neither starts nor ends a worker any more.
fn a_fork_server_that_hangs_is_replaced() -> Outcome {
    let case = Case::new(Limits { stall_s: 1, ..Limits::default() })?;
    let workers = workers("beat")?;
    let runtime = runtime()?;
    let mut stopped = None;
    let mut stop_both = |pid, _| {
        if stopped.replace(pid_of(pid)).is_none() {
            kill_process(pid_of(parent_of(pid)), Signal::STOP).expect("it runs");
            kill_process(pid_of(pid), Signal::STOP).expect("it runs");
        }
    };
    let error = runtime.block_on(run(&workers, &case.render, &mut stop_both)).err().ok_or("it went on")?;
    assert_eq!(error.finding.code, Code::WorkerStalled, "{}", error.detail);
    runtime.block_on(run(&workers, &Job::Diagnose, &mut |_, _| {})).map_err(|error| error.detail)?;
    Ok(())
}

fn parent_of(pid: u64) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:")).expect("every process has one");
    line.trim().parse().expect("a number")
}

fn memory_past_its_limit_is_named() -> Outcome {
    let case = Case::new(Limits { worker_memory_mb: 768, ..Limits::default() })?;
    let error = failure("allocate", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerOutOfMemory, "{}", error.detail);
    assert_eq!(error.finding.limit, Some("768 MB".into()));
    // An encoder that only complains.
    let error = failure("complain", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerOutOfMemory, "{}", error.detail);
    // Too little even to begin.
    let case = Case::new(Limits { worker_memory_mb: 1, ..Limits::default() })?;
    let error = failure("allocate", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerOutOfMemory, "{}", error.detail);
    Ok(())
}

fn a_file_past_its_limit_is_named() -> Outcome {
    let case = Case::new(Limits { output_max_bytes: 1 << 20, ..Limits::default() })?;
    let error = failure("fill", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerOutputTooLarge, "{}", error.detail);
    assert_eq!(error.finding.limit, Some("1 MB".into()));
    Ok(())
}

fn cpu_time_past_its_limit_is_named() -> Outcome {
    let case = Case::new(Limits { worker_cpu_at_least_s: 1, ..Limits::default() })?;
    let error = failure("spin", &case.render, |_| {})?;
    let limit = error.finding.limit.and_then(|limit| limit.notation());
    let limit = limit.as_deref();
    match error.finding.code {
        // The machine is busy with other things: that is no word of the file.
        Code::WorkerStarved => assert_eq!(limit, Some("4 s")),
        code => assert_eq!((code, limit), (Code::WorkerTimedOut, Some("1 s")), "{}", error.detail),
    }
    Ok(())
}

fn a_panic_is_a_crash_with_its_words() -> Outcome {
    let case = Case::new(Limits::default())?;
    let error = failure("panic", &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerCrashed);
    assert!(error.detail.contains("words of the panic"), "{}", error.detail);
    Ok(())
}

fn nonsense_is_a_crash() -> Outcome {
    let case = Case::new(Limits::default())?;
    assert_eq!(failure("nonsense", &case.render, |_| {})?.finding.code, Code::WorkerCrashed);
    assert_eq!(failure("leave", &case.render, |_| {})?.finding.code, Code::WorkerCrashed);
    Ok(())
}

fn a_reply_to_another_job_is_a_crash() -> Outcome {
    let case = Case::new(Limits::default())?;
    assert_eq!(failure("other reply", &case.render, |_| {})?.finding.code, Code::WorkerCrashed);
    Ok(())
}

fn a_refusal_comes_back_as_the_engine_said_it() -> Outcome {
    let case = Case::new(Limits::default())?;
    let error = failure("refuse", &case.render, |_| {})?;
    assert_eq!((error.finding.code, error.kind), (Code::NotMedia, FailureKind::Refused));
    Ok(())
}

fn signal_of(behaviour: &str, signal: &str) -> Outcome {
    let case = Case::new(Limits::default())?;
    let error = failure(behaviour, &case.render, |_| {})?;
    assert_eq!(error.finding.code, Code::WorkerCrashed, "{}", error.detail);
    assert_eq!(error.finding.args[&Arg::Signal], signal.into());
    Ok(())
}

/// A render job with a source beside its folder and an open folder of its own.
struct Case {
    folder: TempDir,
    render: Job,
}

impl Case {
    fn new(limits: Limits) -> Result<Self, Box<dyn Error>> {
        let folder = TempDir::new()?;
        let render = render_in(folder.path(), limits);
        Ok(Self { folder, render })
    }
}

fn render_in(folder: &Path, limits: Limits) -> Job {
    let (source, inner) = (folder.join("来源 source.mp4"), folder.join("inner"));
    std::fs::write(&source, "a source").expect("a temporary folder can be written to");
    std::fs::write(folder.join("beside"), "private").expect("likewise");
    std::fs::create_dir_all(&inner).expect("likewise");
    Job::Render(RenderJob {
        source: source.into(),
        sha256: None,
        folder: inner.into(),
        limits,
        threads: 1,
        pictures: Vec::new(),
        sounds: Vec::new(),
        outputs: Vec::new(),
        stills: Vec::new(),
    })
}

fn workers(behaviour: &str) -> Result<Workers, Box<dyn Error>> {
    Ok(Workers::of(WorkerProgram {
        path: std::env::current_exe()?,
        args: Vec::new(),
        env: vec![(BEHAVIOUR.into(), behaviour.into())],
    }))
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Runs a job; `begun` gets the worker's process once, when it reports it.
fn work(behaviour: &str, job: &Job, mut begun: impl FnMut(Pid) + Send) -> Result<Reply, EngineError> {
    let workers = workers(behaviour).expect("this program knows its path");
    let mut first = true;
    let mut on_progress = |pid, _| {
        if std::mem::take(&mut first) {
            begun(pid_of(pid));
        }
    };
    runtime().expect("a runtime starts").block_on(run(&workers, job, &mut on_progress))
}

fn failure(behaviour: &str, job: &Job, begun: impl FnMut(Pid) + Send) -> Result<EngineError, Box<dyn Error>> {
    match work(behaviour, job, begun) {
        Ok(reply) => Err(format!("it succeeded: {reply:?}").into()),
        Err(error) => Ok(error),
    }
}

fn pid_of(number: u64) -> Pid {
    i32::try_from(number).ok().and_then(Pid::from_raw).expect("workers report their process")
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
