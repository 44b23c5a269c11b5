//! Ranks the works of an index by the words that they share with one, to find the few worth aligning.

use std::collections::HashMap;

use super::terms::{probes, words};
use crate::model::alignment::{SOUND_TERMS, Term};
use crate::model::fingerprint::Fingerprint;

/// The index keeps one in this many sound words, of which there are four per second. A hash of the word decides, so that
/// a copy keeps the same ones.
const SOUND_KEEP_ONE_IN: u32 = 4;

/// Number of picture words in a query; at least two for each picture, one of them mirrored: an hour has 43,200 of them. Of
/// 1,053 changed copies of 2 to 12 seconds this number finds 1,017; 3,000 find 1,012 and 6,000 find 1,019.
const MAX_PICTURE_WORDS: usize = 4_500;

/// Number of works that are returned whatever their weight. Of 359 copies among a million works, all that ranked among the
/// first 50 ranked among the first 10.
const MIN_RESULTS: usize = 16;

/// Least weight of further works. Among a million works, chance reaches 5 at most; the median copy of 12 seconds reaches 27.
const SIGNIFICANT_WEIGHT: f32 = 6.0;

/// Speeds at which hits are aligned; those between are close enough to share bins.
const SPEEDS: [f64; 5] = [1.0, 0.8, 0.9, 1.11, 1.25];

/// Width of the bins in which hits vote for an offset; neighbouring bins are counted together.
const BIN_MS: f64 = 1_500.0;

/// A word that this work has in common with another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The caller's number of the other work.
    pub other: u32,
    pub ours_ms: u32,
    pub theirs_ms: u32,
    /// Weight as evidence: a rare word counts more than a frequent one.
    pub weight: f32,
}

/// Returns the words under which a work is indexed.
pub fn listed(of: &Fingerprint) -> Vec<Term> {
    let mut words = words(of);
    words.retain(|word| is_kept(word.word));
    words
}

/// Returns the words of a query for copies of a work.
pub fn asked(of: &Fingerprint) -> Vec<Term> {
    let mut asked = probes(of, MAX_PICTURE_WORDS);
    asked.retain(|word| is_kept(word.word));
    asked.sort_unstable_by_key(|word| (word.at_ms, word.word));
    asked.dedup();
    asked
}

fn is_kept(word: u32) -> bool {
    // Multiplying spreads neighbouring words; the constant is 2^32 divided by the golden ratio.
    word < SOUND_TERMS || word.wrapping_mul(0x9E37_79B9) >> 16 & 0xFFFF < 0x1_0000 / SOUND_KEEP_ONE_IN
}

/// Returns the weight of a word with this number of occurrences.
pub fn weight(occurrences: usize) -> f32 {
    1.0 / (1.0 + occurrences as f32).ln_1p()
}

/// Returns the hits of a query; `found` maps each word to the number and time (milliseconds) of its occurrences.
pub fn hits(asked: &[Term], found: &HashMap<u32, Vec<(u32, u32)>>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for word in asked {
        let Some(occurrences) = found.get(&word.word) else { continue };
        let weight = weight(occurrences.len());
        hits.extend(occurrences.iter().map(|(other, theirs_ms)| Hit {
            other: *other,
            ours_ms: word.at_ms,
            theirs_ms: *theirs_ms,
            weight,
        }));
    }
    hits
}

/// Returns the other works, best first, by the weight of hits that agree on one offset: the first `MIN_RESULTS`, and up to
/// `most` with more weight than chance produces.
pub fn ranked(mut hits: Vec<Hit>, most: usize) -> Vec<u32> {
    hits.sort_unstable_by_key(|hit| hit.other);
    let mut scored: Vec<(f32, u32)> = hits
        .chunk_by_mut(|a, b| a.other == b.other)
        .map(|of_one| {
            let other = of_one[0].other;
            (if of_one.len() == 1 { of_one[0].weight } else { score(of_one) }, other)
        })
        .collect();
    // Ties: the lower number first.
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if scored.len() > most {
        scored.select_nth_unstable_by(most, order);
        scored.truncate(most);
    }
    scored.sort_unstable_by(order);
    let decisive = scored.partition_point(|(score, _)| *score >= SIGNIFICANT_WEIGHT);
    scored.truncate(decisive.max(MIN_RESULTS));
    scored.into_iter().map(|(_, other)| other).collect()
}

/// Returns the weight of the best offset: each time of ours counts once, with its rarest word.
fn score(hits: &mut [Hit]) -> f32 {
    hits.sort_unstable_by(|a, b| a.ours_ms.cmp(&b.ours_ms).then(b.weight.total_cmp(&a.weight)));
    let mut best = 0.0;
    let mut bins: HashMap<i64, (u32, f32)> = HashMap::new();
    for speed in SPEEDS {
        bins.clear();
        for hit in hits.iter() {
            let offset = f64::from(hit.theirs_ms) - speed * f64::from(hit.ours_ms);
            let bin = (offset / BIN_MS).floor() as i64;
            for bin in [bin, bin + 1] {
                let (last, sum) = bins.entry(bin).or_insert((u32::MAX, 0.0));
                if *last != hit.ours_ms {
                    *last = hit.ours_ms;
                    *sum += hit.weight;
                    best = f32::max(best, *sum);
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(other: u32, ours_ms: u32, theirs_ms: u32) -> Hit {
        Hit { other, ours_ms, theirs_ms, weight: 1.0 }
    }

    #[test]
    fn hits_in_one_line_count_more_than_as_many_at_odds() {
        let line = (0..8).map(|n| hit(7, n * 1_000, 30_000 + n * 1_000));
        let odd = (0..20).map(|n| hit(3, n * 1_000, n * n * 7_919 % 60_000));
        // One time of ours that matches a still scene throughout.
        let still = (0..60).map(|n| hit(5, 4_000, n * 1_000));
        let hits: Vec<Hit> = line.chain(odd).chain(still).collect();
        assert_eq!(ranked(hits, 3), [7, 3, 5]);
    }

    #[test]
    fn a_copy_at_another_speed_is_still_a_line() {
        let quick = (0..30).map(|n| hit(9, n * 1_000, (f64::from(n) * 1_210.0) as u32));
        let odd = (0..30).map(|n| hit(2, n * 1_000, n * n * 7_919 % 60_000));
        assert_eq!(ranked(quick.chain(odd).collect(), 1), [9]);
    }

    #[test]
    fn many_are_taken_only_while_they_have_much_in_common_with_the_work() {
        let long = (0..30).flat_map(|other| (0..12).map(move |n| hit(other, n * 500, n * 500)));
        let short = (30..90).flat_map(|other| (0..2).map(move |n| hit(other, n * 500, n * 500)));
        let hits: Vec<Hit> = short.chain(long).collect();
        assert_eq!(ranked(hits.clone(), 50), Vec::from_iter(0..30));
        assert_eq!(ranked(hits.clone(), 20), Vec::from_iter(0..20));
        let short: Vec<Hit> = hits.into_iter().filter(|hit| hit.other >= 30).collect();
        assert_eq!(ranked(short, 50), Vec::from_iter(30..46));
    }

    #[test]
    fn what_is_kept_of_a_work_is_asked_for_again() {
        let word = |word| Term { word, at_ms: 0 };
        let kept: Vec<Term> =
            (0..4_000).map(|n| word(SOUND_TERMS | (n * 4_001))).filter(|w| is_kept(w.word)).collect();
        assert!((800..1_200).contains(&kept.len()), "{}", kept.len());
        assert!((0..4_000).all(is_kept));
    }
}
