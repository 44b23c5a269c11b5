//! Derives start, end and frame rate of a stream from its packet timestamps, and whether the rate varies.

use ffmpeg_next::{Packet, Rational};

use crate::media::ffi::is_discarded;
use crate::media::mux::microseconds;
use crate::model::units::Rational as Rate;

/// Consecutive timestamps further apart than this, 26 hours, count as damage.
pub(super) const WILD_JUMP_US: i64 = 26 * 3600 * 1_000_000;

/// A picture that lasts as long as the interval of the samples or longer counts as a still passage.
const MIN_HOLD_US: i64 = 1_000_000;

/// The timestamps of one stream's packets.
#[derive(Debug, Default)]
pub(super) struct Timing {
    /// Presentation times, microseconds, in decoding order.
    times_us: Vec<i64>,
    last_duration_us: i64,
    end_us: Option<i64>,
    /// Pictures among them whose time of presentation nobody states: that of decoding stands in, which may be the time of
    /// presentation of another.
    derived: u64,
    pub bytes: u64,
    pub keys: u64,
    /// Packets that are damaged according to the demuxer or their own structure.
    pub corrupt: u64,
    /// Total duration of those packets.
    pub corrupt_us: u64,
}

/// The results of a [`Timing`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    pub start_us: i64,
    pub end_us: i64,
    pub frames: u64,
    pub rate: Rate,
    pub varies: bool,
}

impl Timing {
    /// Counts a packet. Empty ones and those that an edit list cuts off are ignored.
    pub fn add(&mut self, packet: &Packet, base: Rational) {
        if packet.size() == 0 || is_discarded(packet) {
            return;
        }
        self.bytes += packet.size() as u64;
        self.keys += u64::from(packet.is_key());
        let duration_us = microseconds(packet.duration().max(0), base).min(WILD_JUMP_US);
        if packet.is_corrupt() {
            self.damaged(duration_us);
        }
        let Some(timestamp) = packet.pts().or(packet.dts()) else { return };
        let at_us = microseconds(timestamp, base);
        if self.times_us.last().is_some_and(|last| at_us.abs_diff(*last) > WILD_JUMP_US as u64) {
            self.damaged(duration_us);
            return;
        }
        self.times_us.push(at_us);
        self.derived += u64::from(packet.pts().is_none());
        self.last_duration_us = duration_us;
        self.end_us = Some(self.end_us.unwrap_or(i64::MIN).max(at_us + duration_us));
    }

    /// Counts one damaged packet and its duration.
    pub fn damaged(&mut self, duration_us: i64) {
        self.corrupt += 1;
        self.corrupt_us += duration_us.max(0) as u64;
    }

    /// Returns the timestamp of the last packet.
    pub fn latest_us(&self) -> Option<i64> {
        self.times_us.last().copied()
    }

    /// Returns the time from the first packet to the latest end.
    pub fn span_us(&self) -> i64 {
        match (self.times_us.first(), self.end_us) {
            (Some(first), Some(end)) => end - first,
            _ => 0,
        }
    }

    /// Returns the pictures that are held for [`MIN_HOLD_US`] and longer: from when until when, microseconds since the first
    /// one.
    pub fn holds(&self, pace: &Pace) -> Vec<(u64, u64)> {
        let mut times = self.times_us.clone();
        times.push(pace.end_us);
        times.sort_unstable();
        let since_start = |at_us: i64| at_us.saturating_sub(pace.start_us).max(0) as u64;
        let held = times.windows(2).filter(|pair| pair[1] - pair[0] >= MIN_HOLD_US);
        held.map(|pair| (since_start(pair[0]), since_start(pair[1]))).collect()
    }

