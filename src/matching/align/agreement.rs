//! Computes how well two works agree along an alignment, as a curve for people to see. Nothing is decided by it.

use super::wide::{Cut, interpolated};
use crate::model::alignment::{Alignment, CutWindow, CutWork, Evidence};
use crate::model::fingerprint::{CELLS, Film, Fingerprint, GRID, SOUND_EVERY_MS, Sound};

/// A window whose cells differ less than this (standard deviation, luma levels) has nothing to compare.
const FLAT: f32 = 2.0;

/// Sound words that give one point of the curve: a second.
const WORDS_PER_SECOND: usize = (1000 / SOUND_EVERY_MS) as usize;

/// Returns times of ours (milliseconds) and their agreement with theirs, 0..=1: the correlation of the pictures, or the
/// share of agreeing bits of the sound words, scaled so that chance is 0.
pub fn agreement(ours: &Fingerprint, theirs: &Fingerprint, along: &Alignment) -> Vec<(u32, f64)> {
    match along.evidence {
        Evidence::Picture | Evidence::Both => film_agreement(&ours.film, &theirs.film, along),
        Evidence::Sound => sound_agreement(&ours.sound, &theirs.sound, along),
    }
}

/// Returns their time that corresponds to ours.
fn their_time(along: &Alignment, ours_ms: f64) -> f64 {
    let length = f64::from(along.to_ms.saturating_sub(along.from_ms)).max(1.0);
    let their_length = f64::from(along.their_to_ms) - f64::from(along.their_from_ms);
    f64::from(along.their_from_ms) + (ours_ms - f64::from(along.from_ms)) * their_length / length
}

/// Returns the share of the passage that has passed at a time of ours.
fn passed(along: &Alignment, ours_ms: f64) -> f64 {
    let length = f64::from(along.to_ms.saturating_sub(along.from_ms)).max(1.0);
    (ours_ms - f64::from(along.from_ms)) / length
}

/// Returns what a window shows of a picture after a share of the passage.
fn seen_through(picture: &[f32; CELLS], window: &CutWindow, passed: f64) -> [f32; CELLS] {
    let [first, middle, last] = window.left;
    let [from, half, to] = CutWindow::MOMENTS;
    let part = |from: f64, to: f64| ((passed - from) / (to - from)).clamp(0.0, 1.0);
    let left = first + (middle - first) * part(from, half) + (last - middle) * part(half, to);
    Cut::of(left..left + window.share, 0.0).from(&interpolated(picture))
}

fn is_within(along: &Alignment, ours_ms: f64) -> bool {
    (f64::from(along.from_ms)..=f64::from(along.to_ms)).contains(&ours_ms)
}

fn film_agreement(ours: &Film, theirs: &Film, along: &Alignment) -> Vec<(u32, f64)> {
    let (our_windows, their_windows) = (ours.windows(), theirs.windows());
    let through = |picture: &[f32; CELLS], at_ms: f64, cut: CutWork| match along.window {
        Some(window) if window.cut == cut => seen_through(picture, &window, passed(along, at_ms)),
        _ => *picture,
    };
    let middle = |index: usize| (index as f64 + 0.5) * f64::from(ours.window_ms);
    let mut shares = Vec::new();
    for (index, window) in our_windows.iter().enumerate() {
        let at_ms = middle(index);
        let place = their_time(along, at_ms) / f64::from(theirs.window_ms.max(1)) - 0.5;
        if !is_within(along, at_ms) || place < -0.5 {
            continue;
        }
        let place = place.max(0.0);
        let (before, part) = (place as usize, place.fract() as f32);
        let Some(first) = their_windows.get(before) else { continue };
        let second = their_windows.get(before + 1).unwrap_or(first);
        let between: [f32; CELLS] = std::array::from_fn(|cell| {
            let cell = if along.mirrored { cell / GRID * GRID + (GRID - 1 - cell % GRID) } else { cell };
            first[cell] * (1.0 - part) + second[cell] * part
        });
        let (ours, theirs) =
            (through(window, at_ms, CutWork::Other), through(&between, at_ms, CutWork::This));
        if let Some(share) = correlation(&ours, &theirs) {
            shares.push((at_ms as u32, f64::from(share.clamp(0.0, 1.0))));
        }
    }
    shares
}

