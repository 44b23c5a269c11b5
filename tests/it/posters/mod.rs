//! Posters: what is made of a picture for a screen, judged by other programs, and what becomes of pictures that cannot be
//! shown as they were meant.

mod pictures;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::{DynamicImage, RgbImage};
use jincai::model::finding::{Code, Verdict};
use jincai::model::manifest::{Rendition, Work, WorkKind};
use serde_json::Value;

use crate::common::programs::run;
use crate::common::{Office, clip};
use crate::outputs::judge::{frame, mean, picture_times, stream};
use pictures::{BLUE, CREAM, GREEN, RED, quarters};

/// Levels by which a colour may be off after a JPEG, a conversion to limited range and an encode.
const LEVELS: f64 = 6.0;

/// Puts files into an inbox beside the office's configuration.
fn hand_in(office: &Office, files: &[(&str, Vec<u8>)]) -> PathBuf {
    let inbox = office.folder().join("inbox");
    for (name, bytes) in files {
        let path = inbox.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    inbox
}

fn poster(office: &Office, title: &str) -> Work {
    let work = office.works().remove(title).unwrap();
    assert_eq!(work.kind, Some(WorkKind::Poster), "{title}");
    work
}

/// The still of a rendition: the cover of its size.
fn still(office: &Office, made: &Rendition) -> RgbImage {
    let cover = made.covers.iter().find(|cover| (cover.width, cover.height) == (made.width, made.height));
    let bytes = fs::read(office.library().join(&cover.unwrap().file)).unwrap();
    assert_eq!(bytes[..3], [0xff, 0xd8, 0xff], "{} is a JPEG", made.target);
    image::load_from_memory(&bytes).unwrap().into_rgb8()
}

fn near(a: [f64; 3], b: [u8; 3], levels: f64) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - f64::from(b)).abs() <= levels)
}

/// All frames of a film, reduced to 64×36.
fn small_frames(film: &Path) -> Vec<Vec<u8>> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(film);
    let ran = run(ffmpeg.args(["-vf", "scale=64:36:flags=area", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]));
    ran.stdout.chunks(64 * 36 * 3).map(<[u8]>::to_vec).collect()
}

