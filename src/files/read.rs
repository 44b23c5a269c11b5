//! Opening and reading what is there, within bounds.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::{CALM, Folder, regular, told};
use crate::text::hex;

/// More than any file of the kernel's that is read here.
const SYSTEM_MOST_BYTES: u64 = 16 << 20;

/// Opens a regular file for reading. A link under the last part of its name is refused.
pub fn open(path: &Path) -> io::Result<File> {
    let opened = openat(CWD, path, OFlags::RDONLY | OFlags::NOFOLLOW | CALM, Mode::empty());
    regular(opened.map_err(told)?)
}

/// Opens a regular file that the office itself names, wherever links lead.
pub fn open_named(path: &Path) -> io::Result<File> {
    regular(openat(CWD, path, OFlags::RDONLY | CALM, Mode::empty()).map_err(told)?)
}

/// Where a submission that was found under `root` lies, with links followed; an error where that is outside of `root`.
pub fn real_submission(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let (real, root) = (path.canonicalize()?, root.canonicalize()?);
    if real.starts_with(root) {
        Ok(real)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "a link that leads out of the folder it lies in"))
    }
}

/// Where a file lies, with the links on the way to its folder followed; it may be one itself, which
/// [`open_without_links`] then refuses.
pub fn real_place(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(name))
}

/// Whether nothing is there. A folder without rights and a share that does not answer tell nothing: that is no.
pub fn is_gone(path: &Path) -> bool {
    path.metadata().is_err_and(|error| is_absence(&error))
}

/// Opens a regular file by a path of which no part may be a link by now, as [`real_submission`] and [`real_place`] yield it.
pub fn open_without_links(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | CALM;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // A kernel older than 5.6, or a filter of system calls around this process.
        Err(Errno::NOSYS | Errno::PERM) => open_part_by_part(path),
        opened => regular(opened.map_err(told)?),
    }
}

/// The same without the help of the kernel: each folder is opened in the one before it, for passing through alone.
pub(super) fn open_part_by_part(path: &Path) -> io::Result<File> {
    let through = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let start = if path.is_absolute() { "/" } else { "." };
    let mut folder = openat(CWD, start, through, Mode::empty())?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    for part in path.parent().into_iter().flat_map(Path::components) {
        match part {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(part) => {
                folder = openat(&folder, part, through, Mode::empty()).map_err(told)?;
            }
            Component::ParentDir | Component::Prefix(_) => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | CALM;
    regular(openat(&folder, name, flags, Mode::empty()).map_err(told)?)
}

/// The whole of a regular file; one of more than `most` bytes is an error of kind `FileTooLarge`. No link is followed.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(open(path)?, most)
}

/// As [`read()`], of a file that was found under `root`: no part of the way from there may be a link by now.
pub fn read_below(root: &Path, path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let (Ok(relative), Some(name)) = (path.strip_prefix(root), path.file_name()) else {
        return read(path, most);
    };
    let folder = Folder::open(root)?.below(relative.parent().unwrap_or(Path::new("")))?;
    bounded(folder.read(name)?, most)
}

/// As [`read()`], of a file that the office itself names, wherever links lead.
pub fn read_named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(open_named(path)?, most)
}

/// Whether anything has this name. Whatever keeps that from being told, such as a missing right or a share that hangs, is
/// an error and never a no.
pub fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_absence(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether an error says that nothing has the name, and not only that it cannot be told.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// What the kernel or the system tells under `/proc` or `/etc`: such files name no size.
pub fn read_system(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    open_named(path)?.take(SYSTEM_MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the SHA-256 of a file in hexadecimal, and its length in bytes. No link is followed.
pub fn digest(path: &Path) -> io::Result<(String, u64)> {
    digest_of(&mut open(path)?)
}

/// Returns the SHA-256 of all that is left to read in hexadecimal, and how many bytes that were.
pub fn digest_of(file: &mut impl Read) -> io::Result<(String, u64)> {
    let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((hex(&hasher.finalize()), bytes)),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Copies one open file into another and syncs it.
pub fn copy(from: &mut File, to: &mut File) -> io::Result<()> {
    io::copy(from, to)?;
    to.flush()?;
    to.sync_all()
}

/// At most `most` bytes are ever held, whatever size the file claims or grows to.
fn bounded(file: File, most: u64) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len();
    if size > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
