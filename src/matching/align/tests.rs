//! Random films and sounds, and copies of them after typical changes.

use super::*;
use crate::model::fingerprint::{
    BANDS, CELLS, DETAIL_CELLS, DETAIL_GRID, DETAIL_WINDOWS, Detail, FINE, FINGERPRINT_VERSION, Film,
    FilmPart, GRID, PART, SOUND_EVERY_MS, Sound, WHOLE_CELLS, band,
};

struct Dice(u64);

impl Dice {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// −1 to 1.
    fn share(&mut self) -> f32 {
        (self.word() % 20_001) as f32 / 10_000.0 - 1.0
    }
}

/// A still background with moving objects, sampled in windows of half a second.
struct Scene {
    things: Vec<[f32; 6]>,
    still: [f32; CELLS],
    words: Vec<u32>,
}

const WINDOW_MS: u32 = 500;

impl Scene {
    fn new(seed: u64, seconds: usize) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            dice.word();
        }
        let things = (0..6).map(|_| std::array::from_fn(|_| dice.share())).collect();
        let still = std::array::from_fn(|_| 120.0 + 60.0 * dice.share());
        Self { things, still, words: (0..seconds * 4).map(|_| dice.word() as u32).collect() }
    }

    /// The scene's seconds `from..to` at `speed`.
    fn shot(&self, from: f32, to: f32, speed: f32) -> Vec<[f32; CELLS]> {
        let count = ((to - from) / speed * 1000.0 / WINDOW_MS as f32) as usize;
        let window = |number: usize| {
            let at = from + (number as f32 + 0.5) * WINDOW_MS as f32 / 1000.0 * speed;
            std::array::from_fn(|cell| {
                let (x, y) = ((cell % GRID) as f32 / 4.0 - 1.0, (cell / GRID) as f32 / 4.0 - 1.0);
                let moved = self.things.iter().map(|[a, b, c, d, e, f]| {
                    let (tx, ty) = ((a * 1.2 * at + b * 9.0).sin(), (c * 0.9 * at + d * 9.0).cos());
                    100.0 * f * (-((x - tx).powi(2) + (y - ty).powi(2)) * (4.0 + 3.0 * e)).exp()
                });
                (self.still[cell] + moved.sum::<f32>()).clamp(0.0, 255.0)
            })
        };
        (0..count).map(window).collect()
    }
}

fn work(windows: &[[f32; CELLS]], words: &[u32]) -> Fingerprint {
    // Steps as coarse as those of a minute of such motion.
    let step = 3 * FINE as u16;
    let count = |luma: f32| (luma * FINE / f32::from(step)).round() as i16;
    let part = |part: &[[f32; CELLS]]| FilmPart {
        step,
        windows: part.iter().map(|window| window.map(count)).collect(),
    };
    let parts = windows.chunks(PART).map(part).collect();
    Fingerprint {
        version: FINGERPRINT_VERSION,
        duration_ms: (windows.len() as u32 * WINDOW_MS).max(words.len() as u32 * SOUND_EVERY_MS),
        film: Film { window_ms: WINDOW_MS, aspect: 0, parts, detail: None },
        sound: Sound { start_ms: 0, words: words.to_vec() },
    }
}

fn likeness(a: &Fingerprint, b: &Fingerprint) -> Option<Likeness> {
    align(a, b).map(|found| found.likeness)
}

#[test]
fn a_copy_is_the_same_work_also_mirrored_or_faster() {
    let scene = Scene::new(1, 24);
    let original = work(&scene.shot(0.0, 24.0, 1.0), &[]);
    assert_eq!(likeness(&original, &original), Some(Likeness::SameWork));
    let flipped: Vec<[f32; CELLS]> = scene
        .shot(0.0, 24.0, 1.0)
        .iter()
        .map(|window| std::array::from_fn(|cell| window[cell / GRID * GRID + GRID - 1 - cell % GRID]))
        .collect();
    let mirrored = align(&work(&flipped, &[]), &original).unwrap();
    assert!(mirrored.mirrored && mirrored.likeness == Likeness::SameWork);
    for speed in [0.8f32, 1.25] {
        let found = align(&work(&scene.shot(0.0, 24.0, speed), &[]), &original).unwrap();
        assert_eq!(
            (found.likeness, (found.speed * 100.0).round()),
            (Likeness::SameWork, (speed * 100.0).round().into())
        );
    }
}

