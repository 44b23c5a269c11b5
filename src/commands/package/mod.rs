//! `jincai package`: showcase packages, from the profile of a call to a verified folder.

mod answer;
mod arguments;
mod build;
mod desk;
mod forms;
mod history;
mod plan;
mod profiles;
mod reading;
mod space;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::session::GlobalOptions;
use crate::model::language::Lang;
use crate::present::terminal::Screen;
use arguments::Chosen;
pub(super) use build::{place, staging};
pub(super) use desk::{CHECKING, Desk};

#[derive(Debug, Subcommand)]
pub enum PackageVerb {
    /// 有哪些报送方案，截止还有几天 · the profiles, with the days that are left
    List,
    /// 一个方案的全部要求和出处 · all that a profile asks, with its sources
    Show {
        /// 方案的 id · the profile's id
        id: String,
        /// 打印方案文件，照着写自己的 · prints the file, to copy from
        #[arg(long)]
        file: bool,
    },
    /// 检查自己写的方案 · checks a profile of your own
    Check {
        /// 方案文件 · the profile's file
        file: PathBuf,
    },
    /// 谁能进、叫什么名字、还缺什么 · who would be in, under which names, and what is lacking
    Plan(Chosen),
    /// 做出报送包，核对后才有名字 · builds a package, and names it once it is verified
    Build {
        #[command(flatten)]
        chosen: Chosen,
        /// 放在哪个文件夹，例如 U 盘 · the folder it goes to, such as a stick
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// 做成 BagIt（RFC 8493）· as a BagIt bag
        #[arg(long)]
        bag: bool,
        /// 做成压缩包 · as a zip
        #[arg(long)]
        zip: bool,
        /// 每个压缩包最多几字节，作品不拆开 · most bytes of a zip; works stay whole
        #[arg(long, value_name = "N", requires = "zip")]
        part_bytes: Option<u64>,
        /// 代替以前的第几号包 · in the place of an earlier package
        #[arg(long, value_name = "N")]
        replaces: Option<u64>,
        /// 谁做的 · who builds it
        #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
        by: String,
    },
    /// 核对一个报送包：内容、名字、规则 · checks a package: bytes, names, rules
    Verify {
        /// 报送包的文件夹或压缩包 · the package's folder, or its zip
        path: PathBuf,
    },
    /// 回答只有人能回答的问题 · answers what only a person can answer
    Answer(answer::Given),
    /// 做过哪些报送包 · the packages that were built
    Built,
}

/// Performs a verb.
pub async fn package(
    globals: &GlobalOptions,
    what: PackageVerb,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    match what {
        PackageVerb::List => profiles::list(globals, lang, &screen),
        PackageVerb::Show { id, file } => profiles::show(globals, (&id, file), lang, &screen),
        PackageVerb::Check { file } => profiles::check(globals, &file, lang, &screen),
        PackageVerb::Verify { path } => verify::verify(&path, lang, &screen).await,
        PackageVerb::Plan(chosen) => plan::plan(&Desk::open(globals, lang, screen)?, &chosen).await,
        PackageVerb::Build { chosen, to, bag, zip, part_bytes, replaces, by } => {
            let given = build::Given { to: &to, bag, zip, part_bytes, replaces, by: by.trim() };
            build::build(Desk::open(globals, lang, screen)?, &chosen, given).await
        }
        PackageVerb::Answer(given) => answer::answer(&Desk::open(globals, lang, screen)?, &given).await,
        PackageVerb::Built => history::list(&Desk::open(globals, lang, screen)?),
    }
}
