//! Measures in decoded frames of a finished file whether the college's mark is there.
//!
//! What lies under the mark is not known, so two things are measured of the luma in its box, and neither accuses a frame
//! whose picture merely happens to look like the mark:
//! - **range**: a pixel under a mark of value m and opacity a is between (1−a)·16 + a·m and (1−a)·235 + a·m whatever lies
//!   under it. Blocks outside that range cannot carry the mark.
//! - **contrast**: the slope by which the luma follows the mark over the box, 1 where it is there and 0 where it is not,
//!   with its standard error. A busy picture makes the error large, and then nothing is said.

use ffmpeg_next::{decoder, frame, media};

use crate::media::blend::{LumaPatch, luma_patch};
use crate::media::mux::microseconds;
use crate::media::source::{Handle, PixelLimit, Source, receive_frame};
use crate::media::{Doing, MediaError};
use crate::model::job::{Layer, MarkSeen};

/// Frames that are looked at, spread over the file.
const FRAMES: u64 = 6;
/// Packets that are read at most to get one frame.
const PACKETS_PER_FRAME: u32 = 240;

/// Side of the blocks whose mean is compared with the range, pixels: compression keeps means, not single pixels.
const BLOCK: usize = 4;
/// Mean opacity from which a block counts.
const BLOCK_OPACITY: f64 = 0.15;
/// Deviation of a block's mean that compression may cause, luma steps (a coarse quantiser of x264 rounds means by up to 12).
const TOLERANCE: f64 = 16.0;
/// Least blocks to judge by, and the share of them outside their range from which the mark is not there.
const LEAST_BLOCKS: usize = 6;
const OUTSIDE_SHARE: f64 = 0.6;

/// Slope up to which the mark is not there, and from which it is. One far below 0 is of a picture with the mark's own shape,
/// and tells nothing.
const ABSENT_SLOPE: f64 = 0.3;
const PRESENT_SLOPE: f64 = 0.6;
/// Standard errors by which a slope must differ from the other case.
const SURE: f64 = 8.0;
/// Neighbouring pixels are alike: as many pixels of a picture tell as much as one that is independent.
const PIXELS_PER_SAMPLE: f64 = 64.0;

/// What one frame tells of the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Present,
    Absent,
    Unclear,
}

/// Decodes a few frames of the file and measures the mark in each.
pub(super) fn check_mark(handle: &Handle, layer: &Layer, duration_us: u64) -> Result<MarkSeen, MediaError> {
    let mark = luma_patch(layer)?;
    let mut source = Source::open_handle(handle).doing("open a finished file for its mark")?;
    let streams = source.streams();
    let video = streams.iter().find(|stream| stream.kind == media::Type::Video);
    let video = video.ok_or_else(|| MediaError::Broken("a finished file has no picture".into()))?;
    source.keep_only(&[video.index]);
    let mut decoder = source.video_decoder(video.index, 1, PixelLimit(u64::MAX))?;
    let mut seen = MarkSeen::default();
    let mut last_us = i64::MIN;
    for index in 0..FRAMES {
        let at_us = (duration_us / FRAMES * index) as i64;
        // A file whose index does not lead there is read on from where it is.
        if source.input.seek(at_us, ..at_us.saturating_add(1)).is_ok() {
            decoder.flush();
        }
        let Some(frame) = next_frame(&mut source, &mut decoder)? else { continue };
        let shown_us = frame.timestamp().map_or(0, |stamp| microseconds(stamp, video.time_base));
        if shown_us == last_us {
            continue;
        }
        last_us = shown_us;
        seen.frames += 1;
        match judge(&mark, &luma_of(&frame, &mark)) {
            Verdict::Present => seen.present += 1,
            Verdict::Absent => seen.absent += 1,
            Verdict::Unclear => {}
        }
    }
    Ok(seen)
}

fn next_frame(source: &mut Source, decoder: &mut decoder::Video) -> Result<Option<frame::Video>, MediaError> {
    let mut frame = frame::Video::empty();
    for _ in 0..PACKETS_PER_FRAME {
        // Damage is found and reported by the check of the packets.
        if receive_frame(decoder, &mut frame).unwrap_or(false) {
            return Ok(Some(frame));
        }
        match source.read().doing("read a finished file for its mark")? {
            Some(packet) => drop(decoder.send_packet(&packet)),
            None => {
                let _ = decoder.send_eof();
                let is_there = receive_frame(decoder, &mut frame).unwrap_or(false);
                return Ok(is_there.then_some(frame));
            }
        }
    }
    Ok(None)
}