#[test]
fn a_poster_becomes_a_still_film_and_a_picture_of_every_screen() {
    let office = Office::new("\"weibo\", \"screen\", \"screen-portrait\", \"led-wall\"");
    // Stored lying on its side: upright it is 900×1200, with blue above.
    let upright = quarters(900, 1200);
    let stored = image::imageops::rotate270(&upright);
    let turned = pictures::jpeg(&stored, |encoder| {
        encoder.add_app_segment(1, pictures::exif(6)).unwrap();
        encoder.set_progressive(true);
    });
    let details = "title = \"招新\"\ntrim = [\"0:00\", \"0:03\"]\n".into();
    let inbox = hand_in(&office, &[("系/招新.jpg", turned), ("系/招新.toml", details)]);
    let ran = office.run(&[&inbox], &[]);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let work = poster(&office, "招新");
    let codes: BTreeSet<Code> = work.findings.iter().map(|finding| finding.code).collect();
    for told in [Code::PosterScreensOnly, Code::WillRotate, Code::PosterLeavesAside] {
        assert!(codes.contains(&told), "{told:?}: {codes:?}");
    }
    assert_eq!(work.source.duration_ms, None);
    assert_eq!(work.source.display.map(|size| (size.width, size.height)), Some((900, 1200)));
    let sizes = [("screen", 1920, 1080), ("screen-portrait", 1080, 1920), ("led-wall", 3840, 1080)];
    assert_eq!(work.renditions.len(), sizes.len(), "{:?}", work.renditions);
    for (made, (target, width, height)) in work.renditions.iter().zip(sizes) {
        assert_eq!((made.target.as_str(), made.width, made.height), (target, width, height));
        let film = office.library().join(&made.file);
        assert!(made.audio.is_none() && stream(&film, "audio").is_none() && made.post.is_none(), "{target}");
        assert_eq!(picture_times(&film).len(), 250, "{target}: 10 s of 25");
        let still = still(&office, made);
        assert_eq!(still.dimensions(), (width, height));
        // The whole poster in the middle, upright, with its four colours in their places.
        let (w, h) = (f64::from(width), f64::from(height));
        let scale = (w / 900.0).min(h / 1200.0);
        let (left, top) = ((w - 900.0 * scale) / 2.0, (h - 1200.0 * scale) / 2.0);
        let shown = frame(&film, "5");
        for (at, colour) in
            [((0.25, 0.25), RED), ((0.75, 0.25), GREEN), ((0.25, 0.75), BLUE), ((0.75, 0.75), CREAM)]
        {
            let (x, y) = ((left + at.0 * 900.0 * scale) / w, (top + at.1 * 1200.0 * scale) / h);
            let part = [x - 0.01, y - 0.01, x + 0.01, y + 0.01];
            for (what, picture) in [("still", &still), ("film", &shown)] {
                let seen = mean(picture, part);
                assert!(near(seen, colour, LEVELS), "{target}, {what}, {at:?}: {seen:?}");
            }
        }
        // Beside it something of its own colours, darker.
        if left > 100.0 {
            let red = mean(&still, [0.0, 0.0, 0.02, 0.1]);
            assert!(red[0] > 40.0 && red[0] < 120.0 && red[0] > 2.0 * red[1], "{target}: {red:?}");
        }
    }
    let film = office.library().join(&work.renditions[0].file);
    let frames = small_frames(&film);
    assert_eq!(frames.len(), 250);
    for (number, one) in frames.iter().enumerate() {
        let off: u32 = one.iter().zip(&frames[0]).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        assert!(f64::from(off) / one.len() as f64 <= 1.0, "frame {number} differs from the first");
    }
    // A second run makes nothing.
    let made_at = fs::metadata(&film).unwrap().modified().unwrap();
    assert_eq!(office.run(&[&inbox], &[]).status.code(), Some(0));
    assert_eq!(poster(&office, "招新").revision, 1);
    assert_eq!(fs::metadata(&film).unwrap().modified().unwrap(), made_at);
}

