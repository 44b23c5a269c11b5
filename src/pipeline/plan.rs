//! The plan of a decided work.

use crate::graphics::overlay::Card;
use crate::model::inspection::Inspection;
use crate::model::plan::Plan;
use crate::model::preset::Preset;
use crate::policy::planner;
use crate::policy::planner::{OverlayDigests, Planned, Request};
use crate::work::context::Context;
use crate::work::decision::{Decision, card_texts};

/// The digests that tell the planner what will be drawn.
pub(crate) fn digests(shop: &Context, judged: &Decision) -> OverlayDigests {
    let texts = card_texts(shop, judged);
    OverlayDigests {
        watermark: shop.brand.watermark_sha256(),
        captions: judged.captions.as_ref().map(|captions| shop.brand.captions_sha256(captions)),
        title_card: Some(shop.brand.card_sha256(Card::Title, &texts)),
        lower_third: Some(shop.brand.card_sha256(Card::LowerThird, &texts)),
    }
}

/// The plan of a judged work.
pub(crate) fn plan(shop: &Context, judged: &Decision, inspection: &Inspection) -> Planned {
    let presets: Vec<&Preset> =
        shop.presets.iter().filter(|preset| judged.targets.contains(&preset.id)).collect();
    planner::plan(&Request {
        inspection,
        presets: &presets,
        config: &shop.config,
        digests: &digests(shop, judged),
        mode: shop.options.mode,
    })
}

/// The plan of an accepted work; `None` of any other.
pub fn plan_of(shop: &Context, judged: &Decision) -> Option<Plan> {
    let inspection = judged.inspection.as_ref()?;
    (!judged.targets.is_empty()).then(|| plan(shop, judged, inspection).plan)
}
