//! Files that take long to read or to set, and a service that ends in time all the same.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::office::Office;
use crate::common::programs::{ffmpeg, run};

/// Seconds of film, and as many captions as are taken for it, each as long as it may be.
const SECONDS: usize = 300;
const CUES: usize = SECONDS * 4;

fn captions() -> String {
    let stamp = |ms: usize| format!("00:{:02}:{:02},{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000);
    let cue = |index: usize| {
        let words: String = (0..33).map(|word| format!("{index:05}第{word:02}句，长长")).collect();
        format!("{}\n{} --> {}\n{words}\n\n", index + 1, stamp(index * 250), stamp(index * 250 + 240))
    };
    (0..CUES).map(cue).collect()
}

/// A film as small as is taken.
fn film(to: &Path) {
    let source = format!("testsrc2=s=640x360:r=10:d={SECONDS}");
    let made = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-f", "mp4"];
    run(ffmpeg().args(["-f", "lavfi", "-i", &source]).args(made).arg(to));
}

/// Captions drawn so far.
fn drawn(library: &Path) -> usize {
    let files = walkdir::WalkDir::new(library.join(".jincai")).into_iter().flatten();
    files.filter(|entry| entry.file_name().to_string_lossy().starts_with("caption-")).count()
}

#[test]
fn a_service_that_sets_many_captions_ends_within_its_grace() {
    let office = Office::with("stop_grace_s = 0.2");
    let aside = office.configuration().with_file_name("film.mp4");
    film(&aside);
    office.write("系/a.srt", captions());
    fs::rename(aside, office.inbox().join("系/a.mp4")).unwrap();
    let mut service = office.watch(&[]);
    service.until("the inspection", |value| value["stage"] == "inspecting");
    let began = Instant::now();
    while drawn(office.library()) == 0 {
        assert!(began.elapsed() < Duration::from_secs(120), "nothing is drawn: {:#?}", service.seen);
        service.during(Duration::from_millis(20));
    }
    let asked = Instant::now();
    service.signal(Signal::TERM);
    assert_eq!(service.end(), Some(0));
    let took = asked.elapsed();
    // About a second after the grace on an idle machine; all of the captions take most of a minute.
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert!(!service.seen.iter().any(|value| value["stage"] == "rendering"), "it was over sooner");
}

#[test]
fn the_longest_word_of_all_holds_up_nobody() {
    let office = Office::new();
    office.write("甲/a.srt", format!("1\n00:00:00,000 --> 00:00:02,000\n{}\n", "x".repeat(1_000_000)));
    office.write("乙/b.srt", format!("1\n00:00:00,000 --> 00:00:02,000\n{}\n", "<b".repeat(2_000_000)));
    office.put("plain_landscape.mp4", "甲/a.mp4");
    office.put("rate_60.mp4", "乙/b.mp4");
    let mut service = office.watch(&["--once"]);
    assert_eq!(service.end(), Some(0));
    let warned = ("a".to_owned(), "accepted_with_warnings".to_owned());
    assert_eq!(office.works(), [warned.clone(), ("b".to_owned(), warned.1)]);
    assert!(office.page("甲", "a.mp4").contains("只显示开头"));
}
