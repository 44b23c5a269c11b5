//! Counts the pictures and measures the sound of every track, where a file has several to choose from.

use std::collections::BTreeMap;

use ffmpeg_next::media::Type;
use ffmpeg_next::{Packet, Rational, decoder, frame};

use crate::media::ffi::is_discarded;
use crate::media::mux::microseconds;
use crate::media::source::{Handle, Source, StreamFacts, can_decode, receive_samples};
use crate::media::{Doing, MediaError, channels};
use crate::model::config::Limits;

/// A window is heard above −60 dBFS.
const HEARD_WINDOW: f32 = 1e-6;
/// Windows of 10 ms that are heard in a track that is heard, and their share.
const HEARD_WINDOWS: usize = 3;
const HEARD_SHARE: f64 = 0.005;
/// A track this much below the loudest one (45 dB, as a ratio of powers) holds what another microphone's cable picked up.
const CROSSTALK: f32 = 3.2e-5;
/// Two tracks are the same signal if, but for a constant gain, nearly all of their windows agree within 0.5 dB.
const SAME_RATIO: f32 = 1.122;
const SAME_SHARE: f64 = 0.97;
const SAME_WINDOWS: usize = 10;
/// Windows by which tracks of one signal may differ in length.
const SAME_LENGTH: usize = 5;

/// What one look through the whole file learned of each track.
#[derive(Default)]
pub(in crate::media) struct Survey {
    pictures: BTreeMap<usize, u64>,
    sounds: BTreeMap<usize, TrackSound>,
}

/// Which tracks are to be chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Wanted {
    Pictures,
    PicturesAndSound,
}

/// The envelope of one track.
#[derive(Default)]
pub(super) struct TrackSound {
    pub start_us: i64,
    /// Length by its samples, microseconds.
    pub length_us: i64,
    windows: Vec<Window>,
    current: Window,
    filled: usize,
    last: Vec<f32>,
}

/// Mean power of the samples of 10 ms, and of the differences from sample to sample.
#[derive(Clone, Copy, Default)]
struct Window {
    power: f32,
    slope: f32,
}

/// Returns true for a video track that could be the picture.
pub(super) fn may_be_picture(stream: &StreamFacts) -> bool {
    stream.kind == Type::Video && !stream.attached_picture
}

/// Returns true for an audio track that can be heard.
pub(super) fn may_be_sound(stream: &StreamFacts) -> bool {
    stream.kind == Type::Audio && can_decode(stream) && !stream.encrypted && stream.parameters.channels > 0
}

impl Survey {
    /// Returns true if there is a choice.
    pub fn is_needed(streams: &[StreamFacts], wanted: Wanted) -> bool {
        let count = |of: fn(&StreamFacts) -> bool| streams.iter().filter(|stream| of(stream)).count();
        count(may_be_picture) > 1 || (wanted == Wanted::PicturesAndSound && count(may_be_sound) > 1)
    }

    /// Reads the whole file. `tick` is called with the microseconds done.
    pub fn of(
        handle: &Handle,
        streams: &[StreamFacts],
        limits: &Limits,
        wanted: Wanted,
        tick: &mut dyn FnMut(i64),
    ) -> Result<Self, MediaError> {
        let mut source = Source::open_handle(handle).doing("open the source to look at its tracks")?;
        let hears = wanted == Wanted::PicturesAndSound;
        let chosen = |stream: &&StreamFacts| may_be_picture(stream) || (hears && may_be_sound(stream));
        source.keep_only(&streams.iter().filter(chosen).map(|stream| stream.index).collect::<Vec<_>>());
        let mut survey = Self::default();
        let mut listeners = BTreeMap::new();
        for stream in streams.iter().filter(|stream| hears && may_be_sound(stream)) {
            if let Ok(decoder) = source.audio_decoder(stream.index) {
                listeners.insert(stream.index, Listener { base: decoder.packet_time_base(), decoder });
            }
        }
        let limit_us = limits.max_duration_s as i64 * 1_000_000;
        let mut start_us = None;
        while let Some(packet) = source.read_tolerantly().doing("look at the source's tracks")? {
            let Some(stream) = streams.get(packet.stream()) else { continue };
            let at_us = microseconds(packet.pts().or(packet.dts()).unwrap_or(0), stream.time_base);
            let done_us = at_us - *start_us.get_or_insert(at_us);
            tick(done_us);
            if done_us > limit_us {
                break;
            }
            if let Some(listener) = listeners.get_mut(&packet.stream()) {
                if listener.decoder.send_packet(&packet).is_ok() {
                    listener.drain(survey.sounds.entry(stream.index).or_default());
                }
            } else {
                *survey.pictures.entry(stream.index).or_default() += u64::from(shows(&packet));
            }
        }
        for (index, mut listener) in listeners {
            if listener.decoder.send_eof().is_ok() {
                listener.drain(survey.sounds.entry(index).or_default());
            }
        }
        Ok(survey)
    }