/// Returns the luma under the mark, row by row; what the mark exceeds the frame by is not there.
fn luma_of(frame: &frame::Video, mark: &LumaPatch) -> Vec<Option<u8>> {
    let (stride, width, height) = (frame.stride(0), frame.width() as usize, frame.height() as usize);
    let bytes = frame.data(0);
    let at = |row: usize, column: usize| {
        let (x, y) = (mark.x + column, mark.y + row);
        (x < width && y < height).then(|| bytes.get(y * stride + x).copied()).flatten()
    };
    (0..mark.height).flat_map(|row| (0..mark.width).map(move |column| at(row, column))).collect()
}

fn judge(mark: &LumaPatch, luma: &[Option<u8>]) -> Verdict {
    if outside_share(mark, luma).is_some_and(|share| share >= OUTSIDE_SHARE) {
        return Verdict::Absent;
    }
    match slope(mark, luma) {
        Some((slope, error)) if slope.abs() <= ABSENT_SLOPE && (1.0 - slope) > SURE * error => {
            Verdict::Absent
        }
        Some((slope, error)) if slope >= PRESENT_SLOPE && slope > SURE * error => Verdict::Present,
        _ => Verdict::Unclear,
    }
}

/// Returns the share of the mark's blocks whose mean is outside the range that it allows; `None` if there are too few.
fn outside_share(mark: &LumaPatch, luma: &[Option<u8>]) -> Option<f64> {
    let (mut blocks, mut outside) = (0_usize, 0_usize);
    for top in (0..mark.height / BLOCK * BLOCK).step_by(BLOCK) {
        for left in (0..mark.width / BLOCK * BLOCK).step_by(BLOCK) {
            let (mut seen, mut opacity, mut value, mut count) = (0.0, 0.0, 0.0, 0.0);
            for row in top..top + BLOCK {
                for index in row * mark.width + left..row * mark.width + left + BLOCK {
                    let Some(luma) = luma[index] else { continue };
                    seen += f64::from(luma);
                    opacity += mark.opacities[index];
                    value += mark.opacities[index] * f64::from(mark.values[index]);
                    count += 1.0;
                }
            }
            if count == 0.0 || opacity / count < BLOCK_OPACITY {
                continue;
            }
            let (seen, opacity, value) = (seen / count, opacity / count, value / count);
            let (least, most) = (16.0 * (1.0 - opacity) + value, 235.0 * (1.0 - opacity) + value);
            blocks += 1;
            outside += usize::from(seen < least - TOLERANCE || seen > most + TOLERANCE);
        }
    }
    (blocks >= LEAST_BLOCKS).then(|| outside as f64 / blocks as f64)
}

