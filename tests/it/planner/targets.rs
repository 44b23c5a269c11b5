//! The built-in targets, and one that a test can bend.

use std::collections::BTreeMap;

use jincai::model::config::Config;
use jincai::model::language::Bilingual;
use jincai::model::preset::{Accept, Edition, Fit, Insets, OverlayRules, Preset, Sound, TargetKind, Want};
use jincai::model::units::{Rational, Size};

const WIDE: Size = Size::new(1920, 1080);
const TALL: Size = Size::new(1080, 1920);
const FEED: Insets = Insets { top: 125, right: 167, bottom: 250, left: 56 };
const TITLE_SAFE: Insets = Insets { top: 50, right: 50, bottom: 50, left: 50 };

/// A target without limits that wants 1080p in the source's orientation.
pub fn plain(id: &str) -> Preset {
    Preset {
        id: id.to_owned(),
        name: Bilingual::new(id, id),
        kind: TargetKind::Platform,
        as_of: "2025-05-31".to_owned(),
        accept: Accept {
            containers: vec!["mp4".to_owned()],
            video_codecs: vec!["h264".to_owned()],
            audio_codecs: vec!["aac".to_owned()],
            min_duration_ms: None,
            max_duration_ms: None,
            min_aspect: None,
            max_aspect: None,
            min_short_side: None,
            advised_short_side: None,
            max_short_side: None,
            max_long_side: None,
            max_frame_rate: Some(Rational::new(60, 1)),
            min_frame_rate: None,
            max_bit_rate: None,
            max_bytes: None,
            max_key_frame_interval_ms: None,
        },
        want: Want {
            landscape: WIDE,
            portrait: TALL,
            square: WIDE,
            fit: Fit::Blur,
            max_frame_rate: Rational::new(60, 1),
            frame_rate: None,
            crf: 21.0,
            max_rate: 12_000_000,
            key_frame_interval_ms: 2000,
            sound: Sound::Stereo,
            audio_rate: 192_000,
            loudness_lufs: -15.0,
            true_peak_dbtp: -1.0,
        },
        cover: Vec::new(),
        post: None,
        overlay: OverlayRules {
            edition: Edition::Branded,
            corner: None,
            captions: true,
            title_card: false,
            lower_third: true,
            portrait_safe: FEED,
            landscape_safe: TITLE_SAFE,
        },
        evidence: BTreeMap::new(),
    }
}

/// Every built-in target.
pub fn all() -> Vec<Preset> {
    jincai::policy::presets::builtin()
}

/// Those that are enabled by default.
pub fn default_eight() -> Vec<Preset> {
    let all = all();
    let find = |id: &String| all.iter().find(|preset| preset.id == *id).cloned();
    Config::default().targets.iter().filter_map(find).collect()
}
