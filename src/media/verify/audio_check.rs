//! Decodes the audio of a finished file, measures its loudness and counts errors.

use ffmpeg_next::{decoder, frame};

use crate::media::graph::StereoGraph;
use crate::media::loudness::Meter;
use crate::media::mux::microseconds;
use crate::media::source::{Handle, Source, receive_samples};
use crate::media::{Doing, MediaError};
use crate::model::inspection::Loudness;

/// The measurements of an audio stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckedAudio {
    pub loudness: Loudness,
    /// Packets or frames that did not decode.
    pub errors: u64,
}

/// Decodes stream `stream` of a file.
pub(super) fn check_audio(handle: &Handle, stream: usize) -> Result<CheckedAudio, MediaError> {
    let mut source = Source::open_handle(handle).doing("open a finished file for its sound")?;
    source.keep_only(&[stream]);
    let mut checker = AudioChecker {
        decoder: source.audio_decoder(stream)?,
        line: StereoGraph::new(),
        meter: Meter::new()?,
        errors: 0,
    };
    while let Some(packet) = source.read().doing("read a finished file's sound")? {
        if packet.stream() == stream {
            checker.errors += u64::from(checker.decoder.send_packet(&packet).is_err());
            checker.drain()?;
        }
    }
    checker.decoder.send_eof().doing("end the sound decoder")?;
    checker.drain()?;
    checker.line.finish()?;
    checker.measure()?;
    Ok(CheckedAudio { loudness: checker.meter.result()?, errors: checker.errors })
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
