//! Synthetic pictures and sounds, and copies of them after typical changes.

use std::ops::Range;

use super::*;
use crate::model::fingerprint::{CELLS, DETAIL_GRID};

const SIZE: Size = Size { width: 128, height: 72 };

/// A bright spot that moves before stripes, at second `at`.
fn picture(at: f64, size: Size) -> Vec<u8> {
    let (tx, ty) = (0.5 + 0.4 * (at * 0.9).sin(), 0.5 + 0.4 * (at * 0.7).cos());
    let pixel = |x: u32, y: u32| {
        let (px, py) = (f64::from(x) / f64::from(size.width), f64::from(y) / f64::from(size.height));
        let near = (-((px - tx).powi(2) + (py - ty).powi(2)) * 30.0).exp();
        (60.0 + 40.0 * (px * 20.0).sin() + 100.0 * near) as u8
    };
    (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

/// Returns `luma` of size `inner` in the middle of a frame filled by `fill` of (x, y).
fn framed(inner: Size, luma: &[u8], size: Size, fill: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let (left, top) = ((size.width - inner.width) / 2, (size.height - inner.height) / 2);
    let mut all = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let (ix, iy) = (x.wrapping_sub(left), y.wrapping_sub(top));
            let inside = ix < inner.width && iy < inner.height;
            all.push(if inside { luma[(iy * inner.width + ix) as usize] } else { fill(x, y) });
        }
    }
    all
}

/// Returns the film of four seconds at `rate` frames per second.
fn film(rate: u64, size: Size, draw: impl Fn(f64) -> Vec<u8>) -> Vec<[f32; CELLS]> {
    let mut builder = FingerprintBuilder::default();
    for number in 0..4 * rate {
        let at_us = number * 1_000_000 / rate;
        builder.add_frame(at_us, 4_000_000, size, &draw(at_us as f64 / 1e6));
    }
    builder.finish(4_000, 0).film.windows()
}

/// Returns the RMS difference, luma levels.
fn apart(one: &[[f32; CELLS]], other: &[[f32; CELLS]]) -> f32 {
    assert_eq!(one.len(), other.len());
    let squares = one.iter().flatten().zip(other.iter().flatten()).map(|(a, b)| (a - b).powi(2));
    (squares.sum::<f32>() / (one.len() * CELLS) as f32).sqrt()
}

#[test]
fn copies_of_another_rate_size_or_in_bars_have_the_same_film() {
    let original = film(30, SIZE, |at| picture(at, SIZE));
    let small = Size::new(64, 36);
    let (portrait, inner) = (Size::new(72, 128), Size::new(72, 41));
    let bars = |at: f64| framed(inner, &picture(at, inner), portrait, |_, _| 0);
    for (what, copy, most) in [
        ("25 pictures a second", film(25, SIZE, |at| picture(at, SIZE)), 1.0),
        ("10 pictures a second", film(10, SIZE, |at| picture(at, SIZE)), 2.0),
        ("half size", film(30, small, |at| picture(at, small)), 2.0),
        ("black bars", film(30, portrait, bars), 3.0),
    ] {
        let apart = apart(&original, &copy);
        assert!(apart <= most, "{what}: {apart}");
    }
    let other = film(30, SIZE, |at| picture(at + 3.0, SIZE));
    assert!(apart(&original, &other) > 10.0);
}

#[test]
fn a_short_film_has_quarters_of_its_cells_and_stays_under_four_kilobytes() {
    let mut builder = FingerprintBuilder::default();
    for number in 0..300 {
        builder.add_frame(number * 40_000, 12_000_000, SIZE, &picture(number as f64 / 25.0, SIZE));
    }
    builder.add_audio(&melody(3, 12), &melody(3, 12));
    let made = builder.finish(12_000, 0);
    assert!(made.to_bytes().len() <= 4_096, "{}", made.to_bytes().len());
    let windows = made.film.windows();
    let mut farthest = 0.0f32;
    for (number, quarters) in made.film.detailed().unwrap().iter().enumerate() {
        let shown = picture((number as f64 + 0.5) * 0.25, SIZE);
        for column in 0..DETAIL_GRID {
            let pixels = (0..4).flat_map(|y| (0..8).map(move |x| y * 128 + column * 8 + x));
            let mean = pixels.map(|at| f32::from(shown[at])).sum::<f32>() / 32.0;
            assert!((quarters[column] - mean).abs() < 9.0, "{} {mean}", quarters[column]);
            farthest = farthest.max((quarters[column] - windows[number][column / 2]).abs());
        }
    }
    assert!(farthest > 15.0, "{farthest}");
}

