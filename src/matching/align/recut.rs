//! Aligns a work with a wider one of which it shows an upright window: a re-cut for a phone. The window stays, moves slowly
//! or jumps.

use super::background::{besides_background, product, without_fades};
use super::picture::{MAX_SECONDS, MIN_MOTION, is_evident, motion_logit, probability};
use super::refine::{MIN_WINDOWS, Measured, measure, median, motion_and_picture};
use super::wide::{Cut, Picture, WideFilm, WidePicture, likeness, mean};
use super::{MAX_DISTANCE_MS, Passage};
use crate::model::alignment::{CutWindow, CutWork};
use crate::model::fingerprint::{CELLS, Film, SQUARE};

/// Widths of the window, as shares of the wide picture, that are followed.
const MIN_SHARE: f64 = 0.2;
const MAX_SHARE: f64 = 0.75;

/// Distance of the places at which the window is tried, as a share of its own width.
const PLACE_EVERY: f64 = 0.2;

/// Most pairs of windows of which all are tried; those of longer works are merged.
const MAX_PAIRS: f64 = 8_100.0;

/// Unexplained part of a picture with which it counts neither for nor against a place, and the least that any has.
const NEUTRAL: f32 = 0.3;
const NOISE: f32 = 0.02;
/// What a step to the next place costs from one window to the next, and a jump to any other.
const STEP_COST: f32 = 0.1;
const JUMP_COST: f32 = 2.0;

/// Places between which a window that stays may seem to be, and by which a moving one may go on from one window to the next,
/// in steps.
const MAX_STILL: f64 = 2.0;
const MAX_DRIFT: f64 = 1.2;

/// Least correlation of motion of a candidate.
const MIN_QUICK_MOTION: f32 = 0.4;

/// Added to the logit of [`motion_logit`]: of 4,900 pairs of an upright cut and another work, mirrored or not, two takes of one
/// gesture come nearest with -3.8 without it. With the same sound at the same time, less is enough.
const LOGIT: f64 = 2.6;
const LOGIT_UNDER_SOUND: f64 = 8.0;
const MIN_MOTION_UNDER_SOUND: f32 = 0.5;
/// Least correlation of the mean pictures, and of the pictures at half of all times.
const MIN_PICTURE: f32 = 0.9;
const MIN_LIKENESS: f32 = 0.9;

/// Places between two of those at which the window is tried first.
const FINER: usize = 8;

/// Least evidence of a candidate that is refined, as a share of the best one's.
const MIN_EVIDENCE_SHARE: f32 = 0.5;

/// Candidates that are refined.
const MAX_REFINED: usize = 4;

/// A re-cut in the wider work. Our time `t` is their time `t + offset_ms`.
#[derive(Clone, Debug)]
pub(super) struct Recut {
    pub offset_ms: f64,
    from_ms: f64,
    step_ms: f64,
    pub measured: Measured,
    /// Median correlation of the pictures, and the number of those that agree.
    pub likeness: f32,
    agreeing: usize,
    /// The left border of the window in each of our windows, 0..=1 of the way that it can go.
    pub places: Vec<f64>,
    pub share: f64,
}

/// Aligns two works of which one shows an upright window of the other; `None` if their agreement may be chance. Their sound,
/// where it is the same at the same time, is evidence too.
pub(super) fn align(ours: &Film, theirs: &Film, by_sound: Option<&Passage>) -> Option<(Passage, CutWindow)> {
    if let Some(share) = window_share(ours, theirs) {
        return best_match(ours, theirs, share)?.passage(by_sound.map(|sound| sound.offset_ms));
    }
    let found = best_match(theirs, ours, window_share(theirs, ours)?)?;
    let offset_ms = by_sound.map(|sound| -sound.offset_ms);
    let (passage, window) = found.passage(offset_ms)?;
    let Passage { from_ms, to_ms, offset_ms, .. } = passage;
    let ours = |theirs: f64| theirs + offset_ms;
    let passage = Passage { from_ms: ours(from_ms), to_ms: ours(to_ms), offset_ms: -offset_ms, ..passage };
    Some((passage, window.reversed()))
}