#[test]
fn a_part_is_found_where_it_lies_from_both_sides() {
    let scene = Scene::new(3, 60);
    let original = work(&scene.shot(0.0, 60.0, 1.0), &[]);
    let part = work(&scene.shot(20.3, 40.3, 1.0), &[]);
    let found = align(&part, &original).unwrap();
    assert_eq!(found.likeness, Likeness::PartOf);
    let offset_ms = found.their_from_ms - found.from_ms;
    assert!(offset_ms.abs_diff(20_300) <= 500 && found.from_ms <= 1_500, "{found:?}");
    let seen = align(&original, &part).unwrap();
    assert_eq!((seen.likeness, seen.reversed().likeness), (Likeness::Contains, Likeness::PartOf));
}

/// The works are so long that not every offset is tried at full resolution.
#[test]
fn a_part_of_a_long_work_is_found_to_the_half_second() {
    let scene = Scene::new(6, 0);
    let original = work(&scene.shot(0.0, 1200.0, 1.0), &[]);
    let part = work(&scene.shot(431.3, 611.3, 1.0), &[]);
    let found = align(&part, &original).unwrap();
    assert_eq!(found.likeness, Likeness::PartOf);
    assert!((found.their_from_ms - found.from_ms).abs_diff(431_300) <= 500, "{found:?}");
    let other = work(&Scene::new(7, 0).shot(0.0, 1200.0, 1.0), &[]);
    assert_eq!(align(&part, &other), None);
}

#[test]
fn the_same_sound_under_other_pictures_is_told_as_such() {
    let (one, other) = (Scene::new(4, 20), Scene::new(5, 20));
    let a = work(&one.shot(0.0, 20.0, 1.0), &one.words);
    let b = work(&other.shot(0.0, 20.0, 1.0), &one.words);
    let found = align(&a, &b).unwrap();
    assert_eq!((found.likeness, found.evidence), (Likeness::SameSound, Evidence::Sound));
    assert_eq!(align(&a, &a).unwrap().evidence, Evidence::Both);
}

#[test]
fn what_leads_to_a_common_passage_is_no_part_of_it() {
    let scene = Scene::new(13, 0);
    let card = vec![Scene::new(14, 0).shot(0.0, 0.5, 1.0)[0]; 10];
    let led_by = |lead: Vec<[f32; CELLS]>| work(&[lead, scene.shot(0.0, 10.0, 1.0)].concat(), &[]);
    let found = align(&led_by(vec![[16.0; CELLS]; 10]), &led_by(card)).unwrap();
    assert_eq!(found.likeness, Likeness::SharesPassage, "{found:?}");
    assert!(found.from_ms.abs_diff(5_000) <= 1_000 && found.to_ms.abs_diff(15_000) <= 500, "{found:?}");
}

#[test]
fn an_intro_before_other_scenes_is_nothing_to_tell() {
    let intro = Scene::new(15, 0).shot(0.0, 4.5, 1.0);
    let after = |seed| work(&[intro.clone(), Scene::new(seed, 0).shot(0.0, 12.0, 1.0)].concat(), &[]);
    assert_eq!(align(&after(16), &after(17)), None);
}

