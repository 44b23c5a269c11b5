//! `jincai review`, `jincai withdraw` and `jincai restore`: who said yes to which bytes, and how a work is taken back.

mod comments;
mod decide;
mod list;
mod opened;
mod register;
mod sheet;
mod show;
pub mod take_back;
mod times;
mod verify;

use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::present::terminal::Screen;
pub use opened::refused;
use opened::{By, ReviewSession};

#[derive(Debug, Subcommand)]
pub enum ReviewVerb {
    /// 作品的发布内容、上次签字后的变化、意见和记录 · the release set, what changed, comments, records
    Show {
        /// 编号、编号开头或标题 · an id, its beginning, or a title
        work: String,
    },
    /// 签字通过 · signs a work
    Approve(decide::Approve),
    /// 退回部门修改 · returns a work to its department
    Return(decide::Return),
    /// 撤回自己刚签的意见，下一级审过就不能撤了 · takes back one's own decision, until the next level acted
    Undo {
        /// 编号、编号开头或标题 · an id, its beginning, or a title
        work: String,
        #[command(flatten)]
        by: By,
    },
    /// 写一条意见，可以指明时间 · comments on a work, or on a moment of it
    Comment(decide::Comment),
    /// 意见已处理 · a comment is done
    Resolve {
        /// 意见的编号 · the comment's number
        number: u64,
        #[command(flatten)]
        by: By,
    },
    /// 审核登记表：打印、签字、存档，每件一个网页 · the sheets to print, sign and file, a page for each work
    Sheet(sheet::Sheets),
    /// 一段时间的审核登记册，由审核记录重建 · the register of a period, rebuilt from the records
    Register(register::Register),
    /// 列出意见，或导出成表格和剪辑软件的标记 · lists comments, or exports them as a table or as markers
    Comments(comments::Comments),
    /// 核对审核记录和已通过的文件 · checks the chain of records, and the files that were signed
    Verify,
}

/// Performs a subcommand; without one it lists what waits.
pub async fn review(
    globals: &GlobalOptions,
    what: Option<ReviewVerb>,
    level: Option<String>,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let mut session = ReviewSession::open(globals, lang, screen)?;
    match what {
        None => list::list(&mut session, level.as_deref()),
        Some(ReviewVerb::Show { work }) => show::show(&session, &work),
        Some(ReviewVerb::Approve(given)) => decide::approve(&session, given),
        Some(ReviewVerb::Return(given)) => decide::send_back(&session, &given),
        Some(ReviewVerb::Undo { work, by }) => decide::undo(&session, &work, &by),
        Some(ReviewVerb::Comment(given)) => decide::comment(&session, &given),
        Some(ReviewVerb::Resolve { number, by }) => decide::resolve(&session, number, &by),
        Some(ReviewVerb::Sheet(given)) => sheet::sheets(&session, given).await,
        Some(ReviewVerb::Register(given)) => register::register(&session, &given),
        Some(ReviewVerb::Comments(given)) => comments::comments(&session, &given),
        Some(ReviewVerb::Verify) => verify::verify(&mut session),
    }
}
