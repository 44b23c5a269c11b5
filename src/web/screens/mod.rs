//! What screens ask of the server: the page, editions, files; and what they say: beats, plays.
//!
//! ```text
//!            catalogue (others write to it as well)
//!                │ keeper: looks for changes, revokes first, then has programmes planned
//!                ▼
//!            Snapshot ── changed ──▶ held beats are answered ──▶ screens
//!                ▲                                                │
//!  tokens, orders│          beats, faults, plays ◀────────────────┘
//! ```
//! A token allows one screen's own things and nothing else. A file is handed out only if it is on that screen's programme, is
//! released at this moment, and is on disk as it was hashed.

mod beats;
mod events;
mod facts;
mod fetch;
mod hub;
mod keeper;
mod pairing;
mod planner;
mod plays;
mod rate;
mod releases;
mod rooms;
mod routes;
mod snapshot;
mod watchman;

pub use super::pages::Page;
pub use events::{Pace, Parts, Programme, ServerEvent};
pub use hub::StartError;
pub use keeper::Keeper;
pub use pairing::read_code;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use hub::Hub;

use super::guard::{LIMITS, Peer};
use crate::present::guard::Guarded;

/// A server that has its address and its keeper, and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    hub: Arc<Hub>,
    keeper: Keeper,
}

impl Server {
    /// Opens the catalogue, looks at it once, and starts to look for changes.
    pub fn start(listener: TcpListener, parts: Parts) -> Result<Self, StartError> {
        let (hub, asked) = Hub::open(parts)?;
        let keeper = Keeper::start(Arc::clone(&hub), asked)?;
        Ok(Self { listener, hub, keeper })
    }

    /// The address it has; port 0 became a real one.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done; what screens said is kept then. Held beats are answered at once.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Self { listener, hub, keeper } = self;
        let pages = routes::router(Arc::clone(&hub)).into_make_service_with_connect_info::<Peer>();
        let stopping = Arc::clone(&hub);
        let stopped = async move {
            stop.await;
            stopping.stop();
        };
        let served = axum::serve(Guarded::new(listener, LIMITS), pages).with_graceful_shutdown(stopped).await;
        let ended = tokio::task::spawn_blocking(move || keeper.end()).await;
        served.and(ended.map_err(io::Error::other))
    }
}
