//! What every command about screens works with, opened once.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::library::catalog::Catalog;
use crate::library::staging::ServiceLock;
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::model::playout::ScreenConfig;
use crate::present::messages::screens as words;
use crate::present::terminal::Screen;

/// The lock of whoever serves a library's screens, in the library's own folder.
pub const SERVE_LOCK: &str = "playout.lock";

/// Configuration and catalogue, for one question or order.
#[derive(Debug)]
pub struct ScreenDesk {
    pub config: Config,
    pub catalog: Catalog,
    pub lang: Lang,
    pub screen: Arc<Screen>,
    pub zone: TimeZone,
}

impl ScreenDesk {
    /// Opens the catalogue; without configured screens there is nothing to do.
    pub fn open(globals: &GlobalOptions, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let config = session::configuration(globals, lang, &screen)?;
        if config.screen.is_empty() {
            return Err(CommandError::usage(words::no_screens()));
        }
        Self::of(config, lang, screen)
    }

    /// Opens the catalogue of a configuration that was read already.
    pub fn of(config: Config, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let path = Catalog::path_in(config.library.as_path());
        if !path.exists() {
            return Err(error::no_catalogue(config.library.as_path()));
        }
        let zone = TimeZone::get(&config.playout.zone).unwrap_or(TimeZone::UTC);
        Ok(Self { catalog: Catalog::open_unchecked(&path)?, config, lang, screen, zone })
    }

    pub fn now_ms(&self) -> i64 {
        SystemClock.now().as_millisecond()
    }

    /// Returns the screen with this id or name.
    pub fn find(&self, given: &str) -> Result<&ScreenConfig, CommandError> {
        let given = given.trim();
        let mut screens = self.config.screen.iter();
        screens.find(|screen| screen.id == given || screen.name == given).ok_or_else(|| {
            let known: Vec<&str> = self.config.screen.iter().map(|screen| screen.id.as_str()).collect();
            CommandError::usage(words::no_such_screen(given, &known))
        })
    }

    /// Returns the screens that are named, without doubles.
    pub fn find_all(&self, given: &[String]) -> Result<Vec<&ScreenConfig>, CommandError> {
        let mut found: Vec<&ScreenConfig> = Vec::new();
        for given in given {
            let screen = self.find(given)?;
            if !found.iter().any(|known| known.id == screen.id) {
                found.push(screen);
            }
        }
        Ok(found)
    }

    /// Returns the time of day, with the date where that is not today's.
    pub fn time(&self, at: i64) -> String {
        let local =
            |ms| Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned_datetime(self.zone.clone()));
        let Some(time) = local(at) else { return String::new() };
        let today = local(self.now_ms()).map(|now| now.date());
        let form = if today == Some(time.date()) { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" };
        time.strftime(form).to_string()
    }

    /// Returns true if somebody serves the screens at this moment.
    pub fn is_served(&self) -> bool {
        ServiceLock::holder(self.config.library.as_path(), SERVE_LOCK).is_some()
    }
}

/// Returns the name of who acts.
pub fn named(by: &str) -> Result<&str, CommandError> {
    match by.trim() {
        "" => Err(CommandError::usage(words::no_name())),
        name => Ok(name),
    }
}
