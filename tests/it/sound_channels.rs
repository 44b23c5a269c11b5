//! Which sound comes out, and on which side: finished files decoded, and measured by the tones of their channels.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jincai::model::finding::Code;
use jincai::model::manifest::Work;

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip};

/// The tones of the drawn clips, hertz.
const TONES: [u32; 4] = [300, 500, 700, 900];
const RATE: f64 = 48_000.0;

/// One channel of a finished file.
type Channel = Vec<f32>;

fn decoded(file: &Path) -> [Channel; 2] {
    let ran = run(ffmpeg().arg("-i").arg(file).args(["-vn", "-f", "f32le", "-ar", "48000", "-"]));
    let samples: Vec<f32> =
        ran.stdout.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    [0, 1].map(|side| samples.iter().skip(side).step_by(2).copied().collect())
}

/// The amplitude of a tone over the first 0.35 s after 50 ms (Goertzel's algorithm over whole periods of 100 Hz).
fn amplitude(channel: &Channel, hertz: u32) -> f64 {
    let samples = &channel[2400..2400 + 16_800];
    let factor = 2.0 * (std::f64::consts::TAU * f64::from(hertz) / RATE).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        (last, before) = (f64::from(*sample) + factor * last - before, last);
    }
    (last * last + before * before - factor * last * before).sqrt() * 2.0 / samples.len() as f64
}

/// The tones of a channel that are heard: within 20 dB of its loudest.
fn tones(channel: &Channel) -> Vec<u32> {
    let levels = TONES.map(|hertz| amplitude(channel, hertz));
    let loudest = levels.iter().copied().fold(0.0, f64::max);
    let heard = |(hertz, level): (u32, f64)| (loudest > 0.005 && level > loudest / 10.0).then_some(hertz);
    TONES.into_iter().zip(levels).filter_map(heard).collect()
}

fn correlation(both: &[Channel; 2]) -> f64 {
    let sum = |a: &Channel, b: &Channel| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let [left, right] = both;
    sum(left, right) / (sum(left, left) * sum(right, right)).sqrt()
}

