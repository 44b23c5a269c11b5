//! The service killed at any moment: nothing is lost, taken twice or half visible.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jincai::intake::watcher::is_complete;
use rustix::process::Signal;

use super::office::Office;

/// `JINCAI_KILLS=200` for the long form.
fn kills() -> usize {
    std::env::var("JINCAI_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(20)
}

const CLIPS: [&str; 8] = [
    "plain_landscape.mp4",
    "rate_60.mp4",
    "sound_none.mp4",
    "full_range.mp4",
    "odd_size.mp4",
    "sar_2_1.mp4",
    "chroma_444.mp4",
    "variable_rate.mp4",
];

/// A generator of its own, so that a failure can be repeated (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn videos(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries =
        walkdir::WalkDir::new(folder).into_iter().filter_entry(|entry| entry.file_name() != ".jincai");
    let files = entries.flatten().map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "mp4")).collect()
}

#[test]
fn kills_at_any_moment_lose_nothing_and_nothing_is_taken_twice() {
    let office = Office::new();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut dropped = 0;
    for round in 0..kills() {
        match CLIPS.get(round / 3).filter(|_| round % 3 == 0) {
            Some(clip) => drop(office.put(clip, &format!("系{}/{round:03}.mp4", round % 4))),
            None => drop(office.write(&format!("系{}/{round:03}.mp4", round % 4), format!("text {round}"))),
        }
        dropped += 1;
        let mut service = office.watch(&[]);
        // The moment is a number of events, and then a number of steps of this thread.
        for _ in 0..dice.below(24) {
            if service.next_event().is_none() {
                break;
            }
        }
        (0..dice.below(200)).for_each(|_| std::thread::yield_now());
        service.signal(Signal::KILL);
        service.child.wait().unwrap();
        service.drain();
        for event in &service.seen {
            let path = event["path"].as_str().unwrap_or_default().to_owned();
            assert!(!(event["stage"] == "inspecting" && done.contains(&path)), "round {round}: {path} again");
        }
        // Told as finished means recorded, whatever comes after.
        done.extend(
            service
                .seen
                .iter()
                .filter(|event| event["event"] == "finished" && event["verdict"] != "failed")
                .filter_map(|event| event["path"].as_str().map(str::to_owned)),
        );
        for video in videos(office.library()) {
            assert!(is_complete(&video), "round {round}: {} is half there", video.display());
        }
    }
    office.watch(&["--once"]).end();
    let works = office.manifest().works;
    assert_eq!(works.len(), dropped);
    assert!(works.iter().all(|work| work.revision == 1), "something was made twice");
    let verdicts = office.works();
    assert!(verdicts.iter().all(|(_, verdict)| verdict != "failed"), "{verdicts:?}");
    let said = office.command(&["verify"]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    assert_eq!(fs::read_dir(office.library().join(".jincai/staging")).unwrap().count(), 0);
}
