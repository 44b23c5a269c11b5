//! A guess looked at closely: all cells, parts of a window, crops.

use super::coarse::CoarseMatch;
use super::terms::tells;
use super::timeline::{Beside, Lay, Strip, Windows, beside};
use crate::model::fingerprint::CELLS;

/// Which of [`views`] of ours and of theirs are compared: either may be cropped, more or less.
pub(super) type View = (usize, usize);
pub(super) const PLAIN: View = (0, 0);
const BLURRED: View = (1, 1);
pub(super) const CROPS: [[View; 2]; 2] = [[(1, 2), (1, 3)], [(2, 1), (3, 1)]];

/// A crop leaves so much less unexplained than the same blur without it, or there is none.
const CROP_EXPLAINS: f32 = 0.7;

/// Windows by which a crop may lie from where the whole picture was guessed to: a crop of a slow pan is like another moment
/// of it.
const MOST_CLIMBED: usize = 16;
/// Not where the whole pictures move less alike than this at their best.
const LEAST_OF_PAN: f32 = 0.9;
/// Nor where it would take long, and seconds tell anyway.
const LONGEST_PAN_MS: f64 = 120_000.0;
/// So many in a row that are no better end the way there.
const MOST_MISSED: usize = 3;

/// Cells that may disagree, because a logo or a band covers them in one film.
const COVERED: usize = CELLS / 4;

/// Most windows of a first glance.
const GLANCED_AT: usize = 32;

/// Mean pictures that correlate as well as this are of one framing.
pub(super) const SAME_PICTURE: f32 = 0.999;

/// What moves less than this, luma levels, is the noise of an encoder.
pub(super) const STILL: f32 = 0.2;

/// Fewer windows say nothing.
pub(super) const LEAST_WINDOWS: usize = 3;

/// What a close look found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RefinedMatch {
    /// What was compared.
    pub from_ms: f64,
    pub to_ms: f64,
    /// What of it shows the same: less where one film ends and something else begins.
    pub shown_ms: (f64, f64),
    pub offset_ms: f64,
    /// Correlation of how the cells change, without those that may be covered.
    pub motion: f32,
    /// How well agrees what changes from each window to the next: two takes of one gesture move alike as a whole, but
    /// not at every moment.
    pub change: f32,
    /// Correlation of how the cells change beside fades and the one cut or slow change that both have in common.
    pub beside_cuts: f32,
    /// The same beside fades alone.
    pub beside_fades: f32,
    /// Correlation of the mean pictures.
    pub picture: f32,
    /// How much moves beside fades in the film that moves less, root of the mean square in luma levels.
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
    [strip.plain(), strip.cropped(1.0), strip.cropped(0.9), strip.cropped(0.8)]
}

/// How well a guess holds at a first glance: no crop, and at most [`GLANCED_AT`] windows, or all where nothing moves in
/// those, as under a card between two scenes.
pub(super) fn glance(views: &Views<'_>, guess: &CoarseMatch) -> f32 {
    let spare_ms = (guess.to_ms - guess.from_ms - GLANCED_AT as f64 * guess.step_ms).max(0.0) / 2.0;
    let over = |from_ms: f64, to_ms: f64| {
        compared(&views.ours[0], &views.theirs[0], guess, ((from_ms, to_ms), guess.offset_ms))
    };
    let middle = over(guess.from_ms + spare_ms, guess.to_ms - spare_ms);
    if middle.moving < STILL { over(guess.from_ms, guess.to_ms).motion } else { middle.motion }
}

/// How well two views hold at an offset.
#[derive(Clone, Copy, Debug)]
struct Tried {
    motion: f32,
    picture: f32,
    offset_ms: f64,
    views: View,
}

impl Tried {
    /// Whichever explains more.
    fn or_explaining(self, other: Self) -> Self {
        if other.unexplained() < self.unexplained() { other } else { self }
    }

    /// What neither motion nor, a root of it, the mean picture explain.
    fn unexplained(&self) -> f32 {
        (1.0 - self.motion).max(0.0) * (1.0 - self.picture).max(0.0).sqrt()
    }

    /// Whichever moves more alike.
    fn or_livelier(self, other: Self) -> Self {
        if other.motion > self.motion { other } else { self }
    }
}

