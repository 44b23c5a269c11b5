//! Packages that were built, and what people answered of works for them.

use rusqlite::{Params, Row, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::Catalog;
use super::error::Result;
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
}

impl Catalog {
    /// Returns the number that the next package will have.
    pub fn next_package(&self) -> Result<u64> {
        let sql = "select coalesce(max(number), 0) + 1 from packages";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// Records a package with its works; its number has to be free.
    pub fn put_package(&mut self, package: &PackageRecord) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
            };
            transaction.execute(
                "insert into package_works values (?1, ?2, ?3, ?4)",
                params![package.number.cast_signed(), work.no, work.work, to_json(&said)?],
            )?;
        }
        Ok(transaction.commit()?)
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
            let Said { digest, sha256, department, category, authors } = from_json(&said)?;
            Ok(PackedWork { no, work, digest, sha256, department, category, authors })
        })
        .collect()
    }

    /// Records an answer.
    pub fn put_package_answer(&self, answer: &Answer) -> Result<()> {
        self.connection.execute(
            "insert into package_answers (profile, work_id, digest, key, yes, by, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![answer.profile, answer.work, answer.digest, answer.key, answer.yes, answer.by, answer.at],
        )?;
        Ok(())
    }

    /// Returns the answers for a profile, oldest first: of two about the same thing the later one holds.
    pub fn package_answers(&self, profile: &str) -> Result<Vec<Answer>> {
        let sql = "select profile, work_id, digest, key, yes, by, at from package_answers where profile = ?1 order by id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([profile], |row| {
            Ok(Answer {
                profile: row.get(0)?,
                work: row.get(1)?,
                digest: row.get(2)?,
                key: row.get(3)?,
                yes: row.get(4)?,
                by: row.get(5)?,
                at: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
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
        let mut catalog = Catalog::open_in_memory().unwrap();
        for (complete, replaces) in [(true, None), (false, None), (true, Some(1))] {
            let number = catalog.next_package().unwrap();
            catalog.put_package(&package(number, complete, replaces)).unwrap();
        }
        let handed_in = catalog.packages_handed_in("relay").unwrap();
        assert_eq!(handed_in, [package(3, true, Some(1))]);
        assert!(catalog.packages_handed_in("other").unwrap().is_empty());
        assert_eq!(catalog.packages().unwrap().len(), 3);
        assert!(catalog.put_package(&package(3, true, None)).is_err());
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
                yes,
                by: "王芳".into(),
                at: "now".into(),
            };
            catalog.put_package_answer(&answer).unwrap();
        }
        let said: Vec<bool> = catalog.package_answers("relay").unwrap().iter().map(|it| it.yes).collect();
        assert_eq!(said, [false, true]);
        assert!(catalog.connection.execute_batch("delete from package_answers").is_err());
    }
}
