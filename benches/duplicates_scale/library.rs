//! Builds a catalogue with a given number of works. Rows are written directly, without a sync per work; the catalogue
//! builds the index.

use std::ops::Range;
use std::path::Path;
use std::thread;
use std::time::Instant;

use jincai::library::catalog::{Catalog, QUARTER_MS};
use jincai::matching::align::ranking::listed;
use jincai::model::alignment::{TERMS_VERSION, Term};
use jincai::model::fingerprint::{FINGERPRINT_VERSION, Fingerprint};
use rusqlite::{Connection, params};

use super::synthetic::Pool;

const THREADS: u64 = 2;

/// Number of works that are generated before they are written.
const AT_ONCE: u64 = 4_000;

/// The cost of building a library.
pub struct Built {
    pub gathered_s: f64,
    pub index_s: f64,
    /// Includes the rows and pages of its tree.
    pub index_bytes: i64,
}

/// Builds a library of `works` works: the `planted` ones, and synthetic ones made from `pool`.
pub fn build(path: &Path, works: u64, planted: &[(String, Fingerprint)], pool: &[Fingerprint]) -> Built {
    let mut catalog = Catalog::open(path).unwrap();
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "synchronous", "off").unwrap();
    let began = Instant::now();
    let pool = Pool::of(pool);
    let transaction = connection.transaction().unwrap();
    for (sha256, one) in planted {
        put(&transaction, sha256, &listed(one), &one.to_bytes());
    }
    let works = works.saturating_sub(planted.len() as u64);
    for from in (0..works).step_by(AT_ONCE as usize) {
        let made = made(&pool, from..works.min(from + AT_ONCE));
        for (number, (words, bytes)) in (from..).zip(&made) {
            put(&transaction, &format!("synthetic{number:055}"), words, bytes);
        }
    }
    transaction.commit().unwrap();
    let gathered_s = began.elapsed().as_secs_f64();
    let before = bytes_of(&connection);
    let began = Instant::now();
    catalog.rebuild_index().unwrap();
    let index_s = began.elapsed().as_secs_f64();
    let index_bytes = bytes_of(&connection) - before;
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    Built { gathered_s, index_s, index_bytes }
}

fn bytes_of(connection: &Connection) -> i64 {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    number("page_count") * number("page_size")
}

/// Returns words and serialised fingerprint of works that have nothing in common.
fn made(pool: &Pool, works: Range<u64>) -> Vec<(Vec<Term>, Vec<u8>)> {
    let make = |number| {
        let fingerprint = pool.work(number);
        (listed(&fingerprint), fingerprint.to_bytes())
    };
    let (start, count) = (works.start, works.end - works.start);
    thread::scope(|scope| {
        let part = |of: u64| {
            let part = start + count * of / THREADS..start + count * (of + 1) / THREADS;
            scope.spawn(move || part.map(make).collect())
        };
        let parts: Vec<_> = (0..THREADS).map(part).collect();
        parts.into_iter().flat_map(|part| -> Vec<_> { part.join().unwrap() }).collect()
    })
}

fn put(connection: &Connection, sha256: &str, words: &[Term], bytes: &[u8]) {
    let kept: Vec<u8> = words
        .iter()
        .flat_map(|word| {
            let quarter = u16::try_from(word.at_ms / QUARTER_MS).unwrap_or(u16::MAX);
            [&word.word.to_le_bytes()[..], &quarter.to_le_bytes()].concat()
        })
        .collect();
    let look = "insert or ignore into looks (sha256, version, words, listed, fingerprint, words_version) \
                values (?1, ?2, ?3, 0, ?4, ?5)";
    let values = params![sha256, FINGERPRINT_VERSION, kept, bytes, TERMS_VERSION];
    connection.prepare_cached(look).unwrap().execute(values).unwrap();
    let work = "insert or ignore into works (id, source, relative, title, revision, verdict, stamp_bytes, \
                stamp_modified, stamp_inode, sha256, decided_with, manifest_json, updated_at) \
                values (?1, cast(?1 as blob), cast(?1 as blob), '', 1, 'accepted', 0, 0, 0, ?1, '', '{}', '')";
    connection.prepare_cached(work).unwrap().execute([sha256]).unwrap();
}

/// Measures how long it takes to add a work to the index, as when one is accepted.
pub fn measure_adding(path: &Path, planted: &[(String, Fingerprint)]) {
    let mut catalog = Catalog::open(path).unwrap();
    let mut times_ms: Vec<f64> = Vec::new();
    for (sha256, fingerprint) in planted.iter().take(40) {
        let changed = Fingerprint { duration_ms: fingerprint.duration_ms + 1, ..fingerprint.clone() };
        catalog.put_fingerprint(sha256, &changed, &[]).unwrap();
        let began = Instant::now();
        catalog.put_fingerprint(sha256, fingerprint, &listed(fingerprint)).unwrap();
        times_ms.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times_ms.sort_by(f64::total_cmp);
    println!(
        "adding a work to the index, with its sync: median {:.1} ms, worst {:.1} ms",
        times_ms[times_ms.len() / 2],
        times_ms[times_ms.len() - 1]
    );
}
