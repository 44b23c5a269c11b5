//! `jincai screens`: how every screen is, and which device is which screen.

mod list;
mod pair;

use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::playout::desk::Desk;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::present::terminal::Screen;

#[derive(Debug, Subcommand)]
pub enum ScreensVerb {
    /// 配对：屏幕上显示的码，是哪块屏幕 · says which screen the device with this code is
    Pair {
        /// 屏幕上显示的配对码 · the code that it shows
        code: String,
        /// 屏幕的编号或名称 · id or name of the screen
        screen: String,
        /// 谁 · who
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// 取消配对，那台设备再也取不到任何东西 · its device is given nothing any more
    Forget {
        /// 屏幕的编号或名称 · id or name of the screen
        screen: String,
        /// 谁 · who
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

/// Performs a subcommand; without one it lists all screens.
pub fn screens(
    globals: &GlobalOptions,
    what: Option<ScreensVerb>,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let desk = Desk::open(globals, lang, screen)?;
    match what {
        None => list::list(&desk),
        Some(ScreensVerb::Pair { code, screen, by }) => pair::pair(&desk, &code, &screen, &by),
        Some(ScreensVerb::Forget { screen, by }) => pair::forget(&desk, &screen, &by),
    }
}
