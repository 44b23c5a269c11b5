//! The text of a file that a person wrote.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::ReadError;
use crate::files;
use crate::text;

/// A sidecar larger than this is not one that a person wrote.
pub const DETAILS_MAX_BYTES: u64 = 64 * 1024;

/// Of `jincai.toml` and of presets.
pub(super) const CONFIG_MAX_BYTES: u64 = 1024 * 1024;

/// The file's text. UTF-8, UTF-16 and GB18030 are read, with or without a byte order mark.
pub(super) fn read_text(path: &Path, max_bytes: u64) -> Result<String, ReadError> {
    text_of(path, files::read_named(path, max_bytes), max_bytes)
}

/// As [`read_text`], of what reading the file at `path` came to.
pub(super) fn text_of(path: &Path, read: io::Result<Vec<u8>>, max_bytes: u64) -> Result<String, ReadError> {
    let file = || path.to_owned();
    let bytes = read.map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => ReadError::TooLarge { file: file(), max_bytes },
        _ => ReadError::Unreadable { file: file(), source },
    })?;
    text::decode(&bytes).ok_or_else(|| ReadError::NotText { file: file() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_over_its_limit_is_refused_and_one_at_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "#".repeat(DETAILS_MAX_BYTES as usize)).unwrap();
        assert!(read_text(&file, DETAILS_MAX_BYTES).is_ok());
        std::fs::write(&file, "#".repeat(DETAILS_MAX_BYTES as usize + 1)).unwrap();
        assert!(matches!(read_text(&file, DETAILS_MAX_BYTES), Err(ReadError::TooLarge { .. })));
    }
}
