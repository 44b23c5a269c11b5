//! The one door to files: what is opened is a regular file, and opening it never waits for another process.
//!
//! Names in the inbox belong to people who may lay a link, a pipe or a device under any of them, at any moment. So what is
//! judged is the opened file itself, never its name; below a folder that somebody else writes to no link is followed; and
//! what is written there is made under a random name below the opened folder. `tests/tidy` keeps every other room from
//! opening files by itself.
//!
//! | what | by |
//! |---|---|
//! | a file of the inbox or the library | [`open`], [`read()`], [`read_below`] |
//! | a submission, which may be a link inside its own root | [`real_submission`], then [`open_without_links`] |
//! | a file that the office names (configuration, watermark) | [`open_named`], [`read_named`], which follow links |
//! | what the kernel tells | [`read_system`] |
//! | the digest of a file | [`digest`], [`digest_of`] |
//! | a new file | [`create_new`], [`Folder::create`] |
//! | the boxes of an MP4 | [`top_level_boxes`] |

mod boxes;
mod folder;
mod read;
mod stamp;

pub use boxes::{BoxSize, TopLevelBox, TopLevelBoxes, top_level_boxes};
pub use folder::{Folder, Fresh, random_digits};
pub use read::{
    copy, digest, digest_of, is_absence, is_gone, is_there, open, open_named, open_without_links, read,
    read_below, read_named, read_system, real_place, real_submission,
};
pub use stamp::{stamp, stamp_of};

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;

/// Never waits for the other end of a pipe, is not handed to child processes, and takes no terminal.
const CALM: OFlags = OFlags::NONBLOCK.union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

/// The rights of a new file, less those that the user's mask takes away.
const NEW_FILE: Mode = Mode::from_raw_mode(0o666);

/// Creates a file that is not there; whatever has this name already, a link too, is an error. Readable and writable.
pub fn create_new(path: &Path) -> io::Result<File> {
    created(CWD, path, NEW_FILE)
}

/// Creates a file in a folder of our own, or empties the one of an earlier try. No link is followed.
pub fn create_again(path: &Path) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | CALM;
    let file = regular(openat(CWD, path, flags, NEW_FILE)?)?;
    file.set_len(0)?;
    Ok(file)
}

/// Opens a file for appending, and creates it where it is missing. Links are followed: the office names it. A device may
/// have this name, such as `/dev/null`; a pipe may not.
pub fn append(path: &Path) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | CALM;
    let opened = openat(CWD, path, flags, NEW_FILE)?;
    match FileType::from_raw_mode(fstat(&opened)?.st_mode) {
        FileType::RegularFile | FileType::CharacterDevice => Ok(opened.into()),
        _ => Err(not_regular()),
    }
}

/// Opens a file of our own for reading and writing, and creates it, for its owner alone, where it is missing. No link is
/// followed.
pub fn open_or_create_private(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | CALM;
    regular(openat(CWD, path, flags, Mode::RUSR | Mode::WUSR)?)
}

/// Opens a folder, to sync or to lock it.
pub fn open_folder(path: &Path) -> io::Result<File> {
    Ok(openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | CALM, Mode::empty())?.into())
}

fn created(folder: impl AsFd, name: impl rustix::path::Arg, mode: Mode) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | CALM;
    Ok(openat(folder, name, flags, mode)?.into())
}

/// The opened file itself is judged: its name may stand for another by now.
fn regular(opened: OwnedFd) -> io::Result<File> {
    match FileType::from_raw_mode(fstat(&opened)?.st_mode) {
        FileType::RegularFile => Ok(opened.into()),
        _ => Err(not_regular()),
    }
}

/// What an error of opening means for a file: not every one says it in its own number.
fn told(error: Errno) -> io::Error {
    match error {
        // Nothing is waited for here, so whoever holds a lease of the file is asked and may be done by the next try.
        Errno::AGAIN => io::Error::new(io::ErrorKind::ResourceBusy, "in use by another program"),
        Errno::LOOP => io::Error::new(io::ErrorKind::InvalidInput, "a symbolic link, which is not followed"),
        error => error.into(),
    }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

#[cfg(test)]
mod tests;
