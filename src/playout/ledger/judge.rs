//! Whether a play can be: screens are not trusted, their numbers are looked at. Pure.

use crate::model::playout::{Outcome, Play, PlayRefusal};

/// Clocks of screens and server may differ by this, milliseconds.
const SLACK_MS: i64 = 120_000;

/// One play may reach into the next by this, milliseconds: the deck beneath stays for a moment.
const OVERLAP_MS: i64 = 1_500;

/// Nothing is shown for longer than a day.
const LONGEST_MS: u64 = 86_400_000;

/// 2026-01-01 in UTC: there were no screens before.
const EARLIEST_MS: i64 = 1_767_225_600_000;

/// More plays than a boot can have.
const MOST_SEQ: u64 = 1_000_000_000;

/// The plays of the same boot before and after one, where they are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbours<'a> {
    pub before: Option<&'a Play>,
    pub after: Option<&'a Play>,
}

/// Returns why a play that is received at `received` (milliseconds since 1970) cannot be.
pub fn judge(play: &Play, around: Neighbours<'_>, received: i64) -> Result<(), PlayRefusal> {
    form(play)?;
    if play.outcome == Outcome::Unknown {
        return Ok(());
    }
    if play.shown_ms > LONGEST_MS {
        return Err(PlayRefusal::TooLong);
    }
    if play.clock != "known" {
        return Ok(());
    }
    if play.started_at < EARLIEST_MS || play.started_at > received + SLACK_MS {
        return Err(PlayRefusal::Time);
    }
    if end(play) > received + SLACK_MS {
        return Err(PlayRefusal::TooLong);
    }
    let overlaps = |one: &Play, next: &Play| {
        one.clock == "known"
            && next.clock == "known"
            && one.outcome != Outcome::Unknown
            && next.outcome != Outcome::Unknown
            && end(one) > next.started_at + OVERLAP_MS
    };
    let is_odd = around.before.is_some_and(|before| overlaps(before, play))
        || around.after.is_some_and(|after| overlaps(play, after));
    if is_odd { Err(PlayRefusal::Overlap) } else { Ok(()) }
}

fn end(play: &Play) -> i64 {
    play.started_at.saturating_add_unsigned(play.shown_ms)
}

fn form(play: &Play) -> Result<(), PlayRefusal> {
    let is_digest = |text: &str| {
        text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_right = (1..=MOST_SEQ).contains(&play.seq)
        && (is_digest(&play.sha256) || play.sha256.is_empty() && play.outcome == Outcome::Unknown)
        && (play.edition.is_empty() || is_digest(&play.edition))
        && matches!(play.clock.as_str(), "known" | "unknown")
        && play.wanted_ms <= LONGEST_MS
        // A thousand pictures a second are more than any screen shows.
        && play.frames <= play.shown_ms.saturating_add(1_000);
    if is_right { Ok(()) } else { Err(PlayRefusal::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_796_000_000_000;

    fn play() -> Play {
        Play {
            seq: 7,
            edition: String::new(),
            slot_at: 0,
            sha256: "a".repeat(64),
            started_at: NOW - 60_000,
            shown_ms: 30_000,
            wanted_ms: 30_000,
            frames: 900,
            gap_ms: 0,
            outcome: Outcome::Whole,
            clock: "known".into(),
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let refused = |change: fn(&mut Play)| {
            let mut play = play();
            change(&mut play);
            judge(&play, Neighbours::default(), NOW).err()
        };
        assert_eq!(refused(|_| {}), None);
        assert_eq!(refused(|play| play.seq = 0), Some(PlayRefusal::Form));
        assert_eq!(refused(|play| play.sha256 = "../etc".into()), Some(PlayRefusal::Form));
        assert_eq!(refused(|play| play.clock = "maybe".into()), Some(PlayRefusal::Form));
        assert_eq!(refused(|play| play.frames = 99_000), Some(PlayRefusal::Form));
        assert_eq!(refused(|play| play.started_at = NOW + 600_000), Some(PlayRefusal::Time));
        assert_eq!(refused(|play| play.started_at = 0), Some(PlayRefusal::Time));
        assert_eq!(refused(|play| play.started_at = i64::MIN), Some(PlayRefusal::Time));
        assert_eq!(refused(|play| play.shown_ms = 600_000), Some(PlayRefusal::TooLong));
        assert_eq!(refused(|play| play.shown_ms = u64::MAX), Some(PlayRefusal::TooLong));
        // A screen that cannot tell the time still tells what it showed.
        assert_eq!(refused(|play| (play.started_at, play.clock) = (5, "unknown".into())), None);
    }

    #[test]
    fn two_plays_at_the_same_time_on_one_screen_cannot_be() {
        let before = Play { seq: 6, started_at: NOW - 100_000, shown_ms: 41_000, ..play() };
        let around = |before| Neighbours { before: Some(before), after: None };
        assert_eq!(judge(&play(), around(&before), NOW), Ok(()));
        let longer = Play { shown_ms: 45_000, ..before.clone() };
        assert_eq!(judge(&play(), around(&longer), NOW), Err(PlayRefusal::Overlap));
        let after = Neighbours { before: None, after: Some(&play()) };
        assert_eq!(judge(&longer, after, NOW), Err(PlayRefusal::Overlap));
        assert_eq!(judge(&before, after, NOW), Ok(()));
    }
}
