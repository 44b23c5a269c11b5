//! What comes out, measured by programs that did not make it: picture, sound, time, colour, container.

pub mod judge;
mod overlays;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use judge::{draw, ffmpeg, frame, mean, number, probe, said, stream};

use crate::common::{Office, clip};

/// Makes `source`; its file for each target.
fn made(office: &Office, source: &Path, more: &[&str]) -> BTreeMap<String, PathBuf> {
    let ran = office.run(&[source], more);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.manifest().works;
    let work = works.into_iter().find(|work| work.source.path.as_path() == source).unwrap();
    let files = work.renditions.into_iter();
    files.map(|rendition| (rendition.target, office.library().join(rendition.file))).collect()
}

/// Red, cyan or neither, of the four corners: upper left, upper right, lower right, lower left.
fn corners(picture: &RgbImage) -> String {
    let parts = [[0.01, 0.01], [0.94, 0.01], [0.94, 0.94], [0.01, 0.94]];
    let name = |[left, top]: [f64; 2]| {
        let mean = mean(picture, [left, top, left + 0.05, top + 0.05]);
        match mean.map(|part| ((part / 85.0) as u8).min(2)) {
            [2, 0, 0] => 'r',
            [0, 2, 2] => 'c',
            _ => '-',
        }
    };
    parts.map(name).iter().collect()
}

#[test]
fn turned_and_mirrored_works_are_shown_upright() {
    // The base is red on the left and cyan on the right, with a dark counter in the upper left corner.
    for (name, shown, size) in [
        ("plain_landscape.mp4", "-ccr", (16, 9)),
        ("rotated_90.mp4", "r-cc", (9, 16)),
        ("rotated_180.mp4", "cr-c", (16, 9)),
        ("rotated_270.mp4", "ccr-", (9, 16)),
        ("mirrored.mp4", "c-rc", (16, 9)),
        ("sar_2_1.mp4", "-ccr", (16, 9)),
    ] {
        // An office for each: they are the same packets, so all but one would be duplicates.
        let office = Office::new("\"jinyun\"");
        let file = made(&office, &clip(name), &["--draft"])["jinyun"].clone();
        let video = stream(&file, "video").unwrap();
        let side = |name: &str| video[name].as_u64().unwrap();
        // Half of 270 lines is rounded to an even number.
        assert!((side("width") * size.1).abs_diff(side("height") * size.0) <= 16, "{name}: {video}");
        assert_eq!(video["sample_aspect_ratio"], "1:1", "{name}");
        assert!(video["side_data_list"].is_null(), "{name} is still to be turned");
        assert_eq!(corners(&frame(&file, "0.5")), shown, "{name}");
    }
}

#[test]
fn sound_is_stereo_at_its_loudness_or_silence_or_none() {
    let office = Office::new("\"website\", \"screen\"");
    for (name, loud) in [
        ("sound_mono_loud.mp4", true),
        ("sound_5.1.mp4", true),
        ("tone_minus_20_lufs.mp4", true),
        ("sound_none.mp4", false),
        ("sound_digital_silence.mp4", false),
    ] {
        let made = made(&office, &clip(name), &["--draft"]);
        assert!(stream(&made["screen"], "audio").is_none(), "{name}: a display is silent by design");
        let file = made["website"].clone();
        let sound = stream(&file, "audio").unwrap();
        assert_eq!((&sound["codec_name"], &sound["channels"]), (&"aac".into(), &2.into()), "{name}");
        assert_eq!(sound["sample_rate"], "48000", "{name}");
        if loud {
            let meter = ["-af", "ebur128=peak=true", "-vn"];
            // The summary stands at the end.
            let [loudness, peak] = ["I:", "Peak:"].map(|name| *said(&file, &meter, name).last().unwrap());
            assert!((loudness + 15.0).abs() <= 0.5, "{name}: {loudness} LUFS");
            assert!(peak <= -1.0, "{name}: {peak} dBTP");
        } else {
            let volume = said(&file, &["-af", "volumedetect", "-vn"], "max_volume:")[0];
            assert!(volume < -80.0, "{name}: {volume} dB");
        }
    }
    let both = ["-vn", "-af", "pan=mono|c0=c0-c1,volumedetect"];
    let mono = made(&office, &clip("sound_mono_loud.mp4"), &["--draft"])["website"].clone();
    let apart = said(&mono, &both, "max_volume:")[0];
    assert!(apart < -50.0, "one sound on both channels, which differ by {apart} dB");
}

