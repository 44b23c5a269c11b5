//! Files made by the renderer, then each damaged in one way by an independent tool or by changed bytes: exactly that fault
//! must be reported.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::run;
use crate::media::poster::PosterPainter;
use crate::media::render;
use crate::model::ai::{AiCarrier, AiLabel};
use crate::model::config::Limits;
use crate::model::job::{
    AudioTask, Expected, ExpectedSound, Fault, Layer, OutputTask, RenderJob, Verified, VerifyJob, VerifyTask,
    VideoTask,
};
use crate::model::plan::{AudioRecipe, Normalise, Overlays, VideoEncode, VideoRecipe};
use crate::model::preset::Fit;
use crate::model::units::{Rational, Size};

const SIZE: Size = Size::new(160, 90);
const DURATION_US: u64 = 2_000_000;

/// Sources are films here.
struct NoPosters;

impl PosterPainter for NoPosters {
    fn canvas(&self, _: &image::RgbImage, _: Size, _: &[Layer]) -> Result<image::RgbImage, String> {
        Err("no poster".to_owned())
    }

    fn jpeg(&self, _: &image::RgbImage, _: Option<&[u8]>) -> Result<Vec<u8>, String> {
        Err("no poster".to_owned())
    }
}

fn limits() -> Limits {
    crate::model::config::Config::default().limits
}

/// Runs the `ffmpeg` program.
fn ffmpeg(arguments: &[&str]) {
    let mut program = Command::new("ffmpeg");
    let output = program.args(["-v", "error", "-nostdin", "-y"]).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("ffmpeg: {error}; `.ci/needs test` installs it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn job(source: &Path, folder: &Path) -> RenderJob {
    let normalise = Normalise::plain(SIZE);
    let encode = VideoEncode {
        codec: "h264".into(),
        preset: "veryfast".into(),
        profile: "High".into(),
        crf: 24.0,
        max_rate: 1_000_000,
        buffer: 1_000_000,
        gop_frames: 20,
        x264: String::new(),
        draft: false,
    };
    let picture = VideoRecipe {
        engine: 1,
        source_sha256: String::new(),
        kind: Default::default(),
        stream: 0,
        start_us: 0,
        duration_us: DURATION_US,
        normalise,
        canvas: SIZE,
        fit: Fit::Pad,
        focus: None,
        frame_rate: Rational::new(30, 1),
        overlays: Overlays::default(),
        encode,
        layout: Default::default(),
    };
    let sound = AudioRecipe {
        engine: 1,
        source_sha256: String::new(),
        stream: Some(1),
        map: Default::default(),
        mend: Default::default(),
        start_us: 0,
        duration_us: DURATION_US,
        sample_rate: 48_000,
        channels: 2,
        rate: 96_000,
        gain_db: 0.0,
        loudness_lufs: Some(-16.0),
        true_peak_dbtp: -1.0,
        layout: Default::default(),
    };
    RenderJob {
        source: source.into(),
        sha256: None,
        folder: folder.into(),
        limits: limits(),
        threads: 1,
        pictures: vec![VideoTask { recipe: picture, donor: None, layers: Vec::new(), canvas: None }],
        sounds: vec![AudioTask { recipe: sound, donor: None }],
        outputs: vec![OutputTask {
            file: folder.join("good.mp4").into(),
            picture: 0,
            sound: Some(0),
            container: "mp4".into(),
            title: "你好，天津".into(),
            comment: String::new(),
            ai_labels: Vec::new(),
        }],
        stills: Vec::new(),
    }
}

/// The bytes of a file that the renderer made.
fn rendered() -> &'static [u8] {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    let make = || {
        let folder = TempDir::new().unwrap();
        let source = folder.path().join("source.mov");
        let size = format!("testsrc2=s={}x{}:r=30:d=2", SIZE.width, SIZE.height);
        let to = ["-c:v", "mpeg4", "-q:v", "3", "-c:a", "pcm_s16le", source.to_str().unwrap()];
        let from = ["-f", "lavfi", "-i", &size, "-f", "lavfi", "-i", "sine=r=48000:d=2,volume=-6dB"];
        ffmpeg(&[from.as_slice(), &to].concat());
        let job = job(&source, folder.path());
        render::run(&job, File::open(&source).unwrap(), &mut |_, _| {}, &NoPosters).unwrap();
        std::fs::read(folder.path().join("good.mp4")).unwrap()
    };
    GOOD.get_or_init(make)
}

