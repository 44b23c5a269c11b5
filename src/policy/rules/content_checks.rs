//! Checks for empty passages and unusual sound, which a person should look at.

use super::seconds;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::{Inspection, Passage, PassageKind};
use crate::model::value::{Arg, Value};

/// Share of black from which a work counts as black throughout.
const ALL_BLACK: f64 = 0.95;
/// Shortest passages that are reported, microseconds. Fades to black last less than two seconds; a slide or a pause in
/// speech less than five.
const LONG_BLACK_US: u64 = 2_000_000;
const LONG_FROZEN_US: u64 = 5_000_000;
const LONG_SILENCE_US: u64 = 5_000_000;
/// Largest offset between the starts of sound and picture that is not reported, microseconds.
const OFFSET_US: u64 = 50_000;
/// Longest time by which sound may outlast the picture unreported, microseconds: encoders append up to two blocks of
/// AAC.
const OUTLASTS_US: i64 = 100_000;

/// Returns warnings about black, frozen and silent passages, and notes on sound that does not match the picture's span.
pub(super) fn findings(inspection: &Inspection) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Clips under 0.4 s have no loudness (BS.1770 gates in blocks of that length), but they have a peak.
    let silent = inspection.audio.as_ref().is_some_and(|audio| {
        audio.loudness.integrated_lufs.is_none()
            && audio.loudness.true_peak_dbtp.is_none_or(|peak| peak < -60.0)
    });
    if silent {
        findings.push(Finding::warning(Code::SilentThroughout));
    }
    // A short work that is black almost throughout is reported too.
    let long_black_us = LONG_BLACK_US.min(inspection.duration_us / 10 * 9);
    for (kind, code, least_us) in [
        (PassageKind::Black, Code::LongBlack, long_black_us),
        (PassageKind::Frozen, Code::LongFrozen, LONG_FROZEN_US),
        (PassageKind::Silence, Code::LongSilence, LONG_SILENCE_US),
    ] {
        if !(silent && kind == PassageKind::Silence) {
            findings
                .extend(long_passages(&inspection.passages, kind, least_us).map(|found| found.finding(code)));
        }
    }
    let share = share_of(&inspection.passages, PassageKind::Black, inspection.duration_us);
    if share >= ALL_BLACK {
        let black = findings.iter_mut().filter(|finding| finding.code == Code::LongBlack);
        black.for_each(|finding| drop(finding.args.insert(Arg::Share, Value::share(share))));
    }
    findings.extend(beside_the_picture(inspection));
    findings
}

fn share_of(passages: &[Passage], kind: PassageKind, duration_us: u64) -> f64 {
    let such = passages.iter().filter(|passage| passage.kind == kind);
    let such_us: u64 = such.map(|passage| passage.end_us.saturating_sub(passage.start_us)).sum();
    such_us as f64 / duration_us.max(1) as f64
}

struct LongPassages {
    longest_us: u64,
    first_us: u64,
    count: usize,
}

impl LongPassages {
    fn finding(&self, code: Code) -> Finding {
        Finding::warning(code)
            .measured(seconds(self.longest_us))
            .arg(Arg::At, seconds(self.first_us))
            .arg(Arg::Count, self.count)
    }
}

fn long_passages(passages: &[Passage], kind: PassageKind, least_us: u64) -> Option<LongPassages> {
    let length = |passage: &Passage| passage.end_us.saturating_sub(passage.start_us);
    let long = || passages.iter().filter(move |passage| passage.kind == kind && length(passage) >= least_us);
    Some(LongPassages {
        longest_us: long().map(length).max()?,
        first_us: long().map(|passage| passage.start_us).min()?,
        count: long().count(),
    })
}

fn beside_the_picture(inspection: &Inspection) -> Vec<Finding> {
    let Some(audio) = &inspection.audio else { return Vec::new() };
    let mut findings = Vec::new();
    let offset_us = audio.start_us.abs_diff(inspection.video.start_us);
    if offset_us > OFFSET_US {
        findings.push(Finding::note(Code::AudioOffset).measured(Value::FineSeconds(offset_us as f64 / 1e6)));
    }
    let outlasts_us = audio.end_us.saturating_sub(inspection.video.end_us);
    if outlasts_us > OUTLASTS_US {
        let measured = seconds(outlasts_us.unsigned_abs());
        findings.push(Finding::note(Code::AudioLongerThanVideo).measured(measured));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blackness_counts_every_black_passage() {
        let passage = |kind, start_us, end_us| Passage { kind, start_us, end_us };
        let passages = [
            passage(PassageKind::Black, 0, 2_000_000),
            passage(PassageKind::Frozen, 2_000_000, 3_000_000),
            passage(PassageKind::Black, 3_000_000, 3_900_000),
        ];
        assert!((share_of(&passages, PassageKind::Black, 4_000_000) - 0.725).abs() < 1e-9);
        assert_eq!(share_of(&passages, PassageKind::Silence, 0), 0.0);
    }
}
