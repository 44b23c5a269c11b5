//! `jincai package list`, `show`, `check`: what calls ask.

use std::path::Path;

use serde::Serialize;

use crate::clock::{Clock, SystemClock};
use crate::commands::error::CommandError;
use crate::commands::session::{self, GlobalOptions};
use crate::commands::table::columns;
use crate::model::config::Config;
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::preset::Preset;
use crate::model::showcase::profile::Profile;
use crate::model::showcase::times::Left;
use crate::policy::presets::{self, load_packages, package_text, read_package, unusable_builtin};
use crate::present::messages::presets::confidence;
use crate::present::messages::showcase as words;
use crate::present::terminal::Screen;
use crate::text::Visible;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ProfileEvent<'a> {
    Profile {
        #[serde(flatten)]
        profile: &'a Profile,
        /// When it is due, RFC 3339 in UTC.
        due: Option<String>,
        /// Whole days that are left; negative once it is over.
        days_left: Option<i64>,
    },
    Checked {
        file: AnyPath,
        profile: &'a str,
        warnings: usize,
    },
    Warning {
        line: usize,
        column: usize,
        problem: &'a Bilingual,
        hint: &'a Bilingual,
    },
}

/// The presets, and the profiles held against them.
pub(super) fn known(config: &Config) -> Result<(Vec<Preset>, Vec<Profile>), CommandError> {
    let presets = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
    let profiles = load_packages(config.packages.as_ref().map(|folder| folder.as_path()), &presets)?;
    Ok((presets, profiles))
}

/// Returns the profile with an id.
pub(super) fn find(
    (presets, profiles): (&[Preset], Vec<Profile>),
    id: &str,
) -> Result<Profile, CommandError> {
    let is_known = profiles.iter().any(|profile| profile.id == id);
    if let Some(error) = unusable_builtin(id, presets).filter(|_| !is_known) {
        return Err(error.into());
    }
    let known: Vec<String> = profiles.iter().map(|profile| profile.id.clone()).collect();
    profiles.into_iter().find(|profile| profile.id == id).ok_or_else(|| {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let (text, hint) = words::unknown_profile(id, &known);
        CommandError::usage(text).with_hint(hint)
    })
}

pub(super) fn list(globals: &GlobalOptions, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let (_, profiles) = known(&config)?;
    let now = SystemClock.now();
    let mut rows = vec![words::list_heads(lang)];
    for profile in &profiles {
        screen.event(&event(profile, now));
        rows.push(words::list_row(profile, profile.when.left(now), lang));
    }
    screen.say(columns(&rows).trim_end());
    for profile in profiles.iter().filter(|profile| !profile.example) {
        if let Some(loud) = words::loud(profile, profile.when.left(now)) {
            screen.say(&format!("{}: {}", profile.id, loud.get(lang)));
        }
    }
    Ok(0)
}

fn event(profile: &Profile, now: jiff::Timestamp) -> ProfileEvent<'_> {
    let days_left = match profile.when.left(now) {
        Left::None => None,
        Left::Before { days, .. } => Some(days),
        Left::Over { days } => Some(-days - 1),
    };
    ProfileEvent::Profile { profile, due: profile.when.deadline_at().map(|at| at.to_string()), days_left }
}

pub(super) fn show(
    globals: &GlobalOptions,
    (id, as_file): (&str, bool),
    lang: Lang,
    screen: &Screen,
) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let (presets, profiles) = known(&config)?;
    let profile = find((&presets, profiles), id)?;
    if let Some(text) = package_text(id).filter(|_| as_file) {
        screen.say(text.trim_end());
        return Ok(0);
    }
    let now = SystemClock.now();
    screen.event(&event(&profile, now));
    let mut page = format!("{} · {}\n", profile.id, profile.name.get(lang));
    if let Some(loud) = words::loud(&profile, profile.when.left(now)) {
        page.push_str(&format!("{}\n", loud.get(lang)));
    }
    page.push('\n');
    page.push_str(&columns(&words::facts(&profile, lang)));
    page.push('\n');
    page.push_str(words::sources_head(lang));
    let sources: Vec<Vec<String>> = profile
        .evidence
        .iter()
        .map(|(path, evidence)| {
            vec![
                format!("  {path}"),
                confidence(evidence.confidence, lang).to_owned(),
                evidence.as_of.clone().unwrap_or_else(|| profile.as_of.clone()),
                evidence.source.clone(),
            ]
        })
        .collect();
    page.push_str(&columns(&sources));
    screen.say(page.trim_end());
    Ok(0)
}

pub(super) fn check(
    globals: &GlobalOptions,
    file: &Path,
    lang: Lang,
    screen: &Screen,
) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let presets = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
    let (profile, warnings) = read_package(file, &presets)?;
    let name = Visible::path(file).to_string();
    for warning in &warnings {
        let place = (warning.line, warning.column);
        let said = words::warning(&name, place, &warning.problem, &warning.hint);
        screen.say(said.get(lang));
        screen.event(&ProfileEvent::Warning {
            line: warning.line,
            column: warning.column,
            problem: &warning.problem,
            hint: &warning.hint,
        });
    }
    let count = warnings.len();
    screen.event(&ProfileEvent::Checked { file: file.into(), profile: &profile.id, warnings: count });
    screen.say(words::checked(&name, &profile.id, count).get(lang));
    Ok(0)
}
