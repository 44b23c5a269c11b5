//! Aligns two films. The comparison uses how each cell changes around its own mean: a logo, bars, a banner or another
//! brightness do not affect that, and two takes of one scene change in different ways.

use super::Passage;
use super::coarse::{CoarseMatch, coarse_matches};
use super::refine::{
    MIN_MOVING, MIN_WINDOWS, Measured, RefinedMatch, SAME_PICTURE, Views, pictures, quick_motion, refine,
    views,
};
use super::timeline::{FilmTimeline, TimeMap};
use crate::model::fingerprint::Film;

/// Least score of a candidate that is refined, in windows that agree fully.
const MIN_COARSE_SCORE: f32 = 0.4;
/// Least correlation in the quick comparison; below it, no crop or fraction of a window can make a candidate agree.
const MIN_QUICK_MOTION: f32 = 0.5;
/// Number of candidates that are refined.
const MAX_REFINED: usize = 6;

/// The weights of [`logit`]: a logistic regression on 1,355 changed copies of 36 real clips and 2,300 pairs of different
/// works that pass the quick comparison (of 43,000), minus 1.9 so that none of those counts as a copy. Fitted on half of
/// the clips, it holds for the other half: benches/history/2026-11.md.
const INTERCEPT: f64 = -13.37;
const MOTION_WEIGHT: f64 = 2.03;
const CHANGE_WEIGHT: f64 = 3.71;
const BESIDE_CUTS_WEIGHT: f64 = 1.87;
const SECONDS_WEIGHT: f64 = 2.74;
const WINDOWS_WEIGHT: f64 = -26.4;
const UNUSUAL_WEIGHT: f64 = -0.65;
/// Added where the mean pictures are the same and little moves: encoder noise is a large part of the motion, and agreement
/// in spite of it is stronger evidence. Chosen, not fitted: too few clips are so quiet.
const QUIET_BONUS: f64 = 10.0;
/// Added where the mean pictures are the same and more moves: of 80,000 pairs of different works, and of other passages of
/// one work, none whose pictures are the same has a logit above -10 without it. Chosen likewise.
const SAME_PICTURE_BONUS: f64 = 2.0;
/// Motion below which a match is quiet, RMS in luma levels.
const QUIET_MOTION: f32 = 1.0;
/// Correlation from which pictures with the same sound are the same.
const SAME_STILL: f32 = 0.95;
/// Disagreement that even a good copy has, in motion and in change.
const MOTION_NOISE: f64 = 0.003;
const CHANGE_NOISE: f64 = 0.02;
/// Of several matches, those shorter than this share of the longest are not chosen.
const MIN_LENGTH_SHARE: f64 = 0.7;
/// Weight of the mean picture, and its noise, in [`preference`].
const PICTURE_WEIGHT: f64 = 4.0;
const PICTURE_NOISE: f64 = 0.0003;
/// Seconds that count at most: the longest clips that the weights were fitted on.
pub(super) const MAX_SECONDS: f64 = 12.0;
/// Least value of `beside_cuts` that counts.
const MIN_BESIDE_CUTS: f32 = -0.7;

/// Least correlation of the mean pictures.
const MIN_PICTURE: f32 = 0.5;
/// Least agreement of motion, at any length; and where encoder noise is a large part of it.
pub(super) const MIN_MOTION: f32 = 0.8;
const MIN_QUIET_MOTION: f32 = 0.6;
/// Least agreement of motion apart from fades: titles fade in and out alike.
const MIN_BESIDE_FADES: f32 = 0.6;

/// Aligns two films by motion; `None` if their agreement may be chance.
pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    let (candidate, refined) = best_match(ours, theirs)?;
    let confidence = confidence(&candidate, &refined);
    (confidence >= 0.5).then_some(Passage {
        from_ms: refined.shown_ms.0,
        to_ms: refined.shown_ms.1,
        offset_ms: refined.offset_ms,
        speed: candidate.speed,
        mirrored: candidate.mirrored,
        confidence,
        agreeing: refined.agreeing as u32,
        compared: refined.measured.windows as u32,
    })
}

/// Returns true if both films show the same where their sound is the same, for films with too little motion to align.
pub(super) fn show_the_same(ours: &Film, theirs: &Film, by_sound: &Passage) -> bool {
    if ours.is_empty() || theirs.is_empty() {
        return false;
    }
    let time_map = TimeMap { offset_ms: by_sound.offset_ms, speed: by_sound.speed };
    let alike = pictures(
        &FilmTimeline::of_cells(ours),
        &FilmTimeline::of_cells(theirs),
        &time_map,
        (by_sound.from_ms, by_sound.to_ms),
    );
    alike.is_some_and(|alike| alike >= SAME_STILL)
}

