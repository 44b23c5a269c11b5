//! The digest of a file.

use std::io;
use std::path::Path;

use crate::files;
use crate::text::hex;

/// Returns the SHA-256 of a file in hexadecimal, and its length in bytes.
pub(crate) fn digest(path: &Path) -> io::Result<(String, u64)> {
    let (sha256, bytes) = files::open(path).and_then(|mut file| files::sha256(&mut file))?;
    Ok((hex(&sha256), bytes))
}
