//! Two films laid over each other. What counts is how each cell changes about its own mean: a logo, bars, a band, another
//! brightness do not change that, and two takes of one scene change in different ways.

use super::Passage;
use super::axis::{Strip, Windows, mirrored};
use crate::model::fingerprint::{CELLS, Film};

/// Speeds that are looked for: the usual changes, and film on television.
const SPEEDS: [f64; 5] = [1.0, 1.25, 0.8, 25.0 / 24.0, 24.0 / 25.0];

/// Windows to either side whose mean is taken off.
const ABOUT: usize = 8;

/// Windows agree from this cosine on.
const AGREEMENT: f32 = 0.5;

/// Agreement, counted in windows, from which on a passage is told.
const LEAST: f32 = 7.0;

pub(super) fn align(ours: &Film, theirs: &Film) -> Option<Passage> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let (one, other) = (Strip::of(ours), Strip::of(theirs));
    let mut best: Option<(f32, Passage)> = None;
    for speed in SPEEDS {
        let step_ms = one.window_ms.max(other.window_ms / speed);
        let a = motion(&one.resampled(0.0, step_ms));
        let b = motion(&other.resampled(0.0, step_ms * speed));
        for is_mirrored in [false, true] {
            let a = if is_mirrored { motion(&mirrored(&one.resampled(0.0, step_ms))) } else { a.clone() };
            let (first, last) = (2 - a.len() as i64, b.len() as i64 - 2);
            for lag in first..=last {
                let Some((score, from, to)) = best_run(&a, &b, lag) else { continue };
                if best.as_ref().is_none_or(|(most, _)| score > *most) {
                    let passage = Passage {
                        from_ms: from as f64 * step_ms,
                        to_ms: to as f64 * step_ms,
                        offset_ms: lag as f64 * step_ms * speed,
                        speed,
                        mirrored: is_mirrored,
                        confidence: f64::from(1.0 - 0.5 * (LEAST / score).min(1.0)),
                        agreeing: (to - from) as u32,
                        compared: (to - from) as u32,
                    };
                    best = Some((score, passage));
                }
            }
        }
    }
    best.filter(|(score, _)| *score >= LEAST).map(|(_, passage)| passage)
}

/// Each window less the mean of those about it, and its length.
fn motion(windows: &Windows) -> Vec<([f32; CELLS], f32)> {
    (0..windows.len())
        .map(|at| {
            let about = &windows[at.saturating_sub(ABOUT)..(at + ABOUT + 1).min(windows.len())];
            let mut rest = windows[at];
            for window in about {
                rest.iter_mut().zip(window).for_each(|(rest, value)| *rest -= value / about.len() as f32);
            }
            let length = rest.iter().map(|value| value * value).sum::<f32>().sqrt();
            (rest, length)
        })
        .collect()
}

/// The stretch of ours in which agreement adds up to the most.
fn best_run(a: &[([f32; CELLS], f32)], b: &[([f32; CELLS], f32)], lag: i64) -> Option<(f32, usize, usize)> {
    let from = (-lag).max(0) as usize;
    let to = a.len().min((b.len() as i64 - lag).max(0) as usize);
    let mut best: Option<(f32, usize, usize)> = None;
    let (mut sum, mut start) = (0.0f32, from);
    for at in from..to {
        let ((one, one_length), (other, other_length)) = (&a[at], &b[(at as i64 + lag) as usize]);
        let product: f32 = one.iter().zip(other).map(|(one, other)| one * other).sum();
        let lengths = one_length * other_length;
        // What hardly moves says little.
        let weight = (one_length.min(*other_length) / 8.0).min(1.0);
        sum += weight * (product / lengths.max(1e-3) - AGREEMENT) / (1.0 - AGREEMENT);
        if sum <= 0.0 {
            (sum, start) = (0.0, at + 1);
        } else if best.is_none_or(|(most, _, _)| sum > most) {
            best = Some((sum, start, at + 1));
        }
    }
    best
}
