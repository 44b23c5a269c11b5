//! Makes sure that a source does not change while a worker reads it.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::job::EngineError;
use crate::model::request::SourceRequest;
use crate::model::value::{Arg, Words};
use crate::pipeline::progress::ProgressReporter;
use crate::work::blocking::run_blocking;
use crate::work::context::Context;
use crate::worker::TOUCHED;
use crate::{files, worker};

/// Most attempts at a job: a change of a file's rights or name looks to a worker like one of its content, and does not last.
const MAX_ATTEMPTS: u32 = 2;

/// The argument of [`Code::SourceUnreadable`] that gives the reason, for a file that is touched each time it is read.
pub const KEEPS_CHANGING: Arg = Arg::Why;

/// A share must resolve a path or return a file's metadata within this time.
const SHARE_TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a job on a source. A worker that saw the file change while it read reports [`Code::SourceChanged`]; if the file's
/// stamp is the same afterwards, or if the worker stalled, the job is run again from the beginning, [`MAX_ATTEMPTS`] times in
/// all.
pub(crate) async fn ask<R: SourceRequest>(
    context: &Context,
    mut request: R,
    source: &Source,
    progress: &mut ProgressReporter,
) -> Result<R::Reply, EngineError> {
    request.set_source(real_place(source).await?.into());
    let mut attempt = 1;
    loop {
        let on_progress = &mut |done, total| progress.tick(done, total);
        let reply = worker::ask(&context.workers, request.clone(), on_progress).await;
        let Err(error) = &reply else { return reply };
        // The machine was probably too busy, or a share did not answer: neither says anything of the file.
        if error.finding.code == Code::WorkerStalled && attempt < MAX_ATTEMPTS {
            tracing::warn!(path = %source.path.as_path().display(), "a worker stalled and is started again");
            attempt += 1;
            continue;
        }
        if error.finding.code != Code::SourceChanged || fault(source).await.is_some() {
            return reply;
        }
        if attempt == MAX_ATTEMPTS {
            let is_touched = error.finding.args.contains_key(&TOUCHED);
            return if is_touched { Err(keeps_changing(source)) } else { reply };
        }
        attempt += 1;
    }
}

/// Returns the error of a file that is touched each time it is read though its stamp stays the same. Its result cannot be
/// used: another content whose date was set back looks the same. It waits, and the administrator is alerted.
fn keeps_changing(source: &Source) -> EngineError {
    let finding = Finding::error(Code::SourceUnreadable)
        .arg(Arg::Path, source.path.as_path().display())
        .arg(KEEPS_CHANGING, Words::Touched);
    EngineError::broken(finding, "its change time moves whenever it is read")
}

/// Resolves a submission's links. The worker follows none, so that a file that was found in a folder cannot be exchanged for
/// one elsewhere.
async fn real_place(source: &Source) -> Result<PathBuf, EngineError> {
    let (root, path) = (source.root.clone(), source.path.clone());
    let place = run_blocking(move |_| files::real_submission(root.as_path(), path.as_path()));
    let Ok(real) = tokio::time::timeout(SHARE_TIMEOUT, place).await else {
        return Err(EngineError::broken(no_answer(source), "its share does not answer"));
    };
    real.map_err(|error| {
        let path = source.path.as_path();
        let finding = |code| Finding::error(code).arg(Arg::Path, path.display()).detail(&error);
        match error.kind() {
            ErrorKind::NotFound => EngineError::broken(finding(Code::SourceMissing), &error),
            ErrorKind::InvalidInput => EngineError::refused(finding(Code::LinkLeadsOut), &error),
            _ => EngineError::broken(finding(Code::SourceUnreadable), &error),
        }
    })
}

/// Returns the finding about a source whose stamp is no longer as it was when it was found; `None` where it is. A share that
/// hangs blocks no thread that others need.
pub(crate) async fn fault(source: &Source) -> Option<Finding> {
    let owned = source.clone();
    let check = run_blocking(move |_| (!is_same(&owned)).then(|| source_changed(&owned)));
    tokio::time::timeout(SHARE_TIMEOUT, check).await.unwrap_or_else(|_| Some(no_answer(source)))
}

fn no_answer(source: &Source) -> Finding {
    let detail = format!("no answer within {} s", SHARE_TIMEOUT.as_secs());
    Finding::error(Code::SourceUnreadable).arg(Arg::Path, source.path.as_path().display()).detail(detail)
}

/// Returns true if the file's stamp is as it was when it was found.
fn is_same(source: &Source) -> bool {
    files::stamp(source.path.as_path()).is_ok_and(|now| now.is_same_file(&source.stamp))
}

/// Returns the finding about a source that changed or is gone.
pub(crate) fn source_changed(source: &Source) -> Finding {
    let path = source.path.as_path();
    if path.exists() {
        return Finding::error(Code::SourceChanged);
    }
    Finding::error(Code::SourceMissing).arg(Arg::Path, path.display())
}
