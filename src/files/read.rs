//! Opening and reading existing files, within size limits.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::{Folder, SAFE_FLAGS, open_error, regular};
use crate::text::hex;

/// Most bytes read of a file under `/proc` or `/etc`; none of those read here is as large.
const SYSTEM_MAX_BYTES: u64 = 16 << 20;

/// Opens a regular file for reading. If the last part of the path is a link, it is refused.
pub fn open(path: &Path) -> io::Result<File> {
    let opened = openat(CWD, path, OFlags::RDONLY | OFlags::NOFOLLOW | SAFE_FLAGS, Mode::empty());
    regular(opened.map_err(open_error)?)
}

/// Opens a regular file that the office itself names; links are followed.
pub fn open_named(path: &Path) -> io::Result<File> {
    regular(openat(CWD, path, OFlags::RDONLY | SAFE_FLAGS, Mode::empty()).map_err(open_error)?)
}

/// Returns the real path of a submission found under `root`, with links followed; an error where it is outside `root`.
pub fn real_submission(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let (real, root) = (path.canonicalize()?, root.canonicalize()?);
    if real.starts_with(root) {
        Ok(real)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "a link that leads out of the folder it lies in"))
    }
}

/// Returns a file's path with the links on the way to its folder resolved. The file may be a link itself, which
/// [`open_without_links`] then refuses.
pub fn real_place(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(name))
}

/// Returns true if nothing is at `path`. False where that cannot be determined: a folder without permission, a share
/// that does not answer.
pub fn is_gone(path: &Path) -> bool {
    path.metadata().is_err_and(|error| is_absence(&error))
}

/// Opens a regular file by a path of which no part may be a link by now, as [`real_submission`] and [`real_place`]
/// return it.
pub fn open_without_links(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | SAFE_FLAGS;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // A kernel older than 5.6, or a system call filter around this process.
        Err(Errno::NOSYS | Errno::PERM) => open_part_by_part(path),
        opened => regular(opened.map_err(open_error)?),
    }
}

/// As [`open_without_links`], without `openat2`: each folder is opened in the one before it, with `O_PATH`.
pub(super) fn open_part_by_part(path: &Path) -> io::Result<File> {
    let through = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let start = if path.is_absolute() { "/" } else { "." };
    let mut folder = openat(CWD, start, through, Mode::empty())?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    for part in path.parent().into_iter().flat_map(Path::components) {
        match part {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(part) => {
                folder = openat(&folder, part, through, Mode::empty()).map_err(open_error)?;
            }
            Component::ParentDir | Component::Prefix(_) => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | SAFE_FLAGS;
    regular(openat(&folder, name, flags, Mode::empty()).map_err(open_error)?)
}

/// Returns the whole content of a regular file; more than `most` bytes are an error of kind `FileTooLarge`. No link is
/// followed.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(open(path)?, most)
}

/// As [`read()`], for a file found under `root`: no part of the path below `root` may be a link by now.
pub fn read_below(root: &Path, path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let (Ok(relative), Some(name)) = (path.strip_prefix(root), path.file_name()) else {
        return read(path, most);
    };
    let folder = Folder::open(root)?.below(relative.parent().unwrap_or(Path::new("")))?;
    bounded(folder.read(name)?, most)
}

/// As [`read()`], for a file that the office itself names; links are followed.
pub fn read_named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(open_named(path)?, most)
}

/// Returns true if anything has this name. Where that cannot be determined, as without permission or on a share that
/// hangs, it is an error and never false.
pub fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_absence(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns true if an error means that nothing has the name, not merely that it cannot be determined.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns the text of a file under `/proc` or `/etc`; such files report no size.
pub fn read_system(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    open_named(path)?.take(SYSTEM_MAX_BYTES).read_to_end(&mut bytes)?;
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

/// What [`digest_in_chunks`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkedDigest {
    /// Of the whole, lower-case hex.
    pub sha256: String,
    pub bytes: u64,
    /// SHA-256 of each chunk, 32 bytes each.
    pub sums: Vec<u8>,
}

/// Returns the SHA-256 of all that is left to read and of each chunk of it.
pub fn digest_in_chunks(file: &mut impl Read, chunk_bytes: u64) -> io::Result<ChunkedDigest> {
    let (mut whole, mut bytes, mut sums) = (Sha256::new(), 0, Vec::new());
    let mut buffer = vec![0; 1 << 18];
    loop {
        let (mut part, mut left) = (Sha256::new(), chunk_bytes);
        while left > 0 {
            let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
            match file.read(&mut buffer[..most]) {
                Ok(0) => break,
                Ok(read) => {
                    whole.update(&buffer[..read]);
                    part.update(&buffer[..read]);
                    left -= read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes += chunk_bytes - left;
        if left < chunk_bytes {
            sums.extend_from_slice(&part.finalize());
        }
        if left > 0 {
            return Ok(ChunkedDigest { sha256: hex(&whole.finalize()), bytes, sums });
        }
    }
}

/// Copies one open file into another and syncs it.
pub fn copy(from: &mut File, to: &mut File) -> io::Result<()> {
    io::copy(from, to)?;
    to.flush()?;
    to.sync_all()
}

/// Reads a whole file, holding at most `most` bytes whatever size the file claims or grows to.
fn bounded(file: File, most: u64) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len();
    if size > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
