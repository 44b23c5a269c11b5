//! Fingerprints made by chance and what happens to copies.

use super::*;
use crate::model::fingerprint::FINGERPRINT_VERSION;

struct Dice(u64);

impl Dice {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn flip(&mut self, mut hash: [u64; 4], bits: u32) -> [u64; 4] {
        for _ in 0..bits {
            let bit = self.word() % 256;
            hash[bit as usize / 64] ^= 1 << (bit % 64);
        }
        hash
    }
}

/// One mark a second from half a second on; every mark differs from the one before in `motion` draws of a bit.
fn work(seed: u64, seconds: u32, motion: u32) -> Fingerprint {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        dice.word();
    }
    let mut hash = [dice.word(), dice.word(), dice.word(), dice.word()];
    let marks = (0..seconds).map(|second| {
        hash = dice.flip(hash, motion);
        PictureMark { at_ms: second * 1000 + 500, hash, quality: 100 }
    });
    let pictures = marks.collect();
    Fingerprint { version: FINGERPRINT_VERSION, pictures, duration_ms: seconds * 1000 }
}

fn noisy(of: &Fingerprint, bits: u32) -> Fingerprint {
    let mut dice = Dice(77);
    let pictures =
        of.pictures.iter().map(|mark| PictureMark { hash: dice.flip(mark.hash, bits), ..*mark }).collect();
    Fingerprint { pictures, ..of.clone() }
}

/// Seconds `from..to` of it, at `speed`.
fn cut(of: &Fingerprint, from: u32, to: u32, speed: f64) -> Fingerprint {
    let inside = of.pictures.iter().filter(|mark| (from * 1000..to * 1000).contains(&mark.at_ms));
    let moved = |at_ms: u32| (f64::from(at_ms - from * 1000) / speed) as u32;
    let pictures = inside.map(|mark| PictureMark { at_ms: moved(mark.at_ms), ..*mark }).collect();
    Fingerprint { pictures, duration_ms: moved(to * 1000), ..of.clone() }
}

fn joined(parts: &[&Fingerprint]) -> Fingerprint {
    let mut all = Fingerprint { version: FINGERPRINT_VERSION, ..Fingerprint::default() };
    for part in parts {
        let later =
            part.pictures.iter().map(|mark| PictureMark { at_ms: mark.at_ms + all.duration_ms, ..*mark });
        all.pictures.extend(later.collect::<Vec<_>>());
        all.duration_ms += part.duration_ms;
    }
    all
}

fn likeness(a: &Fingerprint, b: &Fingerprint) -> Option<Likeness> {
    align(a, b).map(|found| found.likeness)
}

#[test]
fn a_copy_is_the_same_work_also_noisy_mirrored_faster_or_short() {
    let original = work(1, 40, 60);
    assert_eq!(likeness(&noisy(&original, 40), &original), Some(Likeness::SameWork));
    let pictures = original.pictures.iter().map(PictureMark::mirrored).collect();
    let mirrored = align(&noisy(&Fingerprint { pictures, ..original.clone() }, 30), &original).unwrap();
    assert!(mirrored.mirrored && mirrored.likeness == Likeness::SameWork);
    for speed in [0.8, 1.25] {
        let found = align(&noisy(&cut(&original, 0, 40, speed), 20), &original).unwrap();
        assert_eq!((found.likeness, found.speed), (Likeness::SameWork, speed));
    }
    let short = work(2, 3, 60);
    assert_eq!(likeness(&noisy(&short, 10), &short), Some(Likeness::SameWork));
}

#[test]
fn a_part_is_found_where_it_lies_from_both_sides() {
    let original = work(3, 60, 60);
    let part = noisy(&cut(&original, 20, 40, 1.0), 20);
    let found = align(&part, &original).unwrap();
    assert_eq!(found.likeness, Likeness::PartOf);
    assert!(found.their_from_ms.abs_diff(20_500) <= 500 && found.from_ms <= 1_000, "{found:?}");
    let seen = align(&original, &part).unwrap();
    assert_eq!((seen.likeness, seen.reversed().likeness), (Likeness::Contains, Likeness::PartOf));
    let inserted = joined(&[&work(4, 30, 60), &part, &work(5, 30, 60)]);
    assert_eq!(likeness(&inserted, &part), Some(Likeness::Contains));
    let passage = align(&inserted, &original).unwrap();
    assert_eq!(passage.likeness, Likeness::SharesPassage);
    assert!(passage.from_ms.abs_diff(30_500) <= 1_000 && passage.their_from_ms.abs_diff(20_500) <= 1_000);
}

#[test]
fn what_is_common_to_many_works_is_no_likeness() {
    let card = work(6, 4, 0);
    let black = Fingerprint {
        pictures: work(7, 20, 0)
            .pictures
            .into_iter()
            .map(|mark| PictureMark { quality: 0, ..mark })
            .collect(),
        ..work(7, 20, 0)
    };
    let (one, other) =
        (joined(&[&card, &black, &work(8, 30, 60)]), joined(&[&card, &black, &work(9, 30, 60)]));
    assert_eq!(align(&one, &other), None, "a title card and a black stretch");
    assert_eq!(align(&black, &black), None);
    // Two takes of one still scene: every picture is near every other.
    let scene = work(10, 20, 0);
    assert_eq!(align(&noisy(&scene, 30), &scene), None);
}

#[test]
fn ten_thousand_unrelated_pairs_have_nothing_in_common() {
    let works: Vec<Fingerprint> = (0..142).map(|seed| work(seed + 100, 20, 40)).collect();
    for (index, one) in works.iter().enumerate() {
        for other in &works[index + 1..] {
            assert_eq!(align(one, other), None);
        }
    }
}
