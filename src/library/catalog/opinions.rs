//! What people said of pairs of contents.

use rusqlite::{Connection, Params, Row, params};

use super::error::Result;
use super::{Catalog, standings};
use crate::model::opinion::{Opinion, OpinionKind};

/// All opinions as rows of one shape: those whose order matters have folders.
const ALL: &str = "select first, second, said, null as first_folder, null as second_folder, by, note, at from opinions \
     union all \
     select original, copy, 'original', original_folder, copy_folder, by, note, at from originals";

impl Catalog {
    /// Stores an opinion, replacing an earlier one about the same two contents.
    pub fn put_opinion(&self, opinion: &Opinion) -> Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        put(&transaction, opinion)?;
        Ok(transaction.commit()?)
    }

    /// Removes the opinions about two contents; returns false if there was none.
    pub fn forget_opinion(&self, one: &str, other: &str) -> Result<bool> {
        let transaction = self.connection.unchecked_transaction()?;
        let forgotten = forget_pair(&transaction, one, other)? + forget_originals(&transaction, one, other)?;
        forget_standings(&transaction, one, other)?;
        transaction.commit()?;
        Ok(forgotten > 0)
    }

    /// Returns the opinion that these two are the same work or are not, in either order.
    pub fn opinion(&self, one: &str, other: &str) -> Result<Option<Opinion>> {
        let (first, second) = ordered(one, other);
        let condition = "first = ?1 and second = ?2 and said <> 'original'";
        Ok(self.opinions_where(condition, params![first, second])?.pop())
    }

    /// Returns whether a person said of two contents, each in its folder, that the first is the original (`Some(true)`) or
    /// the second.
    pub fn said_first(
        &self,
        (one, folder): (&str, Option<&str>),
        (other, their_folder): (&str, Option<&str>),
    ) -> Result<Option<bool>> {
        let sql = "select original = ?1 and original_folder = ?2 from originals \
                   where (original = ?1 and original_folder = ?2 and copy = ?3 and copy_folder = ?4) \
                      or (original = ?3 and original_folder = ?4 and copy = ?1 and copy_folder = ?2)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = params![one, folder.unwrap_or_default(), other, their_folder.unwrap_or_default()];
        let mut rows = statement.query_map(values, |row| row.get(0))?;
        Ok(rows.next().transpose()?)
    }

    /// Returns every opinion about a content.
    pub fn opinions_about(&self, sha256: &str) -> Result<Vec<Opinion>> {
        self.opinions_where("first = ?1 or second = ?1", params![sha256])
    }

    /// Returns every opinion, the oldest first.
    pub fn opinions(&self) -> Result<Vec<Opinion>> {
        self.opinions_where("true", [])
    }

    /// Returns a number that changes when another connection has written.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.connection.query_row("pragma data_version", [], |row| row.get(0))?)
    }

    fn opinions_where(&self, condition: &str, values: impl Params) -> Result<Vec<Opinion>> {
        let sql = format!("select * from ({ALL}) where {condition} order by at, first, second, first_folder");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(values, opinion_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Stores an opinion within the caller's transaction.
pub(super) fn put(connection: &Connection, opinion: &Opinion) -> Result<()> {
    let [one, other] = &opinion.about;
    forget_standings(connection, one, other)?;
    let (by, note, at) = (&opinion.by, &opinion.note, &opinion.at);
    match opinion.said {
        OpinionKind::Original => {
            let folders = opinion.folders.as_ref();
            let [first, second] =
                [0, 1].map(|place| folders.and_then(|both| both[place].as_deref()).unwrap_or_default());
            let sql = "delete from originals \
                       where original = ?3 and original_folder = ?4 and copy = ?1 and copy_folder = ?2";
            connection.execute(sql, params![one, first, other, second])?;
            if one != other {
                forget_pair(connection, one, other)?;
            }
            let sql = "insert or replace into originals \
                       (original, original_folder, copy, copy_folder, by, note, at) \
                       values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            connection.execute(sql, params![one, first, other, second, by, note, at])?;
        }
        OpinionKind::Same | OpinionKind::NotSame => {
            let (first, second) = ordered(one, other);
            forget_originals(connection, one, other)?;
            let sql = "insert or replace into opinions (first, second, said, by, note, at) \
                       values (?1, ?2, ?3, ?4, ?5, ?6)";
            connection.execute(sql, params![first, second, name(opinion.said), by, note, at])?;
        }
    }
    Ok(())
}

/// A verdict that two works are the same ends their signatures.
fn forget_standings(connection: &Connection, one: &str, other: &str) -> Result<()> {
    [one, other].into_iter().try_for_each(|content| standings::forget_content(connection, content))
}

fn forget_pair(connection: &Connection, one: &str, other: &str) -> Result<usize> {
    let (first, second) = ordered(one, other);
    let sql = "delete from opinions where first = ?1 and second = ?2";
    Ok(connection.execute(sql, params![first, second])?)
}

fn forget_originals(connection: &Connection, one: &str, other: &str) -> Result<usize> {
    let sql = "delete from originals where (original = ?1 and copy = ?2) or (original = ?2 and copy = ?1)";
    Ok(connection.execute(sql, params![one, other])?)
}

fn opinion_from(row: &Row<'_>) -> rusqlite::Result<Opinion> {
    let said = match row.get::<_, String>("said")?.as_str() {
        "same" => OpinionKind::Same,
        "original" => OpinionKind::Original,
        _ => OpinionKind::NotSame,
    };
    let folder = |name: &str| -> rusqlite::Result<Option<String>> {
        Ok(row.get::<_, Option<String>>(name)?.filter(|folder| !folder.is_empty()))
    };
    let folders = match said {
        OpinionKind::Original => Some([folder("first_folder")?, folder("second_folder")?]),
        OpinionKind::Same | OpinionKind::NotSame => None,
    };
    Ok(Opinion {
        about: [row.get("first")?, row.get("second")?],
        said,
        folders,
        by: row.get("by")?,
        note: row.get("note")?,
        at: row.get("at")?,
    })
}

fn name(said: OpinionKind) -> &'static str {
    match said {
        OpinionKind::Same => "same",
        OpinionKind::NotSame => "not_same",
        OpinionKind::Original => "original",
    }
}

fn ordered<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    if one <= other { (one, other) } else { (other, one) }
}
