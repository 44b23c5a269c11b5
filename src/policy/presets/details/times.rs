//! Times on a work, as a player shows them.

use toml::de::DeValue;

use super::values::Written;
use crate::model::details::Trim;
use crate::model::units::exact_time;
use crate::policy::presets::fault::Fault;

/// Longest time that is taken, seconds: a day.
const MOST_S: f64 = 86_400.0;

/// What stands between the two times of a span in one text.
const BETWEEN: [&str; 8] = ["..", "–", "—", "-", "~", "～", "至", "到"];

const FROM: [&str; 4] = ["start", "from", "开始", "起"];
const UNTIL: [&str; 5] = ["end", "until", "to", "结束", "止"];

/// Returns a time in microseconds: `"0:12"`, `"1:02:03.5"`, or seconds.
pub(super) fn moment(value: Written<'_, '_>) -> Result<u64, Fault> {
    let written = match value.value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => value.string()?,
        _ => String::new(),
    };
    parse(&written).ok_or_else(|| no_time(value))
}

/// Returns a span: `["0:03", "1:10"]`, `"0:03-1:10"`, or a table with its start, its end or both.
pub(super) fn trim(value: Written<'_, '_>) -> Result<Trim, Fault> {
    let (from_us, until_us) = match value.value.get_ref() {
        DeValue::Array(times) if times.len() == 2 => {
            let mut times = times.iter().map(|time| moment(Written { value: time, ..value }));
            let from = times.next().transpose()?;
            (from.unwrap_or(0), times.next().transpose()?)
        }
        DeValue::Table(table) => {
            let (mut from, mut until) = (None, None);
            for (name, inner) in table {
                let time = Written { name: name.get_ref(), value: inner, ..value };
                match name.get_ref().as_ref() {
                    name if FROM.contains(&name) => from = Some(moment(time)?),
                    name if UNTIL.contains(&name) => until = Some(moment(time)?),
                    _ => return Err(no_span(value)),
                }
            }
            (from.unwrap_or(0), until)
        }
        DeValue::String(text) => span(text).ok_or_else(|| no_span(value))?,
        _ => return Err(no_span(value)),
    };
    match until_us {
        Some(until) if until <= from_us => {
            let (from, until) = (exact_time(from_us / 1000), exact_time(until / 1000));
            Err(value.fault(
                format!("截取的结束时间 {until} 不在开始时间 {from} 之后"),
                format!("the end of the trim, {until}, is not after its start, {from}"),
                "请写成 [开始, 结束]，例如 [\"0:03\", \"1:10\"]",
                "write [start, end], such as [\"0:03\", \"1:10\"]",
            ))
        }
        None if from_us == 0 => Err(no_span(value)),
        _ => Ok(Trim { from_us, until_us }),
    }
}

/// Returns both times of one text; an empty one is the beginning or the end.
fn span(text: &str) -> Option<(u64, Option<u64>)> {
    let (from, until) = BETWEEN.iter().find_map(|between| text.split_once(between))?;
    let from = if from.trim().is_empty() { 0 } else { parse(from)? };
    let until = if until.trim().is_empty() { None } else { Some(parse(until)?) };
    Some((from, until))
}

/// Parses hours, minutes and seconds between colons, or with their names in Chinese or English.
fn parse(text: &str) -> Option<u64> {
    let plain = text.trim().replace('：', ":").to_lowercase();
    let plain = plain.replace("小时", ":").replace(['时', '分', 'h', 'm'], ":");
    let plain = plain.trim_end_matches(['秒', 's', ' ']);
    // After "1 minute" no seconds need to follow.
    let plain = if plain.ends_with(':') { format!("{plain}0") } else { plain.to_owned() };
    let parts: Vec<&str> = plain.split(':').map(str::trim).collect();
    if parts.len() > 3 {
        return None;
    }
    let mut seconds = 0.0;
    for (index, part) in parts.iter().enumerate() {
        let is_number = part.chars().all(|c| c.is_ascii_digit() || c == '.') && !part.is_empty();
        let number: f64 = part.parse().ok().filter(|_| is_number)?;
        let is_last = index + 1 == parts.len();
        if (index > 0 && number >= 60.0) || (!is_last && number.fract() != 0.0) {
            return None;
        }
        seconds = seconds * 60.0 + number;
    }
    (seconds <= MOST_S).then_some((seconds * 1e6).round() as u64)
}

fn no_time(value: Written<'_, '_>) -> Fault {
    value.wrong(
        "应为时间，写成 \"分:秒\"，例如 \"0:12\"",
        "write a time as \"minutes:seconds\", such as \"0:12\"",
    )
}

fn no_span(value: Written<'_, '_>) -> Fault {
    value.wrong(
        "应为开始和结束时间，例如 [\"0:03\", \"1:10\"]",
        "write the start and the end, such as [\"0:03\", \"1:10\"]",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_players_and_people_write_them() {
        for (text, ms) in [
            ("0:12", 12_000),
            ("00:00:12", 12_000),
            ("1:02:03.5", 3_723_500),
            ("12.04", 12_040),
            ("90", 90_000),
            ("12秒", 12_000),
            ("1分20秒", 80_000),
            ("2分", 120_000),
            ("0：05", 5_000),
        ] {
            assert_eq!(parse(text), Some(ms * 1000), "{text}");
        }
        for text in ["", ":", "1:75", "-3", "0:0:0:1", "1.5:00", "noon", "99999999", "1e3"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(span("0:03-1:10"), Some((3_000_000, Some(70_000_000))));
        assert_eq!(span("0:03 .. 1:10"), Some((3_000_000, Some(70_000_000))));
        assert_eq!(span("-0:10"), Some((0, Some(10_000_000))));
        assert_eq!(span("0:10"), None);
    }
}
