//! The words under which a work is indexed, and those of a query.

use super::timeline::FilmTimeline;
use super::upright_terms;
use super::waves::{REPEATED_MS, has_contrast, likely_flips, waves};
use crate::model::alignment::{SOUND_TERMS, Term};
use crate::model::fingerprint::{CELLS, Fingerprint, SOUND_EVERY_MS};

/// The cosine coefficients whose signs are the bits of a word: horizontal and vertical frequency. The first is the highest
/// bit: words of one scene differ in fine detail first, and so are close to each other in the index. Words of unrelated
/// clips agree by chance about as often as if all but half a bit were random, as far as the number of clips allows to
/// measure (16 bits). A change of this list, of [`REGIONS`] or of which windows have words requires another
/// [`TERMS_VERSION`](crate::model::alignment::TERMS_VERSION).
const COEFFICIENTS: [(u8, u8); 26] = [
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
    (5, 0),
    (4, 2),
    (2, 4),
    (0, 5),
    (5, 1),
    (4, 3),
    (3, 4),
];
const BITS: usize = COEFFICIENTS.len();

/// Most words in a query for one picture, and as many for its mirror image. Of 1,053 changed copies of 2 to 12 seconds, 16
/// find 1,003, 32 find 1,010 and 64 find 1,019.
const MAX_VARIANTS: usize = 64;

/// Regions of the picture that have words of their own, as shares of either side: all of it, a crop, and the middle, which
/// no logo or banner covers.
const REGIONS: [f32; 3] = [1.0, 0.86, 0.6];

/// A window with enough contrast, and its word.
struct Moment {
    at_ms: u32,
    word: u32,
    coefficients: [f32; BITS],
}

/// Returns all words of a work: those of pictures first, by region and in order of time, then those of an upright window, then
/// those of sound.
pub fn words(of: &Fingerprint) -> Vec<Term> {
    let picture_moments =
        picture_moments(of).into_iter().map(|moment| Term { word: moment.word, at_ms: moment.at_ms });
    picture_moments.chain(upright_terms::listed(&of.film)).chain(sound_words(of)).collect()
}

/// Returns the words under which a copy may be indexed: also mirrored, and with uncertain bits flipped. There are `most`
/// picture words at most, but at least two for every picture.
pub fn probes(of: &Fingerprint, most: usize) -> Vec<Term> {
    let picture_moments = picture_moments(of);
    let tried = (most / 2 / picture_moments.len().max(1)).clamp(1, MAX_VARIANTS);
    let mut all = Vec::new();
    for Moment { at_ms, word, coefficients } in &picture_moments {
        for flipped in likely_flips(&margins(coefficients), tried) {
            let word = word ^ flipped;
            all.extend([word, word ^ mirror_mask()].map(|word| Term { word, at_ms: *at_ms }));
        }
    }
    all.extend(upright_terms::probes(&of.film));
    all.extend(sound_words(of));
    all
}

/// Returns the distance of each coefficient from zero, relative to its typical size, which falls with the square of its
/// frequency, as does the error that an encoder, a scaler or a shift between windows adds.
fn margins(coefficients: &[f32; BITS]) -> [f32; BITS] {
    std::array::from_fn(|number| {
        let (across, down) = COEFFICIENTS[number];
        coefficients[number].abs() * f32::from(across * across + down * down)
    })
}

fn sound_words(of: &Fingerprint) -> impl Iterator<Item = Term> + '_ {
    let start_ms = i64::from(of.sound.start_ms);
    of.sound.words.iter().enumerate().filter(|(_, word)| **word != 0).map(move |(number, word)| {
        let at_ms = start_ms + number as i64 * i64::from(SOUND_EVERY_MS);
        Term { word: SOUND_TERMS | (word & 0xFF_FFFF), at_ms: at_ms.max(0) as u32 }
    })
}

/// Returns for each of [`REGIONS`] the windows with enough contrast, in order of time. Windows are shorter in a short work,
/// so that it has enough words; a word that occurred a short time ago is left out.
fn picture_moments(of: &Fingerprint) -> Vec<Moment> {
    // Without quarters, which long works lack, so that a short copy gets the same words.
    let timeline = FilmTimeline::of_cells(&of.film);
    let waves = waves(&COEFFICIENTS);
    let mut all: Vec<Moment> = Vec::new();
    for part in REGIONS {
        let begin = all.len();
        let windows = timeline.cropped(part).resampled(timeline.window_ms);
        for (number, window) in windows.iter().enumerate().filter(|(_, window)| has_contrast(window)) {
            let at_ms = ((number as f64 + 0.5) * timeline.window_ms) as u32;
            let along =
                |wave: &[f32; CELLS]| window.iter().zip(wave).map(|(value, wave)| value * wave).sum::<f32>();
            let coefficients = std::array::from_fn(|number| along(&waves[number]));
            let word = signs(&coefficients);
            let mut recent = all[begin..].iter().rev().take_while(|known| at_ms - known.at_ms < REPEATED_MS);
            if !recent.any(|known| known.word == word) {
                all.push(Moment { at_ms, word, coefficients });
            }
        }
    }
    all
}

