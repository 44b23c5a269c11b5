//! Weekdays and times of day as people write them in the configuration.

use jiff::civil::{Time, Weekday};

const NAMES: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// A set of weekdays: `daily`, `mon-fri`, `sat,sun`, `mon,wed-fri`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Reads a set; `None` for anything else. Nothing, or `daily`, is every day.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text == "daily" {
            return Some(Self(0x7f));
        }
        let mut days = 0;
        for part in text.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = (place(from)?, place(to)?);
            // Over the weekend as well: fri-mon.
            let length = (to + 7 - from) % 7;
            days = (0..=length).fold(days, |days, step| days | 1 << ((from + step) % 7));
        }
        Some(Self(days))
    }

    /// Reads one weekday.
    pub fn parse_one(text: &str) -> Option<Weekday> {
        place(text).map(|place| NAMES[usize::from(place)].1)
    }

    pub fn contains(self, day: Weekday) -> bool {
        NAMES.iter().position(|(_, named)| *named == day).is_some_and(|place| self.0 & 1 << place != 0)
    }
}

fn place(name: &str) -> Option<u8> {
    let name = name.trim();
    (0u8..).zip(NAMES).find(|(_, (known, _))| *known == name).map(|(place, _)| place)
}

/// Minutes since midnight, 0 to 1440: `08:00`, `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    pub const MIDNIGHT: Self = Self(0);
    pub const END: Self = Self(1440);

    /// Reads `H:MM` or `HH:MM`, up to `24:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let (hours, minutes) = text.trim().split_once(':')?;
        if !digits(hours, 2) || minutes.len() != 2 || !digits(minutes, 2) {
            return None;
        }
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (minutes < 60 && hours * 60 + minutes <= Self::END.0).then_some(Self(hours * 60 + minutes))
    }

    pub fn minutes(self) -> u16 {
        self.0
    }

    /// Returns the time on a clock; `None` for the end of the day, which is the next day's midnight.
    pub fn on_clock(self) -> Option<Time> {
        let (hours, minutes) = (i8::try_from(self.0 / 60).ok()?, i8::try_from(self.0 % 60).ok()?);
        Time::new(hours, minutes, 0, 0).ok()
    }
}

/// Whether a block fits an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockFit {
    Fits,
    /// Its dates or weekdays are others.
    OtherDay,
    OtherTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_read_as_people_write_them() {
        let days = |text: &str| {
            Weekdays::parse(text).map(|set| {
                NAMES.iter().filter(|(_, day)| set.contains(*day)).map(|it| it.0).collect::<Vec<_>>()
            })
        };
        assert_eq!(days("mon-fri").unwrap(), ["mon", "tue", "wed", "thu", "fri"]);
        assert_eq!(days("sat, sun").unwrap(), ["sat", "sun"]);
        assert_eq!(days("fri-mon").unwrap(), ["mon", "fri", "sat", "sun"]);
        assert_eq!(days("mon,wed-thu").unwrap(), ["mon", "wed", "thu"]);
        assert_eq!(days("daily"), days(""));
        assert_eq!(days("daily").unwrap().len(), 7);
        for bad in ["monday", "mon-", "1-5", "mon;tue", ","] {
            assert_eq!(days(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_of_day_go_up_to_the_end_of_the_day() {
        let minutes = |text: &str| TimeOfDay::parse(text).map(TimeOfDay::minutes);
        assert_eq!(minutes("08:00"), Some(480));
        assert_eq!(minutes("8:05"), Some(485));
        assert_eq!(minutes("24:00"), Some(1440));
        assert_eq!(TimeOfDay::END.on_clock(), None);
        for bad in ["24:01", "8", "08:60", "8:5", "-1:00", "+8:00", "８:00", "08:00:00", ""] {
            assert_eq!(minutes(bad), None, "{bad}");
        }
    }
}
