//! Sources that stay what they are while a worker reads them.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::job::{EngineError, SourceRequest};
use crate::model::value::{Arg, Words};
use crate::pipeline::progress::ProgressReporter;
use crate::work::blocking::run_blocking;
use crate::work::context::Context;
use crate::worker::TOUCHED;
use crate::{files, worker};

/// A change of rights or name looks to a worker like one of the content, and does not last: so often it is begun again.
const BEGINNINGS: u32 = 2;

/// The argument of [`Code::SourceUnreadable`] that says why, of a file to which something happens each time it is read.
pub const KEEPS_CHANGING: Arg = Arg::Why;

/// A share says within this time where a file lies and how it looks.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Runs a job on a source. A worker that saw anything happen to the file while it read says that the source changed; when
/// it looks the same file afterwards, its content is read once more from the beginning.
pub(crate) async fn ask<R: SourceRequest>(
    context: &Context,
    mut request: R,
    source: &Source,
    progress: &mut ProgressReporter,
) -> Result<R::Reply, EngineError> {
    request.set_source(real_place(source).await?.into());
    let mut begun = 1;
    loop {
        let on_progress = &mut |done, total| progress.tick(done, total);
        let reply = worker::ask(&context.workers, request.clone(), on_progress).await;
        let Err(error) = &reply else { return reply };
        if error.finding.code != Code::SourceChanged || fault(source).await.is_some() {
            return reply;
        }
        if begun == BEGINNINGS {
            let is_touched = error.finding.args.contains_key(&TOUCHED);
            return if is_touched { Err(keeps_changing(source)) } else { reply };
        }
        begun += 1;
    }
}

/// What is said of a file that looks the same, and to which something happens each time it is read. Its result cannot be
/// taken: another content whose date was put back looks just so. It waits, and who keeps the machine is told.
fn keeps_changing(source: &Source) -> EngineError {
    let finding = Finding::error(Code::SourceUnreadable)
        .arg(Arg::Path, source.path.as_path().display())
        .arg(KEEPS_CHANGING, Words::Touched);
    EngineError::broken(finding, "its change time moves whenever it is read")
}

/// Returns the file that a submission really is: the worker follows no link, so that what was found in a folder cannot
/// be exchanged for what lies elsewhere.
async fn real_place(source: &Source) -> Result<PathBuf, EngineError> {
    let (root, path) = (source.root.clone(), source.path.clone());
    let place = run_blocking(move |_| files::real_submission(root.as_path(), path.as_path()));
    let Ok(real) = tokio::time::timeout(LONGEST_WAIT, place).await else {
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

/// What to say of a source that no longer looks as it was when it was found; `None` where it does. A share that hangs holds
/// up no thread that others need.
pub(crate) async fn fault(source: &Source) -> Option<Finding> {
    let here = source.clone();
    let look = run_blocking(move |_| (!is_still(&here)).then(|| source_changed(&here)));
    tokio::time::timeout(LONGEST_WAIT, look).await.unwrap_or_else(|_| Some(no_answer(source)))
}

fn no_answer(source: &Source) -> Finding {
    let detail = format!("no answer within {} s", LONGEST_WAIT.as_secs());
    Finding::error(Code::SourceUnreadable).arg(Arg::Path, source.path.as_path().display()).detail(detail)
}

/// Whether the file still looks as it was when it was found.
fn is_still(source: &Source) -> bool {
    files::stamp(source.path.as_path()).is_ok_and(|now| now.is_same_file(&source.stamp))
}

/// What to say of a source that is no longer what it was.
pub(crate) fn source_changed(source: &Source) -> Finding {
    let path = source.path.as_path();
    if path.exists() {
        return Finding::error(Code::SourceChanged);
    }
    Finding::error(Code::SourceMissing).arg(Arg::Path, path.display())
}
