//! The engine of real workers: FFmpeg, the covers' eye for good pictures, and what a work looks like.

use std::fs::File;

use super::{Engine, Progress};
use crate::covers::{self, FrameQuality};
use crate::fingerprint::Gatherer;
use crate::media;
use crate::model::inspection::Inspection;
use crate::model::job::{Diagnosis, EngineError, InspectJob, RenderJob, Rendered, Verified, VerifyJob};

/// Moments proposed for covers; the office chooses among them on the contact sheet.
const COVER_CANDIDATES: usize = 6;

/// Does the media work with the linked FFmpeg.
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaEngine;

impl Engine for MediaEngine {
    fn inspect(
        &self,
        job: &InspectJob,
        source: File,
        progress: Progress<'_>,
    ) -> Result<Inspection, EngineError> {
        let mut samples: Vec<(u64, FrameQuality)> = Vec::new();
        let mut gatherer = Gatherer::default();
        let mut look = |sample: media::inspect::Sample<'_>| {
            samples.push((sample.at_us, covers::score(sample.size, sample.rgb)));
            if sample.regular {
                gatherer.add(sample.at_us, sample.size, sample.rgb);
            }
        };
        let mut inspection = media::inspect::run(job, source, progress, &mut look)?;
        samples.sort_by_key(|(at_us, _)| *at_us);
        inspection.cover_candidates = covers::choose(&samples, inspection.duration_us, COVER_CANDIDATES);
        inspection.fingerprint = gatherer.finish(inspection.duration_us / 1000);
        Ok(inspection)
    }

    fn render(&self, job: &RenderJob, source: File, progress: Progress<'_>) -> Result<Rendered, EngineError> {
        media::render::run(job, source, progress)
    }

    fn verify(&self, job: &VerifyJob, progress: Progress<'_>) -> Result<Vec<Verified>, EngineError> {
        media::verify::run(job, progress)
    }

    fn diagnose(&self) -> Diagnosis {
        media::diagnose()
    }
}
