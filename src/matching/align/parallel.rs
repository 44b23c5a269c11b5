//! One work laid over several, on all cores.

use std::num::NonZero;
use std::thread;

use super::align;
use crate::model::alignment::Alignment;
use crate::model::fingerprint::Fingerprint;

/// So many comparisons are worth a thread: each takes some two milliseconds, a thread a tenth of one.
const WORTH_A_THREAD: usize = 4;

/// [`align`] with each of `others`, in their order.
pub fn align_each(ours: &Fingerprint, others: &[&Fingerprint]) -> Vec<Option<Alignment>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = (others.len() / WORTH_A_THREAD).clamp(1, cores);
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
