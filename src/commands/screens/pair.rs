//! `jincai screens pair|forget`.

use serde::Serialize;

use crate::commands::error::CommandError;
use crate::commands::playout::desk::{Desk, named};
use crate::library::catalog::Claimed;
use crate::model::playout::ScreenConfig;
use crate::playout::on_air::on_air;
use crate::present::messages::screen_orders as order_words;
use crate::present::messages::screens as words;
use crate::web::screens::read_code;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum PairEvent<'a> {
    ScreenPaired {
        screen: &'a str,
        address: &'a str,
        /// Titles; missing: the card.
        now: Option<String>,
        next: Option<String>,
    },
    ScreenForgotten {
        screen: &'a str,
    },
}

/// Says which screen the page with a code is, and what it will show.
pub(super) fn pair(desk: &Desk, code: &str, screen: &str, by: &str) -> Result<u8, CommandError> {
    let by = named(by)?;
    let screen = desk.find(screen)?;
    let code = read_code(code).ok_or_else(|| CommandError::usage(words::bad_code(code)))?;
    let had_device = desk.catalog.tokens()?.iter().any(|token| !token.is_stick && token.screen == screen.id);
    let refused = match desk.catalog.claim_code(&code, &screen.id, (desk.now_ms(), by))? {
        Claimed::Done { address, said } => {
            desk.screen
                .say(words::paired(&screen.name, (&address, said.viewport), had_device).get(desk.lang));
            tell_programme(desk, screen, &address)?;
            return Ok(0);
        }
        Claimed::Unknown => words::code_unknown(&code),
        Claimed::Taken => words::code_taken(&code),
        Claimed::Expired => words::code_expired(&code),
    };
    Err(CommandError::usage(refused))
}

/// A screen that is paired again begins to show what is planned for it now, whatever it showed before.
fn tell_programme(desk: &Desk, screen: &ScreenConfig, address: &str) -> Result<(), CommandError> {
    let newest = desk.catalog.newest_editions(&screen.id, 1)?;
    let edition = match newest.first() {
        Some(row) => desk.catalog.edition(&row.id)?.and_then(|it| it.sealed.edition().ok()),
        None => None,
    };
    let on_air = edition.as_ref().map(|edition| on_air(edition, desk.now_ms()));
    let (now, next) = on_air.map_or((None, None), |it| (it.now, it.next));
    desk.screen.event(&PairEvent::ScreenPaired {
        screen: &screen.id,
        address,
        now: now.map(|item| item.title.clone()),
        next: next.map(|(_, item)| item.title.clone()),
    });
    let said = match on_air {
        None => words::no_programme(&screen.name),
        Some(_) => {
            let time = next.map(|(at, item)| (desk.time(at), item.title.as_str()));
            words::will_show(
                now.map(|item| item.title.as_str()),
                time.as_ref().map(|(at, title)| (at.as_str(), *title)),
            )
        }
    };
    desk.screen.say(said.get(desk.lang));
    if !desk.is_served() {
        desk.screen.warn(order_words::not_served().get(desk.lang));
    }
    Ok(())
}

/// Ends a screen's pairing.
pub(super) fn forget(desk: &Desk, screen: &str, by: &str) -> Result<u8, CommandError> {
    let by = named(by)?;
    let screen = desk.find(screen)?;
    if !desk.catalog.forget_screen(&screen.id, (desk.now_ms(), by))? {
        return Err(CommandError::usage(words::not_paired(&screen.name)));
    }
    desk.screen.event(&PairEvent::ScreenForgotten { screen: &screen.id });
    desk.screen.say(words::forgotten(&screen.name).get(desk.lang));
    Ok(0)
}
