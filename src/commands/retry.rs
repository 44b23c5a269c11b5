//! `jincai retry`: files that the watch service set aside get all their tries again, also while it runs.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::CommandError;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::text::{AnyPath, Lang};
use crate::present::messages::failures as halt_words;
use crate::present::messages::watch as words;
use crate::present::terminal::Screen;

/// A line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum RetryEvent {
    Retried { path: AnyPath },
}

/// Forgets how often the sources at and under `paths` failed. A running service hears of it within seconds.
pub fn retry(library: &Path, paths: &[PathBuf], lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let at = Catalog::path_in(library);
    if !at.exists() {
        return Err(CommandError::usage(halt_words::no_catalogue(library)));
    }
    let forgotten = forget(&at, paths)?;
    for path in &forgotten {
        screen.event(&RetryEvent::Retried { path: path.as_path().into() });
        screen.say(words::retried(path).get(lang));
    }
    if forgotten.is_empty() {
        screen.say(words::nothing_to_retry().get(lang));
    }
    Ok(0)
}

fn forget(catalogue: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>, CatalogError> {
    let catalog = Catalog::open(catalogue)?;
    let mut forgotten = catalog.failed_sources()?;
    forgotten.retain(|source| paths.iter().any(|path| lies_under(source, path)));
    forgotten.iter().try_for_each(|source| catalog.forget_attempts(source))?;
    Ok(forgotten)
}

/// Whether a source is what was named or lies in it, whichever links lead there.
fn lies_under(source: &Path, named: &Path) -> bool {
    let spelt = std::path::absolute(named).is_ok_and(|named| source.starts_with(named));
    let real = || {
        source.canonicalize().is_ok_and(|source| named.canonicalize().is_ok_and(|n| source.starts_with(n)))
    };
    spelt || real()
}
