//! `jincai stats`: the league table of units, platforms, and works.

use jiff::civil::Date;
use serde::Serialize;

use super::StatsArgs;
use crate::commands::error::CommandError;
use crate::commands::posts::Desk;
use crate::commands::table::{WIDEST, table};
use crate::model::config::season_named;
use crate::model::statistics::{Metric, StatisticsRules};
use crate::present::messages::statistics as words;
use crate::receipts::statistics::season::{
    PlatformLine, Statistics, Sums, UnitLine, WorkLine, china, facts, statistics,
};

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum StatsEvent<'a> {
    Unit {
        #[serde(flatten)]
        line: &'a UnitLine,
    },
    Platform {
        #[serde(flatten)]
        line: &'a PlatformLine,
    },
    Work {
        #[serde(flatten)]
        line: &'a WorkLine,
    },
    Rules {
        rules: &'a StatisticsRules,
        formula: crate::model::language::Bilingual,
    },
}

pub(super) fn show(desk: &Desk, given: &StatsArgs) -> Result<u8, CommandError> {
    let seasons = &desk.config.seasons;
    let season = given.season.as_deref().map(|given| {
        let known: Vec<&str> = seasons.iter().map(|season| season.id.as_str()).collect();
        let found = season_named(seasons, given).map(|season| season.id.as_str());
        found.ok_or_else(|| CommandError::usage(words::unknown_season(given, &known)))
    });
    let season = season.transpose()?;
    let cutoff = given.until.as_deref().map(end_of_day).transpose()?;
    let facts = facts(&desk.catalog, &desk.config, season, cutoff.as_deref())?;
    let found = statistics(&facts, &desk.config.statistics);
    events(desk, &found);
    desk.screen.say(&table(&words::unit_heads(desk.lang), &units(desk, &found), WIDEST));
    desk.screen.say(words::formula(&desk.config.statistics).get(desk.lang));
    if !found.platforms.is_empty() {
        desk.screen.say("");
        desk.screen.say(&table(&words::platform_heads(desk.lang), &platforms(desk, &found), WIDEST));
    }
    if given.works {
        desk.screen.say("");
        desk.screen.say(&table(&words::work_heads(desk.lang), &works(desk, &found), WIDEST));
    }
    Ok(0)
}

/// Returns 24:00 of a day in China, in UTC.
pub(in crate::commands) fn end_of_day(day: &str) -> Result<String, CommandError> {
    let wrong = || CommandError::usage(words::cell(words::CellWord::NotATime));
    let day: Date = day.trim().parse().map_err(|_| wrong())?;
    let next = day.tomorrow().map_err(|_| wrong())?;
    let end = next.at(0, 0, 0, 0).to_zoned_datetime(china()).map_err(|_| wrong())?;
    Ok(end.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn events(desk: &Desk, found: &Statistics) {
    found.units.iter().for_each(|line| desk.screen.event(&StatsEvent::Unit { line }));
    found.platforms.iter().for_each(|line| desk.screen.event(&StatsEvent::Platform { line }));
    found.works.iter().for_each(|line| desk.screen.event(&StatsEvent::Work { line }));
    let rules = &desk.config.statistics;
    desk.screen.event(&StatsEvent::Rules { rules, formula: words::formula(rules) });
}

/// What is not known is a dash, and never 0.
fn value(sums: &Sums, metric: Metric) -> String {
    sums.get(metric).map_or_else(|| words::not_known().to_owned(), |value| value.to_string())
}

fn unit_name<'a>(desk: &Desk, unit: &'a str) -> &'a str {
    if unit.is_empty() { words::unnamed_unit(desk.lang) } else { unit }
}

fn units(desk: &Desk, found: &Statistics) -> Vec<Vec<String>> {
    let row = |it: &UnitLine| {
        let mut cells =
            vec![it.place.to_string(), unit_name(desk, &it.unit).to_owned(), it.score.to_string()];
        cells.extend(it.counts().iter().map(usize::to_string));
        cells.extend([Metric::Views, Metric::Likes].map(|metric| value(&it.sums, metric)));
        cells
    };
    found.units.iter().map(row).collect()
}

fn platforms(desk: &Desk, found: &Statistics) -> Vec<Vec<String>> {
    let row = |it: &PlatformLine| {
        let mut cells = vec![
            desk.target_name(&it.target).to_owned(),
            it.posts.to_string(),
            it.reposts.to_string(),
            it.sums.without_figures.to_string(),
        ];
        cells.extend([Metric::Views, Metric::Likes, Metric::Comments].map(|metric| value(&it.sums, metric)));
        cells
    };
    found.platforms.iter().map(row).collect()
}

fn works(desk: &Desk, found: &Statistics) -> Vec<Vec<String>> {
    let row = |it: &WorkLine| {
        let hours = it.hours_to_post.map_or_else(|| words::not_known().to_owned(), |hours| hours.to_string());
        vec![
            it.work.clone(),
            it.title.clone(),
            unit_name(desk, &it.unit).to_owned(),
            it.posts.to_string(),
            it.reposts.to_string(),
            value(&it.sums, Metric::Views),
            value(&it.sums, Metric::Likes),
            hours,
            words::lacks(
                it.is_released && it.posts == 0,
                it.topics_missing,
                it.unproven,
                it.sums.without_figures,
                desk.lang,
            ),
        ]
    };
    found.works.iter().map(row).collect()
}
