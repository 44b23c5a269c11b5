//! How often processing a source failed, so that a file that kills its worker is not tried for ever.

use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, params};

use super::Catalog;
use super::error::Result;
use super::rows::{bytes_of, path_of, to_json};
use crate::model::finding::Code;
use crate::model::inspection::FileStamp;

impl Catalog {
    /// Returns how often this very state of a source failed.
    pub fn failed_attempts(&self, source: &Path, stamp: FileStamp) -> Result<u32> {
        let sql = "select failed from attempts where source = ?1 and stamp_bytes = ?2 and stamp_modified = ?3 \
                   and stamp_inode = ?4";
        let (bytes, modified, inode) = columns(stamp);
        let values = params![bytes_of(source), bytes, modified, inode];
        Ok(self.connection.query_row(sql, values, |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Counts one more failure of this state of a source with its cause, and returns how many there are now.
    pub fn count_failed_attempt(&self, source: &Path, stamp: FileStamp, cause: Code) -> Result<u32> {
        let failed = self.failed_attempts(source, stamp)? + 1;
        let sql = "insert or replace into attempts (source, stamp_bytes, stamp_modified, stamp_inode, failed, cause) \
                   values (?1, ?2, ?3, ?4, ?5, ?6)";
        let (bytes, modified, inode) = columns(stamp);
        let values = params![bytes_of(source), bytes, modified, inode, failed, cause.name()];
        self.connection.execute(sql, values)?;
        Ok(failed)
    }

    /// Forgets the failures of every source whose last failure had none of these causes.
    pub fn forget_attempts_but_for(&self, causes: &[Code]) -> Result<()> {
        let names: Vec<String> = causes.iter().map(|cause| cause.name()).collect();
        let sql = "delete from attempts where cause is null \
                   or cause not in (select value from json_each(?1))";
        self.connection.execute(sql, [to_json(&names)?])?;
        Ok(())
    }

    /// Returns the sources that failed, by path.
    pub fn failed_sources(&self) -> Result<Vec<PathBuf>> {
        let mut statement = self.connection.prepare_cached("select source from attempts order by source")?;
        let sources = statement.query_map([], |row| row.get(0))?;
        sources.map(|source| Ok(path_of(source?))).collect()
    }

    /// Forgets the failures of a source, which was processed.
    pub fn forget_attempts(&self, source: &Path) -> Result<()> {
        self.connection.execute("delete from attempts where source = ?1", params![bytes_of(source)])?;
        Ok(())
    }
}

fn columns(stamp: FileStamp) -> (i64, i64, i64) {
    let modified = i64::try_from(stamp.modified_ns).unwrap_or(i64::MAX);
    (stamp.bytes.cast_signed(), modified, stamp.inode.cast_signed())
}
