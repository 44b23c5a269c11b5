//! What is to be posted, removed and looked at: kept beside records and standings, in the transactions that write those, so that
//! nobody has to read a hundred thousand works to know what is due.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Catalog;
use super::error::Result;
use super::rows::from_json;
use crate::model::posting::{Numbered, posting};
use crate::model::receipt::{Receipt, Screenshot};
use crate::model::review::{Action, NewRecord, Record, ReviewState, Standing};

/// The condition of `postings_due`.
const IS_DUE: &str = "state = 'released' and posted is null and unproven is null";

/// A target of a work that is released and not posted yet, or withdrawn and still posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePosting {
    pub work: String,
    pub title: String,
    pub department: Option<String>,
    pub target: String,
    /// Since when it is released, or withdrawn; RFC 3339 in UTC.
    pub since: String,
}

/// A receipt that somebody has to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPosting {
    pub work: String,
    pub target: String,
    pub seq: u64,
}

/// A receipt of any work, with what its record says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptOf {
    pub seq: u64,
    pub record: NewRecord,
    pub receipt: Receipt,
}

impl Catalog {
    /// Returns what is to be posted on one target, the longest released first, at most `most`.
    pub fn due_postings(&self, target: &str, most: u32) -> Result<Vec<DuePosting>> {
        let sql = format!(
            "select due.work_id, works.title, works.department, due.target, due.since from \
             (select work_id, target, since from postings where target = ?1 and {IS_DUE} \
              order by since, work_id limit ?2) due \
             join works on works.id = due.work_id order by due.since, due.work_id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![target, most], due_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what is to be posted on one target and was released at `since_utc` or later, the longest released first.
    pub fn due_postings_since(&self, target: &str, since_utc: &str, most: u32) -> Result<Vec<DuePosting>> {
        let sql = format!(
            "select due.work_id, works.title, works.department, due.target, due.since from \
             (select work_id, target, since from postings where target = ?1 and since >= ?2 and {IS_DUE} \
              order by since, work_id limit ?3) due \
             join works on works.id = due.work_id order by due.since, due.work_id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![target, since_utc, most], due_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns how many targets of works are withdrawn and still posted, hold a receipt without proof, or a post that lacks a
    /// topic.
    pub fn count_postings_to_mend(&self) -> Result<[u64; 3]> {
        let conditions =
            ["state = 'withdrawn' and live > 0", "unproven is not null", "topicless is not null"];
        let mut counts = [0; 3];
        for (count, condition) in counts.iter_mut().zip(conditions) {
            let sql = format!("select count(*) from postings where {condition}");
            *count = self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned();
        }
        Ok(counts)
    }

    /// Returns how many works are to be posted on one target, and how many of them were released before `overdue_utc`.
    pub fn count_due_postings(&self, target: &str, overdue_utc: &str) -> Result<(u64, u64)> {
        let sql = format!(
            "select count(*), coalesce(sum(since < ?2), 0) from postings where target = ?1 and {IS_DUE}"
        );
        let counts =
            self.connection.prepare_cached(&sql)?.query_row(params![target, overdue_utc], |row| {
                Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned()))
            })?;
        Ok(counts)
    }

    /// Returns the ids of the works that are released for a target, in their order, as far as standings are kept.
    pub fn released_on(&self, target: &str) -> Result<Vec<String>> {
        let sql = "select work_id from postings where target = ?1 and state = 'released' order by work_id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([target], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what is withdrawn and still posted somewhere, the longest withdrawn first, at most `most`.
    pub fn postings_to_remove(&self, most: u32) -> Result<Vec<DuePosting>> {
        let sql = "select postings.work_id, coalesce(works.title, ''), works.department, target, since from postings \
                   left join works on works.id = postings.work_id \
                   where postings.state = 'withdrawn' and live > 0 order by since, postings.work_id limit ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([most], due_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the targets with receipts that count for nothing yet, the newest receipt first, at most `most`.
    pub fn unproven_postings(&self, most: u32) -> Result<Vec<ListedPosting>> {
        self.flagged("unproven", most)
    }

    /// Returns the targets with posts whose text lacks a topic, the newest first, at most `most`.
    pub fn topicless_postings(&self, most: u32) -> Result<Vec<ListedPosting>> {
        self.flagged("topicless", most)
    }

    fn flagged(&self, column: &str, most: u32) -> Result<Vec<ListedPosting>> {
        let sql = format!(
            "select work_id, target, {column} from postings where {column} is not null order by {column} desc limit ?1"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([most], |row| {
            let seq = row.get::<_, i64>(2)?.cast_unsigned();
            Ok(ListedPosting { work: row.get(0)?, target: row.get(1)?, seq })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the newest receipts of all works, newest first, at most `most`.
    pub fn newest_receipts(&self, most: u32) -> Result<Vec<ReceiptOf>> {
        let sql = "select seq, said from records where kind = 'receipt' order by seq desc limit ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map([most], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, String>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (seq, said) = row?;
            let record: NewRecord = from_json(&said)?;
            if let Action::Receipt(receipt) = &record.action {
                found.push(ReceiptOf { seq, receipt: receipt.clone(), record });
            }
        }
        Ok(found)
    }

    /// Returns whose work a link is a post of.
    pub fn work_of_link(&self, key: &str) -> Result<Option<String>> {
        self.text("select work_id from posted_links where key = ?1", key)
    }

    /// Returns the record of a number.
    pub fn record(&self, seq: u64) -> Result<Option<Record>> {
        self.stored_record(seq)?.map(|stored| stored.read()).transpose()
    }

    /// Returns true if a screenshot of this content is in the library under this name.
    pub fn has_proof(&self, proof: &Screenshot) -> Result<bool> {
        let sql = "select 1 from proofs where path = ?1 and sha256 = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![proof.file, proof.sha256], |_| Ok(())).optional()?.is_some())
    }

    /// Returns the screenshot under a name.
    pub fn proof(&self, path: &str) -> Result<Option<Screenshot>> {
        let sql = "select path, sha256, bytes from proofs where path = ?1";
        let read = |row: &Row<'_>| {
            let bytes = row.get::<_, i64>(2)?.cast_unsigned();
            Ok(Screenshot { file: row.get(0)?, sha256: row.get(1)?, bytes })
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([path], read).optional()?)
    }
}

fn due_from(row: &Row<'_>) -> rusqlite::Result<DuePosting> {
    Ok(DuePosting {
        work: row.get(0)?,
        title: row.get(1)?,
        department: row.get(2)?,
        target: row.get(3)?,
        since: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
    })
}

/// Takes in a receipt that was stored: its link, its screenshot, and what follows for its target.
pub(super) fn note_receipt(
    connection: &Connection,
    work: &str,
    (seq, receipt): (u64, &Receipt),
) -> Result<()> {
    if let Some(key) = &receipt.post_key {
        // Whose a link is was asked before, in the same transaction; the first stays.
        let sql = "insert into posted_links (key, work_id, seq) values (?1, ?2, ?3) on conflict do nothing";
        connection.prepare_cached(sql)?.execute(params![key, work, seq.cast_signed()])?;
    }
    if let Some(proof) = &receipt.screenshot {
        let sql = "insert or replace into proofs (path, sha256, bytes) values (?1, ?2, ?3)";
        let values = params![proof.file, proof.sha256, proof.bytes.cast_signed()];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    let stored = receipts_of(connection, work)?;
    let all: Vec<Numbered<'_>> =
        stored.iter().map(|(seq, receipt)| Numbered { seq: *seq, receipt }).collect();
    let now = posting(&all, &receipt.target);
    let sql = "insert into postings (work_id, target, posted, live, unproven, topicless) \
               values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (work_id, target) do update set \
               posted = excluded.posted, live = excluded.live, unproven = excluded.unproven, \
               topicless = excluded.topicless";
    let number = |seq: Option<&u64>| seq.map(|seq| seq.cast_signed());
    connection.prepare_cached(sql)?.execute(params![
        work,
        receipt.target,
        number(now.posted.as_ref()),
        i64::try_from(now.live.len()).unwrap_or(i64::MAX),
        number(now.unproven.last()),
        number(now.topicless.last()),
    ])?;
    Ok(())
}

fn receipts_of(connection: &Connection, work: &str) -> Result<Vec<(u64, Receipt)>> {
    let sql = "select seq, said from records where work_id = ?1 and kind = 'receipt' order by seq";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map([work], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, String>(1)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (seq, said) = row?;
        if let Action::Receipt(receipt) = from_json::<NewRecord>(&said)?.action {
            found.push((seq, receipt));
        }
    }
    Ok(found)
}

/// Takes in a standing that was computed.
pub(super) fn note_standing(connection: &Connection, work: &str, standing: Option<&Standing>) -> Result<()> {
    let reset = "update postings set state = null, since = null where work_id = ?1 and state is not null";
    connection.prepare_cached(reset)?.execute([work])?;
    let sql = "insert into postings (work_id, target, state, since) values (?1, ?2, ?3, ?4) \
               on conflict (work_id, target) do update set state = excluded.state, since = excluded.since";
    let mut statement = connection.prepare_cached(sql)?;
    for (target, at) in standing.into_iter().flat_map(|standing| &standing.targets) {
        if matches!(at.state, ReviewState::Released | ReviewState::Withdrawn) {
            statement.execute(params![work, target, at.state.name(), utc(&at.since)])?;
        }
    }
    Ok(())
}

/// Returns a time in UTC to the second, so that texts compare; one that cannot be read stays as it is.
fn utc(at: &str) -> String {
    let read = at.parse::<jiff::Timestamp>();
    read.map_or_else(|_| at.to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests;
