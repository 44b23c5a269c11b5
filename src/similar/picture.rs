//! Two films laid over each other. What counts is how each cell changes about its own mean: a logo, bars, a band, another
//! brightness do not change that, and two takes of one scene change in different ways.

use super::Passage;
use super::axis::Strip;
use super::close::{Close, SHARES, Views, look};
use super::guess::{Guess, guesses};
use crate::model::fingerprint::Film;

/// Guesses under this, in windows that agree fully, are not worth a close look.
const LEAST_GUESS: f32 = 2.0;
/// Guesses that are looked at closely.
const LOOKED_AT: usize = 3;

pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    let (guess, close) = closest(ours, theirs)?;
    let confidence = confidence(&close);
    (confidence >= 0.5).then(|| Passage {
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
    let worth: Vec<Guess> = guesses(&one, &other)
        .into_iter()
        .filter(|guess| guess.score >= LEAST_GUESS)
        .take(LOOKED_AT)
        .collect();
    if worth.is_empty() {
        return None;
    }
    let views = |strip: &Strip| SHARES.map(|share| if share < 1.0 { strip.cropped(share) } else { strip.clone() });
    let (plain, theirs) = (views(&one), views(&other));
    let turned = worth.iter().any(|guess| guess.mirrored).then(|| views(&one.mirrored()));
    worth
        .into_iter()
        .filter_map(|guess| {
            let ours = turned.as_ref().filter(|_| guess.mirrored).unwrap_or(&plain);
            Some((guess, look(&Views { ours, theirs: &theirs }, &guess)?))
        })
        .max_by(|(_, a), (_, b)| weight(a).total_cmp(&weight(b)))
}

fn weight(close: &Close) -> f32 {
    close.motion * (close.windows as f32).sqrt()
}

fn confidence(close: &Close) -> f64 {
    let sure = close.motion >= 0.6 && close.beyond_chance >= 3.0 && close.picture >= 0.3;
    if sure { f64::from(close.motion) } else { 0.0 }
}
