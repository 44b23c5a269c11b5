//! `jincai playout ledger`: 信息发布台账, and whether it is as it was closed.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;

use super::desk::Desk;
use super::office::planned;
use crate::clock::{Clock, SystemClock};
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::library::staging::{self, Durability};
use crate::playout::ledger::{Ledger, Line, TablePage, csv, lines, rows_of, verify, workbook};
use crate::present::messages::{ledger as words, review_papers};

#[derive(Debug, clap::Args)]
pub struct LedgerArgs {
    /// 第一天，如 2026-11-01 · the first day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// 最后一天，含当天 · the last day, included
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// 导出 Excel 表格 · writes a workbook
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// 导出 CSV · writes CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// 核对封存的日子有没有被改过 · checks that closed days were not changed
    #[arg(long, conflicts_with_all = ["from", "to", "xlsx", "csv"])]
    verify: bool,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum LedgerEvent<'a> {
    LedgerLine {
        #[serde(flatten)]
        line: &'a Line,
    },
    LedgerVerified {
        days: usize,
        sound: bool,
        /// The first day that is not as it was closed.
        broken: Option<&'a str>,
    },
}

/// The columns that a terminal has room for.
const SHOWN: [usize; 9] = [0, 1, 3, 5, 6, 7, 8, 9, 10];

/// Writes the ledger of a period, or checks it.
pub fn ledger(desk: &Desk, given: &LedgerArgs) -> Result<u8, CommandError> {
    let today = SystemClock.now().to_zoned_datetime(desk.zone.clone()).date();
    if given.verify {
        return check(desk, today);
    }
    let (Some(from), Some(to)) = (&given.from, &given.to) else {
        return Err(CommandError::usage(words::period_needed()));
    };
    let (from, to) = (date("--from", from)?, date("--to", to)?);
    if from > to {
        return Err(CommandError::usage(words::reversed(&from.to_string(), &to.to_string())));
    }
    let planned = |date| planned(&desk.catalog, &desk.config, date);
    let offline_days = desk.config.playout.offline_days;
    let ledger = Ledger { catalog: &desk.catalog, today, offline_days, planned: &planned };
    let rows = rows_of(&ledger, from, to)?;
    let lines = lines(&desk.catalog, (&desk.config.screen, &desk.zone), &rows)?;
    write(desk, given, (from, to), &lines)?;
    for line in &lines {
        desk.screen.event(&LedgerEvent::LedgerLine { line });
    }
    for (reason, count) in desk.catalog.refused_plays()? {
        desk.screen.tell(words::kept_aside(&reason, count).get(desk.lang));
    }
    Ok(0)
}

fn write(
    desk: &Desk,
    given: &LedgerArgs,
    (from, to): (Date, Date),
    lines: &[Line],
) -> Result<(), CommandError> {
    let [from, to] = [from, to].map(|date| date.to_string());
    let made_at =
        SystemClock.now().to_zoned_datetime(desk.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let college = desk.config.college.as_str();
    let page = TablePage { college, from: &from, to: &to, made_at: &made_at, lines };
    let mut files = Vec::new();
    if let Some(path) = &given.xlsx {
        files.push(put(path, &workbook(&page)?)?);
    }
    if let Some(path) = &given.csv {
        files.push(put(path, &csv(&page)?)?);
    }
    if files.is_empty() && !lines.is_empty() {
        let heads = SHOWN.map(|column| words::HEADS[column].get(desk.lang).to_owned());
        let rows: Vec<Vec<String>> = lines.iter().map(|line| cells(desk, line)).collect();
        desk.screen.say(&table::table(&heads, &rows, table::WIDEST));
    }
    desk.screen.say(words::made(&made_at, lines.len()).get(desk.lang));
    for file in &files {
        desk.screen.say(review_papers::written(file).get(desk.lang));
    }
    Ok(())
}

fn cells(desk: &Desk, line: &Line) -> Vec<String> {
    let title = match (line.title.as_str(), line.sha256.as_str()) {
        (_, "") => words::LOST.get(desk.lang),
        ("", _) => words::NOT_KNOWN.get(desk.lang),
        (title, _) => title,
    };
    let s = line.shown_ms / 1_000;
    vec![
        line.date.clone(),
        line.screen_name.clone(),
        title.to_owned(),
        line.first.clone(),
        line.last.clone(),
        line.plays.to_string(),
        line.whole.to_string(),
        format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60),
        line.planned.to_string(),
    ]
}

fn put(path: &Path, bytes: &[u8]) -> Result<PathBuf, CommandError> {
    let path = std::path::absolute(path).map_err(CommandError::internal)?;
    let folder = path.parent().unwrap_or(&path);
    staging::write_beside(folder, &path, bytes, Durability::Synced)?;
    Ok(path)
}

fn date(option: &'static str, given: &str) -> Result<Date, CommandError> {
    given.trim().parse().map_err(|_| CommandError::usage(words::bad_date(option, given)))
}

fn check(desk: &Desk, today: Date) -> Result<u8, CommandError> {
    let found = verify(&desk.catalog, today)?;
    let broken = found.broken.as_ref();
    desk.screen.event(&LedgerEvent::LedgerVerified {
        days: found.days,
        sound: broken.is_none(),
        broken: broken.map(|broken| broken.date.as_str()),
    });
    match broken {
        None => desk.screen.say(words::sound(found.days).get(desk.lang)),
        Some(broken) => desk.screen.warn(words::broken(&broken.date, broken.what).get(desk.lang)),
    }
    Ok(u8::from(broken.is_some()))
}
