//! Packages that were built, and what people answered of works for them.

use std::collections::BTreeSet;

use rusqlite::{Params, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::Catalog;
use super::error::{CatalogError, Result};
use super::rows::{from_json, to_json};
use crate::model::showcase::built::{PackageRecord, PackedWork};
use crate::model::showcase::plan::Answer;

/// What is kept of a work in a package beside its number.
#[derive(Serialize, Deserialize)]
struct Said {
    digest: String,
    sha256: String,
    department: String,
    category: String,
    authors: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    target: String,
}

impl Catalog {
    /// Records the package that `make` returns, with its works, while no other program can write: what `make` reads of the
    /// catalogue is what the package is recorded beside. It is told the package's number. Nothing is recorded if it fails.
    ///
    /// # Errors
    /// Those of `make`, and of the catalogue.
    pub fn record_package<E: From<CatalogError>>(
        &self,
        make: impl FnOnce(&Self, u64) -> std::result::Result<PackageRecord, E>,
    ) -> std::result::Result<PackageRecord, E> {
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let transaction = begun.map_err(CatalogError::from)?;
        let number = self.next_package()?;
        let package = make(self, number)?;
        insert(&transaction, &package)?;
        transaction.commit().map_err(CatalogError::from)?;
        Ok(package)
    }

    /// Records packages and answers that only a copy of them has: those whose numbers are free, and which replace none that is
    /// unknown. Returns how many.
    pub fn take_over_packages(&self, packages: &[PackageRecord], answers: &[Answer]) -> Result<usize> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let mut known: BTreeSet<u64> = self.packages()?.iter().map(|package| package.number).collect();
        let mut taken = 0;
        for package in packages {
            if !known.contains(&package.number)
                && package.replaces.is_none_or(|number| known.contains(&number))
            {
                insert(&transaction, package)?;
                known.insert(package.number);
                taken += 1;
            }
        }
        let has = self.all_package_answers()?;
        for answer in answers.iter().filter(|answer| !has.contains(answer)) {
            self.put_package_answer(answer)?;
            taken += 1;
        }
        transaction.commit()?;
        Ok(taken)
    }

    fn next_package(&self) -> Result<u64> {
        let sql = "select coalesce(max(number), 0) + 1 from packages";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// Returns all packages, oldest first.
    pub fn packages(&self) -> Result<Vec<PackageRecord>> {
        self.packages_where("true", [])
    }

    /// Returns the packages of a contest that are whole and that no later one, whole as well, replaces, oldest first.
    pub fn packages_handed_in(&self, contest: &str) -> Result<Vec<PackageRecord>> {
        let condition = "contest = ?1 and complete = 1 \
                         and not exists (select 1 from packages later where later.replaces = packages.number \
                         and later.complete = 1)";
        self.packages_where(condition, [contest])
    }

    fn packages_where(&self, condition: &str, values: impl Params) -> Result<Vec<PackageRecord>> {
        let sql = format!(
            "select number, profile, contest, name, built_at, by, complete, late, sums_sha256, replaces \
             from packages where {condition} order by number"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = statement.query_map(values, package_from)?.collect::<rusqlite::Result<Vec<_>>>()?;
        for package in &mut found {
            package.works = self.works_of_package(package.number)?;
        }
        Ok(found)
    }

    fn works_of_package(&self, number: u64) -> Result<Vec<PackedWork>> {
        let sql = "select no, work_id, said from package_works where package = ?1 order by no";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?));
        let rows = statement.query_map([number.cast_signed()], read)?;
        rows.map(|row| {
            let (no, work, said) = row?;
            let Said { digest, sha256, department, category, authors, target } = from_json(&said)?;
            Ok(PackedWork { no, work, digest, sha256, department, category, authors, target })
        })
        .collect()
    }

    /// Records an answer.
    pub fn put_package_answer(&self, answer: &Answer) -> Result<()> {
        let Answer { profile, work, digest, key, about, yes, by, at } = answer;
        self.connection.execute(
            "insert into package_answers (profile, work_id, digest, key, yes, by, at, about) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![profile, work, digest, key, yes, by, at, about],
        )?;
        Ok(())
    }

    /// Returns the answers for a profile, oldest first: of two about the same thing the later one holds.
    pub fn package_answers(&self, profile: &str) -> Result<Vec<Answer>> {
        self.package_answers_where("profile = ?1", [profile])
    }

    /// Returns the answers for all profiles, oldest first.
    pub fn all_package_answers(&self) -> Result<Vec<Answer>> {
        self.package_answers_where("true", [])
    }

    fn package_answers_where(&self, condition: &str, values: impl Params) -> Result<Vec<Answer>> {
        let sql = format!(
            "select profile, work_id, digest, key, yes, by, at, about from package_answers where {condition} order by id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(values, |row| {
            Ok(Answer {
                profile: row.get(0)?,
                work: row.get(1)?,
                digest: row.get(2)?,
                key: row.get(3)?,
                yes: row.get(4)?,
                by: row.get(5)?,
                at: row.get(6)?,
                about: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn insert(transaction: &Transaction<'_>, package: &PackageRecord) -> Result<()> {
    transaction.execute(
        "insert into packages values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            package.number.cast_signed(),
            package.profile,
            package.contest,
            package.name,
            package.built_at,
            package.by,
            package.complete,
            package.late,
            package.sums_sha256,
            package.replaces.map(u64::cast_signed),
        ],
    )?;
    for work in &package.works {
        let said = Said {
            digest: work.digest.clone(),
            sha256: work.sha256.clone(),
            department: work.department.clone(),
            category: work.category.clone(),
            authors: work.authors.clone(),
            target: work.target.clone(),
        };
        transaction.execute(
            "insert into package_works values (?1, ?2, ?3, ?4)",
            params![package.number.cast_signed(), work.no, work.work, to_json(&said)?],
        )?;
    }
    Ok(())
}

fn package_from(row: &Row<'_>) -> rusqlite::Result<PackageRecord> {
    Ok(PackageRecord {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        profile: row.get(1)?,
        contest: row.get(2)?,
        name: row.get(3)?,
        built_at: row.get(4)?,
        by: row.get(5)?,
        complete: row.get(6)?,
        late: row.get(7)?,
        sums_sha256: row.get(8)?,
        replaces: row.get::<_, Option<i64>>(9)?.map(i64::cast_unsigned),
        works: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(number: u64, complete: bool, replaces: Option<u64>) -> PackageRecord {
        let work = PackedWork {
            no: 1,
            work: format!("w{number}"),
            digest: "0".repeat(64),
            sha256: "1".repeat(64),
            department: "机械".into(),
            category: "微视频".into(),
            authors: vec!["张三".into()],
            target: "entry".into(),
        };
        PackageRecord {
            number,
            profile: "relay".into(),
            contest: "relay".into(),
            name: format!("包{number}"),
            built_at: "2026-11-30T21:00:00+08:00".into(),
            by: "王芳".into(),
            complete,
            late: false,
            sums_sha256: "2".repeat(64),
            replaces,
            works: vec![work],
        }
    }

    #[test]
    fn only_whole_packages_that_none_replaces_are_handed_in() {
        let catalog = Catalog::open_in_memory().unwrap();
        let put = |number: Option<u64>, complete, replaces| {
            catalog.record_package(|_, next| {
                Ok::<_, CatalogError>(package(number.unwrap_or(next), complete, replaces))
            })
        };
        for (complete, replaces) in [(true, None), (false, None), (true, Some(1))] {
            put(None, complete, replaces).unwrap();
        }
        let handed_in = catalog.packages_handed_in("relay").unwrap();
        assert_eq!(handed_in, [package(3, true, Some(1))]);
        assert!(catalog.packages_handed_in("other").unwrap().is_empty());
        assert_eq!(catalog.packages().unwrap().len(), 3);
        assert!(put(Some(3), true, None).is_err());
        // What is asked within the transaction decides: nothing is recorded where it fails.
        let refused = catalog.record_package(|catalog, number| {
            assert_eq!((number, catalog.packages()?.len()), (4, 3));
            Err(CatalogError::Place(std::io::ErrorKind::Other.into()))
        });
        assert!(refused.is_err() && catalog.packages().unwrap().len() == 3);
        // A copy fills in what is lacking, once, and nothing that refers to what nobody knows.
        let mut copy = catalog.packages().unwrap();
        copy.extend([package(4, true, None), package(9, true, Some(8))]);
        assert_eq!(catalog.take_over_packages(&copy, &[]).unwrap(), 1);
        assert_eq!(catalog.take_over_packages(&copy, &[]).unwrap(), 0);
        for sql in ["update packages set complete = 0", "delete from package_works", "delete from packages"] {
            assert!(catalog.connection.execute_batch(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn the_later_answer_comes_last() {
        let catalog = Catalog::open_in_memory().unwrap();
        for yes in [false, true] {
            let answer = Answer {
                profile: "relay".into(),
                work: "a".into(),
                digest: "0".repeat(64),
                key: "seen".into(),
                about: "1".repeat(64),
                yes,
                by: "王芳".into(),
                at: "now".into(),
            };
            catalog.put_package_answer(&answer).unwrap();
        }
        let said: Vec<bool> = catalog.package_answers("relay").unwrap().iter().map(|it| it.yes).collect();
        assert_eq!(said, [false, true]);
        let copy = catalog.all_package_answers().unwrap();
        assert_eq!(Catalog::open_in_memory().unwrap().take_over_packages(&[], &copy).unwrap(), 2);
        assert_eq!(catalog.take_over_packages(&[], &copy).unwrap(), 0);
        assert!(catalog.connection.execute_batch("delete from package_answers").is_err());
    }
}
