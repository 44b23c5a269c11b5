//! Aligns one work with several, on all cores.

use std::num::NonZero;
use std::thread;

use super::align;
use crate::model::alignment::Alignment;
use crate::model::fingerprint::Fingerprint;

/// Fewest comparisons per thread: each takes about 2 ms, starting a thread 0.1 ms.
const MIN_PER_THREAD: usize = 4;

/// Returns the result of [`align`] with each of `others`, in their order.
pub fn align_each(ours: &Fingerprint, others: &[&Fingerprint]) -> Vec<Option<Alignment>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = (others.len() / MIN_PER_THREAD).clamp(1, cores);
    let mut found = vec![None; others.len()];
    let share = others.len().div_ceil(threads).max(1);
    let fill = |found: &mut [Option<Alignment>], others: &[&Fingerprint]| {
        for (found, theirs) in found.iter_mut().zip(others) {
            *found = align(ours, theirs);
        }
    };
    if threads == 1 {
        fill(&mut found, others);
        return found;
    }
    thread::scope(|scope| {
        for (found, others) in found.chunks_mut(share).zip(others.chunks(share)) {
            scope.spawn(move || fill(found, others));
        }
    });
    found
}
