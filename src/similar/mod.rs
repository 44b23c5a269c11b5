//! Whether two works show the same pictures, and from where to where. Pure.
//!
//! Marks that lie near each other vote for an offset in time, for each speed and also mirrored. Along the best line the
//! marks of both are compared one by one; the longest run of agreeing ones is the passage. A passage counts only when its
//! pictures agree better than either work agrees with itself at other times: two recordings of one still scene are no
//! copies of each other, and a title card or a black stretch alone is no passage.

use std::collections::HashMap;

use crate::model::fingerprint::{Fingerprint, PictureMark};
use crate::model::similar::{Alignment, Likeness};

/// Marks that differ in so many of 256 bits may show the same. Unrelated ones differ in 85 at least (measured on real
/// clips; copies of the strengths of everyday in 60 at most, most in 40).
const NEAR: u32 = 62;

/// Speeds that are looked for: the usual changes, and film on television.
const SPEEDS: [f64; 7] = [1.0, 1.25, 0.8, 1.5, 2.0 / 3.0, 25.0 / 24.0, 24.0 / 25.0];

/// A mark under this quality shows too little to be compared.
const LEAST_QUALITY: u8 = 10;

/// Votes are counted in bins so wide, and marks compared so far apart, milliseconds.
const BIN_MS: i64 = 500;
const REACH_MS: i64 = 700;

/// Marks that must agree in a passage, and in works so short that they have no more.
const LEAST_AGREEING: usize = 4;
const LEAST_OF_SHORT: usize = 2;
const SHORT: usize = 5;

/// Share of the marks of a passage that must agree.
const LEAST_SHARE: f64 = 0.7;

/// A passage is compared with how much each work's own pictures differ, and this is near enough whatever they do.
const OF_OWN: f64 = 0.6;
const NEAR_ANYWAY: f64 = 14.0;

/// From this share of a work on it is the whole of it.
const WHOLE: f64 = 0.8;

/// A shared passage is told from so long on, milliseconds.
const LEAST_PASSAGE_MS: u32 = 6_000;

/// One way to lay two works over each other: their time is `speed · ours + offset`.
#[derive(Clone, Copy, Debug)]
struct Line {
    speed: f64,
    offset_ms: i64,
    mirrored: bool,
}

/// How `ours` and `theirs` are alike; `None` when nothing worth telling is.
pub fn align(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    if ours.version != theirs.version {
        return None;
    }
    let (a, b) = (telling(ours), telling(theirs));
    let own = typical_difference(&a).min(typical_difference(&b));
    let line = best_line(&a, &b)?;
    let found = along(&a, &b, line)?;
    let limit = (OF_OWN * own).max(NEAR_ANYWAY).min(f64::from(NEAR));
    if f64::from(found.distance) > limit {
        return None;
    }
    classed(found, ours, theirs)
}

fn telling(of: &Fingerprint) -> Vec<PictureMark> {
    of.pictures.iter().filter(|mark| mark.quality >= LEAST_QUALITY).copied().collect()
}

/// Median distance of marks of one work that lie two seconds or more apart; 0 for a work too short to tell.
fn typical_difference(marks: &[PictureMark]) -> f64 {
    let mut all: Vec<u32> = Vec::new();
    let stride = marks.len().div_ceil(64).max(1);
    let some: Vec<&PictureMark> = marks.iter().step_by(stride).collect();
    for (index, one) in some.iter().enumerate() {
        let later = some[index + 1..].iter().filter(|other| other.at_ms - one.at_ms >= 2_000);
        all.extend(later.map(|other| one.distance(other)));
    }
    median(&mut all).map_or(0.0, f64::from)
}

fn median(values: &mut [u32]) -> Option<u32> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn best_line(a: &[PictureMark], b: &[PictureMark]) -> Option<Line> {
    let mut best: Option<(u32, Line)> = None;
    for mirrored in [false, true] {
        let pairs: Vec<(i64, i64, u32)> = a
            .iter()
            .flat_map(|one| {
                let one = if mirrored { one.mirrored() } else { *one };
                b.iter().map(move |other| (one, *other))
            })
            .map(|(one, other)| (i64::from(one.at_ms), i64::from(other.at_ms), one.distance(&other)))
            .filter(|(_, _, distance)| *distance <= NEAR)
            .collect();
        for speed in SPEEDS {
            let mut bins: HashMap<i64, u32> = HashMap::new();
            for (at, their_at, distance) in &pairs {
                let bin = (their_at - (*at as f64 * speed) as i64).div_euclid(BIN_MS);
                // The nearer, the more: a far pair is often a chance. Neighbours share a vote that lies between.
                let vote = 1 + (NEAR - distance) / 8;
                *bins.entry(bin).or_default() += 2 * vote;
                *bins.entry(bin - 1).or_default() += vote;
                *bins.entry(bin + 1).or_default() += vote;
            }
            for (bin, votes) in bins {
                let line = Line { speed, offset_ms: bin * BIN_MS + BIN_MS / 2, mirrored };
                let better = best.is_none_or(|(most, known)| {
                    // Of equals the plainer, so that the order of a map decides nothing.
                    (votes, !mirrored, speed == 1.0, -line.offset_ms)
                        > (most, !known.mirrored, known.speed == 1.0, -known.offset_ms)
                });
                if better {
                    best = Some((votes, line));
                }
            }
        }
    }
    best.map(|(_, line)| line)
}

