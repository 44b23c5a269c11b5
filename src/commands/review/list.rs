//! `jincai review`: what waits, for whom, since when.

use serde::Serialize;

use super::opened::{ReviewSession, refused};
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::model::review::{ReviewState, Standing};
use crate::model::review_refusal::Refusal;
use crate::present::messages::review::{self as words, Label};
use crate::review::judge::{judge_all, utc};

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ListEvent<'a> {
    Waiting { overdue: bool, standing: &'a Standing },
}

/// Lists what waits for a level, or for any; overdue first.
pub(super) fn list(session: &mut ReviewSession, level: Option<&str>) -> Result<u8, CommandError> {
    let levels = &session.config.review.level;
    if let Some(given) = level
        && session.config.review.level(given).is_none()
    {
        let names = levels.iter().map(|level| level.name.clone()).collect();
        let refusal = Refusal::NoSuchLevel { given: given.to_owned(), levels: names };
        return Err(refused(&refusal));
    }
    judge_all(&mut session.catalog, &session.config.review, session.moment.now)?;
    let now = utc(session.moment.now);
    let waiting = session.catalog.standings_in(ReviewState::Waiting)?;
    let waits = |standing: &&Standing| {
        level.is_none_or(|level| {
            standing
                .targets
                .values()
                .any(|its| its.state == ReviewState::Waiting && its.level.as_deref() == Some(level))
        })
    };
    let waiting: Vec<&Standing> = waiting.iter().filter(waits).collect();
    let is_overdue = |standing: &Standing| {
        let due = standing.due.as_deref().and_then(|due| due.parse::<jiff::Timestamp>().ok());
        due.is_some_and(|due| utc(due) < now)
    };
    let lang = session.lang;
    let mut rows = Vec::new();
    for standing in &waiting {
        let overdue = is_overdue(standing);
        session.screen.event(&ListEvent::Waiting { overdue, standing });
        let name = words::state(standing.state, standing.level.as_deref(), standing.supplementary);
        let role = standing.level.as_deref().and_then(|level| session.config.review.level(level));
        let role = role.map(|level| match level.people.is_empty() {
            true => level.role.clone(),
            false => words::joined(&level.people.iter().map(|it| it.name.clone()).collect::<Vec<_>>(), lang),
        });
        let due = standing.due.as_deref().map(words::minute).unwrap_or_default();
        rows.push(vec![
            standing.title.clone(),
            standing.work.clone(),
            standing.department.clone().unwrap_or_default(),
            name.get(lang).to_owned(),
            role.unwrap_or_default(),
            words::minute(&standing.since),
            if overdue { format!("{due} {}", words::overdue().get(lang)) } else { due },
        ]);
    }
    if rows.is_empty() {
        session.screen.say(words::nothing_waits(level).get(lang));
        return Ok(0);
    }
    let heads =
        [Label::Work, Label::Id, Label::Department, Label::State, Label::Role, Label::Since, Label::Due];
    let heads = heads.map(|head| words::label(head).get(lang).to_owned());
    session.screen.say(&table::table(&heads, &rows, table::WIDEST));
    let overdue = waiting.iter().filter(|standing| is_overdue(standing)).count();
    session.screen.say(words::waiting(waiting.len(), overdue).get(lang));
    Ok(0)
}
