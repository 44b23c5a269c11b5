//! File stamps: size, times and inode, by which a change is noticed.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::model::inspection::FileStamp;

/// Returns the stamp of a file, which differs once the file is changed or replaced. Links are followed.
pub fn stamp(path: &Path) -> io::Result<FileStamp> {
    std::fs::metadata(path).map(|metadata| stamp_of(&metadata))
}

/// Returns the stamp of a file from its metadata.
pub fn stamp_of(metadata: &Metadata) -> FileStamp {
    let changed_ns = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
    FileStamp {
        bytes: metadata.len(),
        modified_ns: i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec()),
        inode: metadata.ino(),
        changed_ns,
    }
}
