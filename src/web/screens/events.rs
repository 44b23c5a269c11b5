//! What the server is given, and what it tells.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::clock::Clock;
use crate::model::config::Config;
use crate::model::playout::ScreenNews;
use crate::playout::ledger::Planned;
use crate::web::pages::Page;

/// Who plans what screens show; the server only hands it out.
pub trait Programme: Send + Sync {
    /// Brings the editions of all screens up to date in the catalogue; returns the screens that have a new one.
    ///
    /// # Errors
    /// Why not, for the log; what there is stays.
    fn refresh(&self, now: Timestamp) -> Result<Vec<String>, String>;

    /// Returns the public key with which editions are signed, base64.
    fn key(&self) -> String;

    /// Signs a message with that key; base64.
    fn sign(&self, message: &[u8]) -> String;

    /// Returns how often each screen was to show each file on a date.
    fn planned(&self, date: Date) -> Planned;
}

/// How often things are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long a beat is held at most: a picture that is frozen is seen with the third beat.
    pub held: Duration,
    /// The same for a screen that has orders to carry out.
    pub held_behind: Duration,
    /// How often changes are looked for.
    pub look: Duration,
    /// How often what screens said is written down.
    pub write: Duration,
    /// How often programmes are planned where nothing changed.
    pub plan: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            held: Duration::from_secs(6),
            held_behind: Duration::from_secs(1),
            look: Duration::from_millis(100),
            write: Duration::from_secs(2),
            plan: Duration::from_secs(300),
        }
    }
}

/// What the server works with.
#[derive(Clone)]
pub struct Parts {
    pub library: PathBuf,
    pub config: Arc<Config>,
    pub clock: Arc<dyn Clock>,
    pub programme: Arc<dyn Programme>,
    pub pages: Vec<Page>,
    /// Called from any thread; must not wait.
    pub tell: Arc<dyn Fn(&ServerEvent) + Send + Sync>,
    pub pace: Pace,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("library", &self.library).finish_non_exhaustive()
    }
}

/// What happens, for the one who runs the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ServerEvent {
    /// A page waits for its code to be typed.
    Waiting {
        code: String,
        address: String,
    },
    Paired {
        screen: String,
        by: String,
        address: String,
    },
    /// Screens have new editions.
    Planned {
        screens: Vec<String>,
    },
    /// Files must not be shown any more, on so many screens.
    Revoked {
        files: usize,
        screens: usize,
    },
    Screen(ScreenNews),
    /// Something was not done; it is tried again.
    Failed {
        what: &'static str,
        detail: String,
    },
    /// Days of the ledger were closed.
    Closed {
        days: usize,
    },
}
