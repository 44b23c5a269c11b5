//! Two films laid over each other. What counts is how each cell changes about its own mean: a logo, bars, a band, another
//! brightness do not change that, and two takes of one scene change in different ways.

use super::Passage;
use super::axis::Strip;
use super::close::{Close, Views, glance, look, views};
use super::guess::{Guess, guesses};
use crate::model::fingerprint::Film;

/// Guesses under this, in windows that agree fully, are not worth a close look.
const LEAST_GUESS: f32 = 0.4;
/// Guesses that hold less well at a first glance cannot hold at any crop or part of a window.
const LEAST_GLANCE: f32 = 0.5;
/// Guesses that are looked at closely.
const LOOKED_AT: usize = 3;

/// How well motion must agree over a passage this short or shorter, and this long or longer; between them evenly. The
/// same by its windows: where they are long, they are few.
const SHORT_S: f64 = 2.5;
const OF_SHORT: f64 = 0.965;
const LONG_S: f64 = 8.0;
const OF_LONG: f64 = 0.88;
const FEW: f64 = 8.0;
const MANY: f64 = 32.0;
/// What may be missing at another speed, mirrored or cropped, as a share of what may be missing else; for each of them.
const UNUSUAL: f64 = 0.6;
/// Correlation of the mean pictures.
const LEAST_PICTURE: f32 = 0.5;
const LEAST_WINDOWS: usize = 5;
/// Mean pictures that are the same, motion that is little (luma levels), and how well it must agree then.
const SAME_PICTURE: f32 = 0.995;
const QUIET: f32 = 1.0;
const OF_QUIET: f64 = 0.6;
/// Agreement of what is more than a fade.
const LEAST_BESIDE_FADES: f32 = 0.75;
/// What moves less than this, luma levels, is the noise of an encoder.
const LEAST_MOVING: f32 = 0.2;

pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    let (guess, close) = closest(ours, theirs)?;
    let confidence = confidence(&guess, &close);
    (confidence >= 0.5).then_some(Passage {
        from_ms: close.from_ms,
        to_ms: close.to_ms,
        offset_ms: close.offset_ms,
        speed: guess.speed,
        mirrored: guess.mirrored,
        confidence,
        agreeing: close.agreeing as u32,
        compared: close.windows as u32,
    })
}

/// The guess that holds best when looked at closely.
pub(super) fn closest(ours: &Film, theirs: &Film) -> Option<(Guess, Close)> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let (one, other) = (Strip::of(ours), Strip::of(theirs));
    let worth: Vec<Guess> =
        guesses(&one, &other).into_iter().filter(|guess| guess.score >= LEAST_GUESS).collect();
    if worth.is_empty() {
        return None;
    }
    let (plain, theirs) = (views(&one), views(&other));
    let turned = worth.iter().any(|guess| guess.mirrored).then(|| views(&one.mirrored()));
    let seen = |guess: &Guess| Views {
        ours: turned.as_ref().filter(|_| guess.mirrored).unwrap_or(&plain),
        theirs: &theirs,
    };
    let mut glanced: Vec<(f64, Guess)> = worth
        .into_iter()
        .map(|guess| (glance(&seen(&guess), &guess), guess))
        .filter(|(motion, _)| *motion >= LEAST_GLANCE)
        .map(|(motion, guess)| (told(&guess, motion, guess.to_ms - guess.from_ms), guess))
        .collect();
    glanced.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    glanced.truncate(LOOKED_AT);
    let looked = glanced.into_iter().filter_map(|(_, guess)| Some((guess, look(&seen(&guess), &guess)?)));
    looked.max_by(|(one, a), (other, b)| {
        let told = |guess: &Guess, close: &Close| told(guess, close.motion, close.to_ms - close.from_ms);
        told(one, a).total_cmp(&told(other, b))
    })
}

/// How much an agreement tells: the longer and the less is left unexplained, the more.
/// Of equals the usual speed and way round.
fn told(guess: &Guess, motion: f32, length_ms: f64) -> f64 {
    let usual = if is_usual(guess) { 1.1 } else { 1.0 };
    -f64::from(1.005 - motion.clamp(0.0, 1.0)).ln() * length_ms.sqrt() * usual
}

fn is_usual(guess: &Guess) -> bool {
    guess.speed == 1.0 && !guess.mirrored
}

/// 0.5 and more where the agreement is beyond chance. Measured on real clips: copies agree to 0.97 and more, whatever
/// their length; of works that have nothing to do with each other some agree to 0.9 over five seconds, and two takes
/// of one gesture to 0.97 over two.
fn confidence(guess: &Guess, close: &Close) -> f64 {
    let seconds = (close.to_ms - close.from_ms) / 1000.0;
    let by_time = (seconds - SHORT_S) / (LONG_S - SHORT_S);
    let by_windows = (close.windows as f64 - FEW) / (MANY - FEW);
    let along = by_time.min(by_windows).clamp(0.0, 1.0);
    let enough = OF_SHORT + (OF_LONG - OF_SHORT) * along;
    // Another speed, a crop and the other way round are chances more to fit.
    let unusual = [guess.speed != 1.0, guess.mirrored, close.cropped].map(i32::from).iter().sum();
    let enough = 1.0 - (1.0 - enough) * UNUSUAL.powi(unusual);
    // Where the pictures are the same and little moves, an encoder's noise is a good part of what does.
    let is_quiet = close.picture >= SAME_PICTURE && close.moving < QUIET;
    let enough = if is_quiet { enough.min(OF_QUIET) } else { enough };
    let motion = f64::from(close.motion);
    let beside_fades = if is_quiet { OF_QUIET as f32 } else { LEAST_BESIDE_FADES };
    let tells =
        close.picture >= LEAST_PICTURE && close.moving >= LEAST_MOVING && close.beside_fades >= beside_fades;
    if motion < enough || !tells || close.windows < LEAST_WINDOWS {
        return 0.0;
    }
    0.5 + 0.5 * (motion - enough) / (1.0 - enough)
}
