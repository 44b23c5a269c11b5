//! `jincai playout plan`: the programme of a screen, slot by slot.

use jiff::civil::Date;
use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::commands::table::{WIDEST, table};
use crate::model::playout::ItemKind;
use crate::playout::check::unfilled;
use crate::playout::explain::{Showing, showings};
use crate::present::messages::playout::{self as words, Head};

/// Most days that are planned at once.
const MOST_DAYS: u16 = 60;

/// A line of `--json`. Times are milliseconds since 1970, UTC.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum PlanEvent<'a> {
    Day { screen: &'a str, date: String, lit: Vec<[i64; 2]>, slots: usize },
    Slot { screen: &'a str, date: String, slot: &'a Showing },
    Empty { screen: &'a str, date: String, from: i64, to: i64 },
}

pub(super) fn plan(mut desk: Desk, given: &str, date: Option<&str>, days: u16) -> Result<u8, CommandError> {
    let screen = desk.find(given)?.clone();
    let first = match date {
        Some(text) => text.parse::<Date>().map_err(|_| CommandError::usage(words::no_date(text)))?,
        None => desk.today(),
    };
    let released = desk.released()?;
    let inputs = desk.inputs(&screen, &released);
    let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok());
    for date in dates.take(usize::from(days.clamp(1, MOST_DAYS))) {
        let lang = desk.lang;
        let Some(day) = desk.day(&inputs, date)? else { continue };
        let showings = showings(&day);
        let lit = day.plan.lit.iter().map(|span| [span.from, span.to]).collect::<Vec<_>>();
        let hours: Vec<String> =
            lit.iter().map(|[from, to]| format!("{}–{}", desk.minute(*from), desk.minute(*to))).collect();
        let event = PlanEvent::Day { screen: &screen.id, date: date.to_string(), lit, slots: showings.len() };
        desk.screen.event(&event);
        let counts = words::day(&screen.name, &date.to_string(), &hours, showings.len());
        desk.screen.say(counts.get(lang));
        let mut rows: Vec<(i64, Vec<String>)> = Vec::new();
        for slot in &showings {
            desk.screen.event(&PlanEvent::Slot { screen: &screen.id, date: date.to_string(), slot });
            rows.push((slot.from, row(&desk, slot)));
        }
        for gap in unfilled(&screen.id, &day) {
            let (from, to) = (gap.from, gap.to);
            desk.screen.event(&PlanEvent::Empty { screen: &screen.id, date: date.to_string(), from, to });
            let card = words::card().get(lang).to_owned();
            rows.push((from, vec![desk.clock(from), length(to - from), card]));
        }
        rows.sort_by_key(|(from, _)| *from);
        if !rows.is_empty() {
            let heads = [Head::From, Head::Length, Head::Work, Head::Department, Head::Kind, Head::Block];
            let heads = heads.map(|head| words::head(head).get(lang).to_owned());
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
            desk.screen.say(&table(&heads, &rows, WIDEST));
        }
    }
    Ok(0)
}

fn row(desk: &Desk, slot: &Showing) -> Vec<String> {
    let kind = match slot.kind {
        ItemKind::Video => String::new(),
        ItemKind::Poster => words::poster().get(desk.lang).to_owned(),
    };
    vec![
        desk.clock(slot.from),
        length(slot.to - slot.from),
        slot.title.clone(),
        slot.department.clone().unwrap_or_default(),
        kind,
        slot.block.clone().unwrap_or_else(|| words::looped().get(desk.lang).to_owned()),
    ]
}

/// Returns minutes and seconds, with a tenth of a second.
pub(super) fn length(ms: i64) -> String {
    format!("{}:{:04.1}", ms / 60_000, (ms % 60_000) as f64 / 1000.0)
}