#[test]
fn colours_are_converted_transparency_is_white_and_labels_are_carried_on() {
    let office = Office::new("\"screen\"");
    // Whether or not the file says so itself.
    let config = office.folder().join("jincai.toml");
    let marked = fs::read_to_string(&config).unwrap() + "[ai_mark]\nlabelled = true\n";
    fs::write(&config, marked).unwrap();
    let adobe = moxcms::ColorProfile::new_adobe_rgb().encode().unwrap();
    let in_adobe =
        pictures::png_with_profile(&RgbImage::from_pixel(1920, 1080, image::Rgb([128, 64, 64])), adobe);
    let mut clear = DynamicImage::ImageRgb8(quarters(1920, 1080)).into_rgba16();
    clear.enumerate_pixels_mut().filter(|(x, _, _)| *x > 960).for_each(|(_, _, pixel)| pixel.0[3] = 0);
    let label = br#"{"Label":"1","ContentProducer":"001","ProduceID":"a<b"}"#;
    let plain =
        pictures::png(&DynamicImage::ImageRgb8(RgbImage::from_pixel(1920, 1080, image::Rgb([90; 3]))));
    let labelled = pictures::with_chunk(&plain, b"tEXt", &[b"AIGC\0", &label[..]].concat());
    let inbox = hand_in(
        &office,
        &[
            ("系/adobe.png", in_adobe),
            ("系/clear.png", pictures::png(&DynamicImage::ImageRgba16(clear))),
            ("系/made.png", labelled),
            ("系/made.toml", b"ai = \"generated\"".to_vec()),
        ],
    );
    let ran = office.run(&[&inbox], &["--draft"]);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let all = [0.45, 0.45, 0.55, 0.55];
    let adobe = still(&office, &poster(&office, "adobe").renditions[0]);
    // By hand, from the primaries of both: without the conversion it would stay 128, 64, 64.
    assert!(near(mean(&adobe, all), [146, 62, 62], 3.0), "{:?}", mean(&adobe, all));
    let clear = poster(&office, "clear");
    assert!(clear.findings.iter().any(|finding| finding.code == Code::PosterOnWhite));
    let clear = still(&office, &clear.renditions[0]);
    assert!(near(mean(&clear, [0.1, 0.1, 0.3, 0.3]), RED, LEVELS));
    assert!(near(mean(&clear, [0.7, 0.1, 0.9, 0.9]), [255; 3], 2.0));
    let made = poster(&office, "made");
    let rendition = &made.renditions[0];
    let shown = still(&office, rendition);
    let film = frame(&office.library().join(&rendition.file), "9.5");
    for (what, picture) in [("still", &shown), ("film", &film)] {
        let marked = picture.pixels().filter(|pixel| pixel.0[0].abs_diff(90) > 60).count();
        assert!(
            marked > 50,
            "{what}: the mark of AI-made works is drawn for as long as it is shown ({marked})"
        );
    }
    let cover = fs::read(office.library().join(&rendition.covers[0].file)).unwrap();
    let packet = String::from_utf8_lossy(&cover);
    assert!(packet.contains("<TC260:AIGC>{\"Label\":\"1\"") && packet.contains("a&lt;b"));
    assert_eq!(made.ai.unwrap().labels[0].bytes(), label);
}

/// Verdict and codes of each file, by its name.
fn checked(office: &Office, inbox: &Path) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let ran = office.command(&["check", "--json", "--"]).arg(inbox).output().unwrap();
    let lines = String::from_utf8(ran.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| row.get("targets").is_some())
        .map(|row| {
            let codes = row["findings"].as_array().unwrap().iter().map(|finding| text(&finding["code"]));
            (text(&row["work"]), (text(&row["verdict"]), codes.collect()))
        })
        .collect()
}

