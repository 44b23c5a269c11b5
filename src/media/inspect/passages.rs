//! Combines the passages that samples, sound and timestamps show.

use crate::model::inspection::{Passage, PassageKind};

/// Moves pauses from the source's time line to that of the work.
pub(super) fn relative_to_start(pauses: Vec<Passage>, start_us: i64) -> impl Iterator<Item = Passage> {
    let shift = start_us.max(0) as u64;
    pauses.into_iter().map(move |pause| Passage {
        kind: PassageKind::Silence,
        start_us: pause.start_us.saturating_sub(shift),
        end_us: pause.end_us.saturating_sub(shift),
    })
}

/// Adds the pictures that are held, since the first one (microseconds), to the passages that samples show: between two
/// pictures nothing can be sampled. A hold inside a black or uniform passage is that already; one that overlaps a frozen
/// passage lengthens it.
pub(super) fn with_holds(sampled: Vec<Passage>, holds: &[(u64, u64)]) -> Vec<Passage> {
    let (mut frozen, mut passages): (Vec<Passage>, Vec<Passage>) =
        sampled.into_iter().partition(|passage| passage.kind == PassageKind::Frozen);
    let is_empty =
        |start_us: u64| passages.iter().any(|passage| (passage.start_us..passage.end_us).contains(&start_us));
    let held = holds.iter().filter(|(start_us, _)| !is_empty(*start_us));
    frozen.extend(held.map(|(start_us, end_us)| Passage {
        kind: PassageKind::Frozen,
        start_us: *start_us,
        end_us: *end_us,
    }));
    frozen.sort_by_key(|passage| passage.start_us);
    for passage in frozen {
        let last = passages.last_mut().filter(|last| last.kind == PassageKind::Frozen);
        match last.filter(|last| passage.start_us < last.end_us) {
            Some(last) => last.end_us = last.end_us.max(passage.end_us),
            None => passages.push(passage),
        }
    }
    passages.sort_by_key(|passage| passage.start_us);
    passages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(kind: PassageKind, start_us: u64, end_us: u64) -> Passage {
        Passage { kind, start_us, end_us }
    }

    #[test]
    fn each_slide_is_a_passage_of_its_own() {
        let found = with_holds(Vec::new(), &[(0, 8), (8, 16), (16, 24)]);
        assert_eq!(found, [(0, 8), (8, 16), (16, 24)].map(|(a, b)| passage(PassageKind::Frozen, a, b)));
    }

    #[test]
    fn a_hold_lengthens_a_frozen_passage_and_is_no_second_one_where_all_is_black() {
        let sampled = vec![passage(PassageKind::Frozen, 0, 5), passage(PassageKind::Black, 20, 30)];
        let found = with_holds(sampled, &[(4, 9), (22, 28)]);
        assert_eq!(found, [passage(PassageKind::Frozen, 0, 9), passage(PassageKind::Black, 20, 30)]);
    }
}