#[test]
fn a_card_under_its_jingle_is_a_passage_and_not_other_pictures() {
    let (jingle, talk) = (Scene::new(18, 6).words, Scene::new(19, 12));
    let card = vec![Scene::new(20, 0).shot(0.0, 0.5, 1.0)[0]; 12];
    let alone = work(&card, &jingle);
    let words = [jingle, talk.words.clone()].concat();
    let before = work(&[card, talk.shot(0.0, 12.0, 1.0)].concat(), &words);
    let found = align(&before, &alone).unwrap();
    assert_eq!((found.likeness, found.evidence), (Likeness::SharesPassage, Evidence::Sound), "{found:?}");
}

#[test]
fn a_short_sound_in_common_is_nothing_to_tell() {
    let common = Scene::new(21, 4).words;
    let with = |seed| {
        let scene = Scene::new(seed, 12);
        work(&scene.shot(0.0, 16.0, 1.0), &[common.clone(), scene.words.clone()].concat())
    };
    assert_eq!(align(&with(22), &with(23)), None);
}

#[test]
fn a_short_work_put_between_others_is_found() {
    let (scene, before, after) = (Scene::new(8, 0), Scene::new(9, 0), Scene::new(10, 0));
    let short = scene.shot(0.0, 4.0, 1.0);
    let around = [before.shot(0.0, 6.0, 1.0), short.clone(), after.shot(0.0, 6.0, 1.0)].concat();
    let found = align(&work(&around, &[]), &work(&short, &[])).unwrap();
    assert_eq!(found.likeness, Likeness::Contains);
    assert!(found.from_ms.abs_diff(6_000) <= 500 && found.to_ms.abs_diff(10_000) <= 500, "{found:?}");
}

#[test]
fn a_work_whose_middle_stands_still_is_found() {
    let scene = Scene::new(12, 0);
    let card = vec![scene.shot(6.0, 6.5, 1.0)[0]; 50];
    let all = [scene.shot(0.0, 6.0, 1.0), card, scene.shot(6.0, 12.0, 1.0)].concat();
    let original = work(&all, &[]);
    assert_eq!(likeness(&original, &original), Some(Likeness::SameWork));
}

#[test]
fn two_takes_that_move_alike_as_a_whole_but_not_at_every_moment_are_two_works() {
    // One pattern comes and goes slowly; the remaining motion is different each time.
    let mut dice = Dice(5);
    let pattern: [f32; CELLS] = std::array::from_fn(|_| dice.share());
    let mut shot = || -> Vec<[f32; CELLS]> {
        let come = |number: usize| 40.0 * (number as f32 * std::f32::consts::PI / 12.0).sin();
        (0..12).map(|number| pattern.map(|cell| 120.0 + cell * come(number) + 3.0 * dice.share())).collect()
    };
    let (take, other) = (shot(), shot());
    let of = |windows: &[[f32; CELLS]]| work(windows, &[]);
    let (_, seen) = picture::best_match(&of(&other).film, &of(&take).film).unwrap();
    assert!(seen.measured.motion > 0.96 && seen.measured.change < 0.9, "{seen:?}");
    assert_eq!(align(&of(&other), &of(&take)), None);
    assert_eq!(likeness(&of(&take), &of(&take)), Some(Likeness::SameWork));
}

#[test]
fn unrelated_works_have_nothing_in_common() {
    let works: Vec<Fingerprint> = (0..20)
        .map(|seed| {
            let scene = Scene::new(seed + 100, 16);
            work(&scene.shot(0.0, 16.0, 1.0), &scene.words)
        })
        .collect();
    for (index, one) in works.iter().enumerate() {
        for other in &works[index + 1..] {
            assert_eq!(align(one, other), None);
        }
    }
}

/// Returns a work that shows one picture for `windows` windows.
fn standing(picture: impl Fn(usize) -> f32, windows: usize) -> Fingerprint {
    work(&vec![std::array::from_fn(picture); windows], &[])
}

