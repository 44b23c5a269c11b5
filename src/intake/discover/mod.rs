//! Finds submissions in a folder. Looks at names and metadata only; no file is opened.

mod names;
mod walk;

pub use names::is_left_by_a_system;
pub use walk::files_under;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::model::finding::Finding;
use crate::model::inspection::Source;
use crate::model::text::AnyPath;

/// What lies in the given folders, in an order that is the same on every machine.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    pub sources: Vec<Source>,
    /// What was passed over and a person should know of.
    pub skipped: Vec<Skipped>,
    /// Files whose names do not say that they are videos, or what belongs to one.
    pub passed_over: Vec<PathBuf>,
}

/// Something that was not taken, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    pub path: AnyPath,
    pub finding: Finding,
}

#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    #[error("{} does not exist", path.display())]
    Missing { path: PathBuf },
    /// Finished works are not submissions.
    #[error("{} is in the library", path.display())]
    InLibrary { path: PathBuf },
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
}

/// Everything that may be a submission under `roots`, each a folder or a single file. A file that is named
/// explicitly is always taken, whatever its extension. `library` is passed over when it lies inside a root. What lies
/// under `inbox` has its place and department there, whatever folder of it is asked for.
pub fn find(roots: &[PathBuf], inbox: &Path, library: &Path) -> Result<Found, DiscoverError> {
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
        if library.as_ref().is_some_and(|library| real.starts_with(library)) {
            return Err(DiscoverError::InLibrary { path: root.clone() });
        }
        let mut here = if real.is_dir() {
            let root = settled(root, &real, inbox.as_ref()).map_err(unreadable)?;
            walk::folder(&root, &real, library.as_deref())
        } else {
            // Of a link to a file only the folder is followed: it keeps its name.
            let name = root.file_name().unwrap_or_default();
            let folder = root.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            let real = folder.canonicalize().map_err(unreadable)?;
            let folder = settled(folder, &real, inbox.as_ref()).map_err(unreadable)?;
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
        found.passed_over.append(&mut here.passed_over);
    }
    Ok(found)
}

/// The inbox as it is configured, and with its links followed.
struct Inbox {
    path: PathBuf,
    real: PathBuf,
}

impl Inbox {
    /// `None` when it is not there: then nothing lies in it.
    fn at(path: &Path) -> Option<Self> {
        Some(Self { path: std::path::absolute(path).ok()?, real: path.canonicalize().ok()? })
    }

    /// Makes a source one of the inbox when it lies there: the same work, whether its folder or the whole inbox is asked for.
    fn place(&self, source: &mut Source) {
        if let Ok(relative) = source.path.as_path().strip_prefix(&self.path) {
            source.department = department(relative);
            source.relative = relative.into();
            source.root = self.path.as_path().into();
        }
    }
}

/// One path for one folder, however it is asked for, since a work is known by its path: under the configured path of the
/// inbox when it lies there, else as given, without `..`.
fn settled(folder: &Path, real: &Path, inbox: Option<&Inbox>) -> io::Result<PathBuf> {
    if let Some(inbox) = inbox
        && let Ok(rest) = real.strip_prefix(&inbox.real)
    {
        return Ok(inbox.path.iter().chain(rest).collect());
    }
    let goes_up = folder.components().any(|part| part == Component::ParentDir);
    if goes_up { Ok(real.to_owned()) } else { std::path::absolute(folder) }
}

/// The first folder under the root, for a file that does not lie directly in it; composed, as a configuration names it.
pub fn department(relative: &Path) -> Option<String> {
    let mut parts = relative.iter();
    let first: &OsStr = parts.next()?;
    parts.next().map(|_| String::from_utf8_lossy(&names::composed(first)).into_owned())
}

#[cfg(test)]
mod tests;
