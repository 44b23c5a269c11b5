//! Which targets share which encode, for every preset and every kind of clip, and what holds for all plans.

mod clips;
mod decisions;
mod properties;
mod targets;

use std::fmt::Write;

use jincai::model::config::{Campaign, Config, Watermark};
use jincai::model::finding::Severity;
use jincai::model::inspection::Inspection;
use jincai::model::plan::{AudioRecipe, OutputPlan, Plan, VideoRecipe};
use jincai::model::preset::{Corner, Fit, Preset};
use jincai::model::units::Size;
use jincai::model::value::Value;
use jincai::policy::planner::{Mode, OverlayDigests, Planned, Request, plan};
use jincai::policy::rules::{CampaignRules, Ruling};

fn config() -> Config {
    let watermark = Watermark {
        file: "logo.svg".into(),
        corner: Corner::TopRight,
        size: 0.12,
        opacity: 0.8,
        margin: 0.03,
        corners: std::collections::BTreeMap::new(),
    };
    Config { watermark: Some(watermark), ..Config::default() }
}

fn digests() -> OverlayDigests {
    OverlayDigests {
        watermark: Some("a".repeat(64)),
        captions: None,
        title_card: Some("c".repeat(64)),
        lower_third: Some("d".repeat(64)),
        ai_mark: None,
    }
}

fn planned(inspection: &Inspection, presets: &[Preset], config: &Config) -> Planned {
    let presets: Vec<&Preset> = presets.iter().collect();
    plan(&Request { inspection, presets: &presets, config, digests: &digests(), mode: Mode::Final })
}

/// What the default configuration decides.
fn decided(inspection: &Inspection, presets: &[Preset]) -> Ruling {
    decisions::with(inspection, presets, &Campaign::default(), CampaignRules::Apply)
}

/// The presets that the rules accept.
fn accepted(inspection: &Inspection, presets: Vec<Preset>) -> Vec<Preset> {
    let targets = decided(inspection, &presets).targets;
    presets.into_iter().filter(|preset| targets.contains(&preset.id)).collect()
}

/// Refusals, then each encode with the targets that take it, compact enough to review by eye.
fn shown(inspection: &Inspection, presets: Vec<Preset>) -> String {
    let mut text = String::new();
    let decision = decided(inspection, &presets);
    for finding in decision.findings.iter().filter(|finding| finding.severity > Severity::Note) {
        let target = finding.target.as_deref().unwrap_or("all");
        let notation = |value: &Option<Value>| value.as_ref().and_then(Value::notation);
        let (measured, limit) = (notation(&finding.measured), notation(&finding.limit));
        let _ = writeln!(
            text,
            "{:?} {} {target}: {} / {}",
            finding.severity,
            finding.code.name(),
            measured.as_deref().unwrap_or("-"),
            limit.as_deref().unwrap_or("-")
        );
    }
    let Planned { plan, findings } = planned(inspection, &accepted(inspection, presets), &config());
    for finding in findings {
        let _ = writeln!(text, "{:?} {}", finding.severity, finding.code.name());
    }
    let _ = writeln!(text, "{} µs", plan.duration_us);
    for (index, picture) in plan.pictures.iter().enumerate() {
        let targets = takers(&plan, |output| output.picture == index);
        let _ = writeln!(text, "picture {}\n  → {targets}", picture_line(picture));
    }
    for (index, sound) in plan.sounds.iter().enumerate() {
        let targets = takers(&plan, |output| output.sound == Some(index));
        let _ = writeln!(text, "sound {}\n  → {targets}", sound_line(sound));
    }
    text
}

fn takers(plan: &Plan, takes: impl Fn(&OutputPlan) -> bool) -> String {
    let targets: Vec<&str> =
        plan.outputs.iter().filter(|output| takes(output)).map(|output| output.target.as_str()).collect();
    targets.join(" ")
}

