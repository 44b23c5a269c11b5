//! What is decided of a work: refusals, warnings, notes, and whom they concern.

use jincai::model::config::{Campaign, Limits};
use jincai::model::details::Details;
use jincai::model::finding::{Code, Finding, Severity, Verdict};
use jincai::model::inspection::{FileStamp, Inspection, Passage, PassageKind, Source};
use jincai::model::preset::{Fit, Preset};
use jincai::model::units::{Rational, Size};
use jincai::model::value::Arg;
use jincai::policy::rules::{CampaignRules, Ruling, Submission, decide};

use super::{clips, decided, targets};

/// A work without captions in a department's folder.
pub fn with(
    inspection: &Inspection,
    presets: &[Preset],
    campaign: &Campaign,
    campaign_rules: CampaignRules,
) -> Ruling {
    let source = Source {
        path: "inbox/机械系/VID_1.mp4".into(),
        root: "inbox".into(),
        relative: "机械系/VID_1.mp4".into(),
        department: Some("机械系".to_owned()),
        details: None,
        captions: None,
        cover: None,
        notes: Vec::new(),
        stamp: FileStamp { bytes: inspection.bytes, modified_ns: 0, inode: 1, changed_ns: 0 },
    };
    decide(&Submission {
        inspection,
        details: &Details::default(),
        source: &source,
        has_captions: false,
        presets,
        campaign,
        limits: &Limits::default(),
        sound: Default::default(),
        campaign_rules,
    })
}

fn codes(decision: &Ruling, severity: Severity) -> Vec<(Code, Option<&str>)> {
    let of = |finding: &&Finding| finding.severity == severity;
    decision.findings.iter().filter(of).map(|finding| (finding.code, finding.target.as_deref())).collect()
}

#[test]
fn a_clip_that_fits_is_accepted_without_a_word() {
    let mut clip = clips::landscape();
    clip.audio.as_mut().unwrap().loudness.integrated_lufs = Some(-15.2);
    let decision = decided(&clip, &[targets::plain("a")]);
    assert_eq!(decision, Ruling { findings: vec![], targets: vec!["a".into()], verdict: Verdict::Accepted });
}

#[test]
fn one_targets_refusal_leaves_the_others_alone() {
    let mut short = targets::plain("short");
    short.accept.max_duration_ms = Some(10_000);
    let decision = decided(&clips::landscape(), &[short, targets::plain("other")]);
    assert_eq!(codes(&decision, Severity::Error), [(Code::DurationTooLong, Some("short"))]);
    assert_eq!(decision.targets, ["other"]);
    assert_eq!(decision.verdict, Verdict::AcceptedWithWarnings);
}

#[test]
fn a_work_that_no_target_takes_is_rejected() {
    let mut large = targets::plain("large");
    large.accept.min_short_side = Some(2160);
    let decision = decided(&clips::landscape(), &[large]);
    assert_eq!(codes(&decision, Severity::Error), [(Code::ResolutionTooLow, Some("large"))]);
    assert_eq!((decision.targets.len(), decision.verdict), (0, Verdict::Rejected));
}

#[test]
fn an_error_of_the_inspection_rejects_the_work() {
    let mut clip = clips::landscape();
    clip.findings.push(Finding::error(Code::Encrypted));
    let decision = decided(&clip, &targets::default_eight());
    assert_eq!((decision.targets.len(), decision.verdict), (0, Verdict::Rejected));
}

#[test]
fn the_campaigns_rules_count_only_where_they_apply() {
    let campaign = Campaign {
        max_duration_s: Some(15.0),
        min_aspect: None,
        max_aspect: Some(Rational::new(9, 16)),
        min_short_side: Some(2160),
        captions_needed: true,
        file_name: Some("{department}-{title}-{author}".to_owned()),
        ..Campaign::default()
    };
    let presets = [targets::plain("a")];
    let strict = with(&clips::landscape(), &presets, &campaign, CampaignRules::Apply);
    let expected = [
        Code::DurationTooLong,
        Code::AspectNotAccepted,
        Code::ResolutionTooLow,
        Code::CaptionsMissing,
        Code::NameDoesNotMatch,
    ];
    assert_eq!(codes(&strict, Severity::Error), expected.map(|code| (code, None)));
    assert_eq!(strict.verdict, Verdict::Rejected);
    let free = with(&clips::landscape(), &presets, &campaign, CampaignRules::Skip);
    assert_eq!(codes(&free, Severity::Error), []);
    assert_eq!(free.targets, ["a"]);
}

