//! Checks the channels of the sound: what is mended is told, and so is what cannot be.

use crate::model::finding::{Code, Finding};
use crate::model::inspection::Inspection;
use crate::model::sound::{SoundRepair, SoundWords};
use crate::model::value::{Arg, Value};

/// Returns warnings about the sound's channels, and whether `repair` has them mended.
pub(super) fn findings(inspection: &Inspection, repair: SoundRepair) -> Vec<Finding> {
    let Some(audio) = &inspection.audio else { return Vec::new() };
    let defects = &audio.defects;
    let mend = SoundWords::Mend(audio.mend(repair));
    let mut findings = Vec::new();
    if let Some(side) = defects.one_sided {
        let finding = Finding::warning(Code::SoundOneSided).arg(Arg::How, SoundWords::Side(side));
        findings.push(finding.arg(Arg::Then, mend.clone()));
    }
    if let Some(correlation) = defects.out_of_phase.filter(|_| defects.one_sided.is_none()) {
        let finding = Finding::warning(Code::SoundOutOfPhase).measured(format!("{correlation:.2}"));
        findings.push(finding.arg(Arg::Then, mend));
    }
    if let Some(share) = defects.clipped {
        findings.push(Finding::warning(Code::SoundClipped).measured(Value::share(share)));
    }
    if let Some(hertz) = defects.hum_hz {
        findings.push(Finding::warning(Code::SoundHums).measured(format!("{hertz} Hz")));
    }
    findings
}
