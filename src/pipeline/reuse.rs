//! Finds which outputs of a plan the library holds already.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::library::catalog::RenditionRow;
use crate::model::manifest::Rendition;
use crate::model::plan::{OutputPlan, Plan};
use crate::model::preset::{Declarations, Post};
use crate::text::hex;
use crate::work::context::Context;
use crate::work::decision::Decision;

/// The outputs of a plan that need no work, and the pictures that do.
#[derive(Debug, Default)]
pub struct Forecast {
    /// Targets that the library holds already, as they would be made.
    pub in_library: Vec<String>,
    /// Indices into the plan's pictures that must be encoded: needed by another target, and in no file of the library.
    pub pictures: Vec<usize>,
}

/// Returns what a run would find in the library and what it would encode of a plan.
pub fn forecast(context: &Context, decision: &Decision, plan: &Plan) -> Forecast {
    let Some(catalog) = context.catalog() else {
        return Forecast { in_library: Vec::new(), pictures: (0..plan.pictures.len()).collect() };
    };
    let known = decision.inspected.submission.known.as_ref();
    let rows = known.and_then(|known| catalog.renditions_of(&known.manifest.id).ok()).unwrap_or_default();
    let kept =
        kept_renditions(rows, context.config.library.as_path(), plan, &output_keys(plan, context, decision));
    let wanted = |picture: &usize| {
        let mut outputs = plan.outputs.iter().zip(&kept);
        outputs.any(|(output, kept)| output.picture == *picture && kept.is_none())
    };
    // A run also checks that the donor is unaltered; for an estimate it is enough that it exists.
    let lacks = |picture: &usize| {
        if plan.pictures[*picture].kind.is_poster() {
            return true;
        }
        let donor = catalog.donor_for_picture(&plan.pictures[*picture].key()).ok().flatten();
        donor.is_none_or(|file| !context.config.library.as_path().join(file).exists())
    };
    Forecast {
        pictures: (0..plan.pictures.len()).filter(wanted).filter(lacks).collect(),
        in_library: kept.into_iter().flatten().map(|rendition| rendition.target).collect(),
    }
}

/// Returns for each output of the plan the rendition that the library holds of it, if any.
pub(crate) fn kept_renditions(
    rows: Vec<RenditionRow>,
    root: &Path,
    plan: &Plan,
    keys: &[String],
) -> Vec<Option<Rendition>> {
    plan.outputs
        .iter()
        .zip(keys)
        .map(|(output, key)| {
            let row =
                rows.iter().find(|row| row.rendition.target == output.target && row.output_key == *key)?;
            let video = root.join(&row.rendition.file).metadata();
            let is_whole = video.is_ok_and(|file| file.len() == row.rendition.bytes)
                && row.rendition.covers.iter().all(|cover| root.join(&cover.file).exists());
            is_whole.then(|| row.rendition.clone())
        })
        .collect()
}

/// Returns the cache key of every output.
pub(crate) fn output_keys(plan: &Plan, context: &Context, decision: &Decision) -> Vec<String> {
    plan.outputs.iter().map(|output| output_key(plan, output, context, decision)).collect()
}

/// Returns the digest of the streams, the container and every text in and beside the file.
fn output_key(plan: &Plan, output: &OutputPlan, context: &Context, decision: &Decision) -> String {
    let preset = context.presets.iter().find(|preset| preset.id == output.target);
    let details = &decision.inspected.submission.details;
    // Of the sentences that a platform wants chosen, the one that is counts, where there is one.
    let post = preset.and_then(|preset| preset.post.clone());
    let declaration = post.as_ref().and_then(|post| post.declare.sentence(details.ai?)).map(str::to_owned);
    let post = post.map(|post| Post { declare: Declarations::default(), ..post });
    let mut parts = serde_json::json!({
        "picture": plan.pictures[output.picture].key(),
        "sound": output.sound.map(|sound| plan.sounds[sound].key()),
        "container": output.container,
        "texts": (decision.inspected.submission.title(), details.for_target(&output.target), decision.inspected.submission.department(context)),
        "college": context.config.college,
        "campaign": context.config.campaign,
        "credit": context.config.post.credit,
        "cover": preset.map(|preset| (&preset.cover, &post)),
        "own_cover": decision.inspected.submission.cover_sha256,
        "cover_title": context.config.covers.title,
    });
    // A work without AI has the keys that earlier versions gave it.
    let labels = decision.inspected.ai_labels();
    if !labels.is_empty() || declaration.is_some() {
        parts["ai"] = serde_json::json!({ "labels": labels, "declaration": declaration });
    }
    hex(&Sha256::digest(parts.to_string()))
}
