//! Where two films may show the same: every offset, speed and way round is tried on coarse pictures of what moves.

use std::ops::RangeInclusive;

use super::timeline::{Strip, Windows};
use crate::model::fingerprint::{CELLS, GRID};

/// Speeds that are looked for: the usual changes, and film on television.
const SPEEDS: [f64; 7] = [1.0, 1.25, 0.8, 1.1, 0.9, 25.0 / 24.0, 24.0 / 25.0];

/// Coarse cells: two by two of the grid's.
const COARSE: usize = CELLS / 4;

/// Windows to either side whose mean is taken off: many, so that slow motion shows; and few, at the usual speed, for a
/// passage between others, whose pictures would be in the mean.
const ABOUT: usize = 8;
const ABOUT_INSERTED: usize = 2;

/// Windows agree from this cosine on.
const AGREEMENT: f32 = 0.5;

/// Motion (root of the mean square, luma levels) that counts fully; less counts less, for it may be noise.
const TELLING: f32 = 1.5;

/// Pairs of windows that are all tried: two works of a minute and a half. Of longer ones several windows are taken as one.
const MOST_PAIRS: f64 = 32_400.0;

/// Guesses that are kept.
const GUESSES: usize = 16;

/// One way to lay two films over each other, and the stretch of ours that agrees best: milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CoarseMatch {
    pub score: f32,
    pub from_ms: f64,
    pub to_ms: f64,
    pub offset_ms: f64,
    pub speed: f64,
    pub mirrored: bool,
    /// Length of a window on our axis.
    pub step_ms: f64,
}

impl CoarseMatch {
    /// But a window away.
    fn is_near(&self, other: &Self) -> bool {
        let same = self.speed == other.speed && self.mirrored == other.mirrored;
        same && (self.offset_ms - other.offset_ms).abs() < 1.5 * self.step_ms * self.speed
    }
}

/// The best first; none that is but a window away from a better one. Of long works the best of longer windows are looked
/// at again in the films' own, since trying everything there would take minutes.
pub(super) fn guesses(one: &Strip, other: &Strip) -> Vec<CoarseMatch> {
    let turned = one.plain().mirrored();
    // Both are taken in windows of the coarser one.
    let step_ms = one.window_ms.max(other.window_ms);
    let windows = |strip: &Strip| strip.span_ms / step_ms;
    let longer = (windows(one) * windows(other) / MOST_PAIRS).sqrt().ceil().max(1.0);
    let mut all: Vec<CoarseMatch> = Vec::new();
    let wide = SPEEDS.map(|speed| (speed, ABOUT));
    for (speed, about) in wide.into_iter().chain([(1.0, ABOUT_INSERTED)]) {
        for (mirrored, one) in [(false, one), (true, &turned)] {
            all.extend(Laid::new((one, other), (speed, mirrored), (about, longer)).tried(None));
        }
    }
    for (mirrored, one) in [(false, one), (true, &turned)] {
        all.extend(Laid::new((one, other), (1.0, mirrored), (ABOUT, longer)).within());
    }
    let best_of = |mut all: Vec<CoarseMatch>| {
        all.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut best: Vec<CoarseMatch> = Vec::new();
        for guess in all {
            if best.len() < GUESSES && !best.iter().any(|better| guess.is_near(better)) {
                best.push(guess);
            }
        }
        best
    };
    let rough = best_of(all);
    if longer == 1.0 {
        return rough;
    }
    let fine = rough.into_iter().filter_map(|guess| {
        let one = if guess.mirrored { &turned } else { one };
        let laid = Laid::new((one, other), (guess.speed, guess.mirrored), (ABOUT, 1.0));
        let near =
            (guess.offset_ms - guess.step_ms * guess.speed, guess.offset_ms + guess.step_ms * guess.speed);
        laid.tried(Some(near)).into_iter().max_by(|a, b| a.score.total_cmp(&b.score))
    });
    best_of(fine.collect())
}

/// Two films in windows of one length, to be laid over each other at every offset.
struct Laid {
    ours: Motion,
    theirs: Motion,
    step_ms: f64,
    speed: f64,
    mirrored: bool,
}

