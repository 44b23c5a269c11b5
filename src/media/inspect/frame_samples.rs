//! Small sampled frames, from which covers are chosen and empty passages are found.

use ffmpeg_next::frame;

use crate::media::filter_chains::normalising_chain;
use crate::media::graph::{FrameShape, VideoGraph};
use crate::media::source::MICROSECOND;
use crate::media::{MediaError, cover_stills};
use crate::model::inspection::{Passage, PassageKind};
use crate::model::plan::Normalise;
use crate::model::units::Size;

/// Long side of a sampled frame, pixels.
const SAMPLE_SIDE: u32 = 320;
/// Mean luma (0..=255) below which a flat frame is black.
const BLACK_MEAN: f64 = 24.0;
/// Standard deviation of luma below which a frame is flat.
const FLAT_DEVIATION: f64 = 6.0;
/// Mean difference of luma below which two samples are the same.
const FROZEN_DIFFERENCE: f64 = 0.35;

/// A small upright SDR frame of the work: tightly packed RGB24 rows.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    /// Presentation time since the first frame, microseconds.
    pub at_us: u64,
    pub size: Size,
    pub rgb: &'a [u8],
}

/// A frame's luma, small and upright, before any colour conversion: row by row, 0 to 255.
#[derive(Clone, Debug)]
pub struct Thumbnail<'a> {
    /// Presentation time since the first frame, microseconds.
    pub at_us: u64,
    /// Duration of the whole video stream, microseconds.
    pub span_us: u64,
    pub size: Size,
    pub luma: &'a [u8],
}

/// A receiver of what an inspection decodes.
pub trait SampleSink {
    /// Receives a sample. They come out of order: key frames first, then one per second.
    fn on_sample(&mut self, sample: Sample<'_>);
    /// Receives a thumbnail, in order of time, several per second.
    fn on_thumbnail(&mut self, on_thumbnail: Thumbnail<'_>);
    /// Receives samples of both channels, 48,000 per second, from the beginning of the audio.
    fn on_audio(&mut self, left: &[f32], right: &[f32]);
}

/// Scales decoded frames down, passes them to the sink, and records which are empty.
pub(super) struct FrameSampler {
    graph: VideoGraph<Box<dyn FnMut(FrameShape) -> String>>,
    size: Size,
    samples: Vec<Classified>,
    before: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Classified {
    at_us: u64,
    kind: Option<PassageKind>,
}

impl FrameSampler {
    pub fn new(normalise: Normalise) -> Self {
        let bounds = Size::new(SAMPLE_SIDE, SAMPLE_SIDE);
        let display = normalise.display;
        let size =
            if display.long_side() > SAMPLE_SIDE { display.fitted_into(bounds) } else { display.even() };
        let chain = move |shape| normalising_chain(&normalise, size, shape);
        let graph = VideoGraph::new(MICROSECOND, Box::new(chain) as Box<dyn FnMut(FrameShape) -> String>);
        Self { graph, size, samples: Vec::new(), before: Vec::new() }
    }

    /// Adds a frame shown `at_us` after the first one.
    pub fn add(
        &mut self,
        mut frame: frame::Video,
        at_us: u64,
        sink: &mut dyn SampleSink,
    ) -> Result<(), MediaError> {
        frame.set_pts(i64::try_from(at_us).ok());
        self.graph.push(frame)?;
        self.drain(sink)
    }

    /// Returns the empty passages, once every frame has been added.
    pub fn finish(mut self, duration_us: u64, sink: &mut dyn SampleSink) -> Result<Vec<Passage>, MediaError> {
        self.graph.finish()?;
        self.drain(sink)?;
        self.samples.sort_by_key(|samples| samples.at_us);
        Ok(passages(&self.samples, duration_us))
    }

    fn drain(&mut self, sink: &mut dyn SampleSink) -> Result<(), MediaError> {
        let mut small = frame::Video::empty();
        while self.graph.pull(&mut small)? {
            let at_us = small.pts().unwrap_or(0).max(0) as u64;
            let frame = std::mem::replace(&mut small, frame::Video::empty());
            let (width, height, rgb) = cover_stills::to_rgb(frame, self.size)?;
            let luma: Vec<u8> = rgb.chunks_exact(3).map(|p| luma(p[0], p[1], p[2])).collect();
            self.samples.push(Classified { at_us, kind: emptiness(&luma, &self.before) });
            self.before = luma;
            let size = Size::new(width, height);
            sink.on_sample(Sample { at_us, size, rgb: &rgb });
        }
        Ok(())
    }
}

/// Returns the luma of a pixel, with the BT.709 weights in 1/256.
fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((u32::from(r) * 54 + u32::from(g) * 183 + u32::from(b) * 19) >> 8) as u8
}

fn emptiness(luma: &[u8], before: &[u8]) -> Option<PassageKind> {
    let count = luma.len().max(1) as f64;
    let mean = luma.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    let variance = luma.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / count;
    if variance.sqrt() < FLAT_DEVIATION {
        return Some(if mean < BLACK_MEAN { PassageKind::Black } else { PassageKind::Uniform });
    }
    let difference: u64 = luma.iter().zip(before).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    (luma.len() == before.len() && (difference as f64) < FROZEN_DIFFERENCE * count)
        .then_some(PassageKind::Frozen)
}

/// Joins neighbouring samples of one kind to passages, which end at the next sample of another kind.
fn passages(samples: &[Classified], duration_us: u64) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        let Some(kind) = sample.kind else { continue };
        let end_us = samples.get(index + 1).map_or(duration_us, |next| next.at_us);
        // A frozen sample repeats the one before it, where the passage began.
        let start_us = match kind {
            PassageKind::Frozen => {
                index.checked_sub(1).map_or(sample.at_us, |earlier| samples[earlier].at_us)
            }
            _ => sample.at_us,
        };
        match found.last_mut() {
            Some(last) if last.kind == kind && last.end_us >= start_us => last.end_us = end_us,
            _ => found.push(Passage { kind, start_us, end_us }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(kinds: &[Option<PassageKind>]) -> Vec<Classified> {
        kinds.iter().enumerate().map(|(n, kind)| Classified { at_us: n as u64 * 1000, kind: *kind }).collect()
    }

    #[test]
    fn black_samples_become_one_passage_up_to_the_next_picture() {
        let black = Some(PassageKind::Black);
        let found = passages(&samples(&[None, black, black, None]), 4000);
        assert_eq!(found, [Passage { kind: PassageKind::Black, start_us: 1000, end_us: 3000 }]);
    }

    #[test]
    fn a_frozen_passage_begins_with_the_picture_that_is_repeated() {
        let frozen = Some(PassageKind::Frozen);
        let found = passages(&samples(&[None, frozen, frozen]), 3000);
        assert_eq!(found, [Passage { kind: PassageKind::Frozen, start_us: 0, end_us: 3000 }]);
    }

    #[test]
    fn flat_dark_is_black_and_flat_light_is_uniform() {
        assert_eq!(emptiness(&[10; 100], &[]), Some(PassageKind::Black));
        assert_eq!(emptiness(&[200; 100], &[]), Some(PassageKind::Uniform));
        let busy: Vec<u8> = (0..100).map(|n| n * 2).collect();
        assert_eq!(emptiness(&busy, &[]), None);
        assert_eq!(emptiness(&busy, &busy), Some(PassageKind::Frozen));
    }
}
