//! `jincai stats`: figures of posts, imported and matched; works, units and platforms; the league table.

mod import;
mod matching;
mod show;

pub(in crate::commands) use show::end_of_day;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::error::CommandError;
use super::posts::Desk;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::present::terminal::Screen;

#[derive(Debug, Args)]
pub struct StatsArgs {
    /// 只统计这个赛季 · of this season alone
    #[arg(long, value_name = "SEASON")]
    season: Option<String>,
    /// 截至这一天的 24 时 · until the end of this day
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// 同时列出每件作品 · lists every work too
    #[arg(long)]
    works: bool,
}

#[derive(Debug, Subcommand)]
pub enum StatsVerb {
    /// 导入平台后台导出的数据表；一个文件有一处不对，就整个不导入 · imports tables of creator centres
    Import(ImportArgs),
    /// 列出对不上的行，或指定一行属于哪条回执 · rows that no receipt was certain for
    Match(MatchArgs),
    /// 写出手工填写用的空白表 · writes a table to fill in by hand
    Template {
        /// 写到哪个文件（.xlsx）· the file, .xlsx
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// 导出的表格（XLSX 或 CSV）· the tables
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 哪个平台，默认从表头看出来 · the target [default: told by the heads]
    #[arg(long, value_name = "TARGET")]
    platform: Option<String>,
    /// 数据的统计时间，默认是文件的修改时间 · when it was counted [default: the file's own time]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// 表头是什么，如 阅读数=views；记住一次 · what a head is; remembered
    #[arg(long, value_name = "HEAD=FIELD")]
    column: Vec<String>,
}

#[derive(Debug, Args)]
pub struct MatchArgs {
    /// 行的编号；不写就列出 · the row's number [default: lists all]
    #[arg(requires = "receipt")]
    row: Option<u64>,
    /// 回执号，都不是就写 none · the receipt's number, or none
    #[arg(requires = "by")]
    receipt: Option<String>,
    /// 谁定的 · who says so
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Performs a subcommand; without one it shows the statistics.
pub async fn stats(
    globals: &GlobalOptions,
    what: Option<StatsVerb>,
    given: &StatsArgs,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    if let Some(StatsVerb::Template { file }) = &what {
        return import::template(file, lang, &screen);
    }
    let desk = Desk::open(globals, lang, screen)?;
    match what {
        Some(StatsVerb::Import(args)) => import::import(&desk, &args).await,
        Some(StatsVerb::Match(args)) => matching::match_rows(&desk, &args),
        None | Some(StatsVerb::Template { .. }) => show::show(&desk, given),
    }
}