/// A folder with the good file in it.
struct Bench {
    folder: TempDir,
    good: PathBuf,
}

impl Bench {
    fn set() -> Self {
        let folder = TempDir::new().unwrap();
        let good = folder.path().join("good.mp4");
        std::fs::write(&good, rendered()).unwrap();
        Self { folder, good }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the good file after the `ffmpeg` program changed it.
    fn spoiled(&self, arguments: &[&str]) -> PathBuf {
        let out = self.path("spoiled.mp4");
        let from = ["-i", self.good.to_str().unwrap()];
        ffmpeg(&[&from, arguments, &[out.to_str().unwrap()]].concat());
        out
    }

    /// Returns the good file with its bytes changed.
    fn changed(&self, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
        let mut bytes = std::fs::read(&self.good).unwrap();
        change(&mut bytes);
        let out = self.path("changed.mp4");
        std::fs::write(&out, bytes).unwrap();
        out
    }
}

fn expected() -> Expected {
    Expected {
        container: "mp4".into(),
        codec: "h264".into(),
        profile: "High".into(),
        size: SIZE,
        frame_rate: Rational::new(30, 1),
        duration_us: DURATION_US,
        sound: Some(ExpectedSound {
            codec: "aac".into(),
            sample_rate: 48_000,
            channels: 2,
            loudness_lufs: Some(-16.0),
            true_peak_dbtp: -1.0,
        }),
        max_bytes: Some(10_000_000),
        max_bit_rate: Some(10_000_000),
        max_key_frame_interval_ms: 1_000,
        ai_labels: Vec::new(),
    }
}

fn verify_all(files: &[(&Path, Expected)], full: bool) -> Vec<Verified> {
    let files = files
        .iter()
        .map(|(file, expect)| VerifyTask { file: (*file).into(), expect: expect.clone(), mark: None })
        .collect();
    run(&VerifyJob { files, limits: limits(), full, threads: 2 }, &mut |_, _| {}).unwrap()
}

fn names(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.what.as_str()).collect()
}

/// Asserts that a file shows exactly these faults.
fn shows(file: &Path, expect: Expected, wanted: &[&str]) {
    let verified = &verify_all(&[(file, expect)], true)[0];
    assert_eq!(names(&verified.faults), wanted, "{:#?}", verified.faults);
}

#[test]
fn a_rendered_file_has_no_faults_and_is_described() {
    let bench = Bench::set();
    for full in [false, true] {
        let verified = verify_all(&[(&bench.good, expected())], full).remove(0);
        assert_eq!(names(&verified.faults), [""; 0], "{:#?}", verified.faults);
        assert_eq!(verified.size, SIZE);
        assert_eq!(verified.duration_us, DURATION_US);
        assert_eq!(verified.frame_rate, Rational::new(30, 1));
        assert_eq!((verified.video_codec.as_str(), verified.profile.as_str()), ("h264", "High"));
        assert_eq!((verified.audio_codec.as_deref(), verified.channels), (Some("aac"), Some(2)));
        assert_eq!(verified.audio_offset_us, Some(0));
        assert_eq!(verified.bytes, std::fs::metadata(&bench.good).unwrap().len());
        assert!((verified.loudness_lufs.unwrap() + 16.0).abs() < 0.5);
        assert!((600..=700).contains(&verified.longest_gop_ms), "{}", verified.longest_gop_ms);
        assert_eq!(verified.sha256.len(), 64);
    }
}

