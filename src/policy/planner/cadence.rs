//! Chooses the constant frame rate of a rendition.

use crate::model::inspection::VideoFacts;
use crate::model::preset::Preset;
use crate::model::units::Rational;

/// Rates that players, editors and broadcasters expect.
const STANDARD: [Rational; 9] = [
    Rational { num: 24_000, den: 1001 },
    Rational { num: 24, den: 1 },
    Rational { num: 25, den: 1 },
    Rational { num: 30_000, den: 1001 },
    Rational { num: 30, den: 1 },
    Rational { num: 48, den: 1 },
    Rational { num: 50, den: 1 },
    Rational { num: 60_000, den: 1001 },
    Rational { num: 60, den: 1 },
];
/// The rate where no standard one suits.
const DEFAULT_RATE: Rational = Rational { num: 30, den: 1 };
/// Relative deviation up to which a measured average counts as a standard rate.
const SNAP: f64 = 0.015;
/// Relative deviation from a whole number up to which a ratio repeats pictures evenly enough.
const EVEN: f64 = 0.1;

/// Returns the target's fixed rate if it has one; else the source's, as a standard rate within the target's limits.
pub(super) fn frame_rate(video: &VideoFacts, preset: &Preset) -> Rational {
    let highest = preset.most_frame_rate();
    if preset.want.frame_rate.is_some() {
        return highest;
    }
    let rate = below(standard(video), highest);
    match preset.accept.min_frame_rate {
        Some(least) if rate.as_f64() < least.as_f64() => above(rate, least, highest),
        _ => rate,
    }
}

/// Returns the standard rate that suits the source best.
fn standard(video: &VideoFacts) -> Rational {
    let rate = video.frame_rate.as_f64();
    // A phone's variable rate is an average; its nominal rate is a whole number of frames.
    let fits = |standard: &Rational| !video.variable_frame_rate || standard.den == 1;
    // High-speed footage: every second, third … picture.
    let parts = if rate > 60.0 * (1.0 + SNAP) { 2..=16 } else { 1..=1 };
    for part in parts.map(|part| rate / f64::from(part)) {
        if let Some(near) = within_snap(part, STANDARD.into_iter().filter(fits)) {
            return near;
        }
    }
    let unevenness = |standard: &Rational| {
        let ratio = standard.as_f64() / rate.max(0.001);
        (ratio - ratio.round()).abs() / ratio.round().max(1.0)
    };
    let top = if rate <= DEFAULT_RATE.as_f64() { DEFAULT_RATE } else { STANDARD[8] };
    STANDARD
        .into_iter()
        .filter(|standard| fits(standard) && (rate..=top.as_f64()).contains(&standard.as_f64()))
        .filter(|standard| unevenness(standard) <= EVEN)
        .min_by(|a, b| unevenness(a).total_cmp(&unevenness(b)))
        .unwrap_or(DEFAULT_RATE)
}

fn within_snap(rate: f64, standards: impl Iterator<Item = Rational>) -> Option<Rational> {
    let off = |standard: &Rational| (rate / standard.as_f64() - 1.0).abs();
    standards.filter(|standard| off(standard) <= SNAP).min_by(|a, b| off(a).total_cmp(&off(b)))
}

/// Lowers a rate to at most `highest`: half of it where that is standard, else the highest standard rate allowed.
fn below(rate: Rational, highest: Rational) -> Rational {
    let allowed = |rate: &Rational| rate.as_f64() <= highest.as_f64() + 1e-9;
    if allowed(&rate) {
        return rate;
    }
    let half = Rational::new(rate.num, rate.den.saturating_mul(2));
    if STANDARD.contains(&half) && allowed(&half) {
        return half;
    }
    STANDARD.into_iter().rfind(allowed).unwrap_or(highest)
}

/// Raises a rate to at least `least`: twice it where that is standard and allowed, else the lowest standard rate
/// allowed.
fn above(rate: Rational, least: Rational, highest: Rational) -> Rational {
    let allowed = |rate: &Rational| (least.as_f64()..=highest.as_f64() + 1e-9).contains(&rate.as_f64());
    let twice = Rational::new(rate.num.saturating_mul(2), rate.den);
    if STANDARD.contains(&twice) && allowed(&twice) {
        return twice;
    }
    STANDARD.into_iter().find(allowed).unwrap_or(highest)
}
