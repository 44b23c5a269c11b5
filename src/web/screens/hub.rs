//! What all requests share.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::events::{Parts, ServerEvent};
use super::rate::Rates;
use super::rooms::Rooms;
use super::snapshot::Snapshot;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::config::Config;
use crate::model::playout::ScreenNews;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error("a thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// What the keeper is asked to do before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Look at everything again.
    Look,
    /// Also plan again.
    Plan,
    End,
}

pub(super) struct Hub {
    pub parts: Parts,
    pub rates: Rates,
    snapshot: watch::Sender<Arc<Snapshot>>,
    rooms: Mutex<Rooms>,
    reading: Mutex<Catalog>,
    writing: Mutex<Catalog>,
    keeper: Sender<Ask>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl Hub {
    /// Opens the catalogue; what is asked of the keeper comes out of the receiver.
    pub fn open(parts: Parts) -> Result<(Arc<Self>, Receiver<Ask>), StartError> {
        let (keeper, asked) = mpsc::channel();
        let (reading, writing) = (open(&parts.library)?, open(&parts.library)?);
        let mut rooms = Rooms::default();
        rooms.remember(reading.beats()?, parts.clock.now().as_millisecond());
        let hub = Self {
            parts,
            rates: Rates::default(),
            snapshot: watch::Sender::new(Arc::default()),
            rooms: Mutex::new(rooms),
            reading: Mutex::new(reading),
            writing: Mutex::new(writing),
            keeper,
        };
        Ok((Arc::new(hub), asked))
    }

    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Returns the configuration in force.
    pub fn config(&self) -> Arc<Config> {
        self.parts.programme.config()
    }

    /// Returns the zone of all rules.
    pub fn zone(&self) -> TimeZone {
        self.config().playout.time_zone()
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.borrow())
    }

    /// Returns what sees every snapshot from now on.
    pub fn changes(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshot.subscribe()
    }

    /// Puts a new snapshot in place of the old one; held beats are looked at.
    pub fn publish(&self, mut snapshot: Snapshot) {
        self.snapshot.send_modify(|held| {
            snapshot.stopping = held.stopping;
            *held = Arc::new(snapshot);
        });
    }

    /// Has held beats answered, since the server ends.
    pub fn stop(&self) {
        self.snapshot.send_modify(|held| {
            *held = Arc::new(Snapshot { stopping: true, ..Snapshot::clone(held) });
        });
    }

    pub fn ask(&self, what: Ask) {
        // A keeper that has ended needs no asking.
        let _ = self.keeper.send(what);
    }

    pub fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn reading(&self) -> MutexGuard<'_, Catalog> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn writing(&self) -> MutexGuard<'_, Catalog> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn tell(&self, event: &ServerEvent) {
        (self.parts.tell)(event);
    }

    pub fn tell_all(&self, news: Vec<ScreenNews>) {
        for one in news {
            self.tell(&ServerEvent::Screen(one));
        }
    }

    /// Tells that something was not done; it is tried again.
    pub fn failed(&self, what: &'static str, error: &dyn std::fmt::Display) {
        tracing::warn!(what, %error, "not done");
        self.tell(&ServerEvent::Failed { what, detail: error.to_string() });
    }
}

/// Opens the catalogue of a library.
pub(super) fn open(library: &Path) -> Result<Catalog, CatalogError> {
    Catalog::open_unchecked(&Catalog::path_in(library))
}
