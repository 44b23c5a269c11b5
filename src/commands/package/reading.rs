//! Packages as a worker reads them: a process of its own, which alone parses what is in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::error::CommandError;
use crate::files;
use crate::model::config::Limits;
use crate::model::job::EngineError;
use crate::model::language::AnyPath;
use crate::model::showcase::contents::{Contents, PackageJob, PackagePlace};
use crate::present::messages;
use crate::present::messages::showcase as words;
use crate::showcase::verify;
use crate::worker::{self, Workers};

/// Where a package lies, and how large it is.
pub(super) struct Place {
    pub place: PackagePlace,
    pub bytes: u64,
}

/// Most files that are counted before the reading, which bounds them itself.
const MOST: usize = 200_000;

impl Place {
    /// Returns a folder that holds a package.
    pub fn folder(root: &Path) -> Self {
        let (mut bytes, mut count, mut folders) = (0, 0, vec![root.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                count += 1;
                match entry.metadata() {
                    Ok(found) if found.is_dir() && count < MOST => folders.push(entry.path()),
                    Ok(found) if found.is_file() => bytes += found.len(),
                    _ => {}
                }
            }
        }
        Self { place: PackagePlace::Folder(root.into()), bytes }
    }

    /// Returns zips that hold a package.
    pub fn zips(zips: &[PathBuf]) -> Self {
        let bytes = zips.iter().filter_map(|zip| files::stamp(zip).ok()).map(|stamp| stamp.bytes).sum();
        Self { place: PackagePlace::Zips(zips.iter().cloned().map(AnyPath).collect()), bytes }
    }
}

/// Has a worker read a package. `proven`: files that need not be hashed.
pub(super) async fn read(
    at: Place,
    proven: &BTreeSet<String>,
    limits: &Limits,
    on_progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Contents, EngineError> {
    let job = PackageJob {
        place: at.place,
        texts: verify::texts(),
        proven: proven.clone(),
        bytes: at.bytes,
        limits: limits.clone(),
    };
    worker::ask(&Workers::this(), job, on_progress).await
}

/// Says that a package could not be read at all.
pub(super) fn unreadable(path: &str, error: EngineError) -> CommandError {
    tracing::debug!(detail = error.detail, "a package cannot be read");
    CommandError::environment(words::unreadable_package(path, &messages::text(&error.finding)))
}
