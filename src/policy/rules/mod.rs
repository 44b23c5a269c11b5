//! Rules: which targets accept a submission, and with which findings.
//!
//! | file | checks |
//! |---|---|
//! | `ai_label` | labels of AI-made media, which a team must answer for |
//! | `campaign` | the work as a whole: the campaign's own rules and the limits of `jincai.toml` |
//! | `targets` | what a target refuses because rendering cannot fix it |
//! | `fixes` | what rendering changes, as notes |
//! | `content_checks` | empty passages, and sound that does not match the picture's span |
//! | `sound_checks` | channels that are missing, cancel each other out, are clipped or hum |
//! | `posters` | works that are one picture, which are made for screens only |
//! | `pictures` | colours, shape, transparency and fields of the pictures |
//! | `department` | whose a work is, by the folders that the office lists |
//! | `name_pattern` | file names against the campaign's pattern |

mod ai_label;
mod campaign;
mod content_checks;
mod department;
mod fixes;
mod name_pattern;
mod pictures;
mod posters;
mod sound_checks;
mod targets;

pub use department::findings as department;

use crate::model::config::{Campaign, Limits};
use crate::model::details::Details;
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::inspection::{Inspection, Source};
use crate::model::preset::Preset;
use crate::model::sound::SoundRepair;
use crate::model::value::Value;

/// The input of the rules.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    pub inspection: &'a Inspection,
    pub details: &'a Details,
    pub source: &'a Source,
    /// Whether its captions were read.
    pub has_captions: bool,
    /// The enabled targets.
    pub presets: &'a [Preset],
    pub campaign: &'a Campaign,
    pub limits: &'a Limits,
    pub sound: SoundRepair,
    pub campaign_rules: CampaignRules,
}

/// Whether the campaign's own rules apply, or only those of the targets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CampaignRules {
    #[default]
    Apply,
    Skip,
}

/// The outcome of the rules for one submission.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// Those of the inspection first.
    pub findings: Vec<Finding>,
    /// Ids of the targets that it is rendered for, in the order of the presets; empty when it is rejected.
    pub targets: Vec<String>,
    pub verdict: Verdict,
}

/// Applies the rules to a submission. An error of the whole work rejects it; an error of one target concerns that target
/// only.
pub fn decide(submission: &Submission<'_>) -> Ruling {
    if submission.inspection.kind.is_poster() {
        return posters::decide(submission);
    }
    let mut findings = submission.inspection.findings.clone();
    findings.extend(campaign::limits(submission));
    findings.extend(ai_label::findings(submission));
    if submission.campaign_rules == CampaignRules::Apply {
        findings.extend(campaign::rules(submission));
    }
    let refused =
        findings.iter().any(|finding| finding.severity == Severity::Error && finding.target.is_none());
    let mut accepted: Vec<&Preset> = Vec::new();
    for preset in submission.presets {
        let errors = targets::refusals(submission.inspection, preset);
        if errors.is_empty() {
            accepted.push(preset);
        }
        findings.extend(errors);
    }
    if refused {
        accepted.clear();
    }
    findings.extend(content_checks::findings(submission.inspection));
    findings.extend(sound_checks::findings(submission.inspection, submission.sound));
    findings.extend(targets::advice(submission.inspection, &accepted));
    findings.extend(fixes::notes(submission.inspection, submission.sound, &accepted));
    ruling(findings, &accepted)
}

/// Returns the outcome of these findings for the targets that take the work.
fn ruling(findings: Vec<Finding>, accepted: &[&Preset]) -> Ruling {
    let verdict = if accepted.is_empty() {
        Verdict::Rejected
    } else if findings.iter().any(|finding| finding.severity > Severity::Note) {
        Verdict::AcceptedWithWarnings
    } else {
        Verdict::Accepted
    };
    Ruling { findings, targets: accepted.iter().map(|preset| preset.id.clone()).collect(), verdict }
}

/// Returns one finding for the whole work where `judge` returns the same for every target, else one for each target that
/// has one.
fn spread(accepted: &[&Preset], judge: impl Fn(&Preset) -> Option<Finding>) -> Vec<Finding> {
    let decisions: Vec<(&Preset, Finding)> =
        accepted.iter().filter_map(|preset| judge(preset).map(|finding| (*preset, finding))).collect();
    match decisions.first() {
        Some((_, first))
            if decisions.len() == accepted.len() && decisions.iter().all(|(_, finding)| finding == first) =>
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
