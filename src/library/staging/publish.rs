//! Publishes, links and removes files of the library.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};

use super::error::{Doing, Result, StagingError};
use super::open::{PRIVATE_FOLDER, Staging};
use crate::files;

/// One file to publish in the library.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    pub content: Content<'a>,
    /// Relative to the library, or absolute and inside it.
    pub to: &'a Path,
}

/// Where a file's content comes from.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A finished file in a staged folder; it is moved.
    Staged(&'a Path),
    Bytes(&'a [u8]),
    /// A file already in the library: the new name is a hard link to it, or a copy where links are impossible.
    SameAs(&'a Path),
}

/// The content that was published under a name.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a> {
    /// Lower-case hex.
    pub sha256: &'a str,
    pub bytes: u64,
}

/// The outcome of removing a published file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retired {
    /// It was removed, or did not exist.
    Removed,
    /// It has another content and was kept.
    LeftChanged,
}

impl Published<'_> {
    /// Largest file whose content is compared: texts, covers and short videos. Nobody edits a film in place to the very
    /// same size.
    const MAX_HASHED_BYTES: u64 = 64 << 20;

    fn is(&self, path: &Path) -> io::Result<bool> {
        let about = fs::symlink_metadata(path)?;
        if !about.is_file() || about.len() != self.bytes {
            return Ok(false);
        }
        if self.bytes > Self::MAX_HASHED_BYTES {
            return Ok(true);
        }
        Ok(files::digest(path)?.0 == self.sha256)
    }
}

/// A synced file and the name under which it is to appear.
struct Ready {
    from: PathBuf,
    to: PathBuf,
}

impl Ready {
    fn folder(&self) -> &Path {
        self.to.parent().unwrap_or(&self.to)
    }
}

impl Staging {
    /// Moves a finished file from its staged folder to its place in the library.
    #[cfg(test)]
    pub fn publish(&self, staged: &Path, to: &Path) -> Result<()> {
        self.publish_all(&[Publication { content: Content::Staged(staged), to }])
    }

    /// Publishes these bytes as a file of the library.
    pub fn publish_bytes(&self, bytes: &[u8], to: &Path) -> Result<()> {
        self.publish_all(&[Publication { content: Content::Bytes(bytes), to }])
    }

    /// Gives a published file a second name.
    #[cfg(test)]
    pub fn link(&self, existing: &Path, to: &Path) -> Result<()> {
        self.publish_all(&[Publication { content: Content::SameAs(existing), to }])
    }

    /// Publishes files in order, each whole or not at all. Everything is written and synced aside before the first name
    /// appears, so that a full disk leaves the library as it was; then every changed folder is synced once. Returns
    /// when all of it would survive a power cut. `SameAs` may name a file of the same call.
    pub fn publish_all(&self, publications: &[Publication<'_>]) -> Result<()> {
        let mut ready = Vec::with_capacity(publications.len());
        let published = self.prepare_all(publications, &mut ready).and_then(|()| self.reveal(&ready));
        // What was not published must not take up space on a full disk. Also, renaming one link over another of the same
        // file does nothing and leaves both names.
        for aside in ready.iter().map(|ready| &ready.from).filter(|from| from.parent() == Some(&self.aside)) {
            let _ = fs::remove_file(aside);
        }
        published
    }

    /// Removes a published file, unless somebody changed its content since. For files over 64 MiB only the size is
    /// compared.
    pub fn retire_published(&self, path: &Path, published: Published<'_>) -> Result<Retired> {
        if self.is_edited(path, published)? {
            return Ok(Retired::LeftChanged);
        }
        self.retire(path)?;
        Ok(Retired::Removed)
    }

    /// Returns true if there is a file under this name whose content is not `published`: somebody changed it. For files over
    /// 64 MiB only the size is compared.
    pub fn is_edited(&self, path: &Path, published: Published<'_>) -> Result<bool> {
        let whole = self.inside(path)?;
        Ok(files::is_there(&whole).doing("looking at", &whole)?
            && !published.is(&whole).doing("reading", &whole)?)
    }

    /// Removes a file that nothing refers to any more, and the folders it leaves empty. A missing file is no error.
    pub fn retire(&self, path: &Path) -> Result<()> {
        let path = self.inside(path)?;
        match fs::remove_file(&path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            removed => removed.doing("removing", &path)?,
        }
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.library) {
            // A folder that still holds something stays, and so do those above it.
            if fs::remove_dir(folder).is_err() {
                return sync(folder);
            }
        }
        sync(&self.library)
    }

