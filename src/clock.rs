//! The clock: the only place that asks for the current time.

use jiff::{Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};

/// A source of the current time, passed in so that tests can set it.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Returns the current time in the college's time zone.
    fn local(&self) -> ZonedDateTime {
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::system());
        self.now().to_zoned_datetime(zone)
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Returns when a day begins in the college's time zone, in RFC 3339.
pub fn day_begins(day: Date) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::system());
    let begins = day.to_zoned_datetime(zone);
    begins.map_or_else(|_| day.to_string(), |time| time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// Returns the ISO date of a file's time (nanoseconds since 1970, UTC) in the college's time zone.
pub fn local_date(nanoseconds: i128) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::system());
    let time = Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(zone).date().to_string()
}

/// Returns a file's time (seconds since 1970, UTC) in the college's time zone, in RFC 3339.
pub fn local_time(seconds: i64) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::system());
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
