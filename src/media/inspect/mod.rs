//! Inspects a source. One pass reads every packet and decodes all audio and the key frames; a second samples video frames
//! at regular times.

mod alpha;
mod appearance;
mod audio_analysis;
mod combs;
mod dates;
mod field_probe;
mod fingerprint_samples;
mod frame_samples;
mod key_frames;
mod luma_thumbnail;
mod nal_units;
mod picture_evidence;
mod sniff;
pub(super) mod stream_info;
pub(super) mod stream_selection;
mod timing;

use std::fs::File;

use ffmpeg_next::Discard;
use sha2::{Digest, Sha256};

pub use frame_samples::{Sample, SampleSink, Thumbnail};

use super::mux::microseconds;
use super::source::{Handle, PixelLimit, Source, is_encrypted};
use super::{Doing, MediaError, configure_ffmpeg};
use crate::files;
use crate::model::finding::{Code, Finding};
use crate::model::inspection::{Crop, INSPECTION_VERSION, Inspection, Passage, PassageKind, VideoFacts};
use crate::model::job::{EngineError, InspectJob};
use crate::model::value::{Arg, Value};
use crate::text::hex;
use audio_analysis::{AudioAnalyser, AudioAnalysis};
use fingerprint_samples::SampledSource;
use key_frames::KeyFrames;
use nal_units::NalLengthSize;
use picture_evidence::PictureEvidence;
use stream_info::{Metadata, Span, video_facts};
use stream_selection::{SelectedStreams, choose};
use timing::Timing;

/// A file that is shorter than its header states by more than this was cut off.
const MAX_MISSING_US: u64 = 1_000_000;

/// Inspects one source. `sink` receives decoded samples; `progress` is called with microseconds done and in total.
///
/// Refuses a source that cannot become a work, with a finding that names cause and remedy.
pub fn run(
    job: &InspectJob,
    file: File,
    progress: &mut dyn FnMut(u64, u64),
    sink: &mut dyn SampleSink,
) -> Result<Inspection, EngineError> {
    configure_ffmpeg();
    let handle = Handle::new(file);
    let inspected = std::thread::scope(|scope| {
        let digest = scope.spawn(|| files::digest_of(&mut handle.reader()));
        let inspected = inspect(job, &handle, progress, sink);
        let digest = digest.join().unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into()));
        let mut inspection = inspected?;
        (inspection.sha256, _) = digest.doing("read the whole file")?;
        Ok(inspection)
    });
    handle.or_read_error(MediaError::Source, inspected).map_err(EngineError::from)
}

fn inspect(
    job: &InspectJob,
    handle: &Handle,
    progress: &mut dyn FnMut(u64, u64),
    sink: &mut dyn SampleSink,
) -> Result<Inspection, MediaError> {
    let bytes = handle.bytes().doing("ask for the file's size")?;
    if bytes > job.limits.max_bytes {
        let finding = Finding::error(Code::TooManyBytes).measured(bytes).limit(job.limits.max_bytes);
        return Err(MediaError::refused(finding));
    }
    if let Some(finding) = sniff::refusal(handle).doing("read the beginning of the file")? {
        return Err(MediaError::refused(finding));
    }
    if sniff::holds_index_only(handle) {
        return Err(MediaError::refused(Finding::error(Code::NoMediaData)));
    }
    let source = Source::open_handle(handle).map_err(|error| unopened(handle, error))?;
    let header_duration_us = u64::try_from(source.input.duration()).ok().filter(|duration| *duration > 0);
    let chosen = choose(&source.streams(), &job.limits)?;
    let total_us = header_duration_us.unwrap_or(0).min(job.limits.max_duration_s * 1_000_000);
    // Two passes through the file: reading packets, and sampling frames at regular times.
    let mut tick = |passes_done: u64, done_us: i64| {
        progress((passes_done * total_us + (done_us.max(0) as u64).min(total_us)) / 2, total_us);
    };
    let mut pass = read_packets(job, source, &chosen, sink, &mut |done_us| tick(0, done_us))?;
    if pass.key_frames.is_empty() {
        decode_from_start(job, handle, &chosen, sink, &mut pass.key_frames)?;
    }
    let intra = pass.key_frames.is_intra();
    let pace = pass.timing.pace(chosen.video.average_rate);
    let Some(pace) = pace else {
        return Err(MediaError::refused(Finding::error(Code::NoMediaData)));
    };
    let Some((first, mut sampler)) = pass.key_frames.finish() else {
        return Err(MediaError::refused(
            Finding::error(Code::NothingDecodes).arg(Arg::Codec, stream_selection::codec_name(&chosen.video)),
        ));
    };
    if pace.frames == 1 {
        return Err(MediaError::refused(Finding::error(Code::SingleFrame)));
    }
    let analysis = pass.analyser.map(|analyser| analyser.finish(sink)).transpose()?.flatten();
    let mut video = video_facts(&chosen.video, &first, &pace, &pass.timing);
    let span = Span::of(&video, analysis.as_ref().map(|analysis| &analysis.facts));
    if span.duration_us == 0 {
        return Err(MediaError::refused(Finding::error(Code::ZeroDuration)));
    }
    let mut findings = chosen.findings.clone();
    let corrupt_us = pass.timing.corrupt_us.max(analysis.as_ref().map_or(0, |analysis| analysis.corrupt_us));
    findings.extend(damage(job, &pass.timing, header_duration_us, corrupt_us, &span)?);
    if chosen.audio.is_some()
        && analysis.is_none()
        && !findings.iter().any(|f| f.code == Code::AudioUndecodable)
    {
        findings.push(Finding::warning(Code::AudioUndecodable).arg(Arg::Codec, "?"));
    }
    let sampled = SampledSource { job, handle, video: &video, intra };
    let mut evidence = PictureEvidence::new(&chosen.video, &first);
    sampled.sample(&mut sampler, &mut evidence, sink, &mut |done_us| tick(1, done_us))?;
    appearance::settle(&mut video, evidence.finish(), &chosen.video, job, handle)?;
    let mut passages = sampler.finish(span.duration_us, sink)?;
    let audio = analysis.map(|AudioAnalysis { facts, pauses, .. }| {
        passages.extend(relative_to_start(pauses, span.start_us));
        facts
    });
    Ok(Inspection {
        version: INSPECTION_VERSION,
        bytes,
        sha256: String::new(),
        packets_sha256: digest_with_display(pass.packets, &video),
        container: pass.container,
        duration_us: span.duration_us,
        header_duration_us,
        video,
        audio,
        other_streams: chosen.others,
        passages,
        cover_candidates: Vec::new(),
        fingerprint: Default::default(),
        captured_at: pass.metadata.captured_at,
        private_metadata: pass.metadata.private,
        findings,
    })
}

