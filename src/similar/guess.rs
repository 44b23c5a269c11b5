//! Where two films may show the same: every offset, speed and way round is tried on coarse pictures of what moves.

use super::axis::{Strip, Windows};
use crate::model::fingerprint::{CELLS, GRID};

/// Speeds that are looked for: the usual changes, and film on television.
const SPEEDS: [f64; 7] = [1.0, 1.25, 0.8, 1.1, 0.9, 25.0 / 24.0, 24.0 / 25.0];

/// Coarse cells: two by two of the grid's.
const COARSE: usize = CELLS / 4;

/// Windows to either side whose mean is taken off: many, so that slow motion shows; and few, at the usual speed, for a
/// work put between others, whose pictures would be in the mean.
const ABOUT: usize = 8;
const ABOUT_INSERTED: usize = 2;

/// Windows agree from this cosine on.
const AGREEMENT: f32 = 0.5;

/// Motion (root of the mean square, luma levels) that counts fully; less counts less, for it may be noise.
const TELLING: f32 = 1.5;

/// Guesses that are looked at closely.
const GUESSES: usize = 8;

/// One way to lay two films over each other, and the stretch of ours that agrees best: milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Guess {
    pub score: f32,
    pub from_ms: f64,
    pub to_ms: f64,
    pub offset_ms: f64,
    pub speed: f64,
    pub mirrored: bool,
    /// Length of a window on our axis.
    pub step_ms: f64,
}

/// The best first; none that is but a window away from a better one.
pub(super) fn guesses(one: &Strip, other: &Strip) -> Vec<Guess> {
    let mut all: Vec<Guess> = Vec::new();
    let turned = one.mirrored();
    let wide = SPEEDS.map(|speed| (speed, ABOUT));
    for (speed, about) in wide.into_iter().chain([(1.0, ABOUT_INSERTED)]) {
        let step_ms = one.window_ms.max(other.window_ms / speed);
        let theirs = motion(&other.resampled(step_ms * speed), about);
        for (mirrored, one) in [(false, one), (true, &turned)] {
            let ours = motion(&one.resampled(step_ms), about);
            let (first, last) = (2 - ours.windows.len() as i64, theirs.windows.len() as i64 - 2);
            let mut found: Vec<Guess> = Vec::new();
            for lag in first..=last {
                let Some((score, from, to)) = best_run(&ours, &theirs, lag) else { continue };
                let guess = Guess {
                    score,
                    from_ms: from as f64 * step_ms,
                    to_ms: to as f64 * step_ms,
                    offset_ms: lag as f64 * step_ms * speed,
                    speed,
                    mirrored,
                    step_ms,
                };
                match found.last_mut() {
                    Some(last) if guess.offset_ms - last.offset_ms < 1.5 * step_ms * speed => {
                        if last.score < score {
                            *last = guess;
                        }
                    }
                    _ => found.push(guess),
                }
            }
            all.extend(found);
        }
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all.truncate(GUESSES);
    all
}

/// Coarse windows less the mean of those about them, and the length of each.
struct Motion {
    windows: Vec<[f32; COARSE]>,
    lengths: Vec<f32>,
}

fn motion(windows: &Windows, about: usize) -> Motion {
    let coarse: Vec<[f32; COARSE]> = windows.iter().map(pooled).collect();
    let rest = |at: usize| {
        let about = &coarse[at.saturating_sub(about)..(at + about + 1).min(coarse.len())];
        let mut rest = coarse[at];
        for window in about {
            rest.iter_mut().zip(window).for_each(|(rest, value)| *rest -= value / about.len() as f32);
        }
        rest
    };
    let windows: Vec<[f32; COARSE]> = (0..coarse.len()).map(rest).collect();
    let length = |window: &[f32; COARSE]| window.iter().map(|value| value * value).sum::<f32>().sqrt();
    Motion { lengths: windows.iter().map(length).collect(), windows }
}

fn pooled(window: &[f32; CELLS]) -> [f32; COARSE] {
    std::array::from_fn(|cell| {
        let at = cell / (GRID / 2) * 2 * GRID + cell % (GRID / 2) * 2;
        (window[at] + window[at + 1] + window[at + GRID] + window[at + GRID + 1]) / 4.0
    })
}

/// The stretch of ours in which agreement adds up to the most, windows.
fn best_run(ours: &Motion, theirs: &Motion, lag: i64) -> Option<(f32, usize, usize)> {
    let from = (-lag).max(0) as usize;
    let to = ours.windows.len().min((theirs.windows.len() as i64 - lag).max(0) as usize);
    let mut best: Option<(f32, usize, usize)> = None;
    let (mut sum, mut start) = (0.0f32, from);
    let full = TELLING * (COARSE as f32).sqrt();
    for at in from..to {
        let beside = (at as i64 + lag) as usize;
        let pairs = ours.windows[at].iter().zip(&theirs.windows[beside]);
        let product: f32 = pairs.map(|(one, other)| one * other).sum();
        let (one, other) = (ours.lengths[at], theirs.lengths[beside]);
        let weight = (one.max(other) / full).min(1.0);
        sum += weight * (product / (one * other).max(1e-3) - AGREEMENT) / (1.0 - AGREEMENT);
        if sum <= 0.0 {
            (sum, start) = (0.0, at + 1);
        } else if best.is_none_or(|(most, _, _)| sum > most) {
            best = Some((sum, start, at + 1));
        }
    }
    best
}
