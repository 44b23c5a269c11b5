//! Which sources are still where they were submitted.

use std::path::{Path, PathBuf};

use rusqlite::params;

use super::error::Result;
use super::rows::{bytes_of, path_of};
use super::{Catalog, DUPLICATE_OF};

impl Catalog {
    /// Returns the sources of all works, in no order.
    pub fn sources(&self) -> Result<Vec<PathBuf>> {
        let mut statement = self.connection.prepare_cached("select source from works")?;
        let sources = statement.query_map([], |row| row.get(0).map(path_of))?;
        Ok(sources.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the sources of works that were refused as duplicates of a work.
    pub fn sources_of_duplicates(&self, id: &str) -> Result<Vec<PathBuf>> {
        let sql = format!("select source from works where verdict = 'duplicate' and {DUPLICATE_OF} = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let sources = statement.query_map([id], |row| row.get(0).map(path_of))?;
        Ok(sources.collect::<rusqlite::Result<_>>()?)
    }

    /// Records in a work's manifest since when its source is missing, or that it is there again. Returns true if that
    /// changed anything. The work and its files stay.
    pub fn mark_missing(&self, source: &Path, since: Option<&str>) -> Result<bool> {
        let Some(row) = self.work_by_source(source)? else { return Ok(false) };
        if row.manifest.source.missing_since.is_some() == since.is_some() {
            return Ok(false);
        }
        // The rest of the entry is not written again: words that this program does not know stay in it.
        let path = bytes_of(source);
        let changed = match since {
            Some(since) => self.connection.execute(
                "update works set manifest_json = json_set(manifest_json, '$.source.missing_since', ?2) \
                 where source = ?1",
                params![path, since],
            )?,
            None => self.connection.execute(
                "update works set manifest_json = json_remove(manifest_json, '$.source.missing_since') \
                 where source = ?1",
                params![path],
            )?,
        };
        Ok(changed > 0)
    }
}
