//! What the `ffmpeg` and `ffprobe` programs, which made none of it, measure of a finished file.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::RgbImage;
use serde_json::Value;

use crate::common::programs::run;

/// Runs `ffmpeg`; its words are on its standard error.
pub fn ffmpeg(arguments: &[&str]) -> Output {
    run(Command::new("ffmpeg").args(["-nostdin", "-hide_banner", "-y"]).args(arguments))
}

/// Draws a source of `picture` and, if there is one, `sound` (sources of libavfilter), with further output arguments.
pub fn draw(to: &Path, picture: &str, sound: Option<&str>, more: &[&str]) -> PathBuf {
    let mut arguments = vec!["-f", "lavfi", "-i", picture];
    arguments.extend(sound.iter().flat_map(|sound| ["-f", "lavfi", "-i", sound]));
    arguments.extend(["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]);
    arguments.extend(more);
    arguments.push(to.to_str().unwrap());
    ffmpeg(&arguments);
    to.to_owned()
}

/// Streams and format as `ffprobe` shows them.
pub fn probe(file: &Path) -> Value {
    let ran = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json", "-show_streams", "-show_format"])
        .arg(file)
        .output()
        .unwrap();
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// The one stream of a kind (`video`, `audio`), if there is one.
pub fn stream(file: &Path, kind: &str) -> Option<Value> {
    let streams = probe(file)["streams"].as_array().unwrap().clone();
    let mut ours: Vec<Value> = streams.into_iter().filter(|stream| stream["codec_type"] == kind).collect();
    assert!(ours.len() <= 1, "{} has several {kind} streams", file.display());
    ours.pop()
}

/// When each picture is shown, in order, in seconds.
pub fn picture_times(file: &Path) -> Vec<f64> {
    let arguments =
        ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
    let ran = Command::new("ffprobe").args(arguments).arg(file).output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    let mut times: Vec<f64> = text.lines().map(|line| line.trim_matches(',').parse().unwrap()).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// A number that `ffprobe` writes as text.
pub fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

/// The picture shown at a time in seconds, as a player shows it.
pub fn frame(file: &Path, at: &str) -> RgbImage {
    let file = file.to_str().unwrap();
    let ran = ffmpeg(&[
        "-v",
        "error",
        "-ss",
        at,
        "-i",
        file,
        "-frames:v",
        "1",
        "-f",
        "image2pipe",
        "-c:v",
        "png",
        "-",
    ]);
    image::load_from_memory(&ran.stdout).unwrap().to_rgb8()
}

/// Mean red, green and blue of a part of a picture: left, top, right and bottom as shares of it.
pub fn mean(picture: &RgbImage, [left, top, right, bottom]: [f64; 4]) -> [f64; 3] {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let inside = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) / width, f64::from(y) / height);
        (left..right).contains(&x) && (top..bottom).contains(&y)
    };
    let pixels: Vec<_> = picture.enumerate_pixels().filter(|(x, y, _)| inside(*x, *y)).collect();
    [0, 1, 2].map(|part| {
        pixels.iter().map(|(_, _, pixel)| f64::from(pixel.0[part])).sum::<f64>() / pixels.len() as f64
    })
}

/// Every number after `name` in what a measuring filter says, in its order.
pub fn said(file: &Path, filter: &[&str], name: &str) -> Vec<f64> {
    let mut arguments = vec!["-i", file.to_str().unwrap()];
    arguments.extend(filter);
    arguments.extend(["-f", "null", "-"]);
    let words = String::from_utf8_lossy(&ffmpeg(&arguments).stderr).into_owned();
    let number = |after: &str| {
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_digit() && !"-.".contains(c)).unwrap_or(after.len());
        after[..end].parse().unwrap_or_else(|_| panic!("{name} {after}"))
    };
    let found: Vec<f64> = words.split(name).skip(1).map(number).collect();
    assert!(!found.is_empty(), "no {name} in {words}");
    found
}