/// Returns the slope by which the luma follows the mark drawn over a plain ground, which is taken from where the mark is
/// transparent, with its standard error; `None` where it is transparent nowhere or would not differ from the ground.
fn slope(mark: &LumaPatch, luma: &[Option<u8>]) -> Option<(f64, f64)> {
    let pixels = || luma.iter().enumerate().filter_map(|(index, luma)| Some((index, f64::from((*luma)?))));
    let clear: Vec<f64> =
        pixels().filter(|(index, _)| mark.opacities[*index] < 0.02).map(|(_, luma)| luma).collect();
    let all = pixels().count() as f64;
    if clear.len() as f64 * 10.0 < all || all < 4.0 * PIXELS_PER_SAMPLE {
        return None;
    }
    let ground = clear.iter().sum::<f64>() / clear.len() as f64;
    let drawn = |index: usize| mark.opacities[index] * (f64::from(mark.values[index]) - ground);
    let mean = |value: &dyn Fn(usize, f64) -> f64| {
        pixels().map(|(index, luma)| value(index, luma)).sum::<f64>() / all
    };
    let (mean_luma, mean_drawn) = (mean(&|_, luma| luma), mean(&|index, _| drawn(index)));
    let covariance = mean(&|index, luma| (luma - mean_luma) * (drawn(index) - mean_drawn));
    let variance = mean(&|index, _| (drawn(index) - mean_drawn).powi(2));
    // Less than two steps of luma are lost in compression.
    if variance < 4.0 {
        return None;
    }
    let slope = covariance / variance;
    let rest = mean(&|index, luma| (luma - mean_luma - slope * (drawn(index) - mean_drawn)).powi(2));
    Some((slope, (rest * PIXELS_PER_SAMPLE / (variance * all)).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of `value` and `opacity`, strokes of 6 pixels, over a third of a box of 96 × 48.
    fn mark(value: u8, opacity: f64) -> LumaPatch {
        let is_ink = |index: usize| (index % 96) % 18 < 6 && (6..42).contains(&(index / 96));
        let opacities = (0..96 * 48).map(|index| if is_ink(index) { opacity } else { 0.0 }).collect();
        LumaPatch { x: 0, y: 0, width: 96, height: 48, values: vec![value; 96 * 48], opacities }
    }

    /// Pictures of many kinds: flat, gradients, grain, stripes as wide as the mark's strokes.
    fn grounds() -> Vec<(&'static str, Vec<f64>)> {
        let drawn = |value: &dyn Fn(usize, usize) -> f64| {
            (0..96 * 48).map(|index| value(index % 96, index / 96).clamp(16.0, 235.0)).collect::<Vec<f64>>()
        };
        let grain = |x: usize, y: usize| ((x * 7919 + y * 104_729) % 251) as f64 / 251.0 - 0.5;
        vec![
            ("black", drawn(&|_, _| 16.0)),
            ("dark", drawn(&|_, _| 50.0)),
            ("grey", drawn(&|_, _| 120.0)),
            ("bright", drawn(&|_, _| 200.0)),
            ("white", drawn(&|_, _| 235.0)),
            ("ramp", drawn(&|x, _| 30.0 + 2.0 * x as f64)),
            ("fall", drawn(&|_, y| 220.0 - 4.0 * y as f64)),
            ("grain", drawn(&|x, y| 120.0 + 120.0 * grain(x, y))),
            ("stripes", drawn(&|x, _| if x % 18 < 9 { 60.0 } else { 180.0 })),
            ("against", drawn(&|x, _| if x % 18 < 6 { 60.0 } else { 180.0 })),
            ("edge", drawn(&|x, y| if x + y < 70 { 40.0 } else { 210.0 })),
        ]
    }

    fn over(ground: &[f64], mark: Option<&LumaPatch>) -> Vec<Option<u8>> {
        let blended = |index: usize, under: f64| {
            mark.map_or(under, |mark| {
                let opacity = mark.opacities[index];
                under * (1.0 - opacity) + f64::from(mark.values[index]) * opacity
            })
        };
        ground.iter().enumerate().map(|(index, under)| Some(blended(index, *under).round() as u8)).collect()
    }

    #[test]
    fn a_mark_that_is_there_is_never_said_to_be_absent() {
        for (value, opacity) in
            [(235, 0.9), (235, 0.5), (235, 0.2), (16, 0.8), (16, 0.3), (126, 0.9), (126, 0.3)]
        {
            let mark = mark(value, opacity);
            for (name, ground) in grounds() {
                let verdict = judge(&mark, &over(&ground, Some(&mark)));
                assert_ne!(verdict, Verdict::Absent, "{value} at {opacity} over {name}");
            }
        }
    }

    #[test]
    fn a_mark_that_is_not_there_is_missed_wherever_it_would_show() {
        for (value, opacity, hides) in [
            // Over what is as bright as itself a mark cannot be told from nothing.
            (235, 0.9, &["white", "bright", "stripes", "ramp", "fall", "edge", "against", "grain"][..]),
            (235, 0.4, &["white", "bright", "ramp", "fall", "grain", "stripes", "against", "edge"]),
            (16, 0.8, &["black", "dark", "ramp", "fall", "grain", "stripes", "against", "edge"]),
        ] {
            let mark = mark(value, opacity);
            for (name, ground) in grounds() {
                let verdict = judge(&mark, &over(&ground, None));
                // Dark stripes of the strokes' very shape are a dark mark, for all that can be measured.
                if name != "against" {
                    assert_ne!(verdict, Verdict::Present, "{value} at {opacity} over {name}");
                }
                if !hides.contains(&name) {
                    assert_eq!(verdict, Verdict::Absent, "{value} at {opacity} over {name}");
                }
            }
        }
    }
}
