//! Renders one audio recipe: decodes, normalises to loudness and true peak, encodes, and measures the result.

use std::path::Path;

use ffmpeg_next::{frame, media};

use super::channels::stereo_block;
use super::encode::Encoder;
use super::graph::{LevelGraph, STEREO_RATE, StereoGraph};
use super::loudness::Meter;
use super::mux::{Muxer, StreamHead, microseconds};
use super::sound_line::SoundLine;
use super::source::{Handle, Source, receive_samples};
use super::{Doing, MediaError};
use crate::model::finding::{Code, Finding};
use crate::model::inspection::Loudness;
use crate::model::plan::AudioRecipe;
use crate::model::value::Value;

/// Number of passes that correct gain and ceiling before the result is kept as it is; verification then decides.
const MAX_PASSES: usize = 8;
/// Loudness this close to the target needs no further pass, LU.
const LOUDNESS_TOLERANCE_LU: f64 = 0.2;
/// A lossy encoder overshoots: the limiter's first ceiling is this far below the allowed true peak, dB.
const CODEC_HEADROOM_DB: f64 = 0.7;

/// Gain and, if peaks would exceed the allowed true peak, the limiter's ceiling.
#[derive(Clone, Copy, Debug)]
struct Levels {
    gain_db: f64,
    ceiling_db: Option<f64>,
}

/// Writes the audio to `file`, an MP4 with one AAC stream. `tick` is called with the microseconds done of the current pass.
pub(super) fn render(
    source: &Handle,
    recipe: &AudioRecipe,
    file: &Path,
    tick: &dyn Fn(u64),
) -> Result<RenderedSound, MediaError> {
    let Some(stream) = recipe.stream else {
        write_silence(recipe, file)?;
        return Ok(RenderedSound { gain_db: 0.0, finding: None });
    };
    let rendering = Rendering { source, stream, recipe, file, tick };
    let mut levels = Levels { gain_db: recipe.gain_db, ceiling_db: None };
    let mut before: Option<(f64, f64)> = None;
    for pass in 1..=MAX_PASSES {
        if rendering.encode(&levels)? == 0 {
            write_silence(recipe, file)?;
            return Ok(RenderedSound { gain_db: 0.0, finding: None });
        }
        let measured = measure(file)?;
        let over = measured.true_peak_dbtp.map_or(f64::MIN, |peak| peak - recipe.true_peak_dbtp);
        let short = match (recipe.loudness_lufs, measured.integrated_lufs) {
            (Some(target), Some(is)) => target - is,
            _ => 0.0,
        };
        if over <= 0.0 && short.abs() <= LOUDNESS_TOLERANCE_LU {
            break;
        }
        if pass == MAX_PASSES {
            return Ok(RenderedSound {
                gain_db: levels.gain_db,
                finding: loudness_out_of_reach(recipe, measured, short),
            });
        }
        if over > 0.0 {
            levels.ceiling_db = Some(match levels.ceiling_db {
                None => recipe.true_peak_dbtp - CODEC_HEADROOM_DB,
                Some(ceiling) => ceiling - over - 0.05,
            });
        }
        // The gain compensates for what the limiter removes. The limiter removes part of that again; the change of
        // loudness per dB of gain is estimated from the last pass.
        let response = match before {
            Some((gain, was)) if (levels.gain_db - gain).abs() > 0.01 => {
                ((was - short) / (levels.gain_db - gain)).clamp(0.2, 1.0)
            }
            _ => 1.0,
        };
        before = Some((levels.gain_db, short));
        levels.gain_db += short / response;
    }
    Ok(RenderedSound { gain_db: levels.gain_db, finding: None })
}

/// The result of an audio recipe.
pub(super) struct RenderedSound {
    /// Gain that was applied, decibels.
    pub gain_db: f64,
    /// Set if the loudness target could not be reached within the true peak.
    pub finding: Option<Finding>,
}

