//! `jincai playout check`: windows that nobody fills, and works that no screen shows.

use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::playout::check::{NeverShown, Planned, Unfilled, Why, never_shown, unfilled};
use crate::playout::editions::dates;
use crate::present::messages::playout as words;
use crate::present::messages::review::state;
use crate::present::messages::review_refusals;

/// Lines of one kind that are shown; `--json` has all.
const MOST_LINES: usize = 20;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum CheckEvent<'a> {
    Unfilled(&'a Unfilled),
    NeverShown(&'a NeverShown),
}

/// Returns 1 if a screen has nothing to show at some time.
pub(super) fn check(mut desk: Desk) -> Result<u8, CommandError> {
    let released = desk.released()?;
    let today = desk.today();
    let mut gaps = Vec::new();
    let mut groups = Vec::new();
    for screen in desk.config.screen.iter().filter(|screen| screen.twin_of.is_none()) {
        let inputs = desk.inputs(screen, &released);
        let mut days = Vec::new();
        for date in dates(today) {
            let Some(day) = desk.day(&inputs, date)? else { continue };
            gaps.extend(unfilled(&screen.id, &day));
            days.push(day);
        }
        groups.push((screen.target.clone(), inputs, days));
    }
    let planned: Vec<Planned<'_>> =
        groups.iter().map(|(target, inputs, days)| Planned { target, inputs, days }).collect();
    let hidden = never_shown(&desk.catalog, &desk.config, &released, &planned)?;
    let lang = desk.lang;
    for (index, gap) in gaps.iter().enumerate() {
        desk.screen.event(&CheckEvent::Unfilled(gap));
        if index < MOST_LINES {
            let name = desk.config.screen.iter().find(|screen| screen.id == gap.screen);
            let name = name.map_or(gap.screen.as_str(), |screen| screen.name.as_str());
            let (from, to) = (desk.minute(gap.from), desk.minute(gap.to));
            desk.screen.say(words::unfilled(name, (&from, &to), gap.block.as_deref()).get(lang));
        }
    }
    if gaps.len() > MOST_LINES {
        desk.screen.say(words::and_more(gaps.len() - MOST_LINES).get(lang));
    }
    for (index, work) in hidden.iter().enumerate() {
        desk.screen.event(&CheckEvent::NeverShown(work));
        if index < MOST_LINES {
            let reason = match &work.why {
                Why::NotMade => words::not_made(),
                Why::NotReleased { state: its, level } => {
                    words::not_released(&state(*its, level.as_deref(), false))
                }
                Why::File { refusal, .. } => review_refusals::refusal(refusal).0,
                Why::NoPlaylist => words::in_no_playlist(),
                Why::TooLong { ms } => words::too_long(*ms),
                Why::OtherDates => words::other_dates(),
                Why::NoTurn => words::no_turn(),
            };
            desk.screen.say(words::never_shown(&work.title, &work.work, &reason).get(lang));
        }
    }
    if hidden.len() > MOST_LINES {
        desk.screen.say(words::and_more(hidden.len() - MOST_LINES).get(lang));
    }
    let days = dates(today).count();
    desk.screen.say(words::checked(desk.config.screen.len(), days, (gaps.len(), hidden.len())).get(lang));
    Ok(u8::from(!gaps.is_empty()))
}
