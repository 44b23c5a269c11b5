//! Refines a coarse candidate: all cells, offsets of fractions of a window, crops.

use super::coarse::CoarseMatch;
use super::timeline::{AlignedWindows, FilmTimeline, TimeMap, Windows, aligned_windows};
use super::waves::has_contrast;
use crate::model::fingerprint::CELLS;

/// Indices into [`views`] of ours and of theirs: either may be cropped, more or less.
pub(super) type View = (usize, usize);
pub(super) const PLAIN: View = (0, 0);
const BLURRED: View = (1, 1);
pub(super) const CROPS: [[View; 2]; 2] = [[(1, 2), (1, 3)], [(2, 1), (3, 1)]];

/// A crop is accepted only if it leaves at most this share unexplained of what the same blur without it leaves.
const MAX_CROP_UNEXPLAINED: f32 = 0.7;

/// Windows by which the offset of a crop may differ from that of the whole picture: a crop of a slow pan resembles the
/// whole at another time.
const MAX_CLIMB: usize = 16;
/// Least correlation of the whole pictures' motion for that search.
const MIN_PAN_MOTION: f32 = 0.9;
/// Longest passage for that search: in longer ones it would take long, and their length is evidence enough.
const MAX_PAN_MS: f64 = 120_000.0;
/// Number of offsets in a row that are no better, after which the search ends.
const MAX_MISSES: usize = 3;

/// Cells that may disagree, because a logo or a band covers them in one film.
const MASKED_CELLS: usize = CELLS / 4;

/// Number of windows of a quick comparison.
const QUICK_WINDOWS: usize = 32;

/// Correlation of the mean pictures from which both have the same framing.
pub(super) const SAME_PICTURE: f32 = 0.999;

/// Motion below this, RMS in luma levels, is encoder noise.
pub(super) const MIN_MOVING: f32 = 0.2;

/// Fewest windows that are compared.
pub(super) const MIN_WINDOWS: usize = 3;

/// The measurements of a refined candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RefinedMatch {
    /// The compared passage of ours.
    pub from_ms: f64,
    pub to_ms: f64,
    /// The part of it that shows the same: shorter where one film ends and something else begins.
    pub shown_ms: (f64, f64),
    pub offset_ms: f64,
    /// Whether one film is cropped in the other.
    pub cropped: bool,
    /// Windows whose pictures agree.
    pub agreeing: usize,
    pub measured: Measured,
}

/// How well two passages of the same number of windows agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// Correlation of how the cells change, without those that may be covered.
    pub motion: f32,
    /// Agreement of the changes from each window to the next: two takes of one gesture move alike as a whole, but not at
    /// every moment.
    pub change: f32,
    /// Correlation of how the cells change, apart from fades and the one cut or slow change that both have in common.
    pub beside_cuts: f32,
    /// Correlation of how the cells change, apart from fades.
    pub beside_fades: f32,
    /// Correlation of the mean pictures.
    pub picture: f32,
    /// Motion apart from fades in the film that moves less, RMS in luma levels.
    pub moving: f32,
    pub windows: usize,
}

/// The [`views`] of both films.
pub(super) struct Views<'a> {
    pub ours: &'a [FilmTimeline],
    pub theirs: &'a [FilmTimeline],
}

/// Returns a film as it is, blurred, and cropped to nine and eight tenths of either side.
pub(super) fn views(timeline: &FilmTimeline) -> [FilmTimeline; 4] {
    [timeline.plain(), timeline.cropped(1.0), timeline.cropped(0.9), timeline.cropped(0.8)]
}

/// Returns the correlation of motion in a quick comparison: without crops, over at most [`QUICK_WINDOWS`] windows in the
/// middle, or over all if nothing moves in those, as in a title card between two scenes.
pub(super) fn quick_motion(views: &Views<'_>, candidate: &CoarseMatch) -> f32 {
    let spare_ms =
        (candidate.to_ms - candidate.from_ms - QUICK_WINDOWS as f64 * candidate.step_ms).max(0.0) / 2.0;
    let over = |from_ms: f64, to_ms: f64| {
        compare(&views.ours[0], &views.theirs[0], candidate, (from_ms, to_ms), candidate.offset_ms)
    };
    let middle = over(candidate.from_ms + spare_ms, candidate.to_ms - spare_ms);
    if middle.moving < MIN_MOVING { over(candidate.from_ms, candidate.to_ms).motion } else { middle.motion }
}

/// The agreement of two views at an offset.
#[derive(Clone, Copy, Debug)]
struct Trial {
    motion: f32,
    picture: f32,
    offset_ms: f64,
    views: View,
}

impl Trial {
    /// Returns the one that leaves less unexplained.
    fn or_less_unexplained(self, other: Self) -> Self {
        if other.unexplained() < self.unexplained() { other } else { self }
    }

    /// Returns what neither motion nor the mean picture explains; the latter counts by its square root.
    fn unexplained(&self) -> f32 {
        (1.0 - self.motion).max(0.0) * (1.0 - self.picture).max(0.0).sqrt()
    }