fn signs(coefficients: &[f32; BITS]) -> u32 {
    coefficients.iter().enumerate().filter(|(_, value)| **value > 0.0).map(|(number, _)| bit(number)).sum()
}

/// Returns the bits that flip when a picture is mirrored left to right.
fn mirror_mask() -> u32 {
    (0..BITS).filter(|number| COEFFICIENTS[*number].0 % 2 == 1).map(bit).sum()
}

fn bit(coefficient: usize) -> u32 {
    1 << (BITS - 1 - coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fingerprint::{FINE, FINGERPRINT_VERSION, Film, FilmPart, GRID, SQUARE, Sound};

    /// Returns `windows` windows in which a light moves before a gradient; up to `noise` luma levels are added to every cell.
    fn work(windows: usize, mirrored: bool, noise: f32) -> Fingerprint {
        let mut dice = 88_172_645_463_325_252u64;
        let window = |number: usize, dice: &mut u64| -> [i16; CELLS] {
            std::array::from_fn(|cell| {
                *dice ^= *dice << 13;
                *dice ^= *dice >> 7;
                *dice ^= *dice << 17;
                let column = if mirrored { GRID - 1 - cell % GRID } else { cell % GRID };
                let (x, y, at) = (column as f32, (cell / GRID) as f32, number as f32 / 6.0);
                let far = (x - 3.5 - 3.0 * at.sin()).powi(2) + (y - 3.5 - 2.0 * (1.7 * at).cos()).powi(2);
                let luma = 60.0 + 9.0 * x + 5.0 * y + 90.0 * (-far / 4.0).exp();
                let noise = noise * ((*dice % 2_001) as f32 / 1_000.0 - 1.0);
                ((luma + noise) * FINE / 8.0).round() as i16
            })
        };
        let windows = (0..windows).map(|number| window(number, &mut dice)).collect();
        Fingerprint {
            version: FINGERPRINT_VERSION,
            duration_ms: 0,
            film: Film {
                window_ms: 250,
                aspect: SQUARE,
                parts: vec![FilmPart { step: 8, windows }],
                detail: None,
            },
            sound: Sound::default(),
        }
    }

    /// Counts the times of a copy that are found at their place with up to `most` words.
    fn found(copy: &Fingerprint, original: &Fingerprint, most: usize) -> usize {
        let listed = words(original);
        let mut found: Vec<u32> = probes(copy, most)
            .into_iter()
            .filter(|probe| listed.iter().any(|word| word.word == probe.word && word.at_ms == probe.at_ms))
            .map(|probe| probe.at_ms)
            .collect();
        found.dedup();
        found.len()
    }

    #[test]
    fn a_noisy_or_mirrored_copy_is_found_by_words_that_were_turned_over() {
        let original = work(40, false, 0.0);
        let noisy = work(40, false, 6.0);
        let (few, many) = (found(&noisy, &original, 0), found(&noisy, &original, 6_000));
        assert!(many > few + 10, "{few} and {many}");
        assert!(found(&work(40, true, 0.0), &original, 0) > 90);
    }

    #[test]
    fn the_likeliest_sets_come_first_and_none_twice() {
        let mut margins = [100.0; BITS];
        margins[3] = 1.0;
        margins[7] = 2.0;
        margins[9] = 2.5;
        let (a, b, c) = (bit(3), bit(7), bit(9));
        assert_eq!(likely_flips(&margins, 7), [0, a, b, c, a | b, a | c, b | c]);
        let mut many = likely_flips(&margins, 500);
        many.sort_unstable();
        many.dedup();
        assert_eq!(many.len(), 500);
    }

    #[test]
    fn a_still_picture_has_few_words_and_a_plain_one_none() {
        let mut still = work(40, false, 0.0);
        let first = still.film.parts[0].windows[0];
        still.film.parts[0].windows.fill(first);
        // Ten seconds, repeated after five.
        let of_whole_pictures = words(&still).iter().filter(|word| word.word < 1 << BITS).count();
        assert_eq!(of_whole_pictures, 2 * REGIONS.len());
        still.film.parts[0].windows.fill([500; CELLS]);
        assert_eq!(words(&still), []);
    }

    #[test]
    fn pictures_never_take_the_words_of_sound() {
        assert!(words(&work(40, false, 90.0)).iter().all(|word| word.word < SOUND_TERMS));
        const { assert!(1 << BITS <= SOUND_TERMS) };
    }
}