#[test]
fn a_wild_timestamp_adds_no_windows() {
    let mut builder = FingerprintBuilder::default();
    let hours = 4 * 3_600_000_000;
    for at_us in (0..50).map(|number| number * 40_000).chain([hours]).chain((50..100).map(|n| n * 40_000)) {
        builder.add_frame(at_us, 4_000_000, SIZE, &picture(at_us as f64 / 1e6, SIZE));
    }
    assert_eq!(builder.finish(4_000, 0).film.len(), 40);
}

#[test]
fn padding_is_taken_off_but_not_from_a_work_between_neighbours_that_have_some() {
    // A gradient above and below, stripes and the moving spot between.
    let inner = Size::new(128, 36);
    let soft = |x: u32, y: u32| (90 + x / 8 + y / 6) as u8;
    let padded = |at: f64| framed(inner, &picture(at, inner), SIZE, soft);
    let whole = film(30, SIZE, |at| picture(at, SIZE));
    let apart_whole = apart(&whole, &film(30, SIZE, padded));
    assert!(apart_whole < 4.0, "{apart_whole}");
    // The same film, but for its first and last second and a half.
    let between = film(30, SIZE, |at| if (1.5..2.5).contains(&at) { picture(at, SIZE) } else { padded(at) });
    let middle = whole.len() * 3 / 8 + 1..whole.len() * 5 / 8 - 1;
    let apart_between = apart(&whole[middle.clone()], &between[middle]);
    assert!(apart_between < 0.5, "{apart_between}");
}

/// Returns the content area of pictures drawn at these seconds: columns and rows.
fn content(size: Size, seconds: &[f64], draw: impl Fn(f64) -> Vec<u8>) -> (Range<f32>, Range<f32>) {
    let (width, height) = (size.width as usize, size.height as usize);
    let greys: Vec<LumaImage> =
        seconds.iter().map(|at| LumaImage { width, height, luma: draw(*at) }).collect();
    let found = crop_bars::of(&greys.iter().collect::<Vec<_>>());
    (found.columns, found.rows)
}

/// A picture in bars that end within a line: a sixth of line 18 and half of line 53 are content.
fn between_lines(at: f64) -> Vec<u8> {
    let inner = picture(at, Size::new(128, 36));
    let mut all = framed(Size::new(128, 36), &inner, SIZE, |_, _| 0);
    for x in 0..128 {
        all[18 * 128 + x] /= 6;
        all[53 * 128 + x] /= 2;
    }
    all
}

const SECONDS: [f64; 5] = [0.0, 0.4, 0.8, 1.2, 1.6];

#[test]
fn a_border_between_two_lines_is_found_there() {
    let (columns, rows) = content(SIZE, &SECONDS, between_lines);
    assert_eq!(columns, 0.0..128.0);
    assert!((rows.start - 18.83).abs() < 0.1 && (rows.end - 53.5).abs() < 0.1, "{rows:?}");
}

