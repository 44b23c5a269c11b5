//! Reads and decodes the frames of a picture to be rendered, in the order in which they are shown, and counts them.

use ffmpeg_next::{Packet, decoder, frame};

use super::layout::FrameClock;
use super::source::{Source, receive_frame};
use super::{Doing, MediaError};
use crate::model::finding::{Code, Finding};
use crate::model::job::{FrameCounts, RenderJob};
use crate::model::plan::VideoRecipe;
use crate::model::value::Value;

/// The frames of one video stream.
pub(super) struct FrameReader {
    source: Source,
    decoder: decoder::Video,
    clock: FrameClock,
    stream: usize,
    start_us: i64,
    /// The packet that begins a piece, while the decoder still has frames from before it.
    waiting: Option<Packet>,
    ended: bool,
    /// Time of the last frame, microseconds since the start of the work, and since the one before it.
    pub last_us: i64,
    step_us: i64,
    pub damage: Damage,
    pub counts: FrameCounts,
}

impl FrameReader {
    pub fn new(source: Source, decoder: decoder::Video, recipe: &VideoRecipe) -> Self {
        Self {
            clock: source.frame_clock(recipe.stream, decoder.packet_time_base()),
            source,
            decoder,
            stream: recipe.stream,
            start_us: recipe.start_us,
            waiting: None,
            ended: false,
            last_us: i64::MIN,
            step_us: 1,
            damage: Damage::default(),
            counts: FrameCounts::default(),
        }
    }

    /// Returns the next frame; its timestamp is in microseconds since the start of the work. `None` at the end.
    pub fn next(&mut self) -> Result<Option<frame::Video>, MediaError> {
        let mut decoded = frame::Video::empty();
        loop {
            if receive_frame(&mut self.decoder, &mut decoded).unwrap_or(false) {
                self.damage.count(decoded.is_corrupt() || decoded.has_decode_errors());
                self.place(&mut decoded);
                return Ok(Some(decoded));
            }
            if let Some(packet) = self.waiting.take() {
                self.decoder.flush();
                self.send(&packet);
            } else if self.ended {
                return Ok(None);
            } else {
                self.feed()?;
            }
        }
    }

    /// Gives the decoder the next packet, or the end.
    fn feed(&mut self) -> Result<(), MediaError> {
        match self.source.read_tolerantly().doing("read the source")? {
            Some(packet) if packet.stream() != self.stream => {}
            Some(packet) if self.source.begins_piece() => {
                self.end_piece();
                self.waiting = Some(packet);
            }
            Some(packet) => self.send(&packet),
            None => {
                self.end_piece();
                self.ended = true;
            }
        }
        Ok(())
    }

    fn send(&mut self, packet: &Packet) {
        // A damaged packet loses its own frames only; their number is reported at the end.
        self.damage.count(self.decoder.send_packet(packet).is_err());
    }

    fn end_piece(&mut self) {
        // A decoder with several threads returns the error of a damaged last frame here.
        if self.decoder.send_eof().is_err() {
            self.damage.count(true);
        }
    }

    /// Sets the time of a frame, which is after that of the one before it. One without a time comes as long after it as that
    /// one came after its own.
    fn place(&mut self, decoded: &mut frame::Video) {
        let earliest_us = self.last_us.saturating_add(1);
        let at_us = match self.clock.time_of(decoded) {
            Some(at_us) => at_us.saturating_sub(self.start_us),
            None if self.counts.decoded == 0 => 0,
            None => self.last_us.saturating_add(self.step_us),
        };
        self.counts.out_of_order += u64::from(at_us < earliest_us);
        let at_us = at_us.max(earliest_us);
        if self.counts.decoded > 0 {
            self.step_us = at_us.saturating_sub(self.last_us);
        }
        self.counts.decoded += 1;
        self.last_us = at_us;
        decoded.set_pts(Some(self.last_us));
    }
}

/// Counts of intact and damaged packets and frames.
#[derive(Default)]
pub(super) struct Damage {
    intact: u64,
    corrupt: u64,
}

impl Damage {
    fn count(&mut self, corrupt: bool) {
        self.intact += u64::from(!corrupt);
        self.corrupt += u64::from(corrupt);
    }

    /// Returns a warning with the seconds lost, or a refusal if more than the allowed share is.
    pub fn finding(&self, job: &RenderJob, recipe: &VideoRecipe) -> Result<Vec<Finding>, MediaError> {
        if self.corrupt == 0 {
            return Ok(Vec::new());
        }
        // Each frame was counted once as a packet and once as a frame, so a lost packet counts in both ways.
        let share = self.corrupt as f64 / (self.intact + self.corrupt).max(1) as f64;
        let seconds = |share: f64| Value::Seconds(share * recipe.duration_us as f64 / 1e6);
        let (measured, limit) = (seconds(share), seconds(job.limits.max_lost_share));
        if share > job.limits.max_lost_share {
            let finding = Finding::error(Code::ShareOfDamage).measured(measured).limit(limit);
            return Err(MediaError::refused(finding));
        }
        Ok(vec![Finding::warning(Code::Damaged).measured(measured)])
    }
}
