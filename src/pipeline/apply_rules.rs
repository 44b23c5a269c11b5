//! Checks an inspection against the rules of the targets and the campaign.

use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::preset::Edition;
use crate::model::value::Arg;
use crate::pipeline::captions::TextFindings;
use crate::policy::rules;
use crate::policy::rules::{CampaignRules, Ruling};
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::inspected::Inspected;
use crate::work::season;
use crate::work::submission::Submission;
use crate::work::wishes;

/// Returns a warning if the details name another department than the folder, so that people know under whose name the
/// work appears.
fn claimed_department(context: &Context, submission: &Submission) -> Option<Finding> {
    let folder = submission.source.department.as_ref()?;
    submission.details.department.as_ref()?;
    let shown = submission.department(context)?;
    let own = context.config.departments.get(folder).unwrap_or(folder);
    let finding = Finding::warning(Code::DepartmentClaimed).measured(&shown).arg(Arg::Folder, folder);
    (shown != *own && shown != *folder).then_some(finding)
}

/// Returns true if the work has captions that are really shown. Captions that cannot be read are reported already, and
/// those of works that are only compared are not read.
fn shows_captions(context: &Context, inspected: &Inspected, is_unread: bool) -> bool {
    match &inspected.captions {
        Some(captions) => context.brand.shows_any(captions),
        None => is_unread,
    }
}

/// Returns a warning if targets want the college's mark and none is configured, unless that is on purpose.
fn missing_watermark(context: &Context) -> Option<Finding> {
    let is_meant = context.config.watermark.is_some() || context.config.no_watermark;
    let branded = context.presets.iter().filter(|preset| preset.overlay.edition == Edition::Branded);
    let names: Vec<&str> = branded.map(|preset| preset.id.as_str()).collect();
    let finding = Finding::warning(Code::WatermarkMissing).arg(Arg::Targets, names.join(", "));
    (!is_meant && !names.is_empty()).then_some(finding)
}

/// Decides on an inspected submission: by the rules, and by the findings about the files beside the video.
pub(crate) fn apply_rules(context: &Context, inspected: Inspected, texts: TextFindings) -> Decision {
    let Inspected { submission, inspection: Some(whole), .. } = &inspected else {
        return Decision::new(inspected, Verdict::Failed);
    };
    let shown = inspected.shown();
    let inspection = shown.as_deref().unwrap_or(whole);
    let mut findings = submission.findings.clone();
    // A share that hangs is not the team's mistake: the next run tries again.
    let is_out_of_reach =
        texts.is_out_of_reach || findings.iter().any(|finding| finding.code == Code::SourceUnreadable);
    findings.extend(claimed_department(context, submission));
    let presets = wishes::presets(context, &submission.details);
    findings.extend(wishes::target_findings(context, &submission.details));
    if whole.kind.is_video() {
        findings.extend(wishes::time_findings(&submission.details, whole));
    }
    if context.options.campaign_rules == CampaignRules::Apply {
        findings.extend(rules::department(&context.config, &submission.source, &submission.details));
    }
    let is_unread = texts.findings.iter().any(|finding| {
        finding.severity == Severity::Error
            && matches!(finding.code, Code::CaptionsUnreadable | Code::SourceUnreadable)
    });
    findings.extend(texts.findings);
    if whole.kind.is_video() {
        findings.extend(missing_watermark(context));
    }
    let Ruling { findings: ruled, mut targets, mut verdict } = rules::decide(&rules::Submission {
        inspection,
        details: &submission.details,
        source: &submission.source,
        has_captions: shows_captions(context, &inspected, is_unread),
        presets: &presets,
        campaign: &context.config.campaign,
        limits: &context.config.limits,
        sound: context.config.sound,
        campaign_rules: context.options.campaign_rules,
    });
    findings.extend(season::findings(context, submission));
    let warned = findings.iter().any(|finding| finding.severity == Severity::Warning);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        let refused = if is_out_of_reach { Verdict::Failed } else { Verdict::Rejected };
        (targets, verdict) = (Vec::new(), refused);
    } else if warned && verdict == Verdict::Accepted {
        verdict = Verdict::AcceptedWithWarnings;
    }
    findings.extend(ruled);
    drop(shown);
    Decision { targets, findings, ..Decision::new(inspected, verdict) }
}
