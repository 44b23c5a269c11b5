//! The agent on a screen's own machine: keeps the edition and its files on the disk, serves the same page from loopback, and
//! starts and watches the browser, so that a screen outlives a restart without a network.
//!
//! ```text
//! server ◀── link: beats, editions, plays ──▶ Hub ◀── routes: beats, plays ──▶ page in the browser
//!        ◀── download: chunks ──▶ files on the disk ──▶ ranges ──▶             ▲ starts, watches
//!                                                                             kiosk
//! ```
//! Nothing is handed to the page that was not checked: an edition by the key of the pairing, a file by its digest since the
//! start. What the server revokes is removed before the page hears of it.

mod download;
mod events;
mod hub;
mod journal;
mod kiosk;
mod link;
mod office;
mod routes;
mod state;
mod stock;
mod store;

pub use events::{AgentEvent, BrowserTrouble, Pace, Parts, Reserve, StartError};
pub use kiosk::{Kiosk, Patience};
pub use store::StoreError;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;

use super::guard::{LIMITS, Peer};
use crate::present::guard::Guarded;
use hub::Hub;

/// What a thread does until the agent ends.
type Work = fn(&Hub);

/// Works until the agent ends, whatever happens meanwhile: a screen has nobody beside it.
fn supervised(hub: &Hub, work: Work) {
    while catch_unwind(AssertUnwindSafe(|| work(hub))).is_err() {
        if hub.wait(Duration::from_secs(1), |_| false) {
            return;
        }
    }
}

/// An agent that has its address and is in touch with the server, or tries to be.
#[derive(Debug)]
pub struct Agent {
    listener: TcpListener,
    hub: Arc<Hub>,
    threads: Vec<JoinHandle<()>>,
}

impl Agent {
    /// Takes up what is on the disk, and begins to talk with the server.
    pub fn start(listener: TcpListener, parts: Parts) -> Result<Self, StartError> {
        let hub = Hub::open(parts)?;
        let mut threads = Vec::new();
        let works: [(&str, Work); 3] = [
            ("link", link::keep_in_touch),
            ("download", download::keep_stocked),
            ("plays", link::pass_plays_on),
        ];
        for (name, work) in works {
            let hub = Arc::clone(&hub);
            let thread = std::thread::Builder::new().name(name.into());
            threads.push(thread.spawn(move || supervised(&hub, work))?);
        }
        Ok(Self { listener, hub, threads })
    }

    /// Starts a browser that shows the page, and keeps it showing it until the agent ends.
    pub fn show(&mut self, program: &Path, patience: Patience) -> Result<(), StartError> {
        let url = format!("http://{}/?way=agent", self.address()?);
        let kiosk = Kiosk::of(program, &self.hub.parts.folder.join("browser"), &url, patience);
        let hub = Arc::clone(&self.hub);
        let thread = std::thread::Builder::new().name("kiosk".into());
        self.threads.push(thread.spawn(move || kiosk.keep_showing(&hub))?);
        Ok(())
    }

    /// The address it has; port 0 became a real one.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done; the browser is ended then.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Self { listener, hub, threads } = self;
        let port = listener.local_addr()?.port();
        let pages = routes::router(Arc::clone(&hub), port).into_make_service_with_connect_info::<Peer>();
        let stopped = async move {
            stop.await;
            hub.stop();
        };
        let served = axum::serve(Guarded::new(listener, LIMITS), pages).with_graceful_shutdown(stopped).await;
        // Who waits for the server's answer is not waited for: what is on the disk is whole at any moment.
        let kiosk = threads.into_iter().filter(|thread| thread.thread().name() == Some("kiosk"));
        let ended = tokio::task::spawn_blocking(move || kiosk.for_each(|thread| drop(thread.join()))).await;
        served.and(ended.map_err(io::Error::other))
    }
}
