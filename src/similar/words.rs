//! What an index keeps of a work, and what a query asks it for.

use std::f32::consts::PI;

use super::axis::Strip;
use crate::model::fingerprint::{CELLS, Fingerprint, GRID, SOUND_EVERY_MS};
use crate::model::similar::{SOUND_WORDS, Word};

/// Distance of picture words, and how long an unchanged one is not repeated, milliseconds.
const EVERY_MS: f64 = 500.0;
const REPEATED_MS: u32 = 5_000;

/// Signs of cosine coefficients in a word: horizontal and vertical frequency.
const COEFFICIENTS: [(u8, u8); 20] = [
    (1, 0),
    (0, 1),
    (1, 1),
    (2, 0),
    (0, 2),
    (2, 1),
    (1, 2),
    (3, 0),
    (0, 3),
    (2, 2),
    (3, 1),
    (1, 3),
    (4, 0),
    (0, 4),
    (3, 2),
    (2, 3),
    (4, 1),
    (1, 4),
    (3, 3),
    (4, 2),
];

/// A picture whose cells differ by less than this tells nothing, luma levels.
const LEAST_CONTRAST: f32 = 4.0;

/// Bits that a query also tries turned over: the least certain of each word.
const UNCERTAIN: usize = 3;

/// Parts of the picture that have words of their own: all of it, what is left of a crop, and the middle, which no logo
/// or band covers.
const PARTS: [f32; 3] = [1.0, 0.86, 0.6];

/// Those of pictures first, part by part in order of time.
pub fn words(of: &Fingerprint) -> Vec<Word> {
    let mut all = Vec::new();
    for moments in seen(of) {
        let mut kept = Vec::new();
        for (at_ms, coefficients) in moments {
            push_new(&mut kept, Word { word: signs(&coefficients), at_ms });
        }
        all.extend(kept);
    }
    all.extend(heard(of));
    all
}

/// The words under which a copy may have been kept: also mirrored, and with the least certain bits turned over.
pub fn probes(of: &Fingerprint) -> Vec<Word> {
    let mut all = Vec::new();
    for moments in seen(of) {
        let mut kept = Vec::new();
        for (at_ms, coefficients) in moments {
            let word = signs(&coefficients);
            if push_new(&mut kept, Word { word, at_ms }) {
                all.extend(uncertain(word, &coefficients).map(|word| Word { word, at_ms }));
            }
        }
    }
    all.extend(heard(of));
    all
}

/// A word with its least certain bits either way, plain and mirrored.
fn uncertain(word: u32, coefficients: &[f32; COEFFICIENTS.len()]) -> impl Iterator<Item = u32> {
    let mut order: [usize; COEFFICIENTS.len()] = std::array::from_fn(|bit| bit);
    order.sort_unstable_by(|a, b| coefficients[*a].abs().total_cmp(&coefficients[*b].abs()));
    (0..1u32 << UNCERTAIN).flat_map(move |turned| {
        let flips = (0..UNCERTAIN).filter(|bit| turned >> bit & 1 == 1).map(|bit| 1 << order[bit]);
        let word = word ^ flips.sum::<u32>();
        [word, word ^ odd_columns()]
    })
}

/// Keeps a word unless it was kept a short time ago; whether it did.
fn push_new(all: &mut Vec<Word>, word: Word) -> bool {
    let recent = all.iter().rev().take_while(|known| word.at_ms - known.at_ms < REPEATED_MS);
    let is_new = !recent.into_iter().any(|known| known.word == word.word);
    if is_new {
        all.push(word);
    }
    is_new
}

fn heard(of: &Fingerprint) -> impl Iterator<Item = Word> + '_ {
    let start_ms = i64::from(of.sound.start_ms);
    of.sound.words.iter().enumerate().filter(|(_, word)| **word != 0).map(move |(number, word)| {
        let at_ms = start_ms + number as i64 * i64::from(SOUND_EVERY_MS);
        Word { word: SOUND_WORDS | (word & 0xFF_FFFF), at_ms: at_ms.max(0) as u32 }
    })
}

/// For each of [`PARTS`] the moments that tell something.
fn seen(of: &Fingerprint) -> [Vec<(u32, [f32; COEFFICIENTS.len()])>; PARTS.len()] {
    let strip = Strip::of(&of.film);
    let step_ms = EVERY_MS.max(strip.window_ms).min(strip.span_ms.max(1.0));
    let cosine = |frequency: u8, at: usize| {
        (PI * f32::from(frequency) * (2 * at + 1) as f32 / (2 * GRID) as f32).cos()
    };
    let waves: Vec<[f32; CELLS]> = COEFFICIENTS
        .iter()
        .map(|(across, down)| {
            std::array::from_fn(|cell| cosine(*across, cell % GRID) * cosine(*down, cell / GRID))
        })
        .collect();
    PARTS.map(|part| {
        let windows = strip.cropped(part).resampled(step_ms);
        let numbered = windows.iter().enumerate().filter(|(_, window)| tells(window));
        numbered
            .map(|(number, window)| {
                let at_ms = ((number as f64 + 0.5) * step_ms) as u32;
                let along =
                    |wave: &[f32; CELLS]| window.iter().zip(wave).map(|(value, wave)| value * wave).sum();
                (at_ms, std::array::from_fn(|number| along(&waves[number])))
            })
            .collect()
    })
}

fn tells(window: &[f32; CELLS]) -> bool {
    let energy = window.iter().map(|value| value * value).sum::<f32>();
    (energy / CELLS as f32).sqrt() >= LEAST_CONTRAST
}

fn signs(coefficients: &[f32; COEFFICIENTS.len()]) -> u32 {
    let bits = coefficients.iter().enumerate();
    bits.map(|(bit, value)| u32::from(*value > 0.0) << bit).sum()
}

/// The bits that turn over when a picture is mirrored left to right.
fn odd_columns() -> u32 {
    let bits = COEFFICIENTS.iter().enumerate();
    bits.map(|(bit, (across, _))| u32::from(across % 2 == 1) << bit).sum()
}
