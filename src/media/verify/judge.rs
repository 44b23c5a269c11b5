//! Compares the measurements of a finished file with its specification.

use ffmpeg_next::media;

use super::Measured;
use crate::model::ai::{AiCarrier, AiLabel};
use crate::model::job::{Expected, Fault, Verified};

/// Allowed deviation of integrated loudness from its target, LU.
const LOUDNESS_TOLERANCE_LU: f64 = 0.5;
/// Allowed excess of true peak: rounding of the meter, dB.
const PEAK_ROUNDING_DB: f64 = 0.05;
/// Audio must begin less than this before or after the video.
const OFFSET_LIMIT_US: i64 = 20_000;
/// Duration of one AAC frame (1,024 samples at 48 kHz), microseconds, to which audio durations are rounded.
const AAC_BLOCK_US: i64 = 21_334;

impl Measured {
    /// Returns every difference from the specification.
    pub(super) fn faults(&self, expect: &Expected, verified: &Verified) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        self.container_faults(expect, verified, &mut faults);
        self.picture_faults(expect, verified, &mut faults);
        self.sound_faults(expect, verified, &mut faults);
        faults.0
    }

    fn container_faults(&self, expect: &Expected, verified: &Verified, faults: &mut Faults) {
        let is_it = self.container.split(',').any(|name| name == expect.container);
        faults.unless(is_it, "container", &self.container, &expect.container);
        let count = |kind| self.streams.iter().filter(|stream| stream.kind == kind).count();
        let sounds = usize::from(expect.sound.is_some());
        let streams = (count(media::Type::Video), count(media::Type::Audio), self.streams.len());
        faults.unless(
            streams == (1, sounds, 1 + sounds),
            "streams",
            format!("{streams:?}"),
            format!("1 + {sounds}"),
        );
        if matches!(expect.container.as_str(), "mp4" | "mov") {
            faults.unless(self.fast_start, "fast_start", "no", "yes");
        }
        faults.unless(!self.private, "private_metadata", "some", "none");
        let carried = |label: &AiLabel| AiLabel { carrier: AiCarrier::STANDARD, ..label.clone() };
        let expected: Vec<AiLabel> = expect.ai_labels.iter().map(carried).collect();
        let is_labelled = self.ai.labels == expected && self.ai.unreadable.is_none();
        let said = |labels: &[AiLabel]| match labels {
            [] => "none".to_owned(),
            labels => labels
                .iter()
                .map(|label| format!("{:?} {}", label.carrier, label.value))
                .collect::<Vec<_>>()
                .join(", "),
        };
        faults.unless(is_labelled, "ai_label", said(&self.ai.labels), said(&expected));
        faults.at_most("bytes", verified.bytes, expect.max_bytes);
        faults.at_most("bit_rate", verified.bit_rate, expect.max_bit_rate);
    }

    fn picture_faults(&self, expect: &Expected, verified: &Verified, faults: &mut Faults) {
        let check = &self.check;
        let frame_us = (1e6 / expect.frame_rate.as_f64().max(1e-3)) as i64;
        faults.equal("codec", &verified.video_codec, &expect.codec);
        faults.equal("profile", &verified.profile, &expect.profile);
        faults.equal("size", &verified.size.to_string(), &expect.size.to_string());
        faults.equal("pixel_format", &check.pixel_format, "yuv420p");
        faults.equal("colour", &check.colour, "bt709/bt709/bt709/tv");
        if let Some(video) = self.stream(media::Type::Video) {
            let (num, den) = video.parameters.sample_aspect;
            faults.unless(num == den || num == 0, "sample_aspect", format!("{num}:{den}"), "1:1");
            faults.unless(video.orientation.is_identity(), "rotation", "some", "none");
            faults.unless(video.parameters.level > 0, "level", video.parameters.level, "stated");
        }
        let off = verified.duration_us.abs_diff(expect.duration_us);
        faults.unless(
            off <= frame_us as u64 + 1_000,
            "duration",
            format!("{:.3} s", verified.duration_us as f64 / 1e6),
            format!("{:.3} s", expect.duration_us as f64 / 1e6),
        );
        faults.unless(!check.video.disordered, "timestamps", "not monotonic", "monotonic");
        self.cadence_faults(expect, faults);
        faults.unless(check.first_is_key, "first_key_frame", "no", "yes");
        let longest = verified.longest_gop_ms;
        let limit = expect.max_key_frame_interval_ms;
        faults.unless(
            longest <= limit.saturating_add(frame_us as u64 / 1000 + 1),
            "key_frames",
            longest,
            limit,
        );
        faults.unless(check.decode_errors == 0 && check.decoded > 0, "decoding", check.decode_errors, 0);
        // Decoding that stops inside a GOP may leave a frame in the decoder; that of the whole file may not.
        let all = check.sent < check.video.packets || check.decoded >= check.sent;
        faults.unless(all, "pictures", check.decoded, check.sent);
    }

    /// Checks that frames are evenly spaced and do not drift over the whole length.
    fn cadence_faults(&self, expect: &Expected, faults: &mut Faults) {
        let track = &self.check.video;
        let Some((shortest, longest)) = track.spacing_us else { return };
        // One unit of the container's time base, plus two roundings to microseconds.
        let tolerance = (track.tick_us + 2) as f64;
        let frame_us = 1e6 / expect.frame_rate.as_f64().max(1e-3);
        let far = |measured: i64, wanted: f64| (measured as f64 - wanted).abs() > tolerance;
        let drifts = far(track.span_us, frame_us * (track.packets - 1) as f64);
        faults.unless(
            !far(shortest, frame_us) && !far(longest, frame_us) && !drifts,
            "frame_rate",
            format!("{shortest}..{longest} µs, {} pictures in {} µs", track.packets, track.span_us),
            format!("{frame_us:.1} µs"),
        );
    }

    fn sound_faults(&self, expect: &Expected, verified: &Verified, faults: &mut Faults) {
        let (Some(sound), Some(audio)) = (&expect.sound, self.stream(media::Type::Audio)) else { return };
        let check = &self.check;
        faults.equal("audio_codec", &audio.parameters.codec, &sound.codec);
        faults.unless(
            audio.parameters.sample_rate == sound.sample_rate,
            "sample_rate",
            audio.parameters.sample_rate,
            sound.sample_rate,
        );
        faults.unless(
            audio.parameters.channels == sound.channels,
            "channels",
            audio.parameters.channels,
            sound.channels,
        );
        faults.unless(!check.audio.disordered, "audio_timestamps", "not monotonic", "monotonic");
        let frame_us = (1e6 / expect.frame_rate.as_f64().max(1e-3)) as i64;
        let off = check.audio.end_us - expect.duration_us as i64;
        let measured = format!("{:.3} s", check.audio.end_us as f64 / 1e6);
        let wanted = format!("{:.3} s", expect.duration_us as f64 / 1e6);
        faults.unless(off.abs() <= frame_us + AAC_BLOCK_US, "audio_duration", measured, wanted);
        let offset_us = verified.audio_offset_us.unwrap_or(0);
        faults.unless(
            offset_us.abs() < OFFSET_LIMIT_US,
            "audio_offset",
            format!("{offset_us} µs"),
            "< 20 ms",
        );
        let errors = self.checked.map_or(0, |checked| checked.errors);
        faults.unless(errors == 0, "audio_decoding", errors, 0);
        if let Some(aim) = sound.loudness_lufs {
            let is = verified.loudness_lufs;
            let near = is.is_some_and(|is| (is - aim).abs() <= LOUDNESS_TOLERANCE_LU);
            faults.unless(
                near,
                "loudness",
                is.map_or("none".into(), |is| format!("{is:.2} LUFS")),
                format!("{aim:.2} LUFS"),
            );
        }
        if let Some(peak) = verified.true_peak_dbtp {
            let limit = sound.true_peak_dbtp;
            let under = peak <= limit + PEAK_ROUNDING_DB;
            faults.unless(under, "true_peak", format!("{peak:.2} dBTP"), format!("{limit:.2} dBTP"));
        }
    }
}

/// The faults found so far.
struct Faults(Vec<Fault>);

impl Faults {
    fn unless(&mut self, good: bool, what: &str, measured: impl ToString, expected: impl ToString) {
        if !good {
            let fault = Fault {
                what: what.to_owned(),
                measured: measured.to_string(),
                expected: expected.to_string(),
            };
            self.0.push(fault);
        }
    }

    fn equal(&mut self, what: &str, measured: &str, expected: &str) {
        self.unless(measured == expected, what, measured, expected);
    }

    fn at_most(&mut self, what: &str, measured: u64, limit: Option<u64>) {
        if let Some(limit) = limit {
            self.unless(measured <= limit, what, measured, limit);
        }
    }
}
