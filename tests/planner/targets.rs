//! The targets as their presets describe them, as far as the planner looks at them.

use std::collections::BTreeMap;

use jincai::model::preset::{Accept, Edition, Fit, Insets, OverlayRules, Preset, Sound, TargetKind, Want};
use jincai::model::text::Bilingual;
use jincai::model::units::{Rational, Size};

pub const DEFAULT_EIGHT: [&str; 8] =
    ["douyin", "kuaishou", "channels", "weibo", "bilibili", "jinyun", "website", "screen"];

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

fn feed(id: &str) -> Preset {
    let mut preset = plain(id);
    preset.want.landscape = TALL;
    preset.want.square = TALL;
    preset.want.max_rate = 9_500_000;
    preset
}

fn screen(id: &str, canvas: Size, max_rate: u64) -> Preset {
    let mut preset = plain(id);
    preset.kind = TargetKind::Screen;
    preset.accept.max_short_side = Some(1080);
    preset.accept.max_long_side = Some(canvas.long_side());
    preset.accept.max_bit_rate = Some(max_rate * 5 / 4);
    preset.accept.max_bytes = Some(4_294_967_295);
    preset.want.landscape = canvas;
    preset.want.portrait = canvas;
    preset.want.square = canvas;
    preset.want.max_rate = max_rate;
    preset.want.sound = Sound::Silent;
    preset.overlay.portrait_safe = TITLE_SAFE;
    preset
}

fn clean(id: &str) -> Preset {
    let mut preset = plain(id);
    preset.want.fit = Fit::Source;
    preset.want.square = Size::new(1080, 1080);
    preset.want.max_rate = 20_000_000;
    preset.overlay.edition = Edition::Clean;
    preset.overlay.lower_third = false;
    preset.overlay.portrait_safe = TITLE_SAFE;
    preset
}

/// Every target, in no particular order.
pub fn all() -> Vec<Preset> {
    let mut douyin = feed("douyin");
    douyin.accept.max_short_side = Some(2160);
    douyin.accept.max_long_side = Some(3840);
    douyin.accept.max_bytes = Some(16_000_000_000);
    let mut kuaishou = feed("kuaishou");
    kuaishou.accept.max_bytes = Some(8_000_000_000);
    let mut channels = feed("channels");
    channels.accept.max_bit_rate = Some(10_000_000);
    let mut bilibili = plain("bilibili");
    bilibili.accept.max_bit_rate = Some(60_000_000);
    bilibili.accept.max_bytes = Some(8_000_000_000);
    bilibili.accept.max_key_frame_interval_ms = Some(10_000);
    let mut article = plain("wechat-article");
    article.accept.max_bytes = Some(200_000_000);
    let mut website = plain("website");
    website.accept.max_frame_rate = Some(Rational::new(30, 1));
    website.accept.max_bytes = Some(500_000_000);
    website.want.landscape = Size::new(1280, 720);
    website.want.portrait = Size::new(720, 1280);
    website.want.square = Size::new(720, 720);
    website.want.max_frame_rate = Rational::new(30, 1);
    website.want.crf = 22.0;
    website.want.max_rate = 4_000_000;
    website.overlay.portrait_safe = TITLE_SAFE;
    let mut wall = screen("led-wall", Size::new(3840, 1080), 20_000_000);
    wall.accept.max_frame_rate = Some(Rational::new(30, 1));
    wall.want.max_frame_rate = Rational::new(30, 1);
    let mut entry = clean("entry");
    entry.accept.max_bytes = Some(600_000_000);
    let mut sample = clean("sample");
    sample.accept.max_frame_rate = Some(Rational::new(30, 1));
    sample.accept.max_bytes = Some(5_000_000);
    sample.want.landscape = Size::new(854, 480);
    sample.want.portrait = Size::new(480, 854);
    sample.want.square = Size::new(480, 480);
    sample.want.max_frame_rate = Rational::new(30, 1);
    sample.want.crf = 26.0;
    sample.want.max_rate = 1_500_000;
    sample.want.audio_rate = 64_000;
    vec![
        douyin,
        kuaishou,
        channels,
        plain("weibo"),
        bilibili,
        feed("xiaohongshu"),
        article,
        clean("jinyun"),
        website,
        screen("screen", WIDE, 12_000_000),
        screen("screen-portrait", TALL, 12_000_000),
        wall,
        entry,
        sample,
    ]
}

pub fn default_eight() -> Vec<Preset> {
    let all = all();
    DEFAULT_EIGHT.iter().filter_map(|id| all.iter().find(|preset| preset.id == *id).cloned()).collect()
}
