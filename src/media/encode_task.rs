//! Encodes one video recipe: constant frame rate, canvas, layers, encoder.

use ffmpeg_next::codec::Parameters;
use ffmpeg_next::{Packet, Rational, frame, picture};

use super::blend::Layers;
use super::encode::Encoder;
use super::filter_chains::canvas_chain;
use super::graph::{FrameShape, VideoGraph, as_frame};
use super::{Doing, MediaError, ffi};
use crate::model::job::{FrameUses, VideoTask};
use crate::model::plan::VideoRecipe;
use crate::model::units::Rational as Rate;

type PacketSink<'a> = &'a mut dyn FnMut(Packet) -> Result<(), MediaError>;

/// The stages between a normalised frame and a packet.
pub(super) struct EncodeTask<'a> {
    cadence: Cadence,
    graph: VideoGraph<Box<dyn FnMut(FrameShape) -> String + 'a>>,
    layers: Layers,
    encoder: Encoder,
    rate: Rate,
    encoded: u64,
}

impl<'a> EncodeTask<'a> {
    pub fn new(task: &'a VideoTask, threads: u32) -> Result<Self, MediaError> {
        let recipe = &task.recipe;
        Ok(Self {
            cadence: Cadence::new(recipe.frame_rate, recipe.duration_us),
            graph: VideoGraph::new(tick_of(recipe), Box::new(|shape| canvas_chain(recipe, shape))),
            // The layers of a poster are on its canvas already, which is shown as a still as well.
            layers: Layers::new(if recipe.kind.is_poster() { &[] } else { &task.layers }),
            encoder: Encoder::video(recipe, threads)?,
            rate: recipe.frame_rate,
            encoded: 0,
        })
    }

    pub fn parameters(&self) -> Parameters {
        self.encoder.parameters()
    }

    pub fn time_base(&self) -> Rational {
        self.encoder.time_base
    }

    /// Returns the duration encoded so far, microseconds.
    pub fn done_us(&self) -> u64 {
        at_us(self.encoded, self.rate)
    }

    /// Accepts the next frame in order of presentation time.
    pub fn push(&mut self, frame: TimedFrame, on_packet: PacketSink<'_>) -> Result<(), MediaError> {
        let emitted = self.cadence.push(frame);
        self.encode(emitted, on_packet)
    }

    /// Repeats the last frame up to the end, flushes graph and encoder, and returns the number of frames encoded, and what
    /// became of those that were pushed.
    pub fn finish(&mut self, on_packet: PacketSink<'_>) -> Result<(u64, FrameUses), MediaError> {
        let emitted = self.cadence.finish();
        self.encode(emitted, on_packet)?;
        self.graph.finish()?;
        self.drain(on_packet)?;
        self.encoder.encode(None, on_packet)?;
        Ok((self.encoded, FrameUses { slots: self.encoded, ..self.cadence.uses }))
    }

    fn encode(&mut self, emitted: Option<Emitted>, on_packet: PacketSink<'_>) -> Result<(), MediaError> {
        let Some(Emitted { frame, slots }) = emitted else { return Ok(()) };
        for slot in slots {
            let mut copy = ffi::share(&frame).doing("repeat a picture")?;
            copy.set_pts(i64::try_from(slot).ok());
            self.graph.push(copy)?;
            self.drain(on_packet)?;
        }
        Ok(())
    }

    fn drain(&mut self, on_packet: PacketSink<'_>) -> Result<(), MediaError> {
        let mut canvas = frame::Video::empty();
        while self.graph.pull(&mut canvas)? {
            self.layers.draw(&mut canvas, at_us(self.encoded, self.rate))?;
            canvas.set_pts(i64::try_from(self.encoded).ok());
            // The source's key frames must not force key frames of the output.
            canvas.set_kind(picture::Type::None);
            self.encoder.encode(Some(as_frame(&canvas)), on_packet)?;
            self.encoded += 1;
        }
        Ok(())
    }
}

fn at_us(frames: u64, rate: Rate) -> u64 {
    (u128::from(frames) * 1_000_000 * u128::from(rate.den) / u128::from(rate.num.max(1))) as u64
}

/// Converts frames at any times to a constant rate: each slot gets the frame nearest to it. The first frame also fills
/// the slots before it, the last those up to the end.
struct Cadence {
    rate: Rate,
    total: u64,
    next: u64,
    held: Option<TimedFrame>,
    uses: FrameUses,
}

/// One frame and the slots it fills.
struct Emitted {
    frame: frame::Video,
    slots: std::ops::Range<u64>,
}

