//! What the agent is given, and what it tells.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::store::StoreError;
use crate::clock::Clock;
use crate::web::pages::Page;

/// How often things are done.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long a beat of the page is held at most.
    pub held: Duration,
    /// How long the page has to carry out what is new before the server is told how it is.
    pub carried_out: Duration,
    /// Between attempts to reach a server that does not answer: first, and at most.
    pub retry: Duration,
    pub retry_most: Duration,
    /// Between attempts to fetch files that could not be fetched.
    pub fetch_again: Duration,
    /// How often plays are passed on.
    pub plays: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            held: Duration::from_secs(2),
            carried_out: Duration::from_millis(700),
            retry: Duration::from_secs(1),
            retry_most: Duration::from_secs(15),
            fetch_again: Duration::from_secs(10),
            plays: Duration::from_secs(5),
        }
    }
}

/// How much space stays free: below it nothing is downloaded.
#[derive(Clone, Copy, Debug)]
pub struct Reserve {
    /// One of so many parts of the disk.
    pub part: u64,
    /// Bytes; more than that is not kept free.
    pub most: u64,
}

impl Default for Reserve {
    fn default() -> Self {
        Self { part: 20, most: 1 << 30 }
    }
}

/// What the agent works with.
#[derive(Clone)]
pub struct Parts {
    /// Where it keeps what it needs after a restart.
    pub folder: PathBuf,
    /// The server's address, without a slash at its end.
    pub server: String,
    pub clock: Arc<dyn Clock>,
    pub pages: Vec<Page>,
    /// Called from any thread; must not wait.
    pub tell: Arc<dyn Fn(&AgentEvent) + Send + Sync>,
    pub pace: Pace,
    pub reserve: Reserve,
    /// Begins as a screen that is not paired: after its server was replaced, which nobody but the one at this machine can say.
    pub forget: bool,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Parts");
        shown.field("folder", &self.folder).field("server", &self.server).finish_non_exhaustive()
    }
}

/// Why the agent does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Why the browser is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BrowserTrouble {
    /// It ended.
    Ended,
    /// Its page said nothing.
    Silent,
    /// Its picture should have moved and did not.
    Frozen,
}

/// What happens, for the one who runs the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AgentEvent {
    /// The page shows a code that the office is to type.
    Waiting {
        code: String,
    },
    Paired {
        screen: String,
        name: String,
    },
    /// The office ended the pairing.
    Forgotten,
    Online,
    Offline {
        detail: String,
    },
    /// A new edition was received; its files are fetched.
    Edition {
        id: String,
        files: usize,
        bytes: u64,
    },
    /// An edition was refused as a whole; the one before it goes on.
    EditionRefused {
        id: String,
        detail: String,
    },
    Fetching {
        files: usize,
        of_files: usize,
        bytes: u64,
        of_bytes: u64,
        bytes_per_s: u64,
        left_s: Option<u64>,
    },
    /// All files of the edition are here and were checked.
    Complete {
        files: usize,
    },
    /// A file's bytes are not what they should be; it is fetched again.
    Damaged {
        sha256: String,
    },
    /// Too little space: nothing is downloaded.
    DiskLow {
        free: u64,
        wanted: u64,
    },
    /// Something could not be written or read on the disk.
    DiskFailed {
        detail: String,
    },
    /// Plays on the disk could not be read back.
    PlaysLost {
        lines: usize,
    },
    BrowserStarted {
        pid: u32,
    },
    BrowserTrouble {
        trouble: BrowserTrouble,
    },
    /// The browser could not be started.
    BrowserFailed {
        program: String,
        detail: String,
    },
}