#[test]
fn a_label_must_be_there_byte_for_byte_and_nowhere_else() {
    let bench = Bench::set();
    let value = r#"{"Label":"1","ContentProducer":"001"}"#;
    let tag = format!("AIGC={value}");
    let labelled =
        bench.spoiled(&["-c", "copy", "-movflags", "use_metadata_tags+faststart", "-metadata", &tag]);
    let with = |values: &[&str]| {
        let label = |value: &&str| AiLabel::new(AiCarrier::Xmp, value.as_bytes());
        Expected { ai_labels: values.iter().map(label).collect(), ..expected() }
    };
    let space = value.replace(':', ": ");
    for (file, expect, wanted) in [
        (&labelled, with(&[value]), vec![]),
        (&labelled, with(&[]), vec!["ai_label"]),
        (&labelled, with(&[&space]), vec!["ai_label"]),
        (&labelled, with(&[value, "{}"]), vec!["ai_label"]),
        (&bench.good, with(&[value]), vec!["ai_label"]),
    ] {
        shows(file, expect, &wanted);
    }
    let elsewhere = bench.changed(|bytes| {
        bytes.extend((value.len() as u32 + 8).to_be_bytes());
        bytes.extend([b"aigc", value.as_bytes()].concat());
    });
    shows(&elsewhere, with(&[value]), &["ai_label"]);
}

#[test]
fn each_expectation_that_is_not_met_is_the_one_fault() {
    let bench = Bench::set();
    let sound = || expected().sound.unwrap();
    let with = |sound: ExpectedSound| Expected { sound: Some(sound), ..expected() };
    let cases = [
        (Expected { container: "matroska".into(), ..expected() }, vec!["container"]),
        (Expected { codec: "hevc".into(), ..expected() }, vec!["codec"]),
        (Expected { profile: "Main".into(), ..expected() }, vec!["profile"]),
        (Expected { size: SIZE.transposed(), ..expected() }, vec!["size"]),
        (Expected { frame_rate: Rational::new(30_000, 1001), ..expected() }, vec!["frame_rate"]),
        (Expected { duration_us: DURATION_US + 30_000, ..expected() }, vec![]),
        (Expected { duration_us: 2_300_000, ..expected() }, vec!["duration", "audio_duration"]),
        (Expected { sound: None, ..expected() }, vec!["streams"]),
        (Expected { max_bytes: Some(1_000), ..expected() }, vec!["bytes"]),
        (Expected { max_bit_rate: Some(1_000), ..expected() }, vec!["bit_rate"]),
        (Expected { max_key_frame_interval_ms: 500, ..expected() }, vec!["key_frames"]),
        (with(ExpectedSound { codec: "opus".into(), ..sound() }), vec!["audio_codec"]),
        (with(ExpectedSound { sample_rate: 44_100, ..sound() }), vec!["sample_rate"]),
        (with(ExpectedSound { channels: 1, ..sound() }), vec!["channels"]),
        (with(ExpectedSound { loudness_lufs: Some(-17.0), ..sound() }), vec!["loudness"]),
        (with(ExpectedSound { true_peak_dbtp: -20.0, ..sound() }), vec!["true_peak"]),
    ];
    for (expect, wanted) in cases {
        shows(&bench.good, expect, &wanted);
    }
}

#[test]
fn an_index_at_the_end_is_no_fast_start() {
    let bench = Bench::set();
    shows(&bench.spoiled(&["-c", "copy"]), expected(), &["fast_start"]);
}

#[test]
fn a_rotated_picture_is_a_fault() {
    let bench = Bench::set();
    let file = bench.changed(|bytes| {
        // The first `tkhd`, version 0: its matrix begins 40 bytes after the box's type (ISO 14496-12 §8.3.2).
        let at = bytes.windows(4).position(|word| word == b"tkhd").unwrap() + 44;
        let matrix: [i32; 9] = [0, 1 << 16, 0, -(1 << 16), 0, 0, 90 << 16, 0, 1 << 30];
        let matrix: Vec<u8> = matrix.iter().flat_map(|entry| entry.to_be_bytes()).collect();
        bytes[at..at + 36].copy_from_slice(&matrix);
    });
    shows(&file, expected(), &["rotation"]);
}

