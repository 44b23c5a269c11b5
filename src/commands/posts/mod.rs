//! `jincai posts`: where works were posted, what is overdue, and what has to be looked at.

mod add;
mod arguments;
mod desk;
mod due;
mod export;
mod faults;
mod import;
mod list;
mod screenshot;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::present::terminal::Screen;
pub use arguments::{AddArgs, ListArgs};
pub(super) use desk::Desk;

#[expect(clippy::large_enum_variant, reason = "one command line a process: its size does not matter")]
#[derive(Debug, Subcommand)]
pub enum PostsVerb {
    /// 列出该发未发、该删未删、待核和缺话题的 · what is to be posted, removed, verified, or lacks a topic
    Due {
        /// 每项最多列出几条 · lists at most so many of each
        #[arg(long, value_name = "N", default_value_t = 20, hide_default_value = true)]
        limit: u32,
    },
    /// 登记一条回执 · records that a work was posted, reposted or removed
    Add(AddArgs),
    /// 由另一位同事核实一条待核的回执 · a colleague confirms a receipt that is to be verified
    Confirm {
        /// 回执号，见 jincai posts · the receipt's number
        receipt: u64,
        /// 谁核实的 · who looked
        #[arg(long, value_name = "NAME")]
        by: String,
        /// 说明 · a note
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// 从表格导入回执（CSV 或 XLSX），有一处不对就一条也不记 · imports receipts from a table, all of them or none
    Import {
        /// 表格文件 · the table
        file: PathBuf,
        /// 表格里没写经手人的由谁登记 · who did it, where the table does not say
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 导出回执，或空白模板 · writes the receipts, or a template to fill in
    Export {
        /// 写到哪个文件（.xlsx 或 .csv）· the file, .xlsx or .csv
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// 写出模板，预填待发布的 · a template, filled with what is due
        #[arg(long)]
        template: bool,
    },
}

/// Performs a subcommand; without one it lists receipts.
pub async fn posts(
    globals: &GlobalOptions,
    what: Option<PostsVerb>,
    list: ListArgs,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let desk = Desk::open(globals, lang, screen)?;
    match what {
        None => list::list(&desk, &list),
        Some(PostsVerb::Due { limit }) => due::due(&desk, limit),
        Some(PostsVerb::Add(args)) => add::add(&desk, args).await,
        Some(PostsVerb::Confirm { receipt, by, note }) => add::confirm(&desk, receipt, &by, note),
        Some(PostsVerb::Import { file, by }) => import::import(&desk, &file, by.as_deref()).await,
        Some(PostsVerb::Export { output, template }) => export::export(&desk, &output, template),
    }
}
