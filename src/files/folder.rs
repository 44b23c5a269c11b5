//! A folder that others write to: opened once, so that every operation below it happens in this very folder, whatever
//! its name refers to by then.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

use super::{NEW_FILE_MODE, SAFE_FLAGS, created, open_error, regular};
use crate::text::hex;

const FOLDER_FLAGS: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(SAFE_FLAGS);

/// An opened folder.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// A new file under a random name, which is removed when dropped unless [`TempFile::persist`] gave it a final name.
#[derive(Debug)]
pub struct TempFile<'a> {
    folder: &'a Folder,
    pub(super) name: String,
    pub file: File,
    is_persisted: bool,
}

impl Folder {
    /// Opens a folder that the office names; links are followed.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(openat(CWD, path, FOLDER_FLAGS, Mode::empty())?))
    }

    /// Opens a folder below this one; no part of the relative path may be a link.
    pub fn below(&self, relative: &Path) -> io::Result<Self> {
        let mut folder = Self(self.0.try_clone()?);
        for part in relative.components() {
            let Component::Normal(name) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
            folder = folder.child(name)?;
        }
        Ok(folder)
    }

    /// Opens the folder of this name in this one; a link is refused.
    pub fn child(&self, name: &OsStr) -> io::Result<Self> {
        Ok(Self(openat(&self.0, name, FOLDER_FLAGS | OFlags::NOFOLLOW, Mode::empty())?))
    }

    /// Opens the folder of this name, and creates it where it is missing; a link is refused.
    pub fn child_or_new(&self, name: &OsStr) -> io::Result<Self> {
        match mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => self.child(name),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the regular file of this name for reading; a link is refused.
    pub fn read(&self, name: &OsStr) -> io::Result<File> {
        let opened = openat(&self.0, name, OFlags::RDONLY | OFlags::NOFOLLOW | SAFE_FLAGS, Mode::empty());
        regular(opened.map_err(open_error)?)
    }

    /// Creates an empty file under a random hidden name in this folder.
    pub fn create(&self) -> io::Result<TempFile<'_>> {
        let name = format!(".jincai-{}.tmp", random_digits()?);
        let file = created(&self.0, name.as_str(), NEW_FILE_MODE)?;
        Ok(TempFile { folder: self, name, file, is_persisted: false })
    }

    /// Removes a file, or a link itself, never its target. A missing file is no error.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        match unlinkat(&self.0, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl TempFile<'_> {
    /// Renames the file to its final name, and replaces whatever has that name.
    pub fn persist(mut self, name: &OsStr) -> io::Result<()> {
        renameat(&self.folder.0, self.name.as_str(), &self.folder.0, name)?;
        self.is_persisted = true;
        Ok(())
    }
}

impl Drop for TempFile<'_> {
    fn drop(&mut self) {
        if !self.is_persisted {
            // One that cannot be removed has a hidden name, so nobody mistakes it for a report.
            let _ = unlinkat(&self.folder.0, self.name.as_str(), AtFlags::empty());
        }
    }
}

/// Returns 128 random bits in hexadecimal (32 digits).
pub fn random_digits() -> io::Result<String> {
    random_bytes::<16>().map(|bytes| hex(&bytes))
}

/// Returns random bytes that are fit for secrets.
pub fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    let mut filled = 0;
    while filled < bytes.len() {
        filled += getrandom(&mut bytes[filled..], GetRandomFlags::empty())?;
    }
    Ok(bytes)
}
