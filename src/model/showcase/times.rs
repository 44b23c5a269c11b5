//! Deadlines, as calls write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::profile::When;
use crate::model::playout::TimeOfDay;

/// Reads `2026-12-20`, or with a time of day up to `24:00`. A day alone ends with that day.
pub fn deadline(text: &str) -> Option<DateTime> {
    let (date, time) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), "24:00"));
    let date: Date = date.parse().ok()?;
    let time = TimeOfDay::parse(time)?;
    match time.on_clock() {
        Some(clock) => Some(date.to_datetime(clock)),
        None => Some(date.tomorrow().ok()?.to_datetime(Time::midnight())),
    }
}

/// How far a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    None,
    /// Whole days, and the hours and minutes beyond them, to come.
    Before {
        days: i64,
        minutes: i64,
    },
    /// Whole days since.
    Over {
        days: i64,
    },
}

impl When {
    /// Returns the moment of the deadline; `None` where there is none, or nothing that can be read.
    pub fn deadline_at(&self) -> Option<Timestamp> {
        let zone = TimeZone::get(&self.zone).ok()?;
        zone.to_timestamp(deadline(self.deadline.as_ref()?)?).ok()
    }

    /// Returns how far the deadline is.
    pub fn left(&self, now: Timestamp) -> Left {
        const DAY_MINUTES: i64 = 24 * 60;
        let Some(at) = self.deadline_at() else { return Left::None };
        let left: SignedDuration = at.duration_since(now);
        match left.is_positive() {
            true => {
                let minutes = left.as_secs().div_euclid(60);
                Left::Before { days: minutes / DAY_MINUTES, minutes: minutes % DAY_MINUTES }
            }
            false => Left::Over { days: -left.as_secs() / (DAY_MINUTES * 60) },
        }
    }

    pub fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.left(now), Left::Over { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(deadline: &str, now: &str) -> Left {
        let when = When { deadline: Some(deadline.into()), ..When::default() };
        when.left(now.parse().unwrap())
    }

    #[test]
    fn a_deadline_at_24_00_is_over_with_the_day_and_not_before() {
        let before = |days, minutes| Left::Before { days, minutes };
        assert_eq!(left("2026-12-20 24:00", "2026-12-20T23:59:00+08:00"), before(0, 1));
        assert_eq!(left("2026-12-20 24:00", "2026-12-21T00:00:00+08:00"), Left::Over { days: 0 });
        assert_eq!(left("2026-12-20", "2026-12-20T23:59:00+08:00"), before(0, 1));
        assert_eq!(left("2026-12-20 18:00", "2026-12-17T17:00:00+08:00"), before(3, 60));
        assert_eq!(left("2026-12-20 18:00", "2026-12-22T19:00:00+08:00"), Left::Over { days: 2 });
        assert_eq!(left("soon", "2026-12-20T00:00:00Z"), Left::None);
    }

    #[test]
    fn times_of_day_that_are_none_are_not_read() {
        for text in ["2026-12-20 24:01", "2026-12-20 8", "2026-12-32", "2026-12-20 18:00 x", ""] {
            assert_eq!(deadline(text), None, "{text}");
        }
        assert_eq!(deadline("2026-12-31 24:00").unwrap().to_string(), "2027-01-01T00:00:00");
    }
}
