//! Files that processes of this machine hold open for writing, as far as the kernel shows them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files;

/// Returns every file under `folder` that is open for writing. Only root sees the processes of other users.
pub fn open_for_writing(folder: &Path) -> HashSet<PathBuf> {
    let mut open = HashSet::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let is_process = process.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit);
        if !is_process {
            continue;
        }
        for descriptor in fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten() {
            let Ok(target) = fs::read_link(descriptor.path()) else { continue };
            let info = process.path().join("fdinfo").join(descriptor.file_name());
            if target.starts_with(folder) && writes(&info) {
                open.insert(target);
            }
        }
    }
    open
}

/// Returns true if a descriptor is open for writing: the last two bits of the octal `flags:` are the access mode, 0
/// being read-only (`open(2)`).
fn writes(info: &Path) -> bool {
    let text = files::read_system(info).unwrap_or_default();
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok()).is_some_and(|flags| flags & 3 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_seen_and_a_reader_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        let (written, read) = (real.join("w.mp4"), real.join("r.mp4"));
        fs::write(&read, "x").unwrap();
        let writer = fs::File::create(&written).unwrap();
        let reader = fs::File::open(&read).unwrap();
        assert_eq!(open_for_writing(&real), HashSet::from([written]));
        drop((writer, reader));
        assert!(open_for_writing(&real).is_empty());
    }
}
