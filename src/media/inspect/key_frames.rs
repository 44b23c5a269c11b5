//! Decodes the key frames of a source on their own and samples them.

use ffmpeg_next::{Packet, decoder, frame};

use super::frame_samples::{FrameSampler, SampleSink};
use super::stream_info::{FirstPicture, provisional_normalise};
use crate::media::MediaError;
use crate::media::mux::microseconds;
use crate::media::source::{StreamFacts, receive_frame};

/// Intra-only codecs make every frame a key frame; two per second are enough.
const MIN_GAP_US: i64 = 500_000;

/// The key frames decoded so far, of which only small samples are kept.
pub(super) struct KeyFrames {
    stream: StreamFacts,
    sampling: Option<(FirstPicture, FrameSampler, i64)>,
    packets: u64,
    keys: u64,
    sent_us: Option<i64>,
}

impl KeyFrames {
    pub fn new(stream: &StreamFacts) -> Self {
        Self { stream: stream.clone(), sampling: None, packets: 0, keys: 0, sent_us: None }
    }

    /// Returns true if every packet is a key frame.
    pub fn is_intra(&self) -> bool {
        self.keys == self.packets
    }

    /// Returns true if no frame has been decoded yet.
    pub fn is_empty(&self) -> bool {
        self.sampling.is_none()
    }

    /// Returns true if a packet is to be decoded: a key frame at least [`MIN_GAP_US`] after the last.
    pub fn wants(&mut self, packet: &Packet) -> bool {
        self.packets += 1;
        self.keys += u64::from(packet.is_key());
        if !packet.is_key() || packet.size() == 0 {
            return false;
        }
        let Some(stamp) = packet.pts().or(packet.dts()) else { return self.sampling.is_none() };
        let at_us = microseconds(stamp, self.stream.time_base);
        // Every key frame is tried until one decodes: the first may be damaged.
        let due = self.sampling.is_none()
            || self.sent_us.is_none_or(|sent| at_us - sent >= MIN_GAP_US || at_us < sent);
        if due {
            self.sent_us = Some(at_us);
        }
        due
    }

    /// Receives and samples all frames that the decoder has ready.
    pub fn take_from(
        &mut self,
        decoder: &mut decoder::Video,
        sink: &mut dyn SampleSink,
    ) -> Result<(), MediaError> {
        let mut frame = frame::Video::empty();
        while receive_frame(decoder, &mut frame).unwrap_or(false) {
            let at_us = frame.timestamp().map_or(0, |stamp| microseconds(stamp, self.stream.time_base));
            self.add(std::mem::replace(&mut frame, frame::Video::empty()), at_us, sink)?;
        }
        Ok(())
    }

    fn add(&mut self, frame: frame::Video, at_us: i64, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        let top_first = self.stream.parameters.top_first;
        let (_, sampler, start_us) = self.sampling.get_or_insert_with(|| {
            let first = FirstPicture::of(&frame, top_first);
            let sampler = FrameSampler::new(provisional_normalise(&self.stream, &first));
            (first, sampler, at_us)
        });
        sampler.add(frame, (at_us - *start_us).max(0) as u64, sink)
    }

    /// Returns the properties of the first frame and the sampler; `None` if nothing could be decoded.
    pub fn finish(self) -> Option<(FirstPicture, FrameSampler)> {
        self.sampling.map(|(first, sampler, _)| (first, sampler))
    }
}
