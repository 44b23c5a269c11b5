//! Decodes the audio of a source and measures its loudness and silent passages.

use ffmpeg_next::{Packet, Rational, decoder, frame};
use sha2::{Digest, Sha256};

use super::frame_samples::SampleSink;
use super::sound_choice::SelectedSound;
use super::sound_defects::{Coding, DefectMeter};
use super::timing::Timing;
use crate::media::channels::{self, Downmix};
use crate::media::graph::STEREO_RATE;
use crate::media::loudness::Meter;
use crate::media::mux::microseconds;
use crate::media::sound_line::SoundLine;
use crate::media::source::{Source, StreamFacts, receive_samples};
use crate::media::{Doing, MediaError, ffi};
use crate::model::finding::{Code, Finding};
use crate::model::inspection::{AudioFacts, Passage, PassageKind};
use crate::model::sound::{ChannelMap, Mend, Mixed, SoundWords, UnusualLayout};
use crate::model::value::Arg;

/// Amplitude up to which a sample is silence: −60 dBFS.
const SILENCE: f32 = 0.001;
/// Shorter pauses are part of speech and music.
const MIN_PAUSE_US: u64 = 1_000_000;

/// The chosen sound being decoded: one track, or several that are joined.
pub(super) struct AudioAnalyser {
    tracks: Vec<TrackDecoder>,
    map: ChannelMap,
    line: SoundLine,
    meter: Meter,
    defects: DefectMeter,
    blocks: u64,
    corrupt_us: u64,
    start_us: Option<i64>,
    total_samples: u64,
    quiet_since: Option<u64>,
    pauses: Vec<(u64, u64)>,
}

/// One track, with its decoder.
struct TrackDecoder {
    facts: StreamFacts,
    decoder: decoder::Audio,
    base: Rational,
    timing: Timing,
    packets: Sha256,
}

/// The results of the analysis; pauses are on the source's time line, microseconds.
pub(super) struct AudioAnalysis {
    pub facts: AudioFacts,
    pub pauses: Vec<Passage>,
    /// Duration of packets that could not be decoded, after the first that could.
    pub corrupt_us: u64,
    /// A warning about a channel layout that has no standard downmix.
    pub finding: Option<Finding>,
}

impl AudioAnalyser {
    pub fn new(source: &Source, chosen: &SelectedSound) -> Result<Self, MediaError> {
        let open = |facts: &StreamFacts| -> Result<TrackDecoder, MediaError> {
            let decoder = source.audio_decoder(facts.index)?;
            let base = decoder.packet_time_base();
            let (timing, packets) = (Timing::default(), Sha256::new());
            Ok(TrackDecoder { facts: facts.clone(), decoder, base, timing, packets })
        };
        let map = ChannelMap { layout: None, tracks: chosen.shares.clone() };
        Ok(Self {
            tracks: chosen.tracks.iter().map(open).collect::<Result<_, _>>()?,
            line: SoundLine::new(chosen.tracks[0].index, &map, Mend::Nothing),
            map,
            meter: Meter::new()?,
            defects: DefectMeter::default(),
            blocks: 0,
            corrupt_us: 0,
            start_us: None,
            total_samples: 0,
            quiet_since: None,
            pauses: Vec::new(),
        })
    }

    /// Returns the time from the first to the last packet, microseconds.
    pub fn span_us(&self) -> i64 {
        self.tracks[0].timing.span_us()
    }

    /// Returns the digest of all packets, track by track.
    pub fn packets_digest(&self) -> Vec<u8> {
        match self.tracks.as_slice() {
            [track] => track.packets.clone().finalize().to_vec(),
            tracks => {
                let digests = tracks.iter().flat_map(|track| track.packets.clone().finalize());
                Sha256::digest(digests.collect::<Vec<u8>>()).to_vec()
            }
        }
    }

    /// Decodes a packet if it is of this sound, measures it and passes its samples to `sink`.
    pub fn add(&mut self, packet: &Packet, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        let Some(index) = self.tracks.iter().position(|track| track.facts.index == packet.stream()) else {
            return Ok(());
        };
        let track = &mut self.tracks[index];
        track.packets.update(packet.data().unwrap_or_default());
        track.timing.add(packet, track.base);
        let sent = track.decoder.send_packet(packet);
        // Many streams begin with a packet whose predecessor was cut off; that is no damage.
        if sent.is_err() && self.blocks > 0 {
            self.corrupt_us += microseconds(packet.duration().max(0), track.base).max(0) as u64;
        }
        if sent.is_ok() { self.drain(index, sink) } else { Ok(()) }
    }