fn picture_line(picture: &VideoRecipe) -> String {
    let VideoRecipe { canvas, fit, frame_rate, overlays, encode, normalise, .. } = picture;
    let mark = overlays.watermark.as_ref().map_or("clean".to_owned(), |mark| format!("{:?}", mark.corner));
    let third = if overlays.lower_third.is_some() { " lower-third" } else { "" };
    let safe = overlays.safe;
    format!(
        "{canvas} {fit:?} {frame_rate} fps, {mark}{third} safe {},{},{},{}, crf {} ≤ {} b/s, buffer {}, gop {}, from {} {}/{}/{} {:?}",
        safe.top,
        safe.right,
        safe.bottom,
        safe.left,
        encode.crf,
        encode.max_rate,
        encode.buffer,
        encode.gop_frames,
        normalise.display,
        normalise.primaries,
        normalise.transfer,
        normalise.matrix,
        normalise.fields,
    )
}

fn sound_line(sound: &AudioRecipe) -> String {
    let from = sound.stream.map_or("silence".to_owned(), |stream| format!("stream {stream}"));
    let aim = sound.loudness_lufs.map_or("-".to_owned(), |aim| format!("{aim} LUFS"));
    format!("{from} {:+} dB → {aim}, ≤ {} dBTP, {} b/s", sound.gain_db, sound.true_peak_dbtp, sound.rate)
}

#[test]
fn every_preset_meets_every_kind_of_clip() {
    for (name, inspection) in clips::kinds() {
        insta::assert_snapshot!(name, shown(&inspection, targets::all()));
    }
}

#[test]
fn the_default_eight_take_four_pictures_and_one_sound_of_a_landscape_clip() {
    let plan = planned(&clips::landscape(), &targets::default_eight(), &config()).plan;
    assert_eq!((plan.pictures.len(), plan.sounds.len(), plan.outputs.len()), (4, 1, 8));
    let shares = |target: &str| {
        let of = |id: &str| plan.outputs.iter().find(|output| output.target == id).unwrap().picture;
        takers(&plan, |output| output.picture == of(target))
    };
    assert_eq!(shares("douyin"), "douyin kuaishou channels");
    assert_eq!(shares("weibo"), "weibo bilibili screen");
    assert_eq!(shares("website"), "website");
    assert_eq!(shares("jinyun"), "jinyun");
    assert_eq!(plan.outputs.iter().find(|output| output.target == "screen").unwrap().sound, None);
}

#[test]
fn a_corner_splits_a_picture_only_where_the_configuration_names_the_target() {
    let mut presets = vec![targets::plain("a"), targets::plain("b")];
    presets[0].overlay.corner = Some(Corner::BottomLeft);
    let corners = |presets: &[Preset], config: &Config| -> Vec<Corner> {
        let plan = planned(&clips::landscape(), presets, config).plan;
        plan.pictures.iter().map(|picture| picture.overlays.watermark.as_ref().unwrap().corner).collect()
    };
    assert_eq!(corners(&presets, &config()), [Corner::TopRight]);
    assert_eq!(corners(&presets[..1], &config()), [Corner::BottomLeft]);
    let mut named = config();
    named.watermark.as_mut().unwrap().corners.insert("a".to_owned(), Corner::TopLeft);
    assert_eq!(corners(&presets, &named), [Corner::TopLeft, Corner::TopRight]);
}

#[test]
fn without_a_watermark_branded_and_clean_are_one_picture() {
    let presets = targets::default_eight();
    let bare = Config { watermark: None, ..Config::default() };
    let mut weibo_and_jinyun: Vec<Preset> =
        presets.into_iter().filter(|preset| ["weibo", "jinyun"].contains(&preset.id.as_str())).collect();
    for preset in &mut weibo_and_jinyun {
        preset.overlay.lower_third = false;
    }
    assert_eq!(planned(&clips::landscape(), &weibo_and_jinyun, &bare).plan.pictures.len(), 1);
    assert_eq!(planned(&clips::landscape(), &weibo_and_jinyun, &config()).plan.pictures.len(), 2);
}

