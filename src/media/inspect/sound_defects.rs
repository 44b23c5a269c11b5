//! Measures what is wrong with a sound's channels: one-sided, out of phase, clipped, humming.
//!
//! The thresholds were chosen on recordings of phones, cameras and screens, on music under a limiter, and on the same made
//! 6, 12 and 20 dB too loud, in PCM and as AAC of 128 kb/s.

use ffmpeg_next::frame;

use crate::media::channels;
use crate::model::sound::{Side, SoundDefects};

/// Samples of a block of stereo sound: 0.4 s, as BS.1770 measures loudness.
const BLOCK: u64 = 19_200;
/// A block counts as heard if it is at most this much below the loudest one (−30 dB), as a ratio of powers …
const HEARD: f64 = 1e-3;
/// … and above −60 dBFS.
const SILENCE: f64 = 1e-6;
/// Ratio of the powers of both sides from which a sound is one-sided: 30 dB in all, and 20 dB in nearly every block.
const ONE_SIDED: f64 = 1e3;
const ONE_SIDED_BLOCK: f64 = 1e2;
/// Share of the blocks that must agree.
const NEARLY_ALL: f64 = 0.98;
/// Correlation up to which both sides cancel each other out: in all, and in most blocks. Stereo music keeps above 0.
const CANCELS: f64 = -0.8;
const CANCELS_BLOCK: f64 = -0.5;
const MOST: f64 = 0.8;
/// Ratio of the powers of both sides (12 dB) from which they cannot cancel each other out.
const UNEQUAL: f64 = 16.0;

/// Measures one sound while it is decoded.
#[derive(Default)]
pub(super) struct DefectMeter {
    /// By track and channel.
    clipping: Vec<Vec<ClipCounter>>,
    decoded: Vec<Vec<f32>>,
    current: Block,
    blocks: Vec<Block>,
    hum: HumMeter,
}

/// Powers of the left and the right side, and of both together, over some samples.
#[derive(Clone, Copy, Default)]
struct Block {
    samples: u64,
    left: f64,
    right: f64,
    both: f64,
}

impl Block {
    fn loudest(&self) -> f64 {
        self.left.max(self.right) / self.samples.max(1) as f64
    }

    fn ratio(&self) -> f64 {
        self.left.max(self.right) / self.left.min(self.right).max(f64::MIN_POSITIVE)
    }

    fn correlation(&self) -> f64 {
        self.both / (self.left * self.right).sqrt().max(f64::MIN_POSITIVE)
    }
}

/// Whether decoded samples may exceed full scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// A lossy codec: what was clipped before comes out above full scale.
    Lossy,
    /// PCM of 16 bits and more: what was clipped is flat.
    Exact,
    /// So coarse that every peak is flat.
    Coarse,
}

impl Coding {
    pub fn of(codec: &str) -> Self {
        match codec {
            "pcm_u8" | "pcm_s8" | "pcm_alaw" | "pcm_mulaw" => Self::Coarse,
            "flac" | "alac" | "wmalossless" | "s302m" => Self::Exact,
            pcm if pcm.starts_with("pcm_") => Self::Exact,
            _ => Self::Lossy,
        }
    }
}

impl DefectMeter {
    /// Adds samples as they are decoded, before they are mixed; `track` counts the tracks of the sound.
    pub fn add_decoded(&mut self, track: usize, samples: &frame::Audio, coding: Coding) {
        if coding == Coding::Coarse {
            return;
        }
        channels::read(samples, &mut self.decoded);
        if self.clipping.len() <= track {
            self.clipping.resize_with(track + 1, Vec::new);
        }
        let counters = &mut self.clipping[track];
        if counters.len() < self.decoded.len() {
            counters.resize_with(self.decoded.len(), ClipCounter::default);
        }
        for (counter, channel) in counters.iter_mut().zip(&self.decoded) {
            counter.add(channel, samples.rate(), coding);
        }
    }

    /// Adds stereo sound of 48,000 samples per second.
    pub fn add_stereo(&mut self, left: &[f32], right: &[f32]) {
        for (left, right) in left.iter().zip(right) {
            let (l, r) = (f64::from(*left), f64::from(*right));
            self.current.left += l * l;
            self.current.right += r * r;
            self.current.both += l * r;
            self.current.samples += 1;
            if self.current.samples == BLOCK {
                self.blocks.push(std::mem::take(&mut self.current));
            }
            self.hum.add((left + right) / 2.0);
        }
    }