#[test]
fn every_kind_of_picture_has_its_outcome() {
    let office = Office::new("\"screen\"");
    let picture = quarters(1920, 1080);
    let grain = RgbImage::from_fn(1600, 900, |x, y| {
        let noise = (x * 7919 + y * 104_729 + x * y * 31) as u8;
        image::Rgb([noise, noise.rotate_left(3), noise ^ 0x5a])
    });
    let png = pictures::png(&DynamicImage::ImageRgb8(picture.clone()));
    let jpeg = pictures::jpeg(&grain, |_| {});
    let progressive =
        pictures::jpeg(&image::imageops::rotate180(&grain), |encoder| encoder.set_progressive(true));
    let grained = pictures::webp(&grain);
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let mut spoiled = pictures::png(&DynamicImage::ImageRgb8(grain.clone()));
    let middle = spoiled.len() / 2;
    spoiled[middle] ^= 0x55;
    let grey = DynamicImage::ImageRgb8(picture.clone()).into_luma8();
    let label = br#"AIGC{"Label":"1","ContentProducer":"001","ProduceID":"a"}"#;
    let deep = DynamicImage::ImageRgb16(DynamicImage::ImageRgb8(picture.clone()).into_rgb16());
    let film = fs::read(clip("plain_landscape.mp4")).unwrap();
    let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("whole.jpg", jpeg.clone(), "accepted", ""),
        ("progressive.jpeg", progressive.clone(), "accepted", ""),
        ("noise.png", pictures::png(&DynamicImage::ImageRgb8(grain.clone())), "accepted", ""),
        ("z-lossless.webp", grained.clone(), "duplicate", "same-streams"),
        ("deep.png", pictures::png(&deep), "accepted", ""),
        ("grey.png", pictures::png(&DynamicImage::ImageLuma8(grey)), "accepted", ""),
        ("z-again.jpg", jpeg.clone(), "duplicate", "same-bytes"),
        ("half.jpg", half(&jpeg), "rejected", "poster-damaged"),
        ("half-progressive.jpg", half(&progressive), "rejected", "poster-damaged"),
        ("half.png", half(&png), "rejected", "poster-damaged"),
        ("half.webp", half(&grained), "rejected", "poster-damaged"),
        ("spoiled.png", spoiled, "rejected", "poster-damaged"),
        ("head.jpg", jpeg[..2].to_vec(), "rejected", "not-media"),
        ("empty.png", Vec::new(), "rejected", "empty-file"),
        ("text.jpg", "\u{6d77}\u{62a5}".into(), "rejected", "not-media"),
        ("gif.png", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "rejected", "still-image"),
        ("frame.mp4", png.clone(), "rejected", "still-image"),
        ("film.jpg", film, "accepted", "will-enlarge"),
        ("moves.webp", pictures::animated_webp(), "rejected", "poster-moves"),
        (
            "moves.png",
            pictures::with_chunk(&png, b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
            "rejected",
            "poster-moves",
        ),
        ("print.jpg", pictures::cmyk_jpeg(), "rejected", "poster-for-print"),
        ("bomb.png", pictures::bomb(60_000, 60_000), "rejected", "too-many-pixels"),
        (
            "labelled.jpg",
            pictures::jpeg(&picture, |to| to.add_app_segment(1, b"x".to_vec()).unwrap()),
            "accepted",
            "",
        ),
        (
            "made.png",
            pictures::with_chunk(&png, b"tEXt", &[&label[..4], b"\0", &label[4..]].concat()),
            "rejected",
            "ai-label-undeclared",
        ),
        (
            "small.png",
            pictures::png(&DynamicImage::ImageRgb8(quarters(640, 360))),
            "accepted_with_warnings",
            "poster-too-small",
        ),
        (
            "odd.png",
            pictures::png_with_profile(&quarters(1920, 1200), vec![7; 200]),
            "accepted_with_warnings",
            "poster-colours-unknown",
        ),
        (
            "hdr.png",
            pictures::with_chunk(
                &pictures::png(&DynamicImage::ImageRgb8(quarters(1920, 1100))),
                b"cICP",
                &[9, 16, 0, 1],
            ),
            "accepted_with_warnings",
            "poster-colours-unknown",
        ),
    ];
    let names: Vec<String> = cases.iter().map(|(name, ..)| format!("\u{7cfb}/{name}")).collect();
    let files: Vec<(&str, Vec<u8>)> =
        names.iter().zip(&cases).map(|(name, (_, bytes, ..))| (name.as_str(), bytes.clone())).collect();
    let inbox = hand_in(&office, &files);
    let rows = checked(&office, &inbox);
    let mut odd = Vec::new();
    for (name, _, verdict, code) in &cases {
        let (is, codes) = &rows[&format!("\u{7cfb}/{name}")];
        if is != verdict || !(code.is_empty() || codes.contains(*code)) {
            odd.push(format!("{name} is {is}: {codes:?}"));
        }
    }
    assert!(odd.is_empty(), "{odd:#?}");
}

#[test]
fn a_poster_without_a_screen_says_so() {
    let office = Office::new("\"weibo\", \"website\"");
    let inbox = hand_in(&office, &[("系/a.webp", pictures::webp(&quarters(400, 300)))]);
    let ran = office.run(&[&inbox], &[]);
    assert_eq!(ran.status.code(), Some(1));
    let work = poster(&office, "a");
    assert_eq!(work.verdict, Verdict::Rejected);
    assert_eq!(work.findings.iter().map(|finding| finding.code).next(), Some(Code::PosterNeedsScreen));
}