#[test]
fn a_photograph_that_stands_throughout_is_a_passage_of_both() {
    let (photograph, another) = (Scene::new(31, 0).still, Scene::new(32, 0).still);
    let original = standing(|cell| photograph[cell], 20);
    let turned = |cell: usize| photograph[cell / GRID * GRID + GRID - 1 - cell % GRID];
    let lighter = |cell: usize| 255.0 * (photograph[cell] / 255.0).powf(0.7);
    let copies: [(&str, Fingerprint); 5] = [
        ("brighter", standing(|cell| photograph[cell] * 1.1 + 9.0, 20)),
        ("gamma", standing(lighter, 20)),
        ("mirrored", standing(turned, 20)),
        ("a band", standing(|cell| if cell / GRID < GRID - 2 { photograph[cell] } else { 20.0 }, 20)),
        (
            "a logo",
            standing(|cell| if matches!(cell, 6 | 7 | 14 | 15) { 250.0 } else { photograph[cell] }, 20),
        ),
    ];
    for (name, copy) in &copies {
        let found = align(copy, &original).unwrap();
        assert_eq!(found.likeness, Likeness::SharesPassage, "{name}");
        assert_eq!(found.mirrored, *name == "mirrored");
        assert!(found.confidence >= 0.5 && (found.from_ms, found.to_ms) == (0, 10_000), "{name}: {found:?}");
    }
    let part = align(&standing(|cell| photograph[cell], 8), &original).unwrap();
    assert_eq!((part.from_ms, part.their_from_ms, part.their_to_ms), (0, 3_000, 7_000));
    assert_eq!(align(&standing(|cell| another[cell], 20), &original), None);
    // No exposure makes the bright parts darker than the middle.
    let solarised =
        |cell: usize| if photograph[cell] > 150.0 { 300.0 - photograph[cell] } else { photograph[cell] };
    assert_eq!(align(&standing(solarised, 20), &original), None);
    // Half of one under half of the other.
    let mixed = |cell: usize| if cell % GRID < 4 { photograph[cell] } else { another[cell] };
    assert_eq!(align(&standing(mixed, 20), &original), None);
}

#[test]
fn a_title_card_on_a_plain_or_shaded_ground_is_like_nothing() {
    let text = |cell: usize| matches!(cell, 18 | 19 | 20 | 21 | 27 | 28);
    let plain = |cell: usize| if text(cell) { 220.0f32 } else { 24.0 };
    let shaded = |cell: usize| 40.0 + 20.0 * (cell / GRID) as f32 + 5.0 * (cell % GRID) as f32;
    for card in [&plain as &dyn Fn(usize) -> f32, &shaded] {
        let card = standing(card, 16);
        assert_eq!(align(&card, &card), None);
    }
}

#[test]
fn what_moves_is_no_photograph_whatever_it_shows_on_the_whole() {
    let photograph = Scene::new(33, 0).still;
    let nods = |number: usize| {
        std::array::from_fn(|cell| {
            photograph[cell] + if number.is_multiple_of(2) { 4.0 } else { -4.0 } * (cell % 3) as f32
        })
    };
    let moving = work(&(0..20).map(nods).collect::<Vec<_>>(), &[]);
    assert_eq!(align(&moving, &standing(|cell| photograph[cell], 20)), None);
}