/// Returns the correlation of two windows; `None` if one of them is flat.
fn correlation(one: &[f32; CELLS], other: &[f32; CELLS]) -> Option<f32> {
    let mean = |cells: &[f32; CELLS]| cells.iter().sum::<f32>() / CELLS as f32;
    let (one_mean, other_mean) = (mean(one), mean(other));
    let (mut both, mut one_square, mut other_square) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(other) {
        let (a, b) = (a - one_mean, b - other_mean);
        both += a * b;
        one_square += a * a;
        other_square += b * b;
    }
    let least = FLAT * FLAT * CELLS as f32;
    (one_square >= least && other_square >= least).then(|| both / (one_square * other_square).sqrt())
}

fn sound_agreement(ours: &Sound, theirs: &Sound, along: &Alignment) -> Vec<(u32, f64)> {
    let every = f64::from(SOUND_EVERY_MS);
    let mut shares = Vec::new();
    for (second, words) in ours.words.chunks(WORDS_PER_SECOND).enumerate() {
        let (mut bits, mut agreeing) = (0, 0);
        for (index, word) in words.iter().enumerate() {
            let at_ms = f64::from(ours.start_ms) + (second * WORDS_PER_SECOND + index) as f64 * every;
            let place = ((their_time(along, at_ms) - f64::from(theirs.start_ms)) / every).round();
            let other = (place >= 0.0).then(|| theirs.words.get(place as usize)).flatten();
            if let Some(other) = other.filter(|other| is_within(along, at_ms) && **other != 0 && *word != 0) {
                bits += u32::BITS;
                agreeing += (!(word ^ other)).count_ones();
            }
        }
        if bits > 0 {
            let at_ms = f64::from(ours.start_ms) + (second * WORDS_PER_SECOND) as f64 * every + 500.0;
            // Half of the bits agree by chance.
            let share = (f64::from(agreeing) / f64::from(bits) - 0.5) * 2.0;
            shares.push((at_ms.max(0.0) as u32, share.clamp(0.0, 1.0)));
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::alignment::Likeness;
    use crate::model::fingerprint::{FINGERPRINT_VERSION, FilmPart};

    /// A film whose picture turns with time.
    fn film(shift: usize, mirrored: bool) -> Fingerprint {
        let window = |time: usize| -> [i16; CELLS] {
            std::array::from_fn(|cell| {
                let column = if mirrored { GRID - 1 - cell % GRID } else { cell % GRID };
                (((column * 7 + cell / GRID * 3 + time * 5) % 16) * 12) as i16
            })
        };
        let windows = (0..16).map(|index| window(index + shift)).collect();
        let parts = vec![FilmPart { step: 16, windows }];
        Fingerprint {
            version: FINGERPRINT_VERSION,
            duration_ms: 8_000,
            film: Film { window_ms: 500, aspect: 0, parts, detail: None },
            sound: Sound::default(),
        }
    }

    fn along(mirrored: bool, their_from_ms: u32) -> Alignment {
        Alignment {
            likeness: Likeness::SameWork,
            evidence: Evidence::Picture,
            confidence: 0.9,
            from_ms: 0,
            to_ms: 6_000,
            their_from_ms,
            their_to_ms: their_from_ms + 6_000,
            speed: 1.0,
            mirrored,
            window: None,
            agreeing: 12,
            compared: 12,
        }
    }

    #[test]
    fn agreement_is_full_where_they_meet_and_not_beside_it() {
        let least = |shares: &[(u32, f64)]| shares.iter().map(|(_, share)| *share).fold(1.0, f64::min);
        let met = agreement(&film(2, false), &film(0, false), &along(false, 1_000));
        assert_eq!(met.len(), 12);
        assert!(least(&met) > 0.99, "{met:?}");
        let turned = agreement(&film(2, false), &film(0, true), &along(true, 1_000));
        assert!(least(&turned) > 0.99, "{turned:?}");
        let beside = agreement(&film(2, false), &film(0, false), &along(false, 0));
        assert!(least(&beside) < 0.5, "{beside:?}");
    }
}
