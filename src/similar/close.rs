//! A guess looked at closely: all cells, parts of a window, crops.

use super::axis::{Strip, Windows};
use super::guess::Guess;
use crate::model::fingerprint::CELLS;

/// Which view of ours and of theirs are compared: either may be cropped.
const CROPS: [(usize, usize); 5] = [(0, 0), (1, 2), (2, 1), (1, 3), (3, 1)];

/// A crop leaves so much less unexplained, else there is none: the blur alone makes films more alike.
const CROP_EXPLAINS: f32 = 0.7;

/// Cells that may disagree, because a logo or a band covers them in one film.
const COVERED: usize = CELLS / 4;

/// Most windows of a first glance.
const GLANCED_AT: usize = 32;

/// What a close look found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Close {
    pub from_ms: f64,
    pub to_ms: f64,
    pub offset_ms: f64,
    /// Correlation of how the cells change, without those that may be covered.
    pub motion: f32,
    /// The same without what is but a fade.
    pub beside_fades: f32,
    /// Correlation of the mean pictures.
    pub picture: f32,
    /// How much moves besides in the film that moves less, root of the mean square in luma levels.
    pub moving: f32,
    /// One film is seen cropped in the other.
    pub cropped: bool,
    pub windows: usize,
    pub agreeing: usize,
}

/// Both films as they are and as [`views`] shows them.
pub(super) struct Views<'a> {
    pub ours: &'a [Strip],
    pub theirs: &'a [Strip],
}

/// A film as it is, blurred, and cropped by a tenth and a fifth of either side.
pub(super) fn views(strip: &Strip) -> [Strip; 4] {
    [strip.clone(), strip.cropped(1.0), strip.cropped(0.9), strip.cropped(0.8)]
}

/// How well a guess holds at a first glance: no crop, and at most [`GLANCED_AT`] windows.
pub(super) fn glance(views: &Views<'_>, guess: &Guess) -> f32 {
    let whole = Stretch::of(guess);
    let count = whole.count.min(GLANCED_AT);
    let before = (whole.count - count) / 2;
    let stretch = Stretch { from_ms: whole.from_ms + before as f64 * guess.step_ms, count };
    stretch.compared(&views.ours[0], &views.theirs[0], guess, guess.offset_ms).motion
}

pub(super) fn look(views: &Views<'_>, guess: &Guess) -> Option<Close> {
    let stretch = Stretch::of(guess);
    if stretch.count < 3 {
        return None;
    }
    let mut best: Option<(f32, f64, usize)> = None;
    let try_one = |crop: usize, offset_ms: f64, best: &mut Option<(f32, f64, usize)>| {
        let (ours, theirs) = (&views.ours[CROPS[crop].0], &views.theirs[CROPS[crop].1]);
        let motion = stretch.compared(ours, theirs, guess, offset_ms).motion;
        let motion = if crop == 0 { motion } else { 1.0 - (1.0 - motion) / CROP_EXPLAINS };
        if best.is_none_or(|(most, ..)| motion > most) {
            *best = Some((motion, offset_ms, crop));
        }
    };
    let step = guess.step_ms * guess.speed;
    for part in [0.0, -0.5, 0.5] {
        try_one(0, guess.offset_ms + part * step, &mut best);
    }
    let (_, offset_ms, _) = best?;
    for crop in 1..CROPS.len() {
        try_one(crop, offset_ms, &mut best);
    }
    for part in [0.25, 0.125] {
        let (_, offset_ms, crop) = best?;
        for way in [-part, part] {
            try_one(crop, offset_ms + way * step, &mut best);
        }
    }
    let (_, offset_ms, crop) = best?;
    let (ours, theirs) = (&views.ours[CROPS[crop].0], &views.theirs[CROPS[crop].1]);
    Some(Close { cropped: crop > 0, ..finished(ours, theirs, guess, offset_ms)? })
}

/// A stretch of ours.
struct Stretch {
    from_ms: f64,
    count: usize,
}

impl Stretch {
    fn of(guess: &Guess) -> Self {
        let count = ((guess.to_ms - guess.from_ms) / guess.step_ms).round() as usize;
        Self { from_ms: guess.from_ms, count }
    }

    fn compared(&self, ours: &Strip, theirs: &Strip, guess: &Guess, offset_ms: f64) -> Compared {
        let (step_ms, speed) = (guess.step_ms, guess.speed);
        let a = ours.windows(self.from_ms, step_ms, self.count);
        let b = theirs.windows(self.from_ms * speed + offset_ms, step_ms * speed, self.count);
        Compared::of(&a, &b)
    }
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
    let alike: Vec<f32> =
        a.iter().zip(&b).map(|(one, other)| correlation(one, other, &compared.kept)).collect();
    let usual = median(&alike[from..to]);
    let agrees = |at: usize| alike[at] >= usual - 0.25;
    let (from, to) = extended((from, to), count, agrees);
    let compared = Compared::of(&a[from..to], &b[from..to]);
    let besides = Compared::of(&unfaded(&a[from..to]), &unfaded(&b[from..to]));
    Some(Close {
        from_ms: begin_ms + from as f64 * step_ms,
        to_ms: begin_ms + to as f64 * step_ms,
        offset_ms,
        motion: compared.motion,
        picture: compared.picture,
        beside_fades: besides.motion,
        moving: besides.moving,
        cropped: false,
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
        let agreement: [f32; CELLS] = std::array::from_fn(|cell| common[cell] / lengths(cell).max(1e-3));
        let mut kept: Vec<usize> = (0..CELLS).collect();
        kept.sort_unstable_by(|x, y| agreement[*y].total_cmp(&agreement[*x]));
        kept.truncate(CELLS - COVERED);
        let sum = |of: &dyn Fn(usize) -> f32| kept.iter().map(|cell| of(*cell)).sum::<f32>();
        let motion = sum(&|cell| common[cell]) / sum(&lengths).max(1e-3);
        let samples = (kept.len() * ours.len()).max(1) as f32;
        let moving = (sum(&|cell| own_a[cell]).min(sum(&|cell| own_b[cell])) / samples).sqrt();
        let picture = correlation(&mean_a, &mean_b, &kept);
        Self { kept, motion, picture, moving }
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

/// What is not the mean window in another strength: a title that fades in and out does so like any other.
fn unfaded(windows: &[[f32; CELLS]]) -> Windows {
    let (mean, _) = centred(windows);
    let product = |one: &[f32; CELLS]| one.iter().zip(&mean).map(|(one, mean)| one * mean).sum::<f32>();
    let length = product(&mean).max(1e-3);
    let less = |window: &[f32; CELLS]| {
        let strength = product(window) / length;
        std::array::from_fn(|cell| window[cell] - strength * mean[cell])
    };
    windows.iter().map(less).collect()
}
