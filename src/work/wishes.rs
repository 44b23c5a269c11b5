//! What the details beside a video ask for in place of what is configured.

use std::borrow::Cow;

use crate::model::config::Config;
use crate::model::details::{Details, PerTarget};
use crate::model::finding::{Code, Finding};
use crate::model::geometry::TimeLine;
use crate::model::inspection::Inspection;
use crate::model::language::Bilingual;
use crate::model::preset::Preset;
use crate::model::units::exact_time;
use crate::model::value::{Arg, Value};
use crate::work::context::Context;

/// A trim may end this much after the work, microseconds, without a word: players round up.
const PAST_THE_END_US: u64 = 1_000_000;

/// Returns the enabled targets that a work is made for, as it asks for them, in the configuration's order.
pub(crate) fn presets(context: &Context, details: &Details) -> Vec<Preset> {
    let is_wanted = |preset: &&Preset| details.targets.is_empty() || details.targets.contains(&preset.id);
    let as_wished = |preset: &Preset| {
        let mut preset = preset.clone();
        preset.want.fit = details.fit.get(&preset.id).copied().unwrap_or(preset.want.fit);
        preset
    };
    context.presets.iter().filter(is_wanted).map(as_wished).collect()
}

/// Returns the configuration with the watermark in the corners that a work asks for.
pub(crate) fn config<'a>(context: &'a Context, details: &Details) -> Cow<'a, Config> {
    if details.corner == PerTarget::default() {
        return Cow::Borrowed(&context.config);
    }
    let mut config = context.config.clone();
    if let Some(watermark) = &mut config.watermark {
        let wished = context.presets.iter().filter_map(|preset| {
            let corner = details.corner.get(&preset.id)?;
            Some((preset.id.clone(), *corner))
        });
        watermark.corners.extend(wished);
    }
    Cow::Owned(config)
}

/// Returns the moment of the cover that a work asks for, microseconds since the beginning of what is shown; `None` where it asks
/// for none, or for one that is not shown.
pub(crate) fn cover_moment(details: &Details, shown_us: u64) -> Option<u64> {
    let from_us = details.trim.map_or(0, |trim| trim.from_us);
    details.cover_at_us?.checked_sub(from_us).filter(|at_us| *at_us < shown_us)
}

/// Returns what is to be told of the times that the details name, of a source with this inspection.
pub(crate) fn time_findings(details: &Details, whole: &Inspection) -> Vec<Finding> {
    let line = TimeLine::of(whole);
    let mut findings = Vec::new();
    let mut shown = line;
    if let Some(trim) = details.trim {
        let asked = Value::Span {
            from_ms: trim.from_us / 1000,
            to_ms: trim.until_us.unwrap_or(line.duration_us).max(trim.from_us) / 1000,
        };
        let about =
            |finding: Finding| finding.measured(asked.clone()).limit(Value::seconds_of_us(line.duration_us));
        let Some(part) = trim.of(line) else {
            return vec![about(Finding::error(Code::TrimLeavesNothing))];
        };
        shown = part;
        if trim.until_us.is_some_and(|until_us| until_us > line.duration_us + PAST_THE_END_US) {
            findings.push(about(Finding::warning(Code::TrimPastTheEnd)));
        }
        let left = Value::seconds_of_us(part.duration_us);
        findings.push(Finding::note(Code::WillTrim).measured(asked).limit(left));
    }
    if let Some(at_us) = details.cover_at_us
        && cover_moment(details, shown.duration_us).is_none()
    {
        let from_ms = details.trim.map_or(0, |trim| trim.from_us) / 1000;
        let span = Value::Span { from_ms, to_ms: from_ms + shown.duration_us / 1000 };
        let finding = Finding::warning(Code::CoverMomentNotShown);
        findings.push(finding.measured(exact_time(at_us / 1000)).limit(span));
    }
    findings
}

/// Returns what is to be told of the targets that the details name. Where none of them is made, it is an error: of each
/// target that a person selected for this run, else of the whole work.
pub(crate) fn target_findings(context: &Context, details: &Details) -> Vec<Finding> {
    if details.targets.is_empty() {
        return Vec::new();
    }
    let is_made = |id: &String| context.presets.iter().any(|preset| preset.id == *id);
    let (made, others): (Vec<&String>, Vec<&String>) = details.targets.iter().partition(|id| is_made(id));
    let not_enabled: Vec<&String> =
        others.into_iter().filter(|id| !context.config.targets.contains(id)).collect();
    let mut findings = Vec::new();
    if made.is_empty() && context.options.is_selection {
        let limited = || Finding::error(Code::TargetsLimited).arg(Arg::Targets, details.targets.clone());
        findings.extend(context.presets.iter().map(|preset| limited().for_target(&preset.id)));
    } else if made.is_empty() {
        let refused = Finding::error(Code::TargetNotEnabled);
        findings.push(refused.arg(Arg::Targets, details.targets.clone()));
    } else {
        if !not_enabled.is_empty() {
            let named: Vec<String> = not_enabled.into_iter().cloned().collect();
            findings.push(Finding::warning(Code::TargetNotEnabled).arg(Arg::Targets, named));
        }
        if made.len() < context.presets.len() {
            findings.push(Finding::note(Code::TargetsLimited).arg(Arg::Targets, names(context, &made)));
        }
    }
    findings
}

fn names(context: &Context, ids: &[&String]) -> Bilingual {
    let named =
        || context.presets.iter().filter(|preset| ids.contains(&&preset.id)).map(|preset| &preset.name);
    let zh: Vec<&str> = named().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = named().map(|name| name.en.as_str()).collect();
    Bilingual::new(zh.join(", "), en.join(", "))
}
