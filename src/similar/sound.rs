//! Two rows of sound words laid over each other.

use super::Passage;
use crate::model::fingerprint::{SOUND_EVERY_MS, Sound};

/// Bits of 32 in which words of the same sound differ at most; those of unrelated sound differ in half.
const DIFFERING: i32 = 12;

/// Agreement, in bits, from which on a passage is told: about five seconds of nearly equal words.
const LEAST: i32 = 160;

pub(super) fn align(ours: &Sound, theirs: &Sound) -> Option<Passage> {
    let (a, b) = (&ours.words, &theirs.words);
    let mut best: Option<(i32, i64, usize, usize)> = None;
    for lag in 1 - a.len() as i64..b.len() as i64 {
        if let Some((score, from, to)) = best_run(a, b, lag)
            && best.is_none_or(|(most, ..)| score > most)
        {
            best = Some((score, lag, from, to));
        }
    }
    let (score, lag, from, to) = best.filter(|(score, ..)| *score >= LEAST)?;
    let every = f64::from(SOUND_EVERY_MS);
    let start_ms = f64::from(ours.start_ms);
    Some(Passage {
        from_ms: from as f64 * every + start_ms,
        to_ms: to as f64 * every + start_ms,
        offset_ms: lag as f64 * every + f64::from(theirs.start_ms) - start_ms,
        speed: 1.0,
        mirrored: false,
        confidence: 1.0 - 0.5 * f64::from(LEAST) / f64::from(score),
        agreeing: (to - from) as u32,
        compared: (to - from) as u32,
    })
}

fn best_run(a: &[u32], b: &[u32], lag: i64) -> Option<(i32, usize, usize)> {
    let from = (-lag).max(0) as usize;
    let to = a.len().min((b.len() as i64 - lag).max(0) as usize);
    let mut best: Option<(i32, usize, usize)> = None;
    let (mut sum, mut start) = (0, from);
    for at in from..to {
        let (one, other) = (a[at], b[(at as i64 + lag) as usize]);
        if one != 0 && other != 0 {
            sum += DIFFERING - (one ^ other).count_ones() as i32;
        }
        if sum <= 0 {
            (sum, start) = (0, at + 1);
        } else if best.is_none_or(|(most, _, _)| sum > most) {
            best = Some((sum, start, at + 1));
        }
    }
    best
}
