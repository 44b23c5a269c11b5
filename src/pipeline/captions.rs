//! The captions beside a video, and whether its texts can be shown.

use std::sync::Arc;

use crate::graphics::overlay::captions;
use crate::graphics::overlay::captions::{CaptionError, Captions};
use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;
use crate::work::blocking::run_blocking;
use crate::work::context::Context;
use crate::work::submission::Submission;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct CaptionsRead {
    pub captions: Option<Captions>,
    pub findings: Vec<Finding>,
    /// They are there and could not be got at.
    pub is_out_of_reach: bool,
}

/// Reads a submission's captions for a video of `duration_us`, away from the tasks: the share may hang, and a large file
/// takes its time.
pub(crate) async fn read(context: &Arc<Context>, submission: &Submission, duration_us: u64) -> CaptionsRead {
    let context = Arc::clone(context);
    let (title, source) = (submission.title(), submission.source.clone());
    run_blocking(move |_| {
        let mut captioned = CaptionsRead::default();
        if let Some(path) = source.captions.as_ref().map(|path| path.as_path()) {
            match captions::read(source.root.as_path(), path, duration_us) {
                Ok((captions, findings)) => {
                    captioned.findings = findings;
                    captioned.captions = Some(captions);
                }
                Err(CaptionError::Io(error)) => {
                    captioned.is_out_of_reach = true;
                    let unreadable = Finding::error(Code::SourceUnreadable).arg(Arg::Path, path.display());
                    captioned.findings.push(unreadable.detail(error));
                }
                Err(error) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    captioned.findings.push(error.finding().arg(Arg::File, name));
                }
            }
        }
        let cues = captioned.captions.iter().flat_map(|captions| &captions.cues);
        let texts = std::iter::once(title.as_str()).chain(cues.map(|cue| cue.text.as_str()));
        let missing = context.brand.missing_glyphs(texts);
        captioned.findings.extend(missing);
        captioned
    })
    .await
}
