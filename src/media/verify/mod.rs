//! Measures finished files, in a new process, against their specification. A deviation is a fault of the file, not an
//! error of the verification.

mod audio_check;
mod boxes;
mod decode_check;
mod judge;
mod mark_check;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ffmpeg_next::media;

use super::source::{Handle, Source, StreamFacts};
use super::{Doing, MediaError, configure_ffmpeg, labels};
use crate::files;
use crate::model::ai::AiFacts;
use crate::model::job::{EngineError, MarkSeen, Verified, VerifyJob, VerifyTask};
use crate::model::units::{Rational, Size};
use audio_check::{CheckedAudio, check_audio};
use decode_check::{DecodeExtent, PacketCheck, check_packets};
use mark_check::check_mark;

/// Key fragments of recording metadata that must not be in a finished file.
const PRIVATE_KEYS: [&str; 6] = ["location", "com.apple", "com.android", "make", "model", "gps"];

/// Verifies every file of the job, `job.threads` at once. `progress` is called with microseconds done and in total.
pub fn run(job: &VerifyJob, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<Verified>, EngineError> {
    configure_ffmpeg();
    verify(job, progress).map_err(EngineError::from)
}

fn verify(job: &VerifyJob, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<Verified>, MediaError> {
    // Hard links of one file are measured once; they show one mark.
    let mut distinct: Vec<&VerifyTask> = Vec::new();
    let mut place: HashMap<(u64, u64), usize> = HashMap::new();
    let mut measured_as = Vec::new();
    for task in &job.files {
        let file = std::fs::metadata(task.file.as_path()).doing("look at a finished file")?;
        measured_as.push(*place.entry((file.dev(), file.ino())).or_insert_with(|| {
            distinct.push(task);
            distinct.len() - 1
        }));
    }
    let total_us: u64 = distinct.iter().map(|task| task.expect.duration_us).sum();
    let extent = if job.full { DecodeExtent::All } else { DecodeExtent::Sample };
    let mut at_us = vec![0; distinct.len()];
    let audio_cache = AudioCache::default();
    let measured = run_parallel(
        distinct.len(),
        job.threads,
        |index, tick| measure(distinct[index], extent, &audio_cache, tick),
        &mut |index, done_us| {
            at_us[index] = done_us;
            progress(at_us.iter().sum::<u64>().min(total_us), total_us);
        },
    )?;
    let results = job.files.iter().zip(measured_as).map(|(task, index)| {
        let mut verified = measured[index].describe(task);
        // Each link has its own expectations.
        verified.faults = measured[index].faults(&task.expect, &verified);
        verified.faults.extend(measured[index].mark.and_then(MarkSeen::fault));
        verified
    });
    Ok(results.collect())
}

/// Runs `count` tasks on up to `threads` threads. Returns the results in order, or the first error by order. `tick` is
/// called on this thread with a task's index and its progress.
fn run_parallel<T: Send + Sync>(
    count: usize,
    threads: u32,
    work: impl Fn(usize, &mut dyn FnMut(u64)) -> Result<T, MediaError> + Sync,
    tick: &mut dyn FnMut(usize, u64),
) -> Result<Vec<T>, MediaError> {
    let next = AtomicUsize::new(0);
    let results: Vec<OnceLock<Result<T, MediaError>>> = (0..count).map(|_| OnceLock::new()).collect();
    std::thread::scope(|scope| {
        let (news, checked) = channel();
        for _ in 0..count.min(threads.max(1) as usize) {
            let (news, next, work, results) = (news.clone(), &next, &work, &results);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(result) = results.get(index) else { return };
                    // A closed channel is no reason to stop.
                    let made = work(index, &mut |at_us| {
                        let _ = news.send((index, at_us));
                    });
                    let _ = result.set(made);
                }
            });
        }
        drop(news);
        for (index, at_us) in checked {
            tick(index, at_us);
        }
    });
    let missing = || Err(MediaError::Broken("a thread of the verification panicked".into()));
    results.into_iter().map(|result| result.into_inner().unwrap_or_else(missing)).collect()
}

/// Checked audio streams by the digest of their packets: one that several files share is decoded once, and the second
/// thread waits for it.
#[derive(Default)]
struct AudioCache {
    checked: Mutex<HashMap<String, Arc<Mutex<Option<CheckedAudio>>>>>,
}