/// Returns how wide the window of `cut` would be in `whole`, as a share; `None` if it is none.
pub(super) fn window_share(cut: &Film, whole: &Film) -> Option<f64> {
    // Before shapes were measured: most works are so wide.
    let whole_aspect = if whole.aspect == 0 { 16 * SQUARE / 9 } else { whole.aspect };
    let share = f64::from(cut.aspect) / f64::from(whole_aspect);
    (MIN_SHARE..=MAX_SHARE).contains(&share).then_some(share)
}

/// Returns the best place of `cut` in `whole`, of which it would be so wide a share.
fn best_match(cut: &Film, whole: &Film, share: f64) -> Option<Recut> {
    if cut.is_empty() || whole.is_empty() {
        return None;
    }
    let search = Search::new(WideFilm::of(cut), WideFilm::of(whole), share);
    let mut candidates: Vec<Candidate> = search.lags().filter_map(|lag| search.candidate(lag)).collect();
    candidates.sort_by(|one, other| other.evidence.total_cmp(&one.evidence));
    let mut chosen: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        // A neighbour is reached from the better one.
        let is_near = |better: &Candidate| (better.lag - candidate.lag).abs() <= 1;
        let is_likely =
            chosen.first().is_none_or(|best| candidate.evidence >= MIN_EVIDENCE_SHARE * best.evidence);
        if is_likely && chosen.len() < MAX_REFINED && !chosen.iter().any(is_near) {
            chosen.push(candidate);
        }
    }
    let refined = chosen.iter().filter_map(|candidate| search.refined(candidate));
    refined.max_by(|one, other| one.evidence().total_cmp(&other.evidence()))
}

impl Recut {
    fn evidence(&self) -> f32 {
        let Measured { motion, picture, windows, .. } = self.measured;
        evidence(motion, windows) - (1.0003 - picture.min(1.0)).ln()
    }

    /// Returns the passage, and where the window is; `None` if both may be chance. The sound is the same at an offset.
    fn passage(&self, sound_offset_ms: Option<f64>) -> Option<(Passage, CutWindow)> {
        let sounds_alike = sound_offset_ms.is_some_and(|ms| (ms - self.offset_ms).abs() <= MAX_DISTANCE_MS);
        let (least_motion, logit) =
            if sounds_alike { (MIN_MOTION_UNDER_SOUND, LOGIT_UNDER_SOUND) } else { (MIN_MOTION, LOGIT) };
        let (from_ms, length_ms) = (self.from_ms, self.places.len() as f64 * self.step_ms);
        let logit = logit + motion_logit(&self.measured, (length_ms / 1000.0).min(MAX_SECONDS));
        let is_alike = self.likeness >= MIN_LIKENESS && self.measured.picture >= MIN_PICTURE;
        let confidence = probability(logit);
        if !is_alike || !is_evident(&self.measured, least_motion) || confidence < 0.5 {
            return None;
        }
        let left = |share: f64| {
            let at = (self.places.len() as f64 * share) as usize;
            self.places[at.min(self.places.len() - 1)] * (1.0 - self.share)
        };
        let window = CutWindow { cut: CutWork::This, share: self.share, left: CutWindow::MOMENTS.map(left) };
        let passage = Passage {
            from_ms,
            to_ms: from_ms + length_ms,
            offset_ms: self.offset_ms,
            speed: 1.0,
            mirrored: false,
            confidence,
            agreeing: self.agreeing as u32,
            compared: self.places.len() as u32,
        };
        Some((passage, window))
    }
}

/// The weight of an agreement of motion over so many windows.
fn evidence(motion: f32, windows: usize) -> f32 {
    -(1.005 - motion.clamp(0.0, 1.0)).ln() * (windows as f32).sqrt()
}

/// A picture in half its columns, of length 1; all zero if it is plain.
type Unit = [f32; CELLS / 2];
const PLAIN: Unit = [0.0; CELLS / 2];

fn unit(picture: &Picture) -> Unit {
    let mut unit: Unit = std::array::from_fn(|at| picture[2 * at] + picture[2 * at + 1]);
    let length = unit.iter().map(|value| value * value).sum::<f32>().sqrt();
    // A contrast of two luma levels.
    let scale = if length < 2.0 * 2.0 * (unit.len() as f32).sqrt() { 0.0 } else { 1.0 / length };
    unit.iter_mut().for_each(|value| *value *= scale);
    unit
}

