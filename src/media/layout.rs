//! Gives packets and frames the times of a layout.

use std::collections::HashMap;

use ffmpeg_next::format::context::Input;
use ffmpeg_next::packet::Flags;
use ffmpeg_next::{Packet, frame};

use crate::model::packet_layout::{PacketBreak, PacketLayout};
use crate::model::units::Rational;

/// Converts a timestamp to microseconds, rounded down.
pub(super) fn microseconds(timestamp: i64, base: ffmpeg_next::Rational) -> i64 {
    let scaled = i128::from(timestamp) * 1_000_000 * i128::from(base.numerator());
    (scaled.div_euclid(i128::from(base.denominator().max(1)))) as i64
}

/// One stream being read whose packets get other times than the container's.
pub(super) struct LaidStream {
    base: ffmpeg_next::Rational,
    /// In the order of their packets.
    breaks: Vec<PacketBreak>,
    counted: Option<Rational>,
    /// Packets read so far, and breaks among them.
    read: u64,
    passed: usize,
}

impl LaidStream {
    /// Returns the streams of a source that a layout concerns, by index.
    pub fn all_of(layout: &PacketLayout, input: &Input) -> HashMap<usize, Self> {
        let stream = |index: usize| {
            let breaks = layout.breaks.iter().filter(|found| found.stream == index).copied();
            let counted = layout.counted.iter().find(|counted| counted.stream == index);
            Self {
                base: input
                    .stream(index)
                    .map_or(ffmpeg_next::Rational(1, 1_000_000), |stream| stream.time_base()),
                breaks: breaks.collect(),
                counted: counted.map(|counted| counted.frame_rate),
                read: 0,
                passed: 0,
            }
        };
        let broken = layout.breaks.iter().map(|found| found.stream);
        let all = broken.chain(layout.counted.iter().map(|counted| counted.stream));
        all.map(|index| (index, stream(index))).collect()
    }

    /// Moves the next packet of the stream. Returns true if nothing from it on needs what came before to be decoded.
    pub fn lay_out(&mut self, packet: &mut Packet) -> bool {
        let number = self.read;
        self.read += 1;
        if let Some(rate) = self.counted {
            let at = self.ticks(1_000_000 * i128::from(number) * i128::from(rate.den), rate.num);
            packet.set_pts(Some(at));
            packet.set_dts(Some(at));
            packet.set_duration(self.ticks(1_000_000 * i128::from(rate.den), rate.num));
            return false;
        }
        let mut fresh = false;
        while self.breaks.get(self.passed).is_some_and(|next| next.packet <= number) {
            fresh = self.breaks[self.passed].fresh;
            self.passed += 1;
        }
        // Where two recordings meet, the demuxer misses what lay between them; parsers give the mark to a packet before.
        let is_joint = |found: &PacketBreak| (found.packet..found.packet + 4).contains(&(number + 2));
        let near = [self.passed.checked_sub(1), Some(self.passed)].into_iter().flatten();
        if near.filter_map(|index| self.breaks.get(index)).any(is_joint) {
            packet.set_flags(packet.flags() - Flags::CORRUPT);
        }
        let Some(current) = self.passed.checked_sub(1).map(|index| self.breaks[index]) else { return false };
        let offset = self.ticks(i128::from(current.offset_us), 1);
        packet.set_pts(packet.pts().map(|pts| pts.saturating_add(offset)));
        packet.set_dts(packet.dts().map(|dts| dts.saturating_add(offset)));
        fresh
    }

    pub fn counted_rate(&self) -> Option<Rational> {
        self.counted
    }

    /// Returns a time of `us / divisor` microseconds in units of the stream's time base, to the nearest.
    fn ticks(&self, us: i128, divisor: u32) -> i64 {
        let unit = 1_000_000 * i128::from(self.base.numerator().max(1)) * i128::from(divisor.max(1));
        (us * i128::from(self.base.denominator()) + unit / 2).div_euclid(unit) as i64
    }
}

/// Tells when decoded frames are shown. Those of a stream without timestamps come in the order in which they are shown, and
/// are counted.
pub(super) struct FrameClock {
    counted: Option<Rational>,
    base: ffmpeg_next::Rational,
    frames: u64,
}

impl FrameClock {
    pub fn new(counted: Option<Rational>, base: ffmpeg_next::Rational) -> Self {
        Self { counted, base, frames: 0 }
    }

    /// Returns true if frames are counted, so that none may be skipped.
    pub fn counts(&self) -> bool {
        self.counted.is_some()
    }

    /// Returns the presentation time of the next frame of the decoder, microseconds; `None` where it has none.
    pub fn time_of(&mut self, frame: &frame::Video) -> Option<i64> {
        let number = self.frames;
        self.frames += 1;
        match self.counted {
            Some(rate) => {
                let us = 1_000_000 * u128::from(number) * u128::from(rate.den);
                i64::try_from(us / u128::from(rate.num.max(1))).ok()
            }
            None => frame.timestamp().map(|stamp| microseconds(stamp, self.base)),
        }
    }
}
