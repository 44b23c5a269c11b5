//! What a target refuses because rendering cannot fix it.

use super::campaign::ASPECT_SLACK;
use super::{seconds, spread};
use crate::model::finding::{Code, Finding};
use crate::model::geometry::TimeLine;
use crate::model::inspection::Inspection;
use crate::model::preset::{Fit, Preset};
use crate::model::units::Size;
use crate::model::value::Value;

/// Tolerance of the shortest duration, microseconds: a work cut to three seconds is often a frame shorter.
const ONE_FRAME_US: u64 = 50_000;

/// The lowest usable bit rate of H.264, bits a second at 480p (854×480), scaled with the number of pixels: the lowest
/// usual in adaptive streaming at that size. Engineering practice, not a platform's rule.
const LEAST_RATE: u64 = 300_000;
const LEAST_RATE_PIXELS: u64 = 854 * 480;
/// The lowest usable bit rate whatever the size, bits a second.
const LEAST_RATE_EVER: u64 = 80_000;

/// Returns the errors of one target. Checks the output where the target sets its own canvas, else the source.
pub(super) fn refusals(inspection: &Inspection, preset: &Preset) -> Vec<Finding> {
    let accept = &preset.accept;
    let duration_us = TimeLine::of(inspection).duration_us;
    let display = inspection.video.display;
    let canvas = preset.canvas_for(display);
    let mut findings = Vec::new();
    if let Some(least) =
        accept.min_duration_ms.filter(|least| duration_us + ONE_FRAME_US < least.saturating_mul(1000))
    {
        let limit = seconds(least.saturating_mul(1000));
        findings.push(Finding::error(Code::DurationTooShort).measured(seconds(duration_us)).limit(limit));
    }
    if let Some(most) = accept.max_duration_ms.filter(|most| duration_us > most.saturating_mul(1000)) {
        let limit = seconds(most.saturating_mul(1000));
        findings.push(Finding::error(Code::DurationTooLong).measured(seconds(duration_us)).limit(limit));
    }
    if let Some(least) = accept.min_short_side.filter(|least| display.short_side() < *least) {
        let limit = Value::Pixels(u64::from(least));
        findings.push(Finding::error(Code::ResolutionTooLow).measured(display).limit(limit));
    }
    findings.extend(shape(preset, display, canvas));
    let least_rate = least_rate(canvas);
    if preset.picture_room(duration_us, preset.sound_rate()).is_some_and(|room| room < least_rate) {
        let seconds = duration_us as f64 / 1e6;
        let least_bytes = ((least_rate + preset.sound_rate()) as f64 * seconds / 8.0) as u64;
        let finding = Finding::error(Code::OutputTooLarge).measured(Value::Megabytes(least_bytes));
        findings.push(match accept.max_bytes {
            Some(most) => finding.limit(Value::Megabytes(most)),
            None => finding,
        });
    }
    findings.into_iter().map(|finding| finding.for_target(&preset.id)).collect()
}

/// Checks the aspect: of the source where the target keeps the source's shape, else of the target's canvas.
fn shape(preset: &Preset, display: Size, canvas: Size) -> Option<Finding> {
    let accept = &preset.accept;
    let shape = if preset.want.fit == Fit::Source { display } else { canvas };
    let narrow = accept.min_aspect.filter(|least| shape.aspect() < least.as_f64() * (1.0 - ASPECT_SLACK));
    let wide = accept.max_aspect.filter(|most| shape.aspect() > most.as_f64() * (1.0 + ASPECT_SLACK));
    let limit = match (narrow, wide) {
        (Some(least), _) => Value::LeastShape(least),
        (None, Some(most)) => Value::MostShape(most),
        (None, None) => return None,
    };
    Some(Finding::error(Code::AspectNotAccepted).measured(shape).limit(limit))
}

/// Returns warnings for targets that accept the work but advise a larger picture.
pub(super) fn advice(inspection: &Inspection, taken: &[&Preset]) -> Vec<Finding> {
    let display = inspection.video.display;
    spread(taken, |preset| {
        let advised = preset.accept.advised_short_side.filter(|advised| display.short_side() < *advised)?;
        Some(
            Finding::warning(Code::ResolutionBelowAdvice)
                .measured(display)
                .limit(Value::Pixels(u64::from(advised))),
        )
    })
}

fn least_rate(canvas: Size) -> u64 {
    let pixels = u64::from(canvas.width) * u64::from(canvas.height);
    (LEAST_RATE * pixels / LEAST_RATE_PIXELS).max(LEAST_RATE_EVER)
}
