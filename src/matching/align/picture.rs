//! Two films laid over each other. What counts is how each cell changes about its own mean: a logo, bars, a band, another
//! brightness do not change that, and two takes of one scene change in different ways.

use super::Passage;
use super::coarse::{CoarseMatch, guesses};
use super::refine::{LEAST_WINDOWS, RefinedMatch, SAME_PICTURE, STILL, Views, glance, look, pictures, views};
use super::timeline::{Lay, Strip};
use crate::model::fingerprint::Film;

/// Guesses under this, in windows that agree fully, are not worth a close look.
const LEAST_GUESS: f32 = 0.4;
/// Guesses that hold less well at a first glance cannot hold at any crop or part of a window.
const LEAST_GLANCE: f32 = 0.5;
/// Guesses that are looked at closely.
const LOOKED_AT: usize = 6;

/// What each sign weighs in [`sureness`]: a logistic regression on 1,355 changed copies of 36 real clips and 2,300 pairs of
/// works that are not the same but look so at a first glance (of 43,000), less 1.9 so that none of those is taken for a
/// copy. Learnt of half of the clips it holds for the other half: benches/history/2026-11.md.
const CONSTANT: f64 = -13.37;
const OF_MOTION: f64 = 2.03;
const OF_CHANGE: f64 = 3.71;
const OF_REST: f64 = 1.87;
const OF_SECONDS: f64 = 2.74;
const OF_WINDOWS: f64 = -26.4;
const OF_UNUSUAL: f64 = -0.65;
/// Added where the mean pictures are the same and little moves (luma levels): an encoder's noise is a good part of that, and
/// what agrees in spite of it tells more. Chosen, not learnt: too few clips are so quiet.
const OF_QUIET: f64 = 10.0;
/// Added where the mean pictures are the same and more moves: of 80,000 pairs of works that are not the same, and of other
/// passages of one work, none whose pictures are the same comes nearer than -10 without it. Chosen likewise.
const OF_SAME_PICTURE: f64 = 2.0;
const QUIET: f32 = 1.0;
/// Pictures under one sound that are as alike are the same.
const SAME_STILL: f32 = 0.95;
/// Noise that even a good copy leaves in either agreement.
const NOISE_OF_MOTION: f64 = 0.003;
const NOISE_OF_CHANGE: f64 = 0.02;
/// Of several stretches that agree, those shorter than this part of the longest are not chosen.
const SHORTER: f64 = 0.7;
/// What the mean picture weighs, and its noise, where only the best is looked for.
const OF_PICTURE: f64 = 4.0;
const NOISE_OF_PICTURE: f64 = 0.0003;
/// More seconds than the clips had of which it was learnt tell no more.
const MOST_SECONDS: f64 = 12.0;
/// Less than nothing in common tells no more than this.
const LEAST_REST: f32 = -0.7;

/// Correlation of the mean pictures.
const LEAST_PICTURE: f32 = 0.5;
/// Agreement of motion, however long; and where an encoder's noise is a good part of it.
const LEAST_MOTION: f32 = 0.8;
const LEAST_QUIET_MOTION: f32 = 0.6;
/// Agreement of what is more than a fade: titles fade in and out alike.
const LEAST_BESIDE_FADES: f32 = 0.6;

pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    let (guess, close) = closest(ours, theirs)?;
    let confidence = confidence(&guess, &close);
    (confidence >= 0.5).then_some(Passage {
        from_ms: close.shown_ms.0,
        to_ms: close.shown_ms.1,
        offset_ms: close.offset_ms,
        speed: guess.speed,
        mirrored: guess.mirrored,
        confidence,
        agreeing: close.agreeing as u32,
        compared: close.windows as u32,
    })
}

/// Whether both films show the same where their sound is the same, though too little moves to tell.
pub(super) fn are_alike(ours: &Film, theirs: &Film, heard: &Passage) -> bool {
    if ours.is_empty() || theirs.is_empty() {
        return false;
    }
    let lay = Lay { offset_ms: heard.offset_ms, speed: heard.speed };
    let alike =
        pictures(&Strip::of_cells(ours), &Strip::of_cells(theirs), &lay, (heard.from_ms, heard.to_ms));
    alike.is_some_and(|alike| alike >= SAME_STILL)
}

