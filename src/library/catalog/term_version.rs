//! Words of an older version, made again from the fingerprints in the catalogue.

use rusqlite::{Connection, TransactionBehavior, params};

use super::Catalog;
use super::error::Result;
use super::occurrences::pack_terms;
use crate::model::alignment::{TERMS_VERSION, Term};
use crate::model::fingerprint::{FINGERPRINT_VERSION, Fingerprint};

/// Contents whose words are written in one transaction: some megabytes.
const BATCH: u32 = 1_000;

impl Catalog {
    /// Makes all words of an older version again with `spell`, rebuilds the index, and returns how many contents that were.
    /// One that was interrupted is continued. Contents whose fingerprint is of an older version too stay out of the index:
    /// [`Catalog::unlisted`] returns them.
    pub fn rebuild_terms(&mut self, spell: impl Fn(&Fingerprint) -> Vec<Term>) -> Result<u64> {
        if is_current(&self.connection)? {
            return Ok(0);
        }
        let mut made = 0;
        let mut after = 0;
        while let Some(last) = self.rebuild_some_terms(after, &spell, &mut made)? {
            after = last;
        }
        self.rebuild_index()?;
        Ok(made)
    }

    /// Makes the words of some contents after number `after`, and returns the number of the last of them.
    fn rebuild_some_terms(
        &mut self,
        after: u32,
        spell: &impl Fn(&Fingerprint) -> Vec<Term>,
        made: &mut u64,
    ) -> Result<Option<u32>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "select number, fingerprint from looks where number > ?1 and words_version != ?2 \
                   and version = ?3 order by number limit ?4";
        let old: Vec<(u32, Vec<u8>)> = transaction
            .prepare_cached(sql)?
            .query_map(params![after, TERMS_VERSION, FINGERPRINT_VERSION, BATCH], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        for (number, bytes) in &old {
            let Some(fingerprint) = Fingerprint::from_bytes(bytes) else { continue };
            // No longer listed, though the index still has it: the index is of no use any more, and is rebuilt.
            let sql = "update looks set words = ?2, words_version = ?3, listed = 0 where number = ?1";
            let words = pack_terms(&spell(&fingerprint));
            transaction.prepare_cached(sql)?.execute(params![number, words, TERMS_VERSION])?;
            *made += 1;
        }
        transaction.commit()?;
        Ok(old.last().map(|(number, _)| *number))
    }
}

/// Marks an index without contents as of the version in use.
pub(super) fn adopt_if_empty(connection: &Connection) -> Result<()> {
    let has_looks =
        || connection.query_row("select exists (select 1 from looks)", [], |row| row.get::<_, bool>(0));
    if !is_current(connection)? && !has_looks()? {
        mark_current(connection)?;
    }
    Ok(())
}

/// Marks the index as of the version in use.
pub(super) fn mark_current(connection: &Connection) -> Result<()> {
    connection.execute("update index_words set version = ?1", [TERMS_VERSION])?;
    Ok(())
}

/// Returns true if the index holds words of the version in use.
pub(super) fn is_current(connection: &Connection) -> Result<bool> {
    let mut statement = connection.prepare_cached("select version = ?1 from index_words")?;
    Ok(statement.query_row([TERMS_VERSION], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::catalog::tests::{sum, work};
    use crate::model::finding::Verdict;

    const OLD: Term = Term { word: 5, at_ms: 0 };
    const NEW: Term = Term { word: 9, at_ms: 250 };

    fn put(catalog: &mut Catalog, content: char, word: Term) {
        let print = Fingerprint { version: FINGERPRINT_VERSION, ..Fingerprint::default() };
        catalog.put_fingerprint(&sum(content), &print, &[word]).unwrap();
        let mut row = work(&content.to_string(), &format!("/in/{content}"));
        row.manifest.source.sha256 = Some(sum(content));
        row.manifest.verdict = Verdict::Accepted;
        catalog.record_work(&row, &[], &[]).unwrap();
    }

    /// Two works of an older version, as its program left them.
    fn old() -> Catalog {
        let mut catalog = Catalog::open_in_memory().unwrap();
        put(&mut catalog, 'a', OLD);
        put(&mut catalog, 'b', OLD);
        let older = "update looks set words_version = 1; update index_words set version = 1";
        catalog.connection.execute_batch(older).unwrap();
        adopt_if_empty(&catalog.connection).unwrap();
        catalog
    }

    /// Contents under a word.
    fn under(catalog: &Catalog, word: Term) -> Vec<u32> {
        let found = catalog.find_terms(&[word.word], 1_000).unwrap();
        found.iter().flat_map(|found| found.posts.iter().map(|post| post.look)).collect()
    }

    #[test]
    fn an_older_index_is_made_again_and_never_mixed_with_words_in_use() {
        let mut catalog = old();
        assert!(under(&catalog, OLD).is_empty());
        put(&mut catalog, 'c', NEW);
        assert!(under(&catalog, NEW).is_empty());
        let listed = "select count(*) from words where key >> 32 = 9";
        let count = |catalog: &Catalog| catalog.connection.query_row(listed, [], |row| row.get::<_, i64>(0));
        assert_eq!(count(&catalog), Ok(0), "a new word in an old index");
        assert_eq!(catalog.rebuild_terms(|_| vec![NEW]).unwrap(), 2);
        assert_eq!((under(&catalog, OLD), under(&catalog, NEW)), (vec![], vec![1, 2, 3]));
        assert_eq!(catalog.unlisted().unwrap(), []);
        put(&mut catalog, 'd', NEW);
        assert_eq!(under(&catalog, NEW), [1, 2, 3, 4]);
        assert_eq!(catalog.rebuild_terms(|_| panic!("made twice")).unwrap(), 0);
    }

    #[test]
    fn what_was_broken_off_is_gone_on_with() {
        let mut catalog = old();
        let mut made = 0;
        assert_eq!(catalog.rebuild_some_terms(1, &|_: &_| vec![NEW], &mut made).unwrap(), Some(2));
        // Killed here.
        assert_eq!((under(&catalog, NEW), made), (vec![], 1));
        assert_eq!(catalog.rebuild_terms(|_| vec![NEW]).unwrap(), 1);
        assert_eq!(under(&catalog, NEW), [1, 2]);
    }

    #[test]
    fn a_look_of_an_older_fingerprint_waits_for_its_source() {
        let mut catalog = old();
        catalog.connection.execute("update looks set version = 1 where number = 1", []).unwrap();
        assert_eq!(catalog.rebuild_terms(|_| vec![NEW]).unwrap(), 1);
        assert_eq!(under(&catalog, NEW), [2]);
        let unlisted = catalog.unlisted().unwrap();
        assert_eq!(unlisted.iter().map(|one| one.sha256.as_str()).collect::<Vec<_>>(), [sum('a')]);
    }
}
