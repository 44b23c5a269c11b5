//! A catalogue of so many works. Rows are written directly, without a sync a work; the index is made by the catalogue.

use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

use jincai::catalog::{Catalog, QUARTER_MS};
use jincai::model::fingerprint::Fingerprint;
use jincai::model::similar::Word;
use jincai::similar::lookup::listed;
use rusqlite::{Connection, params};

use super::synthetic::Pool;

const THREADS: u64 = 2;

/// Seconds for the fingerprints and for the index.
pub fn build(path: &Path, works: u64, planted: &[(String, Fingerprint)]) -> (f64, f64) {
    let mut catalog = Catalog::open(path).unwrap();
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "synchronous", "off").unwrap();
    let began = Instant::now();
    let pool = Pool::of(planted.iter().map(|(_, fingerprint)| fingerprint));
    let transaction = connection.transaction().unwrap();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(1024);
        for first in 0..THREADS {
            let (pool, sender) = (&pool, sender.clone());
            scope.spawn(move || {
                for number in (first..works.saturating_sub(planted.len() as u64)).step_by(THREADS as usize) {
                    let fingerprint = pool.work(number);
                    let row =
                        (format!("synthetic{number:055}"), listed(&fingerprint), fingerprint.to_bytes());
                    sender.send(row).unwrap();
                }
            });
        }
        drop(sender);
        let real = planted.iter().map(|(sha256, one)| (sha256.clone(), listed(one), one.to_bytes()));
        for (sha256, words, bytes) in real.chain(receiver) {
            put(&transaction, &sha256, &words, &bytes);
        }
    });
    transaction.commit().unwrap();
    let gathered_s = began.elapsed().as_secs_f64();
    let began = Instant::now();
    catalog.rebuild_index().unwrap();
    let built_s = began.elapsed().as_secs_f64();
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    (gathered_s, built_s)
}

fn put(connection: &Connection, sha256: &str, words: &[Word], bytes: &[u8]) {
    let kept: Vec<u8> = words
        .iter()
        .flat_map(|word| {
            let quarter = u16::try_from(word.at_ms / QUARTER_MS).unwrap_or(u16::MAX);
            [&word.word.to_le_bytes()[..], &quarter.to_le_bytes()].concat()
        })
        .collect();
    let look = "insert or ignore into looks (sha256, version, words, listed, fingerprint) values (?1, ?2, ?3, 0, ?4)";
    let version = jincai::model::fingerprint::FINGERPRINT_VERSION;
    connection.prepare_cached(look).unwrap().execute(params![sha256, version, kept, bytes]).unwrap();
    let work = "insert or ignore into works (id, source, relative, title, revision, verdict, stamp_bytes, \
                stamp_modified, stamp_inode, sha256, decided_with, manifest_json, updated_at) \
                values (?1, cast(?1 as blob), cast(?1 as blob), '', 1, 'accepted', 0, 0, 0, ?1, '', '{}', '')";
    connection.prepare_cached(work).unwrap().execute([sha256]).unwrap();
}

/// Takes works out of the index and puts them in again, as when one is accepted.
pub fn measure_adding(path: &Path, planted: &[(String, Fingerprint)]) {
    let mut catalog = Catalog::open(path).unwrap();
    let mut times_ms: Vec<f64> = Vec::new();
    for (sha256, fingerprint) in planted.iter().take(40) {
        let changed = Fingerprint { duration_ms: fingerprint.duration_ms + 1, ..fingerprint.clone() };
        catalog.put_look(sha256, &changed, &[]).unwrap();
        let began = Instant::now();
        catalog.put_look(sha256, fingerprint, &listed(fingerprint)).unwrap();
        times_ms.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times_ms.sort_by(f64::total_cmp);
    println!(
        "adding a work to the index, with its sync: median {:.1} ms, worst {:.1} ms",
        times_ms[times_ms.len() / 2],
        times_ms[times_ms.len() - 1]
    );
}
