//! Finds candidates for the alignment of two films: every offset and speed, mirrored or not, is tried on coarse windows
//! of motion.

use std::ops::RangeInclusive;

use super::timeline::{FilmTimeline, Windows};
use crate::model::fingerprint::{CELLS, GRID};

/// Speeds that are tried: common changes, and 24 fps film at 25 fps.
const SPEEDS: [f64; 7] = [1.0, 1.25, 0.8, 1.1, 0.9, 25.0 / 24.0, 24.0 / 25.0];

/// Coarse cells: each is two by two of the grid's.
const COARSE: usize = CELLS / 4;

/// Windows to either side whose mean is subtracted: many, so that slow motion counts; and few, at normal speed only, for a
/// passage between others, whose pictures would distort the mean.
const MEAN_RADIUS: usize = 8;
const MEAN_RADIUS_INSERTED: usize = 2;

/// Cosine from which windows agree.
const AGREEMENT: f32 = 0.5;

/// Motion (RMS, luma levels) that counts fully; less counts less, since it may be noise.
const FULL_MOTION: f32 = 1.5;

/// Pairs of windows up to which all are tried: two works of a minute and a half. For longer ones, several windows are
/// merged into one.
const MAX_PAIRS: f64 = 32_400.0;

/// Number of candidates that are kept.
const MAX_CANDIDATES: usize = 16;

/// A candidate alignment of two films and the passage of ours that agrees best, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CoarseMatch {
    pub score: f32,
    pub from_ms: f64,
    pub to_ms: f64,
    pub offset_ms: f64,
    pub speed: f64,
    pub mirrored: bool,
    /// Length of a window in our time.
    pub step_ms: f64,
}

impl CoarseMatch {
    /// Returns true if the other is less than 1.5 windows away, at the same speed and orientation.
    fn is_near(&self, other: &Self) -> bool {
        let same = self.speed == other.speed && self.mirrored == other.mirrored;
        same && (self.offset_ms - other.offset_ms).abs() < 1.5 * self.step_ms * self.speed
    }
}

/// Returns the candidates, best first, without those next to a better one. For long works the best candidates of merged
/// windows are searched again at the films' own resolution, since trying everything there would take minutes.
pub(super) fn coarse_matches(one: &FilmTimeline, other: &FilmTimeline) -> Vec<CoarseMatch> {
    let mirrored_ours = one.plain().mirrored();
    // Both are resampled to windows of the coarser one.
    let step_ms = one.window_ms.max(other.window_ms);
    let windows = |timeline: &FilmTimeline| timeline.span_ms / step_ms;
    let merged = (windows(one) * windows(other) / MAX_PAIRS).sqrt().ceil().max(1.0);
    let mut all: Vec<CoarseMatch> = Vec::new();
    let wide = SPEEDS.map(|speed| (speed, MEAN_RADIUS));
    for (speed, radius) in wide.into_iter().chain([(1.0, MEAN_RADIUS_INSERTED)]) {
        for (mirrored, one) in [(false, one), (true, &mirrored_ours)] {
            let resampling = Resampling { speed, mirrored, radius, merged };
            all.extend(LagSearch::new(one, other, resampling).best_by_lag(None));
        }
    }
    for (mirrored, one) in [(false, one), (true, &mirrored_ours)] {
        let resampling = Resampling { speed: 1.0, mirrored, radius: MEAN_RADIUS, merged };
        all.extend(LagSearch::new(one, other, resampling).best_contained());
    }
    let best_of = |mut all: Vec<CoarseMatch>| {
        all.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut best: Vec<CoarseMatch> = Vec::new();
        for candidate in all {
            if best.len() < MAX_CANDIDATES && !best.iter().any(|better| candidate.is_near(better)) {
                best.push(candidate);
            }
        }
        best
    };
    let rough = best_of(all);
    if merged == 1.0 {
        return rough;
    }
    let fine = rough.into_iter().filter_map(|candidate| {
        let one = if candidate.mirrored { &mirrored_ours } else { one };
        let CoarseMatch { speed, mirrored, .. } = candidate;
        let resampling = Resampling { speed, mirrored, radius: MEAN_RADIUS, merged: 1.0 };
        let search = LagSearch::new(one, other, resampling);
        let near = (
            candidate.offset_ms - candidate.step_ms * candidate.speed,
            candidate.offset_ms + candidate.step_ms * candidate.speed,
        );
        search.best_by_lag(Some(near)).into_iter().max_by(|a, b| a.score.total_cmp(&b.score))
    });
    best_of(fine.collect())
}

/// How two films are resampled for a [`LagSearch`].
#[derive(Clone, Copy)]
struct Resampling {
    /// Speed of theirs relative to ours.
    speed: f64,
    /// Whether ours is mirrored.
    mirrored: bool,
    /// Windows to either side whose mean is subtracted.
    radius: usize,
    /// Number of the films' own windows in one.
    merged: f64,
}

/// Two films in windows of one length, to be compared at every offset.
struct LagSearch {
    ours: Motion,
    theirs: Motion,
    step_ms: f64,
    speed: f64,
    mirrored: bool,
}

