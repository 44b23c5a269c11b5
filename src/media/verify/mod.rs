//! Measures finished files, in a fresh process, against what they must be. What does not satisfy is a fault of the
//! file, not an error of the verification.

mod boxes;
mod walk;

use std::collections::HashMap;
use std::io::Read;
use std::os::unix::fs::MetadataExt;

use ffmpeg_next::media;
use sha2::{Digest, Sha256};

use super::source::{Handle, Source, StreamFacts};
use super::{Doing, MediaError, sound, start};
use crate::model::inspection::Loudness;
use crate::model::job::{EngineError, Expected, Fault, Verified, VerifyJob, VerifyTask};
use crate::model::plan::hex;
use crate::model::units::{Rational, Size};
use walk::{Pictures, Walked, walk};

/// Integrated loudness may be this far from its aim, LU.
const LOUDNESS_TOLERANCE_LU: f64 = 0.5;
/// Below this a difference of true peak is the meter's rounding, dB.
const PEAK_ROUNDING_DB: f64 = 0.05;
/// Sound may begin this much before or after the picture.
const OFFSET_LIMIT_US: i64 = 20_000;
/// One block of AAC at 48 kHz, microseconds: a sound cannot end more exactly.
const AAC_BLOCK_US: i64 = 21_334;
/// Metadata of recordings that must not be in a finished file.
const PRIVATE_KEYS: [&str; 6] = ["location", "com.apple", "com.android", "make", "model", "gps"];

/// Verifies every file of the job. `progress` is called with microseconds done and in total.
pub fn run(job: &VerifyJob, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<Verified>, EngineError> {
    start();
    let total_us: u64 = job.files.iter().map(|task| task.expect.duration_us).sum();
    let mut done_us = 0;
    let mut files = Vec::new();
    let mut known = Known::default();
    let pictures = if job.full { Pictures::All } else { Pictures::Some };
    for task in &job.files {
        let mut tick = |at_us: u64| progress((done_us + at_us).min(total_us), total_us);
        files.push(verify(task, pictures, &mut known, &mut tick).map_err(EngineError::from)?);
        done_us += task.expect.duration_us;
    }
    Ok(files)
}

/// What was measured already, so that links and shared sounds are measured once.
#[derive(Default)]
struct Known {
    /// By device and inode.
    files: HashMap<(u64, u64), Verified>,
    /// By digest of the sound's packets.
    sounds: HashMap<String, Loudness>,
}

fn verify(
    task: &VerifyTask,
    pictures: Pictures,
    known: &mut Known,
    tick: &mut dyn FnMut(u64),
) -> Result<Verified, MediaError> {
    let path = task.file.as_path();
    let inode =
        std::fs::metadata(path).map(|file| (file.dev(), file.ino())).doing("look at a finished file")?;
    if let Some(same) = known.files.get(&inode) {
        return Ok(Verified { file: task.file.clone(), ..same.clone() });
    }
    let handle = Handle::open(path).doing("open a finished file")?;
    let source = Source::open_handle(&handle).doing("read a finished file")?;
    let streams = source.streams();
    let container = source.container();
    let private = source.input.metadata().iter().any(|(key, _)| {
        let key = key.to_ascii_lowercase();
        PRIVATE_KEYS.iter().any(|private| key.contains(private))
    });
    let walked = walk(source, &streams, pictures, tick)?;
    let loudness = match streams.iter().any(|stream| stream.kind == media::Type::Audio) {
        false => None,
        true => Some(match known.sounds.get(&walked.audio_digest) {
            Some(loudness) => *loudness,
            None => *known.sounds.entry(walked.audio_digest.clone()).or_insert(sound::measure(path)?),
        }),
    };
    let (sha256, bytes) = digest(&handle).doing("hash a finished file")?;
    let measured =
        Measured { handle: &handle, container, streams: &streams, walked, loudness, bytes, private };
    let mut verified = measured.describe(task, sha256);
    verified.faults = measured.faults(&task.expect, &verified)?;
    known.files.insert(inode, verified.clone());
    Ok(verified)
}

fn digest(handle: &Handle) -> std::io::Result<(String, u64)> {
    let mut reader = handle.reader();
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok((hex(&hasher.finalize()), bytes)),
            read => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}

/// Everything that was measured of one file.
struct Measured<'a> {
    handle: &'a Handle,
    container: String,
    streams: &'a [StreamFacts],
    walked: Walked,
    loudness: Option<Loudness>,
    bytes: u64,
    private: bool,
}

