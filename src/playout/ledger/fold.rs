//! A day's plays become its rows. Pure.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::playout::{DayRow, LedgerDay, Outcome, PlayRow};
use crate::text::hex;

/// Showings that the programme of a date asked for, by screen and file.
pub type Planned = BTreeMap<(String, String), u32>;

/// What a link of the chain says.
#[derive(Serialize)]
struct Said<'a> {
    date: &'a str,
    rows: &'a [DayRow],
}

/// Folds the plays of a date, in any order. Plays of which only the number is known have a row without a file; what was
/// planned and never shown has one, too.
pub fn fold(date: &str, plays: impl IntoIterator<Item = PlayRow>, planned: &Planned) -> Vec<DayRow> {
    let mut rows = Rows { date, rows: BTreeMap::new() };
    for play in plays {
        rows.take(&play);
    }
    for ((screen, sha256), count) in planned.iter().filter(|(_, count)| **count > 0) {
        rows.row(screen, sha256).planned = *count;
    }
    rows.rows.into_values().collect()
}

struct Rows<'a> {
    date: &'a str,
    rows: BTreeMap<(String, String), DayRow>,
}

impl Rows<'_> {
    fn row(&mut self, screen: &str, sha256: &str) -> &mut DayRow {
        self.rows.entry((screen.to_owned(), sha256.to_owned())).or_insert_with(|| DayRow {
            date: self.date.to_owned(),
            screen: screen.to_owned(),
            sha256: sha256.to_owned(),
            ..DayRow::default()
        })
    }

    fn take(&mut self, PlayRow { screen, play, .. }: &PlayRow) {
        if play.outcome == Outcome::Unknown {
            self.row(screen, "").plays += 1;
            return;
        }
        let row = self.row(screen, &play.sha256);
        // Something that never came on was not shown, though it was tried.
        row.plays += u32::from(play.shown_ms > 0);
        row.whole += u32::from(play.outcome == Outcome::Whole && play.shown_ms > 0);
        row.shown_ms += play.shown_ms;
        if play.clock == "known" && play.shown_ms > 0 {
            let ended = play.started_at.saturating_add_unsigned(play.shown_ms);
            row.first_ms = Some(row.first_ms.map_or(play.started_at, |first| first.min(play.started_at)));
            row.last_ms = Some(row.last_ms.map_or(ended, |last| last.max(ended)));
        }
    }
}

/// Returns the link of a closed day.
pub fn chained(date: &str, rows: &[DayRow], previous: &str) -> LedgerDay {
    let said = serde_json::to_string(&Said { date, rows }).unwrap_or_default();
    let hash = hash_of(previous, &said);
    LedgerDay { date: date.to_owned(), said, previous: previous.to_owned(), hash }
}

/// Returns the hash of a link.
pub(super) fn hash_of(previous: &str, said: &str) -> String {
    let mut sha256 = Sha256::new();
    sha256.update(previous);
    sha256.update("\n");
    sha256.update(said);
    hex(&sha256.finalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::playout::Play;

    fn row(screen: &str, sha256: &str, at: i64, shown_ms: u64, outcome: Outcome) -> PlayRow {
        let play = Play {
            seq: 1,
            edition: String::new(),
            slot_at: 0,
            sha256: sha256.to_owned(),
            started_at: at,
            shown_ms,
            wanted_ms: shown_ms,
            frames: 1,
            gap_ms: 0,
            outcome,
            clock: "known".into(),
        };
        let date = "2026-11-30".to_owned();
        PlayRow { screen: screen.to_owned(), boot: "b".into(), play, received: 0, date }
    }

    #[test]
    fn showings_whole_ones_and_losses_are_counted_each_for_itself() {
        let plays = [
            row("a", "x", 2_000, 1_000, Outcome::Whole),
            row("a", "x", 5_000, 400, Outcome::Interrupted),
            row("a", "x", 9_000, 0, Outcome::Failed),
            row("a", "", 9_000, 0, Outcome::Unknown),
            row("b", "x", 1_000, 1_000, Outcome::Cut),
        ];
        let planned = Planned::from([(("a".into(), "x".into()), 3), (("b".into(), "y".into()), 2)]);
        let said: Vec<_> = fold("2026-11-30", plays, &planned)
            .into_iter()
            .map(|row| {
                (
                    row.screen,
                    row.sha256,
                    row.planned,
                    row.plays,
                    row.whole,
                    row.shown_ms,
                    row.first_ms,
                    row.last_ms,
                )
            })
            .collect();
        let owned = |screen: &str, sha256: &str| (screen.to_owned(), sha256.to_owned());
        let expected = [
            (owned("a", ""), 0, 1, 0, 0, None, None),
            (owned("a", "x"), 3, 2, 1, 1_400, Some(2_000), Some(5_400)),
            (owned("b", "x"), 0, 1, 0, 1_000, Some(1_000), Some(2_000)),
            (owned("b", "y"), 2, 0, 0, 0, None, None),
        ];
        let expected: Vec<_> =
            expected.into_iter().map(|((a, b), c, d, e, f, g, h)| (a, b, c, d, e, f, g, h)).collect();
        assert_eq!(said, expected);
    }

    proptest! {
        #[test]
        fn the_order_of_plays_does_not_matter(
            mut plays in proptest::collection::vec((0..3_u8, 0..3_u8, 0..9_000_i64, 0..500_u64, 0..4_u8), 0..60),
            turn in 0..60_usize,
        ) {
            let made = |plays: &[(u8, u8, i64, u64, u8)]| {
                let outcomes = [Outcome::Whole, Outcome::Cut, Outcome::Failed, Outcome::Unknown];
                let of = |(screen, file, at, ms, outcome): &(u8, u8, i64, u64, u8)| {
                    row(&screen.to_string(), &file.to_string(), *at, *ms, outcomes[usize::from(*outcome)])
                };
                let rows: Vec<PlayRow> = plays.iter().map(of).collect();
                chained("2026-11-30", &fold("2026-11-30", rows, &Planned::new()), "0").hash
            };
            let before = made(&plays);
            let turn = turn.min(plays.len());
            plays.rotate_left(turn);
            plays.reverse();
            prop_assert_eq!(before, made(&plays));
        }
    }
}
