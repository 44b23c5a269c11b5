//! Decodes the audio of a source and measures its loudness and silent passages.

use ffmpeg_next::{Packet, Rational, decoder, frame};

use super::frame_samples::SampleSink;
use super::timing::Timing;
use crate::media::graph::{STEREO_RATE, StereoGraph};
use crate::media::loudness::Meter;
use crate::media::mux::microseconds;
use crate::media::source::{Source, StreamFacts, receive_samples};
use crate::media::{Doing, MediaError};
use crate::model::inspection::{AudioFacts, Passage, PassageKind};

/// Amplitude up to which a sample is silence: −60 dBFS.
const SILENCE: f32 = 0.001;
/// Shorter pauses are part of speech and music.
const MIN_PAUSE_US: u64 = 1_000_000;

/// One audio stream being decoded.
pub(super) struct AudioAnalyser {
    facts: StreamFacts,
    decoder: decoder::Audio,
    base: Rational,
    graph: StereoGraph,
    meter: Meter,
    pub timing: Timing,
    blocks: u64,
    corrupt_us: u64,
    start_us: Option<i64>,
    total_samples: u64,
    quiet_since: Option<u64>,
    pauses: Vec<(u64, u64)>,
}

/// The results of the analysis; pauses are on the source's time line, microseconds.
pub(super) struct AudioAnalysis {
    pub facts: AudioFacts,
    pub pauses: Vec<Passage>,
    /// Duration of packets that could not be decoded, after the first that could.
    pub corrupt_us: u64,
}

impl AudioAnalyser {
    pub fn new(source: &Source, facts: &StreamFacts) -> Result<Self, MediaError> {
        let decoder = source.audio_decoder(facts.index)?;
        Ok(Self {
            base: decoder.packet_time_base(),
            decoder,
            facts: facts.clone(),
            graph: StereoGraph::new(),
            meter: Meter::new()?,
            timing: Timing::default(),
            blocks: 0,
            corrupt_us: 0,
            start_us: None,
            total_samples: 0,
            quiet_since: None,
            pauses: Vec::new(),
        })
    }

    /// Decodes a packet, measures it and passes its samples to `sink`.
    pub fn add(&mut self, packet: &Packet, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        self.timing.add(packet, self.base);
        let sent = self.decoder.send_packet(packet);
        if sent.is_ok() {
            self.drain(sink)?;
        }
        // Many streams begin with a packet whose predecessor was cut off; that is no damage.
        if sent.is_err() && self.blocks > 0 {
            self.corrupt_us += microseconds(packet.duration().max(0), self.base).max(0) as u64;
        }
        Ok(())
    }

    fn drain(&mut self, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        let mut samples = frame::Audio::empty();
        while receive_samples(&mut self.decoder, &mut samples).unwrap_or(false) {
            let at_us = samples.timestamp().map(|stamp| microseconds(stamp, self.base));
            let start_us = *self.start_us.get_or_insert(at_us.unwrap_or(0));
            self.blocks += 1;
            let block = std::mem::replace(&mut samples, frame::Audio::empty());
            self.graph.push(block, at_us.map(|at_us| at_us - start_us))?;
            self.measure(sink)?;
        }
        Ok(())
    }

    fn measure(&mut self, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        while let Some(block) = self.graph.pull() {
            self.meter.add(&block)?;
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
        self.decoder.send_eof().doing("end the sound decoder")?;
        self.drain(sink)?;
        self.graph.finish()?;
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
        let facts = AudioFacts {
            stream: self.facts.index,
            codec: self.facts.parameters.codec.clone(),
            sample_rate: self.decoder.rate(),
            channels: u32::from(self.decoder.channels()),
            start_us,
            end_us: start_us + heard_us as i64,
            bit_rate: (self.timing.bytes * 8_000_000).checked_div(heard_us).unwrap_or(0),
            loudness: self.meter.result()?,
        };
        Ok(Some(AudioAnalysis { facts, pauses, corrupt_us: self.corrupt_us }))
    }
}