#[test]
fn works_last_as_long_as_their_source_at_one_steady_rate() {
    let office = Office::new("\"website\"");
    for (name, seconds) in [
        ("plain_landscape.mp4", 2.0),
        // Its last picture comes at 1.9 s and lasts as long as the shortest one.
        ("variable_rate.mp4", 1.9333),
        ("rate_60.mp4", 1.0),
        ("interlaced_tff.mp4", 2.0),
        ("sound_longer_than_picture.mp4", 3.0),
    ] {
        let file = made(&office, &clip(name), &["--draft"])["website"].clone();
        let times = judge::picture_times(&file);
        let rate = stream(&file, "video").unwrap()["avg_frame_rate"].as_str().unwrap().to_owned();
        let step = match rate.as_str() {
            "30/1" => 1.0 / 30.0,
            "25/1" => 1.0 / 25.0,
            other => panic!("{name} has {other} pictures a second"),
        };
        let steady = times.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 0.001);
        assert!(steady, "{name}: {times:?}");
        let shown = times.last().unwrap() + step - times[0];
        assert!((shown - seconds).abs() <= step + 0.001, "{name}: {shown} s of picture, not {seconds}");
        let heard = number(&stream(&file, "audio").unwrap()["duration"]);
        assert!((heard - seconds).abs() <= step + 0.022, "{name}: {heard} s of sound, not {seconds}");
    }
}

#[test]
fn a_flash_and_its_beep_stay_together() {
    let office = Office::new("\"website\"");
    let flash = "color=black:s=320x180:r=30:d=3,drawbox=c=white:t=fill:enable='gte(t,1)'";
    let beep = "aevalsrc='0.5*gte(t,1)*sin(880*2*PI*t)':s=44100:d=3";
    let uneven = format!("{flash},select='not(between(n,5,19))*(lt(n,40)+not(mod(n,3)))'");
    let drawn = |name: &str, picture: &str| {
        draw(&office.folder().join(name), picture, Some(beep), &["-vsync", "vfr"])
    };
    let (even, uneven) = (drawn("even.mp4", flash), drawn("uneven.mp4", &uneven));
    // The sound begins later than the picture, as some phones write it.
    let [tone, late] = ["tone.m4a", "late.mp4"].map(|name| office.folder().join(name));
    let [from, cut, to] = [&even, &tone, &late].map(|file| file.to_str().unwrap());
    ffmpeg(&["-f", "lavfi", "-i", "aevalsrc='0.5*gte(t,0.5)*sin(880*2*PI*t)':s=44100:d=2.5", cut]);
    ffmpeg(&["-i", from, "-itsoffset", "0.5", "-i", cut, "-map", "0:v", "-map", "1:a", "-c", "copy", to]);
    assert!(number(&stream(&late, "audio").unwrap()["start_time"]) > 0.4);
    for source in [even, uneven, late] {
        let name = source.display();
        let file = made(&office, &source, &["--draft"])["website"].clone();
        let seen = said(&file, &["-vf", "blackdetect=d=0.1", "-an"], "black_end:")[0];
        let heard = said(&file, &["-af", "silencedetect=n=-30dB:d=0.1", "-vn"], "silence_end:")[0];
        let heard = heard + number(&stream(&file, "audio").unwrap()["start_time"]);
        assert!((seen - 1.0).abs() <= 0.034, "{name}: the flash is seen at {seen} s");
        assert!((seen - heard).abs() < 0.02, "{name}: seen at {seen} s, heard at {heard} s");
    }
}

#[test]
fn every_colour_becomes_tagged_bt709_and_looks_as_before() {
    let office = Office::new("\"jinyun\"");
    for name in ["plain_landscape.mp4", "full_range.mp4", "chroma_444.mp4"] {
        let file = made(&office, &clip(name), &[])["jinyun"].clone();
        is_tagged(&file);
        let (before, after) = (frame(&clip(name), "1.0"), frame(&file, "1.0"));
        // The wide columns of the drawing, away from their edges and from what moves.
        for column in 0..6 {
            let left = f64::from(column) / 6.0 + 0.04;
            let part = [left, 0.9, left + 0.08, 0.99];
            let off = mean(&before, part).into_iter().zip(mean(&after, part));
            let off = off.map(|(before, after)| (before - after).abs()).fold(0.0, f64::max);
            assert!(off <= 6.0, "{name}: column {column} is off by {off} levels");
        }
    }
}

