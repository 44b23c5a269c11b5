//! Whoever connects costs little: so many connections, and none that stands still.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

/// Most connections at once; a screen keeps one or two.
pub(super) const MOST_CONNECTIONS: usize = 4096;

/// From the first byte of a request to the first of its answer: a beat is held for less.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// For which nothing moves: a browser that has enough of a video stops to read.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// Told to whoever comes too many; the connection is closed then.
const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub IpAddr);

impl Connected<IncomingStream<'_, Guarded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Guarded>) -> Self {
        Self(stream.remote_addr().ip().to_canonical())
    }
}

/// A listener that passes on no more connections than there are places.
#[derive(Debug)]
pub(super) struct Guarded {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl Guarded {
    pub fn new(listener: TcpListener, most: usize) -> Self {
        Self { listener, places: Arc::new(Semaphore::new(most)) }
    }
}

impl Listener for Guarded {
    type Io = Visit;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Visit, SocketAddr) {
        loop {
            // Waits a little where there are no more files to open.
            let (stream, address) = Listener::accept(&mut self.listener).await;
            match Arc::clone(&self.places).try_acquire_owned() {
                Ok(place) => {
                    // Answers are small and waited for.
                    let _ = stream.set_nodelay(true);
                    let until = Box::pin(sleep_until(Instant::now() + LONGEST_REQUEST));
                    return (Visit { stream, until, asks: true, _place: place }, address);
                }
                Err(_) => turn_away(stream),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Does not wait: a socket that was just opened takes so few bytes, and one that does not goes without them.
fn turn_away(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write_all(BUSY);
    }
}

/// One connection; it keeps its place until it is dropped, and fails once its time is over.
#[derive(Debug)]
pub(super) struct Visit {
    stream: TcpStream,
    until: Pin<Box<Sleep>>,
    /// A request is coming in or worked at: its time does not begin anew with each byte.
    asks: bool,
    _place: OwnedSemaphorePermit,
}

impl Visit {
    fn in_time(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.until.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn moved(&mut self, asks: bool) {
        if !(asks && self.asks) {
            let longest = if asks { LONGEST_REQUEST } else { LONGEST_PAUSE };
            self.until.as_mut().reset(Instant::now() + longest);
        }
        self.asks = asks;
    }
}

impl AsyncRead for Visit {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.in_time(context)?;
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.moved(true);
        }
        read
    }
}

impl AsyncWrite for Visit {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.in_time(context)?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.moved(false);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