#[test]
fn a_target_whose_bytes_would_starve_the_others_gets_its_own_picture() {
    let mut small = targets::plain("small");
    small.accept.max_bytes = Some(5_000_000);
    let presets = [targets::plain("large"), small];
    let plan = planned(&clips::landscape(), &presets, &config()).plan;
    assert_eq!(plan.pictures.len(), 2);
    let own = &plan.pictures[plan.outputs[1].picture].encode;
    let most_bytes = (own.max_rate * 20 + own.buffer) / 8 + 192_000 * 20 / 8;
    assert!((4_000_000..5_000_000).contains(&most_bytes), "{most_bytes}");
    assert_eq!(plan.pictures[plan.outputs[0].picture].encode.max_rate, 12_000_000);
}

#[test]
fn sound_that_begins_earlier_and_ends_later_lengthens_the_work() {
    let mut shifted = clips::landscape();
    shifted.video.start_us = 1_000_000;
    let audio = shifted.audio.as_mut().unwrap();
    audio.end_us = 25_000_000;
    let plan = planned(&shifted, &[targets::plain("a")], &config()).plan;
    assert_eq!((plan.pictures[0].start_us, plan.duration_us), (0, 25_000_000));
    shifted.video.start_us = 21_333;
    shifted.audio.as_mut().unwrap().end_us = 20_020_000;
    let plan = planned(&shifted, &[targets::plain("a")], &config()).plan;
    assert_eq!((plan.sounds[0].start_us, plan.duration_us), (21_333, 19_978_667));
}

#[test]
fn a_very_quiet_source_is_raised_by_thirty_decibels_and_says_so() {
    let mut quiet = clips::landscape();
    quiet.audio.as_mut().unwrap().loudness.integrated_lufs = Some(-52.3);
    let Planned { plan, findings } = planned(&quiet, &targets::default_eight(), &config());
    assert_eq!((plan.sounds[0].gain_db, plan.sounds[0].loudness_lufs), (30.0, Some(-22.3)));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code.name(), "loudness-out-of-reach");
    assert_eq!(findings[0].target, None);
}

#[test]
fn silence_has_no_loudness_to_reach() {
    let mut silent = clips::landscape();
    silent.audio.as_mut().unwrap().loudness.integrated_lufs = None;
    let Planned { plan, findings } = planned(&silent, &targets::default_eight(), &config());
    assert_eq!((plan.sounds[0].gain_db, plan.sounds[0].loudness_lufs), (0.0, None));
    assert!(findings.is_empty());
}

#[test]
fn a_draft_is_half_size_and_never_equals_a_final_picture() {
    let presets = targets::default_eight();
    let presets: Vec<&Preset> = presets.iter().collect();
    let clip = clips::landscape();
    let (config, digests) = (config(), digests());
    let request = Request {
        inspection: &clip,
        presets: &presets,
        config: &config,
        digests: &digests,
        mode: Mode::Final,
    };
    let full = plan(&request).plan;
    let draft = plan(&Request { mode: Mode::Draft, ..request }).plan;
    assert_eq!(draft.pictures[draft.outputs[3].picture].canvas, Size::new(960, 540));
    assert!(
        draft.pictures.iter().all(|picture| picture.encode.draft && picture.encode.preset == "ultrafast")
    );
    assert!(draft.pictures.iter().all(|one| full.pictures.iter().all(|other| one.key() != other.key())));
}

#[test]
fn a_picture_that_keeps_its_shape_is_never_enlarged() {
    let mut clean = targets::plain("clean");
    clean.want.fit = Fit::Source;
    for (display, canvas) in [
        (Size::new(176, 144), Size::new(176, 144)),
        (Size::new(641, 361), Size::new(640, 360)),
        (Size::new(3840, 2160), Size::new(1920, 1080)),
        (Size::new(2160, 3840), Size::new(1080, 1920)),
        (Size::new(3840, 1600), Size::new(1920, 800)),
    ] {
        let plan = planned(&clips::clip(display, "30", 5), &[clean.clone()], &config()).plan;
        assert_eq!(plan.pictures[0].canvas, canvas, "{display}");
    }
}