impl Laid {
    /// `longer`: how many of the films' own windows are one.
    fn new(
        (one, other): (&Strip, &Strip),
        (speed, mirrored): (f64, bool),
        (about, longer): (usize, f64),
    ) -> Self {
        let step_ms = one.window_ms.max(other.window_ms / speed) * longer;
        let theirs = motion(&other.resampled(step_ms * speed), about);
        Self { ours: motion(&one.resampled(step_ms), about), theirs, step_ms, speed, mirrored }
    }

    /// The best guess about each offset at which the shorter film lies wholly in the longer one: there the mean of the
    /// longer one leaves out what comes before and after.
    fn within(&self) -> Vec<CoarseMatch> {
        let (ours, theirs) = (self.ours.windows.len() as i64, self.theirs.windows.len() as i64);
        let lags = (theirs - ours).min(0)..=(theirs - ours).max(0);
        self.best_of(lags, |lag| {
            let (from, to) = overlap(&self.ours, &self.theirs, lag);
            let beside = ((from as i64 + lag) as usize, (to as i64 + lag) as usize);
            let (ours, theirs) = (self.ours.between((from, to)), self.theirs.between(beside));
            let (score, start, end) = best_run(&ours, &theirs, 0)?;
            Some((score, from + start, from + end))
        })
    }

    /// The best guess about each offset, of all offsets or of those between two, milliseconds.
    fn tried(&self, between: Option<(f64, f64)>) -> Vec<CoarseMatch> {
        let step = self.step_ms * self.speed;
        let (mut first, mut last) =
            (2 - self.ours.windows.len() as i64, self.theirs.windows.len() as i64 - 2);
        if let Some((from_ms, to_ms)) = between {
            (first, last) =
                (first.max((from_ms / step).floor() as i64), last.min((to_ms / step).ceil() as i64));
        }
        self.best_of(first..=last, |lag| best_run(&self.ours, &self.theirs, lag))
    }

    fn best_of(
        &self,
        lags: RangeInclusive<i64>,
        run: impl Fn(i64) -> Option<(f32, usize, usize)>,
    ) -> Vec<CoarseMatch> {
        let step = self.step_ms * self.speed;
        let mut found: Vec<CoarseMatch> = Vec::new();
        for lag in lags {
            let Some((score, from, to)) = run(lag) else { continue };
            let guess = CoarseMatch {
                score,
                from_ms: from as f64 * self.step_ms,
                to_ms: to as f64 * self.step_ms,
                offset_ms: lag as f64 * step,
                speed: self.speed,
                mirrored: self.mirrored,
                step_ms: self.step_ms,
            };
            match found.last_mut() {
                Some(last) if guess.offset_ms - last.offset_ms < 1.5 * step => {
                    if last.score < score {
                        *last = guess;
                    }
                }
                _ => found.push(guess),
            }
        }
        found
    }
}

/// Coarse windows less the mean of those about them, and the length of each.
struct Motion {
    coarse: Vec<[f32; COARSE]>,
    windows: Vec<[f32; COARSE]>,
    lengths: Vec<f32>,
}

fn motion(windows: &Windows, about: usize) -> Motion {
    Motion::of(windows.iter().map(pooled).collect(), about)
}

impl Motion {
    fn of(coarse: Vec<[f32; COARSE]>, about: usize) -> Self {
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
        Self { lengths: windows.iter().map(length).collect(), windows, coarse }
    }

    /// As if only these windows were there.
    fn between(&self, (from, to): (usize, usize)) -> Self {
        Self::of(self.coarse[from..to].to_vec(), ABOUT)
    }
}

fn pooled(window: &[f32; CELLS]) -> [f32; COARSE] {
    std::array::from_fn(|cell| {
        let at = cell / (GRID / 2) * 2 * GRID + cell % (GRID / 2) * 2;
        (window[at] + window[at + 1] + window[at + GRID] + window[at + GRID + 1]) / 4.0
    })
}

/// Windows of ours that have one of theirs beside them.
fn overlap(ours: &Motion, theirs: &Motion, lag: i64) -> (usize, usize) {
    let from = (-lag).max(0) as usize;
    (from, ours.windows.len().min((theirs.windows.len() as i64 - lag).max(0) as usize).max(from))
}

/// The stretch of ours in which agreement adds up to the most, windows.
fn best_run(ours: &Motion, theirs: &Motion, lag: i64) -> Option<(f32, usize, usize)> {
    let (from, to) = overlap(ours, theirs, lag);
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
