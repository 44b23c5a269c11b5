//! Drawn pictures under what happens to copies.

use super::*;

/// A scene of things with edges before each other; `seed` decides them.
fn scene(seed: u64, size: Size) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 10_000) as f64 / 10_000.0
    };
    let things: Vec<[f64; 5]> = (0..60)
        .map(|_| [next(), next(), 0.02 + next() * 0.15, 0.02 + next() * 0.15, next() * 240.0])
        .collect();
    let mut rgb = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let (px, py) = (f64::from(x) / f64::from(size.width), f64::from(y) / f64::from(size.height));
            let is_here =
                |thing: &&[f64; 5]| (px - thing[0]).abs() < thing[2] && (py - thing[1]).abs() < thing[3];
            let value = things.iter().rev().find(is_here).map_or(128.0, |thing| thing[4]);
            rgb.extend([value as u8; 3]);
        }
    }
    rgb
}

fn mark(size: Size, rgb: &[u8]) -> PictureMark {
    let mut gatherer = Gatherer::default();
    gatherer.add(0, size, rgb);
    gatherer.finish(1000).pictures[0]
}

/// `inner` in the middle of a frame filled by `fill` of (x, y).
fn framed(inner: (Size, &[u8]), size: Size, fill: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let (left, top) = ((size.width - inner.0.width) / 2, (size.height - inner.0.height) / 2);
    let mut rgb = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let (ix, iy) = (x.wrapping_sub(left), y.wrapping_sub(top));
            let inside = ix < inner.0.width && iy < inner.0.height;
            let at = (iy.wrapping_mul(inner.0.width).wrapping_add(ix)) as usize * 3;
            rgb.extend([if inside { inner.1[at] } else { fill(x, y) }; 3]);
        }
    }
    rgb
}

const SIZE: Size = Size { width: 320, height: 180 };

#[test]
fn copies_stay_near_and_others_far() {
    let original = mark(SIZE, &scene(1, SIZE));
    let half = Size::new(160, 90);
    let brighter: Vec<u8> = scene(1, SIZE).iter().map(|v| (f64::from(*v) * 0.8 + 35.0) as u8).collect();
    let portrait = Size::new(180, 320);
    let inner = (Size::new(180, 102), scene(1, Size::new(180, 102)));
    let bars = framed((inner.0, &inner.1), portrait, |_, _| 0);
    for (what, copy, most) in [
        ("half size", mark(half, &scene(1, half)), 12),
        ("brighter", mark(SIZE, &brighter), 6),
        ("black bars", mark(portrait, &bars), 40),
    ] {
        assert!(original.distance(&copy) <= most, "{what}: {}", original.distance(&copy));
    }
    let others: Vec<u32> = (2..60).map(|seed| original.distance(&mark(SIZE, &scene(seed, SIZE)))).collect();
    assert!(others.iter().all(|distance| *distance > 85), "{others:?}");
}

#[test]
fn a_mirrored_picture_has_the_mirrored_hash() {
    let rgb = scene(3, SIZE);
    let mut turned = Vec::new();
    for row in rgb.chunks_exact(SIZE.width as usize * 3) {
        row.chunks_exact(3).rev().for_each(|pixel| turned.extend(pixel));
    }
    let (one, other) = (mark(SIZE, &rgb), mark(SIZE, &turned));
    assert!(one.distance(&other) > 80);
    assert!(one.distance(&other.mirrored()) <= 20, "{}", one.distance(&other.mirrored()));
}

#[test]
fn a_plain_picture_tells_nothing() {
    assert_eq!(mark(SIZE, &vec![0; 320 * 180 * 3]).quality, 0);
    assert!(mark(SIZE, &scene(1, SIZE)).quality > 8);
}
