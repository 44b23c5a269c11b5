//! Figures of posts: samples, which are only added, and rows that a person has to match.

use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::Catalog;
use super::error::Result;
use super::rows::{from_json, to_json};
use crate::model::statistics::{Metric, OpenRow, Place, Sample};

impl Catalog {
    /// Returns all samples, in the order in which they were added.
    pub fn samples(&self) -> Result<Vec<Sample>> {
        let sql =
            "select post, metric, value, observed_at, file_sha256, file, sheet, row from samples order by id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], sample_from)?;
        let found: rusqlite::Result<Vec<Option<Sample>>> = rows.collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// Adds the samples of one file, and keeps its open rows, all or none. What is there from the same row of the same file
    /// stays as it is. Returns how many samples and open rows were new.
    pub fn add_figures(&self, samples: &[Sample], open: &[OpenRow], at: &str) -> Result<(usize, usize)> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let (mut added, mut opened) = (0, 0);
        for sample in samples {
            // What a person said of a row stays.
            let said = "select 1 from open_rows where file_sha256 = ?1 and sheet = ?2 and row = ?3 and settled_by <> ''";
            let place = &sample.place;
            let values = params![place.file_sha256, place.sheet, place.row];
            if transaction.prepare_cached(said)?.exists(values)? {
                continue;
            }
            added += insert(&transaction, sample, at)?;
            // A receipt that came later may have made certain what was open.
            let settle = "update open_rows set settled_at = ?4, settled_by = '' \
                          where file_sha256 = ?1 and sheet = ?2 and row = ?3 and settled_at is null";
            let place = &sample.place;
            transaction.prepare_cached(settle)?.execute(params![
                place.file_sha256,
                place.sheet,
                place.row,
                at
            ])?;
        }
        for row in open {
            let sql = "insert into open_rows (target, said, file_sha256, sheet, row) select ?1, ?2, ?3, ?4, ?5 \
                       where not exists (select 1 from samples \
                       where file_sha256 = ?3 and sheet = ?4 and row = ?5) on conflict do nothing";
            let place = &row.place;
            let values = params![row.target, to_json(row)?, place.file_sha256, place.sheet, place.row];
            opened += transaction.prepare_cached(sql)?.execute(values)?;
        }
        transaction.commit()?;
        Ok((added, opened))
    }

    /// Returns the rows that nobody has matched yet.
    pub fn open_rows(&self) -> Result<Vec<OpenRow>> {
        let sql = "select number, said from open_rows where settled_at is null order by number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let read = |row: rusqlite::Result<(i64, String)>| {
            let (number, said) = row?;
            Ok(OpenRow { number: number.cast_unsigned(), ..from_json(&said)? })
        };
        rows.map(read).collect()
    }

    /// Takes an open row as a post's, or as nobody's (`post` is `None`), as a person said. Returns false where it is not open.
    pub fn settle_row(&self, row: &OpenRow, post: Option<u64>, (by, at): (&str, &str)) -> Result<bool> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let sql =
            "update open_rows set settled_at = ?2, settled_by = ?3 where number = ?1 and settled_at is null";
        let settled = transaction.execute(sql, params![row.number.cast_signed(), at, by])?;
        if settled == 1
            && let Some(post) = post
        {
            for (metric, value) in &row.values {
                let sample = Sample {
                    post,
                    metric: *metric,
                    value: *value,
                    observed_at: row.observed_at.clone(),
                    place: row.place.clone(),
                };
                insert(&transaction, &sample, at)?;
            }
        }
        transaction.commit()?;
        Ok(settled == 1)
    }

    /// Returns the columns that somebody chose for a table with these heads, as JSON.
    pub fn chosen_columns(&self, heads: &str) -> Result<Option<String>> {
        let sql = "select said from chosen_columns where heads = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([heads], |row| row.get(0)).optional()?)
    }

    pub fn choose_columns(&self, heads: &str, said: &str, at: &str) -> Result<()> {
        let sql = "insert or replace into chosen_columns (heads, said, chosen_at) values (?1, ?2, ?3)";
        self.connection.execute(sql, params![heads, said, at])?;
        Ok(())
    }
}

