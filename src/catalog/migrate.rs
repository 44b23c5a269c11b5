//! Brings a catalogue to the newest version, one step at a time.

use rusqlite::{Connection, TransactionBehavior};

use super::error::{CatalogError, Result};

/// Step n takes version n to n + 1; version 0 is an empty file. Steps are only ever added.
const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("attempts.sql"),
    include_str!("opinions.sql"),
    include_str!("looks.sql"),
    include_str!("spelling.sql"),
    include_str!("repeats.sql"),
    include_str!("published.sql"),
    include_str!("removals.sql"),
    include_str!("stamp_changed.sql"),
    include_str!("first_seen.sql"),
];

pub(super) fn to_latest(connection: &mut Connection) -> Result<()> {
    through(connection, STEPS)
}

/// All missing steps in one transaction, so that a kill leaves the old version.
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

/// A catalogue as an older program left it.
#[cfg(test)]
pub(super) fn to_version(connection: &mut Connection, version: usize) -> Result<()> {
    through(connection, &STEPS[..version])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_catalogue_keeps_its_rows_through_an_upgrade() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_latest(&mut connection).unwrap();
        connection
            .execute(
                "insert into runs (started_at, program, ffmpeg) values ('2026-04-01', '0.1.0', '5.1')",
                [],
            )
            .unwrap();
        let upgrade = [STEPS, &["alter table runs add column works integer not null default 0"]].concat();
        through(&mut connection, &upgrade).unwrap();
        through(&mut connection, &upgrade).unwrap();
        let works: i64 = connection.query_row("select works from runs", [], |row| row.get(0)).unwrap();
        assert_eq!((works, version(&connection).unwrap()), (0, STEPS.len() as u32 + 1));
        let refused = to_latest(&mut connection).unwrap_err();
        assert!(matches!(refused, CatalogError::TooNew { .. }), "{refused}");
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
