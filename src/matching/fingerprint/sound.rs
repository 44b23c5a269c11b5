//! Computes sound words, after Haitsma and Kalker (2002): each bit is whether the difference of loudness between two
//! neighbouring bands grows or shrinks. Changes of volume or equalisation do not affect that.

use std::f32::consts::PI;

/// Sample rate of the analysis: up to 4 kHz, where speech and music have most energy and any encoder keeps it.
const RATE: usize = 8_000;
const DECIMATED: usize = 48_000 / RATE;
const BANDS: usize = 17;
const LOWEST_HZ: f32 = 200.0;
const HIGHEST_HZ: f32 = 3_400.0;
/// Sharpness of a band: neighbours meet at half their power.
const SHARPNESS: f32 = 6.0;

/// Samples over which energies are summed: 62.5 ms, a quarter of the interval of words.
const CHUNK: usize = 500;
const CHUNKS_A_WORD: usize = 4;
/// Chunks to either side, half a second, over which a word is smoothed, so that one an eighth of a second later is nearly
/// the same.
const SMOOTHING_CHUNKS: usize = 8;
/// Distances, in chunks, to the earlier sound that a word is compared with.
const LAGS: [usize; 2] = [6, 14];

/// Mean energy below which there is silence: −60 dBFS.
const SILENCE: f32 = 1e-6;
/// Mean change of bands (natural logarithm) below which the sound is a steady tone or noise.
const MIN_CHANGE: f32 = 0.08;

/// Collects the band energies of one work.
#[derive(Debug)]
pub(super) struct SoundFingerprinter {
    bands: [Band; BANDS],
    sum: f32,
    summed: usize,
    energies: [f32; BANDS],
    samples: usize,
    chunks: Vec<[f32; BANDS]>,
}

/// A second-order resonator (band-pass filter).
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
            samples: 0,
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

    fn filter(&mut self, sample: f32) -> f32 {
        let output = self.gain * sample + self.state[0];
        self.state[0] = self.state[1] - self.feedback[0] * output;
        self.state[1] = -self.gain * sample - self.feedback[1] * output;
        output
    }
}

impl SoundFingerprinter {
    /// Adds samples of both channels, 48,000 per second.
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        for (left, right) in left.iter().zip(right) {
            self.sum += left + right;
            self.summed += 1;
            if self.summed == DECIMATED {
                let sample = self.sum / (2 * DECIMATED) as f32;
                (self.sum, self.summed) = (0.0, 0);
                self.analyse(if sample.is_finite() { sample } else { 0.0 });
            }
        }
    }

    fn analyse(&mut self, sample: f32) {
        for (band, energy) in self.bands.iter_mut().zip(&mut self.energies) {
            let output = band.filter(sample);
            *energy += output * output;
        }
        self.samples += 1;
        if self.samples == CHUNK {
            self.chunks.push(self.energies.map(|energy| energy / CHUNK as f32));
            (self.energies, self.samples) = ([0.0; BANDS], 0);
        }
    }

    /// Returns the words, four per second.
    pub fn finish(self) -> Vec<u32> {
        let smooth: Vec<[f32; BANDS]> = (0..self.chunks.len()).map(|at| smoothed(&self.chunks, at)).collect();
        (0..self.chunks.len()).step_by(CHUNKS_A_WORD).map(|at| word(&smooth, at)).collect()
    }
}

/// Returns the mean around a chunk, weighted by a triangle.
fn smoothed(chunks: &[[f32; BANDS]], at: usize) -> [f32; BANDS] {
    let mut sums = [0.0; BANDS];
    let mut weights = 0.0;
    let (from, to) = (at.saturating_sub(SMOOTHING_CHUNKS), (at + SMOOTHING_CHUNKS + 1).min(chunks.len()));
    for (number, chunk) in chunks.iter().enumerate().take(to).skip(from) {
        let weight = (SMOOTHING_CHUNKS + 1 - number.abs_diff(at)) as f32;
        weights += weight;
        sums.iter_mut().zip(chunk).for_each(|(sum, energy)| *sum += weight * energy);
    }
    sums.map(|sum| sum / weights)
}

/// Returns the word at a chunk; 0 for silence, a steady sound, or too early a chunk.
fn word(smooth: &[[f32; BANDS]], at: usize) -> u32 {
    let now = &smooth[at];
    if at < LAGS[0] || now.iter().sum::<f32>() < SILENCE {
        return 0;
    }
    let slope = |energies: &[f32; BANDS], band: usize| {
        let loud = |band: usize| (energies[band] + SILENCE / 100.0).ln();
        loud(band) - loud(band + 1)
    };
    let (mut word, mut change) = (0, 0.0);
    for (number, before) in LAGS.iter().enumerate() {
        let then = &smooth[at.saturating_sub(*before)];
        for band in 0..BANDS - 1 {
            let difference = slope(now, band) - slope(then, band);
            change += difference.abs();
            word |= u32::from(difference > 0.0) << (number * (BANDS - 1) + band);
        }
    }
    if change / 32.0 < MIN_CHANGE { 0 } else { word }
}
