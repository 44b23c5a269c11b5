//! What every command about screens works with: the catalogue without the library's lock, so that it runs beside the service.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::library::catalog::Catalog;
use crate::library::records_file;
use crate::library::staging::ServiceLock;
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::model::playout::ScreenConfig;
use crate::model::preset::Preset;
use crate::playout::candidates::{self, Released, Shelf};
use crate::playout::editions::EditionMakingError;
use crate::playout::keys::KeyError;
use crate::playout::programme::{PlannedDay, Programme, ProgrammeError};
use crate::playout::schedule::inputs::Inputs;
use crate::playout::schedule::timetable::local;
use crate::policy::presets;
use crate::present::messages::playout as words;
use crate::present::messages::screens as screen_words;
use crate::present::terminal::Screen;

/// The lock of whoever serves a library's screens, in the library's own folder.
pub const SERVE_LOCK: &str = "playout.lock";

/// Configuration and catalogue, for one question or order.
#[derive(Debug)]
pub struct Desk {
    pub config: Config,
    pub catalog: Catalog,
    pub lang: Lang,
    pub screen: Arc<Screen>,
    pub zone: TimeZone,
    /// When it was opened: what is planned is planned as of one moment.
    pub now: Timestamp,
}

impl Desk {
    /// Opens the catalogue, with what only the copy of its records has.
    ///
    /// # Errors
    /// Also if the configuration names no screen.
    pub fn open(globals: &GlobalOptions, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let config = session::configuration(globals, lang, &screen)?;
        if config.screen.is_empty() {
            return Err(CommandError::usage(screen_words::no_screens()));
        }
        let desk = Self::of(config, lang, screen)?;
        records_file::take_over(desk.library(), &desk.catalog)?;
        Ok(desk)
    }

    /// Opens the catalogue of a configuration that was read already.
    pub fn of(config: Config, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let path = Catalog::path_in(config.library.as_path());
        if !path.is_file() {
            return Err(error::no_catalogue(config.library.as_path()));
        }
        let (catalog, zone) = (Catalog::open_unchecked(&path)?, config.playout.time_zone());
        Ok(Self { config, catalog, lang, screen, zone, now: SystemClock.now() })
    }

    pub fn library(&self) -> &Path {
        self.config.library.as_path()
    }

    /// Returns all presets that the configuration knows.
    pub fn presets(&self) -> Result<Vec<Preset>, CommandError> {
        Ok(presets::load(self.config.presets.as_ref().map(|folder| folder.as_path()))?)
    }

    /// Returns the time by now, milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        SystemClock.now().as_millisecond()
    }

    /// Returns true if somebody serves the screens at this moment.
    pub fn is_served(&self) -> bool {
        ServiceLock::holder(self.library(), SERVE_LOCK).is_some()
    }

    /// Returns the screen that is meant by its id or its name.
    pub fn find(&self, given: &str) -> Result<&ScreenConfig, CommandError> {
        let given = given.trim();
        let mut screens = self.config.screen.iter();
        screens.find(|screen| screen.id == given || screen.name == given).ok_or_else(|| {
            let known: Vec<&str> = self.config.screen.iter().map(|screen| screen.id.as_str()).collect();
            CommandError::usage(screen_words::no_such_screen(given, &known))
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

    /// Returns the works that are released for each screen's target.
    pub fn released(&mut self) -> Result<BTreeMap<String, Released>, CommandError> {
        candidates::judge(&mut self.catalog, &self.config.review, self.now)?;
        let mut targets: Vec<&str> = self.config.screen.iter().map(|screen| screen.target.as_str()).collect();
        targets.sort_unstable();
        targets.dedup();
        let shelf = Shelf {
            catalog: &self.catalog,
            library: self.config.library.as_path(),
            rules: &self.config.review,
            now: self.now,
        };
        Ok(candidates::released(shelf, &targets)?)
    }

    pub fn inputs(&self, screen: &ScreenConfig, released: &BTreeMap<String, Released>) -> Inputs {
        let works = released.get(&screen.target).map_or_else(Vec::new, |found| found.works.clone());
        Inputs::of(&self.config, screen, works)
    }

    /// Plans a date as it is by what is released now.
    pub fn day(&self, inputs: &Inputs, date: Date) -> Result<Option<PlannedDay>, CommandError> {
        let programme = Programme::of(&inputs.group);
        Ok(programme.preview(&self.catalog, inputs, (self.now.as_millisecond(), date))?)
    }

    /// Returns the date at which it was opened, in the screens' zone.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// Returns a time of the screens' zone, `HH:MM:SS`.
    pub fn clock(&self, at: i64) -> String {
        self.written(at, "%H:%M:%S")
    }

    /// Returns a date and time of the screens' zone, to the minute.
    pub fn minute(&self, at: i64) -> String {
        self.written(at, "%m-%d %H:%M")
    }

    /// Returns the time of day, with the date where that is not today's.
    pub fn time(&self, at: i64) -> String {
        let is_today = local(at, &self.zone).date() == local(self.now_ms(), &self.zone).date();
        self.written(at, if is_today { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" })
    }

    fn written(&self, at: i64, form: &str) -> String {
        local(at, &self.zone).strftime(form).to_string()
    }
}

/// Returns the name of who acts.
pub fn named(by: &str) -> Result<&str, CommandError> {
    match by.trim() {
        "" => Err(CommandError::usage(screen_words::no_name())),
        name => Ok(name),
    }
}

impl From<ProgrammeError> for CommandError {
    fn from(error: ProgrammeError) -> Self {
        match error {
            ProgrammeError::Catalog(error) => error.into(),
            other => Self::environment(words::programme_unreadable(&other.to_string())).because(other),
        }
    }
}

impl From<KeyError> for CommandError {
    fn from(error: KeyError) -> Self {
        Self::environment(words::no_key(&error.to_string())).because(error)
    }
}

impl From<EditionMakingError> for CommandError {
    fn from(error: EditionMakingError) -> Self {
        match error {
            EditionMakingError::Catalog(error) => error.into(),
            EditionMakingError::Programme(error) => error.into(),
            EditionMakingError::Key(error) => error.into(),
            EditionMakingError::Json(error) => Self::internal(error),
        }
    }
}
