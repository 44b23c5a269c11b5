//! What people said of pairs of contents.

use rusqlite::{Params, Row, params};

use super::Catalog;
use super::error::Result;
use crate::model::opinion::{Opinion, Said};

impl Catalog {
    /// Keeps an answer in the place of an earlier one about the same two.
    pub fn put_opinion(&self, opinion: &Opinion) -> Result<()> {
        let (first, second) = ordered(&opinion.about[0], &opinion.about[1]);
        let sql = "insert or replace into opinions (first, second, said, by, note, at) \
                   values (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![first, second, name(opinion.said), opinion.by, opinion.note, opinion.at];
        self.connection.execute(sql, values)?;
        Ok(())
    }

    /// Takes an answer back; false where there was none.
    pub fn forget_opinion(&self, one: &str, other: &str) -> Result<bool> {
        let (first, second) = ordered(one, other);
        let sql = "delete from opinions where first = ?1 and second = ?2";
        Ok(self.connection.execute(sql, params![first, second])? > 0)
    }

    /// What was said of these two, in either order.
    pub fn opinion(&self, one: &str, other: &str) -> Result<Option<Opinion>> {
        let (first, second) = ordered(one, other);
        Ok(self.opinions_where("first = ?1 and second = ?2", params![first, second])?.pop())
    }

    /// Every answer about a content.
    pub fn opinions_about(&self, sha256: &str) -> Result<Vec<Opinion>> {
        self.opinions_where("first = ?1 or second = ?1", params![sha256])
    }

    /// Every answer, the oldest first.
    pub fn opinions(&self) -> Result<Vec<Opinion>> {
        self.opinions_where("true", [])
    }

    /// A number that changes when another connection has written.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.connection.query_row("pragma data_version", [], |row| row.get(0))?)
    }

    fn opinions_where(&self, condition: &str, values: impl Params) -> Result<Vec<Opinion>> {
        let sql = format!(
            "select first, second, said, by, note, at from opinions where {condition} order by at, first, second"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(values, opinion_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn opinion_from(row: &Row<'_>) -> rusqlite::Result<Opinion> {
    let said = if row.get::<_, String>("said")? == name(Said::Same) { Said::Same } else { Said::NotSame };
    Ok(Opinion {
        about: [row.get("first")?, row.get("second")?],
        said,
        by: row.get("by")?,
        note: row.get("note")?,
        at: row.get("at")?,
    })
}

fn name(said: Said) -> &'static str {
    match said {
        Said::Same => "same",
        Said::NotSame => "not_same",
    }
}

fn ordered<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    if one <= other { (one, other) } else { (other, one) }
}