/// The guess that holds best when looked at closely.
pub(super) fn closest(ours: &Film, theirs: &Film) -> Option<(CoarseMatch, RefinedMatch)> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let (one, other) = Strip::both(ours, theirs);
    let worth: Vec<CoarseMatch> =
        guesses(&one, &other).into_iter().filter(|guess| guess.score >= LEAST_GUESS).collect();
    if worth.is_empty() {
        return None;
    }
    let (plain, theirs) = (views(&one), views(&other));
    let turned = worth.iter().any(|guess| guess.mirrored).then(|| views(&one.mirrored()));
    let seen = |guess: &CoarseMatch| Views {
        ours: turned.as_ref().filter(|_| guess.mirrored).unwrap_or(&plain),
        theirs: &theirs,
    };
    let mut glanced: Vec<(f64, CoarseMatch)> = worth
        .into_iter()
        .map(|guess| (glance(&seen(&guess), &guess), guess))
        .filter(|(motion, _)| *motion >= LEAST_GLANCE)
        .map(|(motion, guess)| (told(&guess, motion, guess.to_ms - guess.from_ms), guess))
        .collect();
    // The best guess, and of the others those that tell the most.
    if let Some((_, others)) = glanced.split_first_mut() {
        others.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    }
    glanced.truncate(LOOKED_AT);
    let looked: Vec<(CoarseMatch, RefinedMatch)> =
        glanced.into_iter().filter_map(|(_, guess)| Some((guess, look(&seen(&guess), &guess)?))).collect();
    let holds = |(guess, close): &(CoarseMatch, RefinedMatch)| confidence(guess, close) >= 0.5;
    let longest = looked.iter().filter(|one| holds(one)).map(|(_, close)| seconds(close)).fold(0.0, f64::max);
    // A work that repeats itself is no part of itself.
    let counts = |one: &(CoarseMatch, RefinedMatch)| holds(one) && seconds(&one.1) >= SHORTER * longest;
    let preference = |one: &(CoarseMatch, RefinedMatch)| preference(&one.0, &one.1);
    looked.into_iter().max_by(|one, other| {
        counts(one).cmp(&counts(other)).then(preference(one).total_cmp(&preference(other)))
    })
}

/// How much an agreement tells: the longer and the less is left unexplained, the more.
/// Of equals the usual speed and way round.
fn told(guess: &CoarseMatch, motion: f32, length_ms: f64) -> f64 {
    let usual = if is_usual(guess) { 1.1 } else { 1.0 };
    -f64::from(1.005 - motion.clamp(0.0, 1.0)).ln() * length_ms.sqrt() * usual
}

fn is_usual(guess: &CoarseMatch) -> bool {
    guess.speed == 1.0 && !guess.mirrored
}

/// 0.5 and more where the agreement is beyond chance.
fn confidence(guess: &CoarseMatch, close: &RefinedMatch) -> f64 {
    let least_motion = if is_quiet(close) { LEAST_QUIET_MOTION } else { LEAST_MOTION };
    let tells = close.picture >= LEAST_PICTURE
        && close.moving >= STILL
        && close.motion >= least_motion
        && close.beside_fades >= LEAST_BESIDE_FADES
        && close.windows >= LEAST_WINDOWS;
    if tells { 1.0 / (1.0 + (-sureness(guess, close)).exp()) } else { 0.0 }
}

/// The logit of how likely both show the same: the better motion and change agree, the longer and the finer it is seen,
/// and the less usual speeds, sides and crops were needed to make them fit.
fn sureness(guess: &CoarseMatch, close: &RefinedMatch) -> f64 {
    sureness_of(guess, close, seconds(close).min(MOST_SECONDS))
}

/// By what the best of several that are sure enough is chosen: a longer stretch always counts more, and so does a picture that
/// fits better, as a slow pan's does only at the right moment and in the right crop.
fn preference(guess: &CoarseMatch, close: &RefinedMatch) -> f64 {
    let unexplained = f64::from(1.0 - close.picture).max(0.0) + NOISE_OF_PICTURE;
    sureness_of(guess, close, seconds(close)) - OF_PICTURE * unexplained.ln()
}

fn seconds(close: &RefinedMatch) -> f64 {
    (close.to_ms - close.from_ms) / 1000.0
}

fn sureness_of(guess: &CoarseMatch, close: &RefinedMatch, seconds: f64) -> f64 {
    let agreement = |value: f32, noise: f64| -(1.0 + noise - f64::from(value.min(1.0))).ln();
    let unusual = [guess.speed != 1.0, guess.mirrored, close.cropped].map(|is| f64::from(u8::from(is)));
    CONSTANT
        + OF_MOTION * agreement(close.motion, NOISE_OF_MOTION)
        + OF_CHANGE * agreement(close.change, NOISE_OF_CHANGE)
        + OF_REST * f64::from(close.beside_cuts.max(LEAST_REST))
        + OF_SECONDS * seconds.max(0.3).ln()
        + OF_WINDOWS / (close.windows as f64).sqrt()
        + OF_UNUSUAL * unusual.iter().sum::<f64>()
        + match close.picture >= SAME_PICTURE {
            true if is_quiet(close) => OF_QUIET,
            true => OF_SAME_PICTURE,
            false => 0.0,
        }
}

/// Whether the mean pictures are the same and little moves.
fn is_quiet(close: &RefinedMatch) -> bool {
    close.picture >= SAME_PICTURE && close.moving < QUIET
}
