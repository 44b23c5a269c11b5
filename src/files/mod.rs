//! The only place that opens files: what is opened is a regular file, and opening it never waits for another process.
//!
//! Names in the inbox belong to people who may put a link, a pipe or a device under any of them, at any moment. So the
//! opened file itself is checked, never its name; below a folder that somebody else writes to, no link is followed; and
//! new files there are created under a random name in the opened folder. `tests/tidy` keeps every other room from
//! opening files by itself.
//!
//! | what | by |
//! |---|---|
//! | a file of the inbox or the library | [`open`], [`read()`], [`read_below`] |
//! | a submission, which may be a link inside its own root | [`real_submission`], then [`open_without_links`] |
//! | a file that the office names (configuration, watermark) | [`open_named`], [`read_named`], which follow links |
//! | a file under `/proc` or `/etc` | [`read_system`] |
//! | the digest of a file | [`digest`], [`digest_of`] |
//! | a new file | [`create_new`], [`Folder::create`] |
//! | a file of our own, to change a part of it | [`open_to_change`] |
//! | the boxes of an MP4 | [`top_level_boxes`], [`boxes_within`] |
//! | the tags of an MP4 | [`tells_by_tags`], [`clear_tags`] |

mod boxes;
mod folder;
mod read;
mod stamp;
mod tags;

pub use boxes::{BoxSize, TopLevelBox, TopLevelBoxes, boxes_within, top_level_boxes};
pub use folder::{Folder, TempFile, random_bytes, random_digits};
pub use read::{
    ChunkedDigest, copy, digest, digest_in_chunks, digest_of, is_absence, is_gone, is_there, open,
    open_named, open_without_links, read, read_below, read_named, read_system, real_place, real_submission,
};
pub use stamp::{stamp, stamp_of};
pub use tags::{clear_tags, tells_by_tags};

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;

/// Never waits for the other end of a pipe, is not handed to child processes, and takes no terminal.
const SAFE_FLAGS: OFlags = OFlags::NONBLOCK.union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

/// Permissions of a new file, before the umask.
const NEW_FILE_MODE: Mode = Mode::from_raw_mode(0o666);

/// Creates a file for reading and writing. Anything that has this name already, even a link, is an error.
pub fn create_new(path: &Path) -> io::Result<File> {
    created(CWD, path, NEW_FILE_MODE)
}

/// Creates a file in a folder of our own, or truncates the one of an earlier attempt. No link is followed.
pub fn create_again(path: &Path) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | SAFE_FLAGS;
    let file = regular(openat(CWD, path, flags, NEW_FILE_MODE)?)?;
    file.set_len(0)?;
    Ok(file)
}

/// Opens a file for appending, and creates it where it is missing. Links are followed, since the office names it. A
/// character device such as `/dev/null` is allowed; a pipe is not.
pub fn append(path: &Path) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | SAFE_FLAGS;
    let opened = openat(CWD, path, flags, NEW_FILE_MODE)?;
    match FileType::from_raw_mode(fstat(&opened)?.st_mode) {
        FileType::RegularFile | FileType::CharacterDevice => Ok(opened.into()),
        _ => Err(not_regular()),
    }
}

/// Opens a file of our own for reading and writing, and creates it with mode 0600 where it is missing. No link is
/// followed.
pub fn open_or_create_private(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | SAFE_FLAGS;
    regular(openat(CWD, path, flags, Mode::RUSR | Mode::WUSR)?)
}

/// Opens an existing file of our own for reading and writing; what is in it stays. No link is followed.
pub fn open_to_change(path: &Path) -> io::Result<File> {
    regular(openat(CWD, path, OFlags::RDWR | OFlags::NOFOLLOW | SAFE_FLAGS, Mode::empty())?)
}

/// Opens a folder, to sync or to lock it.
pub fn open_folder(path: &Path) -> io::Result<File> {
    Ok(openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | SAFE_FLAGS, Mode::empty())?.into())
}

fn created(folder: impl AsFd, name: impl rustix::path::Arg, mode: Mode) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | SAFE_FLAGS;
    Ok(openat(folder, name, flags, mode)?.into())
}

/// Checks that the opened file is a regular one; its name may refer to another by now.
fn regular(opened: OwnedFd) -> io::Result<File> {
    match FileType::from_raw_mode(fstat(&opened)?.st_mode) {
        FileType::RegularFile => Ok(opened.into()),
        _ => Err(not_regular()),
    }
}

/// Converts an error of `open`, with an explanation where the number alone has none.
fn open_error(error: Errno) -> io::Error {
    match error {
        // Opening does not block: the holder of a lease on the file is notified and may be done by the next attempt.
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
