//! Copies of a catalogue: made while it is in use, and checked before one takes its place.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::error::{CatalogError, Result};
use super::{BUSY_TIMEOUT, Catalog, migrate};

impl Catalog {
    /// Writes the catalogue as it is now into the empty or missing file `to`, compacted. Others may continue to read and
    /// write meanwhile.
    pub fn copy_to(&self, to: &Path) -> Result<()> {
        let Some(to) = to.to_str() else {
            return Err(CatalogError::Place(std::io::Error::other("the name of the copy is not UTF-8")));
        };
        self.connection.execute("vacuum into ?1", [to])?;
        Ok(())
    }

    /// Returns true if a file is a database that has works; nothing else of it is checked.
    pub fn is_one(path: &Path) -> bool {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(path, flags)
            .is_ok_and(|connection| has_works(&connection).unwrap_or(false))
    }

    /// Checks all pages and tables of a copy, and returns how many works it holds. An older one is brought to the newest
    /// version, so it has to be a copy that may be changed.
    pub fn look_through(path: &Path) -> Result<u64> {
        let looked = Connection::open(path).map_err(CatalogError::from).and_then(|mut connection| {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            if !has_works(&connection)? {
                return Err(CatalogError::NoCatalogue { path: path.to_owned() });
            }
            let health: String = connection.query_row("pragma quick_check", [], |row| row.get(0))?;
            if health != "ok" {
                return Err(CatalogError::Unsound);
            }
            migrate::to_latest(&mut connection)?;
            if let Some(table) = migrate::incomplete_table(&connection)? {
                return Err(CatalogError::Incomplete { path: path.to_owned(), table });
            }
            // What was left in a log beside it becomes part of the file.
            connection.pragma_update(None, "journal_mode", "delete")?;
            let count = "select count(*) from works";
            let works: i64 = connection.query_row(count, [], |row| row.get(0))?;
            connection.close().map_err(|(_, error)| CatalogError::from(error))?;
            Ok(works.cast_unsigned())
        });
        looked.map_err(|error| error.at(path))
    }

    /// Writes what is left in the log beside the catalogue into it, and removes the log. Returns false if that cannot be
    /// done because somebody else reads the catalogue: without its log the file would not be whole. An error with the
    /// cause [`CatalogueBusy`](crate::model::finding::Code::CatalogueBusy) says that somebody has it open, though idle.
    pub fn settle_log(path: &Path) -> Result<bool> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let busy: i64 = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        if busy != 0 {
            return Ok(false);
        }
        connection.pragma_update(None, "journal_mode", "delete")?;
        connection.close().map_err(|(_, error)| CatalogError::from(error))?;
        Ok(true)
    }

    /// Forgets the library's own files, so that what they say is compared with the catalogue when it is opened next.
    pub fn forget_library_files(path: &Path) -> Result<()> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "delete")?;
        connection.execute("delete from files where work_id is null", [])?;
        connection.close().map_err(|(_, error)| CatalogError::from(error))
    }
}

fn has_works(connection: &Connection) -> Result<bool> {
    let sql = "select 1 from sqlite_schema where type = 'table' and name = 'works'";
    Ok(connection.query_row(sql, [], |_| Ok(())).optional()?.is_some())
}
