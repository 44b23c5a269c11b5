//! `jincai run`: makes works of files, the main command.

use std::path::PathBuf;
use std::sync::Arc;

use super::run_output::Show;
use super::session;
use super::session::RunSession;
use crate::intake::discover;
use crate::pipeline::batch;
use crate::work::failure::JobError;

/// Makes works of everything under `paths` (of the configured inbox if there are none).
/// Returns the exit code: 1 if a work was rejected or failed, or if something could not be read.
pub async fn run(session: RunSession, paths: Vec<PathBuf>) -> Result<u8, JobError> {
    let RunSession { run, lang, screen } = session;
    let roots = if paths.is_empty() { vec![run.config.inbox.as_path().to_owned()] } else { paths };
    let found = discover::find(&roots, run.config.inbox.as_path(), run.config.library.as_path())?;
    session::warn_of_unlisted(&run, &found.sources, lang, &screen)?;
    let (show, unread) = (Arc::new(Show::of(&run, screen, lang, found.sources.len())), found.has_errors());
    show.not_taken(&found, &roots);
    show.placeholders(&run);
    let library = run.config.library.as_path().to_owned();
    let listener = Arc::clone(&show);
    let outcome = batch::run(run, found.sources, Arc::new(move |event| listener.take(&event))).await?;
    show.summary(&outcome, &library);
    Ok(outcome.exit_code().max(u8::from(unread)))
}