impl AudioCache {
    fn get_or_check(
        &self,
        digest: &str,
        check_audio: impl FnOnce() -> Result<CheckedAudio, MediaError>,
    ) -> Result<CheckedAudio, MediaError> {
        let cell = {
            let mut all = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(digest.to_owned()).or_default())
        };
        let mut cell = cell.lock().unwrap_or_else(PoisonError::into_inner);
        match *cell {
            Some(checked) => Ok(checked),
            None => Ok(*cell.insert(check_audio()?)),
        }
    }
}

fn measure(
    task: &VerifyTask,
    extent: DecodeExtent,
    audio_cache: &AudioCache,
    tick: &mut dyn FnMut(u64),
) -> Result<Measured, MediaError> {
    let handle = Handle::open(task.file.as_path()).doing("open a finished file")?;
    let measured = measure_open(&handle, extent, audio_cache, tick).and_then(|measured| {
        let mark = task.mark.as_ref().map(|layer| check_mark(&handle, layer, task.expect.duration_us));
        Ok(Measured { mark: mark.transpose()?, ..measured })
    });
    handle.or_read_error(MediaError::Finished, measured)
}

fn measure_open(
    handle: &Handle,
    extent: DecodeExtent,
    audio_cache: &AudioCache,
    tick: &mut dyn FnMut(u64),
) -> Result<Measured, MediaError> {
    let source = Source::open_handle(handle).doing("read a finished file")?;
    let streams = source.streams();
    let container = source.container();
    let private = has_private_metadata(&source);
    let ai = labels::find(handle, &source);
    let check = check_packets(source, &streams, extent, tick)?;
    let sound = streams.iter().find(|stream| stream.kind == media::Type::Audio);
    let checked = sound
        .map(|stream| audio_cache.get_or_check(&check.audio_digest, || check_audio(handle, stream.index)))
        .transpose()?;
    let (sha256, bytes) = files::digest_of(&mut handle.reader()).doing("hash a finished file")?;
    let fast_start = boxes::is_fast_start(handle).doing("walk a finished file's boxes")?;
    Ok(Measured { container, streams, check, checked, sha256, bytes, private, ai, fast_start, mark: None })
}

fn has_private_metadata(source: &Source) -> bool {
    let private = |key: &str| {
        let key = key.to_ascii_lowercase();
        PRIVATE_KEYS.iter().any(|private| key.contains(private))
    };
    source.input.metadata().iter().any(|(key, _)| private(key))
        || source.input.streams().any(|stream| stream.metadata().iter().any(|(key, _)| private(key)))
}

/// All measurements of one file.
struct Measured {
    container: String,
    streams: Vec<StreamFacts>,
    check: PacketCheck,
    checked: Option<CheckedAudio>,
    sha256: String,
    bytes: u64,
    private: bool,
    /// The labels of AI-made media that it carries.
    ai: AiFacts,
    fast_start: bool,
    /// `None` where no mark is expected.
    mark: Option<MarkSeen>,
}

impl Measured {
    fn stream(&self, kind: media::Type) -> Option<&StreamFacts> {
        self.streams.iter().find(|stream| stream.kind == kind)
    }

    fn describe(&self, task: &VerifyTask) -> Verified {
        let video = self.stream(media::Type::Video);
        let audio = self.stream(media::Type::Audio);
        let track = &self.check.video;
        let start_us = track.start_us.unwrap_or(0);
        let duration_us = (track.end_us - start_us).max(0) as u64;
        let whole_us = track.end_us.max(self.check.audio.end_us).max(1) as u64;
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
            loudness_lufs: self.checked.and_then(|checked| checked.loudness.integrated_lufs),
            true_peak_dbtp: self.checked.and_then(|checked| checked.loudness.true_peak_dbtp),
            // Audio before 0 is cut off by an edit list.
            audio_offset_us: self.check.audio.start_us.map(|start| start.max(0) - start_us),
            bit_rate: self.bytes.saturating_mul(8_000_000) / whole_us,
            longest_gop_ms: self.check.key_gaps_us.iter().max().map_or(0, |gap| (*gap / 1000).max(0) as u64),
            mark: self.mark,
            faults: Vec::new(),
        }
    }
}
