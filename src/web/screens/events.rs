//! What the server is given, and what it tells.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::clock::Clock;
use crate::model::config::Config;
use crate::model::language::Bilingual;
use crate::model::playout::ScreenNews;
use crate::playout::ledger::Planned;
use crate::web::pages::Page;

/// Who plans what screens show, and by which configuration; the server only hands it out.
pub trait Programme: Send + Sync {
    /// Returns the configuration in force.
    fn config(&self) -> Arc<Config>;

    /// Looks whether its file says something else by now, and puts that in force where it is right. Returns what is to be told:
    /// once [`ServerEvent::Configured`] is, the other one is in force.
    fn reread(&self) -> Option<ServerEvent>;

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
    /// How far plans are apart at least, while changes come one after another.
    pub between_plans: Duration,
    /// How often the configuration's file is looked at; one that changed is read once it stays as it is until the next look.
    pub reread: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            held: Duration::from_secs(6),
            held_behind: Duration::from_secs(1),
            look: Duration::from_millis(100),
            write: Duration::from_secs(2),
            plan: Duration::from_secs(300),
            between_plans: Duration::from_secs(3),
            reread: Duration::from_secs(5),
        }
    }
}

/// What the server works with.
#[derive(Clone)]
pub struct Parts {
    pub library: PathBuf,
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
    /// The configuration was changed, and the new one is in force.
    Configured {
        file: String,
        screens: usize,
        /// Keys that are taken over by another start alone.
        restart: Vec<&'static str>,
    },
    /// The configuration was changed and is wrong: the old one stays in force.
    Misconfigured {
        file: String,
        /// Line and column, both from 1.
        at: Option<(usize, usize)>,
        problem: Bilingual,
        hint: Bilingual,
    },
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
