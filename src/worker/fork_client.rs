//! The main process' side of the fork server: starts it on demand, requests workers and ends them.

use std::ffi::OsString;
use std::io::{self, Read};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::net::UnixStream;
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::time::timeout;

use super::SUBCOMMAND;
use super::spawn_protocol::{SpawnRequest, WorkerExit};

/// Environment variable with the process ID of the server's parent, by which the server notices a parent that ended
/// before it asked for the parent's death signal.
pub(super) const PARENT_VARIABLE: &str = "JINCAI_PARENT";

/// glibc keeps freed blocks up to this size for reuse: 32 MiB, the most that `M_MMAP_THRESHOLD` allows.
const MMAP_THRESHOLD_BYTES: &str = "33554432";

/// Free memory that glibc keeps in an arena (`M_TRIM_THRESHOLD`): a few 4K frames.
const TRIM_THRESHOLD_BYTES: &str = "134217728";

/// Longest wait for a killed worker to end. Only a process that is blocked in the kernel (by a dead network share) takes
/// longer; it ends as soon as the kernel lets it. A server that does not acknowledge within this time hangs itself and is
/// killed with its workers.
const KILL_TIMEOUT: Duration = Duration::from_secs(2);

/// The program to start as the server of workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerProgram {
    pub path: PathBuf,
    pub args: Vec<OsString>,
    /// Added to the few environment variables that a worker gets.
    pub env: Vec<(OsString, OsString)>,
}

impl WorkerProgram {
    /// Returns the running program, even when an update has replaced its file.
    pub fn this() -> Self {
        Self { path: "/proc/self/exe".into(), args: vec![SUBCOMMAND.into()], env: Vec::new() }
    }
}

/// A source of workers. Clones share one server, which starts with the first job and ends with the last clone.
#[derive(Clone, Debug)]
pub struct Workers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    program: WorkerProgram,
    server: Mutex<Option<Server>>,
}

impl Workers {
    /// Returns workers of a program.
    pub fn of(program: WorkerProgram) -> Self {
        Self(Arc::new(Shared { program, server: Mutex::new(None) }))
    }

    /// Returns workers of the running program.
    pub fn this() -> Self {
        Self::of(WorkerProgram::this())
    }

    /// Starts a worker, which waits for its job on standard input.
    pub(super) fn start(&self) -> io::Result<Worker> {
        let (stdin, job) = io::pipe()?;
        let (events, stdout) = io::pipe()?;
        let (diagnostics, stderr) = io::pipe()?;
        let (ours, notices) = StdStream::pair()?;
        ours.set_nonblocking(true)?;
        let worker = Worker {
            stdin: Some(Sender::from_owned_fd(job.into())?),
            stdout: Some(Receiver::from_owned_fd(events.into())?),
            stderr: Some(Receiver::from_owned_fd(diagnostics.into())?),
            notices: Some(UnixStream::from_std(ours)?),
            workers: self.clone(),
            kill_pending: false,
            pid: None,
            exit_status: None,
        };
        self.request(&SpawnRequest {
            stdin: stdin.into(),
            stdout: stdout.into(),
            stderr: stderr.into(),
            notices: notices.into(),
        })?;
        Ok(worker)
    }

    /// Sends a request to the server. Starts one if none runs or the last one is gone.
    fn request(&self, request: &SpawnRequest) -> io::Result<()> {
        let mut server = self.0.server.lock().unwrap_or_else(PoisonError::into_inner);
        // Sending fails when the server was killed from outside; it is replaced.
        if server.as_ref().is_some_and(|server| request.send(&server.requests).is_ok()) {
            return Ok(());
        }
        *server = None;
        request.send(&server.insert(Server::start(self.0.program.clone())?).requests)
    }
}

impl Shared {
    /// Kills the server; the kernel then kills its workers. The next request starts another server.
    fn kill_server(&self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            // Fails when it has ended already.
            let _ = pidfd_send_signal(&server.process.handle, Signal::KILL);
        }
    }
}

/// A running fork server. Dropping it ends the process and waits for it.
#[derive(Debug)]
struct Server {
    requests: OwnedFd,
    process: Process,
}

impl Server {
    fn start(program: WorkerProgram) -> io::Result<Self> {
        let packets = SocketType::SEQPACKET;
        let (requests, theirs) = socketpair(AddressFamily::UNIX, packets, SocketFlags::CLOEXEC, None)?;
        Ok(Self { requests, process: Process::start(program, theirs)? })
    }
}

/// The thread that starts the server and waits for its end.
///
/// The kernel kills the server when the *thread* that started it ends, and threads of the async runtime may end at any
/// time; this one stays.
#[derive(Debug)]
struct Process {
    handle: OwnedFd,
    thread: Option<JoinHandle<()>>,
}