    /// Returns what was found.
    pub fn finish(mut self) -> SoundDefects {
        if self.current.samples >= BLOCK / 4 {
            self.blocks.push(self.current);
        }
        let (one_sided, out_of_phase) = sides(&self.blocks);
        let clipped = self.clipping.iter().flatten().filter_map(ClipCounter::share).fold(0.0, f64::max);
        SoundDefects {
            one_sided,
            out_of_phase,
            clipped: (clipped > 0.0).then_some((clipped * 100.0).round() / 100.0),
            hum_hz: self.hum.finish(),
        }
    }
}

/// Returns the only side that is heard, and the correlation of sides that cancel each other out.
fn sides(blocks: &[Block]) -> (Option<Side>, Option<f64>) {
    let loudest = blocks.iter().map(Block::loudest).fold(0.0, f64::max);
    let heard: Vec<&Block> =
        blocks.iter().filter(|block| block.loudest() >= (loudest * HEARD).max(SILENCE)).collect();
    if heard.is_empty() {
        return (None, None);
    }
    let all = heard.iter().fold(Block::default(), |sum, block| Block {
        samples: sum.samples + block.samples,
        left: sum.left + block.left,
        right: sum.right + block.right,
        both: sum.both + block.both,
    });
    let share = |of: &dyn Fn(&Block) -> bool| {
        heard.iter().filter(|block| of(block)).count() as f64 / heard.len() as f64
    };
    let side = if all.left > all.right { Side::Left } else { Side::Right };
    let same_side = |block: &Block| {
        block.ratio() >= ONE_SIDED_BLOCK && (block.left > block.right) == (side == Side::Left)
    };
    if all.ratio() >= ONE_SIDED && share(&same_side) >= NEARLY_ALL {
        return (Some(side), None);
    }
    let correlation = all.correlation();
    let cancels = correlation <= CANCELS
        && all.ratio() <= UNEQUAL
        && share(&|block| block.correlation() <= CANCELS_BLOCK) >= MOST;
    (None, cancels.then_some((correlation * 100.0).round() / 100.0))
}

/// Level from which equal samples count as cut off, and how far equal ones differ (just over one step of 16 bits).
const FLAT_LEVEL: f32 = 0.9;
const FLAT_STEP: f32 = 4e-5;
/// Equal (or excessive) samples in a row after which a peak counts as cut off.
const FLAT_RUN: u32 = 3;
/// Cut-off peaks from which a second counts as clipped. A limiter leaves none; 6 dB too loud is 10 to 15 in some seconds.
const PEAKS_PER_SECOND: u32 = 10;
/// Share of clipped seconds from which it is told.
const CLIPPED_SHARE: f64 = 0.2;

/// Counts cut-off peaks of one channel.
#[derive(Default)]
struct ClipCounter {
    last: f32,
    run: u32,
    peaks: u32,
    samples: u32,
    seconds: u32,
    clipped_seconds: u32,
}

impl ClipCounter {
    fn add(&mut self, samples: &[f32], rate: u32, coding: Coding) {
        for &sample in samples {
            let same_sign = (sample > 0.0) == (self.last > 0.0);
            let is_flat = sample.abs() >= FLAT_LEVEL && (sample - self.last).abs() < FLAT_STEP;
            let is_over = coding == Coding::Lossy && sample.abs() > 1.0 && same_sign;
            self.run = if is_flat || is_over { self.run + 1 } else { 0 };
            self.peaks += u32::from(self.run == FLAT_RUN);
            self.last = sample;
            self.samples += 1;
            if self.samples >= rate {
                self.seconds += 1;
                self.clipped_seconds += u32::from(self.peaks >= PEAKS_PER_SECOND);
                (self.samples, self.peaks) = (0, 0);
            }
        }
    }

    /// Returns the share of clipped seconds, if there are enough.
    fn share(&self) -> Option<f64> {
        let share = f64::from(self.clipped_seconds) / f64::from(self.seconds.max(1));
        (share >= CLIPPED_SHARE).then_some(share)
    }
}

