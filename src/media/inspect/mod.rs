//! Inspects a source. One pass reads every packet and decodes all audio and the key frames; a second samples video frames
//! at regular times.

mod alpha;
mod appearance;
mod audio_analysis;
mod combs;
mod dates;
mod edit_lists;
mod field_probe;
mod fingerprint_samples;
mod frame_samples;
mod key_frames;
mod luma_thumbnail;
mod nal_units;
mod passages;
mod picture_choice;
mod picture_evidence;
mod sniff;
mod sound_choice;
mod sound_defects;
pub(super) mod stream_info;
pub(super) mod stream_selection;
mod timing;
pub(super) mod track_survey;

use std::fs::File;

use ffmpeg_next::Discard;
use ffmpeg_next::media::Type;
use sha2::{Digest, Sha256};

pub use frame_samples::{Sample, SampleSink, Thumbnail};

use super::ffi::is_discarded;
use super::mux::microseconds;
use super::source::{Handle, PixelLimit, Source, StreamFacts, is_encrypted};
use super::survey::{Survey, survey};
use super::time_line::LaidOut;
use super::{Doing, MediaError, configure_ffmpeg, labels};
use crate::files;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::inspection::{Crop, INSPECTION_VERSION, Inspection, VideoFacts};
use crate::model::job::{EngineError, InspectJob};
use crate::model::poster::WorkKind;
use crate::model::value::{Arg, Value};
use crate::text::hex;
use audio_analysis::{AudioAnalyser, AudioAnalysis};
use fingerprint_samples::SampledSource;
use key_frames::KeyFrames;
use nal_units::NalLengthSize;
use passages::{relative_to_start, with_holds};
use picture_evidence::PictureEvidence;
use stream_info::{Metadata, Span, video_facts};
use stream_selection::{SelectedStreams, choose};
use timing::Timing;
use track_survey::{Survey as TrackSurvey, Wanted};

