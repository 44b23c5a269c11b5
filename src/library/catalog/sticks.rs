//! Sticks and folders that left the house.

use rusqlite::{OptionalExtension, Row, params};

use super::Catalog;
use super::error::Result;
use super::rows::{from_json, to_json};

/// A stick, by its number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Stick {
    pub number: u64,
    pub screen: String,
    pub made_ms: i64,
    pub by: String,
    pub good_until: i64,
    /// Id of its edition.
    pub edition: String,
    /// Digests of the works' files.
    pub files: Vec<String>,
    /// When it came back.
    pub returned: Option<i64>,
}

impl Catalog {
    /// Returns the number that the next stick will have.
    pub fn next_stick(&self) -> Result<u64> {
        let sql = "select coalesce(max(number), 0) + 1 from sticks";
        let number: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(number.cast_unsigned())
    }

    /// Records a stick; its number has to be free.
    pub fn put_stick(&self, stick: &Stick) -> Result<()> {
        self.connection.execute(
            "insert into sticks values (?1, ?2, ?3, ?4, ?5, ?6, ?7, null)",
            params![
                stick.number.cast_signed(),
                stick.screen,
                stick.made_ms,
                stick.by,
                stick.good_until,
                stick.edition,
                to_json(&stick.files)?
            ],
        )?;
        Ok(())
    }

    /// Returns all sticks, newest first.
    pub fn sticks(&self) -> Result<Vec<Stick>> {
        let sql = "select number, screen, made_ms, by, good_until, edition, files, returned from sticks \
                   order by number desc";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map([], stick_from)?.collect::<rusqlite::Result<Vec<_>>>()?;
        found.into_iter().map(|(stick, files)| Ok(Stick { files: from_json(&files)?, ..stick })).collect()
    }

    /// Notes that a stick came back; returns its screen, `None` where no stick has the number.
    pub fn return_stick(&self, number: u64, at: i64) -> Result<Option<String>> {
        let sql = "update sticks set returned = coalesce(returned, ?2) where number = ?1 returning screen";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![number.cast_signed(), at], |row| row.get(0)).optional()?)
    }
}

fn stick_from(row: &Row<'_>) -> rusqlite::Result<(Stick, String)> {
    let number: i64 = row.get(0)?;
    let stick = Stick {
        number: number.cast_unsigned(),
        screen: row.get(1)?,
        made_ms: row.get(2)?,
        by: row.get(3)?,
        good_until: row.get(4)?,
        edition: row.get(5)?,
        files: Vec::new(),
        returned: row.get(7)?,
    };
    Ok((stick, row.get(6)?))
}