    fn prepare_all(&self, publications: &[Publication<'_>], ready: &mut Vec<Ready>) -> Result<()> {
        for publication in publications {
            let to = self.inside(publication.to)?;
            let from = self.prepare(publication.content, ready)?;
            ready.push(Ready { from, to });
        }
        Ok(())
    }

    /// Writes and syncs a content under a name outside the library's visible part, and returns that name.
    fn prepare(&self, content: Content<'_>, ready: &[Ready]) -> Result<PathBuf> {
        let aside = self.aside_name();
        let prepared = match content {
            Content::Staged(staged) => {
                // Opened for reading only: enough to sync it, and unable to change it.
                let file = files::open(staged).doing("opening", staged)?;
                file.sync_all().doing("syncing", staged)?;
                return Ok(staged.to_owned());
            }
            Content::Bytes(bytes) => write_synced(&aside, bytes),
            Content::SameAs(existing) => {
                let existing = self.inside(existing)?;
                let in_this_call = ready.iter().rev().find(|ready| ready.to == existing);
                link_or_copy(in_this_call.map_or(&existing, |ready| &ready.from), &aside)
            }
        };
        forget_on_error(prepared, &aside)?;
        Ok(aside)
    }

    fn reveal(&self, ready: &[Ready]) -> Result<()> {
        let mut touched = BTreeSet::new();
        for ready in ready {
            self.make_folder(ready.folder(), &mut touched)?;
        }
        for ready in ready {
            replace(&ready.from, &ready.to)?;
            touched.insert(ready.folder().to_owned());
        }
        touched.iter().try_for_each(|folder| sync(folder))
    }

    /// Creates missing folders one by one; each one's parent must be synced for the new name to last.
    fn make_folder(&self, folder: &Path, touched: &mut BTreeSet<PathBuf>) -> Result<()> {
        let above: Vec<&Path> = folder.ancestors().take_while(|above| *above != self.library).collect();
        for above in above.into_iter().rev() {
            match fs::create_dir(above) {
                Ok(()) => touched.extend(above.parent().map(Path::to_owned)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).doing("creating the folder", above),
            }
        }
        Ok(())
    }

    /// Returns the absolute path, if it is in the library and not in jincai's own folder, also with links resolved.
    fn inside(&self, path: &Path) -> Result<PathBuf> {
        let outside = || StagingError::OutsideLibrary { path: path.to_owned() };
        let whole = self.library.join(path);
        let relative = whole.strip_prefix(&self.library).map_err(|_| outside())?;
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || relative.as_os_str().is_empty() || relative.starts_with(PRIVATE_FOLDER) {
            return Err(outside());
        }
        let nearest = whole.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
        match nearest {
            Some(real) if real.starts_with(&self.library) => Ok(whole),
            _ => Err(outside()),
        }
    }

    /// Returns a new path in the staging folder.
    pub(super) fn aside_name(&self) -> PathBuf {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        self.aside.join(format!("file-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Writes a new file and syncs it.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = files::create_new(path).doing("creating", path)?;
    file.write_all(bytes).doing("writing", path)?;
    file.sync_all().doing("syncing", path)
}

/// Links an existing file to a second name, or copies and syncs it where links are impossible.
pub(super) fn link_or_copy(existing: &Path, aside: &Path) -> Result<()> {
    if fs::hard_link(existing, aside).is_ok() {
        return Ok(());
    }
    let copied = copy_synced(existing, aside);
    forget_on_error(copied, aside)
}

fn copy_synced(from: &Path, to: &Path) -> Result<()> {
    let mut reader = files::open(from).doing("opening", from)?;
    let mut writer = files::create_new(to).doing("creating", to)?;
    io::copy(&mut reader, &mut writer).doing("copying to", to)?;
    writer.sync_all().doing("syncing", to)
}

/// Removes the file of a failed write, which must not take up space on a full disk.
pub(super) fn forget_on_error(outcome: Result<()>, aside: &Path) -> Result<()> {
    if outcome.is_err() {
        let _ = fs::remove_file(aside);
    }
    outcome
}

/// Renames a file over another one.
#[expect(clippy::disallowed_methods, reason = "this is the one place where outputs appear")]
pub(super) fn replace(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).doing("publishing", to)
}

/// Syncs a folder, so that names in it survive a power cut.
pub(super) fn sync(folder: &Path) -> Result<()> {
    files::open_folder(folder).and_then(|folder| folder.sync_all()).doing("syncing the folder", folder)
}