/// Makes the clips at once, in order of their names: what became of each, and its file.
fn made(office: &Office, clips: &[PathBuf]) -> BTreeMap<String, (Work, PathBuf)> {
    let ran = office.run(&clips.iter().map(PathBuf::as_path).collect::<Vec<_>>(), &["--draft"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.manifest().works.into_iter();
    works
        .map(|work| {
            let name = work.source.path.as_path().file_name().unwrap().to_string_lossy().into_owned();
            assert!(!work.renditions.is_empty(), "{name}: {:?}", work.findings);
            let file = office.library().join(&work.renditions[0].file);
            (name, (work, file))
        })
        .collect()
}

fn has(work: &Work, code: Code) -> bool {
    work.findings.iter().any(|finding| finding.code == code)
}

/// Codes about tracks and channels: a clip has exactly those that it is drawn for.
const ABOUT_SOUND: [Code; 9] = [
    Code::SoundTrackChosen,
    Code::PictureTrackChosen,
    Code::ProgrammeChosen,
    Code::TracksJoined,
    Code::TracksMixed,
    Code::ChannelsMixed,
    Code::SoundOneSided,
    Code::SoundOutOfPhase,
    Code::SoundClipped,
];

/// A clip, the tones heard left and right in Hz (none: not listened to), and what is told.
type Case = (&'static str, &'static [u32], &'static [u32], &'static [Code]);

#[test]
fn the_sound_that_is_meant_comes_out_on_both_sides_and_what_was_done_is_told() {
    use Code::*;
    let cases: [Case; 16] = [
        ("plain_landscape.mp4", &[], &[], &[]),
        ("sound_left_only.mp4", &[300], &[300], &[SoundOneSided]),
        ("sound_right_only_pcm.mov", &[500], &[500], &[SoundOneSided]),
        ("sound_out_of_phase.mp4", &[300], &[300], &[SoundOutOfPhase]),
        ("sound_two_mono_tracks.mov", &[300], &[500], &[TracksJoined]),
        ("sound_four_mono_tracks.mov", &[700], &[900], &[TracksJoined, SoundTrackChosen]),
        ("sound_three_microphones.mov", &[300, 500, 700], &[300, 500, 700], &[TracksMixed]),
        ("sound_same_twice.mov", &[300], &[300], &[SoundTrackChosen]),
        ("sound_silent_first_track.mp4", &[500], &[700], &[SoundTrackChosen]),
        ("sound_description_first.mkv", &[500], &[500], &[SoundTrackChosen]),
        ("sound_ambisonic.mkv", &[300], &[300], &[ChannelsMixed]),
        ("sound_ten_channels.mkv", &TONES, &TONES, &[ChannelsMixed]),
        ("sound_two_programmes.ts", &[500], &[500], &[ProgrammeChosen, PictureTrackChosen, SoundTrackChosen]),
        ("still_track_first.mp4", &[300], &[300], &[PictureTrackChosen]),
        ("sound_clipped.mkv", &[], &[], &[SoundClipped]),
        ("sound_5.1.mp4", &[300, 500, 700], &[500, 700], &[]),
    ];
    let office = Office::new("\"website\"");
    let made = made(&office, &cases.map(|(name, ..)| clip(name)));
    for (name, left, right, codes) in cases {
        let (work, file) = &made[name];
        for code in ABOUT_SOUND {
            assert_eq!(has(work, code), codes.contains(&code), "{name}: {code:?} in {:?}", work.findings);
        }
        if !left.is_empty() && name != "sound_5.1.mp4" {
            let both = decoded(file);
            assert_eq!([tones(&both[0]), tones(&both[1])], [left, right], "{name}");
            // What is on both sides is in phase.
            assert!(left != right || correlation(&both) > 0.95, "{name}: {}", correlation(&both));
        }
    }
}

#[test]
fn the_moving_track_of_a_motion_photo_is_the_picture_and_its_programme_gives_the_sound() {
    let office = Office::new("\"jinyun\"");
    let made = made(&office, &[clip("still_track_first.mp4"), clip("sound_two_programmes.ts")]);
    // The still is red all over; the film is a test picture of many colours.
    let (_, file) = &made["still_track_first.mp4"];
    let to = office.folder().join("frame.png");
    run(ffmpeg().args(["-ss", "0.4", "-i"]).arg(file).args(["-frames:v", "1"]).arg(&to));
    let picture = image::open(to).unwrap().to_rgb8();
    let red = picture.pixels().filter(|pixel| pixel[0] > 180 && pixel[1] < 60 && pixel[2] < 60).count();
    assert!(red * 2 < picture.pixels().len(), "the still was taken");
}

#[test]
fn hum_is_told_and_a_configuration_may_keep_the_sides_as_they_are() {
    let office = Office::new("\"website\"");
    let path = office.folder().join("jincai.toml");
    let keep = "[sound]\none_sided = \"keep\"\nout_of_phase = \"keep\"\n";
    fs::write(&path, fs::read_to_string(&path).unwrap() + keep).unwrap();
    let names = ["sound_hum.mp4", "sound_left_only.mp4", "sound_out_of_phase.mp4"];
    let made = made(&office, &names.map(clip));
    assert!(has(&made["sound_hum.mp4"].0, Code::SoundHums));
    assert!(!has(&made["sound_left_only.mp4"].0, Code::SoundHums));
    let (work, file) = &made["sound_left_only.mp4"];
    assert!(has(work, Code::SoundOneSided));
    let both = decoded(file);
    assert!(amplitude(&both[0], 300) > 0.05 && amplitude(&both[1], 300) < 0.001);
    let (work, file) = &made["sound_out_of_phase.mp4"];
    assert!(has(work, Code::SoundOutOfPhase) && correlation(&decoded(file)) < -0.95);
}
