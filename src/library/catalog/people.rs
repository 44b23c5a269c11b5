//! People with their phones, mails and student numbers: the one table whose rows are erased for real.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, Params, Row, TransactionBehavior, params};

use super::error::Result;
use super::{BUSY_TIMEOUT, Catalog};
use crate::model::people::{People, Person, Private};

/// How far somebody is erased from the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// No page of the file holds it any more.
    Whole,
    /// The rows are gone, but another program reads the catalogue: old pages stay in its log until it is done.
    LogInUse,
}

impl Catalog {
    /// Returns all people, by unit and name.
    pub fn people(&self) -> Result<People> {
        let sql = "select id, name, unit, position, contact, phone, email, student_id from people \
                   order by unit, name, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], person_from)?;
        Ok(People(rows.collect::<rusqlite::Result<_>>()?))
    }

    /// Adds those without a number, and changes the others, all of them or none. `at` is RFC 3339.
    pub fn put_people(&mut self, people: &[Person], at: &str) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for it in people {
            let known = (it.id > 0).then(|| it.id.cast_signed());
            transaction.execute(
                "insert into people (id, name, unit, position, contact, phone, email, student_id, changed_at) \
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
                 on conflict (id) do update set name = excluded.name, unit = excluded.unit, \
                 position = excluded.position, contact = excluded.contact, phone = excluded.phone, \
                 email = excluded.email, student_id = excluded.student_id, changed_at = excluded.changed_at",
                params![
                    known,
                    it.name,
                    it.unit,
                    it.position,
                    it.is_contact,
                    it.phone.as_str(),
                    it.email.as_str(),
                    it.student_id.as_str(),
                    at
                ],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Erases somebody: the row is overwritten, and the file is written anew without the places where it stood before.
    pub fn forget_person(&self, id: u64) -> Result<Erased> {
        erase(&self.connection, "id = ?1", params![id.cast_signed()])
    }

    /// Erases somebody from a copy of a catalogue, which nobody has open. Copies of versions without people hold none. Numbers
    /// alone do not say who somebody is there: after a restore one may have been given twice.
    pub fn forget_person_in(path: &Path, person: &Person) -> Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let forgotten = Connection::open_with_flags(path, flags).map_err(Into::into).and_then(|connection| {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            let sql = "select count(*) from sqlite_schema where type = 'table' and name = 'people'";
            let has_people: i64 = connection.query_row(sql, [], |row| row.get(0))?;
            if has_people > 0 {
                connection.pragma_update(None, "journal_mode", "delete")?;
                let who = params![person.name, person.unit, person.id.cast_signed()];
                erase(&connection, "name = ?1 and (unit = ?2 or id = ?3)", who)?;
            }
            Ok(())
        });
        forgotten.map_err(|error: super::CatalogError| error.at(path))
    }
}

fn erase(connection: &Connection, who: &str, values: impl Params) -> Result<Erased> {
    connection.pragma_update(None, "secure_delete", true)?;
    connection.execute(&format!("delete from people where {who}"), values)?;
    // Pages may hold older copies of a row, from when it was moved or changed: `vacuum` writes the file without them.
    let is_busy = match connection.execute_batch("vacuum") {
        Err(error) if is_lock(&error) => true,
        done => done.map(|()| false)?,
    };
    let log_in_use: i64 = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    connection.pragma_update(None, "secure_delete", false)?;
    Ok(if is_busy || log_in_use != 0 { Erased::LogInUse } else { Erased::Whole })
}

fn is_lock(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn person_from(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get::<_, i64>(0)?.cast_unsigned(),
        name: row.get(1)?,
        unit: row.get(2)?,
        position: row.get(3)?,
        is_contact: row.get(4)?,
        phone: Private(row.get(5)?),
        email: Private(row.get(6)?),
        student_id: Private(row.get(7)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, phone: &str) -> Person {
        Person { name: name.into(), unit: "机械系".into(), phone: phone.into(), ..Person::default() }
    }

    /// Returns true if any file of a folder holds a text.
    fn is_in_files(folder: &Path, text: &str) -> bool {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .map(|path| std::fs::read(path).unwrap())
            .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    #[test]
    fn who_is_forgotten_stands_in_no_file_and_nobody_gets_the_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite3");
        let mut catalog = Catalog::open(&path).unwrap();
        let many: Vec<Person> =
            (0..400).map(|number| person(&format!("人{number}"), &format!("1391234{number:04}"))).collect();
        catalog.put_people(&many, "now").unwrap();
        catalog.put_people(&[person("张三", "13800138000"), person("李四", "13700137000")], "now").unwrap();
        let copy = folder.path().join("copy.sqlite3");
        catalog.copy_to(&copy).unwrap();
        let id = catalog.people().unwrap().find("张三", None).one().unwrap().id;
        // Changed once: the page that held the first number is used again.
        let changed = Person { id, ..person("张三", "13600136000") };
        catalog.put_people(&[changed], "later").unwrap();
        assert!(is_in_files(folder.path(), "13800138000") && is_in_files(folder.path(), "13600136000"));
        assert_eq!(catalog.forget_person(id).unwrap(), Erased::Whole);
        Catalog::forget_person_in(&copy, &Person { id, ..person("张三", "") }).unwrap();
        for number in ["13800138000", "13600136000"] {
            assert!(!is_in_files(folder.path(), number), "{number}");
        }
        assert!(is_in_files(folder.path(), "13700137000"));
        catalog.put_people(&[person("王五", "1")], "now").unwrap();
        let people = catalog.people().unwrap();
        assert_eq!(people.0.len(), 402);
        assert!(people.find("王五", None).one().unwrap().id > id);
        assert!(catalog.put_people(&[person("王五", "2")], "now").is_err(), "one name of one unit twice");
    }

    #[test]
    fn a_reader_that_keeps_the_log_in_use_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite3");
        let mut catalog = Catalog::open(&path).unwrap();
        catalog.wait_at_most(std::time::Duration::ZERO).unwrap();
        catalog.put_people(&[person("张三", "13800138000")], "now").unwrap();
        let reader = Catalog::open(&path).unwrap();
        reader.connection.execute_batch("begin; select count(*) from people").unwrap();
        assert_eq!(catalog.forget_person(1).unwrap(), Erased::LogInUse);
        reader.connection.execute_batch("commit").unwrap();
        assert_eq!(catalog.forget_person(1).unwrap(), Erased::Whole);
        assert!(!is_in_files(folder.path(), "13800138000"));
    }
}
