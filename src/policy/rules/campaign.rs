//! Rules for a work as a whole.

use unicode_normalization::UnicodeNormalization;

use super::{Submission, name_pattern, seconds};
use crate::model::finding::{Code, Finding};
use crate::model::geometry::TimeLine;
use crate::model::value::{Arg, Value, Words};

/// Tolerance of the duration limits, seconds: a work cut to a round length is often a frame off.
const ONE_FRAME_S: f64 = 0.05;

/// Relative tolerance of aspect limits: sizes are rounded to whole, even pixels.
pub(super) const ASPECT_SLACK: f64 = 0.005;

/// Checks the limits of `jincai.toml` again, since an inspection may be older than they are.
pub(super) fn limits(submission: &Submission<'_>) -> Vec<Finding> {
    let (inspection, limits) = (submission.inspection, submission.limits);
    let mut findings = Vec::new();
    if inspection.bytes > limits.max_bytes {
        findings.push(Finding::error(Code::TooManyBytes).measured(inspection.bytes).limit(limits.max_bytes));
    }
    let duration_us = TimeLine::of(inspection).duration_us;
    if duration_us > limits.max_duration_s.saturating_mul(1_000_000) {
        let limit = Value::GivenSeconds(limits.max_duration_s as f64);
        findings.push(Finding::error(Code::TooLong).measured(seconds(duration_us)).limit(limit));
    }
    let coded = inspection.video.coded;
    if u64::from(coded.width) * u64::from(coded.height) > limits.max_pixels {
        let limit = Value::Pixels(limits.max_pixels);
        findings.push(Finding::error(Code::TooManyPixels).measured(coded).limit(limit));
    }
    findings
}

/// Checks the campaign's own rules.
pub(super) fn rules(submission: &Submission<'_>) -> Vec<Finding> {
    let campaign = submission.campaign;
    let mut findings = Vec::new();
    let duration_us = TimeLine::of(submission.inspection).duration_us;
    let duration_s = duration_us as f64 / 1e6;
    if let Some(least) = campaign.min_duration_s.filter(|least| duration_s + ONE_FRAME_S < *least) {
        let limit = Value::GivenSeconds(least);
        findings.push(Finding::error(Code::DurationTooShort).measured(seconds(duration_us)).limit(limit));
    }
    if let Some(most) = campaign.max_duration_s.filter(|most| duration_s > *most + ONE_FRAME_S) {
        let limit = Value::GivenSeconds(most);
        findings.push(Finding::error(Code::DurationTooLong).measured(seconds(duration_us)).limit(limit));
    }
    let display = submission.inspection.video.display;
    if let Some(least) =
        campaign.min_aspect.filter(|least| display.aspect() < least.as_f64() * (1.0 - ASPECT_SLACK))
    {
        findings
            .push(Finding::error(Code::AspectNotAccepted).measured(display).limit(Value::LeastShape(least)));
    }
    if let Some(most) =
        campaign.max_aspect.filter(|most| display.aspect() > most.as_f64() * (1.0 + ASPECT_SLACK))
    {
        findings
            .push(Finding::error(Code::AspectNotAccepted).measured(display).limit(Value::MostShape(most)));
    }
    if let Some(least) = campaign.min_short_side.filter(|least| display.short_side() < *least) {
        let limit = Value::Pixels(u64::from(least));
        findings.push(Finding::error(Code::ResolutionTooLow).measured(display).limit(limit));
    }
    if campaign.captions_needed && !submission.has_captions {
        findings.push(Finding::error(Code::CaptionsMissing));
    }
    findings.extend(file_name(submission));
    findings
}

/// Checks the file's name against the campaign's pattern.
pub(super) fn file_name(submission: &Submission<'_>) -> Option<Finding> {
    let stem = submission.source.path.as_path().file_stem().unwrap_or_default().to_string_lossy();
    // macOS decomposes names (NFD), Windows composes them (NFC); both must match.
    let stem: String = stem.nfc().collect();
    let pattern =
        submission.campaign.file_name.as_deref().filter(|pattern| !name_pattern::matches(pattern, &stem))?;
    let example = Words::NamePattern(pattern.to_owned());
    let finding = Finding::error(Code::NameDoesNotMatch).measured(stem).limit(pattern);
    Some(finding.arg(Arg::How, example))
}
