//! Sound words, after the idea of Haitsma and Kalker (2002): whether the difference of loudness between neighbouring
//! bands grows or shrinks. No change of volume or tone reaches that.

use std::f32::consts::PI;

/// The ear hears up to 4 kHz, where speech and music have their strength and any encoder keeps it.
const RATE: usize = 8_000;
const DECIMATED: usize = 48_000 / RATE;
const BANDS: usize = 17;
const LOWEST_HZ: f32 = 200.0;
const HIGHEST_HZ: f32 = 3_400.0;
/// Sharpness of a band: neighbours meet at half their power.
const SHARPNESS: f32 = 6.0;

/// Energies are summed over so many samples: 62.5 ms, a quarter of the distance of words.
const CHUNK: usize = 500;
const CHUNKS_A_WORD: usize = 4;
/// A word hears half a second to either side, so that one taken an eighth of a second later is nearly the same.
const REACH: usize = 8;
/// It is compared with the sound so many chunks before.
const BEFORE: [usize; 2] = [6, 14];

/// Mean energy under which nothing is heard: −60 dBFS.
const SILENCE: f32 = 1e-6;
/// Bands that change by less than this on the average (natural logarithm) are a steady tone or noise.
const LEAST_CHANGE: f32 = 0.08;

/// Listens to one work.
#[derive(Debug)]
pub(super) struct SoundFingerprinter {
    bands: [Band; BANDS],
    sum: f32,
    summed: usize,
    energies: [f32; BANDS],
    heard: usize,
    chunks: Vec<[f32; BANDS]>,
}

/// A resonator of second order.
#[derive(Clone, Copy, Debug)]
struct Band {
    gain: f32,
    feedback: [f32; 2],
    state: [f32; 2],
}

impl Default for SoundFingerprinter {
    fn default() -> Self {
        let step = (HIGHEST_HZ / LOWEST_HZ).powf(1.0 / (BANDS - 1) as f32);
        Self {
            bands: std::array::from_fn(|band| Band::at(LOWEST_HZ * step.powi(band as i32))),
            sum: 0.0,
            summed: 0,
            energies: [0.0; BANDS],
            heard: 0,
            chunks: Vec::new(),
        }
    }
}

impl Band {
    fn at(hertz: f32) -> Self {
        let turn = 2.0 * PI * hertz / RATE as f32;
        let width = turn.sin() / (2.0 * SHARPNESS);
        let scale = 1.0 / (1.0 + width);
        Self {
            gain: width * scale,
            feedback: [-2.0 * turn.cos() * scale, (1.0 - width) * scale],
            state: [0.0; 2],
        }
    }

    fn hear(&mut self, sample: f32) -> f32 {
        let heard = self.gain * sample + self.state[0];
        self.state[0] = self.state[1] - self.feedback[0] * heard;
        self.state[1] = -self.gain * sample - self.feedback[1] * heard;
        heard
    }
}

impl SoundFingerprinter {
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        for (left, right) in left.iter().zip(right) {
            self.sum += left + right;
            self.summed += 1;
            if self.summed == DECIMATED {
                let sample = self.sum / (2 * DECIMATED) as f32;
                (self.sum, self.summed) = (0.0, 0);
                self.hear(if sample.is_finite() { sample } else { 0.0 });
            }
        }
    }

    fn hear(&mut self, sample: f32) {
        for (band, energy) in self.bands.iter_mut().zip(&mut self.energies) {
            let heard = band.hear(sample);
            *energy += heard * heard;
        }
        self.heard += 1;
        if self.heard == CHUNK {
            self.chunks.push(self.energies.map(|energy| energy / CHUNK as f32));
            (self.energies, self.heard) = ([0.0; BANDS], 0);
        }
    }

    pub fn finish(self) -> Vec<u32> {
        let smooth: Vec<[f32; BANDS]> = (0..self.chunks.len()).map(|at| smoothed(&self.chunks, at)).collect();
        (0..self.chunks.len()).step_by(CHUNKS_A_WORD).map(|at| word(&smooth, at)).collect()
    }
}

/// The mean about a chunk, the nearer the more.
fn smoothed(chunks: &[[f32; BANDS]], at: usize) -> [f32; BANDS] {
    let mut sums = [0.0; BANDS];
    let mut weights = 0.0;
    let (from, to) = (at.saturating_sub(REACH), (at + REACH + 1).min(chunks.len()));
    for (number, chunk) in chunks.iter().enumerate().take(to).skip(from) {
        let weight = (REACH + 1 - number.abs_diff(at)) as f32;
        weights += weight;
        sums.iter_mut().zip(chunk).for_each(|(sum, energy)| *sum += weight * energy);
    }
    sums.map(|sum| sum / weights)
}

fn word(smooth: &[[f32; BANDS]], at: usize) -> u32 {
    let now = &smooth[at];
    if at < BEFORE[0] || now.iter().sum::<f32>() < SILENCE {
        return 0;
    }
    let slope = |energies: &[f32; BANDS], band: usize| {
        let loud = |band: usize| (energies[band] + SILENCE / 100.0).ln();
        loud(band) - loud(band + 1)
    };
    let (mut word, mut change) = (0, 0.0);
    for (number, before) in BEFORE.iter().enumerate() {
        let then = &smooth[at.saturating_sub(*before)];
        for band in 0..BANDS - 1 {
            let difference = slope(now, band) - slope(then, band);
            change += difference.abs();
            word |= u32::from(difference > 0.0) << (number * (BANDS - 1) + band);
        }
    }
    if change / 32.0 < LEAST_CHANGE { 0 } else { word }
}