fn unopened(handle: &Handle, error: ffmpeg_next::Error) -> MediaError {
    match error {
        // FFmpeg's error for a container (or codec) that is not on the allow-list.
        ffmpeg_next::Error::Other { errno: ffmpeg_next::error::EINVAL } => {
            MediaError::refused(Finding::error(Code::ContainerNotAllowed))
        }
        ffmpeg_next::Error::Other { errno: ffmpeg_next::error::ENOMEM } => {
            MediaError::Ffmpeg { doing: "open the file", source: error }
        }
        _ => MediaError::refused(sniff::why_unreadable(handle)),
    }
}

/// The results of reading every packet.
struct PacketPass {
    timing: Timing,
    key_frames: KeyFrames,
    analyser: Option<AudioAnalyser>,
    /// Digest of the digests of all video and all audio packets.
    packets: Sha256,
    container: String,
    metadata: Metadata,
}

fn read_packets(
    job: &InspectJob,
    mut source: Source,
    chosen: &SelectedStreams,
    sink: &mut dyn SampleSink,
    tick: &mut dyn FnMut(i64),
) -> Result<PacketPass, MediaError> {
    let video = &chosen.video;
    let mut analyser = chosen.audio.as_ref().and_then(|audio| AudioAnalyser::new(&source, audio).ok());
    let audio_index = chosen.audio.as_ref().map(|audio| audio.index);
    source.keep_only(&[Some(video.index), audio_index].into_iter().flatten().collect::<Vec<_>>());
    let mut decoder =
        source.video_decoder(video.index, 1, PixelLimit(job.limits.max_pixels)).map_err(|_| {
            // A known codec whose headers are damaged or absurd.
            MediaError::refused(
                Finding::error(Code::NothingDecodes).arg(Arg::Codec, stream_selection::codec_name(video)),
            )
        })?;
    decoder.skip_frame(Discard::NonKey);
    let lengths = NalLengthSize::of(&video.parameters.codec, &video.parameters.configuration);
    let mut timing = Timing::default();
    let mut key_frames = KeyFrames::new(video);
    let mut digests = [Sha256::new(), Sha256::new()];
    let limit_us = job.limits.max_duration_s as i64 * 1_000_000;
    // Damage ends the reading: what follows cannot be trusted, what came before is evaluated.
    while let Some(packet) = source.read_tolerantly().doing("read the source")? {
        if is_encrypted(&packet) {
            return Err(MediaError::refused(Finding::error(Code::Encrypted)));
        }
        if packet.stream() == video.index {
            digests[0].update(packet.data().unwrap_or_default());
            timing.add(&packet, video.time_base);
            let broken = |lengths: NalLengthSize| !lengths.is_well_formed(packet.data().unwrap_or_default());
            if !packet.is_corrupt() && lengths.is_some_and(broken) {
                timing.damaged(microseconds(packet.duration().max(0), video.time_base));
            }
            tick(timing.latest_us().unwrap_or(0));
            if key_frames.wants(&packet) && decoder.send_packet(&packet).is_ok() {
                key_frames.take_from(&mut decoder, sink)?;
            }
        } else if let Some(analyser) = analyser.as_mut().filter(|_| Some(packet.stream()) == audio_index) {
            digests[1].update(packet.data().unwrap_or_default());
            analyser.add(&packet, sink)?;
        }
        let longest = timing.span_us().max(analyser.as_ref().map_or(0, |analyser| analyser.timing.span_us()));
        if longest > limit_us {
            let finding =
                Finding::error(Code::TooLong).limit(Value::GivenSeconds(job.limits.max_duration_s as f64));
            let longest = Value::GivenSeconds((longest / 1_000_000) as f64);
            return Err(MediaError::refused(finding.measured(Value::MoreThan(Box::new(longest)))));
        }
    }
    if decoder.send_eof().is_ok() {
        key_frames.take_from(&mut decoder, sink)?;
    }
    let [video_digest, audio_digest] = digests;
    let mut both = Sha256::new();
    both.update(video_digest.finalize());
    both.update(audio_digest.finalize());
    Ok(PacketPass {
        timing,
        key_frames,
        analyser,
        packets: both,
        container: source.container(),
        metadata: Metadata::of(&source),
    })
}

