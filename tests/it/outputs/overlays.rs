//! What is drawn over a work, and what lies beside it: captions, watermark, covers.

use std::fs;
use std::path::PathBuf;

use image::RgbImage;

use super::judge::{frame, mean};
use super::made;
use crate::common::{Office, clip};

const CAPTION: &str = "1\r\n00:00:00,500 --> 00:00:01,500\r\n你好，天津：海河晨光与津门之眼\r\n";

/// Where captions stand in a landscape picture: above the lower third where there is one, else at the bottom.
const ABOVE: [f64; 4] = [0.3, 0.72, 0.7, 0.8];
const BOTTOM: [f64; 4] = [0.3, 0.88, 0.7, 0.96];
/// A part of it where nothing is drawn.
const ELSEWHERE: [f64; 4] = [0.1, 0.2, 0.9, 0.6];
/// The watermark's place: upper right, a fifth of the short side wide.
const MARK: [f64; 4] = [0.84, 0.04, 0.94, 0.1];

/// How far two pictures of one size are apart in a part of them, in levels.
fn apart(one: &RgbImage, other: &RgbImage, part: [f64; 4]) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.pixels().zip(other.pixels());
    let differences: Vec<u8> = pairs
        .flat_map(|(one, other)| [0, 1, 2].map(|channel| one.0[channel].abs_diff(other.0[channel])))
        .collect();
    let difference = RgbImage::from_raw(one.width(), one.height(), differences).unwrap();
    mean(&difference, part).into_iter().sum::<f64>() / 3.0
}

/// The plain clip in an office of its own, with captions of these bytes beside it if there are any; the pictures
/// at `at` seconds of each target.
fn pictures(captions: Option<&[u8]>, at: &str) -> [RgbImage; 3] {
    let office = Office::new("\"website\", \"screen\", \"jinyun\"");
    let source: PathBuf = office.folder().join("海河.mp4");
    fs::copy(clip("plain_landscape.mp4"), &source).unwrap();
    if let Some(captions) = captions {
        fs::write(source.with_extension("srt"), captions).unwrap();
    }
    let made = made(&office, &source, &["--draft"]);
    ["website", "screen", "jinyun"].map(|target| frame(&made[target], at))
}

#[test]
fn captions_are_burned_in_while_they_last_and_the_watermark_only_where_it_belongs() {
    let (with, without) = (pictures(Some(CAPTION.as_bytes()), "1.0"), pictures(None, "1.0"));
    for ((with, without), area) in with.iter().zip(&without).zip([ABOVE, ABOVE, BOTTOM]) {
        let (there, beside) = (apart(with, without, area), apart(with, without, ELSEWHERE));
        assert!(there > 20.0 && beside < 2.0, "captions differ by {there}, the rest by {beside}");
    }
    let before = pictures(Some(CAPTION.as_bytes()), "0.2");
    let off = apart(&before[0], &pictures(None, "0.2")[0], ABOVE);
    assert!(off < 2.0, "captions are shown before their time: {off}");
    // The column there is plain cyan, which a dark mark takes most of the light from.
    let light = |picture: &RgbImage| mean(picture, MARK)[1];
    let [website, screen, clean] = without.each_ref().map(light);
    assert!(clean > 240.0, "the clean edition has a mark: {clean}");
    assert!(website < 200.0 && screen < 200.0, "no mark: {website}, {screen}");
}

#[test]
fn captions_of_every_encoding_look_the_same() {
    let utf8 = pictures(Some(CAPTION.as_bytes()), "1.0");
    let utf16 = |bytes: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xfeff).chain(CAPTION.encode_utf16());
        units.flat_map(bytes).collect::<Vec<u8>>()
    };
    let (gb18030, _, _) = encoding_rs::GB18030.encode(CAPTION);
    for (name, bytes) in [
        ("UTF-8 with a mark", [b"\xef\xbb\xbf", CAPTION.as_bytes()].concat()),
        ("GB18030", gb18030.into_owned()),
        ("UTF-16, small end first", utf16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(u16::to_be_bytes)),
    ] {
        let off = apart(&pictures(Some(&bytes), "1.0")[0], &utf8[0], ABOVE);
        assert!(off < 0.5, "{name} looks different: {off}");
    }
}

#[test]
fn covers_have_their_size_stay_within_their_bytes_and_show_something() {
    let office = Office::new("\"douyin\", \"bilibili\", \"website\"");
    let source = crate::common::fixtures().join("inbox/信息工程系/海河晨光.mp4");
    made(&office, &source, &["--draft", "--no-campaign-rules"]);
    let work = office.manifest().works.remove(0);
    let mut seen = 0;
    for rendition in &work.renditions {
        let preset = format!("{}/presets/{}.toml", env!("CARGO_MANIFEST_DIR"), rendition.target);
        let preset: toml::Table = fs::read_to_string(preset).unwrap().parse().unwrap();
        let wanted = preset["cover"].as_array().unwrap();
        assert_eq!(rendition.covers.len(), wanted.len(), "{}", rendition.target);
        for (cover, wanted) in rendition.covers.iter().zip(wanted) {
            let file = office.library().join(&cover.file);
            let picture = image::open(&file).unwrap().to_rgb8();
            let size = wanted["size"].as_array().unwrap().iter().map(|side| side.as_integer().unwrap());
            assert!(size.eq([picture.width(), picture.height()].map(i64::from)), "{}", cover.file);
            let bytes = i64::try_from(file.metadata().unwrap().len()).unwrap();
            let most = wanted.get("max_bytes").map_or(i64::MAX, |most| most.as_integer().unwrap());
            assert!(bytes <= most, "{}: {bytes} bytes", cover.file);
            let light = mean(&picture, [0.0, 0.0, 1.0, 1.0]).into_iter().sum::<f64>() / 3.0;
            assert!((30.0..225.0).contains(&light), "{} is all dark or all bright: {light}", cover.file);
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen} covers");
}
