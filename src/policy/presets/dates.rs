//! Dates as people write them.

use jiff::civil::Date;

use super::fault::Fault;
use crate::model::language::Bilingual;

/// What is wrong with a date, and how to fix it.
pub(super) type NoDate = (Bilingual, Bilingual);

/// Parses the date at a dotted path of a configuration. Later steps use the parsed date, never the text.
pub(super) fn date_at(path: &str, text: &str) -> Result<Date, Fault> {
    parse(text).map_err(|(problem, hint)| Fault::at(path, problem, hint))
}

/// Parses a date such as `2026-12-01`, also without hyphens or with a time, which is ignored, and as `2026/12/1`, `2026.12.1`
/// or in Chinese: a year first, then a month and a day, whatever stands between.
pub(super) fn parse(text: &str) -> Result<Date, NoDate> {
    let iso: Option<Date> = text.trim().parse().ok();
    if let Some(date) = iso.filter(|date| date.year() > 0) {
        return Ok(date);
    }
    let numbers: Vec<i16> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(-1))
        .collect();
    let is_date = text.trim().starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "-/.年月日".contains(c));
    let parts = match numbers[..] {
        [year, month, day] if is_date && year >= 1000 => {
            Some((year, i8::try_from(month).unwrap_or(-1), i8::try_from(day).unwrap_or(-1)))
        }
        _ => None,
    };
    let Some((year, month, day)) = parts else { return Err(no_date(text)) };
    Date::new(year, month, day).map_err(|_| match month {
        1..=12 => no_such_day(year, month, day),
        _ => no_date(text),
    })
}

fn no_date(text: &str) -> NoDate {
    (
        Bilingual::new(format!("“{text}”不是日期"), format!("\"{text}\" is not a date")),
        Bilingual::new(
            "写成 \"年-月-日\"，例如 \"2026-12-01\"",
            "write year-month-day, such as \"2026-12-01\"",
        ),
    )
}

fn no_such_day(year: i16, month: i8, day: i8) -> NoDate {
    (
        Bilingual::new(
            format!("{year} 年 {month} 月没有 {day} 日"),
            format!("there is no day {day} in month {month} of {year}"),
        ),
        Bilingual::new("请核对日期", "please check the date"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in [
            "2026-04-05",
            "20260405",
            "2026-04-05T10:00:00",
            "2026/4/5",
            "2026.4.5",
            "2026年4月5日",
            " 2026-4-5 ",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), "2026-04-05", "{text}");
        }
        for text in ["", "5.4.2026", "soon", "2026-13-01", "x2026-4-5", "2026-4", "-2026-4-5"] {
            assert!(parse(text).unwrap_err().0.zh.contains("不是日期"), "{text}");
        }
        assert_eq!(parse("2026-02-30").unwrap_err().0.zh, "2026 年 2 月没有 30 日");
    }
}
