//! The list of screens: what they say of themselves, and whether a picture moves.

use serde::Serialize;

use crate::commands::error::CommandError;
use crate::commands::playout::desk::Desk;
use crate::commands::table;
use crate::library::catalog::{BeatRow, FaultRow};
use crate::model::playout::{Beat, ScreenConfig, ScreenNews, Trouble};
use crate::present::messages::screen_orders as order_words;
use crate::present::messages::screens as words;
use crate::present::messages::screens::ScreenState;

/// Without a word for so long a screen is silent, milliseconds.
const SILENT_MS: i64 = 20_000;

/// A picture that should move and has not for so long is frozen, milliseconds.
const FROZEN_MS: i64 = 11_000;

/// Faults of the last day are listed, at most so many.
const FAULTS_MS: i64 = 24 * 3_600_000;
const MOST_FAULTS: usize = 20;

/// Pixels that rounding may take.
const ROUNDING: u32 = 2;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ScreenEvent<'a> {
    Screen {
        screen: &'a str,
        name: &'a str,
        place: &'a str,
        state: ScreenState,
        /// When it was heard last, milliseconds since 1970.
        heard: Option<i64>,
        /// The newest edition made for it, and whether it plays that.
        edition: Option<&'a str>,
        current: bool,
        /// Title of what is on.
        on: Option<&'a str>,
        canvas: Option<[u32; 2]>,
        troubles: Vec<Trouble>,
        beat: Option<&'a Beat>,
    },
    ScreenFault(&'a FaultRow),
}

/// One screen as it is listed.
struct Listed<'a> {
    config: &'a ScreenConfig,
    state: ScreenState,
    last: Option<BeatRow>,
    edition: Option<String>,
    on: Option<String>,
    canvas: Option<[u32; 2]>,
    troubles: Vec<Trouble>,
}

/// Lists all screens. Returns 1 if one is not well.
pub(super) fn list(desk: &Desk) -> Result<u8, CommandError> {
    let beats = desk.catalog.beats()?;
    let tokens = desk.catalog.tokens()?;
    let now = desk.now_ms();
    let mut all = Vec::new();
    for config in &desk.config.screen {
        let is_paired = tokens.iter().any(|token| !token.is_stick && token.screen == config.id);
        let last = beats.iter().find(|row| row.screen == config.id).cloned();
        all.push(listed(desk, config, (is_paired, last), now)?);
    }
    let rows: Vec<Vec<String>> = all.iter().map(|one| row(desk, one)).collect();
    let heads = words::HEADS.map(|head| head.get(desk.lang).to_owned());
    desk.screen.say(&table::table(&heads, &rows, table::WIDEST));
    for one in &all {
        tell(desk, one, now);
    }
    let faults = desk.catalog.faults_since(now - FAULTS_MS)?;
    for fault in faults.iter().take(MOST_FAULTS) {
        desk.screen.event(&ScreenEvent::ScreenFault(fault));
        let name = desk.find(&fault.screen).map_or(fault.screen.as_str(), |screen| screen.name.as_str());
        let shown = desk.catalog.shown(&fault.sha256)?;
        let what = shown.map_or_else(|| fault.sha256.chars().take(12).collect(), |file| file.title);
        let about = (what.as_str(), fault.detail.as_str(), fault.count);
        desk.screen.say(words::fault_line(name, &desk.time(fault.at), fault.kind, about).get(desk.lang));
    }
    if !desk.is_served() {
        desk.screen.warn(order_words::not_served().get(desk.lang));
    }
    let is_bad = |one: &Listed<'_>| matches!(one.state, ScreenState::Silent | ScreenState::Frozen);
    Ok(u8::from(all.iter().any(is_bad)))
}

