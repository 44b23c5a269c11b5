//! The index built as a whole: sorted, so that its pages are written once and full.

use rusqlite::{Connection, TransactionBehavior};

use super::error::Result;
use super::index::{each_piece, entries, put_piece};
use super::occurrences::Occurrence;
use super::{Catalog, is_published, term_version};
use crate::model::alignment::TERMS_VERSION;

/// Entries sorted in memory at once, of 12 bytes each: 240 MB at most, however large the library is.
const AT_ONCE: u64 = 20_000_000;

/// One in this many contents is read to learn how words are distributed.
const SAMPLE: u32 = 64;

impl Catalog {
    /// Rebuilds the index from the words of all published contents, in one transaction. Much quicker than adding one by one
    /// where most are to be added.
    pub fn rebuild_index(&mut self) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("delete from words", [])?;
        transaction.execute(
            &format!("update looks set listed = words_version = ?1 and {}", is_published()),
            [TERMS_VERSION],
        )?;
        fill(&transaction)?;
        term_version::mark_current(&transaction)?;
        Ok(transaction.commit()?)
    }
}

fn fill(connection: &Connection) -> Result<()> {
    let borders = borders(connection)?;
    for (from, to) in borders.iter().zip(&borders[1..]) {
        let mut some: Vec<(u32, Occurrence)> = Vec::new();
        each_look(connection, 1, |look, words| {
            some.extend(entries(look, words).filter(|(word, _)| (*from..*to).contains(&u64::from(*word))));
        })?;
        some.sort_unstable();
        some.dedup();
        for list in some.chunk_by(|a, b| a.0 == b.0) {
            let posts: Vec<Occurrence> = list.iter().map(|(_, post)| *post).collect();
            each_piece(list[0].0, &posts, |key, piece| put_piece(connection, key, piece))?;
        }
    }
    Ok(())
}

/// Cuts all words into ranges with about as many entries each. Keys are signed, so the upper half comes first.
fn borders(connection: &Connection) -> Result<Vec<u64>> {
    let (looks, bytes): (i64, i64) = connection.query_row(
        "select count(*), coalesce(sum(length(words)), 0) from looks where listed = 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let ranges = (bytes.cast_unsigned() / 6).div_ceil(AT_ONCE).max(1) as usize;
    let mut sample: Vec<u32> = Vec::new();
    let step = if looks > i64::from(SAMPLE) * 64 { SAMPLE } else { 1 };
    if ranges > 1 {
        each_look(connection, step, |look, words| sample.extend(entries(look, words).map(|(word, _)| word)))?;
    }
    sample.sort_unstable();
    let middle = (1..ranges).filter_map(|range| sample.get(sample.len() * range / ranges));
    let mut borders: Vec<u64> = middle.map(|word| u64::from(*word)).collect();
    borders.insert(0, 0);
    borders.push(1 << 32);
    borders.dedup();
    Ok(borders)
}

fn each_look(connection: &Connection, step: u32, mut each: impl FnMut(u32, &[u8])) -> Result<()> {
    let mut statement =
        connection.prepare_cached("select number, words from looks where listed = 1 and number % ?1 = 0")?;
    let mut rows = statement.query([step])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, row.get_ref(1)?.as_blob().unwrap_or_default());
    }
    Ok(())
}
