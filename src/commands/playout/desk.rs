//! What the verbs of playout work with: the catalogue without the library's lock, so that they run beside the service.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::library::catalog::Catalog;
use crate::library::records_file;
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::model::playout::ScreenConfig;
use crate::model::preset::Preset;
use crate::playout::candidates::{self, Released, Shelf};
use crate::playout::editions::EditionMakingError;
use crate::playout::keys::KeyError;
use crate::playout::programme::{PlannedDay, Programme, ProgrammeError};
use crate::playout::schedule::inputs::Inputs;
use crate::policy::presets;
use crate::present::messages::playout as words;
use crate::present::messages::screens as screen_words;
use crate::present::terminal::Screen;

#[derive(Debug)]
pub struct Desk {
    pub config: Config,
    pub presets: Vec<Preset>,
    pub catalog: Catalog,
    pub lang: Lang,
    pub screen: Arc<Screen>,
    pub now: jiff::Timestamp,
    pub zone: TimeZone,
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
        let presets = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
        let path = Catalog::path_in(config.library.as_path());
        if !path.is_file() {
            return Err(error::no_catalogue(config.library.as_path()));
        }
        let catalog = Catalog::open_unchecked(&path)?;
        records_file::take_over(config.library.as_path(), &catalog)?;
        let zone = TimeZone::get(&config.playout.zone).unwrap_or(TimeZone::UTC);
        Ok(Self { presets, catalog, lang, screen, now: SystemClock.now(), zone, config })
    }

    pub fn library(&self) -> &Path {
        self.config.library.as_path()
    }

    /// Returns the screen that is meant by its id or its name.
    pub fn find(&self, given: &str) -> Result<ScreenConfig, CommandError> {
        let is_meant = |screen: &&ScreenConfig| screen.id == given || screen.name == given;
        let found = self.config.screen.iter().find(is_meant).cloned();
        found.ok_or_else(|| {
            let known = self.config.screen.iter().map(|screen| screen.id.as_str()).collect::<Vec<_>>();
            CommandError::usage(screen_words::no_such_screen(given, &known))
        })
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

    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// Returns a time of the screens' zone, `HH:MM:SS`.
    pub fn clock(&self, at: i64) -> String {
        crate::playout::schedule::timetable::local(at, &self.zone).strftime("%H:%M:%S").to_string()
    }

    /// Returns a date and time of the screens' zone, to the minute.
    pub fn minute(&self, at: i64) -> String {
        crate::playout::schedule::timetable::local(at, &self.zone).strftime("%m-%d %H:%M").to_string()
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