impl Measured<'_> {
    fn stream(&self, kind: media::Type) -> Option<&StreamFacts> {
        self.streams.iter().find(|stream| stream.kind == kind)
    }

    fn describe(&self, task: &VerifyTask, sha256: String) -> Verified {
        let video = self.stream(media::Type::Video);
        let audio = self.stream(media::Type::Audio);
        let track = &self.walked.video;
        let start_us = track.start_us.unwrap_or(0);
        let duration_us = (track.end_us - start_us).max(0) as u64;
        let whole_us = track.end_us.max(self.walked.audio.end_us).max(1) as u64;
        let rate = video.map(|video| video.average_rate).filter(|rate| rate.numerator() > 0);
        Verified {
            file: task.file.clone(),
            bytes: self.bytes,
            sha256,
            duration_us,
            size: video
                .map_or(Size::new(0, 0), |video| Size::new(video.parameters.width, video.parameters.height)),
            frame_rate: rate.map_or(Rational::new(0, 1), |rate| {
                Rational::new(rate.numerator().unsigned_abs(), rate.denominator().unsigned_abs())
            }),
            video_codec: video.map_or(String::new(), |video| video.parameters.codec.clone()),
            profile: video.map_or(String::new(), |video| video.parameters.profile.clone()),
            audio_codec: audio.map(|audio| audio.parameters.codec.clone()),
            channels: audio.map(|audio| audio.parameters.channels),
            loudness_lufs: self.loudness.and_then(|loudness| loudness.integrated_lufs),
            true_peak_dbtp: self.loudness.and_then(|loudness| loudness.true_peak_dbtp),
            // What an edit list cuts off before 0 is not heard.
            audio_offset_us: self.walked.audio.start_us.map(|start| start.max(0) - start_us),
            bit_rate: self.bytes * 8_000_000 / whole_us,
            longest_gop_ms: self.walked.key_gaps_us.iter().max().map_or(0, |gap| (*gap / 1000).max(0) as u64),
            faults: Vec::new(),
        }
    }

    fn faults(&self, expect: &Expected, verified: &Verified) -> Result<Vec<Fault>, MediaError> {
        let mut faults = Faults(Vec::new());
        self.container_faults(expect, verified, &mut faults)?;
        self.picture_faults(expect, verified, &mut faults);
        self.sound_faults(expect, verified, &mut faults);
        Ok(faults.0)
    }

    fn container_faults(
        &self,
        expect: &Expected,
        verified: &Verified,
        faults: &mut Faults,
    ) -> Result<(), MediaError> {
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
            let fast = boxes::is_fast_start(self.handle).doing("walk a finished file's boxes")?;
            faults.unless(fast, "fast_start", "no", "yes");
        }
        faults.unless(!self.private, "private_metadata", "some", "none");
        faults.at_most("bytes", verified.bytes, expect.max_bytes);
        faults.at_most("bit_rate", verified.bit_rate, expect.max_bit_rate);
        Ok(())
    }

    fn picture_faults(&self, expect: &Expected, verified: &Verified, faults: &mut Faults) {
        let walked = &self.walked;
        let frame_us = (1e6 / expect.frame_rate.as_f64().max(1e-3)) as i64;
        faults.equal("codec", &verified.video_codec, &expect.codec);
        faults.equal("profile", &verified.profile, &expect.profile);
        faults.equal("size", &verified.size.to_string(), &expect.size.to_string());
        faults.equal("pixel_format", &walked.pixel_format, "yuv420p");
        faults.equal("colour", &walked.colour, "bt709/bt709/bt709/tv");
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
        faults.unless(walked.video.monotonic, "timestamps", "not monotonic", "monotonic");
        if let Some(shortest) = walked.video.shortest_us {
            let steady =
                (shortest - frame_us).abs() <= 1_000 && (walked.video.longest_us - frame_us).abs() <= 1_000;
            let measured = format!("{shortest}..{} µs", walked.video.longest_us);
            faults.unless(steady, "frame_rate", measured, format!("{frame_us} µs"));
        }
        faults.unless(walked.first_is_key, "first_key_frame", "no", "yes");
        let longest = verified.longest_gop_ms;
        let limit = expect.max_key_frame_interval_ms;
        faults.unless(
            longest <= limit.saturating_add(frame_us as u64 / 1000 + 1),
            "key_frames",
            longest,
            limit,
        );
        faults.unless(walked.decode_errors == 0 && walked.decoded > 0, "decoding", walked.decode_errors, 0);
        // A sample that ends inside a group may leave a picture in the decoder; the whole file may not.
        let all = walked.sent < walked.video.packets || walked.decoded >= walked.sent;
        faults.unless(all, "pictures", walked.decoded, walked.sent);
    }

    fn sound_faults(&self, expect: &Expected, verified: &Verified, faults: &mut Faults) {
        let (Some(sound), Some(audio)) = (&expect.sound, self.stream(media::Type::Audio)) else { return };
        let walked = &self.walked;
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
        faults.unless(walked.audio.monotonic, "audio_timestamps", "not monotonic", "monotonic");
        let frame_us = (1e6 / expect.frame_rate.as_f64().max(1e-3)) as i64;
        let off = walked.audio.end_us - expect.duration_us as i64;
        let measured = format!("{:.3} s", walked.audio.end_us as f64 / 1e6);
        let wanted = format!("{:.3} s", expect.duration_us as f64 / 1e6);
        faults.unless(off.abs() <= frame_us + AAC_BLOCK_US, "audio_duration", measured, wanted);
        let offset_us = verified.audio_offset_us.unwrap_or(0);
        faults.unless(
            offset_us.abs() < OFFSET_LIMIT_US,
            "audio_offset",
            format!("{offset_us} µs"),
            "< 20 ms",
        );
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
