//! `jincai review register`: the register of a period, rebuilt from the records.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::comments::write;
use super::opened::ReviewSession;
use crate::commands::error::CommandError;
use crate::commands::table;
use crate::model::config::Config;
use crate::model::language::Bilingual;
use crate::policy::presets;
use crate::present::messages::review_papers as words;
use crate::present::papers::{RegisterPage, register_page};
use crate::review::register::{Period, PeriodError, read};
use crate::review::register_xlsx::workbook;

#[derive(Debug, clap::Args)]
pub struct Register {
    /// 第一天，如 2026-09-01 · the first day
    #[arg(long, value_name = "DATE")]
    from: String,
    /// 最后一天，含当天 · the last day, included
    #[arg(long, value_name = "DATE")]
    to: String,
    /// 导出 Excel 表格 · writes a workbook
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// 导出可打印的网页，写到这个文件夹 · writes a page for printing into this folder
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
}

/// The register's columns that a terminal has room for.
const SHOWN: [usize; 8] = [0, 1, 2, 6, 7, 9, 11, 12];

pub(super) fn register(session: &ReviewSession, given: &Register) -> Result<u8, CommandError> {
    let period = Period::read(&given.from, &given.to).map_err(not_a_period)?;
    let entries = read(&session.catalog, period)?
        .map_err(|broken| CommandError::environment(words::records_broken(broken.number)))?;
    let rows = entries.rows(&session.config.review.item, &target_names(&session.config)?);
    let [from, to] = [period.from, period.to].map(|day| day.to_string());
    let said = words::period(&from, &to);
    let note = words::rebuilt(rows.len(), entries.numbers());
    let page = RegisterPage {
        college: &session.config.college,
        period: &said.zh,
        printed_at: &session.moment.at,
        note: &note.zh,
        rows: &rows,
    };
    let mut files = Vec::new();
    if let Some(path) = &given.xlsx {
        files.push(write(path, &workbook(&page)?)?);
    }
    if let Some(folder) = &given.html {
        let name = format!("{}-{from}-{to}.html", words::REGISTER_FILE.zh);
        files.push(write(&folder.join(name), register_page(&page).as_bytes())?);
    }
    let lang = session.lang;
    if files.is_empty() && !rows.is_empty() {
        let heads = SHOWN.map(|column| words::REGISTER_HEADS[column].get(lang).to_owned());
        let cells = |row: &[String; _]| SHOWN.map(|column| row[column].clone()).to_vec();
        let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
        session.screen.say(&table::table(&heads, &cells, table::WIDEST));
    }
    session.screen.say(note.get(lang));
    for file in &files {
        session.screen.say(words::written(file).get(lang));
    }
    session.screen.event(&entries.records);
    Ok(0)
}

/// Returns the names of all targets, those that are no longer enabled included: the records may be of an earlier year.
pub(super) fn target_names(config: &Config) -> Result<BTreeMap<String, Bilingual>, CommandError> {
    let all = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
    Ok(all.into_iter().map(|preset| (preset.id, preset.name)).collect())
}

fn not_a_period(error: PeriodError) -> CommandError {
    CommandError::usage(match error {
        PeriodError::NoDate { option, given } => words::bad_date(option, &given),
        PeriodError::Reversed(period) => {
            words::reversed_period(&period.from.to_string(), &period.to.to_string())
        }
    })
}
