//! When screens are lit, and which block runs when: civil times of one zone, as spans of milliseconds.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use super::inputs::Inputs;
use crate::model::playout::{BlockFit, TimeOfDay, Weekdays};

/// From and to (exclusive), milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    pub fn contains(self, at: i64) -> bool {
        (self.from..self.to).contains(&at)
    }
}

/// A stretch of a lit span that one block or none governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub span: Span,
    /// Place of the block among the group's.
    pub block: Option<usize>,
}

/// The times of the configuration, read.
#[derive(Clone, Debug)]
pub struct Timetable {
    zone: TimeZone,
    hours: Vec<Window>,
    exceptions: Vec<(Date, Option<Weekday>)>,
    blocks: Vec<Window>,
    /// Ids of works with the times between which they may be shown.
    valid: Vec<(Vec<String>, Span)>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    first: Option<Date>,
    last: Option<Date>,
    days: Weekdays,
    from: TimeOfDay,
    to: TimeOfDay,
    /// Whether equal times mean the whole day, as they do for hours without times.
    whole_day: bool,
}

/// A value that the configuration's check would have refused.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` cannot be read")]
pub struct UnreadableRule(String);

impl Timetable {
    /// Reads the times of a group.
    ///
    /// # Errors
    /// For inputs that were stored by hand: a configuration that was read has been checked.
    pub fn of(inputs: &Inputs) -> Result<Self, UnreadableRule> {
        let rules = &inputs.rules;
        let zone = TimeZone::get(&rules.zone).map_err(|_| UnreadableRule(rules.zone.clone()))?;
        let hours = rules.hours.iter().map(|hours| {
            let dates = (date_of(&hours.from)?, date_of(&hours.to)?);
            window(dates, &hours.days, (&hours.open, &hours.close), true)
        });
        let blocks = inputs.blocks.iter().map(|block| {
            let dates = (date_of(&block.first)?, date_of(&block.last)?);
            window(dates, &block.days, (&block.from, &block.to), false)
        });
        let exceptions = rules.days.iter().map(|day| {
            let like = match day.like.as_str() {
                "closed" => None,
                like => Some(Weekdays::parse_one(like).ok_or_else(|| UnreadableRule(like.to_owned()))?),
            };
            Ok((parsed(&day.date)?, like))
        });
        let valid = rules.valid.iter().map(|valid| {
            let from = date_of(&valid.from)?.map_or(i64::MIN, |date| midnight(date, &zone));
            let to = date_of(&valid.to)?.map_or(i64::MAX, |date| midnight(next(date), &zone));
            Ok((valid.works.clone(), Span { from, to }))
        });
        Ok(Self {
            hours: hours.collect::<Result<_, _>>()?,
            exceptions: exceptions.collect::<Result<_, _>>()?,
            blocks: blocks.collect::<Result<_, _>>()?,
            valid: valid.collect::<Result<_, _>>()?,
            zone,
        })
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Returns when a date begins.
    pub fn begins(&self, date: Date) -> i64 {
        midnight(date, &self.zone)
    }

    /// Returns the times between which a work may be shown.
    pub fn validity(&self, work: &str) -> Span {
        let all = Span { from: i64::MIN, to: i64::MAX };
        let its = self.valid.iter().filter(|(works, _)| works.iter().any(|id| id == work));
        its.fold(all, |all, (_, one)| Span { from: all.from.max(one.from), to: all.to.min(one.to) })
    }

    /// Returns the weekday that a date counts as; `None` where it is closed.
    pub fn weekday(&self, date: Date) -> Option<Weekday> {
        let exception = self.exceptions.iter().find(|(other, _)| *other == date);
        exception.map_or_else(|| Some(date.weekday()), |(_, like)| *like)
    }

    /// Returns the place of the rule of hours that fits a date; `None` where none does, also where there is none at all.
    pub fn hours_of(&self, date: Date) -> Option<usize> {
        let weekday = self.weekday(date)?;
        self.hours.iter().position(|window| window.fits(date, weekday))
    }

    /// Returns when the group is lit by a date: the day on which it begins governs, so that it may last into the next one.
    pub fn lit(&self, date: Date) -> Option<Span> {
        let own = self.own_hours(date)?;
        let before = previous(date).and_then(|date| self.own_hours(date));
        let from = before.map_or(own.from, |before| own.from.max(before.to));
        (from < own.to).then_some(Span { from, ..own })
    }

    fn own_hours(&self, date: Date) -> Option<Span> {
        self.weekday(date)?;
        if self.hours.is_empty() {
            return Some(Span { from: self.begins(date), to: self.begins(next(date)) });
        }
        self.hours_of(date).and_then(|place| self.hours[place].on(date, &self.zone))
    }

    /// Returns the lit span of a date, cut where blocks begin and end; of several blocks the first counts.
    pub fn segments(&self, date: Date) -> Vec<Segment> {
        let Some(lit) = self.lit(date) else { return Vec::new() };
        let mut spans = Vec::new();
        for day in [previous(date), Some(date), Some(next(date))].into_iter().flatten() {
            let Some(weekday) = self.weekday(day) else { continue };
            for (place, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.fits(day, weekday))
            {
                spans.extend(block.on(day, &self.zone).map(|span| (place, span)));
            }
        }
        let mut cuts: Vec<i64> = spans.iter().flat_map(|(_, span)| [span.from, span.to]).collect();
        cuts.retain(|cut| lit.contains(*cut));
        cuts.push(lit.from);
        cuts.sort_unstable();
        cuts.dedup();
        let mut segments: Vec<Segment> = Vec::with_capacity(cuts.len());
        for (index, from) in cuts.iter().copied().enumerate() {
            let to = cuts.get(index + 1).copied().unwrap_or(lit.to);
            let block = spans.iter().filter(|(_, span)| span.contains(from)).map(|(place, _)| *place).min();
            match segments.last_mut() {
                Some(last) if last.block == block => last.span.to = to,
                _ => segments.push(Segment { span: Span { from, to }, block }),
            }
        }
        segments
    }

    /// Returns whether a block, by its place, fits an instant, whatever other blocks do.
    pub fn block_fits(&self, place: usize, at: i64) -> BlockFit {
        let Some(block) = self.blocks.get(place) else { return BlockFit::OtherDay };
        let date = local(at, &self.zone).date();
        let days = previous(date).into_iter().chain([date]);
        let fitting: Vec<Date> =
            days.filter(|day| self.weekday(*day).is_some_and(|weekday| block.fits(*day, weekday))).collect();
        let is_on = |day: &Date| block.on(*day, &self.zone).is_some_and(|span| span.contains(at));
        match (fitting.iter().any(is_on), fitting.contains(&date)) {
            (true, _) => BlockFit::Fits,
            (false, true) => BlockFit::OtherTime,
            (false, false) => BlockFit::OtherDay,
        }
    }

    /// Returns the date whose hours govern an instant: the day before where it is lit over midnight.
    pub fn date_of(&self, at: i64) -> Date {
        let date = local(at, &self.zone).date();
        let before = previous(date).filter(|day| self.own_hours(*day).is_some_and(|span| span.contains(at)));
        before.unwrap_or(date)
    }
}

/// Returns an instant in a zone.
pub fn local(at: i64, zone: &TimeZone) -> DateTime {
    let time = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(time)
}

pub fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

fn previous(date: Date) -> Option<Date> {
    date.yesterday().ok()
}

impl Window {
    fn fits(&self, date: Date, weekday: Weekday) -> bool {
        self.first.is_none_or(|first| first <= date)
            && self.last.is_none_or(|last| date <= last)
            && self.days.contains(weekday)
    }

