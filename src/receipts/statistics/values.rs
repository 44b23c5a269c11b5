//! Numbers and times as the creator centres write them.

use jiff::ZonedDateTime;
use jiff::civil::{DateTime, date};

use super::columns::{Centre, Field};
use crate::model::statistics::Metric;
use crate::model::table::Cell;
use crate::receipts::moment;

/// What a cell says of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    Known(f64),
    /// Not known, which is never 0.
    Unknown,
}

/// Why a cell cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    Formula,
    NotANumber,
    /// A counter that is below 0, or no whole number.
    NotACount,
    /// A share of viewers that is none.
    NotAShare,
    NotATime,
    /// The workbook holds it as a number and has lost its last digits.
    DigitsLost,
}

/// Largest whole number that a workbook stores with all its digits.
const EXACT_BELOW: f64 = 1e15;

/// Reads a number of a metric.
pub fn figure(cell: &Cell, metric: Metric, centre: Option<Centre>) -> Result<Figure, CellFault> {
    let Some(number) = number(cell)? else { return Ok(Figure::Unknown) };
    let (value, is_percent) = number;
    // What was never counted is -1 in the tables of one centre.
    if centre == Some(Centre::Toutiao) && value == -1.0 {
        return Ok(Figure::Unknown);
    }
    let checked = match metric {
        Metric::Completion => {
            let bare_percent = centre == Some(Centre::Toutiao) && !is_percent;
            let share = if bare_percent { value / 100.0 } else { value };
            if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(CellFault::NotAShare) }
        }
        Metric::AvgWatchS if value >= 0.0 && !is_percent => Ok(value),
        Metric::FollowersGained if value.fract() == 0.0 && !is_percent => Ok(value),
        _ if is_percent || value < 0.0 || (value - value.round()).abs() > 1e-6 => Err(CellFault::NotACount),
        _ => Ok(value.round()),
    };
    checked.map(Figure::Known)
}

/// Returns the number, and whether it was written as a percentage.
fn number(cell: &Cell) -> Result<Option<(f64, bool)>, CellFault> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Number(number) if number.is_finite() => return Ok(Some((*number, false))),
        Cell::Text(text) => text.trim().trim_start_matches('\'').replace(['，', ','], ","),
        Cell::Formula => return Err(CellFault::Formula),
        Cell::Number(_) | Cell::Time(_) => return Err(CellFault::NotANumber),
    };
    // `<0.1%` is a bound and no value.
    if text.is_empty() || text.starts_with(['<', '＜']) || is_no_value(&text) {
        return Ok(None);
    }
    if let Some(seconds) = duration(&text) {
        return Ok(Some((seconds, false)));
    }
    let (text, factor, is_percent) = match text.chars().last() {
        Some('%' | '％') => (&text[..text.len() - last_len(&text)], 0.01, true),
        Some('万' | 'w' | 'W') => (&text[..text.len() - last_len(&text)], 1e4, false),
        Some('亿') => (&text[..text.len() - last_len(&text)], 1e8, false),
        Some('秒' | 's') => (&text[..text.len() - last_len(&text)], 1.0, false),
        _ => (text.as_str(), 1.0, false),
    };
    let plain = without_groups(text.trim()).ok_or(CellFault::NotANumber)?;
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    let value =
        plain.parse::<f64>().ok().filter(|_| plain.chars().all(is_plain)).ok_or(CellFault::NotANumber)?;
    // 1.2万 is 12000 and not 11999.999….
    let value = if factor > 1.0 { (value * factor).round() } else { value * factor };
    Ok(Some((value, is_percent)))
}

fn last_len(text: &str) -> usize {
    text.chars().last().map_or(0, char::len_utf8)
}

fn is_no_value(text: &str) -> bool {
    let dashes = |c: char| matches!(c, '-' | '–' | '—' | '－');
    text.chars().all(dashes) || matches!(text, "/" | "暂无" | "无" | "N/A" | "n/a" | "暂无数据")
}

/// Takes the commas out of `1,234,567`; `None` where they do not part thousands.
fn without_groups(text: &str) -> Option<String> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_first = whole == first || matches!(first.trim_start_matches(['-', '+']).len(), 1..=3);
    let rest_fits = groups.all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    (is_first && rest_fits && text.matches(',').count() == whole.matches(',').count())
        .then(|| text.replace(',', ""))
}

/// Reads `1分23秒` and `01:23` as seconds.
fn duration(text: &str) -> Option<f64> {
    let (minutes, seconds) = text
        .split_once('分')
        .map(|(minutes, rest)| (minutes, rest.trim_end_matches(['钟', '秒'])))
        .or_else(|| text.split_once(':'))?;
    let seconds = if seconds.is_empty() { 0.0 } else { seconds.trim().parse::<f64>().ok()? };
    let minutes = minutes.trim().parse::<u32>().ok()?;
    (0.0..60.0).contains(&seconds).then(|| f64::from(minutes) * 60.0 + seconds)
}

/// Reads a time. One without an offset is of `now`'s zone; a date alone is its beginning.
pub fn time(cell: &Cell, now: &ZonedDateTime) -> Result<Option<String>, CellFault> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) if is_no_value(text.trim()) => return Ok(None),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Time(text) => text.clone(),
        // A date whose format was lost with the styles of the workbook.
        Cell::Number(days) => serial(*days).ok_or(CellFault::NotATime)?.to_string(),
        Cell::Formula => return Err(CellFault::Formula),
    };
    let read = match moment::read(&text, now) {
        Err(moment::MomentFault::NoTimeOfDay) => moment::read(&format!("{text} 00:00"), now),
        read => read,
    };
    read.map(Some).map_err(|_| CellFault::NotATime)
}

/// Days since 1899-12-30, as workbooks count them, for the years from 2009 to 2064.
fn serial(days: f64) -> Option<DateTime> {
    if !(40_000.0..60_000.0).contains(&days) {
        return None;
    }
    let seconds = (days * 86_400.0).round() as i64;
    let begin = date(1899, 12, 30).at(0, 0, 0, 0);
    begin.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
}

/// Reads a text; a long number that a workbook has rounded is none.
pub fn text(cell: &Cell, field: Field) -> Result<Option<String>, CellFault> {
    let found = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => text.trim().trim_start_matches('\'').to_owned(),
        Cell::Time(text) => text.clone(),
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < EXACT_BELOW => format!("{number:.0}"),
        Cell::Number(_) if field == Field::PlatformId => return Err(CellFault::DigitsLost),
        Cell::Number(number) => number.to_string(),
        Cell::Formula => return Err(CellFault::Formula),
    };
    let found = if field == Field::PlatformId && is_no_value(&found) { String::new() } else { found };
    // `1.23457E+18`: what a spreadsheet makes of an id when it saves CSV.
    let is_rounded = found.contains(['e', 'E']) && found.contains('+') && found.parse::<f64>().is_ok();
    if field == Field::PlatformId && is_rounded {
        return Err(CellFault::DigitsLost);
    }
    Ok(Some(found).filter(|text| !text.is_empty()))
}
