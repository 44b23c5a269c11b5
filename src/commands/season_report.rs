//! `jincai report season`: the report of a season, as a text to paste, a workbook and a page.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use jiff::ZonedDateTime;
use serde::Serialize;

use super::error::CommandError;
use super::posts::Desk;
use super::session::GlobalOptions;
use super::stats::end_of_day;
use crate::files;
use crate::library::staging::HandedOutFolder;
use crate::model::config::Season;
use crate::model::language::{Bilingual, Lang};
use crate::present::messages::season_report as words;
use crate::present::messages::showcase as package_words;
use crate::present::messages::statistics::formula;
use crate::present::terminal::Screen;
use crate::receipts::statistics::season::{china, facts, statistics};
use crate::showcase::season_report::{About, Report, page, report, text, workbook};

#[derive(Debug, Subcommand)]
pub enum ReportVerb {
    /// 一个赛季的通报：文字、表格、网页，每个数据都有来源 · of a season: a text, a workbook and a page
    Season {
        /// 赛季的编号或名称 · the season, by its id or name
        season: String,
        /// 写到哪个文件夹（新建）· the folder to create
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
        /// 发布和数据截至这一天的 24 时 · posts and figures until the end of this day
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
    },
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ReportEvent<'a> {
    Built { path: &'a Path, works: usize, units: usize, posts: usize },
}

pub fn season_report(
    globals: &GlobalOptions,
    what: &ReportVerb,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let ReportVerb::Season { season, output, until } = what;
    let desk = Desk::open(globals, lang, screen)?;
    let season = season_of(&desk, season)?;
    let (place, name) = place(&desk, output)?;
    let now = desk.now.timestamp().to_zoned_datetime(china());
    let ends = until.as_deref().map(end_of_day).transpose()?;
    // Of a day that is not over, no more is known than until now.
    let (cutoff, until) = match (ends, until.as_deref()) {
        (Some(end), Some(day)) if end.parse::<jiff::Timestamp>().is_ok_and(|end| end <= now.timestamp()) => {
            (end, words::end_of_day(day.trim()))
        }
        _ => (now.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), moment(&now)),
    };
    let found = facts(&desk.catalog, &desk.config, Some(&season.id), Some(&cutoff))?;
    let rules = &desk.config.statistics;
    let about = About {
        college: desk.config.college.clone(),
        campaign: desk.config.campaign.name.clone(),
        season: season.name.clone(),
        until,
        made: moment(&now),
        formula: formula(rules).zh,
        targets: desk.presets.iter().map(|preset| (preset.id.clone(), preset.name.zh.clone())).collect(),
    };
    let made = report(about, &found, statistics(&found, rules));
    let path = write(&place, &name, &made)?;
    let totals = &made.totals;
    desk.screen.event(&ReportEvent::Built {
        path: &path,
        works: totals.entries,
        units: totals.units,
        posts: totals.posts,
    });
    desk.screen.say(text::text(&made).trim_end());
    desk.screen.say("");
    desk.screen.say(words::built(&path).get(desk.lang));
    Ok(0)
}

fn write(place: &Path, name: &str, made: &Report) -> Result<PathBuf, CommandError> {
    let folder = HandedOutFolder::begin(place, name)?;
    folder.write(words::TEXT_FILE, text::text(made).as_bytes())?;
    let sheets = workbook::workbook(made).map_err(CommandError::internal)?;
    folder.write(words::WORKBOOK_FILE, &sheets)?;
    folder.write(words::PAGE_FILE, page::page(made).as_bytes())?;
    Ok(folder.finish()?)
}

fn moment(now: &ZonedDateTime) -> String {
    words::moment(&now.date().to_string(), now.hour(), now.minute())
}

fn season_of<'a>(desk: &'a Desk, given: &str) -> Result<&'a Season, CommandError> {
    let seasons = &desk.config.seasons;
    let known: Vec<&str> = seasons.iter().map(|season| season.id.as_str()).collect();
    let found = seasons.iter().find(|season| season.id == given || season.name == given);
    found.ok_or_else(|| CommandError::usage(package_words::no_season(given, &known)))
}

/// Returns the folder that the report's folder goes into, and its name.
fn place(desk: &Desk, output: &Path) -> Result<(PathBuf, String), CommandError> {
    let path = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(usage(words::is_there(&path)));
    };
    let shown = parent.display().to_string();
    let Some(real) = parent.canonicalize().ok().filter(|real| real.is_dir()) else {
        return Err(usage(package_words::no_folder(&shown)));
    };
    let lies_in = |folder: &Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    if lies_in(desk.library()) {
        return Err(usage(package_words::inside_library(&shown)));
    }
    if lies_in(desk.config.inbox.as_path()) {
        return Err(usage(package_words::inside_inbox(&shown)));
    }
    let name = name.to_string_lossy().into_owned();
    match files::is_there(&real.join(&name)) {
        Ok(false) => Ok((real, name)),
        _ => Err(usage(words::is_there(&path))),
    }
}

fn usage((text, hint): (Bilingual, Bilingual)) -> CommandError {
    CommandError::usage(text).with_hint(hint)
}
