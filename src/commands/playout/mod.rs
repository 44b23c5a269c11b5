//! `jincai playout`: what screens show, when, and what they showed.

mod carried;
mod check;
pub mod desk;
mod explain;
mod handout;
mod ledger;
mod office;
mod plan;
pub mod receipts;
pub mod serve;
mod serve_output;
mod settings;
mod sticks;
pub mod switch;

use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::model::playout::OrderKind;
use crate::present::terminal::Screen;
use desk::Desk;
pub use handout::HandoutArgs;

#[derive(Debug, Subcommand)]
pub enum PlayoutVerb {
    /// 一块屏幕的节目单 · what a screen shows on a day
    Plan {
        /// 屏幕的编号或名称 · id or name of the screen
        screen: String,
        /// 哪一天，默认今天 · the first date [default: today]
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        /// 几天 · how many days
        #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
        days: u16,
    },
    /// 某一刻为什么播这个 · why a screen shows what it shows at a time
    Explain {
        /// 屏幕的编号或名称 · id or name of the screen
        screen: String,
        /// 时间，例如 12:10 或 2026-11-30 12:10，默认现在 · the time [default: now]
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// 做一个不联网也能播的 U 盘 · a stick or folder that plays without a network
    Handout(HandoutArgs),
    /// 做过哪些盘，收回了没有 · the sticks that were made, and whether they are back
    Sticks(sticks::SticksArgs),
    /// 哪些时段没有节目，哪些作品哪块屏幕都不播 · times that nobody fills, works that no screen shows, and why
    Check,
    /// 为屏幕服务：网页、节目单、文件、播放记录，直到停止 · serves the screens until it is stopped
    Serve(serve::Serve),
    /// 信息发布台账：哪块屏幕哪天播了什么、几次 · the ledger of what screens showed
    Ledger(ledger::LedgerArgs),
    /// 关闭画面，只显示待机画面 · shows the card alone
    Dark(switch::Switch),
    /// 恢复播放 · plays again
    Light(switch::Switch),
    /// 让一块屏幕自检，并等结果 · has a screen test itself, and waits for the result
    Selftest(switch::Selftest),
}

/// Performs a verb.
pub async fn playout(
    globals: &GlobalOptions,
    what: PlayoutVerb,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let desk = Desk::open(globals, lang, screen)?;
    match what {
        PlayoutVerb::Plan { screen: id, date, days } => plan::plan(desk, &id, date.as_deref(), days),
        PlayoutVerb::Explain { screen: id, at } => explain::explain(desk, &id, at.as_deref()),
        PlayoutVerb::Handout(args) => handout::handout(desk, args).await,
        PlayoutVerb::Sticks(given) => sticks::sticks(&desk, &given),
        PlayoutVerb::Check => check::check(desk),
        PlayoutVerb::Serve(given) => serve::serve(desk, globals, &given).await,
        PlayoutVerb::Ledger(given) => ledger::ledger(&desk, &given),
        PlayoutVerb::Dark(given) => switch::switch(&desk, OrderKind::Dark, given).await,
        PlayoutVerb::Light(given) => switch::switch(&desk, OrderKind::Light, given).await,
        PlayoutVerb::Selftest(given) => switch::selftest(&desk, given).await,
    }
}
