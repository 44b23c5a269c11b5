//! The covers of one work, each distinct one made once.

use image::RgbImage;

use super::judge::Judged;
use super::make::{Made, card_texts};
use super::parcel::Parcel;
use super::shop::{Failure, JobError, Shop};
use crate::catalog::FileKind;
use crate::covers;
use crate::model::finding::Finding;
use crate::model::manifest::Cover;
use crate::model::preset::{CoverSpec, ImageFormat, Preset};

/// Makes each distinct cover once.
pub(super) struct CoverMaker<'a> {
    shop: &'a Shop,
    judged: &'a Judged,
    stills: Vec<(u64, RgbImage)>,
    focus: (f64, f64),
    made: Vec<(CoverSpec, Vec<u8>)>,
}

impl<'a> CoverMaker<'a> {
    pub fn new(shop: &'a Shop, judged: &'a Judged, made: &Made) -> Result<Self, Failure> {
        let mut stills = Vec::new();
        for (at_us, path) in &made.stills {
            let image = image::open(path)
                .map_err(|error| Failure::broken(format!("a still cannot be read: {error}")))?;
            stills.push((*at_us, image.into_rgb8()));
        }
        let candidates = judged.inspection.as_ref().map(|inspection| inspection.cover_candidates.as_slice());
        let focus = candidates.and_then(|best| best.first()).map_or((0.5, 0.5), |best| best.focus);
        Ok(Self { shop, judged, stills, focus, made: Vec::new() })
    }

    pub fn for_target(
        &mut self,
        preset: &Preset,
        folder: &str,
        parcel: &mut Parcel,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<Cover>, Failure> {
        let mut covers = Vec::new();
        for spec in &preset.cover {
            let bytes = self.cover(spec, findings)?;
            let extension = match spec.format {
                ImageFormat::Jpeg => "jpg",
                ImageFormat::Png => "png",
            };
            let file = format!("{folder}/cover-{}x{}.{extension}", spec.size.width, spec.size.height);
            let (sha256, bytes) = parcel.bytes(file.clone(), FileKind::Cover, bytes);
            covers.push(Cover { file, width: spec.size.width, height: spec.size.height, sha256, bytes });
        }
        Ok(covers)
    }

    fn cover(&mut self, spec: &CoverSpec, findings: &mut Vec<Finding>) -> Result<Vec<u8>, Failure> {
        if let Some((_, bytes)) = self.made.iter().find(|(made, _)| made == spec) {
            return Ok(bytes.clone());
        }
        let still = self.stills.first().map(|(_, still)| still);
        let still = still.ok_or_else(|| Failure::broken("no still was taken for the covers"))?;
        let title = match self.shop.config.covers.title {
            true => {
                let texts = card_texts(self.shop, self.judged);
                Some(self.shop.brand.cover_title(spec.size, &texts).map_err(JobError::from)?)
            }
            false => None,
        };
        let (bytes, more) =
            covers::compose(still, spec, self.focus, title.as_ref()).map_err(Failure::broken)?;
        findings.extend(more);
        self.made.push((spec.clone(), bytes.clone()));
        Ok(bytes)
    }

    pub fn contact_sheet(&self) -> Result<Option<Vec<u8>>, Failure> {
        if self.stills.is_empty() {
            return Ok(None);
        }
        covers::contact_sheet(&self.stills).map(Some).map_err(Failure::broken)
    }
}