/// Samples that are averaged into one before hum is looked for.
const DECIMATION: usize = 16;
const HUM_RATE: f32 = 48_000.0 / DECIMATION as f32;
/// Decimated samples of a block: 0.5 s, in which 50 Hz and 60 Hz and their multiples are whole.
const HUM_BLOCK: usize = 1500;
/// Frequencies of the mains, hertz, and how many of their multiples count.
const MAINS: [u32; 2] = [50, 60];
const HARMONICS: u32 = 8;
/// Share of a block's power that is hum where hum dominates: of the median of the quiet blocks, and of each.
const HUM_SHARE: f64 = 0.75;
const HUM_SHARE_EACH: f64 = 0.5;
/// Quiet parts are above −65 dBFS (else nobody hears them) and 6 dB below the loud ones (else it is a tone, or music).
const AUDIBLE: f64 = 3.2e-7;
const QUIETER: f64 = 4.0;

/// Looks for the mains' frequency in the quiet parts.
#[derive(Default)]
struct HumMeter {
    sum: f32,
    summed: usize,
    power: f64,
    mean: f64,
    samples: Vec<f32>,
    blocks: Vec<HumBlock>,
}

struct HumBlock {
    power: f64,
    /// Power of the multiples of each mains frequency, and of the first three of them.
    hum: [(f64, f64); 2],
}

impl HumMeter {
    fn add(&mut self, sample: f32) {
        self.sum += sample;
        self.summed += 1;
        self.power += f64::from(sample * sample);
        if self.summed < DECIMATION {
            return;
        }
        self.samples.push(self.sum / DECIMATION as f32);
        self.mean += f64::from(self.sum);
        (self.sum, self.summed) = (0.0, 0);
        if self.samples.len() == HUM_BLOCK {
            let count = (HUM_BLOCK * DECIMATION) as f64;
            let mean = self.mean / count;
            let power = self.power / count - mean * mean;
            let window = std::f32::consts::TAU / HUM_BLOCK as f32;
            for (index, sample) in self.samples.iter_mut().enumerate() {
                *sample *= 0.5 - 0.5 * (window * index as f32).cos();
            }
            let hum = MAINS.map(|mains| self.hum_of(mains));
            self.blocks.push(HumBlock { power, hum });
            self.samples.clear();
            (self.power, self.mean) = (0.0, 0.0);
        }
    }

    fn hum_of(&self, mains: u32) -> (f64, f64) {
        let line = |multiple: u32| line_power(&self.samples, (mains * multiple) as f32);
        let low: f64 = (1..=3).map(line).sum();
        (low + (4..=HARMONICS).map(line).sum::<f64>(), low)
    }

    fn finish(mut self) -> Option<u32> {
        self.blocks.retain(|block| block.power > AUDIBLE);
        self.blocks.sort_by(|a, b| a.power.total_cmp(&b.power));
        let quiet = (self.blocks.len() / 5).max(3);
        let loud = self.blocks.get(self.blocks.len() * 9 / 10)?.power;
        let blocks = self.blocks.get(..quiet).filter(|_| self.blocks.len() >= 4)?;
        if loud < blocks[quiet / 2].power * QUIETER {
            return None;
        }
        (0..MAINS.len()).find(|mains| hums(blocks, *mains)).map(|mains| MAINS[mains])
    }
}

/// Returns true if the quiet blocks hum at a mains frequency: alike in each, and most of it low.
fn hums(blocks: &[HumBlock], mains: usize) -> bool {
    let share = |block: &HumBlock| block.hum[mains].0 / block.power;
    let mut shares: Vec<f64> = blocks.iter().map(share).collect();
    shares.sort_by(f64::total_cmp);
    let (hum, low) =
        blocks.iter().fold((0.0, 0.0), |sum, block| (sum.0 + block.hum[mains].0, sum.1 + block.hum[mains].1));
    let powers = blocks.iter().map(|block| block.hum[mains].0);
    let steady = powers.clone().fold(0.0, f64::max) <= 4.0 * powers.fold(f64::INFINITY, f64::min);
    shares[shares.len() / 2] >= HUM_SHARE && shares[0] >= HUM_SHARE_EACH && low >= hum / 2.0 && steady
}

/// Returns the power of a sine of this frequency, hertz, in a block of samples under a Hann window (Goertzel).
fn line_power(windowed: &[f32], hertz: f32) -> f64 {
    let factor = 2.0 * (std::f64::consts::TAU * f64::from(hertz / HUM_RATE)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in windowed {
        (last, before) = (f64::from(*sample) + factor * last - before, last);
    }
    let power = last * last + before * before - factor * last * before;
    8.0 * power / (windowed.len() as f64).powi(2)
}
