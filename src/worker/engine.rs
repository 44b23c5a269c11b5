//! The engine of real workers: FFmpeg, the scores of cover candidates, and fingerprints.

use std::fs::File;

use image::RgbImage;

use super::{Engine, Progress};
use crate::graphics::covers::{self, FrameQuality};
use crate::graphics::poster;
use crate::matching::fingerprint::FingerprintBuilder;
use crate::media;
use crate::media::inspect::{Sample, SampleSink, Thumbnail};
use crate::media::poster::PosterPainter;
use crate::model::form::{Form, FormJob};
use crate::model::inspection::Inspection;
use crate::model::job::{
    Diagnosis, EngineError, InspectJob, Layer, Reel, ReelJob, RenderJob, Rendered, StillsJob, StillsOf,
    Verified, VerifyJob,
};
use crate::model::showcase::contents::{CleanPaper, Contents, PackageJob, PaperJob};
use crate::model::table::Table;
use crate::model::units::Size;

/// Number of cover candidates; staff choose among them on the contact sheet.
const COVER_CANDIDATES: usize = 6;

/// Does the media work with the linked FFmpeg.
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaEngine;

/// Collects what an inspection decodes: scored samples for covers, pictures and sound for the fingerprint.
#[derive(Default)]
struct SampleCollector {
    samples: Vec<(u64, FrameQuality)>,
    builder: FingerprintBuilder,
}

impl SampleSink for SampleCollector {
    fn on_sample(&mut self, sample: Sample<'_>) {
        self.samples.push((sample.at_us, covers::score(sample.size, sample.rgb)));
    }

    fn on_thumbnail(&mut self, thumbnail: Thumbnail<'_>) {
        self.builder.add_frame(thumbnail.at_us, thumbnail.span_us, thumbnail.size, thumbnail.luma);
    }

    fn on_audio(&mut self, left: &[f32], right: &[f32]) {
        self.builder.add_audio(left, right);
    }
}

/// Draws the canvases of posters.
struct Canvases;

impl PosterPainter for Canvases {
    fn canvas(&self, picture: &RgbImage, size: Size, layers: &[Layer]) -> Result<RgbImage, String> {
        poster::canvas(picture, size, layers)
    }

    fn jpeg(&self, canvas: &RgbImage, xmp: Option<&[u8]>) -> Result<Vec<u8>, String> {
        poster::jpeg(canvas, xmp).map_err(|error| error.to_string())
    }
}

impl Engine for MediaEngine {
    fn inspect(
        &self,
        job: &InspectJob,
        source: File,
        progress: Progress<'_>,
    ) -> Result<Inspection, EngineError> {
        let mut collector = SampleCollector::default();
        let mut inspection = media::inspect::run(job, source, progress, &mut collector)?;
        let SampleCollector { mut samples, mut builder } = collector;
        samples.sort_by_key(|(at_us, _)| *at_us);
        if inspection.kind.is_poster() {
            return Ok(inspection);
        }
        inspection.cover_candidates = covers::choose(&samples, inspection.duration_us, COVER_CANDIDATES);
        let later_us =
            inspection.audio.as_ref().map_or(0, |sound| sound.start_us - inspection.video.start_us);
        let later_ms = i32::try_from(later_us / 1000).unwrap_or(0);
        builder.set_display(inspection.video.display);
        inspection.fingerprint = builder.finish(inspection.duration_us / 1000, later_ms);
        Ok(inspection)
    }

    fn render(&self, job: &RenderJob, source: File, progress: Progress<'_>) -> Result<Rendered, EngineError> {
        media::render::run(job, source, progress, &Canvases)
    }

    fn stills(&self, job: &StillsJob, source: File, progress: Progress<'_>) -> Result<Vec<u64>, EngineError> {
        match job.of {
            StillsOf::Film if let Some(stills) = media::poster::stills(job, &source) => stills,
            StillsOf::Film => media::frame_grabs::run(job, source, progress),
            StillsOf::Picture => media::still_picture::run(job, source),
        }
    }

    fn verify(&self, job: &VerifyJob, progress: Progress<'_>) -> Result<Vec<Verified>, EngineError> {
        media::verify::run(job, progress)
    }

    fn reel(&self, job: &ReelJob, progress: Progress<'_>) -> Result<Reel, EngineError> {
        media::reel::run(job, progress)
    }

    fn table(&self, source: File) -> Result<Table, EngineError> {
        media::handed_in_table::read(source)
    }

    fn package(&self, job: &PackageJob, progress: Progress<'_>) -> Result<Contents, EngineError> {
        media::packages::read(job, progress)
    }

    fn paper(&self, job: &PaperJob, source: File) -> Result<CleanPaper, EngineError> {
        media::packages::paper::clean(job, source)
    }

    fn form(&self, job: &FormJob, source: File) -> Result<Form, EngineError> {
        media::handed_in_form::run(job, source)
    }

    fn diagnose(&self) -> Diagnosis {
        media::diagnose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Limits;

    /// A worker that reports no progress for a minute counts as stalled.
    #[test]
    fn an_inspection_tells_how_far_it_is_all_the_way() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/clips/tone_minus_20_lufs.mp4");
        let job = InspectJob { source: path.into(), limits: Limits::default(), threads: 1 };
        let mut shares: Vec<f64> = Vec::new();
        let mut tick = |done: u64, total: u64| shares.push(done as f64 / total.max(1) as f64);
        MediaEngine.inspect(&job, File::open(path).unwrap(), &mut tick).unwrap();
        assert!(
            shares.iter().all(|share| (0.0..=1.0).contains(share)) && shares.last() > Some(&0.9),
            "{shares:?}"
        );
        assert!(shares.windows(2).all(|pair| pair[1] - pair[0] < 0.2), "{shares:?}");
    }
}