    /// Returns the number of pictures of a track.
    pub fn pictures(&self, stream: usize) -> u64 {
        self.pictures.get(&stream).copied().unwrap_or(0)
    }

    /// Returns true if the track is heard, and is not only what leaked over from a louder one.
    pub fn is_heard(&self, stream: usize) -> bool {
        let level = |sound: &TrackSound| sound.level();
        let loudest = self.sounds.values().map(level).fold(0.0, f32::max);
        self.sounds.get(&stream).is_some_and(|sound| sound.is_heard() && sound.level() >= loudest * CROSSTALK)
    }

    /// Returns true if two tracks hold the same signal, whatever its level and sign.
    pub fn are_same(&self, a: usize, b: usize) -> bool {
        match (self.sounds.get(&a), self.sounds.get(&b)) {
            (Some(a), Some(b)) => a.is_same(b),
            _ => false,
        }
    }

    /// Returns what was measured of a track's sound.
    pub(super) fn sound(&self, stream: usize) -> Option<&TrackSound> {
        self.sounds.get(&stream)
    }
}

fn shows(packet: &Packet) -> bool {
    packet.size() > 0 && !is_discarded(packet)
}

struct Listener {
    base: Rational,
    decoder: decoder::Audio,
}

impl Listener {
    fn drain(&mut self, sound: &mut TrackSound) {
        let mut samples = frame::Audio::empty();
        while receive_samples(&mut self.decoder, &mut samples).unwrap_or(false) {
            if sound.length_us == 0 {
                sound.start_us = microseconds(samples.timestamp().unwrap_or(0), self.base);
            }
            sound.add(&samples);
        }
    }
}

impl TrackSound {
    fn add(&mut self, samples: &frame::Audio) {
        let rate = samples.rate().max(100);
        self.length_us += samples.samples() as i64 * 1_000_000 / i64::from(rate);
        let mut all = Vec::new();
        channels::read(samples, &mut all);
        self.last.resize(all.len(), 0.0);
        let size = (rate / 100) as usize;
        let scale = 1.0 / (size * all.len().max(1)) as f32;
        for index in 0..all.first().map_or(0, Vec::len) {
            for (channel, last) in all.iter().zip(&mut self.last) {
                let sample = channel.get(index).copied().unwrap_or(0.0);
                self.current.power += sample * sample * scale;
                self.current.slope += (sample - *last) * (sample - *last) * scale;
                *last = sample;
            }
            self.filled += 1;
            if self.filled == size {
                self.windows.push(std::mem::take(&mut self.current));
                self.filled = 0;
            }
        }
    }

    /// Returns the power that one window in fifty exceeds.
    fn level(&self) -> f32 {
        let mut powers: Vec<f32> = self.windows.iter().map(|window| window.power).collect();
        let at = (powers.len() * 49 / 50).min(powers.len().saturating_sub(1));
        if powers.is_empty() { 0.0 } else { *powers.select_nth_unstable_by(at, f32::total_cmp).1 }
    }

    fn is_heard(&self) -> bool {
        let heard = self.windows.iter().filter(|window| window.power > HEARD_WINDOW).count();
        heard >= HEARD_WINDOWS && heard as f64 >= self.windows.len() as f64 * HEARD_SHARE
    }

    fn is_same(&self, other: &Self) -> bool {
        if self.windows.len().abs_diff(other.windows.len()) > SAME_LENGTH {
            return false;
        }
        let heard = |(a, b): &(&Window, &Window)| a.power.max(b.power) > HEARD_WINDOW;
        let pairs: Vec<_> = self.windows.iter().zip(&other.windows).filter(heard).collect();
        let mut ratios: Vec<f32> =
            pairs.iter().map(|(a, b)| a.power / b.power.max(f32::MIN_POSITIVE)).collect();
        if ratios.len() < SAME_WINDOWS {
            return false;
        }
        let middle = ratios.len() / 2;
        let gain = *ratios.select_nth_unstable_by(middle, f32::total_cmp).1;
        let near = |a: f32, b: f32| a <= b * gain * SAME_RATIO && b * gain <= a * SAME_RATIO;
        let same = pairs.iter().filter(|(a, b)| near(a.power, b.power) && near(a.slope, b.slope)).count();
        gain.is_normal() && same as f64 >= pairs.len() as f64 * SAME_SHARE
    }
}
