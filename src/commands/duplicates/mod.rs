//! `jincai duplicates`: what files have in common with each other and with the library. Encodes nothing.

mod answers;
mod compare;
mod explain;
mod reindex;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;

use super::error::CommandError;
use super::session::{self, GlobalOptions};
use crate::model::language::Lang;
use crate::model::opinion::OpinionKind;
use crate::pipeline::compare::SubjectError;
use crate::policy::presets;
use crate::present::messages::usage::{self, UsageError};
use crate::present::messages::{self, compare as words};
use crate::present::terminal::Screen;

#[derive(Debug, Subcommand)]
pub enum DuplicatesVerb {
    /// 画出两件作品怎样对应 · draws how two works correspond
    Explain {
        /// 文件或作品编号 · a file, or a work's id
        a: String,
        /// 另一件 · the other
        b: String,
        /// 图片写到哪里 · where the picture goes
        #[arg(short, long, value_name = "PNG")]
        output: Option<PathBuf>,
    },
    /// 认定是同一件，以后都照此处理 · two works are the same, from now on
    Same(Answer),
    /// 认定不是同一件 · two works are not the same
    NotSame(Answer),
    /// 认定前一件是原作，后一件与它重复 · the first is the original, the second repeats it
    Original(Answer),
    /// 列出人工认定 · lists people's decisions
    Answers,
    /// 撤销一条认定 · removes a decision
    Forget {
        /// 文件或作品编号 · a file, or a work's id
        a: String,
        /// 另一件 · the other
        b: String,
    },
    /// 重新生成缺失或旧版的指纹 · makes fingerprints again that are missing or old
    Reindex,
}

#[derive(Debug, clap::Args)]
pub struct Answer {
    /// 文件或作品编号 · a file, or a work's id
    a: String,
    /// 另一件 · the other
    b: String,
    /// 谁认定的 · who decided
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// 为什么 · why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Performs a subcommand; without one it compares `paths`.
pub async fn duplicates(
    globals: &GlobalOptions,
    what: Option<DuplicatesVerb>,
    paths: Vec<PathBuf>,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    if let (Some(_), Some(path)) = (&what, paths.first()) {
        return Err(CommandError::usage(words::path_before_verb(path)));
    }
    if let (None, [path]) = (&what, paths.as_slice())
        && let Some(meant) = verb_meant(path)
    {
        let misuse =
            UsageError::UnknownCommand { command: path.to_string_lossy().into_owned(), meant: Some(meant) };
        return Err(CommandError::usage(usage::misuse(&misuse)));
    }
    // A future: nothing is opened before it is awaited.
    let session = session::open_session(globals, lang, Arc::clone(&screen));
    match what {
        None => compare::compare(session.await?, paths).await,
        Some(DuplicatesVerb::Explain { a, b, output }) => {
            explain::explain(session.await?, [a, b], output).await
        }
        Some(DuplicatesVerb::Same(answer)) => answers::keep(session.await?, OpinionKind::Same, answer).await,
        Some(DuplicatesVerb::NotSame(answer)) => {
            answers::keep(session.await?, OpinionKind::NotSame, answer).await
        }
        Some(DuplicatesVerb::Original(answer)) => {
            answers::keep(session.await?, OpinionKind::Original, answer).await
        }
        Some(DuplicatesVerb::Answers) => answers::list(session.await?),
        Some(DuplicatesVerb::Forget { a, b }) => answers::forget(session.await?, [a, b]).await,
        Some(DuplicatesVerb::Reindex) => {
            reindex::reindex(session::open_run_session(globals, lang, screen).await?).await
        }
    }
}

/// Returns the subcommand of which `path`, where nothing exists, may be a misspelling.
fn verb_meant(path: &Path) -> Option<String> {
    if path.exists() || path.components().count() != 1 {
        return None;
    }
    let verbs = DuplicatesVerb::augment_subcommands(clap::Command::default());
    let names = verbs.get_subcommands().map(clap::Command::get_name);
    presets::nearest(&path.to_string_lossy(), names).map(str::to_owned)
}

impl From<SubjectError> for CommandError {
    fn from(error: SubjectError) -> Self {
        let text = match error {
            SubjectError::Discover(error) => return CommandError::from(error),
            SubjectError::Catalog(error) => return CommandError::from(error),
            SubjectError::Unknown { given } => words::unknown(&given),
            SubjectError::Unusable { path, finding } => words::unusable(&path, &messages::line(&finding)),
        };
        CommandError::usage(text)
    }
}