    fn drain(&mut self, index: usize, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        let mut samples = frame::Audio::empty();
        loop {
            let track = &mut self.tracks[index];
            if !receive_samples(&mut track.decoder, &mut samples).unwrap_or(false) {
                return Ok(());
            }
            let at_us = samples.timestamp().map(|stamp| microseconds(stamp, track.base));
            let start_us = *self.start_us.get_or_insert(at_us.unwrap_or(0));
            if self.blocks == 0 {
                self.map.layout = unusual_layout(&samples);
            }
            self.blocks += 1;
            let block = std::mem::replace(&mut samples, frame::Audio::empty());
            self.defects.add_decoded(index, &block, Coding::of(&track.facts.parameters.codec));
            self.line.push(track.facts.index, block, at_us.map(|at_us| at_us - start_us))?;
            self.measure(sink)?;
        }
    }

    fn measure(&mut self, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        while let Some(block) = self.line.pull() {
            self.meter.add(&block)?;
            self.defects.add_stereo(block.plane::<f32>(0), block.plane::<f32>(1));
            sink.on_audio(block.plane::<f32>(0), block.plane::<f32>(1));
            let loud =
                (0..2).any(|channel| block.plane::<f32>(channel).iter().any(|sample| sample.abs() > SILENCE));
            let (from, until) = (self.total_samples, self.total_samples + block.samples() as u64);
            self.total_samples = until;
            match (loud, self.quiet_since) {
                (false, None) => self.quiet_since = Some(from),
                (true, Some(since)) => {
                    self.pauses.push((since, from));
                    self.quiet_since = None;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the results; `None` if nothing could be decoded.
    pub fn finish(mut self, sink: &mut dyn SampleSink) -> Result<Option<AudioAnalysis>, MediaError> {
        for index in 0..self.tracks.len() {
            self.tracks[index].decoder.send_eof().doing("end the sound decoder")?;
            self.drain(index, sink)?;
        }
        self.line.finish()?;
        self.measure(sink)?;
        let (Some(start_us), true) = (self.start_us, self.blocks > 0) else { return Ok(None) };
        if let Some(since) = self.quiet_since {
            self.pauses.push((since, self.total_samples));
        }
        let microseconds_of = |samples: u64| samples * 1_000_000 / u64::from(STEREO_RATE);
        let heard_us = microseconds_of(self.total_samples);
        let offset = start_us.max(0) as u64;
        let pauses = self
            .pauses
            .iter()
            .map(|(from, until)| (microseconds_of(*from), microseconds_of(*until)))
            .filter(|(from, until)| until - from >= MIN_PAUSE_US)
            .map(|(from, until)| Passage {
                kind: PassageKind::Silence,
                start_us: offset + from,
                end_us: offset + until,
            })
            .collect();
        let finding = self.map.layout.as_ref().map(mixed_unusually);
        let first = &self.tracks[0];
        let bytes: u64 = self.tracks.iter().map(|track| track.timing.bytes).sum();
        let facts = AudioFacts {
            stream: first.facts.index,
            codec: first.facts.parameters.codec.clone(),
            sample_rate: first.decoder.rate(),
            channels: match self.tracks.len() {
                1 => u32::from(first.decoder.channels()),
                joined => joined as u32,
            },
            start_us,
            end_us: start_us + heard_us as i64,
            bit_rate: (bytes * 8_000_000).checked_div(heard_us).unwrap_or(0),
            loudness: self.meter.result()?,
            map: self.map,
            defects: self.defects.finish(),
        };
        Ok(Some(AudioAnalysis { facts, pauses, corrupt_us: self.corrupt_us, finding }))
    }
}

/// Returns the layout of decoded samples if it has no standard downmix. One channel of whatever name needs no word.
fn unusual_layout(samples: &frame::Audio) -> Option<UnusualLayout> {
    match channels::downmix(&ffi::channel_names(samples)) {
        Downmix::Shares { shares, mixed } if shares.len() > 1 => {
            Some(UnusualLayout { name: ffi::layout_name(samples), mixed })
        }
        _ => None,
    }
}

fn mixed_unusually(layout: &UnusualLayout) -> Finding {
    let is_certain = matches!(layout.mixed, Mixed::ByName | Mixed::ReadyDownmix);
    let finding =
        if is_certain { Finding::note(Code::ChannelsMixed) } else { Finding::warning(Code::ChannelsMixed) };
    finding.measured(&layout.name).arg(Arg::How, SoundWords::Mixed(layout.mixed))
}
