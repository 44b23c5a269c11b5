//! The main process' side of the fork server: starts it when it is needed, orders workers, ends them.

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

/// Tells a server whose child it is, so that it notices a parent that ended before it could look.
pub(super) const PARENT: &str = "JINCAI_PARENT";

/// Blocks up to this are kept for reuse by the C library: 32 MiB, the most that it allows.
const KEPT_BLOCK_BYTES: &str = "33554432";

/// And so much free memory an arena: a few pictures of 4K.
const KEPT_FREE_BYTES: &str = "134217728";

/// How long dropping a running worker waits for the process to be gone. Only a process that hangs in the kernel (a
/// dead network share) takes longer; it ends as soon as the kernel lets it. A server that does not even obey for so long
/// hangs itself, and is killed with its workers.
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

/// Where workers come from. Clones share one server, which starts with the first job and ends with the last clone.
#[derive(Clone, Debug)]
pub struct Workers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    program: WorkerProgram,
    server: Mutex<Option<Server>>,
}

impl Workers {
    pub fn of(program: WorkerProgram) -> Self {
        Self(Arc::new(Shared { program, server: Mutex::new(None) }))
    }

    /// Workers of this very program.
    pub fn this() -> Self {
        Self::of(WorkerProgram::this())
    }

    /// Starts a worker. It waits for its job on standard input.
    pub(super) fn start(&self) -> io::Result<Worker> {
        let (stdin, job) = io::pipe()?;
        let (events, stdout) = io::pipe()?;
        let (words, stderr) = io::pipe()?;
        let (ours, notices) = StdStream::pair()?;
        ours.set_nonblocking(true)?;
        let worker = Worker {
            stdin: Some(Sender::from_owned_fd(job.into())?),
            stdout: Some(Receiver::from_owned_fd(events.into())?),
            stderr: Some(Receiver::from_owned_fd(words.into())?),
            notices: Some(UnixStream::from_std(ours)?),
            workers: self.clone(),
            asked: false,
            ended: None,
        };
        self.order(&SpawnRequest {
            stdin: stdin.into(),
            stdout: stdout.into(),
            stderr: stderr.into(),
            notices: notices.into(),
        })?;
        Ok(worker)
    }

    fn order(&self, order: &SpawnRequest) -> io::Result<()> {
        let mut server = self.0.server.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was killed from outside is replaced.
        if server.as_ref().is_some_and(|server| order.send(&server.orders).is_ok()) {
            return Ok(());
        }
        *server = None;
        order.send(&server.insert(Server::start(self.0.program.clone())?).orders)
    }
}

impl Shared {
    /// Kills the server, and the kernel its workers. The next order starts another one.
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
    orders: OwnedFd,
    process: Process,
}

impl Server {
    fn start(program: WorkerProgram) -> io::Result<Self> {
        let packets = SocketType::SEQPACKET;
        let (orders, theirs) = socketpair(AddressFamily::UNIX, packets, SocketFlags::CLOEXEC, None)?;
        Ok(Self { orders, process: Process::start(program, theirs)? })
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
    fn start(program: WorkerProgram, orders: OwnedFd) -> io::Result<Self> {
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new().name("fork-server".to_owned()).spawn(move || {
            let mut command = command(&program, orders);
            let started = command.spawn();
            // It holds the server's end of the socket, by whose closing the end of the server is noticed.
            drop(command);
            match started {
                Ok(mut process) => {
                    // Not waited for yet, so the number is its own.
                    let handle = Pid::from_raw(process.id() as i32).ok_or(Errno::SRCH);
                    let handle = handle.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()));
                    let _ = tell.send(handle.map_err(io::Error::from));
                    let _ = process.wait();
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        })?;
        let handle =
            told.recv().unwrap_or_else(|_| Err(io::Error::other("the thread that starts workers ended")))?;
        Ok(Self { handle, thread: Some(thread) })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fields are dropped in their order: the server has been told by now that nobody orders any more.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn command(program: &WorkerProgram, orders: OwnedFd) -> Command {
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
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::from(orders))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A worker that was ordered. Dropping it kills the process and waits until it is gone, so that its folder can be
/// removed at once.
#[derive(Debug)]
pub(super) struct Worker {
    pub stdin: Option<Sender>,
    pub stdout: Option<Receiver>,
    pub stderr: Option<Receiver>,
    notices: Option<UnixStream>,
    workers: Workers,
    /// Its end was asked for, and the server has not said that it obeyed.
    asked: bool,
    ended: Option<ExitStatus>,
}

impl Worker {
    /// Asks for the worker's end; [`Self::wait`] says when it came.
    pub fn kill(&mut self) {
        self.asked = self.ended.is_none();
        if let Some(notices) = &self.notices {
            // Fails when the server is gone, and its workers with it.
            let _ = rustix::net::shutdown(notices, rustix::net::Shutdown::Write);
        }
    }

    /// Waits for the worker's end. May be given up and called again.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended {
                return Ok(status);
            }
            let notices = self.notices.as_ref().ok_or(io::ErrorKind::NotConnected)?;
            if self.asked {
                if let Ok(readable) = timeout(GONE_WITHIN, notices.readable()).await {
                    readable?;
                } else {
                    self.asked = false;
                    self.workers.0.kill_server();
                }
            } else {
                notices.readable().await?;
            }
            let mut bytes = [0; WorkerExit::BYTES];
            // A notice is one write of a few bytes, and so comes in one piece.
            match notices.try_read(&mut bytes) {
                Ok(WorkerExit::BYTES) => match WorkerExit::of_bytes(bytes) {
                    WorkerExit::Killed => self.asked = false,
                    WorkerExit::Ended(status) => self.ended = Some(status),
                    WorkerExit::NotStarted(error) => return Err(io::Error::from_raw_os_error(error)),
                },
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // The server was killed, and the kernel killed its workers.
                Ok(_) | Err(_) => self.ended = Some(ExitStatus::from_raw(Signal::KILL.as_raw())),
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.ended.is_some() {
            return;
        }
        let Some(mut notices) = self.notices.take().and_then(|notices| notices.into_std().ok()) else {
            return;
        };
        let waits = notices
            .shutdown(Shutdown::Write)
            .and_then(|()| notices.set_nonblocking(false))
            .and_then(|()| notices.set_read_timeout(Some(GONE_WITHIN)));
        if waits.is_err() {
            return;
        }
        let mut bytes = [0; WorkerExit::BYTES];
        match notices.read_exact(&mut bytes) {
            Ok(()) if WorkerExit::of_bytes(bytes) == WorkerExit::Killed => {
                drop(notices.read_exact(&mut bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.workers.0.kill_server(),
            Ok(()) | Err(_) => {}
        }
    }
}
