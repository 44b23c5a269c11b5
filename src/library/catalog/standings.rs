//! Where works stand in review: computed elsewhere, and kept here until a record, the work itself, an opinion or the rules
//! change, or until one of its signatures ends.

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::error::Result;
use super::rows::{from_json, to_json};
use super::{Catalog, PUBLISHED_BESIDE, postings};
use crate::model::review::{ReviewState, Standing};

/// What is kept of a work: `None` where nothing of it could go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComputedStanding {
    pub work: String,
    pub standing: Option<Standing>,
    /// When its level is due, and when it has to be computed again: UTC, in one form of RFC 3339, so that texts compare.
    pub due_utc: Option<String>,
    pub expires_utc: Option<String>,
}

/// What a work without a release set has as its state.
const NONE: &str = "none";

impl Catalog {
    /// Returns the ids of works whose standing is not kept, or has ended at `now_utc`. All are to be computed again if
    /// `rules`, a digest, are not those by which they were computed.
    pub fn works_to_judge(&mut self, rules: &str, now_utc: &str) -> Result<Vec<String>> {
        let known: Option<String> = self
            .connection
            .query_row("select digest from standing_rules", [], |row| row.get(0))
            .optional()?;
        if known.as_deref() != Some(rules) {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("update standings set state = null", [])?;
            transaction.execute("insert or replace into standing_rules values (1, ?1)", [rules])?;
            transaction.commit()?;
        }
        let sql = "select work_id from standings where state is null \
                   union select work_id from standings where expires <= ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([now_utc], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps standings; those of works that are gone are passed over.
    pub fn put_standings(&mut self, computed: &[ComputedStanding]) -> Result<()> {
        if computed.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let sql = "update standings set state = ?2, level = ?3, due = ?4, expires = ?5, json = ?6 \
                       where work_id = ?1";
            let mut statement = transaction.prepare_cached(sql)?;
            for ComputedStanding { work, standing, due_utc, expires_utc } in computed {
                let state = standing.as_ref().map_or(NONE, |standing| standing.state.name());
                let level = standing.as_ref().and_then(|standing| standing.level.as_deref());
                let json = standing.as_ref().map(to_json).transpose()?;
                statement.execute(params![work, state, level, due_utc, expires_utc, json])?;
                postings::note_standing(&transaction, work, standing.as_ref())?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Returns the kept standing of a work; `None` also where it is to be computed first.
    pub fn standing_of(&self, work: &str) -> Result<Option<Standing>> {
        let sql = "select json from standings where work_id = ?1 and state is not null";
        let mut statement = self.connection.prepare_cached(sql)?;
        let json: Option<Option<String>> = statement.query_row([work], |row| row.get(0)).optional()?;
        json.flatten().map(|json| from_json(&json)).transpose()
    }

    /// Returns the kept standings of a state, those that are due first before the others.
    pub fn standings_in(&self, state: ReviewState) -> Result<Vec<Standing>> {
        let sql = "select json from standings where state = ?1 order by due is null, due, work_id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map([state.name()], |row: &Row<'_>| row.get::<_, Option<String>>(0))?;
        found.filter_map(|json| json.transpose()).map(|json| from_json(&json?)).collect()
    }

    /// Returns the kept standings of works whose level was to sign after `after` and until `until`, in that order. Both are
    /// UTC, in the form in which they are kept.
    pub fn standings_due(&self, after: &str, until: &str) -> Result<Vec<Standing>> {
        let sql =
            "select json from standings where state = 'waiting' and due > ?1 and due <= ?2 order by due";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map([after, until], |row: &Row<'_>| row.get::<_, Option<String>>(0))?;
        found.filter_map(|json| json.transpose()).map(|json| from_json(&json?)).collect()
    }

    /// Returns how many works are in a state.
    pub fn count_standings_in(&self, state: ReviewState) -> Result<u64> {
        let sql = "select count(*) from standings where state = ?1";
        let count: i64 = self.connection.query_row(sql, [state.name()], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Returns the ids that begin with `beginning`, at most `most`.
    pub fn ids_beginning(&self, beginning: &str, most: u32) -> Result<Vec<String>> {
        let sql = "select id from works where id >= ?1 and id < ?1 || char(1114111) order by id limit ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map(params![beginning, most], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the ids of works with a title, at most `most`.
    pub fn ids_titled(&self, title: &str, most: u32) -> Result<Vec<String>> {
        let sql = "select id from works where title = ?1 order by updated_at, id limit ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map(params![title, most], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}

/// Lets a work's standing be computed again.
pub(super) fn forget(connection: &Connection, work: &str) -> Result<()> {
    connection.prepare_cached("update standings set state = null where work_id = ?1")?.execute([work])?;
    Ok(())
}

/// Makes the place for a recorded work's standing, which is to be computed.
pub(super) fn begin(connection: &Connection, work: &str) -> Result<()> {
    connection.prepare_cached("insert or replace into standings (work_id) values (?1)")?.execute([work])?;
    Ok(())
}

/// Lets the standings of works with a content be computed again.
pub(super) fn forget_content(connection: &Connection, sha256: &str) -> Result<()> {
    let sql = format!(
        "update standings set state = null where work_id in \
         (select id from works where sha256 = ?1 union select id from works where {PUBLISHED_BESIDE} = ?1)"
    );
    connection.prepare_cached(&sql)?.execute([sha256])?;
    Ok(())
}