#[test]
fn a_limit_that_no_sane_bit_rate_holds_refuses_the_target() {
    let mut sample = targets::plain("sample");
    sample.accept.max_bytes = Some(5_000_000);
    let long = clips::clip(Size::new(1920, 1080), "25", 120);
    assert_eq!(
        codes(&decided(&long, &[sample.clone()]), Severity::Error),
        [(Code::OutputTooLarge, Some("sample"))]
    );
    let short = clips::clip(Size::new(1920, 1080), "25", 15);
    assert_eq!(codes(&decided(&short, &[sample]), Severity::Error), []);
}

#[test]
fn only_a_target_that_keeps_the_sources_shape_refuses_it() {
    let mut keeps = targets::plain("keeps");
    keeps.want.fit = Fit::Source;
    let mut fills = targets::plain("fills");
    for preset in [&mut keeps, &mut fills] {
        preset.accept.max_aspect = Some(Rational::new(16, 9));
    }
    let wide = clips::clip(Size::new(1920, 800), "25", 15);
    let decision = decided(&wide, &[keeps, fills]);
    assert_eq!(codes(&decision, Severity::Error), [(Code::AspectNotAccepted, Some("keeps"))]);
}

#[test]
fn what_holds_for_every_target_is_said_once() {
    let (_, phone) = clips::kinds().into_iter().find(|(name, _)| *name == "phone_portrait_hlg_vfr").unwrap();
    let decision = decided(&phone, &targets::default_eight());
    let notes = codes(&decision, Severity::Note);
    for code in [
        Code::WillToneMap,
        Code::WillConstantFrameRate,
        Code::WillRotate,
        Code::WillConvertVideo,
        Code::WillNormaliseLoudness,
    ] {
        let found: Vec<_> = notes.iter().filter(|(found, _)| *found == code).collect();
        assert_eq!(found, [&(code, None)]);
    }
    assert!(notes.contains(&(Code::WillPad, Some("screen"))));
    assert!(notes.contains(&(Code::WillDropSound, Some("screen"))));
    assert!(notes.contains(&(Code::WillScaleDown, Some("website"))));
    assert!(!notes.contains(&(Code::WillPad, Some("douyin"))));
    assert!(!notes.iter().any(|(code, _)| matches!(code, Code::WillAddSilence | Code::WillConvertContainer)));
}

#[test]
fn empty_passages_are_warned_of_from_their_thresholds_on() {
    let passage = |kind, start_us, end_us| Passage { kind, start_us, end_us };
    let mut clip = clips::landscape();
    clip.passages = vec![
        passage(PassageKind::Black, 0, 1_900_000),
        passage(PassageKind::Black, 5_000_000, 8_000_000),
        passage(PassageKind::Black, 10_000_000, 12_000_000),
        passage(PassageKind::Frozen, 0, 4_900_000),
        passage(PassageKind::Silence, 0, 5_000_000),
    ];
    let decision = decided(&clip, &[targets::plain("a")]);
    assert_eq!(codes(&decision, Severity::Warning), [(Code::LongBlack, None), (Code::LongSilence, None)]);
    let black = decision.findings.iter().find(|finding| finding.code == Code::LongBlack).unwrap();
    assert_eq!(black.measured, Some("3.0 s".into()));
    assert_eq!((&black.args[&Arg::At], &black.args[&Arg::Count]), (&"5.0 s".into(), &"2".into()));
    let loudness = &mut clip.audio.as_mut().unwrap().loudness;
    (loudness.integrated_lufs, loudness.true_peak_dbtp) = (None, None);
    let silent = decided(&clip, &[targets::plain("a")]);
    assert_eq!(codes(&silent, Severity::Warning), [(Code::SilentThroughout, None), (Code::LongBlack, None)]);
}

#[test]
fn sound_beside_the_picture_is_noted() {
    let mut clip = clips::landscape();
    clip.video.start_us = 1_000_000;
    clip.audio.as_mut().unwrap().end_us = 25_000_000;
    let decision = decided(&clip, &[targets::plain("a")]);
    let notes = codes(&decision, Severity::Note);
    assert!(
        notes.contains(&(Code::AudioOffset, None)) && notes.contains(&(Code::AudioLongerThanVideo, None))
    );
}
