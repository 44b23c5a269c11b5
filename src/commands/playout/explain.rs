//! `jincai playout explain`: why a screen shows what it shows.

use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::commands::table::columns;
use crate::playout::explain::{Explanation, Showing, explain as explained};
use crate::playout::schedule::timetable::Timetable;
use crate::present::messages::playout::{self as words, Head};
use crate::text::Visible;

/// What `--json` writes. Times are milliseconds since 1970, UTC.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ExplainEvent<'a> {
    Explanation { screen: &'a str, at: i64, explanation: &'a Explanation },
}

pub(super) fn explain(mut desk: Desk, given: &str, at: Option<&str>) -> Result<u8, CommandError> {
    let screen = desk.find(given)?.clone();
    let at = match at {
        Some(text) => instant(&desk, text).ok_or_else(|| CommandError::usage(words::no_time(text)))?,
        None => desk.now.as_millisecond(),
    };
    let released = desk.released()?;
    let inputs = desk.inputs(&screen, &released);
    let timetable = Timetable::of(&inputs).map_err(crate::playout::programme::ProgrammeError::from)?;
    let date = timetable.date_of(at);
    let Some(explanation) = desk.day(&inputs, date)?.and_then(|day| explained(&day, date, at)) else {
        return Ok(0);
    };
    desk.screen.event(&ExplainEvent::Explanation { screen: &screen.id, at, explanation: &explanation });
    desk.screen.say(text(&desk, &screen.name, at, &explanation).trim_end());
    Ok(0)
}

/// Reads a time of the screens' zone: with its date, or of today.
fn instant(desk: &Desk, text: &str) -> Option<i64> {
    let text = text.trim();
    let at: DateTime = match text.split_once([' ', 'T']) {
        Some((date, time)) => date.parse::<Date>().ok()?.to_datetime(time_of(time)?),
        None => desk.today().to_datetime(time_of(text)?),
    };
    desk.zone.to_timestamp(at).ok().map(|time| time.as_millisecond())
}

fn time_of(text: &str) -> Option<Time> {
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    padded.parse().ok()
}

fn text(desk: &Desk, screen: &str, at: i64, it: &Explanation) -> String {
    let lang = desk.lang;
    let head = |head| words::head(head).get(lang).to_owned();
    let lit = it.lit.map(|[from, to]| format!("{}–{}", desk.minute(from), desk.minute(to)));
    let mut rows = vec![
        vec![head(Head::Screen), Visible::of(screen).to_string()],
        vec![
            head(Head::Time),
            format!("{} {}", desk.minute(at), words::counts_as(it.weekday, it.is_exception).get(lang)),
        ],
        vec![
            head(Head::Hours),
            words::hours(lit.as_deref(), (it.hours, it.has_hours), it.is_lit).get(lang).to_owned(),
        ],
    ];
    for block in &it.blocks {
        let why = words::block(&block.playlist, block.fit, block.is_behind).get(lang).to_owned();
        rows.push(vec![head(Head::Block), format!("{}：{why}", Visible::of(&block.name))]);
    }
    rows.push(vec![head(Head::Playlist), words::playlist(&it.playlist, it.works).get(lang).to_owned()]);
    let show = |slot: &Option<Showing>| {
        slot.as_ref().map_or_else(
            || words::card().get(lang).to_owned(),
            |slot| {
                let times = format!("{}–{}", desk.clock(slot.from), desk.clock(slot.to));
                let department = slot.department.as_deref().unwrap_or_default();
                format!("{times}  {}  {}", Visible::of(&slot.title), Visible::of(department))
                    .trim_end()
                    .to_owned()
            },
        )
    };
    rows.push(vec![head(Head::Before), show(&it.before)]);
    rows.push(vec![head(Head::Now), show(&it.now)]);
    rows.push(vec![head(Head::After), show(&it.after)]);
    columns(&rows)
}
