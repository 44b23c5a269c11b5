//! `jincai retry`: lets the watch service try files again that it has set aside, also while it runs.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::CommandError;
use crate::library::catalog::{Catalog, CatalogError};
use crate::model::language::{AnyPath, Lang};
use crate::present::messages::failures as halt_words;
use crate::present::messages::watch as words;
use crate::present::terminal::Screen;

/// A line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum RetryEvent {
    Retried { path: AnyPath },
}

/// Resets the failed attempts of the sources at and under `paths`. A running service notices it within seconds.
pub fn retry(library: &Path, paths: &[PathBuf], lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let catalogue = Catalog::path_in(library);
    if !catalogue.exists() {
        return Err(CommandError::usage(halt_words::no_catalogue(library)));
    }
    let forgotten = forget(&catalogue, paths)?;
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

/// Returns true if a source is the named file or in the named folder, also by way of links.
fn lies_under(source: &Path, named: &Path) -> bool {
    let is_written_so = std::path::absolute(named).is_ok_and(|named| source.starts_with(named));
    let is_really = || {
        source.canonicalize().is_ok_and(|source| named.canonicalize().is_ok_and(|n| source.starts_with(n)))
    };
    is_written_so || is_really()
}
