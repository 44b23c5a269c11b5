//! What holds for every plan, whatever the source, the targets and their order.

use jincai::model::inspection::Inspection;
use jincai::model::plan::Plan;
use jincai::model::preset::{Edition, Fit, Preset, Sound};
use jincai::model::units::{Rational, Size};
use proptest::prelude::*;
use proptest::sample::select;

use super::{accepted, clips, config, planned, targets};

fn inspections() -> impl Strategy<Value = Inspection> {
    let rates = select(vec!["12", "15", "24000/1001", "25", "2970/100", "30", "50", "60", "120"]);
    let loudness = prop::option::of(-60.0..-3.0_f64);
    (16_u32..4200, 16_u32..4200, rates, 3_u64..2000, loudness, any::<bool>()).prop_map(
        |(width, height, rate, seconds, loudness, varies)| {
            let mut clip = clips::clip(Size::new(width, height), rate, seconds);
            clip.video.variable_frame_rate = varies;
            if let Some(audio) = &mut clip.audio {
                audio.loudness.integrated_lufs = loudness;
            }
            clip
        },
    )
}

/// Targets with random wishes and limits, ids `t0`, `t1` …
fn presets() -> impl Strategy<Value = Vec<Preset>> {
    prop::collection::vec((limits(), wishes()), 1..10).prop_map(|all| {
        let build = |(index, (limits, wishes)): (usize, (Limits, Wishes))| preset(index, &limits, &wishes);
        all.into_iter().enumerate().map(build).collect()
    })
}

type Limits = (Option<u64>, Option<u64>, Option<u32>, u32, Option<u64>);
type Wishes = (Size, Fit, f64, u64, Sound, f64, Edition);

fn limits() -> impl Strategy<Value = Limits> {
    (
        prop::option::of(1_000_000_u64..60_000_000),
        prop::option::of(5_000_000_u64..2_000_000_000),
        prop::option::of(240_u32..1080),
        select(vec![25_u32, 30, 50, 60]),
        prop::option::of(500_u64..10_000),
    )
}

fn wishes() -> impl Strategy<Value = Wishes> {
    (
        select(vec![
            Size::new(1920, 1080),
            Size::new(1080, 1920),
            Size::new(1280, 720),
            Size::new(3840, 1080),
        ]),
        select(vec![Fit::Blur, Fit::Pad, Fit::Crop, Fit::Source]),
        18.0..28.0_f64,
        1_000_000_u64..24_000_000,
        select(vec![Sound::Stereo, Sound::Stereo, Sound::Silent]),
        select(vec![-14.0, -15.0, -15.3, -16.0, -24.0]),
        select(vec![Edition::Branded, Edition::Clean]),
    )
}

fn preset(index: usize, limits: &Limits, wishes: &Wishes) -> Preset {
    let mut preset = targets::plain(&format!("t{index}"));
    let accept = &mut preset.accept;
    (accept.max_bit_rate, accept.max_bytes, accept.max_short_side) = (limits.0, limits.1, limits.2);
    accept.max_frame_rate = Some(Rational::new(limits.3, 1));
    accept.max_key_frame_interval_ms = limits.4;
    let want = &mut preset.want;
    (want.landscape, want.portrait, want.square) = (wishes.0, wishes.0, wishes.0);
    (want.fit, want.crf, want.max_rate, want.sound) = (wishes.1, wishes.2, wishes.3, wishes.4);
    want.audio_rate = if index.is_multiple_of(2) { 192_000 } else { 128_000 };
    want.loudness_lufs = wishes.5;
    preset.overlay.edition = wishes.6;
    preset
}

fn check_limits(plan: &Plan, presets: &[Preset]) -> Result<(), TestCaseError> {
    let seconds = plan.duration_us as f64 / 1e6;
    for (output, preset) in plan.outputs.iter().zip(presets) {
        let (accept, want) = (&preset.accept, &preset.want);
        let picture = &plan.pictures[output.picture];
        let sound = output.sound.map(|index| &plan.sounds[index]);
        prop_assert_eq!(&output.target, &preset.id);
        prop_assert_eq!(sound.is_some(), want.sound == Sound::Stereo);
        prop_assert!(picture.canvas.short_side() <= accept.max_short_side.unwrap_or(u32::MAX));
        prop_assert!(picture.canvas.even() == picture.canvas);
        prop_assert!(picture.frame_rate.as_f64() <= accept.max_frame_rate.map_or(0.0, Rational::as_f64));
        prop_assert!(picture.encode.crf <= want.crf);
        prop_assert!(picture.encode.max_rate <= want.max_rate);
        let gop_ms = f64::from(picture.encode.gop_frames) * 1000.0 / picture.frame_rate.as_f64();
        prop_assert!(gop_ms <= accept.max_key_frame_interval_ms.unwrap_or(2000).min(2000) as f64);
        prop_assert!(picture.encode.buffer >= picture.encode.max_rate / 2);
        let sound_bits = sound.map_or(0.0, |sound| sound.rate as f64 * seconds);
        let bits = picture.encode.max_rate as f64 * seconds + picture.encode.buffer as f64 + sound_bits;
        let room = accept.max_bytes.map_or(f64::MAX, |bytes| bytes as f64 * 8.0);
        prop_assert!(bits <= room, "{} bits in {room}", bits);
        let most = accept.max_bit_rate.map_or(f64::MAX, |rate| rate as f64 * seconds);
        prop_assert!(bits <= most, "{} bits in {most}", bits);
        if preset.overlay.edition == Edition::Clean {
            prop_assert!(picture.overlays.watermark.is_none());
        }
        if let Some(aim) = sound.and_then(|sound| sound.loudness_lufs) {
            prop_assert!(aim <= want.loudness_lufs + 1e-9);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_keeps_every_limit_of_every_target_it_serves(inspection in inspections(), presets in presets()) {
        let presets = accepted(&inspection, presets);
        let plan = planned(&inspection, &presets, &config()).plan;
        prop_assert_eq!(plan.outputs.len(), presets.len());
        check_limits(&plan, &presets)?;
    }

    #[test]
    fn nothing_is_encoded_twice_or_for_nobody(inspection in inspections(), presets in presets()) {
        let plan = planned(&inspection, &presets, &config()).plan;
        for (index, picture) in plan.pictures.iter().enumerate() {
            prop_assert!(plan.pictures[..index].iter().all(|other| other.key() != picture.key()));
            prop_assert!(plan.outputs.iter().any(|output| output.picture == index));
        }
        for (index, sound) in plan.sounds.iter().enumerate() {
            prop_assert!(plan.sounds[..index].iter().all(|other| other.key() != sound.key()));
            prop_assert!(plan.outputs.iter().any(|output| output.sound == Some(index)));
        }
    }

    #[test]
    fn the_order_of_targets_changes_only_the_order_of_outputs(
        inspection in inspections(),
        (presets, shuffled) in presets().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let mut one = planned(&inspection, &presets, &config());
        let mut other = planned(&inspection, &shuffled, &config());
        one.plan.outputs.sort_by(|a, b| a.target.cmp(&b.target));
        other.plan.outputs.sort_by(|a, b| a.target.cmp(&b.target));
        prop_assert_eq!(one, other);
    }
}
