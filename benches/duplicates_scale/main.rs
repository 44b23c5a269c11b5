//! How long it takes to find a copy among 10⁴, 10⁵ and 10⁶ works, and whether it is found.
//!
//! `cargo bench --bench duplicates_scale -- [WORKS…] [--footage FOLDER]`. Real works are planted among synthetic ones of
//! one minute; changed copies of them, made by the ffmpeg program, are the queries. Each library is searched by a process
//! of its own, so that its peak memory is that of searching.
#![expect(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

mod copies;
mod library;
mod synthetic;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use jincai::duplicates::candidates::candidates;
use jincai::duplicates::candidates::similar_contents;
use jincai::library::catalog::Catalog;
use jincai::matching::align::align;
use jincai::model::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};

use copies::Real;
use synthetic::Pool;

/// A copy of a planted work.
#[derive(Debug, Serialize, Deserialize)]
struct Query {
    change: String,
    /// SHA-256 of the work that it is a copy of.
    original: String,
    fingerprint: Fingerprint,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [first, library, queries] = &arguments[..]
        && first == "search"
    {
        return search(Path::new(library), Path::new(queries));
    }
    let footage = std::env::var_os("JINCAI_FOOTAGE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/footage"), PathBuf::from);
    let mut sizes: Vec<u64> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    let folder = tempfile::tempdir().unwrap();
    let Real { planted, pool, queries } = copies::of(&footage, folder.path());
    let asked = folder.path().join("queries.json");
    fs::write(&asked, serde_json::to_vec(&queries).unwrap()).unwrap();
    println!("{} real works planted, {} queries", planted.len(), queries.len());
    time_hours(&Pool::of(&pool));
    for works in sizes {
        let path = folder.path().join(format!("{works}.sqlite3"));
        let began = Instant::now();
        let built = library::build(&path, works, &planted, &pool);
        let bytes = fs::metadata(&path).unwrap().len();
        println!(
            "\n{works} works: {:.0} s in all, {:.0} s of it making and writing fingerprints, {:.1} s the index; \
             {:.0} bytes a work, {:.0} of them the index; peak {} MB",
            began.elapsed().as_secs_f64(),
            built.gathered_s,
            built.index_s,
            bytes as f64 / works as f64,
            built.index_bytes as f64 / works as f64,
            peak_kb() / 1024,
        );
        library::measure_adding(&path, &planted);
        let this = std::env::current_exe().unwrap();
        assert!(Command::new(this).arg("search").args([&path, &asked]).status().unwrap().success());
        fs::remove_file(&path).unwrap();
    }
}

fn time_hours(pool: &Pool) {
    let hours = [pool.long_work(1, 60), pool.long_work(2, 60)];
    for (name, other) in [("others", &hours[1]), ("the same", &hours[0])] {
        let began = Instant::now();
        let found = align(&hours[0], other).map(|found| found.likeness);
        println!("two works of an hour, {name}: {:.0} ms, {found:?}", began.elapsed().as_secs_f64() * 1000.0);
    }
}

fn search(library: &Path, queries: &Path) {
    let queries: Vec<Query> = serde_json::from_slice(&fs::read(queries).unwrap()).unwrap();
    let began = Instant::now();
    let catalog = Catalog::open(library).unwrap();
    println!("opened in {:.1} s", began.elapsed().as_secs_f64());
    let (bytes, pieces) = catalog.index_size().unwrap();
    println!("index: {:.0} bytes a work in {pieces} pieces", bytes as f64 / catalog.listed().unwrap() as f64);
    // Warms up as a service that has run for a while: each query runs once before it is measured. The first is reported
    // separately.
    let mut times_ms = Vec::new();
    for round in 0..2 {
        for (number, query) in queries.iter().enumerate() {
            let began = Instant::now();
            let found = similar_contents(&catalog, &query.fingerprint).unwrap();
            let took_ms = began.elapsed().as_secs_f64() * 1000.0;
            if round == 0 && number == 0 {
                println!("first query {took_ms:.0} ms");
            }
            if round == 1 {
                times_ms.push(took_ms);
                let others = found.iter().filter(|(sha256, _)| sha256.starts_with("synthetic")).count();
                if others > 0 {
                    println!(
                        "false: {} of {} is said to be like {others} synthetic works",
                        query.change, query.original
                    );
                }
            }
        }
    }
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms[((times_ms.len() - 1) as f64 * share) as usize];
    println!(
        "query: median {:.0} ms, 95 % under {:.0} ms, worst {:.0} ms; peak {} MB",
        at(0.5),
        at(0.95),
        at(1.0),
        peak_kb() / 1024
    );
    println!("| change | a candidate | its worst place | said to be alike |\n|---|---|---|---|");
    let mut changes: Vec<&str> = queries.iter().map(|query| query.change.as_str()).collect();
    changes.dedup();
    for change in changes {
        let (mut named, mut said, mut worst, mut all) = (0, 0, 0, 0);
        for query in queries.iter().filter(|query| query.change == change) {
            all += 1;
            let looks = candidates(&catalog, &query.fingerprint).unwrap();
            if let Some(place) = looks.iter().position(|(sha256, _)| *sha256 == query.original) {
                named += 1;
                worst = worst.max(place + 1);
            }
            let found = similar_contents(&catalog, &query.fingerprint).unwrap();
            said += usize::from(found.iter().any(|(sha256, _)| *sha256 == query.original));
        }
        println!("| {change} | {named} of {all} | {worst} | {said} of {all} |");
    }
}

/// Returns the peak memory of this process, KiB.
fn peak_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