/// A planet that rotates before a black sky.
fn planet(at: f64) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let (dx, dy) = (f64::from(x) - 64.0, f64::from(y) - 36.0);
        let lit = 60.0 + 30.0 * (dx * 0.5 + at * 3.0).sin();
        if dx.hypot(dy) < 26.0 { lit as u8 } else { 0 }
    };
    (0..72).flat_map(|y| (0..128).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

#[test]
fn dark_surroundings_are_no_bars() {
    let whole = (0.0..128.0, 0.0..72.0);
    assert_eq!(content(SIZE, &SECONDS, planet), whole);
    // Bars half of the time, after a title on black; and a work between short parts of another one in bars.
    let inner = Size::new(128, 44);
    let bars = |at: f64| framed(inner, &picture(at, inner), SIZE, |_, _| 0);
    let lines = framed(Size::new(40, 8), &[200; 320], SIZE, |_, _| 0);
    let title = |at: f64| if at < 0.6 { lines.clone() } else { bars(at) };
    let (columns, rows) = content(SIZE, &SECONDS, title);
    assert_eq!(columns, 0.0..128.0);
    assert!((rows.start - 14.0).abs() < 0.2 && (rows.end - 58.0).abs() < 0.2, "{rows:?}");
    let grain: Vec<u8> = (0..44 * 128).map(|at| (60 + at * 37 % 97) as u8).collect();
    let other = framed(inner, &grain, SIZE, |_, _| 0);
    let among = |at: f64| if at == 0.0 { other.clone() } else { planet(at) };
    assert_eq!(content(SIZE, &SECONDS, among), whole);
}

#[test]
fn bars_within_a_blurred_padding_are_taken_off_too() {
    // A gradient above and below, then black, then the picture.
    let (inner, letterboxed) = (Size::new(72, 30), Size::new(72, 42));
    let boxed = |at: f64| framed(inner, &picture(at, inner), letterboxed, |_, _| 0);
    let portrait = Size::new(72, 128);
    let soft = |x: u32, y: u32| (90 + x / 8 + y / 6) as u8;
    let (columns, rows) = content(portrait, &SECONDS, |at| framed(letterboxed, &boxed(at), portrait, soft));
    assert_eq!(columns, 0.0..72.0);
    assert!((rows.start - 49.0).abs() < 0.2 && (rows.end - 79.0).abs() < 0.2, "{rows:?}");
}

#[test]
fn a_dark_work_is_found_in_an_upright_frame() {
    let upright = Size::new(128, 228);
    let expected = (0.0..128.0, 78.0..150.0);
    // On black, its own background hides the border; the middle of the frame has the height of a 16:9 work.
    let black = |at: f64| framed(SIZE, &planet(at), upright, |_, _| 0);
    assert_eq!(content(upright, &SECONDS, black), expected);
    // White around the content, as in a poster, belongs to it.
    let white = |at: f64| -> Vec<u8> { black(at).iter().map(|luma| 255 - luma).collect() };
    assert_eq!(content(upright, &SECONDS, white), (0.0..128.0, 0.0..228.0));
    // On itself, enlarged to the height of the frame and blurred.
    let blurred = |at: f64| {
        let inner = planet(at);
        let shrunk =
            |x: u32, y: u32| (64.0 + (f64::from(x) - 64.0) * 72.0 / 228.0, f64::from(y) * 72.0 / 228.0);
        let mean = |x: u32, y: u32| {
            let (x, y) = shrunk(x, y);
            let near =
                |at: f64, most: f64| (at - 4.0).max(0.0) as usize..=(at + 4.0).min(most - 1.0) as usize;
            let all = near(y, 72.0).flat_map(|y| near(x, 128.0).map(move |x| (x, y)));
            let (sum, count) =
                all.fold((0, 0), |(sum, count), (x, y)| (sum + u32::from(inner[y * 128 + x]), count + 1));
            (sum / count) as u8
        };
        framed(SIZE, &inner, upright, mean)
    };
    let (columns, rows) = content(upright, &SECONDS, blurred);
    assert_eq!(columns, 0.0..128.0);
    assert!((rows.start - 78.0).abs() < 0.3 && (rows.end - 150.0).abs() < 0.3, "{rows:?}");
}

#[test]
fn frames_of_any_shape_have_a_content() {
    for (width, height) in [(1, 1), (1, 228), (3, 228), (128, 1), (128, 2), (2, 3), (16, 17)] {
        let size = Size::new(width, height);
        for luma in [0u8, 90, 255] {
            let dotted = |at: f64| {
                let mut all = vec![luma; (width * height) as usize];
                let middle = all.len() / 2;
                all[middle] = (at * 100.0) as u8;
                all
            };
            let (columns, rows) = content(size, &SECONDS, dotted);
            assert!(columns.start < columns.end && columns.end <= width as f32, "{width}x{height}");
            assert!(rows.start < rows.end && rows.end <= height as f32, "{width}x{height}");
        }
    }
}

#[test]
fn a_line_of_something_else_beside_the_bars_does_not_keep_them() {
    let inner = Size::new(128, 40);
    let bars = |at: f64| {
        framed(inner, &picture(at, inner), SIZE, |x, y| if y == 0 { (x * 29 % 200) as u8 } else { 0 })
    };
    let (_, rows) = content(SIZE, &SECONDS, bars);
    assert!((rows.start - 16.0).abs() < 0.2 && (rows.end - 56.0).abs() < 0.2, "{rows:?}");
}

/// A melody of seeded notes with overtones.
fn melody(seed: u64, seconds: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut notes = Vec::new();
    for _ in 0..seconds * 3 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        notes.push(220.0 * 2f32.powf((state % 30) as f32 / 12.0));
    }
    let sample = |number: usize| {
        let at = number as f32 / 48_000.0;
        let note = notes[number / 16_000];
        (1..6).map(|tone| (at * note * tone as f32 * std::f32::consts::TAU).sin() / tone as f32).sum::<f32>()
            * 0.1
    };
    (0..seconds * 48_000).map(sample).collect()
}