/// Returns a note if the loudness is still off target: sparse clicks over near silence cannot be made loud under a
/// true-peak limit without destroying them.
fn loudness_out_of_reach(recipe: &AudioRecipe, measured: Loudness, short: f64) -> Option<Finding> {
    let (target, is) = (recipe.loudness_lufs?, measured.integrated_lufs?);
    (short.abs() > LOUDNESS_TOLERANCE_LU)
        .then(|| Finding::note(Code::LoudnessOutOfReach).measured(Value::Lufs(is)).limit(Value::Lufs(target)))
}

/// Returns the filter chain from continuous stereo to the encoder.
fn chain(recipe: &AudioRecipe, levels: &Levels) -> String {
    let seconds = recipe.duration_us as f64 / 1e6;
    let mut chain = format!("volume={:.4}dB:precision=float", levels.gain_db);
    if let Some(ceiling) = levels.ceiling_db {
        // Limits at four times the sample rate, where sample peaks approximate true peaks (ITU-R BS.1770-4 annex 2).
        let limit = 10_f64.powf(ceiling / 20.0);
        chain.push_str(&format!(
            ",aresample=192000,alimiter=limit={limit:.6}:attack=5:release=80:level=disabled:latency=1,\
             aresample={STEREO_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo"
        ));
    }
    chain.push_str(&format!(",atrim=end={seconds:.6},apad=whole_dur={seconds:.6}"));
    chain
}

/// What all passes over one recipe share.
struct Rendering<'a> {
    source: &'a Handle,
    /// Index of the source's audio stream.
    stream: usize,
    recipe: &'a AudioRecipe,
    /// The file that each pass writes.
    file: &'a Path,
    /// Called with the microseconds done of a pass.
    tick: &'a dyn Fn(u64),
}

impl Rendering<'_> {
    /// Encodes one pass into the file. Returns the number of audio frames decoded; with 0 the file has no packets.
    fn encode(&self, levels: &Levels) -> Result<u64, MediaError> {
        let &Self { source, stream, recipe, file, tick } = self;
        let mut encoder = Encoder::audio(recipe)?;
        let mut muxer = create_file(&encoder, file)?;
        let mut line = SoundLine::new(stream, &recipe.map, recipe.mend);
        let mut level = LevelGraph::new(&chain(recipe, levels), encoder.frame_size)?;
        let end_us = recipe.start_us + recipe.duration_us as i64;
        let mut blocks = 0;
        let mut next_pts = 0;
        let mut drain_level = |level: &mut LevelGraph, encoder: &mut Encoder| -> Result<(), MediaError> {
            let mut block = frame::Audio::empty();
            while level.pull(&mut block)? {
                block.set_pts(Some(next_pts));
                next_pts += block.samples() as i64;
                encoder.encode(Some(&block), &mut |packet| muxer.write(packet))?;
            }
            Ok(())
        };
        decode(source, &line.streams(), &mut |stream, samples, at_us| {
            if at_us < end_us {
                blocks += 1;
                tick((at_us - recipe.start_us).max(0) as u64);
                line.push(stream, samples, Some(at_us - recipe.start_us))?;
                while let Some(block) = line.pull() {
                    level.push(&block)?;
                    drain_level(&mut level, &mut encoder)?;
                }
            }
            Ok(())
        })?;
        line.finish()?;
        while let Some(block) = line.pull() {
            level.push(&block)?;
        }
        level.finish()?;
        drain_level(&mut level, &mut encoder)?;
        encoder.encode(None, &mut |packet| muxer.write(packet))?;
        muxer.finish()?;
        Ok(blocks)
    }
}

