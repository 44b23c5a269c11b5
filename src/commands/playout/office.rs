//! The programme of the office, as the server asks for it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;

use super::settings::{InForce, Settings};
use crate::commands::error::CommandError;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::config::Config;
use crate::model::playout::ScreenConfig;
use crate::playout::editions::{self, HeldFiles, Maker, Orders};
use crate::playout::keys::EditionKey;
use crate::playout::ledger::Planned;
use crate::playout::orders::Standing;
use crate::playout::programme;
use crate::review::release::may_go;
use crate::web::screens::{Programme, ServerEvent};

/// Plans what the configuration says, of what is released.
#[derive(Debug)]
pub struct OfficeProgramme {
    settings: Arc<Settings>,
    key: EditionKey,
    held: HeldFiles,
    library: PathBuf,
    catalog: Mutex<Catalog>,
}

impl OfficeProgramme {
    /// Opens a catalogue of its own, and the key with which editions are signed.
    pub fn open(settings: Arc<Settings>) -> Result<Self, CommandError> {
        let library = settings.in_force().config.library.as_path().to_owned();
        let key = EditionKey::of(&library).map_err(CommandError::internal)?;
        let catalog = Mutex::new(Catalog::open_unchecked(&Catalog::path_in(&library))?);
        Ok(Self { settings, key, held: HeldFiles::default(), library, catalog })
    }
}

impl Programme for OfficeProgramme {
    fn config(&self) -> Arc<Config> {
        self.settings.in_force().config
    }

    fn reread(&self) -> Option<ServerEvent> {
        self.settings.look()
    }

    fn refresh(&self, now: Timestamp) -> Result<Vec<String>, String> {
        let InForce { config, presets } = self.settings.in_force();
        let mut catalog = self.catalog.lock().unwrap_or_else(PoisonError::into_inner);
        let mut standing = Standing::default();
        let given = catalog.orders_after(0).map_err(|error| error.to_string())?;
        given.into_iter().for_each(|order| standing.take(order));
        let of =
            |catalog: &Catalog, screen: &ScreenConfig| orders(catalog, &config, (screen, &standing), now);
        let mut maker = Maker {
            catalog: &mut catalog,
            library: &self.library,
            config: &config,
            presets: &presets,
            key: &self.key,
            held: &self.held,
            now,
        };
        let done = editions::refresh(&mut maker, &of).map_err(|error| error.to_string())?;
        for refused in &done.refused {
            tracing::warn!(?refused, "a work was signed and may not be shown");
        }
        Ok(done.screens.into_iter().filter(|screen| screen.is_new).map(|screen| screen.screen).collect())
    }

    fn key(&self) -> String {
        self.key.public()
    }

    fn sign(&self, message: &[u8]) -> String {
        self.key.sign(message)
    }

    fn planned(&self, date: Date) -> Planned {
        let catalog = self.catalog.lock().unwrap_or_else(PoisonError::into_inner);
        planned(&catalog, &self.config(), date)
    }
}

/// Returns what is in force for a screen; posters of notices only while they may be shown.
fn orders(
    catalog: &Catalog,
    config: &Config,
    (screen, standing): (&ScreenConfig, &Standing),
    now: Timestamp,
) -> Result<Orders, CatalogError> {
    let mut notices = Vec::new();
    for (notice, work) in standing.notices(screen, now.as_millisecond()) {
        if let (Some(work), Some(picture)) = (&work, &notice.picture) {
            let Ok(release) = may_go(catalog, &config.review, (work, &screen.target), now)? else { continue };
            if !release.files().iter().any(|file| file.may_be.contains(&picture.sha256)) {
                continue;
            }
        }
        notices.push(notice);
    }
    Ok(Orders { serial: standing.serial(&screen.id), dark: standing.is_dark(&screen.id), notices })
}

/// Returns how often each screen was to show each file on a date. A date whose programme cannot be read any more has none.
pub fn planned(catalog: &Catalog, config: &Config, date: Date) -> Planned {
    let mut all = Planned::new();
    for screen in &config.screen {
        match programme::Programme::of(screen.group()).planned(catalog, date) {
            Ok(files) => {
                all.extend(files.into_iter().map(|(file, count)| ((screen.id.clone(), file), count)))
            }
            Err(error) => tracing::warn!(%error, screen = screen.id, %date, "what was planned is not known"),
        }
    }
    all
}
