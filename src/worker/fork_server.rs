//! The process that workers are forked from.
//!
//! FFmpeg consists of well over a hundred shared libraries, and loading them takes longer than inspecting a short clip.
//! The server loads them once; forking a worker from it costs one or two milliseconds. The server never opens a submitted
//! file: it gives each worker its pipes, waits for it and reports its exit status to the main process. So every worker
//! starts from the same clean state, as a new process would; all share the same memory layout.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use fork::Fork;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, write};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, getpid, kill_process, pidfd_open, waitpid};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout, stdin};

use super::sandbox;
use super::spawn_protocol::{SpawnRequest, WorkerExit};

/// The role of this process when [`wait`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A requested worker: its job is on standard input.
    Worker,
    /// The server, after the last request.
    Done,
}

/// A worker that has not been reaped.
struct Running {
    pid: Pid,
    /// Becomes readable when the worker has ended.
    process: OwnedFd,
    notices: OwnedFd,
    killed: bool,
}

/// Receives requests from standard input, forks a worker for each and waits for them. Returns once in every worker, and
/// in the server at the end. Must be called while this process has one thread.
pub fn wait() -> io::Result<Role> {
    let server = getpid();
    let mut running = Vec::new();
    loop {
        if poll_once(stdin(), &mut running)? {
            let Some(request) = SpawnRequest::receive(stdin())? else { return Ok(Role::Done) };
            match fork::fork() {
                Ok(Fork::Child) => {
                    // Closes the descriptors of the other workers.
                    drop(running);
                    return become_worker(request, server);
                }
                Ok(Fork::Parent(pid)) => running.extend(Running::of(pid, request.notices)),
                Err(error) => {
                    send_notice(&request.notices, WorkerExit::NotStarted(error.raw_os_error().unwrap_or(0)))
                }
            }
        }
    }
}

fn become_worker(request: SpawnRequest, server: Pid) -> io::Result<Role> {
    if !sandbox::die_with_parent(Some(server.as_raw_nonzero().get())) {
        return Err(io::Error::other("the server ended first"));
    }
    dup2_stdin(&request.stdin)?;
    dup2_stdout(&request.stdout)?;
    dup2_stderr(&request.stderr)?;
    Ok(Role::Worker)
}

/// Waits for an event and handles those of running workers. Returns true when a request is waiting.
fn poll_once(requests: BorrowedFd<'_>, running: &mut Vec<Running>) -> io::Result<bool> {
    let mut watched = vec![PollFd::from_borrowed_fd(requests, PollFlags::IN)];
    for worker in running.iter() {
        watched.push(PollFd::new(&worker.process, PollFlags::IN));
        // Once killed, a half-closed socket means nothing new.
        let notices = if worker.killed { PollFlags::empty() } else { PollFlags::IN };
        watched.push(PollFd::new(&worker.notices, notices));
    }
    match poll(&mut watched, None) {
        Err(Errno::INTR) => return Ok(false),
        polled => polled?,
    };
    let ready: Vec<bool> = watched.iter().map(|file| !file.revents().is_empty()).collect();
    let (request, workers) = ready.split_first().unwrap_or((&false, &[]));
    let mut flags = workers.chunks(2);
    running.retain_mut(|worker| {
        let (ended, cancelled) = match flags.next() {
            Some(&[ended, cancelled]) => (ended, cancelled),
            _ => (false, false),
        };
        if ended {
            worker.report_exit();
        } else if cancelled {
            worker.kill();
        }
        !ended
    });
    Ok(*request)
}

impl Running {
    /// Starts to watch a worker. Kills it and returns `None` when that is impossible.
    fn of(pid: i32, notices: OwnedFd) -> Option<Self> {
        let pid = Pid::from_raw(pid)?;
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(process) => {
                send_notice(&notices, WorkerExit::Started(pid.as_raw_nonzero().get()));
                Some(Self { pid, process, notices, killed: false })
            }
            Err(error) => {
                let _ = kill_process(pid, Signal::KILL);
                let _ = waitpid(Some(pid), WaitOptions::empty());
                send_notice(&notices, WorkerExit::NotStarted(error.raw_os_error()));
                None
            }
        }
    }

    /// Kills the worker. Its process ID cannot have been reused, since it has not been reaped.
    fn kill(&mut self) {
        let _ = kill_process(self.pid, Signal::KILL);
        self.killed = true;
        send_notice(&self.notices, WorkerExit::Killed);
    }

    fn report_exit(&self) {
        let notice = match waitpid(Some(self.pid), WaitOptions::empty()) {
            Ok(Some((_, status))) => WorkerExit::Ended(ExitStatus::from_raw(status.as_raw())),
            Ok(None) => WorkerExit::NotStarted(0),
            Err(error) => WorkerExit::NotStarted(error.raw_os_error()),
        };
        send_notice(&self.notices, notice);
    }
}

/// Sends a notice. Its five bytes fit into any socket buffer; an error means that the receiver is gone.
fn send_notice(notices: impl AsFd, notice: WorkerExit) {
    let _ = write(notices, &notice.to_bytes());
}