/// Decodes audio streams. `on_frame` is called with each frame, its stream and its time on the source's time line,
/// microseconds. Damaged packets are skipped; [`StereoGraph`] fills the gap that they leave with silence.
pub(super) fn decode(
    source: &Handle,
    streams: &[usize],
    on_frame: &mut dyn FnMut(usize, frame::Audio, i64) -> Result<(), MediaError>,
) -> Result<(), MediaError> {
    let mut source = Source::open_handle(source).doing("open the source for its sound")?;
    source.keep_only(streams);
    let open = |stream: &usize| -> Result<TrackDecoder, MediaError> {
        let decoder = source.audio_decoder(*stream)?;
        Ok(TrackDecoder { stream: *stream, base: decoder.packet_time_base(), decoder, expected_us: 0 })
    };
    let mut tracks = streams.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    while let Some(packet) = source.read_tolerantly().doing("read the source for its sound")? {
        let track = tracks.iter_mut().find(|track| track.stream == packet.stream());
        if let Some(track) = track
            && track.decoder.send_packet(&packet).is_ok()
        {
            track.drain(on_frame)?;
        }
    }
    for track in &mut tracks {
        track.decoder.send_eof().doing("end the sound decoder")?;
        track.drain(on_frame)?;
    }
    Ok(())
}

/// One audio stream with its decoder.
struct TrackDecoder {
    stream: usize,
    decoder: ffmpeg_next::decoder::Audio,
    base: ffmpeg_next::Rational,
    /// Where the next frame begins if it does not say, microseconds.
    expected_us: i64,
}

impl TrackDecoder {
    fn drain(
        &mut self,
        on_frame: &mut dyn FnMut(usize, frame::Audio, i64) -> Result<(), MediaError>,
    ) -> Result<(), MediaError> {
        let mut samples = frame::Audio::empty();
        while receive_samples(&mut self.decoder, &mut samples).unwrap_or(false) {
            let stamp = samples.timestamp();
            let at_us = stamp.map_or(self.expected_us, |stamp| microseconds(stamp, self.base));
            let length_us = samples.samples() as i64 * 1_000_000 / i64::from(samples.rate().max(1));
            self.expected_us = at_us + length_us;
            on_frame(self.stream, std::mem::replace(&mut samples, frame::Audio::empty()), at_us)?;
        }
        Ok(())
    }
}

fn write_silence(recipe: &AudioRecipe, file: &Path) -> Result<(), MediaError> {
    let mut encoder = Encoder::audio(recipe)?;
    let mut muxer = create_file(&encoder, file)?;
    let total = (recipe.duration_us as i128 * i128::from(recipe.sample_rate) / 1_000_000) as i64;
    let step = i64::from(encoder.frame_size.max(1));
    let mut at = 0;
    while at < total {
        let length = step.min(total - at);
        let mut block = stereo_block(length as usize);
        block.set_rate(recipe.sample_rate);
        block.set_pts(Some(at));
        encoder.encode(Some(&block), &mut |packet| muxer.write(packet))?;
        at += length;
    }
    encoder.encode(None, &mut |packet| muxer.write(packet))?;
    muxer.finish()
}

fn create_file(encoder: &Encoder, file: &Path) -> Result<Muxer, MediaError> {
    let head = StreamHead { parameters: encoder.parameters(), time_base: encoder.time_base };
    Muxer::sound_only(file, &head)
}

/// Measures the loudness of a finished file.
pub(super) fn measure(file: &Path) -> Result<Loudness, MediaError> {
    let handle = Handle::open(file).doing("open a finished file to measure its sound")?;
    let stream = Source::open_handle(&handle)
        .doing("read a finished file to measure its sound")?
        .streams()
        .iter()
        .find(|stream| stream.kind == media::Type::Audio)
        .map(|stream| stream.index)
        .ok_or_else(|| MediaError::Broken("a finished file lacks its sound".into()))?;
    let mut meter = Meter::new()?;
    let mut line = StereoGraph::new();
    let mut add = |line: &mut StereoGraph| -> Result<(), MediaError> {
        while let Some(block) = line.pull() {
            meter.add(&block)?;
        }
        Ok(())
    };
    decode(&handle, &[stream], &mut |_, samples, at_us| {
        line.push(samples, Some(at_us))?;
        add(&mut line)
    })?;
    line.finish()?;
    add(&mut line)?;
    meter.result()
}
