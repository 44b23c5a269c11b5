//! The process that workers are forked from.
//!
//! FFmpeg comes as well over a hundred shared libraries, and loading them takes longer than inspecting a short clip.
//! The server loads them once; a worker is a fork of it, which costs a millisecond or two. It never sees a submitted
//! file: it hands each worker its pipes, waits for it, and tells the main process how it ended. So every worker starts
//! from the same untouched state, as a new process would; the layout of memory is the same in all of them.

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

/// What this process is when [`wait`] comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A worker that was ordered: its job is on standard input.
    Worker,
    /// The server, and nobody orders any more.
    Done,
}

/// A worker that has not been waited for.
struct Running {
    pid: Pid,
    /// Becomes readable when the worker has ended.
    process: OwnedFd,
    notices: OwnedFd,
    killed: bool,
}

/// Takes orders from standard input, forks a worker for each, and waits for them. Comes back once in every worker, and
/// in the server at the end. Must be called while this process has one thread.
pub fn wait() -> io::Result<Role> {
    let server = getpid();
    let mut running = Vec::new();
    loop {
        if attend(stdin(), &mut running)? {
            let Some(order) = SpawnRequest::receive(stdin())? else { return Ok(Role::Done) };
            match fork::fork() {
                Ok(Fork::Child) => {
                    // Nothing of the other workers is left open in this one.
                    drop(running);
                    return become_worker(order, server);
                }
                Ok(Fork::Parent(pid)) => running.extend(Running::of(pid, order.notices)),
                Err(error) => tell(&order.notices, WorkerExit::NotStarted(error.raw_os_error().unwrap_or(0))),
            }
        }
    }
}

fn become_worker(order: SpawnRequest, server: Pid) -> io::Result<Role> {
    if !sandbox::follow(Some(server.as_raw_nonzero().get())) {
        return Err(io::Error::other("the server ended first"));
    }
    dup2_stdin(&order.stdin)?;
    dup2_stdout(&order.stdout)?;
    dup2_stderr(&order.stderr)?;
    Ok(Role::Worker)
}

/// Waits for something to happen, and settles what concerns running workers. True when an order waits.
fn attend(orders: BorrowedFd<'_>, running: &mut Vec<Running>) -> io::Result<bool> {
    let mut watched = vec![PollFd::from_borrowed_fd(orders, PollFlags::IN)];
    for worker in running.iter() {
        watched.push(PollFd::new(&worker.process, PollFlags::IN));
        // Once killed, the end of the main process' direction says nothing new.
        let notices = if worker.killed { PollFlags::empty() } else { PollFlags::IN };
        watched.push(PollFd::new(&worker.notices, notices));
    }
    match poll(&mut watched, None) {
        Err(Errno::INTR) => return Ok(false),
        polled => polled?,
    };
    let happened: Vec<bool> = watched.iter().map(|file| !file.revents().is_empty()).collect();
    let (order, workers) = happened.split_first().unwrap_or((&false, &[]));
    let mut each = workers.chunks(2);
    running.retain_mut(|worker| {
        let (ended, cancelled) = match each.next() {
            Some(&[ended, cancelled]) => (ended, cancelled),
            _ => (false, false),
        };
        if ended {
            worker.tell_end();
        } else if cancelled {
            worker.kill();
        }
        !ended
    });
    Ok(*order)
}

impl Running {
    /// `None` when the worker cannot be watched; it is gone then.
    fn of(pid: i32, notices: OwnedFd) -> Option<Self> {
        let pid = Pid::from_raw(pid)?;
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(process) => Some(Self { pid, process, notices, killed: false }),
            Err(error) => {
                let _ = kill_process(pid, Signal::KILL);
                let _ = waitpid(Some(pid), WaitOptions::empty());
                tell(&notices, WorkerExit::NotStarted(error.raw_os_error()));
                None
            }
        }
    }

    /// Its number cannot belong to another process yet: this one has not waited for it.
    fn kill(&mut self) {
        let _ = kill_process(self.pid, Signal::KILL);
        self.killed = true;
        tell(&self.notices, WorkerExit::Killed);
    }

    fn tell_end(&self) {
        let notice = match waitpid(Some(self.pid), WaitOptions::empty()) {
            Ok(Some((_, status))) => WorkerExit::Ended(ExitStatus::from_raw(status.as_raw())),
            Ok(None) => WorkerExit::NotStarted(0),
            Err(error) => WorkerExit::NotStarted(error.raw_os_error()),
        };
        tell(&self.notices, notice);
    }
}

/// Five bytes fit into any socket; whoever does not listen any more does not want to know.
fn tell(notices: impl AsFd, notice: WorkerExit) {
    let _ = write(notices, &notice.to_bytes());
}
