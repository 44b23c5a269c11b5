//! The cover that a team handed in beside its video, decoded by a worker.

use std::path::{Path, PathBuf};

use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Source;
use crate::model::job::{StillTask, StillsJob, StillsOf};
use crate::model::value::Arg;
use crate::work::blocking::run_blocking;
use crate::work::context::Context;
use crate::worker;

/// Long side of the picture that covers are cut from, pixels: twice that of the largest cover.
const LONG_SIDE: u32 = 3840;

/// Has the cover beside a source decoded into `folder`. Returns its file, or a warning where it cannot be used; neither where
/// there is none.
pub(crate) async fn read(
    context: &Context,
    source: &Source,
    folder: &Path,
) -> (Option<PathBuf>, Option<Finding>) {
    let Some(cover) = &source.cover else { return (None, None) };
    let name = cover.as_path().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (root, path) = (source.root.clone(), cover.clone());
    let place = run_blocking(move |_| files::real_submission(root.as_path(), path.as_path())).await;
    let unusable = |detail: &dyn ToString| {
        Finding::warning(Code::CoverUnusable).arg(Arg::File, &name).detail(detail.to_string())
    };
    let place = match place {
        Ok(place) => place,
        Err(error) => return (None, Some(unusable(&error))),
    };
    let file = folder.join("own-cover.png");
    let request = StillsJob {
        source: place.into(),
        of: StillsOf::Picture,
        folder: folder.into(),
        limits: context.config.limits.clone(),
        threads: 1,
        stills: vec![StillTask { at_us: 0, file: file.clone().into(), max_long_side: LONG_SIDE }],
    };
    match worker::ask(&context.workers, request, &mut |_, _| {}).await {
        Ok(_) => (Some(file), None),
        Err(error) if matches!(error.finding.code, Code::CoverUnusable | Code::CoverLabelled) => {
            (None, Some(error.finding.arg(Arg::File, &name)))
        }
        Err(error) => (None, Some(unusable(&error))),
    }
}
