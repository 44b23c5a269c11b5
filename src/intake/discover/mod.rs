//! Finds submissions in a folder, by names and metadata only; no file is opened.

mod left_over;
mod names;
mod sidecars;
mod walk;

pub use left_over::{holds_library, library_around};
pub use names::is_left_by_a_system;
pub use sidecars::owners;
pub use walk::files_under;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::model::finding::{Finding, Severity};
use crate::model::inspection::Source;
use crate::model::language::AnyPath;
use crate::model::left_over::LeftOverKind;

/// The content of the given folders, in an order that is the same on every machine.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    pub sources: Vec<Source>,
    /// Files that were skipped and that a person should know about.
    pub skipped: Vec<Skipped>,
    /// Files whose names are neither those of videos nor of their sidecars, and folders that are libraries.
    pub left_over: Vec<LeftOver>,
}

impl Found {
    /// Returns true if something could not be read, or was refused.
    pub fn has_errors(&self) -> bool {
        self.skipped.iter().any(|skipped| skipped.finding.severity == Severity::Error)
    }
}

/// What lies beside the submissions and is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOver {
    pub path: PathBuf,
    pub kind: LeftOverKind,
}

/// A path that was not accepted, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    pub path: AnyPath,
    pub finding: Finding,
}

#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// A folder or file to search does not exist.
    #[error("{} does not exist", path.display())]
    Missing { path: PathBuf },
    /// Finished works are not submissions.
    #[error("{} is in the library", path.display())]
    InLibrary { path: PathBuf },
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
}

/// Returns everything that may be a submission under `roots`, each a folder or a single file. A file that is named
/// explicitly is always accepted, whatever its extension. A library inside a root is skipped, the own one (`library`) and
/// any other; a root inside one is an error, unless `library` is empty: then finished works may be named. Sources under
/// `inbox` get their relative path and department from there, whichever folder of it was named. Fails if a root does not
/// exist, cannot be read or is in the library.
pub fn find(roots: &[PathBuf], inbox: &Path, library: &Path) -> Result<Found, DiscoverError> {
    let takes_works = library.as_os_str().is_empty();
    let library = library.canonicalize().ok();
    let inbox = Inbox::at(inbox);
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for root in roots {
        let unreadable = |source| DiscoverError::Unreadable { path: root.clone(), source };
        let real = root.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DiscoverError::Missing { path: root.clone() },
            _ => unreadable(error),
        })?;
        let is_in_own = library.as_ref().is_some_and(|library| real.starts_with(library));
        if is_in_own || (!takes_works && library_around(&real).is_some()) {
            return Err(DiscoverError::InLibrary { path: root.clone() });
        }
        let mut here = if real.is_dir() {
            let root = canonical_folder(root, &real, inbox.as_ref()).map_err(unreadable)?;
            walk::folder(&root, &real, library.as_deref())
        } else {
            // A link to a file keeps its name; only the path to its folder is resolved.
            let name = root.file_name().unwrap_or_default();
            let folder = root.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            let real = folder.canonicalize().map_err(unreadable)?;
            let folder = canonical_folder(folder, &real, inbox.as_ref()).map_err(unreadable)?;
            walk::single(&folder.join(name)).map_err(unreadable)?
        };
        here.sources.retain(|source| seen.insert(source.path.clone()));
        if let Some(inbox) = &inbox {
            here.sources.iter_mut().for_each(|source| inbox.place(source));
        }
        here.sources.sort_by_cached_key(|source| {
            (names::composed(source.relative.as_path().as_os_str()), source.relative.clone())
        });
        here.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        found.sources.append(&mut here.sources);
        found.skipped.append(&mut here.skipped);
        found.left_over.append(&mut here.left_over);
    }
    Ok(found)
}

/// The path of the inbox as configured, and with its links followed.
struct Inbox {
    path: PathBuf,
    real: PathBuf,
}

impl Inbox {
    /// Returns `None` when there is no inbox.
    fn at(path: &Path) -> Option<Self> {
        Some(Self { path: std::path::absolute(path).ok()?, real: path.canonicalize().ok()? })
    }

    /// Makes a source's root and relative path those of the inbox when it is there: it is the same work, whether its
    /// folder or the whole inbox was named.
    fn place(&self, source: &mut Source) {
        if let Ok(relative) = source.path.as_path().strip_prefix(&self.path) {
            source.department = department(relative);
            source.relative = relative.into();
            source.root = self.path.as_path().into();
        }
    }
}

/// Returns one path for one folder, however it was named, since a work is identified by its path: under the configured
/// path of the inbox when it is there, else as given, without `..`.
fn canonical_folder(folder: &Path, real: &Path, inbox: Option<&Inbox>) -> io::Result<PathBuf> {
    if let Some(inbox) = inbox
        && let Ok(rest) = real.strip_prefix(&inbox.real)
    {
        return Ok(inbox.path.iter().chain(rest).collect());
    }
    let goes_up = folder.components().any(|part| part == Component::ParentDir);
    if goes_up { Ok(real.to_owned()) } else { std::path::absolute(folder) }
}

/// Returns the first folder of a path relative to its root, in NFC as the configuration names it; `None` for a file
/// directly in the root.
pub fn department(relative: &Path) -> Option<String> {
    let mut parts = relative.iter();
    let first: &OsStr = parts.next()?;
    parts.next().map(|_| String::from_utf8_lossy(&names::composed(first)).into_owned())
}

#[cfg(test)]
mod tests;