impl Cadence {
    fn new(rate: Rate, duration_us: u64) -> Self {
        Self {
            rate,
            total: slot_of(duration_us as i64, rate).max(1),
            next: 0,
            held: None,
            uses: FrameUses::default(),
        }
    }

    /// Accepts a frame. Returns the one before it if that fills any slot.
    fn push(&mut self, shown: TimedFrame) -> Option<Emitted> {
        let slot = slot_of(shown.at_us, self.rate).min(self.total);
        let before = self.held.replace(shown)?;
        self.emit(before, slot)
    }

    fn finish(&mut self) -> Option<Emitted> {
        let last = self.held.take()?;
        self.emit(last, self.total)
    }

    /// Fills the slots before `until` with a frame, if there are any.
    fn emit(&mut self, shown: TimedFrame, until: u64) -> Option<Emitted> {
        let slots = self.next..until;
        if slots.is_empty() {
            let is_outside = shown.at_us < 0 || slot_of(shown.at_us, self.rate) >= self.total;
            self.uses.outside += u64::from(is_outside);
            self.uses.thinned += u64::from(!is_outside);
            return None;
        }
        self.uses.shown += 1;
        self.next = until;
        Some(Emitted { frame: shown.frame, slots })
    }
}

/// Added to timestamps, which are rounded down to microseconds (in some containers more coarsely), so that a frame half
/// way between two slots is not rounded to the earlier one.
const ROUNDING_US: i64 = 50;

/// Returns the slot nearest to a time; times before the start map to the first.
fn slot_of(at_us: i64, rate: Rate) -> u64 {
    let ticks = i128::from(at_us.max(0) + ROUNDING_US) * i128::from(rate.num);
    let second = i128::from(rate.den.max(1)) * 1_000_000;
    ((2 * ticks + second) / (2 * second)) as u64
}

/// A normalised frame and its presentation time, microseconds since the start of the rendition.
pub(super) struct TimedFrame {
    pub frame: frame::Video,
    pub at_us: i64,
}

/// Returns the time base of a rendition: one tick of its frame rate.
pub(super) fn tick_of(recipe: &VideoRecipe) -> Rational {
    Rational::new(recipe.frame_rate.den as i32, recipe.frame_rate.num as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffmpeg_next::format::Pixel;

    /// Feeds pictures shown at the given times and returns which of them fills each slot.
    fn slots(times_us: &[i64], rate: Rate, duration_us: u64) -> Vec<usize> {
        let mut cadence = Cadence::new(rate, duration_us);
        let mut out = Vec::new();
        let mut fill = |emitted: Option<Emitted>| {
            if let Some(Emitted { frame, slots }) = emitted {
                out.extend(slots.map(|_| frame.pts().unwrap() as usize));
            }
        };
        for (index, at_us) in times_us.iter().enumerate() {
            let mut frame = frame::Video::new(Pixel::YUV420P, 16, 16);
            frame.set_pts(Some(index as i64));
            fill(cadence.push(TimedFrame { frame, at_us: *at_us }));
        }
        fill(cadence.finish());
        out
    }

    #[test]
    fn a_constant_rate_passes_picture_for_picture() {
        let times: Vec<i64> = (0..30).map(|n| n * 1_001_000 / 30).collect();
        assert_eq!(slots(&times, Rate::new(30_000, 1001), 1_001_000), (0..30).collect::<Vec<_>>());
    }

    #[test]
    fn sixty_a_second_becomes_every_other_of_thirty() {
        let times: Vec<i64> = (0..8).map(|n| n * 1_000_000 / 60).collect();
        assert_eq!(slots(&times, Rate::new(30, 1), 133_333), [0, 2, 4, 6]);
    }

    #[test]
    fn gaps_are_filled_by_the_picture_before_them_and_the_ends_are_held() {
        assert_eq!(slots(&[200_000, 700_000], Rate::new(10, 1), 1_000_000), [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn a_late_picture_after_the_end_changes_nothing() {
        assert_eq!(slots(&[0, 5_000_000], Rate::new(10, 1), 300_000), [0, 0, 0]);
    }

    #[test]
    fn every_picture_is_shown_or_accounted_for() {
        let mut cadence = Cadence::new(Rate::new(10, 1), 300_000);
        for at_us in [-300_000, -100_000, 0, 20_000, 100_000, 200_000, 400_000, 500_000] {
            cadence.push(TimedFrame { frame: frame::Video::new(Pixel::YUV420P, 16, 16), at_us });
        }
        cadence.finish();
        assert_eq!(cadence.uses, FrameUses { shown: 3, outside: 4, thinned: 1, slots: 0 });
    }
}