pub(super) fn look(views: &Views<'_>, guess: &CoarseMatch) -> Option<RefinedMatch> {
    let stretch = (guess.from_ms, guess.to_ms);
    let step = guess.step_ms * guess.speed;
    let at = |which: View, offset_ms: f64| {
        let (ours, theirs) = (&views.ours[which.0], &views.theirs[which.1]);
        let Compared { motion, picture, .. } = compared(ours, theirs, guess, (stretch, offset_ms));
        Tried { motion, picture, offset_ms, views: which }
    };
    let about = |best: Tried, part: f64| {
        let [before, after] = [-part, part].map(|way| at(best.views, best.offset_ms + way * step));
        best.or_livelier(before).or_livelier(after)
    };
    let climbed = |from: Tried| {
        let mut best = about(from, 1.0);
        let way = (best.offset_ms - from.offset_ms) / step;
        if way == 0.0 {
            return best;
        }
        let mut missed = 0;
        for windows in 2..=MOST_CLIMBED {
            let next = at(best.views, from.offset_ms + way * windows as f64 * step);
            missed = if next.motion > best.motion { 0 } else { missed + 1 };
            best = best.or_livelier(next);
            if missed == MOST_MISSED {
                break;
            }
        }
        best
    };
    let mut best = about(at(PLAIN, guess.offset_ms), 0.5);
    if best.picture < SAME_PICTURE {
        let blurred = at(BLURRED, best.offset_ms);
        let is_pan = best.motion >= LEAST_OF_PAN && guess.to_ms - guess.from_ms <= LONGEST_PAN_MS;
        let tried = CROPS.map(|[wide, tight]| {
            let here = at(wide, best.offset_ms);
            // Of a slow pan the tighter crop lies farther the same way.
            let beyond = is_pan.then(|| {
                let wide = climbed(here);
                wide.or_explaining(climbed(at(tight, wide.offset_ms)))
            });
            let here = here.or_explaining(at(tight, best.offset_ms));
            beyond
                .filter(|beyond| beyond.picture >= SAME_PICTURE)
                .map_or(here, |beyond| here.or_explaining(beyond))
        });
        let crop = tried[0].or_explaining(tried[1]);
        if crop.unexplained() < CROP_EXPLAINS * blurred.or_explaining(best).unexplained() {
            best = crop;
        }
    }
    let best = about(about(best, 0.25), 0.125);
    let (ours, theirs) = (&views.ours[best.views.0], &views.theirs[best.views.1]);
    Some(RefinedMatch { cropped: best.views != PLAIN, ..finished(ours, theirs, guess, best.offset_ms)? })
}

/// Two films over a stretch of ours, laid over each other at an offset.
fn compared(
    ours: &Strip,
    theirs: &Strip,
    guess: &CoarseMatch,
    (stretch, offset_ms): ((f64, f64), f64),
) -> Compared {
    let beside = beside(ours, theirs, &Lay { offset_ms, speed: guess.speed }, stretch);
    if beside.ours.len() < LEAST_WINDOWS {
        return Compared { kept: Vec::new(), motion: 0.0, picture: 0.0, moving: 0.0 };
    }
    Compared::of(&beside.ours, &beside.theirs)
}

