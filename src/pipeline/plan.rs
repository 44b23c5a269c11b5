//! Plans a decided work.

use crate::graphics::overlay::Card;
use crate::model::inspection::Inspection;
use crate::model::plan::Plan;
use crate::model::preset::{Fit, Preset};
use crate::policy::planner;
use crate::policy::planner::{OverlayDigests, Planned, Request};
use crate::work::context::Context;
use crate::work::decision::Decision;
use crate::work::wishes;

/// Returns the digests of everything that will be drawn over the pictures.
pub(crate) fn digests(context: &Context, decision: &Decision) -> OverlayDigests {
    let texts = decision.inspected.card_texts(context);
    OverlayDigests {
        watermark: context.brand.watermark_sha256(),
        captions: decision
            .inspected
            .captions
            .as_ref()
            .map(|captions| context.brand.captions_sha256(captions)),
        title_card: Some(context.brand.card_sha256(Card::Title, &texts)),
        lower_third: Some(context.brand.card_sha256(Card::LowerThird, &texts)),
        ai_mark: decision.inspected.gets_ai_mark(context).then(|| context.brand.ai_mark_sha256()),
    }
}

/// Plans the renditions of a decided work for its targets.
pub(crate) fn plan(context: &Context, decision: &Decision, inspection: &Inspection) -> Planned {
    let shown = decision.inspected.shown();
    let inspection = shown.as_deref().unwrap_or(inspection);
    let details = &decision.inspected.submission.details;
    let mut all = wishes::presets(context, details);
    if inspection.kind.is_poster() {
        all = all.iter().map(Preset::for_poster).collect();
    }
    let presets: Vec<&Preset> = all.iter().filter(|preset| decision.targets.contains(&preset.id)).collect();
    let mut planned = planner::plan(&Request {
        inspection,
        presets: &presets,
        config: &wishes::config(context, details),
        digests: &digests(context, decision),
        mode: context.options.mode,
    });
    for picture in planned.plan.pictures.iter_mut().filter(|picture| picture.fit == Fit::Crop) {
        picture.focus = details.focus;
    }
    planned
}

/// Returns the plan of an accepted work; `None` for any other.
pub fn plan_of(context: &Context, decision: &Decision) -> Option<Plan> {
    let inspection = decision.inspected.inspection.as_ref()?;
    (!decision.targets.is_empty()).then(|| plan(context, decision, inspection).plan)
}