fn words(samples: &[f32]) -> Vec<u32> {
    let mut builder = FingerprintBuilder::default();
    builder.add_audio(samples, samples);
    builder.finish(0, 0).sound.words
}

fn differing(one: &[u32], other: &[u32]) -> f64 {
    let pairs: Vec<u32> = one
        .iter()
        .zip(other)
        .filter(|(a, b)| **a != 0 && **b != 0)
        .map(|(a, b)| (a ^ b).count_ones())
        .collect();
    assert!(pairs.len() > 20, "{}", pairs.len());
    f64::from(pairs.iter().sum::<u32>()) / pairs.len() as f64
}

#[test]
fn quieter_and_later_sound_has_nearly_the_same_words_and_others_have_not() {
    let original = words(&melody(1, 12));
    let quiet: Vec<f32> = melody(1, 12).iter().map(|sample| sample * 0.2).collect();
    assert!(differing(&original, &words(&quiet)) < 2.0);
    let later: Vec<f32> = melody(1, 12)[4_800..].to_vec();
    assert!(differing(&original, &words(&later)) < 9.0, "{}", differing(&original, &words(&later)));
    for seed in 2..12 {
        let other = differing(&original, &words(&melody(seed, 12)));
        assert!(other > 12.0, "{other}");
    }
}

#[test]
fn silence_and_a_steady_tone_tell_nothing() {
    assert!(words(&vec![0.0; 480_000]).iter().all(|word| *word == 0));
    let tone: Vec<f32> = (0..480_000).map(|n| (n as f32 * 0.131).sin() * 0.3).collect();
    let told = words(&tone)[8..30].iter().filter(|word| **word != 0).count();
    assert_eq!(told, 0);
}

#[test]
fn the_loudest_noise_stays_under_four_kilobytes_a_minute() {
    let mut state = 7u64;
    let mut dice = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut builder = FingerprintBuilder::default();
    for number in 0..600u64 {
        let luma: Vec<u8> = (0..64).map(|_| if dice() % 2 == 0 { 0 } else { 255 }).collect();
        builder.add_frame(number * 100_000, 60_000_000, Size::new(8, 8), &luma);
    }
    let noise: Vec<f32> = (0..60 * 48_000).map(|_| (dice() % 2_000) as f32 / 1_000.0 - 1.0).collect();
    builder.add_audio(&noise, &noise);
    let made = builder.finish(60_000, 0);
    let bytes = made.to_bytes();
    assert!(bytes.len() <= 4_096 && bytes.len() > 3_000, "{}", bytes.len());
    assert!(made.film.detail.is_none());
}
