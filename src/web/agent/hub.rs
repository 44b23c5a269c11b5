//! What the threads of the agent and the page's requests share.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::fs::statvfs;
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;

use super::events::{AgentEvent, Parts, StartError};
use super::journal::Journal;
use super::office::Office;
use super::state::{Facts, State};
use super::stock::Stock;
use super::store::{Pairing, Store, StoreError, Told};
use crate::files::random_bytes;
use crate::model::playout::{Asset, Beat, Edition, Fault, FaultKind};
use crate::playout::needs::needed;
use crate::text::hex;

/// A server's time, and when it was told by this machine's [`boot_ms`].
#[derive(Clone, Copy, Debug)]
struct Heard {
    server: i64,
    at: i64,
}

/// Milliseconds since the machine was started, by a clock that nobody sets and that does not stop while it sleeps.
pub(super) fn boot_ms() -> i64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000)
}

/// What changes while the agent runs.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub state: State,
    pub pairing: Option<Pairing>,
    /// The edition that the page is to play.
    pub edition: Option<Arc<Edition>>,
    /// Ids of all editions that are kept, the oldest first.
    pub kept: Vec<String>,
    /// Files may be removed that nothing names: it is known what was said last.
    pub may_evict: bool,
    heard: Option<Heard>,
    /// Changes whenever there is something new for the page.
    version: u64,
    /// Changes whenever other files may be wanted.
    wants: u64,
    /// `None` until the server answered, or did not.
    pub is_online: Option<bool>,
    pub stopping: bool,
}

impl Held {
    /// Returns the number that changes whenever other files may be wanted.
    pub fn wanted_version(&self) -> u64 {
        self.wants
    }

    pub fn wants_others(&mut self) {
        self.wants += 1;
    }

    /// Takes up what was known at the last end. Where that cannot be read, the newest genuine edition is better than none.
    fn take_up(&mut self, store: &Store, pairing: &Pairing) {
        let told = store.told();
        self.may_evict = told.is_some();
        let told = told.unwrap_or_default();
        let known = std::iter::once(told.edition.clone()).chain(told.kept.iter().rev().cloned());
        let ids = known.filter(|id| !id.is_empty()).chain(store.editions(pairing));
        let found = ids.into_iter().find_map(|id| Some((store.edition(&id, pairing)?.1, id)));
        if let Some((edition, id)) = found {
            self.state.edition = id;
            self.edition = Some(Arc::new(edition));
        }
        self.state.removed = told.removed;
        self.state.answer = told.answer;
        self.kept = told.kept;
    }

    /// Returns the server's time, if it was heard since the start.
    pub fn server_time(&self) -> Option<i64> {
        self.heard.map(|heard| heard.server + boot_ms() - heard.at)
    }

    /// Notes the server's time: it was said between `sent` ([`boot_ms`]) and now.
    pub fn heard_time(&mut self, server: i64, sent: i64) {
        let (at, longest) = (boot_ms(), 500);
        // A beat that was held says nothing of the way: its answer was just written.
        let way = if at - sent < longest { (at - sent) / 2 } else { 0 };
        self.heard = Some(Heard { server: server + way, at });
    }
}