impl LagSearch {
    /// Resamples both films; `one` is mirrored already where the resampling says so.
    fn new(one: &FilmTimeline, other: &FilmTimeline, resampling: Resampling) -> Self {
        let Resampling { speed, mirrored, radius, merged } = resampling;
        let step_ms = one.window_ms.max(other.window_ms / speed) * merged;
        let theirs = motion(&other.resampled(step_ms * speed), radius);
        Self { ours: motion(&one.resampled(step_ms), radius), theirs, step_ms, speed, mirrored }
    }

    /// Returns the best candidate around each offset at which the shorter film lies wholly in the longer one. The mean of
    /// the longer one then excludes what comes before and after.
    fn best_contained(&self) -> Vec<CoarseMatch> {
        let (ours, theirs) = (self.ours.windows.len() as i64, self.theirs.windows.len() as i64);
        let lags = (theirs - ours).min(0)..=(theirs - ours).max(0);
        self.best_of(lags, |lag| {
            let (from, to) = overlap(&self.ours, &self.theirs, lag);
            let their_index = ((from as i64 + lag) as usize, (to as i64 + lag) as usize);
            let (ours, theirs) = (self.ours.between((from, to)), self.theirs.between(their_index));
            let (score, start, end) = best_run(&ours, &theirs, 0)?;
            Some((score, from + start, from + end))
        })
    }

    /// Returns the best candidate around each offset, of all offsets or of a range, milliseconds.
    fn best_by_lag(&self, between: Option<(f64, f64)>) -> Vec<CoarseMatch> {
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
            let candidate = CoarseMatch {
                score,
                from_ms: from as f64 * self.step_ms,
                to_ms: to as f64 * self.step_ms,
                offset_ms: lag as f64 * step,
                speed: self.speed,
                mirrored: self.mirrored,
                step_ms: self.step_ms,
            };
            match found.last_mut() {
                Some(last) if candidate.offset_ms - last.offset_ms < 1.5 * step => {
                    if last.score < score {
                        *last = candidate;
                    }
                }
                _ => found.push(candidate),
            }
        }
        found
    }
}

/// Coarse windows minus the mean of their neighbours, and the norm of each.
struct Motion {
    coarse: Vec<[f32; COARSE]>,
    windows: Vec<[f32; COARSE]>,
    lengths: Vec<f32>,
}

fn motion(windows: &Windows, radius: usize) -> Motion {
    Motion::of(windows.iter().map(pooled).collect(), radius)
}

impl Motion {
    fn of(coarse: Vec<[f32; COARSE]>, radius: usize) -> Self {
        // The sums of all windows before each, and of all.
        let mut sum = [0.0f64; COARSE];
        let mut sums = vec![sum];
        for window in &coarse {
            for cell in 0..COARSE {
                sum[cell] += f64::from(window[cell]);
            }
            sums.push(sum);
        }
        let residual = |at: usize| {
            let (from, to) = (at.saturating_sub(radius), (at + radius + 1).min(coarse.len()));
            let share = 1.0 / (to - from) as f64;
            let mut residual = coarse[at];
            for cell in 0..COARSE {
                residual[cell] -= ((sums[to][cell] - sums[from][cell]) * share) as f32;
            }
            residual
        };
        let windows: Vec<[f32; COARSE]> = (0..coarse.len()).map(residual).collect();
        let length = |window: &[f32; COARSE]| window.iter().map(|value| value * value).sum::<f32>().sqrt();
        Self { lengths: windows.iter().map(length).collect(), windows, coarse }
    }

    /// Computes the motion of a range of windows alone.
    fn between(&self, (from, to): (usize, usize)) -> Self {
        Self::of(self.coarse[from..to].to_vec(), MEAN_RADIUS)
    }
}

fn pooled(window: &[f32; CELLS]) -> [f32; COARSE] {
    std::array::from_fn(|cell| {
        let at = cell / (GRID / 2) * 2 * GRID + cell % (GRID / 2) * 2;
        (window[at] + window[at + 1] + window[at + GRID] + window[at + GRID + 1]) / 4.0
    })
}

/// Returns the range of our windows that have a counterpart in theirs.
fn overlap(ours: &Motion, theirs: &Motion, lag: i64) -> (usize, usize) {
    let from = (-lag).max(0) as usize;
    (from, ours.windows.len().min((theirs.windows.len() as i64 - lag).max(0) as usize).max(from))
}

/// Returns the score of the run of our windows with the largest sum of agreement, and its range.
fn best_run(ours: &Motion, theirs: &Motion, lag: i64) -> Option<(f32, usize, usize)> {
    let (from, to) = overlap(ours, theirs, lag);
    let mut best: Option<(f32, usize, usize)> = None;
    let (mut sum, mut start) = (0.0f32, from);
    let full = FULL_MOTION * (COARSE as f32).sqrt();
    for at in from..to {
        let their_index = (at as i64 + lag) as usize;
        let pairs = ours.windows[at].iter().zip(&theirs.windows[their_index]);
        let product: f32 = pairs.map(|(one, other)| one * other).sum();
        let (one, other) = (ours.lengths[at], theirs.lengths[their_index]);
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