/// Adds orientation, sample aspect and crop to the digest of the packets: the same packets rotated, mirrored, stretched or
/// cropped are another work.
fn digest_with_display(mut packets: Sha256, video: &VideoFacts) -> String {
    packets.update([u8::from(video.orientation.mirrored)]);
    packets.update(video.orientation.clockwise_degrees.to_le_bytes());
    packets.update(video.sample_aspect.num.to_le_bytes());
    packets.update(video.sample_aspect.den.to_le_bytes());
    if let Some(Crop { left, top, size, .. }) = video.appearance.crop {
        [left, top, size.width, size.height].iter().for_each(|part| packets.update(part.to_le_bytes()));
    }
    hex(&packets.finalize())
}

/// Compares what was read with the header's duration. `corrupt_us` of it is damaged. Returns a warning about damage, or
/// refuses the file if more than the allowed share is lost.
fn damage(
    job: &InspectJob,
    timing: &Timing,
    header_us: Option<u64>,
    corrupt_us: u64,
    span: &Span,
) -> Result<Option<Finding>, MediaError> {
    let seconds = Value::seconds_of_us;
    let header_us = header_us.unwrap_or(span.duration_us).max(1);
    let missing_us = header_us.saturating_sub(span.duration_us);
    let share = missing_us as f64 / header_us as f64;
    // In a short work, half of it is less than the tolerance for inexact headers.
    let cut_short = timing.corrupt > 0 && share > job.limits.max_lost_share;
    if missing_us > MAX_MISSING_US || cut_short {
        let finding =
            Finding::error(Code::Truncated).measured(seconds(span.duration_us)).limit(seconds(header_us));
        if share > job.limits.max_lost_share {
            return Err(MediaError::refused(finding));
        }
        return Ok(Some(Finding { severity: crate::model::finding::Severity::Warning, ..finding }));
    }
    // A missing end within the limits above counts as damage too.
    let lost_us = corrupt_us + if timing.corrupt > 0 { missing_us } else { 0 };
    let measured = Value::FineSeconds(lost_us as f64 / 1e6);
    Ok((timing.corrupt > 0 || corrupt_us > 0).then(|| Finding::warning(Code::Damaged).measured(measured)))
}

/// Decodes from the start until frames come out: some cameras' key frames (recovery points between fields) do not count as
/// such for the decoder.
fn decode_from_start(
    job: &InspectJob,
    handle: &Handle,
    chosen: &SelectedStreams,
    sink: &mut dyn SampleSink,
    key_frames: &mut KeyFrames,
) -> Result<(), MediaError> {
    let mut source = Source::open_handle(handle).doing("open the source again")?;
    let video = &chosen.video;
    source.keep_only(&[video.index]);
    let limit = PixelLimit(job.limits.max_pixels);
    let Ok(mut decoder) = source.video_decoder(video.index, job.threads.max(1), limit) else { return Ok(()) };
    while let Ok(Some(packet)) = source.read() {
        if packet.stream() == video.index && decoder.send_packet(&packet).is_ok() {
            key_frames.take_from(&mut decoder, sink)?;
            if !key_frames.is_empty() {
                return Ok(());
            }
        }
    }
    if decoder.send_eof().is_ok() { key_frames.take_from(&mut decoder, sink) } else { Ok(()) }
}

/// Moves pauses from the source's time line to that of the work.
fn relative_to_start(pauses: Vec<Passage>, start_us: i64) -> impl Iterator<Item = Passage> {
    let shift = start_us.max(0) as u64;
    pauses.into_iter().map(move |pause| Passage {
        kind: PassageKind::Silence,
        start_us: pause.start_us.saturating_sub(shift),
        end_us: pause.end_us.saturating_sub(shift),
    })
}
