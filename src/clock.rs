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
