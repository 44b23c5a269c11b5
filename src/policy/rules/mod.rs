//! Rules: what an inspection means for each target.
//!
//! | file | judges |
//! |---|---|
//! | `campaign` | the work as a whole: the campaign's own rules and the limits of `jincai.toml` |
//! | `targets` | what a target refuses because no render cures it |
//! | `cures` | what the render changes, as notes |
//! | `looks` | empty passages and sound beside the picture |

mod campaign;
mod content_checks;
mod fixes;
mod name_pattern;
mod targets;

use crate::model::config::{Campaign, Details, Limits};
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::inspection::{Inspection, Source};
use crate::model::preset::Preset;
use crate::model::value::Value;

/// Everything that is decided on.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    pub inspection: &'a Inspection,
    pub details: &'a Details,
    pub source: &'a Source,
    /// Whether captions were read for it.
    pub has_captions: bool,
    /// The enabled targets.
    pub presets: &'a [Preset],
    pub campaign: &'a Campaign,
    pub limits: &'a Limits,
    pub campaign_rules: CampaignRules,
}

/// Whether the campaign's own rules count, or the targets' alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CampaignRules {
    #[default]
    Apply,
    Skip,
}

/// What was decided of one submission.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// The inspection's own first.
    pub findings: Vec<Finding>,
    /// Ids of the targets it will be made for, in the order of the presets; empty when it is rejected.
    pub targets: Vec<String>,
    pub verdict: Verdict,
}

/// Judges a submission. An error of the whole work rejects it; an error of one target leaves the others alone.
pub fn decide(submission: &Submission<'_>) -> Ruling {
    let mut findings = submission.inspection.findings.clone();
    findings.extend(campaign::limits(submission));
    if submission.campaign_rules == CampaignRules::Apply {
        findings.extend(campaign::rules(submission));
    }
    let refused =
        findings.iter().any(|finding| finding.severity == Severity::Error && finding.target.is_none());
    let mut taken: Vec<&Preset> = Vec::new();
    for preset in submission.presets {
        let errors = targets::refusals(submission.inspection, preset);
        if errors.is_empty() {
            taken.push(preset);
        }
        findings.extend(errors);
    }
    if refused {
        taken.clear();
    }
    findings.extend(content_checks::findings(submission.inspection));
    findings.extend(targets::advice(submission.inspection, &taken));
    findings.extend(fixes::notes(submission.inspection, &taken));
    let verdict = if taken.is_empty() {
        Verdict::Rejected
    } else if findings.iter().any(|finding| finding.severity > Severity::Note) {
        Verdict::AcceptedWithWarnings
    } else {
        Verdict::Accepted
    };
    Ruling { findings, targets: taken.iter().map(|preset| preset.id.clone()).collect(), verdict }
}

/// One finding for the whole work where `judge` says the same of every target, else one for each it concerns.
fn spread(taken: &[&Preset], judge: impl Fn(&Preset) -> Option<Finding>) -> Vec<Finding> {
    let decisions: Vec<(&Preset, Finding)> =
        taken.iter().filter_map(|preset| judge(preset).map(|finding| (*preset, finding))).collect();
    match decisions.first() {
        Some((_, first))
            if decisions.len() == taken.len() && decisions.iter().all(|(_, finding)| finding == first) =>
        {
            vec![first.clone()]
        }
        _ => decisions.into_iter().map(|(preset, finding)| finding.for_target(&preset.id)).collect(),
    }
}

/// `12.3 s`
fn seconds(microseconds: u64) -> Value {
    Value::seconds_of_us(microseconds)
}
