//! Migrates a catalogue of every old version to the newest one: it keeps its rows, and ends as `schema.sql` says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::types::Value;
use sha2::{Digest, Sha256};

use super::super::*;
use crate::text::hex;

const CURRENT: &str = include_str!("../../schema.sql");

/// The digest of the first steps: libraries of those versions are in use, so the steps keep their bytes.
const RELEASED: (usize, &str) = (15, "e63ad61553aa74a2781ca4a8e4e814714ab1047669516f2c673f5a15b8808209");

/// A row for each table, from the version that made the table to the last one that had it. `sum` becomes a SHA-256.
const ROWS: &[(usize, usize, &str)] = &[
    (
        1,
        usize::MAX,
        "insert into works (id, source, relative, title, revision, verdict, stamp_bytes, stamp_modified, stamp_inode, \
             sha256, decided_with, manifest_json, updated_at) \
         values ('a', x'2f61', x'61', '校园', 1, 'accepted', 1, 2, 3, 'sum', 'settings', '{\"id\": \"a\"}', 'now')",
    ),
    (1, usize::MAX, "insert into files values ('a/b.mp4', 'sum', 1, 'a', 'video')"),
    (
        1,
        usize::MAX,
        "insert into renditions values ('a', 'douyin', 'a/b.mp4', 'sum', 1, 'p', 's', 'o', 0, '{}')",
    ),
    (1, usize::MAX, "insert into inspections values ('sum', 1, '{}')"),
    (1, 7, "insert into leaving values ('a/c.mp4')"),
    (1, 10, "insert into runs (started_at, program, ffmpeg) values ('now', '0.1.0', '5.1')"),
    (
        2,
        usize::MAX,
        "insert into attempts (source, stamp_bytes, stamp_modified, stamp_inode, failed) values (x'2f62', 1, 2, 3, 4)",
    ),
    (
        3,
        usize::MAX,
        "insert into opinions values ('sum', replace('sum', '0', 'a'), 'same', '张三', null, 'now')",
    ),
    (
        4,
        usize::MAX,
        "insert into looks (sha256, version, words, listed, fingerprint) values ('sum', 1, x'0102', 1, x'03')",
    ),
    (4, usize::MAX, "insert into words values (4294967297, x'01')"),
    (
        8,
        usize::MAX,
        "insert into removals (path, sha256, bytes, work_id, reason, detail, decided_at) \
         values ('a/c.mp4', 'sum', 1, 'a', 'made_anew', '', 'now')",
    ),
    (10, usize::MAX, "insert into first_seen values ('sum', '甲', 1, x'2f61', 'now')"),
    (13, usize::MAX, "insert into records values (1, 'a', 'approve', 'now', '{}', 'sum', 'sum')"),
    (13, usize::MAX, "insert into standings (work_id) values ('a') on conflict do nothing"),
    (13, usize::MAX, "insert into standing_rules values (1, 'sum')"),
    (13, usize::MAX, "insert into postings (work_id, target, live) values ('a', 'douyin', 1)"),
    (13, usize::MAX, "insert into posted_links values ('douyin.com:1', 'a', 1)"),
    (13, usize::MAX, "insert into proofs values ('p/a.png', 'sum', 1)"),
    (14, usize::MAX, "insert into playout_changes values (1, 1) on conflict do nothing"),
    (14, usize::MAX, "insert into screen_orders (kind, at, by, said) values ('dark', 1, '王芳', '{}')"),
    (14, usize::MAX, "insert into programme_inputs values ('sum', '{}')"),
    (14, usize::MAX, "insert into programme_parts values ('canteen', '2026-11-30', 0, 'sum')"),
    (14, usize::MAX, "insert into editions values ('sum', 'canteen', 1, 1, 2, '{}', 's', 'k')"),
    (14, usize::MAX, "insert into proven_files values ('a/b.mp4', 'sum', 1, 's', 1, x'01')"),
    (
        14,
        usize::MAX,
        "insert into pairings values ('sum', 'K7MX-2QPD', '127.0.0.1', 1, 2, '{}', null, null, 0)",
    ),
    (14, usize::MAX, "insert into screen_tokens values ('sum', 'canteen', 'screen', 1, '王芳', null)"),
    (14, usize::MAX, "insert into screen_beats values ('canteen', 1, '{}', '', 0, 1)"),
    (14, usize::MAX, "insert into screen_faults values (1, 'canteen', 1, 'broken', 'sum', '', 1)"),
    (14, usize::MAX, "insert into shown values ('sum', 'a', '校园', null, '')"),
    (
        14,
        usize::MAX,
        "insert into plays values ('canteen', 'b', 1, 'e', 1, 'sum', 1, 2, 3, 4, 5, 'whole', 'known', 6, '2026-11-30')",
    ),
    (14, usize::MAX, "insert into refused_plays values ('canteen', 'b', 1, '{}', 'why', 1)"),
    (14, usize::MAX, "insert into play_days values ('2026-11-30', 'canteen', 'sum', 1, 1, 1, 1, 1, 1)"),
    (14, usize::MAX, "insert into ledger_days values ('2026-11-30', '{}', 'sum', 'sum')"),
    (14, usize::MAX, "insert into sticks values (1, 'canteen', 1, '王芳', 2, 'sum', '[]', null)"),
    (
        15,
        usize::MAX,
        "insert into packages values (1, 'relay', 'relay', '互比互看', 'now', '王芳', 1, 0, 'sum', null)",
    ),
    (15, usize::MAX, "insert into package_works values (1, 1, 'a', '{}')"),
    (
        15,
        usize::MAX,
        "insert into package_answers (id, profile, work_id, digest, key, yes, by, at) \
         values (1, 'relay', 'a', 'sum', 'anonymous', 1, '王芳', 'now')",
    ),
    (
        17,
        usize::MAX,
        "insert into people values (1, '张三', '机械系', '学生', 1, '13800138000', 'a@b.cn', '2026', 'now')",
    ),
    (18, usize::MAX, "insert into samples values (1, 1, 'views', 5.0, 'now', 'sum', 'a.xlsx', '', 2, 'now')"),
    (18, usize::MAX, "insert into open_rows values (1, 'douyin', '{}', 'sum', '', 2, null, null)"),
    (18, usize::MAX, "insert into chosen_columns values ('sum', '{}', 'now')"),
    (10, usize::MAX, "insert into originals values ('sum', '甲', 'sum', '乙', null, null, 'now')"),
];

