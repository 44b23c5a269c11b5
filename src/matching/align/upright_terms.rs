//! The words of upright windows of a wide work, and those of a work that may have been cut to one. The index holds both, and a
//! query asks for the other kind: the cut may come after the wide work or before it.

use super::waves::{REPEATED_MS, has_contrast, likely_flips, waves};
use super::wide::{Cut, Picture, WideFilm};
use crate::model::alignment::Term;
use crate::model::fingerprint::{Film, SQUARE};

/// The cosine coefficients whose signs are the bits of a word: a window is two to three cells wide, so that only slow changes
/// across it can be told. A change of this list, of [`PLACES`] or of which windows have words requires another
/// [`TERMS_VERSION`](crate::model::alignment::TERMS_VERSION).
const COEFFICIENTS: [(u8, u8); 24] = [
    (0, 1),
    (1, 0),
    (1, 1),
    (0, 2),
    (1, 2),
    (0, 3),
    (2, 0),
    (2, 1),
    (1, 3),
    (2, 2),
    (0, 4),
    (1, 4),
    (2, 3),
    (0, 5),
    (1, 5),
    (2, 4),
    (0, 6),
    (3, 0),
    (1, 6),
    (3, 1),
    (2, 5),
    (0, 7),
    (1, 7),
    (2, 6),
];
const BITS: usize = COEFFICIENTS.len();

/// Set in the words of windows, and of cut works.
const OF_WINDOW: u32 = 1 << 30;
const OF_CUT: u32 = 1 << 29;

/// Places of the window, 0 (left) to 1 (right): its middle third is the commonest, and one that moves passes the others.
const PLACES: [f64; 3] = [1.0 / 6.0, 0.5, 5.0 / 6.0];

/// Shape of the cut, which is that of a phone; the widest work that may be cut, and the narrowest that has windows, all in
/// 1/[`SQUARE`].
const PHONE: u16 = SQUARE / 16 * 9;
const MAX_CUT: u16 = SQUARE / 10 * 8;
const MIN_WIDE: u16 = SQUARE / 10 * 12;

/// Least distance of words in time, milliseconds.
const EVERY_MS: f64 = 500.0;

/// Most words in a query for windows or cuts; at least one for each picture and place.
const MAX_WORDS: usize = 2_000;
const MAX_VARIANTS: usize = 64;

/// A picture and its word.
struct Moment {
    at_ms: u32,
    word: u32,
    coefficients: [f32; BITS],
}

/// Returns the words under which a work is indexed.
pub(super) fn listed(film: &Film) -> impl Iterator<Item = Term> {
    let (windows, cut) = (windows(film, EVERY_MS), cut(film, EVERY_MS));
    let term = |kind: u32| move |moment: Moment| Term { word: kind | moment.word, at_ms: moment.at_ms };
    windows.into_iter().map(term(OF_WINDOW)).chain(cut.into_iter().map(term(OF_CUT)))
}

/// Returns the words under which the wide work of a cut one may be indexed, or the cut of a wide one.
pub(super) fn probes(film: &Film) -> Vec<Term> {
    let step_ms = f64::from(film.window_ms);
    let (windows, cut) = (windows(film, EVERY_MS), cut(film, step_ms));
    [(windows, OF_CUT), (cut, OF_WINDOW)]
        .into_iter()
        .flat_map(|(moments, kind)| varied(&moments, kind))
        .collect()
}

/// Returns the words of moments, also with uncertain bits flipped.
fn varied(moments: &[Moment], kind: u32) -> Vec<Term> {
    let tried = (MAX_WORDS / moments.len().max(1)).clamp(1, MAX_VARIANTS);
    let varied = |moment: &Moment| {
        let (word, at_ms) = (moment.word | kind, moment.at_ms);
        let flips = likely_flips(&margins(&moment.coefficients), tried);
        flips.into_iter().map(move |flipped| Term { word: word ^ flipped, at_ms })
    };
    moments.iter().flat_map(varied).collect()
}

/// Returns the distance of each coefficient from zero, relative to its typical size.
fn margins(coefficients: &[f32; BITS]) -> [f32; BITS] {
    std::array::from_fn(|number| {
        let (across, down) = COEFFICIENTS[number];
        coefficients[number].abs() * f32::from(across * across + down * down)
    })
}

/// Returns the moments of the windows of a wide work. One whose shape was not measured counts as one.
fn windows(film: &Film, every_ms: f64) -> Vec<Moment> {
    let aspect = if film.aspect == 0 { SQUARE / 9 * 16 } else { film.aspect };
    if aspect < MIN_WIDE {
        return Vec::new();
    }
    let share = f64::from(PHONE) / f64::from(aspect);
    let window = |place: f64| Cut::of(place * (1.0 - share)..place * (1.0 - share) + share, 0.0);
    PLACES.iter().flat_map(|place| moments(film, &window(*place), every_ms)).collect()
}

/// Returns the moments of a work that may be cut to an upright window, as blurred as the window of a wide one.
fn cut(film: &Film, every_ms: f64) -> Vec<Moment> {
    if film.aspect == 0 || film.aspect > MAX_CUT {
        return Vec::new();
    }
    let share = f64::from(PHONE) / (16.0 / 9.0 * f64::from(SQUARE));
    moments(film, &Cut::of(0.0..1.0, WideFilm::of_cells(film).blur / share), every_ms)
}

/// Returns the pictures with enough contrast through a window, in order of time. A word that occurred a short time ago is
/// left out.
fn moments(film: &Film, window: &Cut, every_ms: f64) -> Vec<Moment> {
    // Without quarters, which long works lack, so that a short copy gets the same words.
    let wide = WideFilm::of_cells(film);
    let step_ms = wide.window_ms.max(every_ms);
    let waves = waves(&COEFFICIENTS);
    let mut all: Vec<Moment> = Vec::new();
    let pictures = wide.windows(0.0, step_ms, (wide.span_ms / step_ms + 1e-6) as usize);
    for (number, picture) in pictures.iter().enumerate() {
        let picture: Picture = window.from(picture);
        if !has_contrast(&picture) {
            continue;
        }
        let at_ms = ((number as f64 + 0.5) * step_ms) as u32;
        let coefficients: [f32; BITS] =
            std::array::from_fn(|at| picture.iter().zip(&waves[at]).map(|(value, wave)| value * wave).sum());
        let signs = coefficients.iter().enumerate().filter(|(_, value)| **value > 0.0);
        let word = signs.map(|(number, _)| 1 << (BITS - 1 - number)).sum();
        let mut recent = all.iter().rev().take_while(|known| at_ms - known.at_ms < REPEATED_MS);
        if !recent.any(|known| known.word == word) {
            all.push(Moment { at_ms, word, coefficients });
        }
    }
    all
}
