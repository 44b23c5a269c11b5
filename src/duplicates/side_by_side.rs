//! Makes pictures of two works at matching moments, side by side, for a person who wants to see that they are similar.

use std::path::Path;

use image::RgbImage;

use crate::graphics::overlay::PairSide;
use crate::model::alignment::{CutWindow, CutWork};
use crate::model::likeness::{LikenessRecord, Proof};
use crate::model::units::exact_time;
use crate::present::messages::duplicates as words;
use crate::work::context::{Context, RunContext};
use crate::work::decision::Decision;
use crate::work::failure::{Failure, JobError};
use crate::work::likeness::{StillPair, StillSource};
use crate::work::stills::StillTaker;

/// Long side of each still, pixels: no larger than it is shown.
const LONG_SIDE: u32 = 640;

/// Most matches of one work of which pictures are made.
const MAX_SHOWN: usize = 3;

/// Makes the pictures for a work's matches. The work does not depend on them: failures are only logged.
pub(crate) async fn render(run: &RunContext, id: &str, one: &mut Decision) {
    let (context, library) = (run.context(), run.library());
    let ours = StillSource {
        file: one.inspected.submission.source.path.as_path().to_owned(),
        root: Some(one.inspected.submission.source.root.as_path().to_owned()),
        title: one.inspected.submission.title(),
        whose: words::whose(
            one.inspected.submission.department(context).as_deref(),
            one.inspected.season_name(context).as_deref(),
        ),
    };
    let digests = [Proof::Bytes, Proof::Streams];
    let shown = one.matches.iter_mut().filter(|found| !digests.contains(&found.record.proof));
    for found in shown.take(MAX_SHOWN) {
        let folder = match library.staging.folder(&format!("{id}-likeness")) {
            Ok(folder) => folder,
            Err(error) => return tracing::warn!(%error, "no pictures of a likeness"),
        };
        match pairs(context, folder.path(), [&ours, &found.other.shown()], &found.record).await {
            Ok(pairs) => found.pairs = pairs,
            Err(failure) => tracing::warn!(work = id, detail = failure.detail(), "no pictures of a likeness"),
        }
    }
}

/// Makes the pictures of the matching moments of `record`. The workers write their stills into `folder`.
pub(crate) async fn pairs(
    context: &Context,
    folder: &Path,
    works: [&StillSource; 2],
    record: &LikenessRecord,
) -> Result<Vec<StillPair>, Failure> {
    let moments = CutWindow::MOMENTS.map(|share| {
        let within = |from: u64, to: u64| from + ((to.saturating_sub(from)) as f64 * share) as u64;
        (within(record.from_ms, record.to_ms), within(record.their_from_ms, record.their_to_ms))
    });
    let mut ours =
        stills(context, folder, &works[0].file, works[0].root.as_deref(), &moments.map(|(ours, _)| ours))
            .await?;
    let mut theirs =
        stills(context, folder, &works[1].file, works[1].root.as_deref(), &moments.map(|(_, theirs)| theirs))
            .await?;
    if let Some(window) = &record.window {
        let wider = if window.cut == CutWork::This { &mut theirs } else { &mut ours };
        wider
            .iter_mut()
            .zip(window.left)
            .for_each(|((_, picture), left)| *picture = cut(picture, left, window.share));
    }
    let how = words::how(&record.basis());
    let note = format!("{} · {}", how.zh, how.en);
    let mut pairs = Vec::new();
    for ((at_ms, our_picture), (their_at_ms, their_picture)) in ours.iter().zip(&theirs) {
        let names = words::SIDES.into_iter().zip(works);
        let names: Vec<String> = names.map(|(which, work)| format!("{which}: {}", work.title)).collect();
        let detail = |at_ms: u64, work: &StillSource| {
            let parts = [exact_time(at_ms), work.whose.clone()];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
        };
        let details = [detail(*at_ms, works[0]), detail(*their_at_ms, works[1])];
        let sides = [
            PairSide { picture: our_picture, name: &names[0], detail: &details[0] },
            PairSide { picture: their_picture, name: &names[1], detail: &details[1] },
        ];
        let png = context.brand.pair(&sides, &note).map_err(JobError::from)?;
        pairs.push(StillPair { at_ms: *at_ms, their_at_ms: *their_at_ms, png });
    }
    Ok(pairs)
}

/// Cuts the columns of a window out of a picture: from `left` on, `share` of the width.
fn cut(picture: &RgbImage, left: f64, share: f64) -> RgbImage {
    let width = f64::from(picture.width());
    let column = |share: f64| (share * width).round().clamp(0.0, width) as u32;
    let from = column(left).min(picture.width().saturating_sub(1));
    let columns = column(share).clamp(1, picture.width() - from);
    image::imageops::crop_imm(picture, from, 0, columns, picture.height()).to_image()
}

/// Has a media worker take stills of one file, a submission if a root is given, at `moments_ms`. Returns each with the moment
/// when it is really shown, milliseconds since the first picture.
pub async fn stills(
    context: &Context,
    folder: &Path,
    file: &Path,
    root: Option<&Path>,
    moments_ms: &[u64],
) -> Result<Vec<(u64, RgbImage)>, Failure> {
    let taker = StillTaker {
        workers: &context.workers,
        limits: &context.config.limits,
        threads: context.options.threads,
        folder,
        long_side: LONG_SIDE,
    };
    taker.take(file, root, moments_ms).await
}