#[test]
fn one_picture_that_comes_late_is_a_variable_frame_rate() {
    let bench = Bench::set();
    // A third of a frame later from frame 30 on: the same duration, but an uneven rate.
    let late = "setts=pts=PTS+gte(N\\,30)*10/(TB*900):dts=DTS+gte(N\\,30)*10/(TB*900)";
    let file = bench.spoiled(&["-c", "copy", "-movflags", "+faststart", "-bsf:v", late]);
    shows(&file, expected(), &["frame_rate"]);
}

#[test]
fn sound_that_comes_late_is_an_offset() {
    let bench = Bench::set();
    let good = bench.good.to_str().unwrap();
    let late = ["-itsoffset", "0.045", "-i", good, "-map", "0:v", "-map", "1:a"];
    let file = bench.spoiled(&[&late[..], &["-c", "copy", "-movflags", "+faststart"]].concat());
    shows(&file, expected(), &["audio_offset"]);
}

#[test]
fn what_else_lies_in_the_container_is_seen() {
    let bench = Bench::set();
    let copy = ["-c", "copy", "-movflags", "+faststart"];
    let twice = [&["-map", "0:v", "-map", "0:a", "-map", "0:a"], &copy[..]].concat();
    shows(&bench.spoiled(&twice), expected(), &["streams"]);
    let tags = ["-c", "copy", "-metadata", "location=+39.0842+117.2009/", "-movflags", "+faststart"];
    shows(&bench.spoiled(&tags), expected(), &["private_metadata"]);
    let mono = bench.spoiled(&["-an", "-c", "copy", "-movflags", "+faststart"]);
    shows(&mono, expected(), &["streams"]);
    shows(&mono, Expected { sound: None, ..expected() }, &[]);
}