/// Both works in windows of one length.
struct Search {
    cut_film: WideFilm,
    whole_film: WideFilm,
    share: f64,
    step_ms: f64,
    places: usize,
    /// The window at each of the places, and at [`FINER`] more between two of them.
    windows: Vec<Cut>,
    ours: Vec<Picture>,
    our_units: Vec<Unit>,
    /// The windows of the whole at each place, one after another.
    theirs: Vec<Vec<Picture>>,
    their_units: Vec<Vec<Unit>>,
    /// The mean of the whole at each place.
    background: Vec<Picture>,
}

/// An offset and the places along it.
struct Candidate {
    lag: i64,
    from: usize,
    path: Vec<usize>,
    evidence: f32,
}

impl Search {
    fn new(cut_film: WideFilm, whole_film: WideFilm, share: f64) -> Self {
        let step_ms = cut_film.window_ms.max(whole_film.window_ms);
        let pairs = (cut_film.span_ms / step_ms) * (whole_film.span_ms / step_ms);
        let step_ms = step_ms * (pairs / MAX_PAIRS).sqrt().ceil().max(1.0);
        let count = |film: &WideFilm| (film.span_ms / step_ms + 1e-6) as usize;
        let places = ((1.0 - share) / share / PLACE_EVERY).ceil() as usize + 1;
        let ours_cut = Cut::of(0.0..1.0, whole_film.blur / share);
        let cut_windows = cut_film.windows(0.0, step_ms, count(&cut_film));
        let ours: Vec<Picture> = cut_windows.iter().map(|window| ours_cut.from(window)).collect();
        let wide = whole_film.windows(0.0, step_ms, count(&whole_film));
        let last = (places - 1) * FINER;
        let windows: Vec<Cut> = (0..=last).map(|at| window_at(at as f64 / last as f64, share)).collect();
        let cuts: Vec<&Cut> = windows.iter().step_by(FINER).collect();
        let theirs: Vec<Vec<Picture>> =
            cuts.iter().map(|cut| wide.iter().map(|window| cut.from(window)).collect()).collect();
        let background = mean(&wide);
        Self {
            our_units: ours.iter().map(unit).collect(),
            their_units: theirs.iter().map(|theirs| theirs.iter().map(unit).collect()).collect(),
            background: cuts.iter().map(|cut| cut.from(&background)).collect(),
            ours,
            theirs,
            places,
            windows,
            cut_film,
            whole_film,
            share,
            step_ms,
        }
    }

    /// Returns the window at a place, as exactly as it is told apart from others.
    fn window(&self, place: f64) -> &Cut {
        &self.windows[(place * (self.windows.len() - 1) as f64).round() as usize]
    }

    fn lags(&self) -> std::ops::RangeInclusive<i64> {
        let least = MIN_WINDOWS as i64;
        least - self.ours.len() as i64..=self.theirs[0].len() as i64 - least
    }

    /// Follows the window at an offset, and measures how well the motion in it agrees.
    fn candidate(&self, lag: i64) -> Option<Candidate> {
        let (from, path) = self.follow(lag)?;
        if path.len() < MIN_WINDOWS {
            return None;
        }
        let along = path.iter().enumerate().map(|(number, place)| {
            let at = from + number;
            let theirs = &self.theirs[*place][(at as i64 + lag) as usize];
            (self.ours[at], *theirs, self.background[*place])
        });
        let along: Vec<(Picture, Picture, Picture)> = along.collect();
        let (ours, theirs) = besides_background(&along);
        let (motion, _) = motion_and_picture(&ours, &theirs);
        (motion >= MIN_QUICK_MOTION).then(|| Candidate {
            lag,
            from,
            evidence: evidence(motion, path.len()),
            path,
        })
    }

