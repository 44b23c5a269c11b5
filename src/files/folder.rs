//! A folder that others write to: opened once, so that all that happens below happens in this very folder, whatever its
//! name stands for by then.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

use super::{CALM, NEW_FILE, created, regular, told};
use crate::text::hex;

const OPENED: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(CALM);

/// An opened folder.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// A new file under a name that nobody could guess, which is removed again unless it gets its own.
#[derive(Debug)]
pub struct Fresh<'a> {
    folder: &'a Folder,
    pub(super) name: String,
    pub file: File,
    named: bool,
}

impl Folder {
    /// Opens a folder that the office names, wherever links lead.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(openat(CWD, path, OPENED, Mode::empty())?))
    }

    /// Opens a folder below this one, of whose path no part may be a link.
    pub fn below(&self, relative: &Path) -> io::Result<Self> {
        let mut folder = Self(self.0.try_clone()?);
        for part in relative.components() {
            let Component::Normal(name) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
            folder = folder.child(name)?;
        }
        Ok(folder)
    }

    /// Opens the folder of this name, which may be no link.
    pub fn child(&self, name: &OsStr) -> io::Result<Self> {
        Ok(Self(openat(&self.0, name, OPENED | OFlags::NOFOLLOW, Mode::empty())?))
    }

    /// The same, and makes it where it is missing.
    pub fn child_or_new(&self, name: &OsStr) -> io::Result<Self> {
        match mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => self.child(name),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the regular file of this name for reading; a link is refused.
    pub fn read(&self, name: &OsStr) -> io::Result<File> {
        let opened = openat(&self.0, name, OFlags::RDONLY | OFlags::NOFOLLOW | CALM, Mode::empty());
        regular(opened.map_err(told)?)
    }

    /// A new, empty file in this folder.
    pub fn create(&self) -> io::Result<Fresh<'_>> {
        let name = format!(".jincai-{}.tmp", random_digits()?);
        let file = created(&self.0, name.as_str(), NEW_FILE)?;
        Ok(Fresh { folder: self, name, file, named: false })
    }

    /// Removes a file, or a link, never what it leads to. One that is not there is no error.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        match unlinkat(&self.0, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Fresh<'_> {
    /// Gives the file its name, in the place of whatever has it.
    pub fn name(mut self, name: &OsStr) -> io::Result<()> {
        renameat(&self.folder.0, self.name.as_str(), &self.folder.0, name)?;
        self.named = true;
        Ok(())
    }
}

impl Drop for Fresh<'_> {
    fn drop(&mut self) {
        if !self.named {
            // One that cannot be removed is hidden, and no one takes it for a report.
            let _ = unlinkat(&self.folder.0, self.name.as_str(), AtFlags::empty());
        }
    }
}

/// 128 bits in hexadecimal.
pub fn random_digits() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    let mut filled = 0;
    while filled < bytes.len() {
        filled += getrandom(&mut bytes[filled..], GetRandomFlags::empty())?;
    }
    Ok(hex(&bytes))
}