fn is_tagged(file: &Path) {
    let video = stream(file, "video").unwrap();
    let tags = ["color_range", "color_space", "color_transfer", "color_primaries", "pix_fmt", "profile"];
    let found = tags.map(|tag| video[tag].as_str().unwrap_or("-").to_owned());
    assert_eq!(found, ["tv", "bt709", "bt709", "bt709", "yuv420p", "High"], "{}", file.display());
}

#[test]
fn high_dynamic_range_is_mapped_so_that_white_stays_white_and_grey_grey() {
    let office = Office::new("\"jinyun\"");
    // Reference white (203 cd/m²) and a card that reflects 18 %, as ITU-R BT.2408 writes them in 10 bit limited range.
    for (transfer, name, white, grey) in [("arib-std-b67", "hlg", 721, 397), ("smpte2084", "pq", 573, 397)] {
        let picture = format!(
            "nullsrc=s=640x360:r=30:d=1,format=yuv420p10le,geq=lum='if(lt(X,W/2),{white},{grey})':cb=512:cr=512"
        );
        let params = format!("log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc");
        let more = ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params", &params];
        let source = draw(&office.folder().join(format!("{name}.mp4")), &picture, None, &more);
        let file = made(&office, &source, &[])["jinyun"].clone();
        is_tagged(&file);
        let shown = frame(&file, "0.5");
        let luma = [[0.1, 0.3, 0.4, 0.7], [0.6, 0.3, 0.9, 0.7]].map(|part| mean(&shown, part)[1]);
        // A change of the matrix alone would leave white at 191 (HLG) or 148 (PQ).
        assert!(luma[0] >= 215.0 && (90.0..140.0).contains(&luma[1]), "{name}: {luma:?}");
    }
}

/// The kinds of an MP4's boxes, in their order.
fn boxes(file: &Path) -> Vec<String> {
    let bytes = fs::read(file).unwrap();
    let (mut at, mut kinds) = (0, Vec::new());
    while let Some(head) = bytes.get(at..at + 8) {
        kinds.push(String::from_utf8_lossy(&head[4..]).into_owned());
        at += u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
    }
    kinds
}

#[test]
fn the_index_comes_first_and_nothing_private_is_left() {
    let office = Office::new("\"website\", \"jinyun\"");
    let source = office.folder().join("手机.mov");
    let private = [
        ("com.apple.quicktime.location.ISO6709", "+39.1333+117.2000+003.500/"),
        ("com.apple.quicktime.make", "Apple"),
        ("com.apple.quicktime.model", "iPhone 99 Pro"),
        ("com.apple.quicktime.software", "99.1.2"),
        ("location", "+39.1333+117.2000/"),
        ("artist", "Some Person"),
    ];
    let mut arguments = vec!["-i".to_owned(), clip("plain_landscape.mp4").display().to_string()];
    arguments.extend(["-c", "copy", "-movflags", "use_metadata_tags"].map(str::to_owned));
    for (name, value) in private {
        arguments.extend(["-metadata".to_owned(), format!("{name}={value}")]);
    }
    arguments.push(source.display().to_string());
    ffmpeg(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let holds = |file: &Path, words: &str| {
        fs::read(file).unwrap().windows(words.len()).any(|window| window == words.as_bytes())
    };
    let made = made(&office, &source, &["--draft"]);
    for file in made.values() {
        for (_, value) in private {
            assert!(holds(&source, value), "the source lacks {value}");
            assert!(!holds(file, value), "{value} is still in {}", file.display());
        }
        let kinds = boxes(file);
        let place = |kind: &str| kinds.iter().position(|found| found == kind).unwrap();
        assert!(place("moov") < place("mdat"), "{kinds:?}");
        let tags = &probe(file)["format"]["tags"];
        assert_eq!(tags["title"], "手机");
        assert_eq!(stream(file, "audio").unwrap()["tags"]["language"], "chi");
    }
}
