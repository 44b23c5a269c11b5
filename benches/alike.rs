//! Reads pairs of video files from standard input (two paths per line, separated by a tab) and writes for each, one JSON
//! object per line, how they align and how many words of the index would lead from the first to the second.
//! `benches/duplicates` runs it; every file is inspected once.
#![expect(clippy::print_stdout, reason = "the results are its output")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use jincai::matching::align::align;
use jincai::matching::align::ranking::{asked, listed};
use jincai::model::alignment::SOUND_TERMS;
use jincai::model::fingerprint::Fingerprint;
use jincai::model::job::InspectJob;
use jincai::worker::{Engine, MediaEngine};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let pairs: Vec<(&str, &str)> = lines.iter().filter_map(|line| line.split_once('\t')).collect();
    let files: BTreeSet<&str> = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let known = Mutex::new(BTreeMap::new());
    let queue = Mutex::new(files.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = queue.lock().ok().and_then(|mut queue| queue.next()) {
                    if let Some(found) = fingerprint(file)
                        && let Ok(mut known) = known.lock()
                    {
                        known.insert(file, found);
                    }
                }
            });
        }
    });
    let known = known.into_inner().map_err(|_| "a comparison failed")?;
    for (one, other) in pairs {
        let (Some(a), Some(b)) = (known.get(one), known.get(other)) else {
            println!("{}", serde_json::json!({ "one": one, "other": other, "unreadable": true }));
            continue;
        };
        let begun = Instant::now();
        let found = align(a, b);
        let microseconds = begun.elapsed().as_micros() as u64;
        let theirs: HashSet<u32> = listed(b).into_iter().map(|word| word.word).collect();
        let asked: Vec<u32> = asked(a).into_iter().map(|word| word.word).collect();
        let led = |sound: bool| {
            let fit = asked.iter().filter(|word| (**word >= SOUND_TERMS) == sound && theirs.contains(word));
            fit.count()
        };
        let answer = serde_json::json!({
            "one": one, "other": other, "alike": found, "microseconds": microseconds,
            "probes": asked.len(), "by_picture": led(false), "by_sound": led(true),
            "bytes": a.to_bytes().len(), "duration_ms": a.duration_ms,
        });
        println!("{answer}");
    }
    Ok(())
}

fn fingerprint(file: &str) -> Option<Fingerprint> {
    let job = InspectJob { source: PathBuf::from(file).into(), limits: Default::default(), threads: 1 };
    let inspection = MediaEngine.inspect(&job, File::open(file).ok()?, &mut |_, _| {}).ok()?;
    Some(inspection.fingerprint)
}