pub(super) struct Hub {
    pub parts: Parts,
    pub office: Office,
    pub store: Store,
    pub stock: Stock,
    /// New at each start.
    pub boot: String,
    /// When a page was last seen, by [`boot_ms`].
    seen: AtomicI64,
    held: Mutex<Held>,
    rang: Condvar,
    journal: Mutex<Journal>,
    changes: watch::Sender<u64>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl Hub {
    /// Takes up what was known before.
    pub fn open(parts: Parts) -> Result<Arc<Self>, StartError> {
        let store = Store::open(&parts.folder)?;
        if parts.forget {
            store.forget()?;
        }
        let (journal, lost) = Journal::open(&store.plays());
        let mut held = Held { pairing: store.pairing(), ..Held::default() };
        if let Some(pairing) = held.pairing.clone() {
            held.take_up(&store, &pairing);
        }
        let hub = Self {
            office: Office::at(&parts.server),
            stock: Stock::of(store.files(), u32::from_le_bytes(random_bytes::<4>()?)),
            store,
            boot: hex(&random_bytes::<8>()?),
            seen: AtomicI64::new(i64::MIN),
            held: Mutex::new(held),
            rang: Condvar::new(),
            journal: Mutex::new(journal),
            changes: watch::Sender::new(0),
            parts,
        };
        if lost > 0 {
            hub.tell(&AgentEvent::PlaysLost { lines: lost });
            hub.fault(FaultKind::Lost, "", &format!("{lost} lines of plays could not be read back"));
        }
        Ok(Arc::new(hub))
    }

    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a sign of life of a page, whether it knows already which screen it is or not.
    pub fn seen(&self) {
        self.seen.store(boot_ms(), Ordering::Relaxed);
    }

    /// When a page was last seen, by [`boot_ms`].
    pub fn last_seen(&self) -> i64 {
        self.seen.load(Ordering::Relaxed)
    }

    fn system(&self) -> i64 {
        self.parts.clock.now().as_millisecond()
    }

    /// A file is not handed out any more until it was read again, which is done at once.
    pub fn doubt(&self, sha256: &str) {
        self.stock.doubt(sha256);
        let mut held = self.held();
        self.ring(&mut held);
    }

    /// The time for looking up what is needed: the server's, else this machine's.
    pub fn now(&self) -> i64 {
        let held = self.held();
        held.server_time().unwrap_or_else(|| self.system())
    }

    pub fn tell(&self, event: &AgentEvent) {
        (self.parts.tell)(event);
    }

    /// Tells the server with the next beat.
    pub fn fault(&self, kind: FaultKind, sha256: &str, detail: &str) {
        let at = self.now();
        let fault = Fault { at, kind, sha256: sha256.to_owned(), detail: detail.to_owned() };
        self.held().state.fault(fault);
    }

    /// Tells that the disk failed; what was to be done is done another time.
    pub fn disk_failed(&self, error: &StoreError) {
        tracing::warn!(%error, "the disk failed");
        self.tell(&AgentEvent::DiskFailed { detail: error.to_string() });
        self.fault(FaultKind::Disk, "", &error.to_string());
    }

    /// Wakes whoever waits: threads, and the page's held beat.
    pub fn ring(&self, held: &mut Held) {
        held.version += 1;
        self.changes.send_replace(held.version);
        self.rang.notify_all();
    }

    /// Returns what sees every change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Waits until `holds`, the agent ends, or it is time. Returns true if the agent ends.
    pub fn wait(&self, most: Duration, holds: impl Fn(&Held) -> bool) -> bool {
        let held = self.held();
        let waited = self.rang.wait_timeout_while(held, most, |held| !held.stopping && !holds(held));
        waited.map_or_else(|error| error.into_inner().0.stopping, |(held, _)| held.stopping)
    }

    pub fn stop(&self) {
        let mut held = self.held();
        held.stopping = true;
        self.ring(&mut held);
    }

    /// Free bytes where files are kept, and bytes in all.
    pub fn space(&self) -> Option<(u64, u64)> {
        let found = statvfs(self.stock.folder()).ok()?;
        Some((found.f_bavail.saturating_mul(found.f_frsize), found.f_blocks.saturating_mul(found.f_frsize)))
    }

    /// All files that are wanted now, the most urgent first, without those that must not be shown.
    pub fn wanted(&self) -> Vec<Asset> {
        let (edition, notices, revoked) = {
            let held = self.held();
            let answer = &held.state.answer;
            (held.edition.clone(), answer.notices.clone(), answer.revoked.clone())
        };
        let Some(edition) = edition else { return Vec::new() };
        let mut files = needed(&edition, &notices, self.now());
        files.retain(|file| !revoked.contains(&file.sha256) && !edition.revoked.contains(&file.sha256));
        files
    }

    /// Returns the beat for the server.
    pub fn words(&self) -> Beat {
        let wanted = self.wanted();
        let here = wanted.iter().filter(|file| self.stock.has(&file.sha256)).count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let facts = Facts {
            boot: &self.boot,
            clock: self.system(),
            free_bytes: self.space().map(|(free, _)| free),
            files: [count(here), count(wanted.len())],
        };
        self.held().state.words(facts, boot_ms())
    }

    /// Writes down what the server said.
    pub fn remember(&self) -> Result<(), StoreError> {
        let told = {
            let held = self.held();
            let (answer, edition) = (held.state.answer.clone(), held.state.edition.clone());
            Told { answer, edition, removed: held.state.removed, kept: held.kept.clone() }
        };
        self.store.keep_told(&told)
    }

    /// Takes up a pairing.
    pub fn pair(&self, pairing: Pairing) -> Result<(), StoreError> {
        self.store.keep_pairing(&pairing)?;
        self.tell(&AgentEvent::Paired { screen: pairing.screen.clone(), name: pairing.name.clone() });
        let mut held = self.held();
        held.pairing = Some(pairing);
        held.wants_others();
        self.ring(&mut held);
        Ok(())
    }

    /// The office ended the pairing: nothing is shown any more.
    pub fn forget(&self) {
        let removed = {
            // Held until it is done: a new pairing comes after it.
            let mut held = self.held();
            if held.pairing.take().is_none() {
                return;
            }
            let removed = self.store.forget();
            held.state = State::default();
            (held.edition, held.kept) = (None, Vec::new());
            held.wants_others();
            self.ring(&mut held);
            removed
        };
        self.tell(&AgentEvent::Forgotten);
        if let Err(error) = removed {
            self.disk_failed(&error);
        }
    }
}