/// The longest run of agreeing marks along a line.
fn along(a: &[PictureMark], b: &[PictureMark], line: Line) -> Option<Alignment> {
    let offset_ms = refined(a, b, line);
    let compared: Vec<(&PictureMark, &PictureMark, u32)> = a
        .iter()
        .filter_map(|one| partner(one, b, Line { offset_ms, ..line }).map(|(j, d)| (one, j, d)))
        .collect();
    let (from, to) = longest_run(&compared)?;
    let run = &compared[from..=to];
    let agreeing = run.iter().filter(|(_, _, distance)| *distance <= NEAR).count();
    let short = a.len().min(b.len()) <= SHORT;
    let least = if short { LEAST_OF_SHORT } else { LEAST_AGREEING };
    if agreeing < least || (agreeing as f64) < LEAST_SHARE * run.len() as f64 {
        return None;
    }
    let mut distances: Vec<u32> = run.iter().map(|(_, _, distance)| *distance).collect();
    let (first, last) = (run.first()?, run.last()?);
    Some(Alignment {
        likeness: Likeness::SharesPassage,
        from_ms: first.0.at_ms,
        to_ms: last.0.at_ms,
        their_from_ms: first.1.at_ms,
        their_to_ms: last.1.at_ms,
        speed: line.speed,
        mirrored: line.mirrored,
        agreeing: agreeing as u32,
        compared: run.len() as u32,
        distance: median(&mut distances)?,
    })
}

/// The offset at which nearest partners lie, on the average of those that agree.
fn refined(a: &[PictureMark], b: &[PictureMark], line: Line) -> i64 {
    let offsets: Vec<i64> = a
        .iter()
        .filter_map(|one| {
            partner(one, b, line).filter(|(_, distance)| *distance <= NEAR).map(|found| (one, found.0))
        })
        .map(|(one, other)| i64::from(other.at_ms) - (f64::from(one.at_ms) * line.speed) as i64)
        .collect();
    if offsets.is_empty() { line.offset_ms } else { offsets.iter().sum::<i64>() / offsets.len() as i64 }
}

/// The mark of the other work that shows the same moment best.
fn partner<'b>(one: &PictureMark, b: &'b [PictureMark], line: Line) -> Option<(&'b PictureMark, u32)> {
    let expected = (f64::from(one.at_ms) * line.speed) as i64 + line.offset_ms;
    let one = if line.mirrored { one.mirrored() } else { *one };
    let first = b.partition_point(|mark| i64::from(mark.at_ms) < expected - REACH_MS);
    b[first..]
        .iter()
        .take_while(|mark| i64::from(mark.at_ms) <= expected + REACH_MS)
        .map(|mark| (mark, one.distance(mark)))
        .min_by_key(|(mark, distance)| (*distance, mark.at_ms))
}

/// First and last agreeing mark of the longest stretch in which never more than two in a row disagree.
fn longest_run(compared: &[(&PictureMark, &PictureMark, u32)]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut current: Option<(usize, usize)> = None;
    for (index, (_, _, distance)) in compared.iter().enumerate() {
        if *distance > NEAR {
            continue;
        }
        current = match current {
            Some((from, to)) if index - to <= 3 => Some((from, index)),
            _ => Some((index, index)),
        };
        if current.map(|(from, to)| to - from) > best.map(|(from, to)| to - from) || best.is_none() {
            best = current;
        }
    }
    best
}

fn classed(found: Alignment, ours: &Fingerprint, theirs: &Fingerprint) -> Option<Alignment> {
    // A mark stands for the time about it.
    let share = |from: u32, to: u32, of: &Fingerprint| {
        let step = of.duration_ms / (of.pictures.len() as u32).max(1);
        f64::from(to - from + step) / f64::from(of.duration_ms.max(1))
    };
    let our_share = share(found.from_ms, found.to_ms, ours);
    let their_share = share(found.their_from_ms.min(found.their_to_ms), found.their_to_ms, theirs);
    let likeness = match (our_share >= WHOLE, their_share >= WHOLE) {
        (true, true) => Likeness::SameWork,
        (true, false) => Likeness::PartOf,
        (false, true) => Likeness::Contains,
        _ if found.to_ms - found.from_ms >= LEAST_PASSAGE_MS => Likeness::SharesPassage,
        _ => return None,
    };
    Some(Alignment { likeness, ..found })
}

#[cfg(test)]
mod tests;
