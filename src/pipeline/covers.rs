//! The covers of one work, each distinct one made once.

use std::path::Path;

use image::RgbImage;

use crate::files;
use crate::graphics::covers;
use crate::graphics::overlay::CardTexts;
use crate::library::catalog::FileKind;
use crate::model::finding::Finding;
use crate::model::manifest::Cover;
use crate::model::preset::{CoverSpec, ImageFormat, Preset};
use crate::model::units::Size;
use crate::pipeline::changeset::Changeset;
use crate::pipeline::render::RenderedWork;
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::failure::{Failure, JobError};

/// The covers of a work: each distinct one is made once, all of them at once.
pub(crate) struct CoverMaker {
    stills: Vec<(u64, RgbImage)>,
    made: Vec<(CoverSpec, Vec<u8>)>,
    /// A poster has no moments to choose among.
    is_poster: bool,
}

impl CoverMaker {
    /// Makes every cover that `presets` ask for, and adds what is wrong with them to `findings`.
    pub fn new(
        context: &Context,
        decision: &Decision,
        made: &RenderedWork,
        presets: &[&Preset],
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Failure> {
        let mut stills = Vec::new();
        for (at_us, path) in &made.stills {
            stills.push((*at_us, read_still(path)?));
        }
        let mut specs: Vec<&CoverSpec> = Vec::new();
        for spec in presets.iter().flat_map(|preset| &preset.cover) {
            if !specs.contains(&spec) {
                specs.push(spec);
            }
        }
        let shown = decision.inspected.shown();
        let best = shown.as_ref().and_then(|shown| shown.cover_candidates.first());
        let best = best.map_or((0.5, 0.5), |best| best.focus);
        // The focus of the best moment says nothing of one that the team chose.
        let details = &decision.inspected.submission.details;
        let focus = details.focus.unwrap_or(if details.cover_at_us.is_some() || made.own_cover.is_some() {
            (0.5, 0.5)
        } else {
            best
        });
        // A cover of the team's own says on it what it is to say.
        let is_titled = context.config.covers.title && made.own_cover.is_none();
        let texts = is_titled.then(|| decision.inspected.card_texts(context));
        let own = made.own_cover.as_deref().map(read_still).transpose()?;
        let still = own.as_ref().or(stills.first().map(|(_, still)| still));
        let covers: Vec<_> = std::thread::scope(|scope| {
            let make = |spec| make_cover(context, still, spec, focus, texts.as_ref());
            let threads: Vec<_> = specs.iter().map(|spec| scope.spawn(move || make(spec))).collect();
            threads.into_iter().map(|thread| thread.join()).collect()
        });
        let mut made = Vec::new();
        for (spec, cover) in specs.into_iter().zip(covers) {
            let (bytes, more) =
                cover.unwrap_or_else(|_| Err(Failure::internal("a cover could not be made")))?;
            findings.extend(more);
            made.push((spec.clone(), bytes));
        }
        let is_poster = decision.inspected.inspection.as_ref().is_some_and(|it| it.kind.is_poster());
        Ok(Self { stills, made, is_poster })
    }

    /// Adds a target's covers to the changeset, under `folder`.
    pub fn for_target(&self, preset: &Preset, folder: &str, changeset: &mut Changeset) -> Vec<Cover> {
        let mut covers = Vec::new();
        for (spec, bytes) in self.made.iter().filter(|(spec, _)| preset.cover.contains(spec)) {
            let extension = match spec.format {
                ImageFormat::Jpeg => "jpg",
                ImageFormat::Png => "png",
            };
            let file = format!("{folder}/cover-{}x{}.{extension}", spec.size.width, spec.size.height);
            let (sha256, bytes) = changeset.add(file.clone(), FileKind::Cover, bytes.clone());
            covers.push(Cover { file, width: spec.size.width, height: spec.size.height, sha256, bytes });
        }
        covers
    }

    /// Returns a JPEG with all stills; `None` without stills.
    pub fn contact_sheet(&self) -> Result<Option<Vec<u8>>, Failure> {
        if self.stills.is_empty() || self.is_poster {
            return Ok(None);
        }
        covers::contact_sheet(&self.stills).map(Some).map_err(Failure::internal)
    }
}

/// Largest canvas that is read, bytes: what a JPEG of the largest screen has at its quality.
const MAX_CANVAS_BYTES: u64 = 256 << 20;

/// Adds a poster's canvas to the changeset, under `folder`, as the picture that a screen shows in place of its film.
pub(crate) fn add_canvas(
    canvas: &Path,
    size: Size,
    folder: &str,
    changeset: &mut Changeset,
) -> Result<Cover, Failure> {
    let bytes = files::read(canvas, MAX_CANVAS_BYTES)
        .map_err(|source| JobError::Io { path: canvas.to_owned(), source })?;
    let file = format!("{folder}/poster-{}x{}.jpg", size.width, size.height);
    let (sha256, bytes) = changeset.add(file.clone(), FileKind::Cover, bytes);
    Ok(Cover { file, width: size.width, height: size.height, sha256, bytes })
}

fn read_still(path: &Path) -> Result<RgbImage, Failure> {
    let image =
        image::open(path).map_err(|error| Failure::internal(format!("a still cannot be read: {error}")))?;
    Ok(image.into_rgb8())
}

fn make_cover(
    context: &Context,
    still: Option<&RgbImage>,
    spec: &CoverSpec,
    focus: (f64, f64),
    texts: Option<&CardTexts>,
) -> Result<(Vec<u8>, Vec<Finding>), Failure> {
    let still = still.ok_or_else(|| Failure::internal("no still was taken for the covers"))?;
    let title =
        texts.map(|texts| context.brand.cover_title(spec.size, texts)).transpose().map_err(JobError::from)?;
    covers::compose(still, spec, focus, title.as_ref()).map_err(Failure::internal)
}