    /// Returns its span on a date; `None` where it is empty.
    fn on(&self, date: Date, zone: &TimeZone) -> Option<Span> {
        if self.from == self.to && !self.whole_day {
            return None;
        }
        let end_date = if self.to <= self.from { next(date) } else { date };
        let span = Span { from: instant(date, self.from, zone), to: instant(end_date, self.to, zone) };
        (span.from < span.to).then_some(span)
    }
}

fn window(
    (first, last): (Option<Date>, Option<Date>),
    days: &str,
    (from, to): (&str, &str),
    whole_day: bool,
) -> Result<Window, UnreadableRule> {
    let time = |text: &str| TimeOfDay::parse(text).ok_or_else(|| UnreadableRule(text.to_owned()));
    let days = Weekdays::parse(days).ok_or_else(|| UnreadableRule(days.to_owned()))?;
    Ok(Window { first, last, days, from: time(from)?, to: time(to)?, whole_day })
}

fn date_of(text: &Option<String>) -> Result<Option<Date>, UnreadableRule> {
    text.as_deref().map(parsed).transpose()
}

fn parsed(text: &str) -> Result<Date, UnreadableRule> {
    text.parse().map_err(|_| UnreadableRule(text.to_owned()))
}

fn midnight(date: Date, zone: &TimeZone) -> i64 {
    instant(date, TimeOfDay::MIDNIGHT, zone)
}

/// A time that a change of clocks leaves out is as much later; one that comes twice is the first.
fn instant(date: Date, time: TimeOfDay, zone: &TimeZone) -> i64 {
    let at = match time.on_clock() {
        Some(clock) => date.to_datetime(clock),
        None => next(date).to_datetime(jiff::civil::Time::midnight()),
    };
    zone.to_timestamp(at).map_or(0, |time| time.as_millisecond())
}