/// A file that is shorter than its header states by more than this was cut off.
const MAX_MISSING_US: u64 = 1_000_000;
/// Interruptions that are longer together, microseconds, are told without their length: 7 days.
const MAX_INTERRUPTION_US: u64 = 7 * 86_400 * 1_000_000;

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
    if sniff::is_poster(handle).doing("read the beginning of the file")? {
        progress(0, 1);
        return super::poster::inspect(handle, &job.limits);
    }
    if let Some(finding) = sniff::refusal(handle).doing("read the beginning of the file")? {
        return Err(MediaError::refused(finding));
    }
    if sniff::holds_index_only(handle) {
        return Err(MediaError::refused(Finding::error(Code::NoMediaData)));
    }
    let source = Source::open_handle(handle).map_err(|error| unopened(handle, error))?;
    let header_duration_us = u64::try_from(source.input.duration())
        .ok()
        .filter(|duration| (1..=timing::WILD_JUMP_US as u64).contains(duration));
    let streams = source.streams();
    let ai = labels::find(handle, &source);
    drop(source);
    let total_us = header_duration_us.unwrap_or(0).min(job.limits.max_duration_s * 1_000_000);
    // Three passes through the file: where the packets lie, decoding sound and key frames, sampling frames at regular times.
    // One before them, where there are tracks to choose from.
    let wanted = Wanted::PicturesAndSound;
    let before = u64::from(TrackSurvey::is_needed(&streams, wanted));
    let mut tick = |passes_done: u64, done_us: i64| {
        let done_us = passes_done * total_us + (done_us.max(0) as u64).min(total_us);
        progress(done_us / (before + 3), total_us);
    };
    let chosen = choose(handle, &streams, &job.limits, wanted, &mut |done_us| tick(0, done_us))?;
    let sounds: Vec<&StreamFacts> = streams.iter().filter(|stream| stream.kind == Type::Audio).collect();
    let Survey { laid_out, leaves_unread } =
        survey(handle, &chosen.video, &sounds, &job.limits, &mut |done_us| tick(before, done_us))?;
    handle.lay_out(&laid_out.layout);
    let source = Source::open_handle(handle).map_err(|error| unopened(handle, error))?;
    let mut pass = read_packets(job, source, &chosen, sink, &mut |done_us| tick(before + 1, done_us))?;
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
    findings.extend(time_line_findings(&laid_out));
    findings.extend(container_findings(handle, &chosen, leaves_unread)?);
    let corrupt_us = pass.timing.corrupt_us.max(analysis.as_ref().map_or(0, |analysis| analysis.corrupt_us));
    // The header of a source that is laid out anew counts by its own timestamps, if it counts more than the first piece.
    let stated_us = header_duration_us.filter(|_| laid_out.layout.is_plain());
    findings.extend(damage(job, &pass.timing, stated_us, corrupt_us, &span)?);
    if chosen.audio.is_some()
        && analysis.is_none()
        && !findings.iter().any(|f| f.code == Code::AudioUndecodable)
    {
        findings.push(Finding::warning(Code::AudioUndecodable).arg(Arg::Codec, "?"));
    }
    let sampled = SampledSource { job, handle, video: &video, intra };
    let mut evidence = PictureEvidence::new(&chosen.video, &first);
    sampled.sample(&mut sampler, &mut evidence, sink, &mut |done_us| tick(before + 2, done_us))?;
    appearance::settle(&mut video, evidence.finish(), &chosen.video, job, handle)?;
    let mut passages = with_holds(sampler.finish(span.duration_us, sink)?, &pass.timing.holds(&pace));
    let audio = analysis.map(|AudioAnalysis { facts, pauses, finding, .. }| {
        findings.extend(finding);
        passages.extend(relative_to_start(pauses, span.start_us));
        facts
    });
    Ok(Inspection {
        version: INSPECTION_VERSION,
        kind: WorkKind::Video,
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
        layout: laid_out.layout,
        ai: Some(ai),
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
    let sounds = chosen.audio.iter().flat_map(|sound| &sound.tracks);
    source.keep_only(&sounds.chain([video]).map(|stream| stream.index).collect::<Vec<_>>());
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
    let mut digest = Sha256::new();
    let limit_us = job.limits.max_duration_s as i64 * 1_000_000;
    // Damage ends the reading: what follows cannot be trusted, what came before is evaluated.
    while let Some(packet) = source.read_tolerantly().doing("read the source")? {
        if is_encrypted(&packet) {
            return Err(MediaError::refused(Finding::error(Code::Encrypted)));
        }
        if packet.stream() == video.index {
            // What an edit list cuts off is no part of the work.
            if !is_discarded(&packet) {
                digest.update(packet.data().unwrap_or_default());
            }
            timing.add(&packet, video.time_base);
            let broken = |lengths: NalLengthSize| !lengths.is_well_formed(packet.data().unwrap_or_default());
            if !packet.is_corrupt() && lengths.is_some_and(broken) {
                timing.damaged(microseconds(packet.duration().max(0), video.time_base));
            }
            tick(timing.latest_us().unwrap_or(0));
            if key_frames.wants(&packet) && decoder.send_packet(&packet).is_ok() {
                key_frames.take_from(&mut decoder, sink)?;
            }
        } else if let Some(analyser) = &mut analyser {
            analyser.add(&packet, sink)?;
        }
        let longest = timing.span_us().max(analyser.as_ref().map_or(0, AudioAnalyser::span_us));
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
    let mut both = Sha256::new();
    both.update(digest.finalize());
    both.update(analyser.as_ref().map_or_else(|| Sha256::digest([]).to_vec(), AudioAnalyser::packets_digest));
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
        return Ok(Some(Finding { severity: Severity::Warning, ..finding }));
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

/// Tells what of the container cannot be shown, or refuses it where something else would be.
fn container_findings(
    handle: &Handle,
    chosen: &SelectedStreams,
    leaves_unread: bool,
) -> Result<Vec<Finding>, MediaError> {
    let tracks: Vec<usize> = std::iter::once(&chosen.video)
        .chain(chosen.audio.iter().flat_map(|sound| &sound.tracks))
        .map(|stream| stream.index)
        .collect();
    let mut findings = Vec::new();
    match edit_lists::unfollowed(handle, &tracks).doing("read the edit lists")? {
        Some(finding) if finding.severity == Severity::Error => return Err(MediaError::refused(finding)),
        found => findings.extend(found),
    }
    let files = sniff::count_indices(handle);
    if files > 1 {
        findings.push(Finding::warning(Code::SeveralFiles).arg(Arg::Count, files));
    } else if leaves_unread {
        findings.push(Finding::warning(Code::SeveralFiles));
    }
    Ok(findings)
}

/// Tells what was laid out anew.
fn time_line_findings(laid_out: &LaidOut) -> Vec<Finding> {
    let LaidOut { layout, joints_us, closed_us, sound_restarts } = laid_out;
    let mut findings = Vec::new();
    if let Some(first_us) = joints_us.first() {
        let finding = Finding::warning(Code::RecordingsJoined).arg(Arg::Count, joints_us.len() + 1);
        findings.push(finding.arg(Arg::At, Value::seconds_of_us(*first_us)));
    }
    if !closed_us.is_empty() {
        let finding = Finding::warning(Code::InterruptionClosed).arg(Arg::Count, closed_us.len());
        // What no recorder paused for is a wrong timestamp, whose length means nothing.
        let length_us = closed_us.iter().try_fold(0u64, |sum, gap_us| sum.checked_add(*gap_us));
        let length_us = length_us.filter(|length_us| *length_us < MAX_INTERRUPTION_US);
        findings.push(match length_us {
            Some(length_us) => finding.measured(Value::seconds_of_us(length_us)),
            None => finding,
        });
    }
    if *sound_restarts > 0 {
        findings.push(Finding::warning(Code::SoundRestarted).arg(Arg::Count, *sound_restarts));
    }
    if let Some(counted) = layout.counted.first() {
        let rate = Value::FramesPerSecond(counted.frame_rate.as_f64());
        findings.push(Finding::note(Code::NoTimestamps).measured(rate));
    }
    findings
}
