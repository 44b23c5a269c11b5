//! A guess looked at closely: all cells, parts of a window, crops; and how far the agreement could be chance.

use super::axis::{Strip, Windows};
use super::guess::Guess;
use crate::model::fingerprint::CELLS;

/// How much of ours and of theirs is seen in the other: either may be cropped.
const CROPS: [(f32, f32); 5] = [(1.0, 1.0), (1.0, 0.9), (0.9, 1.0), (1.0, 0.8), (0.8, 1.0)];

/// Cells that may disagree, because a logo or a band covers them in one film.
const COVERED: usize = CELLS / 4;

/// Windows about the best offset that are too like it to show what chance would give.
const NEAR: usize = 3;

/// Most windows that chance is estimated from.
const ENOUGH: usize = 160;

/// What a close look found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Close {
    pub from_ms: f64,
    pub to_ms: f64,
    pub offset_ms: f64,
    /// Correlation of how the cells change, without those that may be covered.
    pub motion: f32,
    /// The same in standard deviations of what other offsets give.
    pub beyond_chance: f32,
    /// Correlation of the mean pictures.
    pub picture: f32,
    /// How much moves in the film that moves less, root of the mean square in luma levels.
    pub moving: f32,
    pub windows: usize,
    pub agreeing: usize,
}

/// Films of one guess, cropped in every way that is tried.
pub(super) struct Views<'a> {
    pub ours: &'a [Strip],
    pub theirs: &'a [Strip],
}

/// The shares of [`CROPS`], in the order of the strips of [`Views`].
pub(super) const SHARES: [f32; 3] = [1.0, 0.9, 0.8];

pub(super) fn look(views: &Views<'_>, guess: &Guess) -> Option<Close> {
    let step_ms = guess.step_ms;
    let count = ((guess.to_ms - guess.from_ms) / step_ms).round() as usize;
    if count < 3 {
        return None;
    }
    let of = |share: f32| SHARES.iter().position(|known| *known == share).unwrap_or(0);
    let mut best: Option<(f32, f64, usize)> = None;
    let mut try_one = |crop: usize, offset_ms: f64| {
        let (ours, theirs) = CROPS[crop];
        let a = views.ours[of(ours)].windows(guess.from_ms, step_ms, count);
        let b = views.theirs[of(theirs)].windows(
            guess.from_ms * guess.speed + offset_ms,
            step_ms * guess.speed,
            count,
        );
        let motion = Compared::of(&a, &b).motion;
        if best.is_none_or(|(most, ..)| motion > most) {
            best = Some((motion, offset_ms, crop));
        }
    };
    let step = step_ms * guess.speed;
    for crop in 0..CROPS.len() {
        for part in [-0.5, 0.0, 0.5] {
            try_one(crop, guess.offset_ms + part * step);
        }
    }
    let (_, offset_ms, crop) = best?;
    let mut best = best;
    for part in [-0.25, 0.25, -0.125, 0.125] {
        let (ours, theirs) = CROPS[crop];
        let offset_ms = offset_ms + part * step;
        let a = views.ours[of(ours)].windows(guess.from_ms, step_ms, count);
        let b = views.theirs[of(theirs)].windows(guess.from_ms * guess.speed + offset_ms, step, count);
        let motion = Compared::of(&a, &b).motion;
        if best.is_none_or(|(most, ..)| motion > most) {
            best = Some((motion, offset_ms, crop));
        }
    }
    let (_, offset_ms, crop) = best?;
    let (ours, theirs) = (&views.ours[of(CROPS[crop].0)], &views.theirs[of(CROPS[crop].1)]);
    finished(ours, theirs, guess, offset_ms)
}

fn finished(ours: &Strip, theirs: &Strip, guess: &Guess, offset_ms: f64) -> Option<Close> {
    let (step_ms, speed) = (guess.step_ms, guess.speed);
    // Everything that both show, and the guess within it, in windows.
    let begin_ms = (-offset_ms / speed).max(0.0);
    let end_ms = ours.span_ms.min((theirs.span_ms - offset_ms) / speed);
    let count = ((end_ms - begin_ms) / step_ms + 1e-6).max(0.0) as usize;
    let a = ours.windows(begin_ms, step_ms, count);
    let b = theirs.windows(begin_ms * speed + offset_ms, step_ms * speed, count);
    let index = |ms: f64| (((ms - begin_ms) / step_ms).round().max(0.0) as usize).min(count);
    let (from, to) = (index(guess.from_ms), index(guess.to_ms));
    if to < from + 3 {
        return None;
    }
    let compared = Compared::of(&a[from..to], &b[from..to]);
    let alike: Vec<f32> = a.iter().zip(&b).map(|(one, other)| correlation(one, other, &compared.kept)).collect();
    let usual = median(&alike[from..to]);
    let agrees = |at: usize| alike[at] >= usual - 0.25;
    let (from, to) = extended((from, to), count, agrees);
    let compared = Compared::of(&a[from..to], &b[from..to]);
    Some(Close {
        from_ms: begin_ms + from as f64 * step_ms,
        to_ms: begin_ms + to as f64 * step_ms,
        offset_ms,
        motion: compared.motion,
        beyond_chance: compared.beyond_chance(),
        picture: compared.picture,
        moving: compared.moving,
        windows: to - from,
        agreeing: (from..to).filter(|at| agrees(*at)).count(),
    })
}