#[test]
fn other_colours_pixels_and_shapes_are_seen() {
    let bench = Bench::set();
    let base = ["-c:a", "copy", "-movflags", "+faststart", "-c:v", "libx264", "-g", "20"];
    let tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range"];
    let with = |more: &[&'static str]| [&base[..], &tags, more].concat();
    shows(&bench.spoiled(&with(&["tv"])), expected(), &[]);
    let full = "scale=out_range=pc,setparams=range=pc";
    shows(
        &bench.spoiled(&with(&["pc", "-vf", full, "-pix_fmt", "yuv420p"])),
        expected(),
        &["pixel_format", "colour"],
    );
    let fine = with(&["tv", "-pix_fmt", "yuv422p"]);
    let expect = Expected { profile: "High 4:2:2".into(), ..expected() };
    shows(&bench.spoiled(&fine), expect, &["pixel_format"]);
    shows(&bench.spoiled(&with(&["tv", "-aspect", "4:3"])), expected(), &["sample_aspect"]);
    let late_key = with(&["tv", "-vf", "setpts=PTS", "-x264-params", "keyint=60:scenecut=0"]);
    shows(&bench.spoiled(&late_key), expected(), &["key_frames"]);
}

#[test]
fn a_file_cut_short_or_spoiled_in_the_middle_is_seen() {
    let bench = Bench::set();
    let cut = bench.changed(|bytes| bytes.truncate(bytes.len() * 6 / 10));
    let verified = verify_all(&[(&cut, expected())], false).remove(0);
    assert!(names(&verified.faults).starts_with(&["duration"]), "{:#?}", verified.faults);
    let spoiled = bench.changed(|bytes| {
        let (from, to) = (bytes.len() * 5 / 10, bytes.len() * 8 / 10);
        bytes[from..to].fill(0xff);
    });
    let verified = verify_all(&[(&spoiled, expected())], true).remove(0);
    assert!(names(&verified.faults).contains(&"decoding"), "{:#?}", verified.faults);
    assert!(names(&verified.faults).contains(&"audio_decoding"), "{:#?}", verified.faults);
}

#[test]
fn what_is_no_media_is_an_error() {
    let bench = Bench::set();
    let file = bench.changed(|bytes| bytes.fill(b'x'));
    let files = vec![VerifyTask { file: file.into(), expect: expected(), mark: None }];
    assert!(run(&VerifyJob { files, limits: limits(), full: false, threads: 1 }, &mut |_, _| {}).is_err());
}

#[test]
fn linked_files_are_each_held_against_their_own_expectations() {
    let bench = Bench::set();
    let link = bench.path("link.mp4");
    std::fs::hard_link(&bench.good, &link).unwrap();
    let small = Expected { max_bytes: Some(1_000), ..expected() };
    let verified = verify_all(&[(&bench.good, expected()), (&link, small)], false);
    assert_eq!(names(&verified[0].faults), [""; 0]);
    assert_eq!(names(&verified[1].faults), ["bytes"]);
    assert_eq!(verified[1].file, link.into());
}

/// A white bar with a dark edge beside a clear margin, as the renderer gets it.
fn mark(folder: &Path, opacity: f64) -> Layer {
    let file = folder.join("watermark.png");
    let picture = image::RgbaImage::from_fn(48, 24, |x, y| {
        let is_ink = (4..44).contains(&x) && (4..20).contains(&y) && x % 12 < 7;
        image::Rgba([255, 255, 255, if is_ink { 255 } else { 0 }])
    });
    picture.save(&file).unwrap();
    Layer { file: file.into(), x: 104, y: 6, from_us: 0, until_us: None, fade_us: 0, opacity }
}

#[test]
fn a_branded_file_must_show_its_mark_in_every_frame_looked_at() {
    let bench = Bench::set();
    let folder = bench.folder.path();
    let source = bench.path("dusk.mov");
    let dusk = format!(
        "gradients=s={}x{}:r=30:d=2:c0=0x203040:c1=0x806040:x0=0:y0=0:x1=160:y1=90",
        SIZE.width, SIZE.height
    );
    let from = ["-f", "lavfi", "-i", &dusk, "-f", "lavfi", "-i", "sine=r=48000:d=2,volume=-6dB"];
    ffmpeg(
        &[from.as_slice(), &["-c:v", "mpeg4", "-q:v", "3", "-c:a", "pcm_s16le", source.to_str().unwrap()]]
            .concat(),
    );
    let seen = |drawn: Vec<Layer>, wanted: &Layer| {
        let file = bench.path("marked.mp4");
        let mut job = job(&source, folder);
        job.pictures[0].layers = drawn;
        job.outputs[0].file = file.as_path().into();
        render::run(&job, File::open(&source).unwrap(), &mut |_, _| {}, &NoPosters).unwrap();
        let files =
            vec![VerifyTask { file: file.as_path().into(), expect: expected(), mark: Some(wanted.clone()) }];
        let verified =
            run(&VerifyJob { files, limits: limits(), full: false, threads: 1 }, &mut |_, _| {}).unwrap();
        std::fs::remove_file(file).unwrap();
        (verified[0].mark.unwrap(), names(&verified[0].faults).join(" "))
    };
    for opacity in [0.9, 0.5] {
        let layer = mark(folder, opacity);
        let (with, faults) = seen(vec![layer.clone()], &layer);
        assert_eq!((with.present, with.absent, faults.as_str()), (with.frames, 0, ""), "{opacity}: {with:?}");
        assert!(with.frames >= 3, "{with:?}");
        let (without, faults) = seen(Vec::new(), &layer);
        assert_eq!(
            (without.absent, faults.as_str()),
            (without.frames, "watermark"),
            "{opacity}: {without:?}"
        );
        std::fs::remove_file(folder.join("watermark.png")).unwrap();
    }
    // Drawn for its first half only.
    let layer = mark(folder, 0.9);
    let half = Layer { until_us: Some(1_000_000), ..layer.clone() };
    let (seen, faults) = seen(vec![half], &layer);
    assert!(seen.absent > 0 && seen.present > 0 && faults == "watermark", "{seen:?}");
}
