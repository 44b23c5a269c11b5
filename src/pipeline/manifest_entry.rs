//! A work's entry in the manifest.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::model::ai::AiRecord;
use crate::model::finding::Finding;
use crate::model::manifest::{
    CaptionsRecord, Encodes, FindingRecord, PictureEncode, SoundEncode, SourceRecord, Work, WorkKind,
};
use crate::model::submission_date::SubmissionDate;
use crate::model::value::Value;
use crate::pipeline::render::RenderedWork;
use crate::policy::planner::Mode;
use crate::present::messages;
use crate::text::hex;
use crate::work::context::Context;
use crate::work::decision::Decision;

/// Longest capture date that is recorded, bytes: an inspection kept by an earlier version may hold any text instead, of
/// megabytes.
const MAX_DATE_BYTES: usize = 40;

/// Returns how the pictures and sounds of a rendered work were encoded.
pub(crate) fn encodes(made: &RenderedWork) -> Encodes {
    let targets = |uses: &dyn Fn(&crate::model::plan::OutputPlan) -> bool| -> Vec<String> {
        made.plan.outputs.iter().filter(|output| uses(output)).map(|output| output.target.clone()).collect()
    };
    Encodes {
        pictures: made
            .plan
            .pictures
            .iter()
            .enumerate()
            .map(|(index, recipe)| {
                let frames = made.rendered.frames.get(index).copied().unwrap_or(0);
                PictureEncode::new(recipe, targets(&|output| output.picture == index), frames)
            })
            .collect(),
        sounds: made
            .plan
            .sounds
            .iter()
            .enumerate()
            .map(|(index, recipe)| SoundEncode::new(recipe, targets(&|output| output.sound == Some(index))))
            .collect(),
    }
}

/// Adds the previous encodes of `targets`, with 0 frames encoded in this run.
pub(crate) fn add_encodes(encodes: &mut Encodes, previous: &Encodes, targets: &BTreeSet<&str>) {
    let of = |all: &[String]| -> Vec<String> {
        all.iter().filter(|target| targets.contains(target.as_str())).cloned().collect()
    };
    for picture in &previous.pictures {
        let more = of(&picture.targets);
        match encodes.pictures.iter_mut().find(|known| known.recipe == picture.recipe) {
            _ if more.is_empty() => {}
            Some(known) => known.targets.extend(more),
            None => encodes.pictures.push(PictureEncode { targets: more, frames: 0, ..picture.clone() }),
        }
    }
    for sound in &previous.sounds {
        let more = of(&sound.targets);
        match encodes.sounds.iter_mut().find(|known| known.recipe == sound.recipe) {
            _ if more.is_empty() => {}
            Some(known) => known.targets.extend(more),
            None => encodes.sounds.push(SoundEncode { targets: more, ..sound.clone() }),
        }
    }
}

/// Returns a work's manifest entry without renditions, as its first revision.
pub(crate) fn work_record(context: &Context, id: &str, decision: &Decision, findings: &[Finding]) -> Work {
    let submission = &decision.inspected.submission;
    let inspection = decision.inspected.inspection.as_ref();
    Work {
        id: id.to_owned(),
        kind: inspection.map(|inspection| inspection.kind).filter(WorkKind::is_poster),
        title: submission.title(),
        department: submission.department(context),
        owner: submission.source.department.clone(),
        season: decision.inspected.season(context),
        submitted: Some(SubmissionDate {
            season_name: decision.inspected.season_name(context),
            ..submission.submitted.clone()
        }),
        authors: submission.details.authors.clone(),
        about: submission.details.about.clone(),
        ai: AiRecord::of(
            submission.details.ai,
            &submission.details.ai_tools,
            inspection.and_then(|inspection| inspection.ai.as_ref()),
        ),
        captions: captions_record(decision),
        review: None,
        revision: 1,
        draft: context.options.mode == Mode::Draft,
        source: SourceRecord {
            path: submission.source.path.clone(),
            sha256: inspection.map(|inspection| inspection.sha256.clone()),
            bytes: submission.source.stamp.bytes,
            duration_ms: inspection
                .filter(|inspection| inspection.kind.is_video())
                .map(|inspection| inspection.duration_us / 1000),
            display: inspection.map(|inspection| inspection.video.display),
            captured_at: inspection
                .and_then(|inspection| inspection.captured_at.clone())
                .filter(|date| date.len() <= MAX_DATE_BYTES),
            missing_since: None,
        },
        published_from: None,
        verdict: decision.verdict,
        duplicate_of: decision.duplicate_of.as_ref().and_then(|repeated| repeated.id.clone()),
        likenesses: decision.matches.iter().map(|found| found.record.clone()).collect(),
        findings: findings.iter().map(record_of).collect(),
        renditions: Vec::new(),
        encodes: Encodes::default(),
        made_at: context.now(),
        made_by: context.program(),
        timings: Default::default(),
    }
}

/// Returns which captions the pictures show; `None` where there are none.
fn captions_record(decision: &Decision) -> Option<CaptionsRecord> {
    let captions = decision.inspected.captions.as_ref()?;
    let file = decision.inspected.submission.source.captions.as_ref()?.as_path().file_name()?;
    let cues: Vec<(u64, u64, &str)> =
        captions.cues.iter().map(|cue| (cue.from_us, cue.until_us, cue.text.as_str())).collect();
    let digest = Sha256::digest(serde_json::to_vec(&cues).unwrap_or_default());
    Some(CaptionsRecord { file: file.to_string_lossy().into_owned(), sha256: hex(&digest) })
}

/// Returns a finding with its texts, as the manifest holds it.
pub fn record_of(finding: &Finding) -> FindingRecord {
    FindingRecord {
        code: finding.code,
        severity: finding.severity,
        target: finding.target.clone(),
        measured: finding.measured.as_ref().and_then(Value::notation),
        limit: finding.limit.as_ref().and_then(Value::notation),
        message: FindingRecord::message_of(finding.target.as_deref(), messages::text(finding)),
    }
}