    /// Returns the results; `None` without a single timestamp. `stated` is the container's average frame rate, which is
    /// used if the packets agree with it.
    pub fn pace(&self, stated: Rational) -> Option<Pace> {
        let mut times = self.times_us.clone();
        let packets = times.len() as u64;
        times.sort_unstable();
        // Frames that are never shown (VP8 and VP9 alternate references) share their neighbour's time.
        times.dedup();
        let (start_us, last_us) = (*times.first()?, *times.last()?);
        let mut gaps: Vec<i64> =
            times.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0).collect();
        let varies = gaps_vary(&gaps);
        gaps.sort_unstable();
        let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(self.last_duration_us).max(0);
        // A last frame without a plausible duration is shown as long as the median one.
        let claimed = known_rate(stated).map_or(usual, |claim| (1e6 / claim.as_f64()) as i64);
        let tail = if self.last_duration_us < usual / 2 { claimed.min(usual) } else { self.last_duration_us };
        let end_us = self.end_us.unwrap_or(last_us).max(last_us + tail);
        let frames = (times.len() as u64 + self.derived).min(packets);
        // A picture without a time of its own is shown after the others, unless they leave a gap for it.
        let without_time = frames - times.len() as u64;
        let end_us = match i64::try_from(frames).ok().and_then(|frames| frames.checked_mul(usual)) {
            Some(length_us) if without_time > 0 && !varies => end_us.max(start_us.saturating_add(length_us)),
            _ => end_us,
        };
        let claim = known_rate(stated);
        let fits_grid = claim.is_some_and(|claim| on_grid(&gaps, claim));
        let measured = match last_us - start_us {
            0 => 0.0,
            span => (frames - 1) as f64 * 1e6 / span as f64,
        };
        let rate = match claim {
            Some(claim) if fits_grid || agrees(claim, measured, last_us - start_us) => claim,
            _ => Rate::new((measured * 1000.0).round().clamp(0.0, 1e9) as u32, 1000),
        };
        Some(Pace { start_us, end_us, frames, rate, varies })
    }
}

/// Returns true if more than one gap in twenty differs from the median by over a fifth and by over the 2 ms to which
/// containers with coarse clocks round.
fn gaps_vary(gaps: &[i64]) -> bool {
    if gaps.len() < 3 {
        return false;
    }
    let mut sorted = gaps.to_vec();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    let tolerance = (middle / 5).max(2_000);
    let odd = gaps.iter().filter(|gap| gap.abs_diff(middle) > tolerance as u64).count();
    odd * 20 > gaps.len()
}

fn known_rate(stated: Rational) -> Option<Rate> {
    match (u32::try_from(stated.numerator()), u32::try_from(stated.denominator())) {
        (Ok(num), Ok(den)) if num > 0 && den > 0 => Some(Rate::new(num, den)),
        _ => None,
    }
}

/// Returns true if the packets agree with a stated rate within 1 %, or within two frames in all (short clips, missing
/// timestamps).
fn agrees(claim: Rate, measured: f64, span_us: i64) -> bool {
    let off = (claim.as_f64() - measured).abs();
    measured == 0.0 || off / measured < 0.01 || off * span_us as f64 / 1e6 <= 2.0
}

/// Returns true if every gap is a multiple of the stated frame duration: frames were dropped (AVI), but the rate is right.
fn on_grid(gaps: &[i64], claim: Rate) -> bool {
    let step = 1e6 / claim.as_f64();
    !gaps.is_empty()
        && gaps.iter().all(|gap| {
            let steps = *gap as f64 / step;
            steps > 0.9 && (steps - steps.round()).abs() * step < 2_000.0
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millisecond_clocks_do_not_make_a_rate_vary_but_dropped_pictures_do() {
        let steady: Vec<i64> = (0..100).map(|n| if n % 3 == 0 { 34_000 } else { 33_000 }).collect();
        assert!(!gaps_vary(&steady));
        let dropped: Vec<i64> = (0..100).map(|n| if n % 10 == 0 { 66_000 } else { 33_000 }).collect();
        assert!(gaps_vary(&dropped));
    }

    #[test]
    fn a_stated_rate_counts_only_when_the_pictures_agree() {
        assert!(agrees(Rate::new(30_000, 1001), 29.98, 10_000_000));
        assert!(!agrees(Rate::new(30, 1), 7.4, 10_000_000));
        assert!(agrees(Rate::new(25, 1), 26.087, 920_000));
    }

    #[test]
    fn a_last_picture_without_a_time_of_its_own_is_shown_too() {
        // As in a program stream whose last picture was cut off in decoding order: it states that of its decoding only.
        let times_us: Vec<i64> = (0..24).map(|n| n * 40_000).chain([22 * 40_000]).collect();
        let timing = Timing {
            times_us,
            last_duration_us: 40_000,
            end_us: Some(960_000),
            derived: 1,
            ..Timing::default()
        };
        let pace = timing.pace(Rational::new(25, 1)).unwrap();
        assert_eq!((pace.frames, pace.end_us), (25, 1_000_000));
    }

    #[test]
    fn dropped_pictures_leave_the_clock_as_stated() {
        assert!(on_grid(&[66_667, 200_000, 133_333], Rate::new(15, 1)));
        assert!(!on_grid(&[66_667, 100_000, 133_333], Rate::new(15, 1)));
    }
}