fn finished(ours: &Strip, theirs: &Strip, guess: &CoarseMatch, offset_ms: f64) -> Option<RefinedMatch> {
    // Everything that both show, and the guess within it, in windows.
    let lay = Lay { offset_ms, speed: guess.speed };
    let Beside { ours: a, theirs: b, from_ms: begin_ms, step_ms } =
        beside(ours, theirs, &lay, (0.0, ours.span_ms));
    let count = a.len();
    let index = |ms: f64| (((ms - begin_ms) / step_ms).round().max(0.0) as usize).min(count);
    let (from, to) = (index(guess.from_ms), index(guess.to_ms));
    if to < from + LEAST_WINDOWS {
        return None;
    }
    let compared = Compared::of(&a[from..to], &b[from..to]);
    let alike: Vec<f32> =
        a.iter().zip(&b).map(|(one, other)| correlation(one, other, &compared.kept)).collect();
    let usual = median(&alike[from..to]);
    let agrees = |at: usize| alike[at] >= usual - 0.25;
    let (from, to) = extended((from, to), count, agrees);
    let same = |at: usize| agrees(at) || are_plain(&a[at], &b[at]);
    let (first, last) = trimmed((from, to), same);
    let compared = Compared::of(&a[from..to], &b[from..to]);
    let change = change(&a[from..to], &b[from..to], &compared.kept);
    let (a, b) = (unfaded(&a[from..to]), unfaded(&b[from..to]));
    let besides = Compared::of(&a, &b);
    let pattern = strongest(&a, &b);
    let beside_cuts =
        Compared::of(&without(&centred(&a).1, &pattern), &without(&centred(&b).1, &pattern)).motion;
    Some(RefinedMatch {
        from_ms: begin_ms + from as f64 * step_ms,
        to_ms: begin_ms + to as f64 * step_ms,
        shown_ms: (begin_ms + first as f64 * step_ms, begin_ms + last as f64 * step_ms),
        offset_ms,
        motion: compared.motion,
        change,
        beside_cuts,
        beside_fades: besides.motion,
        picture: compared.picture,
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

/// Takes from both ends what is not the same; a single window that is does not end it. Nothing is taken where less than
/// [`LEAST_WINDOWS`] would be left.
fn trimmed((from, to): (usize, usize), same: impl Fn(usize) -> bool) -> (usize, usize) {
    let pair = |at: &usize| same(*at) && same(at + 1);
    let first = (from..to.saturating_sub(1)).find(pair);
    let last = (from..to.saturating_sub(1)).rev().find(pair);
    match (first, last) {
        (Some(first), Some(last)) if last + 2 >= first + LEAST_WINDOWS => (first, last + 2),
        _ => (from, to),
    }
}

/// Black, or another plain ground, in both: nothing that could be told apart.
fn are_plain(one: &[f32; CELLS], other: &[f32; CELLS]) -> bool {
    !tells(one) && !tells(other)
}

/// Median correlation of the pictures that two films show at the same times of a stretch, plain ones taken for alike;
/// `None` where too few can be compared.
pub(super) fn pictures(ours: &Strip, theirs: &Strip, lay: &Lay, stretch: (f64, f64)) -> Option<f32> {
    let Beside { ours, theirs, .. } = beside(ours, theirs, lay, stretch);
    let cells: Vec<usize> = (0..CELLS).collect();
    let alike: Vec<f32> = ours
        .iter()
        .zip(&theirs)
        .map(|(one, other)| if are_plain(one, other) { 1.0 } else { correlation(one, other, &cells) })
        .collect();
    (alike.len() >= LEAST_WINDOWS).then(|| median(&alike))
}

fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Correlation of two pictures over some cells.
pub(super) fn correlation(one: &[f32; CELLS], other: &[f32; CELLS], cells: &[usize]) -> f32 {
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

/// Cosine of the changes from each window to the next over some cells; each counts by how much changes there, not by the
/// square of it, or one cut would be all that counts.
fn change(ours: &[[f32; CELLS]], theirs: &[[f32; CELLS]], cells: &[usize]) -> f32 {
    let (mut agreement, mut weights) = (0.0, 0.0);
    for (one, other) in ours.windows(2).zip(theirs.windows(2)) {
        let (mut product, mut our_length, mut their_length) = (0.0f32, 0.0f32, 0.0f32);
        for cell in cells {
            let (a, b) = (one[1][*cell] - one[0][*cell], other[1][*cell] - other[0][*cell]);
            product += a * b;
            our_length += a * a;
            their_length += b * b;
        }
        let length = (our_length * their_length).sqrt().max(1e-3);
        agreement += product / length.sqrt();
        weights += length.sqrt();
    }
    agreement / weights.max(1e-3)
}

/// What is not the mean window in another strength: a title that fades in and out does so like any other.
fn unfaded(windows: &[[f32; CELLS]]) -> Windows {
    without(windows, &centred(windows).0)
}

/// The pattern in which both change the most: of a work with one cut it is the difference of the pictures before and
/// after. Found by repeated multiplication with the covariance.
fn strongest(one: &Windows, other: &Windows) -> [f32; CELLS] {
    const ROUNDS: usize = 6;
    let all: Windows = [one, other].into_iter().flat_map(|windows| centred(windows).1).collect();
    let farthest = all.iter().max_by(|a, b| product(a, a).total_cmp(&product(b, b)));
    let mut pattern = farthest.copied().unwrap_or([0.0; CELLS]);
    for _ in 0..ROUNDS {
        let length = product(&pattern, &pattern).sqrt().max(1e-3);
        let before = pattern.map(|value| value / length);
        pattern = [0.0; CELLS];
        for window in &all {
            let strength = product(window, &before);
            pattern.iter_mut().zip(window).for_each(|(sum, value)| *sum += strength * value);
        }
    }
    pattern
}

/// What is left of windows without a pattern in whatever strength.
fn without(windows: &[[f32; CELLS]], pattern: &[f32; CELLS]) -> Windows {
    let length = product(pattern, pattern).max(1e-3);
    let less = |window: &[f32; CELLS]| {
        let strength = product(window, pattern) / length;
        std::array::from_fn(|cell| window[cell] - strength * pattern[cell])
    };
    windows.iter().map(less).collect()
}

fn product(one: &[f32; CELLS], other: &[f32; CELLS]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}
