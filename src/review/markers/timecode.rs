//! Moments as frames, and frames as SMPTE timecode.

use crate::model::units::Rational;

/// Returns the frame that is shown at a moment. A moment is a whole millisecond, rounded from where somebody stopped the
/// player, so a frame that begins within half a millisecond after it is meant.
pub fn frame_at(ms: u64, rate: Rational) -> u64 {
    let halves = (2 * u128::from(ms) + 1) * u128::from(rate.num);
    u64::try_from(halves / (2000 * u128::from(rate.den))).unwrap_or(u64::MAX)
}

/// Returns the number of frames that a duration holds, to the nearest.
pub(super) fn frames_in(ms: u64, rate: Rational) -> u64 {
    let thousandths = u128::from(ms) * u128::from(rate.num);
    let frame = 1000 * u128::from(rate.den);
    u64::try_from((thousandths + frame / 2) / frame).unwrap_or(u64::MAX)
}

/// Returns how many numbers are left out at the beginning of a minute so that timecode keeps up with the clock: for 29.97 and
/// 59.94 frames a second (SMPTE ST 12-1); 0 for all others, whose timecode leaves out none.
pub(super) fn dropped(rate: Rational) -> u64 {
    match (rate.num, rate.den) {
        (30_000, 1001) => 2,
        (60_000, 1001) => 4,
        _ => 0,
    }
}

/// Returns a frame as `HH:MM:SS:FF` from 00:00:00:00 on, with `;` before the frames where numbers are left out.
pub fn timecode(frame: u64, rate: Rational) -> String {
    let nominal = u64::from(rate.num).div_ceil(u64::from(rate.den)).max(1);
    let dropped = dropped(rate);
    let number = if dropped == 0 { frame } else { renumbered(frame, nominal, dropped) };
    let seconds = number / nominal;
    let separator = if dropped == 0 { ':' } else { ';' };
    format!(
        "{:02}:{:02}:{:02}{separator}{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        number % nominal
    )
}

/// Returns the number of a frame where the first `dropped` numbers of every minute but each tenth are left out.
fn renumbered(frame: u64, nominal: u64, dropped: u64) -> u64 {
    let in_minute = nominal * 60 - dropped;
    let in_ten = in_minute * 10 + dropped;
    let (tens, rest) = (frame / in_ten, frame % in_ten);
    // The first minute of ten leaves out none.
    let minutes = rest.saturating_sub(dropped) / in_minute;
    frame + dropped * (tens * 9 + minutes)
}
