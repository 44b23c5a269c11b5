//! When something was posted, as people and spreadsheets write it.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// How much a clock may be ahead of this machine's.
const TOLERANCE_S: i64 = 300;

/// Why a time cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentFault {
    NotATime,
    /// A date alone does not tell whether a post came before the release.
    NoTimeOfDay,
    InTheFuture,
}

/// Reads a time; without an offset it is one of `now`'s zone. Returns RFC 3339 with the offset of `now`'s zone.
pub fn read(given: &str, now: &ZonedDateTime) -> Result<String, MomentFault> {
    let zone = now.time_zone();
    let at = match given.trim().parse::<Timestamp>() {
        Ok(at) => at,
        Err(_) => local(given, zone)?,
    };
    if at.as_second() > now.timestamp().as_second() + TOLERANCE_S {
        return Err(MomentFault::InTheFuture);
    }
    Ok(written(&at.to_zoned_datetime(zone.clone())))
}

/// Writes a time as records do.
pub fn written(at: &ZonedDateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Returns true if one time, RFC 3339, is before another; false where one of them cannot be read.
pub fn is_before(one: &str, other: &str) -> bool {
    match (one.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        (Ok(one), Ok(other)) => one < other,
        _ => false,
    }
}

/// Numbers with anything between them that is no digit: `2026-11-30 14:05`, `2026/11/30 14:05:09`, `2026年11月30日14时05分`.
fn local(given: &str, zone: &TimeZone) -> Result<Timestamp, MomentFault> {
    let numbers: Vec<&str> =
        given.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let signs = |c: char| c.is_ascii_digit() || " -/.:T年月日号时點点分秒\u{3000}：".contains(c);
    if !given.trim().chars().all(signs) || numbers.iter().any(|part| part.len() > 4) {
        return Err(MomentFault::NotATime);
    }
    let number = |at: usize| -> Result<i16, MomentFault> {
        numbers.get(at).map_or(Ok(0), |part| part.parse().map_err(|_| MomentFault::NotATime))
    };
    let small = |at: usize| i8::try_from(number(at)?).map_err(|_| MomentFault::NotATime);
    // Excel writes milliseconds of nothing behind the seconds.
    let has_fraction = numbers.len() == 7 && numbers[6].bytes().all(|digit| digit == b'0');
    if !matches!(numbers.len(), 3 | 5 | 6) && !has_fraction || numbers[0].len() != 4 {
        return Err(MomentFault::NotATime);
    }
    let date = Date::new(number(0)?, small(1)?, small(2)?).map_err(|_| MomentFault::NotATime)?;
    if numbers.len() == 3 {
        return Err(MomentFault::NoTimeOfDay);
    }
    let time = Time::new(small(3)?, small(4)?, small(5)?, 0).map_err(|_| MomentFault::NotATime)?;
    let at = DateTime::from_parts(date, time)
        .to_zoned_datetime(zone.clone())
        .map_err(|_| MomentFault::NotATime)?;
    Ok(at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> ZonedDateTime {
        "2026-11-30T15:00:00+08:00[Asia/Shanghai]".parse().unwrap()
    }

    #[test]
    fn every_way_in_which_an_office_writes_a_time_is_the_same_time() {
        for given in [
            "2026-11-30 14:05",
            "2026-11-30T14:05:00",
            "2026/11/30 14:05:00",
            "2026年11月30日 14:05",
            "2026年11月30日14时05分00秒",
            "2026.11.30 14：05",
            "2026-11-30T06:05:00Z",
            "2026-11-30T14:05:00+08:00",
            " 2026-11-30 14:05:00.000 ",
        ] {
            assert_eq!(read(given, &now()).as_deref(), Ok("2026-11-30T14:05:00+08:00"), "{given}");
        }
    }

    #[test]
    fn what_is_no_moment_is_told_why() {
        for (given, fault) in [
            ("2026-11-30", MomentFault::NoTimeOfDay),
            ("2026年11月30日", MomentFault::NoTimeOfDay),
            ("2026-11-30 15:06", MomentFault::InTheFuture),
            ("2027-01-01T00:00:00Z", MomentFault::InTheFuture),
            ("昨天下午", MomentFault::NotATime),
            ("", MomentFault::NotATime),
            ("45991.58", MomentFault::NotATime),
            ("11-30 14:05", MomentFault::NotATime),
            ("2026-13-30 14:05", MomentFault::NotATime),
            ("2026-02-30 14:05", MomentFault::NotATime),
            ("2026-11-30 25:05", MomentFault::NotATime),
            ("30/11/2026 14:05", MomentFault::NotATime),
        ] {
            assert_eq!(read(given, &now()), Err(fault), "{given}");
        }
        assert!(read("2026-11-30 15:04", &now()).is_ok(), "a clock may be a little ahead");
    }

    #[test]
    fn times_of_different_offsets_compare_as_moments() {
        assert!(is_before("2026-11-30T14:00:00+08:00", "2026-11-30T06:00:01Z"));
        assert!(!is_before("2026-11-30T14:00:00+08:00", "2026-11-30T06:00:00Z"));
    }
}
