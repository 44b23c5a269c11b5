//! Checks posters: pictures that are made for screens only. What a campaign asks of a video (its length, shape, sound and
//! captions) does not concern them; its pattern of file names does.

use super::{CampaignRules, Ruling, Submission, ai_label, campaign, ruling, spread};
use crate::model::finding::{Code, Finding, Severity};
use crate::model::inspection::{Alpha, Orientation};
use crate::model::language::Bilingual;
use crate::model::poster::MOST_ENLARGED;
use crate::model::preset::Preset;
use crate::model::value::{Arg, Value};

/// Names of pictures; a picture under another name was meant as something else.
const EXTENSIONS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

pub(super) fn decide(submission: &Submission<'_>) -> Ruling {
    let mut findings = submission.inspection.findings.clone();
    findings.extend(campaign::limits(submission));
    findings.extend(ai_label::findings(submission));
    findings.extend(wrong_name(submission));
    if submission.campaign_rules == CampaignRules::Apply {
        findings.extend(campaign::file_name(submission));
    }
    let (screens, others): (Vec<&Preset>, Vec<&Preset>) =
        submission.presets.iter().partition(|preset| preset.takes_posters());
    if screens.is_empty() {
        findings.push(Finding::error(Code::PosterNeedsScreen));
    }
    let is_refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let accepted = if is_refused { Vec::new() } else { screens };
    if !accepted.is_empty() {
        findings.extend(too_small(submission, &accepted));
        if !others.is_empty() {
            findings.push(Finding::note(Code::PosterScreensOnly).arg(Arg::Targets, names(&others)));
        }
        findings.extend(notes(submission));
    }
    ruling(findings, &accepted)
}

/// Refuses a picture under the name of a video: a frame that was exported by mistake, say.
fn wrong_name(submission: &Submission<'_>) -> Option<Finding> {
    let path = submission.source.path.as_path();
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let found = submission.inspection.container.as_str();
    (!EXTENSIONS.contains(&extension.as_str()))
        .then(|| Finding::error(Code::StillImage).arg(Arg::Found, found))
}

/// Returns warnings for the screens on which it looks soft.
fn too_small(submission: &Submission<'_>, screens: &[&Preset]) -> Vec<Finding> {
    let display = submission.inspection.video.display;
    spread(screens, |preset| {
        let canvas = preset.for_poster().canvas_for(display);
        let is_soft = preset.poster_enlargement(display) > MOST_ENLARGED;
        is_soft.then(|| Finding::warning(Code::PosterTooSmall).measured(display).limit(canvas))
    })
}

/// Returns what is changed.
fn notes(submission: &Submission<'_>) -> Vec<Finding> {
    let inspection = submission.inspection;
    let video = &inspection.video;
    let mut notes = Vec::new();
    if !video.orientation.is_identity() {
        let Orientation { clockwise_degrees, mirrored } = video.orientation;
        let measured = Value::Degrees { clockwise: u32::from(clockwise_degrees), mirrored };
        notes.push(Finding::note(Code::WillRotate).measured(measured));
    }
    if video.appearance.alpha == Alpha::Transparent {
        notes.push(Finding::note(Code::PosterOnWhite));
    }
    if inspection.private_metadata {
        notes.push(Finding::note(Code::WillStripPrivateMetadata));
    }
    let details = submission.details;
    if submission.source.captions.is_some() || details.trim.is_some() || details.cover_at_us.is_some() {
        notes.push(Finding::note(Code::PosterLeavesAside));
    }
    notes
}

fn names(presets: &[&Preset]) -> Bilingual {
    let zh: Vec<&str> = presets.iter().map(|preset| preset.name.zh.as_str()).collect();
    let en: Vec<&str> = presets.iter().map(|preset| preset.name.en.as_str()).collect();
    Bilingual::new(zh.join("\u{3001}"), en.join(", "))
}
