//! Labels of AI-made media: nobody may remove them, and whoever posts a work must declare it.

use super::Submission;
use crate::model::ai::{AiCarrier, AiUse};
use crate::model::finding::{Code, Finding};
use crate::model::value::Arg;

/// Refuses a work whose file carries a label while nobody answers for it, or one that cannot be carried on; tells what
/// becomes of a label that is answered for.
pub(super) fn findings(submission: &Submission<'_>) -> Vec<Finding> {
    let Some(facts) = &submission.inspection.ai else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(carrier) = facts.unreadable {
        findings.push(Finding::error(Code::AiLabelUnreadable).arg(Arg::How, carrier));
    }
    if let Some(label) = facts.labels.first() {
        let about = |finding: Finding, carrier: AiCarrier| finding.arg(Arg::How, carrier);
        let asked = |code| {
            let finding = about(Finding::error(code), label.carrier);
            finding.arg(Arg::Found, &label.value).arg(Arg::File, details_file(submission))
        };
        findings.push(match submission.details.ai {
            None => asked(Code::AiLabelUndeclared),
            Some(AiUse::None) => asked(Code::AiLabelDenied),
            Some(AiUse::Assisted | AiUse::Generated) => {
                about(Finding::note(Code::AiLabelCarried), label.carrier)
            }
        });
    }
    if facts.content_credentials {
        findings.push(Finding::note(Code::ContentCredentialsLeft));
    }
    findings
}

/// Returns the name of the file beside the video in which the team answers.
fn details_file(submission: &Submission<'_>) -> String {
    let path = match &submission.source.details {
        Some(details) => details.as_path().to_owned(),
        None => submission.source.path.as_path().with_extension("toml"),
    };
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
