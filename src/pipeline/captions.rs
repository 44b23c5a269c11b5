//! Reads the captions beside a video, and finds out whether its texts can be drawn.

use std::sync::Arc;

use crate::graphics::overlay::captions;
use crate::graphics::overlay::captions::{CaptionError, Captions};
use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;
use crate::work::blocking::run_blocking;
use crate::work::context::Context;
use crate::work::submission::Submission;

/// The findings about a submission's texts.
#[derive(Debug, Default)]
pub(crate) struct TextFindings {
    pub findings: Vec<Finding>,
    /// True if there are captions that could not be read.
    pub is_out_of_reach: bool,
}

/// Reads a submission's captions for a video of `duration_us` microseconds, on a blocking thread: the share may hang, and a
/// large file takes long.
pub(crate) async fn read(
    context: &Arc<Context>,
    submission: &Submission,
    duration_us: u64,
) -> (Option<Captions>, TextFindings) {
    let context = Arc::clone(context);
    let (title, source) = (submission.title(), submission.source.clone());
    let trim = submission.details.trim;
    run_blocking(move |_| {
        let (mut captions, mut texts) = (None, TextFindings::default());
        if let Some(path) = source.captions.as_ref().map(|path| path.as_path()) {
            match captions::read(source.root.as_path(), path, duration_us) {
                Ok((read, findings)) => {
                    texts.findings = findings;
                    captions = Some(match trim {
                        Some(trim) => read.trimmed(trim),
                        None => read,
                    });
                }
                Err(CaptionError::Io(error)) => {
                    texts.is_out_of_reach = true;
                    let unreadable = Finding::error(Code::SourceUnreadable).arg(Arg::Path, path.display());
                    texts.findings.push(unreadable.detail(error));
                }
                Err(error) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    texts.findings.push(error.finding().arg(Arg::File, name));
                }
            }
        }
        let cues = captions.iter().flat_map(|captions| &captions.cues);
        let shown = std::iter::once(title.as_str()).chain(cues.map(|cue| cue.text.as_str()));
        texts.findings.extend(context.brand.missing_glyphs(shown));
        (captions, texts)
    })
    .await
}
