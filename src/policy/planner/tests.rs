//! Frame rates, and colours of untagged sources. `tests/it/planner` tests what is shared.

use super::cadence::frame_rate;
use super::colour::normalise;
use crate::model::inspection::{Colour, Fields, Orientation, VideoFacts};
use crate::model::language::Bilingual;
use crate::model::preset::{Accept, Edition, Fit, Insets, OverlayRules, Preset, Sound, TargetKind, Want};
use crate::model::units::{Rational, Size};

fn video(rate: &str, display: Size) -> VideoFacts {
    VideoFacts {
        stream: 0,
        codec: "h264".into(),
        coded: display,
        sample_aspect: Rational::new(1, 1),
        orientation: Orientation::default(),
        display,
        frame_rate: rate.parse().unwrap(),
        variable_frame_rate: false,
        fields: Fields::Progressive,
        pixel_format: "yuv420p".into(),
        bit_depth: 8,
        colour: Colour {
            primaries: "unknown".into(),
            transfer: "unknown".into(),
            matrix: "unknown".into(),
            full_range: false,
        },
        start_us: 0,
        end_us: 10_000_000,
        frames: 300,
        bit_rate: 8_000_000,
        appearance: Default::default(),
    }
}

fn preset(most: &str) -> Preset {
    Preset {
        id: "one".into(),
        name: Bilingual::new("一", "one"),
        kind: TargetKind::Platform,
        as_of: "2025-05-31".into(),
        accept: Accept {
            containers: vec!["mp4".into()],
            video_codecs: vec!["h264".into()],
            audio_codecs: vec!["aac".into()],
            min_duration_ms: None,
            max_duration_ms: None,
            min_aspect: None,
            max_aspect: None,
            min_short_side: None,
            advised_short_side: None,
            max_short_side: None,
            max_long_side: None,
            max_frame_rate: None,
            min_frame_rate: None,
            max_bit_rate: None,
            max_bytes: None,
            max_key_frame_interval_ms: None,
        },
        want: Want {
            landscape: Size::new(1920, 1080),
            portrait: Size::new(1080, 1920),
            square: Size::new(1080, 1080),
            fit: Fit::Blur,
            max_frame_rate: most.parse().unwrap(),
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
            lower_third: false,
            portrait_safe: Insets::default(),
            landscape_safe: Insets::default(),
        },
        evidence: std::collections::BTreeMap::new(),
    }
}

const HD: Size = Size::new(1920, 1080);

#[test]
fn a_constant_rate_becomes_the_standard_rate_that_shows_it_best() {
    for (source, most, expected) in [
        ("30", "60", "30"),
        ("30000/1001", "60", "30000/1001"),
        ("2997/100", "60", "30000/1001"),
        ("24000/1001", "60", "24000/1001"),
        ("60", "30", "30"),
        ("60000/1001", "30", "30000/1001"),
        ("50", "30", "25"),
        ("48", "30", "24"),
        ("30", "25", "25"),
        ("15", "60", "30"),
        ("25/2", "60", "25"),
        ("12", "60", "24"),
        ("10", "60", "30"),
        ("20", "60", "30"),
        ("1", "60", "24"),
        ("120", "60", "60"),
        ("240", "30", "30"),
        ("90", "60", "30"),
        ("100", "60", "50"),
        ("30", "10", "10"),
    ] {
        let rate = frame_rate(&video(source, HD), &preset(most));
        assert_eq!(rate, expected.parse().unwrap(), "{source} fps for at most {most}");
    }
}

#[test]
fn a_varying_rate_becomes_what_the_camera_aimed_at() {
    for (average, expected) in
        [("2997/100", "30"), ("292/10", "30"), ("241/10", "24"), ("588/10", "60"), ("27", "30")]
    {
        let source = VideoFacts { variable_frame_rate: true, ..video(average, HD) };
        assert_eq!(frame_rate(&source, &preset("60")), expected.parse().unwrap(), "{average}");
    }
}

#[test]
fn a_targets_own_rates_win_over_the_sources() {
    let mut master = preset("60");
    master.want.frame_rate = Some(Rational::new(25, 1));
    assert_eq!(frame_rate(&video("30", HD), &master), Rational::new(25, 1));
    let mut fast = preset("60");
    fast.accept.min_frame_rate = Some(Rational::new(50, 1));
    assert_eq!(frame_rate(&video("30", HD), &fast), Rational::new(60, 1));
    assert_eq!(frame_rate(&video("24", HD), &fast), Rational::new(50, 1));
}

#[test]
fn an_untagged_source_means_what_its_size_means() {
    for (size, matrix) in [
        (Size::new(1920, 1080), "bt709"),
        (Size::new(1280, 534), "bt709"),
        (Size::new(720, 576), "bt470bg"),
        (Size::new(720, 480), "smpte170m"),
        (Size::new(176, 144), "smpte170m"),
    ] {
        let colour = normalise(&video("25", size));
        // Only the matrix is guessed: primaries that nobody states are not converted.
        assert_eq!((colour.matrix.as_str(), colour.primaries.as_str()), (matrix, "bt709"), "{size}");
    }
    let mut hlg = video("30", HD);
    hlg.colour.transfer = "arib-std-b67".into();
    assert_eq!(normalise(&hlg).matrix, "bt2020nc");
}