/// Returns the best candidate and its refinement.
pub(super) fn best_match(ours: &Film, theirs: &Film) -> Option<(CoarseMatch, RefinedMatch)> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let (one, other) = FilmTimeline::both(ours, theirs);
    let candidates: Vec<CoarseMatch> = coarse_matches(&one, &other)
        .into_iter()
        .filter(|candidate| candidate.score >= MIN_COARSE_SCORE)
        .collect();
    if candidates.is_empty() {
        return None;
    }
    let (plain, theirs) = (views(&one), views(&other));
    let mirrored = candidates.iter().any(|candidate| candidate.mirrored).then(|| views(&one.mirrored()));
    let seen = |candidate: &CoarseMatch| Views {
        ours: mirrored.as_ref().filter(|_| candidate.mirrored).unwrap_or(&plain),
        theirs: &theirs,
    };
    let mut quick: Vec<(f64, CoarseMatch)> = candidates
        .into_iter()
        .map(|candidate| (quick_motion(&seen(&candidate), &candidate), candidate))
        .filter(|(motion, _)| *motion >= MIN_QUICK_MOTION)
        .map(|(motion, candidate)| {
            (evidence(&candidate, motion, candidate.to_ms - candidate.from_ms), candidate)
        })
        .collect();
    // Keeps the best candidate, and the others in order of evidence.
    if let Some((_, others)) = quick.split_first_mut() {
        others.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    }
    quick.truncate(MAX_REFINED);
    let refined_matches: Vec<(CoarseMatch, RefinedMatch)> = quick
        .into_iter()
        .filter_map(|(_, candidate)| Some((candidate, refine(&seen(&candidate), &candidate)?)))
        .collect();
    let holds = |(candidate, refined): &(CoarseMatch, RefinedMatch)| confidence(candidate, refined) >= 0.5;
    let longest = refined_matches
        .iter()
        .filter(|one| holds(one))
        .map(|(_, refined)| seconds(refined))
        .fold(0.0, f64::max);
    // A work that repeats itself would otherwise match only in part.
    let counts =
        |one: &(CoarseMatch, RefinedMatch)| holds(one) && seconds(&one.1) >= MIN_LENGTH_SHARE * longest;
    let preference = |one: &(CoarseMatch, RefinedMatch)| preference(&one.0, &one.1);
    refined_matches.into_iter().max_by(|one, other| {
        counts(one).cmp(&counts(other)).then(preference(one).total_cmp(&preference(other)))
    })
}

/// Returns the weight of an agreement as evidence: it grows with length and with less left unexplained. Normal speed and
/// orientation get a small bonus.
fn evidence(candidate: &CoarseMatch, motion: f32, length_ms: f64) -> f64 {
    let usual = if is_usual(candidate) { 1.1 } else { 1.0 };
    -f64::from(1.005 - motion.clamp(0.0, 1.0)).ln() * length_ms.sqrt() * usual
}

fn is_usual(candidate: &CoarseMatch) -> bool {
    candidate.speed == 1.0 && !candidate.mirrored
}

/// Returns the probability that both show the same; 0.5 and more means beyond chance.
fn confidence(candidate: &CoarseMatch, refined: &RefinedMatch) -> f64 {
    let measured = &refined.measured;
    let least_motion = if is_quiet(measured) { MIN_QUIET_MOTION } else { MIN_MOTION };
    let is_evident = measured.picture >= MIN_PICTURE && is_evident(measured, least_motion);
    if is_evident { probability(logit(candidate, refined)) } else { 0.0 }
}

/// Returns true if enough moves alike to be evidence.
pub(super) fn is_evident(measured: &Measured, least_motion: f32) -> bool {
    measured.moving >= MIN_MOVING
        && measured.motion >= least_motion
        && measured.beside_fades >= MIN_BESIDE_FADES
        && measured.windows >= MIN_WINDOWS
}

/// Returns the probability with a logit.
pub(super) fn probability(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Returns the logit of the probability that both show the same. It grows with the agreement of motion and change, with
/// length and with the number of windows; an unusual speed, mirroring and a crop reduce it.
fn logit(candidate: &CoarseMatch, refined: &RefinedMatch) -> f64 {
    logit_of(candidate, refined, seconds(refined).min(MAX_SECONDS))
}

/// Returns the score by which the best of several confident matches is chosen. Unlike in [`logit`], length counts without
/// limit, and so does the mean picture, which in a slow pan agrees only at the right offset and crop.
fn preference(candidate: &CoarseMatch, refined: &RefinedMatch) -> f64 {
    let unexplained = f64::from(1.0 - refined.measured.picture).max(0.0) + PICTURE_NOISE;
    logit_of(candidate, refined, seconds(refined)) - PICTURE_WEIGHT * unexplained.ln()
}

fn seconds(refined: &RefinedMatch) -> f64 {
    (refined.to_ms - refined.from_ms) / 1000.0
}

fn logit_of(candidate: &CoarseMatch, refined: &RefinedMatch, seconds: f64) -> f64 {
    let unusual = [candidate.speed != 1.0, candidate.mirrored, refined.cropped];
    let measured = &refined.measured;
    let bonus = match measured.picture >= SAME_PICTURE {
        true if is_quiet(measured) => QUIET_BONUS,
        true => SAME_PICTURE_BONUS,
        false => 0.0,
    };
    let unusual = unusual.map(|is| f64::from(u8::from(is))).iter().sum::<f64>();
    motion_logit(measured, seconds) + UNUSUAL_WEIGHT * unusual + bonus
}

/// Returns the part of the logit that motion makes, over so many seconds.
pub(super) fn motion_logit(measured: &Measured, seconds: f64) -> f64 {
    let agreement = |value: f32, noise: f64| -(1.0 + noise - f64::from(value.min(1.0))).ln();
    INTERCEPT
        + MOTION_WEIGHT * agreement(measured.motion, MOTION_NOISE)
        + CHANGE_WEIGHT * agreement(measured.change, CHANGE_NOISE)
        + BESIDE_CUTS_WEIGHT * f64::from(measured.beside_cuts.max(MIN_BESIDE_CUTS))
        + SECONDS_WEIGHT * seconds.max(0.3).ln()
        + WINDOWS_WEIGHT / (measured.windows as f64).sqrt()
}

/// Returns true if the mean pictures are the same and little moves.
fn is_quiet(measured: &Measured) -> bool {
    measured.picture >= SAME_PICTURE && measured.moving < QUIET_MOTION
}