    /// Returns the passage of ours in which the pictures agree best, and the places that the window goes through.
    fn follow(&self, lag: i64) -> Option<(usize, Vec<usize>)> {
        let from = (-lag).max(0) as usize;
        let to = self.ours.len().min((self.theirs[0].len() as i64 - lag).max(0) as usize);
        let mut scores = vec![0.0f32; self.places];
        // From which place each place was reached; `None` where a passage begins.
        let mut steps: Vec<Vec<Option<usize>>> = Vec::new();
        let mut best: Option<(f32, usize, usize)> = None;
        for at in from..to {
            let (top, most) =
                scores.iter().copied().enumerate().fold((0, 0.0f32), |best, (place, score)| {
                    if score > best.1 { (place, score) } else { best }
                });
            let mut next = vec![0.0; self.places];
            let mut step = vec![None; self.places];
            for place in 0..self.places {
                let mut reached = (0.0, None);
                let beside = [place.checked_sub(1), Some(place + 1).filter(|next| *next < self.places)];
                let near = beside.into_iter().flatten().map(|near| (scores[near] - STEP_COST, near));
                for (score, place) in near.chain([(scores[place], place), (most - JUMP_COST, top)]) {
                    if score > reached.0 {
                        reached = (score, Some(place));
                    }
                }
                let theirs = &self.their_units[place][(at as i64 + lag) as usize];
                let gain = gain(product(&self.our_units[at], theirs));
                next[place] = (reached.0 + gain).max(0.0);
                step[place] = reached.1;
                if next[place] > best.map_or(0.0, |(most, ..)| most) {
                    best = Some((next[place], at, place));
                }
            }
            scores = next;
            steps.push(step);
        }
        let (_, last, mut place) = best?;
        let mut path = vec![place];
        let mut at = last;
        while let Some(before) = steps[at - from][place] {
            place = before;
            at -= 1;
            path.push(place);
        }
        path.reverse();
        // What is plain in both, such as black, belongs to either passage.
        let is_plain = |at: usize, place: usize| {
            let theirs = &self.their_units[place][(at as i64 + lag) as usize];
            self.our_units[at] == PLAIN && *theirs == PLAIN
        };
        let (mut last, first, end) = (last, path[0], path[path.len() - 1]);
        while at > from && is_plain(at - 1, first) {
            at -= 1;
            path.insert(0, first);
        }
        while last + 1 < to && is_plain(last + 1, end) {
            last += 1;
            path.push(end);
        }
        Some((at, path))
    }

    /// Measures a candidate at the films' own resolution, the window placed more exactly.
    fn refined(&self, candidate: &Candidate) -> Option<Recut> {
        let step_ms = self.cut_film.window_ms.max(self.whole_film.window_ms);
        let merged = (self.step_ms / step_ms).round().max(1.0) as usize;
        let (from, count) = (candidate.from * merged, candidate.path.len() * merged);
        let rough: Vec<f64> =
            (0..count).map(|at| candidate.path[at / merged] as f64 / (self.places - 1) as f64).collect();
        let from_ms = from as f64 * step_ms;
        let blurred = Cut::of(0.0..1.0, self.whole_film.blur / self.share);
        let ours = self.cut_film.windows(from_ms, step_ms, count);
        let ours: Vec<Picture> = ours.iter().map(|window| blurred.from(window)).collect();
        let at = |offset_ms: f64| {
            let theirs = self.whole_film.windows(from_ms + offset_ms, step_ms, count);
            let places = self.finer(&ours, &theirs, &rough);
            let paths = self.paths(&places).into_iter();
            let trials = paths.map(|places| self.along(&ours, &theirs, offset_ms, places));
            trials.max_by(|one, other| one.evidence().total_cmp(&other.evidence()))
        };
        let coarse_step = step_ms * merged as f64;
        let mut best = at(candidate.lag as f64 * self.step_ms)?;
        let mut part = 1.0;
        while part >= 0.125 {
            for way in [-part, part] {
                let beside = at(best.offset_ms + way * coarse_step)?;
                if beside.evidence() > best.evidence() {
                    best = beside;
                    break;
                }
            }
            part /= 2.0;
        }
        let Along { offset_ms, places, ours, theirs, behind, moving, .. } = best;
        let (a, b) = (without_fades(&moving.0, &behind), without_fades(&moving.1, &behind));
        let measured = measure((&ours, &theirs), (&moving.0, &moving.1), (&a, &b));
        let all: Vec<f32> = ours.iter().zip(&theirs).map(|(one, other)| likeness(one, other)).collect();
        let usual = median(&all);
        let agreeing = all.iter().filter(|likeness| **likeness >= usual - 0.25).count();
        Some(Recut {
            offset_ms,
            from_ms,
            step_ms,
            measured,
            likeness: usual,
            agreeing,
            places,
            share: self.share,
        })
    }

