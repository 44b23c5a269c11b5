//! The configuration of a running server, which is read again when its file changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::files;
use crate::model::config::Config;
use crate::model::inspection::FileStamp;
use crate::model::language::AnyPath;
use crate::model::preset::Preset;
use crate::policy::presets::{self, ReadError};
use crate::present::messages::screens as words;
use crate::web::screens::ServerEvent;

/// What is in force.
#[derive(Clone, Debug)]
pub struct InForce {
    pub config: Arc<Config>,
    pub presets: Arc<Vec<Preset>>,
}

/// A configuration and its file.
#[derive(Debug)]
pub struct Settings {
    file: PathBuf,
    in_force: RwLock<InForce>,
    seen: Mutex<Seen>,
}

#[derive(Debug)]
struct Seen {
    /// Of the text that was read last, right or wrong; `None` while there is no file.
    read: Option<FileStamp>,
    last: Option<FileStamp>,
    /// The library that the file names; the one that is served is that of the start.
    library: AnyPath,
}

impl Settings {
    /// Reads the configuration; whatever it says, the library is `library`.
    ///
    /// # Errors
    /// For the mistakes of the file, as for every command.
    pub fn open(file: &Path, library: &AnyPath) -> Result<Self, ReadError> {
        // Before the text: what is written meanwhile is noticed.
        let stamp = files::stamp(file).ok();
        let (in_force, named) = read(file, library)?;
        let seen = Mutex::new(Seen { read: stamp, last: stamp, library: named });
        Ok(Self { file: file.to_owned(), in_force: RwLock::new(in_force), seen })
    }

    pub fn in_force(&self) -> InForce {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the file changed. Its text is read once it is the same at two looks, so that nobody who is still writing
    /// is read; a wrong one is told once, and what was in force stays.
    pub fn look(&self) -> Option<ServerEvent> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = files::stamp(&self.file).ok();
        let before = std::mem::replace(&mut seen.last, stamp);
        if seen.last == seen.read || seen.last != before {
            return None;
        }
        seen.read = stamp;
        let old = self.in_force();
        let (new, named) = match read(&self.file, &old.config.library) {
            Ok(found) => found,
            Err(error) => return Some(misconfigured(&error)),
        };
        let mut restart = Vec::new();
        if std::mem::replace(&mut seen.library, named.clone()) != named {
            restart.push("library");
        }
        if new.config.chat != old.config.chat {
            restart.push("chat");
        }
        let (file, screens) = (self.file.display().to_string(), new.config.screen.len());
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = new;
        Some(ServerEvent::Configured { file, screens, restart })
    }
}

/// Reads a configuration that has screens. Returns also the library that it names.
fn read(file: &Path, library: &AnyPath) -> Result<(InForce, AnyPath), ReadError> {
    let mut config = presets::read_config(file)?;
    if config.screen.is_empty() {
        let (problem, hint) = words::no_screen_left();
        return Err(presets::error_at(file, "screen", problem, hint));
    }
    let presets = presets::load(config.presets.as_ref().map(AnyPath::as_path))?;
    let named = std::mem::replace(&mut config.library, library.clone());
    Ok((InForce { config: Arc::new(config), presets: Arc::new(presets) }, named))
}

fn misconfigured(error: &ReadError) -> ServerEvent {
    let at = match error {
        ReadError::Mistake(mistake) => Some(mistake.line_column()),
        _ => None,
    };
    let file = error.file().display().to_string();
    ServerEvent::Misconfigured { file, at, problem: error.problem(), hint: error.hint() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = "[[screen]]\nid = \"a\"\nname = \"甲\"\ntarget = \"screen\"\n";

    /// Writes the file, and looks until it is told what became of it; a change is seen at the second look.
    fn change(settings: &Settings, text: &str) -> Option<ServerEvent> {
        std::fs::write(&settings.file, text).unwrap();
        let first = settings.look();
        assert_eq!(first, None, "it may still be written");
        let told = settings.look();
        assert_eq!(settings.look(), None, "it is told once");
        told
    }

    #[test]
    fn a_changed_configuration_is_taken_over_and_a_wrong_one_is_told_and_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jincai.toml");
        std::fs::write(&file, SCREEN).unwrap();
        let library: AnyPath = folder.path().join("served").into();
        let settings = Settings::open(&file, &library).unwrap();
        assert_eq!(settings.look(), None);
        assert_eq!(settings.look(), None);
        let more =
            format!("college = \"津沽\"\n{SCREEN}{}", SCREEN.replace("\"a\"", "\"b\"").replace('甲', "乙"));
        let name = file.display().to_string();
        let taken = |screens, restart| Some(ServerEvent::Configured { file: name.clone(), screens, restart });
        assert_eq!(change(&settings, &more), taken(2, vec![]));
        assert_eq!(settings.in_force().config.college, "津沽");
        // A wrong one: where, and what is in force stays.
        let wrong = more.replace("target = \"screen\"\n[", "target = \"scren\"\n[");
        let Some(ServerEvent::Misconfigured { file: told, at, .. }) = change(&settings, &wrong) else {
            panic!("a target that does not exist is taken over")
        };
        assert_eq!((told, at), (name.clone(), Some((5, 10))));
        assert!(
            matches!(change(&settings, ""), Some(ServerEvent::Misconfigured { .. })),
            "no screen is left"
        );
        std::fs::remove_file(&file).unwrap();
        settings.look();
        assert!(matches!(settings.look(), Some(ServerEvent::Misconfigured { at: None, .. })));
        assert_eq!(settings.in_force().config.screen.len(), 2);
        // What needs another start is said, and the library stays.
        assert_eq!(change(&settings, &format!("library = \"other\"\n{SCREEN}")), taken(1, vec!["library"]));
        assert_eq!(settings.in_force().config.library, library);
    }
}
