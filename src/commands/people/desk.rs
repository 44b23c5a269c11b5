//! What the verbs about people work with: the catalogue without the library's lock, so that they run beside the service.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::clock::SystemClock;
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::model::people::name_of;
use crate::present::messages::people as words;
use crate::present::terminal::Screen;
use crate::review::view::Moment;

pub(in crate::commands) struct Desk {
    pub config: Config,
    pub catalog: Catalog,
    pub moment: Moment,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

impl Desk {
    pub fn open(globals: &GlobalOptions, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let config = session::configuration(globals, lang, &screen)?;
        let path = Catalog::path_in(config.library.as_path());
        if !path.is_file() {
            return Err(error::no_catalogue(config.library.as_path()));
        }
        let catalog = Catalog::open_unchecked(&path)?;
        Ok(Self { config, catalog, moment: Moment::of(&SystemClock), lang, screen })
    }

    /// Says which departments no work and no configuration has: their people are found by nobody.
    pub fn warn_of_units<'a>(&self, units: impl Iterator<Item = &'a str>) -> Result<(), CommandError> {
        let known = units_of(&self.catalog, &self.config)?;
        let names: BTreeSet<String> = known.iter().map(|unit| name_of(unit)).collect();
        let odd: BTreeSet<&str> =
            units.filter(|unit| !unit.is_empty() && !names.contains(&name_of(unit))).collect();
        if known.is_empty() {
            return Ok(());
        }
        let list = known.into_iter().collect::<Vec<_>>().join(words::between(self.lang));
        odd.into_iter().for_each(|unit| self.screen.say(words::unknown_unit(unit, &list).get(self.lang)));
        Ok(())
    }
}

/// Returns the departments of the library: those of works that were made, and those that the configuration shows.
pub(in crate::commands) fn units_of(
    catalog: &Catalog,
    config: &Config,
) -> Result<BTreeSet<String>, CatalogError> {
    let mut units: BTreeSet<String> = config.departments.values().cloned().collect();
    for row in catalog.works()? {
        if !row.manifest.renditions.is_empty() && !row.manifest.draft {
            units.extend(row.manifest.department);
        }
    }
    units.retain(|unit| !unit.trim().is_empty());
    Ok(units)
}