type Row = Vec<Value>;

/// The tables that hold a catalogue's rows; SQLite's own are left out.
fn tables(connection: &Connection) -> Vec<String> {
    let sql =
        "select name from sqlite_schema where type = 'table' and name not glob 'sqlite_*' order by name";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection.prepare("select name from pragma_table_info(?1)").unwrap();
    statement.query_map([table], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

fn rows(connection: &Connection, table: &str, columns: &[String]) -> Vec<Row> {
    let mut statement = connection.prepare(&format!("select {} from {table}", columns.join(", "))).unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        (0..columns.len()).map(|column| row.get(column)).collect::<rusqlite::Result<Row>>()
    };
    statement.query_map([], read).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// Every table and index under its kind and name, as it was made.
fn made(connection: &Connection) -> BTreeMap<String, String> {
    let sql = "select type || ' ' || name, sql from sqlite_schema where sql is not null";
    let mut statement = connection.prepare(sql).unwrap();
    statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap()
}

/// The words, quoted texts and signs of a piece of SQL, without its comments.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
        let after = |from: usize, end: char| rest[from..].find(end).map_or(rest.len(), |at| from + at + 1);
        let length = match first {
            '\'' => after(1, '\''),
            '-' if rest.starts_with("--") => after(2, '\n'),
            c if is_of_word(c) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, more) = rest.split_at(length);
        match first {
            '\'' => tokens.push(token.to_owned()),
            '-' if token.starts_with("--") => {}
            _ => tokens.push(token.to_ascii_lowercase()),
        }
        rest = more.trim_start();
    }
    tokens
}

/// What stands in `schema.sql` otherwise than migrations make it, with the text that would be right.
fn differences(migrated: &Connection) -> String {
    let written = Connection::open_in_memory().unwrap();
    written.execute_batch(CURRENT).unwrap();
    let (migrated, written) = (made(migrated), made(&written));
    let mut said = String::new();
    for (name, sql) in &migrated {
        if written.get(name).map(|sql| tokens(sql)) != Some(tokens(sql)) {
            said.push_str(&format!("{name} should be, with comments as you like:\n\n{sql};\n\n"));
        }
    }
    for name in written.keys().filter(|name| !migrated.contains_key(*name)) {
        said.push_str(&format!("{name} is made by no migration\n\n"));
    }
    said
}

#[test]
fn every_old_version_keeps_its_rows_and_ends_as_the_schema_says() {
    for old in 0..=STEPS.len() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        to_version(&mut connection, old).unwrap();
        for (_, _, sql) in ROWS.iter().filter(|(from, to, _)| (*from..=*to).contains(&old)) {
            connection.execute_batch(&sql.replace("'sum'", &format!("'{}'", "0".repeat(64)))).unwrap();
        }
        let before: Vec<(String, Vec<String>, Vec<Row>)> = tables(&connection)
            .into_iter()
            .map(|table| {
                let columns = columns(&connection, &table);
                let rows = rows(&connection, &table, &columns);
                assert!(!rows.is_empty(), "add a row of `{table}`, which version {old} has, to ROWS");
                (table, columns, rows)
            })
            .collect();
        to_latest(&mut connection).unwrap();
        let left = tables(&connection);
        for (table, columns, kept) in before.iter().filter(|(table, ..)| left.contains(table)) {
            assert_eq!(&rows(&connection, table, columns), kept, "{table} from version {old}");
        }
        let differences = differences(&connection);
        assert!(differences.is_empty(), "schema.sql is not what version {old} ends as:\n\n{differences}");
    }
}

#[test]
fn each_step_is_a_file_under_its_number_and_a_released_one_keeps_its_bytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/library/catalog/migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), STEPS.len());
    for (number, (file, step)) in files.iter().zip(STEPS).enumerate() {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!("{:04}_", number + 1)), "{name}");
        assert_eq!(fs::read_to_string(file).unwrap(), *step, "{name}");
    }
    let released = hex(&Sha256::digest(STEPS[..RELEASED.0].concat()));
    assert_eq!(released, RELEASED.1, "add a step instead of changing a released one");
}

#[test]
fn comments_and_gaps_say_nothing_in_sql_and_quoted_text_does() {
    let one = "create table a (\n    -- It's 'one'.\n    b text not null, -- why\n    c text default 'A -- (b)'\n) strict";
    assert_eq!(
        tokens(one).join(" "),
        "create table a ( b text not null , c text default 'A -- (b)' ) strict"
    );
    assert_eq!(tokens(one), tokens("CREATE TABLE a(b text not null,\n c text default 'A -- (b)') strict"));
    assert_ne!(tokens(one), tokens(&one.replace("'A -- (b)'", "'a -- (b)'")));
}