/// Grows a stretch to both sides over what agrees; two windows in a row that do not end it.
fn extended((from, to): (usize, usize), count: usize, agrees: impl Fn(usize) -> bool) -> (usize, usize) {
    let (mut first, mut misses) = (from, 0);
    for at in (0..from).rev() {
        if agrees(at) {
            (first, misses) = (at, 0);
        } else if misses == 2 {
            break;
        } else {
            misses += 1;
        }
    }
    let (mut last, mut misses) = (to, 0);
    for at in to..count {
        if agrees(at) {
            (last, misses) = (at + 1, 0);
        } else if misses == 2 {
            break;
        } else {
            misses += 1;
        }
    }
    (first, last)
}

fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Correlation of two pictures over some cells.
fn correlation(one: &[f32; CELLS], other: &[f32; CELLS], cells: &[usize]) -> f32 {
    let count = cells.len().max(1) as f32;
    let mean = |picture: &[f32; CELLS]| cells.iter().map(|cell| picture[*cell]).sum::<f32>() / count;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let (mut product, mut ours, mut theirs) = (0.0, 0.0, 0.0);
    for cell in cells {
        let (a, b) = (one[*cell] - mean_one, other[*cell] - mean_other);
        product += a * b;
        ours += a * a;
        theirs += b * b;
    }
    product / (ours * theirs).sqrt().max(1e-3)
}

/// Two stretches of as many windows.
struct Compared {
    ours: Windows,
    theirs: Windows,
    kept: Vec<usize>,
    motion: f32,
    picture: f32,
    moving: f32,
}

impl Compared {
    fn of(ours: &[[f32; CELLS]], theirs: &[[f32; CELLS]]) -> Self {
        let (mean_a, a) = centred(ours);
        let (mean_b, b) = centred(theirs);
        let (mut own_a, mut own_b, mut common) = ([0.0f32; CELLS], [0.0f32; CELLS], [0.0f32; CELLS]);
        for (one, other) in a.iter().zip(&b) {
            for cell in 0..CELLS {
                own_a[cell] += one[cell] * one[cell];
                own_b[cell] += other[cell] * other[cell];
                common[cell] += one[cell] * other[cell];
            }
        }
        let lengths = |cell: usize| (own_a[cell] * own_b[cell]).sqrt();
        let mut kept: Vec<usize> = (0..CELLS).collect();
        kept.sort_by(|x, y| {
            let agreement = |cell: usize| common[cell] / lengths(cell).max(1e-3);
            agreement(*y).total_cmp(&agreement(*x))
        });
        kept.truncate(CELLS - COVERED);
        let sum = |of: &dyn Fn(usize) -> f32| kept.iter().map(|cell| of(*cell)).sum::<f32>();
        let motion = sum(&|cell| common[cell]) / sum(&lengths).max(1e-3);
        let samples = (kept.len() * ours.len()).max(1) as f32;
        let moving = (sum(&|cell| own_a[cell]).min(sum(&|cell| own_b[cell])) / samples).sqrt();
        let picture = correlation(&mean_a, &mean_b, &kept);
        Self { ours: a, theirs: b, kept, motion, picture, moving }
    }

    /// How far the agreement stands out from what the same films give when one is turned round in time.
    fn beyond_chance(&self) -> f32 {
        let stride = self.ours.len().div_ceil(ENOUGH);
        let take = |windows: &Windows| -> Vec<Vec<f32>> {
            let some = windows.iter().step_by(stride);
            some.map(|window| self.kept.iter().map(|cell| window[*cell]).collect()).collect()
        };
        let (ours, theirs) = (take(&self.ours), take(&self.theirs));
        let count = ours.len();
        let at = |shift: usize| -> f32 {
            let pair = |number: usize| {
                let beside = &theirs[(number + shift) % count];
                ours[number].iter().zip(beside).map(|(one, other)| one * other).sum::<f32>()
            };
            (0..count).map(pair).sum()
        };
        let others: Vec<f32> = (NEAR..(count + 1).saturating_sub(NEAR)).map(at).collect();
        let square = others.iter().map(|value| value * value).sum::<f32>() / others.len().max(1) as f32;
        at(0) / square.sqrt().max(1e-3)
    }
}

/// The mean window, and the windows without it.
fn centred(windows: &[[f32; CELLS]]) -> ([f32; CELLS], Windows) {
    let mut mean = [0.0; CELLS];
    for window in windows {
        mean.iter_mut().zip(window).for_each(|(mean, value)| *mean += value / windows.len() as f32);
    }
    let less = |window: &[f32; CELLS]| std::array::from_fn(|cell| window[cell] - mean[cell]);
    (mean, windows.iter().map(less).collect())
}