/// Returns twenty seconds of `seen`, a function of a window's number and a position in the picture (0 to 1), with or without
/// the quarters of the cells.
fn drawn(detailed: bool, seen: impl Fn(f32, f32, f32) -> f32) -> Fingerprint {
    let quarters = |at: usize| -> [f32; DETAIL_CELLS] {
        let mean = |column: usize, row: usize| {
            let points = (0..36).map(|point| {
                let (x, y) = ((point % 6) as f32 + 0.5, (point / 6) as f32 + 0.5);
                let side = DETAIL_GRID as f32;
                seen(at as f32, (column as f32 + x / 6.0) / side, (row as f32 + y / 6.0) / side)
            });
            points.sum::<f32>() / 36.0
        };
        std::array::from_fn(|cell| mean(cell % DETAIL_GRID, cell / DETAIL_GRID))
    };
    let films: Vec<_> = (0..40).map(quarters).collect();
    let windows: Vec<[f32; CELLS]> = films.iter().map(|film| band(film, WHOLE_CELLS)).collect();
    let bands = BANDS.map(|signs| {
        let pairs = films.chunks(DETAIL_WINDOWS).map(|pair| {
            let (one, other) = (band(&pair[0], signs), band(&pair[1], signs));
            std::array::from_fn(|cell| (one[cell] + other[cell]) / 2.0)
        });
        work(&pairs.collect::<Vec<_>>(), &[]).film.parts
    });
    let plain = work(&windows, &[]);
    Fingerprint { film: Film { detail: detailed.then_some(Detail { bands }), ..plain.film }, ..plain }
}

/// A textured wall that drifts unevenly to the left, of which the middle `share` is visible.
fn wall(share: f32, detailed: bool, moving: f32) -> Fingerprint {
    let mut dice = Dice(0x1234_5678);
    let leaves: Vec<f32> = (0..61 * 61).map(|_| dice.share() * 160.0).collect();
    // Leaves of a tenth of the picture.
    let leaf = |x: f32, y: f32| {
        let (across, down) = ((x * 10.0).floor(), (y * 10.0).floor());
        leaves[(across.rem_euclid(61.0) * 61.0 + down.rem_euclid(61.0)) as usize]
    };
    let drift = |at: f32| (at * 0.01 + (at * 0.5).sin() * 0.03) * moving;
    drawn(detailed, |at, x, y| leaf((x - 0.5) * share + 0.5 + drift(at), (y - 0.5) * share + 0.5))
}

#[test]
fn a_crop_is_cut_as_exactly_as_the_details_of_the_cells_allow() {
    for share in [0.9, 0.8] {
        let (crop, whole) = (wall(share, true, 1.0), wall(1.0, true, 1.0));
        for (one, other) in [(&crop, &whole), (&whole, &crop)] {
            let Some(found) = align(one, other) else { panic!("nothing found at {share}") };
            assert_eq!(found.likeness, Likeness::SameWork, "{share}");
            // The wall drifts: another time of the whole resembles the crop, too.
            let (ours, theirs) = (found.from_ms + found.to_ms, found.their_from_ms + found.their_to_ms);
            assert!(ours.abs_diff(theirs) <= WINDOW_MS, "{found:?}");
        }
        let without = align(&crop, &wall(1.0, false, 1.0));
        assert!(without.is_none_or(|without| without.confidence < align(&crop, &whole).unwrap().confidence));
    }
}

#[test]
fn a_crop_of_a_photograph_is_told_by_what_its_cells_are_within() {
    let (crop, whole) = (wall(0.9, true, 0.0), wall(1.0, true, 0.0));
    for (one, other) in [(&crop, &whole), (&whole, &crop)] {
        assert_eq!(likeness(one, other), Some(Likeness::SharesPassage));
    }
    assert_eq!(likeness(&crop, &wall(1.0, false, 0.0)), None);
    // Another part of the same wall is another picture.
    assert_eq!(likeness(&crop, &wall(0.6, true, 0.0)), None);
}

#[test]
fn cards_of_one_series_are_not_alike_in_a_blurred_crop_either() {
    // Two lines of text, cropped to the text: `width` is that of the second, `height` that of both.
    let card = |width: f32, height: f32| {
        drawn(true, move |_, x, y| {
            let text = y < height || (y >= 1.0 - height && (x - 0.5).abs() < width / 2.0);
            if text { 40.0 } else { 255.0 }
        })
    };
    for other in [card(0.9, 0.348), card(0.85, 0.36), card(0.82, 0.375)] {
        assert_eq!(align(&card(0.82, 0.375), &other), None);
    }
}