    /// Returns the one whose motion agrees better.
    fn or_more_motion(self, other: Self) -> Self {
        if other.motion > self.motion { other } else { self }
    }
}

/// Refines the offset of a candidate and tries crops; `None` if too few windows can be compared.
pub(super) fn refine(views: &Views<'_>, candidate: &CoarseMatch) -> Option<RefinedMatch> {
    let stretch = (candidate.from_ms, candidate.to_ms);
    let step = candidate.step_ms * candidate.speed;
    let at = |which: View, offset_ms: f64| {
        let (ours, theirs) = (&views.ours[which.0], &views.theirs[which.1]);
        let Compared { motion, picture, .. } = compare(ours, theirs, candidate, stretch, offset_ms);
        Trial { motion, picture, offset_ms, views: which }
    };
    let about = |best: Trial, part: f64| {
        let [before, after] = [-part, part].map(|way| at(best.views, best.offset_ms + way * step));
        best.or_more_motion(before).or_more_motion(after)
    };
    let climb = |from: Trial| {
        let mut best = about(from, 1.0);
        let way = (best.offset_ms - from.offset_ms) / step;
        if way == 0.0 {
            return best;
        }
        let mut missed = 0;
        for windows in 2..=MAX_CLIMB {
            let next = at(best.views, from.offset_ms + way * windows as f64 * step);
            missed = if next.motion > best.motion { 0 } else { missed + 1 };
            best = best.or_more_motion(next);
            if missed == MAX_MISSES {
                break;
            }
        }
        best
    };
    let mut best = about(at(PLAIN, candidate.offset_ms), 0.5);
    if best.picture < SAME_PICTURE {
        let blurred = at(BLURRED, best.offset_ms);
        let is_pan = best.motion >= MIN_PAN_MOTION && candidate.to_ms - candidate.from_ms <= MAX_PAN_MS;
        let tried = CROPS.map(|[wide, tight]| {
            let here = at(wide, best.offset_ms);
            // In a slow pan the tighter crop is farther in the same direction.
            let beyond = is_pan.then(|| {
                let wide = climb(here);
                wide.or_less_unexplained(climb(at(tight, wide.offset_ms)))
            });
            let here = here.or_less_unexplained(at(tight, best.offset_ms));
            beyond
                .filter(|beyond| beyond.picture >= SAME_PICTURE)
                .map_or(here, |beyond| here.or_less_unexplained(beyond))
        });
        let crop = tried[0].or_less_unexplained(tried[1]);
        if crop.unexplained() < MAX_CROP_UNEXPLAINED * blurred.or_less_unexplained(best).unexplained() {
            best = crop;
        }
    }
    let best = about(about(best, 0.25), 0.125);
    let (ours, theirs) = (&views.ours[best.views.0], &views.theirs[best.views.1]);
    Some(RefinedMatch { cropped: best.views != PLAIN, ..measured(ours, theirs, candidate, best.offset_ms)? })
}

/// Compares two films over a passage of ours at an offset.
fn compare(
    ours: &FilmTimeline,
    theirs: &FilmTimeline,
    candidate: &CoarseMatch,
    stretch: (f64, f64),
    offset_ms: f64,
) -> Compared {
    let aligned = aligned_windows(ours, theirs, &TimeMap { offset_ms, speed: candidate.speed }, stretch);
    if aligned.ours.len() < MIN_WINDOWS {
        return Compared { kept: Vec::new(), motion: 0.0, picture: 0.0, moving: 0.0 };
    }
    Compared::of(&aligned.ours, &aligned.theirs)
}

fn measured(
    ours: &FilmTimeline,
    theirs: &FilmTimeline,
    candidate: &CoarseMatch,
    offset_ms: f64,
) -> Option<RefinedMatch> {
    // The whole overlap of both films, and the candidate within it, in windows.
    let time_map = TimeMap { offset_ms, speed: candidate.speed };
    let AlignedWindows { ours: a, theirs: b, from_ms: begin_ms, step_ms } =
        aligned_windows(ours, theirs, &time_map, (0.0, ours.span_ms));
    let count = a.len();
    let index = |ms: f64| (((ms - begin_ms) / step_ms).round().max(0.0) as usize).min(count);
    let (from, to) = (index(candidate.from_ms), index(candidate.to_ms));
    if to < from + MIN_WINDOWS {
        return None;
    }
    let compare = Compared::of(&a[from..to], &b[from..to]);
    let correlations: Vec<f32> =
        a.iter().zip(&b).map(|(one, other)| correlation(one, other, &compare.kept)).collect();
    let usual = median(&correlations[from..to]);
    let agrees = |at: usize| correlations[at] >= usual - 0.25;
    let (from, to) = extended((from, to), count, agrees);
    let same = |at: usize| agrees(at) || are_plain(&a[at], &b[at]);
    let (first, last) = trimmed((from, to), same);
    let both = (&a[from..to], &b[from..to]);
    Some(RefinedMatch {
        from_ms: begin_ms + from as f64 * step_ms,
        to_ms: begin_ms + to as f64 * step_ms,
        shown_ms: (begin_ms + first as f64 * step_ms, begin_ms + last as f64 * step_ms),
        agreeing: (from..to).filter(|at| agrees(*at)).count(),
        offset_ms,
        cropped: false,
        measured: measure(both, both, (&without_fades(both.0), &without_fades(both.1))),
    })
}

