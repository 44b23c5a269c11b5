//! How often the making of a source broke off, so that a file that kills its worker is not tried for ever.

use std::path::Path;

use rusqlite::{OptionalExtension, params};

use super::Catalog;
use super::error::Result;
use super::rows::bytes_of;
use crate::model::inspection::FileStamp;

impl Catalog {
    /// How often this very state of a source failed.
    pub fn failed_attempts(&self, source: &Path, stamp: FileStamp) -> Result<u32> {
        let sql = "select failed from attempts where source = ?1 and stamp_bytes = ?2 and stamp_modified = ?3 \
                   and stamp_inode = ?4";
        let (bytes, modified, inode) = columns(stamp);
        let values = params![bytes_of(source), bytes, modified, inode];
        Ok(self.connection.query_row(sql, values, |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Counts one more failure of this state of a source; yields how many there are now.
    pub fn count_failed_attempt(&self, source: &Path, stamp: FileStamp) -> Result<u32> {
        let failed = self.failed_attempts(source, stamp)? + 1;
        let sql = "insert or replace into attempts (source, stamp_bytes, stamp_modified, stamp_inode, failed) \
                   values (?1, ?2, ?3, ?4, ?5)";
        let (bytes, modified, inode) = columns(stamp);
        self.connection.execute(sql, params![bytes_of(source), bytes, modified, inode, failed])?;
        Ok(failed)
    }

    /// A source was made: its failures no longer count.
    pub fn forget_attempts(&self, source: &Path) -> Result<()> {
        self.connection.execute("delete from attempts where source = ?1", params![bytes_of(source)])?;
        Ok(())
    }
}

fn columns(stamp: FileStamp) -> (i64, i64, i64) {
    let modified = i64::try_from(stamp.modified_ns).unwrap_or(i64::MAX);
    (stamp.bytes.cast_signed(), modified, stamp.inode.cast_signed())
}
