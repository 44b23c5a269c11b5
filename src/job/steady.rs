//! Sources that stay what they are while a worker reads them.

use std::io::ErrorKind;

use super::shop::Shop;
use super::watch::Watch;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::job::{EngineError, Job, Reply};
use crate::{discover, files, worker};

/// A change of rights or name looks to a worker like one of the content, and does not last: so often it is begun again.
const BEGINNINGS: u32 = 2;

/// Runs a job on a source. A worker that saw anything happen to the file while it read says that the source changed; when
/// it looks the same file afterwards, its content is read once more from the beginning.
pub(super) async fn run(
    shop: &Shop,
    job: &Job,
    source: &Source,
    watch: &mut Watch,
) -> Result<Reply, EngineError> {
    let job = reading(job, source)?;
    let mut begun = 1;
    loop {
        let reply = worker::run(&shop.workers, &job, &mut |done, total| watch.tick(done, total)).await;
        let changed = matches!(&reply, Err(error) if error.finding.code == Code::SourceChanged);
        if !changed || begun == BEGINNINGS || !is_still(source) {
            return reply;
        }
        begun += 1;
    }
}

/// The job on the file that a submission really is: the worker follows no link, so that what was found in a folder cannot
/// be exchanged for what lies elsewhere.
fn reading(job: &Job, source: &Source) -> Result<Job, EngineError> {
    let path = source.path.as_path();
    let real = files::real_submission(source.root.as_path(), path).map_err(|error| {
        let finding = |code| Finding::error(code).arg("path", path.display()).arg("detail", &error);
        match error.kind() {
            ErrorKind::NotFound => EngineError::broken(finding(Code::SourceMissing), &error),
            ErrorKind::InvalidInput => EngineError::refused(finding(Code::LinkLeadsOut), &error),
            _ => EngineError::broken(finding(Code::SourceUnreadable), &error),
        }
    })?;
    let mut job = job.clone();
    match &mut job {
        Job::Inspect(job) => job.source = real.into(),
        Job::Render(job) => job.source = real.into(),
        Job::Stills(_) | Job::Verify(_) | Job::Diagnose => {}
    }
    Ok(job)
}

/// Whether the file still looks as it was when it was found.
pub(super) fn is_still(source: &Source) -> bool {
    discover::stamp(source.path.as_path()).is_ok_and(|now| now.is_same_file(&source.stamp))
}