impl Process {
    fn start(program: WorkerProgram, requests: OwnedFd) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new().name("fork-server".to_owned()).spawn(move || {
            let mut command = command(&program, requests);
            let started = command.spawn();
            // The command holds a copy of the server's end of the socket; without it, the socket closes with the server.
            drop(command);
            match started {
                Ok(mut process) => {
                    // Not waited for yet, so the process ID cannot have been reused.
                    let handle = Pid::from_raw(process.id() as i32).ok_or(Errno::SRCH);
                    let handle = handle.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()));
                    let _ = sender.send(handle.map_err(io::Error::from));
                    let _ = process.wait();
                }
                Err(error) => drop(sender.send(Err(error))),
            }
        })?;
        let handle = receiver
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that starts workers ended")))?;
        Ok(Self { handle, thread: Some(thread) })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fields are dropped in order of declaration: by now the socket is closed, which ends the server.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn command(program: &WorkerProgram, requests: OwnedFd) -> Command {
    let mut command = Command::new(&program.path);
    command
        .args(&program.args)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("RUST_BACKTRACE", "0")
        .env("AV_LOG_FORCE_NOCOLOR", "1")
        // Every further arena reserves 64 MiB of the limited address space.
        .env("MALLOC_ARENA_MAX", "8")
        // Every frame allocates and frees megabytes. By default glibc returns such blocks to the kernel, which clears
        // each page again on the next use: measured as 4 % of a render.
        .env("MALLOC_MMAP_THRESHOLD_", MMAP_THRESHOLD_BYTES)
        .env("MALLOC_TRIM_THRESHOLD_", TRIM_THRESHOLD_BYTES)
        .env(PARENT_VARIABLE, std::process::id().to_string());
    // The path of an FFmpeg that was built locally.
    if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    command
        .envs(program.env.iter().map(|(name, value)| (name, value)))
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::from(requests))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A requested worker. Dropping it kills the process and waits for its end, so that its folder can be removed at once.
#[derive(Debug)]
pub(super) struct Worker {
    pub stdin: Option<Sender>,
    pub stdout: Option<Receiver>,
    pub stderr: Option<Receiver>,
    notices: Option<UnixStream>,
    workers: Workers,
    /// The kill was requested, and the server has not acknowledged it.
    kill_pending: bool,
    /// Known once it started.
    pid: Option<Pid>,
    exit_status: Option<ExitStatus>,
}

impl Worker {
    /// Requests that the worker be killed; [`Self::wait`] returns when it has ended.
    pub fn kill(&mut self) {
        self.kill_pending = self.exit_status.is_none();
        if let Some(notices) = &self.notices {
            // Fails when the server is gone, and its workers with it.
            let _ = rustix::net::shutdown(notices, rustix::net::Shutdown::Write);
        }
    }

    /// Returns the worker's process ID, if it has started.
    pub fn pid(&mut self) -> Option<Pid> {
        if self.pid.is_none() && self.exit_status.is_none() {
            let mut bytes = [0; WorkerExit::BYTES];
            let read = self.notices.as_ref().map(|notices| notices.try_read(&mut bytes));
            if let Some(Ok(WorkerExit::BYTES)) = read {
                match WorkerExit::of_bytes(bytes) {
                    WorkerExit::Started(pid) => self.pid = Pid::from_raw(pid),
                    WorkerExit::Ended(status) => self.exit_status = Some(status),
                    WorkerExit::Killed | WorkerExit::NotStarted(_) => {}
                }
            }
        }
        self.pid
    }

    /// Waits for the worker's end. Safe to cancel and call again.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.exit_status {
                return Ok(status);
            }
            let notices = self.notices.as_ref().ok_or(io::ErrorKind::NotConnected)?;
            if self.kill_pending {
                if let Ok(readable) = timeout(KILL_TIMEOUT, notices.readable()).await {
                    readable?;
                } else {
                    self.kill_pending = false;
                    self.workers.0.kill_server();
                }
            } else {
                notices.readable().await?;
            }
            let mut bytes = [0; WorkerExit::BYTES];
            // A notice is one write of a few bytes and arrives whole.
            match notices.try_read(&mut bytes) {
                Ok(WorkerExit::BYTES) => match WorkerExit::of_bytes(bytes) {
                    WorkerExit::Killed => self.kill_pending = false,
                    WorkerExit::Started(pid) => self.pid = Pid::from_raw(pid),
                    WorkerExit::Ended(status) => self.exit_status = Some(status),
                    WorkerExit::NotStarted(error) => return Err(io::Error::from_raw_os_error(error)),
                },
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // The server was killed, and the kernel killed its workers.
                Ok(_) | Err(_) => self.exit_status = Some(ExitStatus::from_raw(Signal::KILL.as_raw())),
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.exit_status.is_some() {
            return;
        }
        let Some(mut notices) = self.notices.take().and_then(|notices| notices.into_std().ok()) else {
            return;
        };
        let waits = notices
            .shutdown(Shutdown::Write)
            .and_then(|()| notices.set_nonblocking(false))
            .and_then(|()| notices.set_read_timeout(Some(KILL_TIMEOUT)));
        if waits.is_err() {
            return;
        }
        let mut bytes = [0; WorkerExit::BYTES];
        loop {
            match notices.read_exact(&mut bytes).map(|()| WorkerExit::of_bytes(bytes)) {
                Ok(WorkerExit::Started(_)) => {}
                Ok(WorkerExit::Killed) => return drop(notices.read_exact(&mut bytes)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return self.workers.0.kill_server();
                }
                Ok(WorkerExit::Ended(_) | WorkerExit::NotStarted(_)) | Err(_) => return,
            }
        }
    }
}