fn insert(transaction: &Transaction<'_>, sample: &Sample, at: &str) -> Result<usize> {
    let sql = "insert into samples (post, metric, value, observed_at, file_sha256, file, sheet, row, imported_at) \
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict do nothing";
    let place = &sample.place;
    Ok(transaction.prepare_cached(sql)?.execute(params![
        sample.post.cast_signed(),
        sample.metric.name(),
        sample.value,
        sample.observed_at,
        place.file_sha256,
        place.file,
        place.sheet,
        place.row,
        at
    ])?)
}

/// `None` for a metric that this version does not know.
fn sample_from(row: &Row<'_>) -> rusqlite::Result<Option<Sample>> {
    let Some(metric) = Metric::named(&row.get::<_, String>(1)?) else { return Ok(None) };
    Ok(Some(Sample {
        post: row.get::<_, i64>(0)?.cast_unsigned(),
        metric,
        value: row.get(2)?,
        observed_at: row.get(3)?,
        place: Place { file_sha256: row.get(4)?, file: row.get(5)?, sheet: row.get(6)?, row: row.get(7)? },
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::slice::from_ref;

    use super::*;
    use crate::model::statistics::at_cutoff;

    fn sample(file: char, value: f64, observed_at: &str) -> Sample {
        let file_sha256 = file.to_string().repeat(64);
        let place = Place { file_sha256, file: format!("{file}.xlsx"), sheet: String::new(), row: 2 };
        Sample { post: 7, metric: Metric::Views, value, observed_at: observed_at.into(), place }
    }

    #[test]
    fn a_file_twice_adds_nothing_and_the_value_at_a_time_is_the_last_before_it() {
        let catalog = Catalog::open_in_memory().unwrap();
        let (early, late) =
            (sample('a', 100.0, "2026-11-01T00:00:00Z"), sample('b', 150.0, "2026-11-08T00:00:00Z"));
        assert_eq!(catalog.add_figures(from_ref(&late), &[], "now").unwrap(), (1, 0));
        assert_eq!(catalog.add_figures(from_ref(&early), &[], "now").unwrap(), (1, 0));
        assert_eq!(catalog.add_figures(from_ref(&early), &[], "later").unwrap(), (0, 0));
        let all = catalog.samples().unwrap();
        assert_eq!(all, [late, early]);
        let at = |cutoff| at_cutoff(&all, cutoff).get(&(7, Metric::Views)).map(|sample| sample.value);
        assert_eq!(at(None), Some(150.0), "never 250");
        assert_eq!(at(Some("2026-11-07T00:00:00Z")), Some(100.0));
        assert_eq!(at(Some("2026-10-01T00:00:00Z")), None);
        assert!(catalog.connection.execute("update samples set value = 0", []).is_err());
        assert!(catalog.connection.execute("delete from samples", []).is_err());
    }

    #[test]
    fn an_open_row_is_settled_once() {
        let catalog = Catalog::open_in_memory().unwrap();
        let place = sample('a', 1.0, "").place;
        let row = OpenRow {
            number: 0,
            target: "douyin".into(),
            title: "海河".into(),
            posted_at: None,
            observed_at: "2026-11-01T00:00:00Z".into(),
            values: BTreeMap::from([(Metric::Views, 5.0), (Metric::Likes, 2.0)]),
            place,
        };
        assert_eq!(catalog.add_figures(&[], from_ref(&row), "now").unwrap(), (0, 1));
        assert_eq!(catalog.add_figures(&[], from_ref(&row), "now").unwrap(), (0, 0));
        let other = OpenRow { place: sample('b', 1.0, "").place, ..row.clone() };
        assert_eq!(catalog.add_figures(&[], from_ref(&other), "now").unwrap(), (0, 1));
        let open = catalog.open_rows().unwrap();
        assert!(catalog.settle_row(&open[1], None, ("王芳", "now")).unwrap());
        let late = sample('b', 5.0, "2026-11-01T00:00:00Z");
        assert_eq!(catalog.add_figures(&[late], &[], "now").unwrap(), (0, 0), "she said that it is nobody's");
        assert!(catalog.settle_row(&open[0], Some(7), ("王芳", "now")).unwrap());
        assert!(!catalog.settle_row(&open[0], Some(8), ("王芳", "now")).unwrap());
        assert!(catalog.open_rows().unwrap().is_empty());
        assert_eq!(catalog.samples().unwrap().iter().map(|it| it.post).collect::<Vec<_>>(), [7, 7]);
        assert_eq!(catalog.add_figures(&[], &[row], "now").unwrap(), (0, 0));
    }
}