fn listed<'a>(
    desk: &Desk,
    config: &'a ScreenConfig,
    (is_paired, last): (bool, Option<BeatRow>),
    now: i64,
) -> Result<Listed<'a>, CommandError> {
    let newest = desk.catalog.newest_editions(&config.id, 1)?.into_iter().next();
    let edition = match &newest {
        Some(row) => desk.catalog.edition(&row.id)?.and_then(|it| it.sealed.edition().ok()),
        None => None,
    };
    let canvas = edition.as_ref().map(|edition| edition.canvas);
    let state = match &last {
        _ if !is_paired => ScreenState::Unpaired,
        None => ScreenState::Waiting,
        Some(last) if now - last.at > SILENT_MS => ScreenState::Silent,
        Some(last) if last.at - last.moved >= FROZEN_MS => ScreenState::Frozen,
        Some(last) if last.beat.showing == "dark" => ScreenState::Dark,
        Some(_) => ScreenState::Well,
    };
    let on = match &last {
        Some(last) => on(desk, &last.beat)?,
        None => None,
    };
    let mut troubles = Vec::new();
    if let Some(last) = last.as_ref().filter(|_| is_paired) {
        if state == ScreenState::Silent {
            troubles.push(Trouble::Silent { since: last.at });
        }
        if state == ScreenState::Frozen {
            troubles.push(Trouble::Frozen { ms: (last.at - last.moved).unsigned_abs() });
        }
        let viewport = last.beat.viewport;
        let fits = |canvas: [u32; 2]| {
            viewport.iter().zip(canvas).all(|(one, other)| one.abs_diff(other) <= ROUNDING)
        };
        troubles.extend(
            canvas
                .filter(|canvas| viewport != [0, 0] && !fits(*canvas))
                .map(|canvas| Trouble::Canvas { viewport, canvas }),
        );
    }
    Ok(Listed { config, state, last, edition: newest.map(|row| row.id), on, canvas, troubles })
}

fn on(desk: &Desk, beat: &Beat) -> Result<Option<String>, CommandError> {
    let fixed = match beat.showing.as_str() {
        "" => return Ok(None),
        "card" => words::CARD,
        "dark" => words::DARK,
        "notice" => words::NOTICE,
        sha256 => {
            let title = desk.catalog.shown(sha256)?.map(|file| file.title);
            return Ok(Some(title.unwrap_or_else(|| sha256.chars().take(12).collect())));
        }
    };
    Ok(Some(fixed.get(desk.lang).to_owned()))
}

fn row(desk: &Desk, one: &Listed<'_>) -> Vec<String> {
    let beat = one.last.as_ref().map(|last| &last.beat);
    let edition = match (&one.edition, beat) {
        (None, _) => words::NO_EDITION,
        (Some(newest), Some(beat)) if *newest == beat.edition => words::CURRENT,
        _ => words::BEHIND,
    };
    let frames = beat.map(|beat| match beat.moving_ms {
        0 => words::NOT_MOVING.get(desk.lang).to_owned(),
        ms => format!("{} / {:.0} s", beat.frames, ms as f64 / 1_000.0),
    });
    let text = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    vec![
        format!("{} {}", one.config.id, one.config.name),
        one.config.place.clone(),
        words::state(one.state).get(desk.lang).to_owned(),
        one.last.as_ref().map_or_else(|| words::NEVER.get(desk.lang).to_owned(), |last| desk.time(last.at)),
        edition.get(desk.lang).to_owned(),
        text(one.on.clone()),
        text(frames),
        text(beat.map(|beat| format!("{}/{}", beat.files[0], beat.files[1]))),
        text(beat.and_then(|beat| beat.free_bytes).map(|free| format!("{:.1} GB", free as f64 / 1e9))),
    ]
}

fn tell(desk: &Desk, one: &Listed<'_>, now: i64) {
    let beat = one.last.as_ref().map(|last| &last.beat);
    desk.screen.event(&ScreenEvent::Screen {
        screen: &one.config.id,
        name: &one.config.name,
        place: &one.config.place,
        state: one.state,
        heard: one.last.as_ref().map(|last| last.at),
        edition: one.edition.as_deref(),
        current: one.edition.is_some() && one.edition.as_deref() == beat.map(|beat| beat.edition.as_str()),
        on: one.on.as_deref(),
        canvas: one.canvas,
        troubles: one.troubles.clone(),
        beat,
    });
    for trouble in &one.troubles {
        let since = match trouble {
            Trouble::Silent { since } => desk.time(*since),
            _ => desk.time(now),
        };
        let news = ScreenNews {
            screen: one.config.id.clone(),
            name: one.config.name.clone(),
            place: one.config.place.clone(),
            at: now,
            well: false,
            trouble: trouble.clone(),
        };
        desk.screen.say(words::news(&news, &since).get(desk.lang));
    }
    if beat.is_some_and(|beat| beat.way == "page-insecure") {
        desk.screen.say(words::insecure(&one.config.name).get(desk.lang));
    }
}
