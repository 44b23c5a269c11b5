//! Colours, shape, transparency and fields: what comes out shows what a reference player shows, measured on the pictures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use image::RgbImage;

use crate::common::footage::footage;
use crate::common::{Office, fixtures};
use crate::outputs::judge::{ffmpeg, frame, mean, stream};

/// Red, green, blue, yellow, grey and skin of the drawn scene.
const PATCHES: [[f64; 3]; 6] = [
    [192.0, 0.0, 0.0],
    [0.0, 192.0, 0.0],
    [0.0, 0.0, 192.0],
    [192.0, 192.0, 0.0],
    [128.0, 128.0, 128.0],
    [224.0, 176.0, 144.0],
];
/// Levels by which a patch may be off: two conversions in 8 bits, and encoding; and for parts that are 0, where one step of
/// the source is many after a change of primaries, since the curve is steep there.
const LEVELS: f64 = 12.0;
const DARK_LEVELS: f64 = 34.0;

/// A drawn clip of `looks`.
fn clip(name: &str) -> PathBuf {
    fixtures().join("looks").join(name)
}

/// A finished file, with the codes that were found of its source.
struct Made {
    file: PathBuf,
    codes: BTreeSet<String>,
}

/// Makes the clips in one run, by name.
fn made(office: &Office, clips: &[PathBuf]) -> BTreeMap<String, Made> {
    let sources: Vec<&Path> = clips.iter().map(PathBuf::as_path).collect();
    let ran = office.run(&sources, &["--no-campaign-rules"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let works = office.manifest().works.into_iter();
    let all = works.map(|work| {
        let name = work.source.path.as_path().file_name().unwrap().to_str().unwrap().to_owned();
        let codes = work.findings.iter().map(|finding| finding.code.name()).collect();
        let file = office.library().join(&work.renditions[0].file);
        (name, Made { file, codes })
    });
    all.collect()
}

/// Asserts that the patches whose centres these are, in pixels, have their colours.
fn has_patches(picture: &RgbImage, centre: impl Fn(usize) -> (f64, f64), which: &[usize], name: &str) {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    for patch in which {
        let (x, y) = centre(*patch);
        let part = [(x - 5.0) / width, (y - 5.0) / height, (x + 5.0) / width, (y + 5.0) / height];
        let found = mean(picture, part);
        let is_near = |part: usize| {
            let drawn = PATCHES[*patch][part];
            (found[part] - drawn).abs() <= if drawn == 0.0 { DARK_LEVELS } else { LEVELS }
        };
        assert!((0..3).all(is_near), "{name}: patch {patch} is {found:?}");
    }
}

fn in_scene(patch: usize) -> (f64, f64) {
    (28.0 + 24.0 * patch as f64, 36.0)
}

fn size_of(file: &Path) -> (u64, u64) {
    let video = stream(file, "video").unwrap();
    (video["width"].as_u64().unwrap(), video["height"].as_u64().unwrap())
}

#[test]
fn colours_are_converted_whoever_states_them() {
    let office = Office::new("\"jinyun\"");
    let clips = ["colour_p3.mov", "colour_pal.mp4", "colour_container_full.mp4"].map(clip);
    for (name, Made { file, codes }) in made(&office, &clips) {
        assert!(codes.contains("will-convert-colour"), "{name}: {codes:?}");
        has_patches(&frame(&file, "0.4"), in_scene, &[0, 1, 2, 3, 4, 5], &name);
    }
}

#[test]
fn a_clean_aperture_is_what_is_shown() {
    let office = Office::new("\"jinyun\"");
    let all = made(&office, &[clip("shape_clap.mp4")]);
    let Made { file, codes } = &all["shape_clap.mp4"];
    assert!(codes.contains("will-cut-margins"), "{codes:?}");
    assert_eq!(size_of(file), (144, 144));
    let cut = |patch| (in_scene(patch).0 - 24.0, in_scene(patch).1 - 8.0);
    has_patches(&frame(file, "0.4"), cut, &[1, 2, 3, 4, 5], "clap");
}

/// Width and height of what is nearly white in the lower part of a picture, where the ring is.
fn ring(picture: &RgbImage, top: f64) -> (u32, u32) {
    let row = |share: f64| (f64::from(picture.height()) * share) as u32;
    let rows = row(top)..row(0.65);
    let bright: Vec<(u32, u32)> = picture
        .enumerate_pixels()
        .filter(|(_, y, pixel)| rows.contains(y) && pixel.0.iter().all(|part| *part > 180))
        .map(|(x, y, _)| (x, y))
        .collect();
    let spread = |side: fn(&(u32, u32)) -> u32| {
        bright.iter().map(side).max().unwrap() - bright.iter().map(side).min().unwrap() + 1
    };
    (spread(|(x, _)| *x), spread(|(_, y)| *y))
}

#[test]
fn a_part_in_another_shape_keeps_its_circles_round() {
    let office = Office::new("\"jinyun\"");
    let all = made(&office, &[clip("shape_turns.ts")]);
    let Made { file, codes } = &all["shape_turns.ts"];
    assert!(codes.contains("shape-changes"), "{codes:?}");
    assert_eq!(size_of(file), (224, 176));
    let later = frame(file, "1.5");
    // 176 × 224 inside 224 × 176 is 138 × 176, between two black bars of 43.
    for bar in [[0.0, 0.0, 0.17, 1.0], [0.83, 0.0, 1.0, 1.0]] {
        assert!(mean(&later, bar).iter().all(|part| *part < 12.0), "{:?}", mean(&later, bar));
    }
    let scale = 176.0 / 224.0;
    let inside = |patch| (43.0 + in_scene(patch).0 * scale, in_scene(patch).1 * scale);
    has_patches(&later, inside, &[0, 1, 2, 3, 4, 5], "later part");
    // The ring is 68 high without the block that runs below it, which is no wider.
    let (width, _) = ring(&later, 0.3);
    assert!((f64::from(width) - 68.0 * scale).abs() <= 4.0, "the ring is {width} wide");
}

#[test]
fn what_is_transparent_becomes_black() {
    let office = Office::new("\"jinyun\"");
    for (name, Made { file, codes }) in made(&office, &["alpha_vp9.webm", "alpha_animation.mov"].map(clip)) {
        assert!(codes.contains("will-compose-alpha"), "{name}: {codes:?}");
        let shown = frame(&file, "0.0");
        has_patches(&shown, in_scene, &[0, 1, 2, 3, 4, 5], &name);
        let hidden = mean(&shown, [0.0, 0.55, 1.0, 1.0]);
        assert!(hidden.iter().all(|part| *part < 8.0), "{name}: {hidden:?}");
    }
}

/// The most places in a picture of a file at which four rows in turn are each darker or lighter than both their neighbours,
/// which are alike: the combs of two fields. All are 160 × 144.
fn combs(file: &Path) -> usize {
    let file = file.to_str().unwrap();
    let ran = ffmpeg(&["-v", "error", "-i", file, "-an", "-vf", "format=gray", "-f", "rawvideo", "-"]);
    let combs_of = |picture: &[u8]| {
        let level = |column: usize, row: usize| i32::from(picture[row * 160 + column]);
        let tooth = |column: usize, row: usize| {
            let [a, b, c, d, e] = [row - 2, row - 1, row, row + 1, row + 2].map(|row| level(column, row));
            let (up, down) = (c - b, c - d);
            up * down > 144
                && (b - d).abs() * 2 < up.abs().min(down.abs())
                && (a - c).abs() * 2 < up.abs()
                && (e - c).abs() * 2 < down.abs()
        };
        let places = (0..160).step_by(4).flat_map(|column| (2..138).map(move |row| (column, row)));
        places.filter(|(column, row)| (0..4).all(|more| tooth(*column, row + more))).count()
    };
    assert!(ran.stdout.len() >= 160 * 144 && ran.stdout.len().is_multiple_of(160 * 144), "{file}");
    ran.stdout.chunks_exact(160 * 144).map(combs_of).max().unwrap()
}

#[test]
fn combs_vanish_whoever_tells_of_them_and_stripes_stay() {
    let office = Office::new("\"jinyun\"");
    let cases = [
        ("fields_later.ts", "will-deinterlace"),
        ("fields_container.mov", "will-deinterlace"),
        ("fields_unmarked.avi", "will-deinterlace-unmarked"),
    ];
    let mut clips: Vec<PathBuf> = cases.iter().map(|(name, _)| clip(name)).collect();
    clips.push(clip("fields_stripes.mp4"));
    let all = made(&office, &clips);
    for (name, code) in cases {
        let Made { file, codes } = &all[name];
        assert!(codes.contains(code), "{name}: {codes:?}");
        let [before, after] = [&clip(name), file].map(|file| combs(file));
        assert!(before >= 5 && after <= 2, "{name}: {before} combs before, {after} after");
    }
    let Made { file, codes } = &all["fields_stripes.mp4"];
    assert!(!codes.iter().any(|code| code.starts_with("will-deinterlace")), "{codes:?}");
    let picture = frame(file, "0.4");
    let contrast = (40..100).map(|y| {
        let level = |y: u32| f64::from(picture.get_pixel(40, y).0[0]);
        (level(y) - level(y + 1)).abs()
    });
    let contrast = contrast.sum::<f64>() / 60.0;
    assert!(contrast > 120.0, "the stripes are {contrast} apart");
}

/// Clips after public reports: the right colours of their eight patches, and their right size.
#[test]
#[ignore = "needs the footage"]
fn the_field_cases_look_as_they_must() {
    let office = Office::new("\"jinyun\"");
    let field = footage().join("field");
    let names =
        ["C2_p3.mov", "C3_clap.mp4", "C12_vp9alpha.webm", "G80_pq_colr_only.mp4", "G82_full_colr_only.mp4"];
    let all = made(&office, &names.map(|name| field.join(name)));
    for (name, Made { file, .. }) in &all {
        let shown = frame(file, "1.0");
        // The middle of the first patch; each is 64 wide.
        let (first, y) = if name == "C3_clap.mp4" { (15.0, 55.0) } else { (96.0, 98.0) };
        for (patch, right) in [(1, [0.0, 190.0, 0.0]), (2, [0.0, 0.0, 190.0]), (4, [0.0, 190.0, 190.0])] {
            let x = first + 64.0 * patch as f64;
            let (width, height) = (f64::from(shown.width()), f64::from(shown.height()));
            let found =
                mean(&shown, [(x - 6.0) / width, (y - 6.0) / height, (x + 6.0) / width, (y + 6.0) / height]);
            let off = (0..3).map(|part: usize| (found[part] - right[part]).abs()).fold(0.0, f64::max);
            assert!(off <= 12.0, "{name}: patch {patch} is {found:?}");
        }
    }
    assert_eq!(size_of(&all["C3_clap.mp4"].file), (480, 270));
    // Turned by nothing, but no picture to show: refused.
    let refused = office.run(&[&field.join("C1_dv5.mp4")], &["--no-campaign-rules"]);
    assert!(String::from_utf8_lossy(&refused.stdout).contains("Dolby Vision"));
}
