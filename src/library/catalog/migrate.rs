//! Brings a catalogue to the newest version, one step at a time.

use std::collections::BTreeMap;

use rusqlite::{Connection, TransactionBehavior};

use super::error::{CatalogError, Result};

/// Step n takes version n - 1 to n; version 0 is an empty file. Steps are only ever added, and their files keep their bytes:
/// `schema.sql` shows what they amount to.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_works.sql"),
    include_str!("migrations/0002_attempts.sql"),
    include_str!("migrations/0003_opinions.sql"),
    include_str!("migrations/0004_looks.sql"),
    include_str!("migrations/0005_words_version.sql"),
    include_str!("migrations/0006_works_by_original.sql"),
    include_str!("migrations/0007_works_by_published.sql"),
    include_str!("migrations/0008_removals.sql"),
    include_str!("migrations/0009_stamp_changed.sql"),
    include_str!("migrations/0010_first_seen.sql"),
    include_str!("migrations/0011_drop_runs.sql"),
    include_str!("migrations/0012_fidelity.sql"),
    include_str!("migrations/0013_release.sql"),
    include_str!("migrations/0014_playout.sql"),
    include_str!("migrations/0015_packages.sql"),
    include_str!("migrations/0016_package_answers.sql"),
    include_str!("migrations/0017_people.sql"),
    include_str!("migrations/0018_samples.sql"),
];

/// Takes all steps that a catalogue lacks.
pub(super) fn to_latest(connection: &mut Connection) -> Result<()> {
    through(connection, STEPS)
}

/// Takes all missing steps in one transaction, so that a kill leaves the old version.
fn through(connection: &mut Connection, steps: &[&str]) -> Result<()> {
    let known = steps.len() as u32;
    if version(connection)? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have migrated while this one waited.
    let found = version(&transaction)?;
    if found > known {
        return Err(CatalogError::TooNew { found, known });
    }
    for step in &steps[found as usize..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("pragma user_version", [], |row| row.get(0))?)
}

/// Returns the first table, by name, that a catalogue of the newest version lacks, or has with other columns.
pub(super) fn incomplete_table(connection: &Connection) -> Result<Option<String>> {
    let mut complete = Connection::open_in_memory()?;
    to_latest(&mut complete)?;
    let (complete, found) = (columns_by_table(&complete)?, columns_by_table(connection)?);
    let is_incomplete = |(table, columns): &(String, Vec<Column>)| found.get(table) != Some(columns);
    Ok(complete.into_iter().find(is_incomplete).map(|(table, _)| table))
}

/// The name of a column, its type, whether it is never null, and its place in the primary key.
type Column = (String, String, bool, u32);

/// Returns the columns of every table but SQLite's own.
fn columns_by_table(connection: &Connection) -> Result<BTreeMap<String, Vec<Column>>> {
    let sql = "select tables.name, columns.name, upper(columns.type), columns.\"notnull\", columns.pk \
               from sqlite_schema as tables join pragma_table_info(tables.name) as columns \
               where tables.type = 'table' and tables.name not glob 'sqlite_*' order by tables.name, columns.cid";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut tables = BTreeMap::<String, Vec<Column>>::new();
    while let Some(row) = rows.next()? {
        let column = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        tables.entry(row.get(0)?).or_default().push(column);
    }
    Ok(tables)
}

/// Takes an empty catalogue to a version, as an older program left it.
#[cfg(test)]
pub(super) fn to_version(connection: &mut Connection, version: usize) -> Result<()> {
    through(connection, &STEPS[..version])
}

#[cfg(test)]
mod tests {
    mod current_schema;

    use std::collections::BTreeSet;

    use serde_json::Value;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::model::manifest::Work;
    use crate::model::opinion::OpinionKind;
    use crate::text::hex;

