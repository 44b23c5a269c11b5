//! `jincai playout`: what screens show, and what they showed.

mod carried;
pub mod desk;
mod ledger;
mod office;
pub mod receipts;
mod serve;
mod serve_output;
pub mod switch;

use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::model::playout::OrderKind;
use crate::present::terminal::Screen;
use desk::ScreenDesk;

#[derive(Debug, Subcommand)]
pub enum PlayoutVerb {
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

/// Performs a subcommand.
pub async fn playout(
    globals: &GlobalOptions,
    what: PlayoutVerb,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let desk = ScreenDesk::open(globals, lang, screen)?;
    match what {
        PlayoutVerb::Serve(given) => serve::serve(desk, &given).await,
        PlayoutVerb::Ledger(given) => ledger::ledger(&desk, &given),
        PlayoutVerb::Dark(given) => switch::switch(&desk, OrderKind::Dark, given).await,
        PlayoutVerb::Light(given) => switch::switch(&desk, OrderKind::Light, given).await,
        PlayoutVerb::Selftest(given) => switch::selftest(&desk, given).await,
    }
}
