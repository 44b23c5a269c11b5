//! Computes what the rules and the planner share: a work's time line, a target's canvas and its bit rate for pictures.

use super::inspection::Inspection;
use super::preset::{Fit, Preset, Sound};
use super::units::{Rational, Size};

/// Sound that leads the picture by less than this is cut, microseconds: encoders' priming leaves such leads.
const LEAD_US: i64 = 50_000;

/// Share of a limit of bytes that is planned with: the rest is for the container and for what a rate control overshoots.
const SHARE_OF_BYTES: f64 = 0.92;

/// Share of a limit of bit rate that is planned with.
const SHARE_OF_BIT_RATE: f64 = 0.98;

/// The part of the source's own time line that the work covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLine {
    pub start_us: i64,
    /// At least 1.
    pub duration_us: u64,
}

impl TimeLine {
    /// Returns the time from the earlier start to the later end of picture and sound. Sound that leads by less than 50 ms is
    /// cut, and sound that outlasts the picture by at most one frame does not lengthen the work.
    pub fn of(inspection: &Inspection) -> Self {
        let video = &inspection.video;
        let (mut start_us, mut end_us) = (video.start_us, video.end_us);
        if let Some(audio) = &inspection.audio {
            let frame_us = 1e6 / video.frame_rate.as_f64().max(1.0);
            if audio.start_us.saturating_add(LEAD_US) <= video.start_us {
                start_us = audio.start_us;
            }
            if audio.end_us.saturating_sub(video.end_us) as f64 > frame_us {
                end_us = audio.end_us;
            }
        }
        Self { start_us, duration_us: end_us.saturating_sub(start_us).max(1) as u64 }
    }
}

impl Preset {
    /// Returns the rendition's size for a source that is displayed at `display`: the wanted canvas for its shape inside what
    /// the target accepts, even. With [`Fit::Source`] it is the source's own shape inside that canvas, never enlarged.
    pub fn canvas_for(&self, display: Size) -> Size {
        let wanted = match display.aspect() {
            aspect if aspect >= 1.05 => self.want.landscape,
            aspect if aspect <= 0.95 => self.want.portrait,
            _ => self.want.square,
        };
        let canvas = self.inside_limits(wanted);
        if self.want.fit != Fit::Source {
            return canvas;
        }
        if display.width <= canvas.width && display.height <= canvas.height {
            display.even()
        } else {
            display.fitted_into(canvas)
        }
    }

    fn inside_limits(&self, size: Size) -> Size {
        let long = self.accept.max_long_side.unwrap_or(u32::MAX).min(size.long_side());
        let short = self.accept.max_short_side.unwrap_or(u32::MAX).min(size.short_side());
        let room = if size.width >= size.height { Size::new(long, short) } else { Size::new(short, long) };
        if room == size { size.even() } else { size.fitted_into(room) }
    }

    /// Returns the bits per second that the target's limits on the whole file leave for the pictures of a work of
    /// `duration_us` microseconds beside sound of `sound_rate` bits per second; `None` where it has no such limit, 0 where
    /// nothing is left.
    pub fn picture_room(&self, duration_us: u64, sound_rate: u64) -> Option<u64> {
        let seconds = duration_us.max(1) as f64 / 1e6;
        let by_bytes = self.accept.max_bytes.map(|bytes| bytes as f64 * 8.0 * SHARE_OF_BYTES / seconds);
        let by_rate = self.accept.max_bit_rate.map(|rate| rate as f64 * SHARE_OF_BIT_RATE);
        let room = match (by_bytes, by_rate) {
            (Some(bytes), Some(rate)) => bytes.min(rate),
            (bytes, rate) => bytes.or(rate)?,
        };
        Some((room as u64).saturating_sub(sound_rate))
    }

    /// Returns the finished file's container: MP4 where the target accepts it, else its first.
    pub fn container(&self) -> &str {
        let accepted = &self.accept.containers;
        accepted.iter().find(|name| *name == "mp4").or(accepted.first()).map_or("mp4", String::as_str)
    }

    /// Returns the highest frame rate of the rendition: the lower of the wanted and the accepted one.
    pub fn most_frame_rate(&self) -> Rational {
        let wanted = self.want.frame_rate.unwrap_or(self.want.max_frame_rate);
        match self.accept.max_frame_rate {
            Some(most) if most.as_f64() < wanted.as_f64() => most,
            _ => wanted,
        }
    }

    /// Returns the bits per second of the target's sound track; 0 where it is silent by design.
    pub fn sound_rate(&self) -> u64 {
        match self.want.sound {
            Sound::Stereo => self.want.audio_rate,
            Sound::Silent => 0,
        }
    }
}
