//! Measures finished files, in a fresh process, against what they must be. What does not satisfy is a fault of the
//! file, not an error of the verification.

mod boxes;
mod judge;
mod listen;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;
use std::os::unix::fs::MetadataExt;

use ffmpeg_next::media;
use sha2::{Digest, Sha256};

use super::source::{Handle, Source, StreamFacts};
use super::{Doing, MediaError, start};
use crate::model::job::{EngineError, Verified, VerifyJob, VerifyTask};
use crate::model::plan::hex;
use crate::model::units::{Rational, Size};
use listen::{Heard, listen};
use walk::{Pictures, Walked, walk};

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
    files: HashMap<(u64, u64), Measured>,
    /// By digest of the sound's packets.
    sounds: HashMap<String, Heard>,
}

fn verify(
    task: &VerifyTask,
    pictures: Pictures,
    known: &mut Known,
    tick: &mut dyn FnMut(u64),
) -> Result<Verified, MediaError> {
    let file = std::fs::metadata(task.file.as_path()).doing("look at a finished file")?;
    let inode = (file.dev(), file.ino());
    let measured = match known.files.entry(inode) {
        Entry::Occupied(same) => same.into_mut(),
        Entry::Vacant(new) => new.insert(measure(task, pictures, &mut known.sounds, tick)?),
    };
    let mut verified = measured.describe(task);
    // Each link has its own expectations.
    verified.faults = measured.faults(&task.expect, &verified);
    Ok(verified)
}

fn measure(
    task: &VerifyTask,
    pictures: Pictures,
    sounds: &mut HashMap<String, Heard>,
    tick: &mut dyn FnMut(u64),
) -> Result<Measured, MediaError> {
    let handle = Handle::open(task.file.as_path()).doing("open a finished file")?;
    let source = Source::open_handle(&handle).doing("read a finished file")?;
    let streams = source.streams();
    let container = source.container();
    let private = has_private_metadata(&source);
    let walked = walk(source, &streams, pictures, tick)?;
    let heard = match streams.iter().find(|stream| stream.kind == media::Type::Audio) {
        None => None,
        Some(stream) => Some(match sounds.get(&walked.audio_digest) {
            Some(heard) => *heard,
            None => *sounds.entry(walked.audio_digest.clone()).or_insert(listen(&handle, stream.index)?),
        }),
    };
    let (sha256, bytes) = digest(&handle).doing("hash a finished file")?;
    let fast_start = boxes::is_fast_start(&handle).doing("walk a finished file's boxes")?;
    Ok(Measured { container, streams, walked, heard, sha256, bytes, private, fast_start })
}

fn has_private_metadata(source: &Source) -> bool {
    let private = |key: &str| {
        let key = key.to_ascii_lowercase();
        PRIVATE_KEYS.iter().any(|private| key.contains(private))
    };
    source.input.metadata().iter().any(|(key, _)| private(key))
        || source.input.streams().any(|stream| stream.metadata().iter().any(|(key, _)| private(key)))
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
struct Measured {
    container: String,
    streams: Vec<StreamFacts>,
    walked: Walked,
    heard: Option<Heard>,
    sha256: String,
    bytes: u64,
    private: bool,
    fast_start: bool,
}

impl Measured {
    fn stream(&self, kind: media::Type) -> Option<&StreamFacts> {
        self.streams.iter().find(|stream| stream.kind == kind)
    }

    fn describe(&self, task: &VerifyTask) -> Verified {
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
            sha256: self.sha256.clone(),
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
            loudness_lufs: self.heard.and_then(|heard| heard.loudness.integrated_lufs),
            true_peak_dbtp: self.heard.and_then(|heard| heard.loudness.true_peak_dbtp),
            // What an edit list cuts off before 0 is not heard.
            audio_offset_us: self.walked.audio.start_us.map(|start| start.max(0) - start_us),
            bit_rate: self.bytes.saturating_mul(8_000_000) / whole_us,
            longest_gop_ms: self.walked.key_gaps_us.iter().max().map_or(0, |gap| (*gap / 1000).max(0) as u64),
            faults: Vec::new(),
        }
    }
}
