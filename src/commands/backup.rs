//! `jincai backup` and `jincai backup restore`: copies the catalogue, and replaces it with a copy.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::{self, CommandError};
use super::session;
use super::session::GlobalOptions;
use crate::clock::{Clock, SystemClock};
use crate::library::backup;
use crate::library::backup::{BackupError, RestoreStep};
use crate::library::staging::Staging;
use crate::model::language::Lang;
use crate::model::recovery::{CopyFound, CopyMade, Restored};
use crate::present::messages::recovery as words;
use crate::present::terminal::Screen;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum BackupEvent<'a> {
    Copied(&'a CopyMade),
    Copies { copies: &'a [CopyFound] },
    Restoring { step: &'static str },
    Restored(&'a Restored),
}

/// Copies the catalogue, also while another process works on the library: to `to`, a file or a folder, else into the
/// library's own folder.
pub fn back_up(
    globals: &GlobalOptions,
    to: Option<&Path>,
    lang: Lang,
    screen: &Screen,
) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let library = config.library.as_path();
    let copied = match to {
        None => backup::back_up_inside(library),
        Some(folder) if folder.is_dir() => backup::back_up(library, &folder.join(dated_name())),
        Some(file) => backup::back_up(library, file),
    };
    let copied = copied?;
    screen.event(&BackupEvent::Copied(&copied));
    screen.say(words::copied(&copied).get(lang));
    Ok(0)
}

/// Replaces the catalogue with the copy `from`; without one lists the copies.
pub fn restore(
    globals: &GlobalOptions,
    from: Option<PathBuf>,
    lang: Lang,
    screen: &Screen,
) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let library = config.library.as_path();
    let Some(from) = from else {
        let copies = backup::copies(library);
        screen.event(&BackupEvent::Copies { copies: &copies });
        screen.say(words::copies(&copies).get(lang));
        return Ok(0);
    };
    // Copies that are listed without a path are in the library.
    let inside = Staging::private_path(library, &from.to_string_lossy());
    let from = if !from.exists() && inside.is_file() { inside } else { from };
    let staging = Staging::open(library)?;
    let mut report = |step: RestoreStep| {
        let step = match step {
            RestoreStep::Copied => "copied",
            RestoreStep::Checked => "checked",
            RestoreStep::Kept => "kept",
        };
        screen.event(&BackupEvent::Restoring { step });
    };
    let now = SystemClock.local().strftime("%Y%m%d-%H%M%S").to_string();
    let restored = backup::restore(&staging, &from, &now, &mut report)?;
    screen.event(&BackupEvent::Restored(&restored));
    screen.say(words::restored(&restored).get(lang));
    Ok(0)
}

/// Returns a name for a copy that is made now.
fn dated_name() -> String {
    SystemClock.local().strftime("jincai-catalog-%Y%m%d-%H%M%S.bak").to_string()
}

impl From<BackupError> for CommandError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NoCatalogue { library } => error::no_catalogue(&library),
            BackupError::InUse { path } => CommandError::environment(words::in_use(&path)),
            BackupError::NotWrittenOver { path } => CommandError::usage(words::not_written_over(&path)),
            BackupError::IsCatalogue { path } => CommandError::usage(words::is_catalogue(&path)),
            BackupError::NoFolder { path } => {
                CommandError::usage(crate::present::messages::failures::nothing_there(&path))
            }
            BackupError::NotRestored { path, detail } => {
                CommandError::environment(words::not_restored(&path, &detail))
            }
            BackupError::Incomplete { path, table } => {
                CommandError::environment(words::incomplete(&path, &table))
            }
            BackupError::Catalog(error) => CommandError::from(error),
            BackupError::Staging(error) => CommandError::from(error),
        }
    }
}