    /// Places the window in each picture as exactly as the cells allow.
    fn finer(&self, ours: &[Picture], theirs: &[WidePicture], rough: &[f64]) -> Vec<f64> {
        let every = 1.0 / (self.places - 1) as f64;
        let fit = |at: usize, place: f64| likeness(&ours[at], &self.window(place).from(&theirs[at]));
        let finer = |at: usize| {
            let mut best = (fit(at, rough[at]), rough[at]);
            for part in [0.5, 0.25, 0.125] {
                let middle = best.1;
                for way in [-part, part] {
                    let place = (middle + way * every).clamp(0.0, 1.0);
                    let found = fit(at, place);
                    if found > best.0 {
                        best = (found, place);
                    }
                }
            }
            best.1
        };
        (0..ours.len()).map(finer).collect()
    }

    /// Returns the ways that the window may have gone: not at all, evenly, or as it was found.
    fn paths(&self, places: &[f64]) -> Vec<Vec<f64>> {
        let every = 1.0 / (self.places - 1) as f64;
        let mut sorted = places.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (middle, tenth) = (sorted[sorted.len() / 2], sorted.len() / 10);
        let spread = sorted[sorted.len() - 1 - tenth] - sorted[tenth];
        let mut paths = vec![smoothed(places, every)];
        if spread <= MAX_STILL * every {
            paths.push(vec![middle; places.len()]);
        }
        paths
    }

    /// Compares both along a path.
    fn along(&self, ours: &[Picture], theirs: &[WidePicture], offset_ms: f64, places: Vec<f64>) -> Along {
        let background = mean(theirs);
        let cuts = places.iter().map(|place| self.window(*place));
        let both = cuts.zip(theirs).map(|(cut, theirs)| (cut.from(theirs), cut.from(&background)));
        let along: Vec<(Picture, Picture, Picture)> =
            ours.iter().zip(both).map(|(ours, (theirs, behind))| (*ours, theirs, behind)).collect();
        let moving = besides_background(&along);
        let (ours, theirs): (Vec<Picture>, Vec<Picture>) =
            along.iter().map(|(ours, theirs, _)| (*ours, *theirs)).unzip();
        let behind: Vec<Picture> = along.iter().map(|(_, _, behind)| *behind).collect();
        let (_, picture) = motion_and_picture(&ours, &theirs);
        let (motion, _) = motion_and_picture(&moving.0, &moving.1);
        Along { offset_ms, motion, picture, places, ours, theirs, behind, moving }
    }
}

/// Both works along a path of the window.
struct Along {
    offset_ms: f64,
    places: Vec<f64>,
    ours: Vec<Picture>,
    theirs: Vec<Picture>,
    /// The background, and what both show beside it.
    behind: Vec<Picture>,
    moving: (Vec<Picture>, Vec<Picture>),
    motion: f32,
    picture: f32,
}

impl Along {
    fn evidence(&self) -> f32 {
        evidence(self.motion, self.ours.len()) - (1.0003 - self.picture.min(1.0)).ln()
    }
}

/// Returns places on straight lines through their neighbours, but not across a jump.
fn smoothed(places: &[f64], every: f64) -> Vec<f64> {
    const RADIUS: usize = 4;
    let of = |at: usize| {
        let jumps = |other: &usize| (places[*other] - places[other + 1]).abs() > MAX_DRIFT * every;
        let from = (at.saturating_sub(RADIUS)..at)
            .rev()
            .find(jumps)
            .map_or(at.saturating_sub(RADIUS), |jump| jump + 1);
        let last = (at + RADIUS).min(places.len() - 1);
        let to = (at..last).find(jumps).unwrap_or(last);
        let count = (to - from + 1) as f64;
        let middle = (from + to) as f64 / 2.0;
        let mean = places[from..=to].iter().sum::<f64>() / count;
        let (rise, run) = (from..=to).fold((0.0, 0.0), |(rise, run), other| {
            let away = other as f64 - middle;
            (rise + away * places[other], run + away * away)
        });
        let slope = if run > 0.0 { rise / run } else { 0.0 };
        (mean + slope * (at as f64 - middle)).clamp(0.0, 1.0)
    };
    (0..places.len()).map(of).collect()
}

/// Returns the cut of a window of width `share` at `place`, 0 (left) to 1 (right).
fn window_at(place: f64, share: f64) -> Cut {
    let left = place * (1.0 - share);
    Cut::of(left..left + share, 0.0)
}

/// What a picture's likeness adds to a passage.
fn gain(likeness: f32) -> f32 {
    if likeness == 0.0 { 0.0 } else { (NEUTRAL / (1.0 + NOISE - likeness)).ln() }
}

#[cfg(test)]
mod tests;
