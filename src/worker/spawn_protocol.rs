//! The messages between the main process and its fork server.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};

/// Number of file descriptors in a request.
const FILES: usize = 4;

/// A request to the server for one worker.
#[derive(Debug)]
pub struct SpawnRequest {
    pub stdin: OwnedFd,
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
    /// A stream socket. The server sends [`WorkerExit`]s over it, the last one when the worker has ended; the main process
    /// shuts down its own direction to have the worker killed.
    pub notices: OwnedFd,
}

impl SpawnRequest {
    /// Sends this request over a `SOCK_SEQPACKET` socket.
    pub fn send(&self, server: impl AsFd) -> io::Result<()> {
        let files = [self.stdin.as_fd(), self.stdout.as_fd(), self.stderr.as_fd(), self.notices.as_fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(FILES))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        control.push(SendAncillaryMessage::ScmRights(&files));
        // An empty packet would look like the end of the stream.
        sendmsg(server, &[IoSlice::new(b"w")], &mut control, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    /// Receives the next request; `None` when the main process has closed its end.
    pub fn receive(requests: impl AsFd) -> io::Result<Option<Self>> {
        let (mut space, mut byte) = ([MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(FILES))], [0]);
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let packet =
            recvmsg(requests, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
        if packet.bytes == 0 {
            return Ok(None);
        }
        let files: Vec<OwnedFd> = control
            .drain()
            .filter_map(|message| match message {
                RecvAncillaryMessage::ScmRights(files) => Some(files),
                _ => None,
            })
            .flatten()
            .collect();
        let [stdin, stdout, stderr, notices] = <[OwnedFd; FILES]>::try_from(files)
            .map_err(|files| io::Error::other(format!("an order came with {} files", files.len())))?;
        Ok(Some(Self { stdin, stdout, stderr, notices }))
    }
}

/// A notice about a requested worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerExit {
    /// The worker ended and was reaped.
    Ended(ExitStatus),
    /// The worker did not start; carries the kernel's error number.
    NotStarted(i32),
    /// The worker was killed on request and will end.
    Killed,
    /// The worker started, with this process ID.
    Started(i32),
}

impl WorkerExit {
    /// Length of a serialised notice: its kind and a little-endian `i32`.
    pub const BYTES: usize = 5;

    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let (kind, number) = match self {
            Self::Ended(status) => (b'e', status.into_raw()),
            Self::NotStarted(error) => (b'n', error),
            Self::Killed => (b'k', 0),
            Self::Started(pid) => (b's', pid),
        };
        let [a, b, c, d] = number.to_le_bytes();
        [kind, a, b, c, d]
    }

    pub fn of_bytes([kind, number @ ..]: [u8; Self::BYTES]) -> Self {
        let number = i32::from_le_bytes(number);
        match kind {
            b'e' => Self::Ended(ExitStatus::from_raw(number)),
            b'k' => Self::Killed,
            b's' => Self::Started(number),
            _ => Self::NotStarted(number),
        }
    }
}
