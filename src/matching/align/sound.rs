//! Aligns two sequences of sound words.

use std::cmp::Reverse;

use super::Passage;
use crate::model::fingerprint::{SOUND_EVERY_MS, Sound};

/// Bits of 32 up to which words agree; those of unrelated sound differ in half.
const MAX_DIFFERING_BITS: i32 = 12;

/// Least agreement of a passage, in bits: about five seconds of nearly equal words.
const MIN_SCORE: i32 = 160;

/// Pairs of words up to which all lags are tried: two works of nine minutes. For longer ones only the likeliest lags are
/// tried, since an hour against an hour has 200 million pairs, which take a second.
const MAX_PAIRS: usize = 4_700_000;

/// Number of the likeliest lags that are tried.
const MAX_LAGS: usize = 64;

/// Words with more matches than this in the other work do not vote for a lag.
const MAX_MATCHES: usize = 64;

/// Aligns two sounds by their best run of agreeing words.
pub(super) fn align(ours: &Sound, theirs: &Sound) -> Option<Passage> {
    let (a, b) = (&ours.words, &theirs.words);
    let mut best: Option<(i32, i64, usize, usize)> = None;
    for lag in lags(a, b) {
        if let Some((score, from, to)) = best_run(a, b, lag)
            && best.is_none_or(|(most, ..)| score > most)
        {
            best = Some((score, lag, from, to));
        }
    }
    let (score, lag, from, to) = best.filter(|(score, ..)| *score >= MIN_SCORE)?;
    let every = f64::from(SOUND_EVERY_MS);
    let start_ms = f64::from(ours.start_ms);
    Some(Passage {
        from_ms: from as f64 * every + start_ms,
        to_ms: to as f64 * every + start_ms,
        offset_ms: lag as f64 * every + f64::from(theirs.start_ms) - start_ms,
        speed: 1.0,
        mirrored: false,
        confidence: 1.0 - 0.5 * f64::from(MIN_SCORE) / f64::from(score),
        agreeing: (to - from) as u32,
        compared: (to - from) as u32,
    })
}

/// Returns every lag (our word `n` is compared with their word `n + lag`), or for long works the likeliest, in order.
fn lags(a: &[u32], b: &[u32]) -> Vec<i64> {
    let first = 1 - a.len() as i64;
    let count = (a.len() + b.len()).saturating_sub(1);
    if a.len() * b.len() <= MAX_PAIRS {
        return (first..first + count as i64).collect();
    }
    let mut likeliest: Vec<(Reverse<u32>, usize)> =
        votes(a, b).into_iter().enumerate().map(|(at, votes)| (Reverse(votes), at)).collect();
    likeliest.select_nth_unstable(MAX_LAGS);
    likeliest.truncate(MAX_LAGS);
    let mut lags: Vec<i64> = likeliest.into_iter().map(|(_, at)| first + at as i64).collect();
    lags.sort_unstable();
    lags
}

/// Returns for each lag, from the least on, the number of words that are equal in one of their halves.
fn votes(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut votes = vec![0; a.len() + b.len() - 1];
    for shift in [0, 16] {
        let half = |word: u32| (word >> shift) as u16;
        let mut theirs: Vec<(u16, usize)> = b
            .iter()
            .enumerate()
            .filter(|(_, word)| **word != 0)
            .map(|(at, word)| (half(*word), at))
            .collect();
        theirs.sort_unstable();
        for (at, word) in a.iter().enumerate().filter(|(_, word)| **word != 0) {
            let from = theirs.partition_point(|(known, _)| *known < half(*word));
            let matches = theirs[from..].iter().take_while(|(known, _)| *known == half(*word));
            if matches.clone().nth(MAX_MATCHES).is_none() {
                matches.for_each(|(_, there)| votes[there + a.len() - 1 - at] += 1);
            }
        }
    }
    votes
}

fn best_run(a: &[u32], b: &[u32], lag: i64) -> Option<(i32, usize, usize)> {
    let from = (-lag).max(0) as usize;
    let to = a.len().min((b.len() as i64 - lag).max(0) as usize);
    let mut best: Option<(i32, usize, usize)> = None;
    let (mut sum, mut start) = (0, from);
    for at in from..to {
        let (one, other) = (a[at], b[(at as i64 + lag) as usize]);
        if one != 0 && other != 0 {
            sum += MAX_DIFFERING_BITS - (one ^ other).count_ones() as i32;
        }
        if sum <= 0 {
            (sum, start) = (0, at + 1);
        } else if best.is_none_or(|(most, _, _)| sum > most) {
            best = Some((sum, start, at + 1));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `words` words of one sound, with up to `differing` bits changed in each.
    fn sound(seed: u64, words: usize, differing: u32) -> Sound {
        let mut dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut noise = !dice;
        let toss = |dice: &mut u64| {
            *dice ^= *dice << 13;
            *dice ^= *dice >> 7;
            *dice ^= *dice << 17;
            (*dice >> 20) as u32
        };
        let word = |_| {
            let other = (0..differing).fold(0, |bits, _| bits | 1 << (toss(&mut noise) % 32));
            toss(&mut dice) ^ other
        };
        Sound { start_ms: 0, words: (0..words).map(word).collect() }
    }

    #[test]
    fn an_hour_is_laid_over_an_hour_in_a_few_ways_and_the_right_one_is_among_them() {
        let hour = sound(1, 14_400, 0);
        // Twenty seconds of it, a tenth of the bits otherwise, in an hour of something else.
        let mut other = sound(2, 14_400, 0);
        other.words[9_000..9_080].copy_from_slice(&sound(1, 14_400, 3).words[3_000..3_080]);
        assert_eq!(lags(&other.words, &hour.words).len(), MAX_LAGS);
        let found = align(&other, &hour).unwrap();
        assert_eq!(found.offset_ms, -1_500_000.0);
        assert!((found.from_ms - 2_250_000.0).abs() <= 2_000.0, "{found:?}");
        assert!((found.to_ms - found.from_ms - 20_000.0).abs() <= 4_000.0, "{found:?}");
        assert_eq!(align(&sound(3, 14_400, 0), &hour), None);
    }

    #[test]
    fn short_works_are_laid_over_each_other_in_every_way() {
        let words = sound(1, 40, 0).words;
        assert_eq!(lags(&words, &words[..20]), Vec::from_iter(-39..20));
    }

    /// A tone has one word throughout: it votes for no lag, and some lags are tried nevertheless.
    #[test]
    fn a_tone_of_an_hour_is_no_work_of_hours() {
        let tone = vec![0x1234_5678; 14_400];
        assert!(votes(&tone, &tone).iter().all(|votes| *votes == 0));
        assert_eq!(lags(&tone, &tone).len(), MAX_LAGS);
    }
}
