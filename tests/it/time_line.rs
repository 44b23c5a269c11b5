//! What comes out of sources whose timestamps begin again, jump or are missing: the numbered pictures are read back from the
//! finished files.

use std::path::{Path, PathBuf};

use jincai::model::manifest::Work;

use crate::common::footage::footage;
use crate::common::{Office, clip};
use crate::outputs::judge::{ffmpeg, number, picture_times, said, stream};

/// The bars of each picture of a file; the mark of the college lies above them.
const BARS: &str = "crop=iw:ih/3:0:ih*0.6,scale=8:1:flags=area,format=gray";

/// The numbers of the pictures of a finished file, in the order in which they are shown.
fn numbers(file: &Path) -> Vec<usize> {
    let file = file.to_str().unwrap();
    let ran = ffmpeg(&["-v", "error", "-i", file, "-an", "-vf", BARS, "-f", "rawvideo", "-"]);
    let number = |bars: &[u8]| (0..8).filter(|bit| bars[*bit] > 115).map(|bit| 1 << bit).sum();
    ran.stdout.chunks_exact(8).map(number).collect()
}

/// Makes one source for the website, in an office of its own: some show the same pictures. Returns its work, its file and the
/// office, which holds it.
fn made(source: &Path) -> (Work, PathBuf, Office) {
    let office = Office::new("\"website\"");
    // The manifest names the real place.
    let source = &source.canonicalize().unwrap();
    let ran = office.run(&[source], &["--draft", "--no-campaign-rules"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.manifest().works;
    let work = works.into_iter().find(|work| work.source.path.as_path() == source).unwrap();
    let file = office.library().join(&work.renditions[0].file);
    (work, file, office)
}

fn codes(work: &Work) -> Vec<String> {
    work.findings.iter().map(|finding| finding.code.name()).collect()
}

fn told(work: &Work, code: &str) -> bool {
    codes(work).iter().any(|told| told == code)
}

/// The loudest sample of a tone between two seconds, decibels.
fn tone(file: &Path, hertz: u32, from: f64, to: f64) -> f64 {
    let filter = format!("atrim={from}:{to},bandpass=f={hertz}:w=60,bandpass=f={hertz}:w=60,volumedetect");
    said(file, &["-vn", "-af", &filter], "mean_volume:")[0]
}

#[test]
fn recordings_that_were_joined_come_out_one_after_the_other() {
    for (name, code) in [
        ("joined_reset.ts", "recordings-joined"),
        ("joined_reset.flv", "recordings-joined"),
        ("joined_reset.mpg", "recordings-joined"),
        ("jump_ahead.ts", "interruption-closed"),
    ] {
        let (work, file, _office) = made(&clip(name));
        let mut numbers = numbers(&file);
        // The last picture is held for the end of the sound.
        numbers.dedup();
        assert_eq!(numbers, (0..60).collect::<Vec<_>>(), "{name}");
        assert!(told(&work, code), "{name}: {:?}", codes(&work));
        for unfounded in ["pictures-lost", "damaged", "truncated"] {
            assert!(!told(&work, unfounded), "{name}: {:?}", codes(&work));
        }
        let heard = number(&stream(&file, "audio").unwrap()["duration"]);
        assert!((heard - 2.4).abs() < 0.07, "{name}: {heard} s of sound");
        for (hertz, other, from) in [(440, 880, 0.1), (880, 440, 1.3)] {
            let [this, other] = [hertz, other].map(|hertz| tone(&file, hertz, from, from + 1.0));
            assert!(this > other + 10.0, "{name}: {hertz} Hz has {this} dB from {from} s, the other {other}");
        }
    }
}

#[test]
fn a_recording_that_cannot_be_reached_behind_another_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (flv, mp4) = (clip("joined_reset.flv"), clip("edit_cut.mp4"));
    for (name, source) in [("two.flv", flv), ("two.mp4", mp4)] {
        let twice = [std::fs::read(&source).unwrap(), std::fs::read(&source).unwrap()].concat();
        let file = folder.path().join(name);
        std::fs::write(&file, twice).unwrap();
        let (work, _, _office) = made(&file);
        assert!(told(&work, "several-files"), "{name}: {:?}", codes(&work));
    }
}

#[test]
fn a_raw_stream_is_taken_at_the_rate_that_it_states() {
    let (work, file, _office) = made(&clip("raw_stream.h264"));
    assert_eq!(numbers(&file), (0..30).collect::<Vec<_>>());
    assert!(told(&work, "no-timestamps"), "{:?}", codes(&work));
    let times = picture_times(&file);
    assert!((times[29] - times[0] - 29.0 / 25.0).abs() < 0.001, "{times:?}");
}

#[test]
fn nothing_is_shown_of_what_an_edit_cuts_away() {
    let (work, file, _office) = made(&clip("edit_cut.mp4"));
    assert_eq!(numbers(&file), (15..30).collect::<Vec<_>>());
    assert!(!told(&work, "pictures-lost"), "{:?}", codes(&work));
}

#[test]
fn pictures_that_are_held_for_seconds_are_told() {
    let (work, file, _office) = made(&clip("slides_7s.mp4"));
    let numbers = numbers(&file);
    assert_eq!((numbers[0], *numbers.last().unwrap()), (1, 2));
    let held = work.findings.iter().find(|finding| finding.code.name() == "long-frozen").unwrap();
    assert_eq!(held.measured.as_deref(), Some("7.0 s"));
    assert!(held.message.en.contains("2 in all"), "{}", held.message.en);
}

#[test]
#[ignore = "needs the footage"]
fn the_field_cases_come_out_whole_and_are_told() {
    for (name, pictures, code) in [
        ("A1_cat_reset.ts", 150, "recordings-joined"),
        ("A4_joined_reset.flv", 150, "recordings-joined"),
        ("A2_jump40.ts", 150, "interruption-closed"),
        ("A11_raw.h264", 125, "no-timestamps"),
        ("G16b_slides8s.mp4", 24 * 30, "long-frozen"),
    ] {
        let (work, file, _office) = made(&footage().join("field").join(name));
        assert!(told(&work, code), "{name}: {:?}", codes(&work));
        let times = picture_times(&file);
        assert!(times.len().abs_diff(pictures) <= 1 || code == "long-frozen", "{name}: {}", times.len());
    }
}
