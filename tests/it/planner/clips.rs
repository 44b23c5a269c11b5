//! One inspection a kind of clip that teams hand in.

use jincai::model::inspection::{
    AudioFacts, Colour, Fields, INSPECTION_VERSION, Inspection, Loudness, Orientation, VideoFacts,
};
use jincai::model::units::{Rational, Size};

/// A tagged, progressive clip with stereo sound at -20 LUFS.
pub fn clip(display: Size, rate: &str, seconds: u64) -> Inspection {
    let end_us = seconds as i64 * 1_000_000;
    let frame_rate: Rational = rate.parse().expect("a ratio");
    Inspection {
        version: INSPECTION_VERSION,
        kind: Default::default(),
        bytes: seconds * 1_500_000,
        sha256: "5".repeat(64),
        packets_sha256: "6".repeat(64),
        container: "mov,mp4,m4a,3gp,3g2,mj2".to_owned(),
        duration_us: seconds * 1_000_000,
        header_duration_us: None,
        video: VideoFacts {
            stream: 0,
            codec: "h264".to_owned(),
            coded: display,
            sample_aspect: Rational::new(1, 1),
            orientation: Orientation::default(),
            display,
            frame_rate,
            variable_frame_rate: false,
            fields: Fields::Progressive,
            pixel_format: "yuv420p".to_owned(),
            bit_depth: 8,
            colour: colour("bt709", "bt709", "bt709"),
            start_us: 0,
            end_us,
            frames: seconds * 30,
            bit_rate: 12_000_000,
            appearance: Default::default(),
        },
        audio: Some(AudioFacts {
            stream: 1,
            codec: "aac".to_owned(),
            sample_rate: 48_000,
            channels: 2,
            start_us: 0,
            end_us,
            bit_rate: 128_000,
            loudness: Loudness { integrated_lufs: Some(-20.0), range_lu: 5.0, true_peak_dbtp: Some(-3.0) },
            map: Default::default(),
            defects: Default::default(),
        }),
        other_streams: Vec::new(),
        passages: Vec::new(),
        cover_candidates: Vec::new(),
        fingerprint: Default::default(),
        captured_at: None,
        private_metadata: false,
        findings: Vec::new(),
        layout: Default::default(),
        ai: None,
    }
}

fn colour(primaries: &str, transfer: &str, matrix: &str) -> Colour {
    Colour {
        primaries: primaries.to_owned(),
        transfer: transfer.to_owned(),
        matrix: matrix.to_owned(),
        full_range: false,
    }
}

pub fn landscape() -> Inspection {
    clip(Size::new(1920, 1080), "30", 20)
}

/// Every kind, by the name of its snapshot.
pub fn kinds() -> Vec<(&'static str, Inspection)> {
    let turned = Orientation { mirrored: false, clockwise_degrees: 90 };

    let mut phone = clip(Size::new(1080, 1920), "2983/100", 18);
    phone.video.coded = Size::new(1920, 1080);
    phone.video.orientation = turned;
    phone.video.variable_frame_rate = true;
    phone.video.codec = "hevc".to_owned();
    phone.video.bit_depth = 10;
    phone.video.colour = colour("bt2020", "arib-std-b67", "bt2020nc");

    let mut uhd = clip(Size::new(2160, 3840), "60", 30);
    uhd.video.coded = Size::new(3840, 2160);
    uhd.video.orientation = turned;

    let mut pal = clip(Size::new(1024, 576), "25", 60);
    pal.video.coded = Size::new(720, 576);
    pal.video.sample_aspect = Rational::new(64, 45);
    pal.video.fields = Fields::TopFirst;
    pal.video.colour = colour("unknown", "unknown", "unknown");

    let mut surround = landscape();
    surround.audio.as_mut().expect("a clip has sound").channels = 6;

    let mut mute = landscape();
    mute.audio = None;

    let mut tiny = clip(Size::new(176, 144), "15", 12);
    tiny.video.colour = colour("unknown", "unknown", "unknown");
    tiny.audio.as_mut().expect("a clip has sound").loudness.integrated_lufs = Some(-52.0);

    let mut mono = landscape();
    let audio = mono.audio.as_mut().expect("a clip has sound");
    audio.channels = 1;
    audio.loudness.integrated_lufs = Some(-6.2);
    audio.loudness.true_peak_dbtp = Some(0.4);

    vec![
        ("landscape_1080p30", landscape()),
        ("phone_portrait_hlg_vfr", phone),
        ("portrait_4k60", uhd),
        ("interlaced_pal_dv", pal),
        ("square", clip(Size::new(1080, 1080), "30", 15)),
        ("surround_sound", surround),
        ("no_sound", mute),
        ("tiny_15_fps_quiet", tiny),
        ("mono_loud", mono),
        ("ten_minutes", clip(Size::new(1920, 1080), "25", 600)),
    ]
}
