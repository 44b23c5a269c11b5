//! EBU R128 measurement of stereo samples.

use ebur128::{EbuR128, Mode};
use ffmpeg_next::format::{Sample, sample};
use ffmpeg_next::frame;

use super::MediaError;
use crate::model::inspection::Loudness;

/// Measures stereo samples.
pub(super) struct Meter {
    meter: EbuR128,
    interleaved: Vec<f32>,
}

impl Meter {
    pub fn new() -> Result<Self, MediaError> {
        let meter = EbuR128::new(2, 48_000, Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::HISTOGRAM)
            .map_err(broken)?;
        Ok(Self { meter, interleaved: Vec::new() })
    }

    /// Adds 48 kHz planar float stereo, as a `StereoGraph` produces it.
    pub fn add(&mut self, samples: &frame::Audio) -> Result<(), MediaError> {
        if samples.format() != Sample::F32(sample::Type::Planar) || samples.planes() < 2 {
            return Err(MediaError::Broken(
                "loudness was to be measured of other than planar float stereo".into(),
            ));
        }
        self.interleaved.clear();
        let (left, right) = (samples.plane::<f32>(0), samples.plane::<f32>(1));
        for (l, r) in left.iter().zip(right) {
            self.interleaved.extend([finite(*l), finite(*r)]);
        }
        self.meter.add_frames_f32(&self.interleaved).map_err(broken)
    }

    /// Returns the loudness of everything added; values that are undefined for silence are `None`.
    pub fn result(&self) -> Result<Loudness, MediaError> {
        let integrated = self.meter.loudness_global().map_err(broken)?;
        let peak = (0..2)
            .map(|channel| self.meter.true_peak(channel))
            .collect::<Result<Vec<_>, _>>()
            .map_err(broken)?
            .into_iter()
            .fold(0.0, f64::max);
        Ok(Loudness {
            integrated_lufs: integrated.is_finite().then_some(integrated),
            range_lu: self.meter.loudness_range().map_err(broken)?,
            true_peak_dbtp: (peak > 0.0).then(|| 20.0 * peak.log10()),
        })
    }
}

/// Replaces NaN and infinities of damaged float streams by silence.
fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}

fn broken(error: ebur128::Error) -> MediaError {
    MediaError::Broken(format!("loudness measurement: {error}"))
}