/// Extends a range to both sides over windows that agree; it ends after two in a row that do not.
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

/// Trims windows that are not the same from both ends; a single one that is does not end the trimming. Trims nothing if
/// fewer than [`MIN_WINDOWS`] would be left.
fn trimmed((from, to): (usize, usize), same: impl Fn(usize) -> bool) -> (usize, usize) {
    let pair = |at: &usize| same(*at) && same(at + 1);
    let first = (from..to.saturating_sub(1)).find(pair);
    let last = (from..to.saturating_sub(1)).rev().find(pair);
    match (first, last) {
        (Some(first), Some(last)) if last + 2 >= first + MIN_WINDOWS => (first, last + 2),
        _ => (from, to),
    }
}

/// Returns true if both windows are plain, such as black: they cannot be distinguished.
fn are_plain(one: &[f32; CELLS], other: &[f32; CELLS]) -> bool {
    !has_contrast(one) && !has_contrast(other)
}

/// Returns the median correlation of the pictures of two films over a passage, where plain ones count as equal; `None` if
/// too few can be compared.
pub(super) fn pictures(
    ours: &FilmTimeline,
    theirs: &FilmTimeline,
    time_map: &TimeMap,
    stretch: (f64, f64),
) -> Option<f32> {
    let AlignedWindows { ours, theirs, .. } = aligned_windows(ours, theirs, time_map, stretch);
    let cells: Vec<usize> = (0..CELLS).collect();
    let correlations: Vec<f32> = ours
        .iter()
        .zip(&theirs)
        .map(|(one, other)| if are_plain(one, other) { 1.0 } else { correlation(one, other, &cells) })
        .collect();
    (correlations.len() >= MIN_WINDOWS).then(|| median(&correlations))
}

pub(super) fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Returns the correlation of two pictures over some cells.
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

/// The comparison of two passages with the same number of windows.
struct Compared {
    /// The cells that agree best, without those that may be covered.
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
        kept.truncate(CELLS - MASKED_CELLS);
        let sum = |of: &dyn Fn(usize) -> f32| kept.iter().map(|cell| of(*cell)).sum::<f32>();
        let motion = sum(&|cell| common[cell]) / sum(&lengths).max(1e-3);
        let samples = (kept.len() * ours.len()).max(1) as f32;
        let moving = (sum(&|cell| own_a[cell]).min(sum(&|cell| own_b[cell])) / samples).sqrt();
        let picture = correlation(&mean_a, &mean_b, &kept);
        Self { kept, motion, picture, moving }
    }
}

/// Returns the correlation of motion and that of the mean pictures of two passages.
pub(super) fn motion_and_picture(ours: &[[f32; CELLS]], theirs: &[[f32; CELLS]]) -> (f32, f32) {
    let Compared { motion, picture, .. } = Compared::of(ours, theirs);
    (motion, picture)
}

/// Two passages, window by window.
pub(super) type Both<'a> = (&'a [[f32; CELLS]], &'a [[f32; CELLS]]);

/// Measures two passages: their pictures, the motion in them, and that apart from fades.
pub(super) fn measure(pictures: Both<'_>, (ours, theirs): Both<'_>, (a, b): Both<'_>) -> Measured {
    let Compared { kept, motion, .. } = Compared::of(ours, theirs);
    let besides = Compared::of(a, b);
    let pattern = principal_pattern(a, b);
    let beside_cuts =
        Compared::of(&without(&centred(a).1, &pattern), &without(&centred(b).1, &pattern)).motion;
    Measured {
        motion,
        change: change(ours, theirs, &kept),
        beside_cuts,
        beside_fades: besides.motion,
        picture: Compared::of(pictures.0, pictures.1).picture,
        moving: besides.moving,
        windows: ours.len(),
    }
}

/// Returns the mean window, and the windows minus it.
fn centred(windows: &[[f32; CELLS]]) -> ([f32; CELLS], Windows) {
    let mut mean = [0.0; CELLS];
    for window in windows {
        mean.iter_mut().zip(window).for_each(|(mean, value)| *mean += value / windows.len() as f32);
    }
    let less = |window: &[f32; CELLS]| std::array::from_fn(|cell| window[cell] - mean[cell]);
    (mean, windows.iter().map(less).collect())
}

/// Returns the cosine of the changes from each window to the next over some cells. Each is weighted by the amount of change,
/// not its square, or a single cut would outweigh the rest.
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

/// Removes multiples of the mean window: a title that fades in and out does so like any other.
fn without_fades(windows: &[[f32; CELLS]]) -> Windows {
    without(windows, &centred(windows).0)
}

/// Returns the pattern in which both films change the most (their first principal component): in a work with one cut, the
/// difference of the pictures before and after. Computed by power iteration.
fn principal_pattern(one: &[[f32; CELLS]], other: &[[f32; CELLS]]) -> [f32; CELLS] {
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

/// Removes a pattern, in whatever strength, from each window.
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
