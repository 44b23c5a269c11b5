//! The only room that asks what time it is.

use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};

/// A source of the current time, passed in so that tests can set it.
pub trait Clock: Send + Sync + std::fmt::Debug {
    fn now(&self) -> Timestamp;

    /// The same moment in the zone the college lives in.
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

/// The ISO date of a file's time (nanoseconds since 1970) in the zone the college lives in.
pub fn local_date(nanoseconds: i128) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::system());
    let time = Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(zone).date().to_string()
}

/// A file's time (seconds since 1970) in that zone, RFC 3339.
pub fn local_time(seconds: i64) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::system());
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
