//! A finished file's sound, decoded whole: how loud it is, and whether all of it decodes.

use ffmpeg_next::{decoder, frame};

use crate::media::graph::StereoGraph;
use crate::media::loudness::Meter;
use crate::media::mux::microseconds;
use crate::media::source::{Handle, Source, receive_samples};
use crate::media::{Doing, MediaError};
use crate::model::inspection::Loudness;

/// What was heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckedAudio {
    pub loudness: Loudness,
    /// Packets or blocks that did not decode.
    pub errors: u64,
}

pub(super) fn check_audio(handle: &Handle, stream: usize) -> Result<CheckedAudio, MediaError> {
    let mut source = Source::open_handle(handle).doing("open a finished file for its sound")?;
    source.keep_only(&[stream]);
    let mut listener = AudioChecker {
        decoder: source.audio_decoder(stream)?,
        line: StereoGraph::new(),
        meter: Meter::new()?,
        errors: 0,
    };
    while let Some(packet) = source.read().doing("read a finished file's sound")? {
        if packet.stream() == stream {
            listener.errors += u64::from(listener.decoder.send_packet(&packet).is_err());
            listener.drain()?;
        }
    }
    listener.decoder.send_eof().doing("end the sound decoder")?;
    listener.drain()?;
    listener.line.finish()?;
    listener.measure()?;
    Ok(CheckedAudio { loudness: listener.meter.result()?, errors: listener.errors })
}

struct AudioChecker {
    decoder: decoder::Audio,
    line: StereoGraph,
    meter: Meter,
    errors: u64,
}

impl AudioChecker {
    fn drain(&mut self) -> Result<(), MediaError> {
        let base = self.decoder.packet_time_base();
        let mut samples = frame::Audio::empty();
        loop {
            match receive_samples(&mut self.decoder, &mut samples) {
                Ok(true) => {}
                Ok(false) => return self.measure(),
                Err(_) => {
                    self.errors += 1;
                    return self.measure();
                }
            }
            self.errors += u64::from(samples.is_corrupt() || samples.has_decode_errors());
            let at_us = samples.timestamp().map(|stamp| microseconds(stamp, base));
            self.line.push(std::mem::replace(&mut samples, frame::Audio::empty()), at_us)?;
        }
    }

    fn measure(&mut self) -> Result<(), MediaError> {
        while let Some(block) = self.line.pull() {
            self.meter.add(&block)?;
        }
        Ok(())
    }
}