    #[test]
    fn an_old_catalogue_keeps_its_rows_through_an_upgrade() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        connection.execute("insert into attempts values (x'2f', 1, 2, 3, 4, null)", []).unwrap();
        let upgrade = [STEPS, &["alter table attempts add column works integer not null default 0"]].concat();
        through(&mut connection, &upgrade).unwrap();
        through(&mut connection, &upgrade).unwrap();
        let works: i64 = connection.query_row("select works from attempts", [], |row| row.get(0)).unwrap();
        assert_eq!((works, version(&connection).unwrap()), (0, STEPS.len() as u32 + 1));
        let refused = to_latest(&mut connection).unwrap_err();
        assert!(matches!(refused, CatalogError::TooNew { .. }), "{refused}");
    }

    /// Words of stored entries as of this version: lines of it and of earlier ones are settled.
    const SETTLED: (usize, &str) = (15, "458f1047141554c382b8063640bbeb7da766d16af5e23b157bc789965f1f2267");

    /// Every name of a field and every value of an enumeration that an entry can hold.
    fn words_of_entries() -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        gather(&serde_json::to_value(schemars::schema_for!(Work)).unwrap(), &mut words);
        for said in [OpinionKind::Same, OpinionKind::NotSame, OpinionKind::Original] {
            words.extend(serde_json::to_value(said).unwrap().as_str().map(str::to_owned));
        }
        words
    }

    fn gather(schema: &Value, words: &mut BTreeSet<String>) {
        let Value::Object(fields) = schema else {
            schema.as_array().into_iter().flatten().for_each(|one| gather(one, words));
            return;
        };
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("properties", Value::Object(properties)) => words.extend(properties.keys().cloned()),
                ("enum", Value::Array(values)) => {
                    words.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                ("const", Value::String(value)) => drop(words.insert(value.clone())),
                _ => {}
            }
            gather(value, words);
        }
    }

    /// A program that does not know a word of an entry must not open the catalogue: it would lose what it stands for.
    #[test]
    fn a_new_word_of_an_entry_comes_with_a_step_of_the_schema() {
        let listed: Vec<(usize, &str)> = include_str!("entry_words.txt")
            .lines()
            .map(|line| line.split_once(' ').map(|(step, word)| (step.parse().unwrap(), word)).unwrap())
            .collect();
        let known: BTreeSet<String> = listed.iter().map(|(_, word)| (*word).to_owned()).collect();
        let words = words_of_entries();
        let new: Vec<&String> = words.difference(&known).collect();
        assert!(
            new.is_empty(),
            "add a step to STEPS and list {new:?} in entry_words.txt under its number, which is {}",
            STEPS.len() + 1
        );
        let gone: Vec<&String> = known.difference(&words).collect();
        assert!(
            gone.is_empty(),
            "{gone:?} can no longer be stored, but may be in a catalogue: keep reading them"
        );
        assert!(listed.iter().all(|(step, _)| *step <= STEPS.len()));
        let mut settled = Sha256::new();
        for (step, word) in listed.iter().filter(|(step, _)| *step <= SETTLED.0) {
            settled.update(format!("{step} {word}\n"));
        }
        assert_eq!(
            hex(&settled.finalize()),
            SETTLED.1,
            "list new words under a new step, not under a settled one"
        );
    }

    #[test]
    fn a_table_that_is_missing_or_has_other_columns_is_named() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        assert_eq!(incomplete_table(&connection).unwrap(), None);
        connection.execute_batch("create table theirs (a)").unwrap();
        assert_eq!(incomplete_table(&connection).unwrap(), None);
        connection.execute_batch("alter table works rename title to name").unwrap();
        assert_eq!(incomplete_table(&connection).unwrap().as_deref(), Some("works"));
        connection.execute_batch("drop table removals").unwrap();
        assert_eq!(incomplete_table(&connection).unwrap().as_deref(), Some("removals"));
    }

    #[test]
    fn a_step_that_fails_leaves_the_old_version() {
        let mut connection = Connection::open_in_memory().unwrap();
        let broken =
            [STEPS, &["create table more (a integer) strict; alter table nowhere add column b"]].concat();
        through(&mut connection, &broken).unwrap_err();
        assert_eq!(version(&connection).unwrap(), 0);
        to_latest(&mut connection).unwrap();
    }
}
