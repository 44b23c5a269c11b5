//! Covers, posting texts, manifest, catalogue: from a verified work to a published one.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::library::catalog::{FileKind, RenditionRow};
use crate::library::fingerprint_file::{self, FINGERPRINT_FILE};
use crate::library::manifest;
use crate::library::open::Library;
use crate::library::staging::{folder_name, safe_name};
use crate::model::finding::{Code, Finding};
use crate::model::job::Verified;
use crate::model::manifest::{AudioTrack, Cover, Manifest, PostRecord, Rendition, VideoTrack, Work};
use crate::model::preset::Preset;
use crate::pipeline::changeset::{Changeset, FileChange, FileContent, enclose, read_if_there};
use crate::pipeline::covers::CoverMaker;
use crate::pipeline::manifest_entry::{add_encodes, encodes, work_record};
use crate::pipeline::record::{record, set_revision};
use crate::pipeline::render::{Origin, Output, RenderedWork};
use crate::policy::planner::Mode;
use crate::policy::posting;
use crate::policy::posting::PostInput;
use crate::work::context::Context;
use crate::work::decision::{Decision, season_of};
use crate::work::failure::{Failure, JobError};
use crate::work::retained::not_asked_for;

/// Publishes a made work and records it. Returns its manifest entry.
pub(crate) fn publish(
    shop: &Context,
    library: &Library,
    (id, judged): (&str, &Decision),
    made: RenderedWork,
) -> Result<Work, Failure> {
    let began = std::time::Instant::now();
    let title = judged.submission.title();
    // Nobody shall post one by mistake.
    let is_draft = shop.options.mode == Mode::Draft;
    let draft = if is_draft { "（小样）" } else { "" };
    let name = safe_name(&format!("{draft}{title}"));
    let place = place(shop, id, judged);
    let mut findings = judged.findings.clone();
    // The render decoded everything: what it lost is exact, what the inspection saw of it was a part.
    if made.findings.iter().any(|finding| finding.code == Code::Damaged) {
        findings.retain(|finding| finding.code != Code::Damaged);
    }
    findings.extend(made.findings.iter().cloned());
    let mut parcel = Changeset::default();
    let rendered = |target: &str| {
        let made = made.plan.outputs.iter().zip(&made.outputs);
        made.into_iter()
            .any(|(output, how)| output.target == target && matches!(how.from, Origin::Rendered(_)))
    };
    let presets: Vec<&Preset> = shop.presets.iter().filter(|preset| rendered(&preset.id)).collect();
    let covers = CoverMaker::new(shop, judged, &made, &presets, &mut findings)?;
    let mut renditions = Vec::new();
    let mut first_of_file: HashMap<usize, String> = HashMap::new();
    for (index, Output { key, from }) in made.outputs.iter().enumerate() {
        let output = &made.plan.outputs[index];
        let Some(preset) = shop.presets.iter().find(|preset| preset.id == output.target) else { continue };
        let folder = format!("{place}/{}", output.target);
        let rendition = match from {
            Origin::Kept(kept) => parcel.keep_rendition(kept, &folder, library)?,
            Origin::Rendered(file) => {
                let (staged, verified) = &made.files[*file];
                let to = format!("{folder}/{name}.{}", output.container);
                let content = match first_of_file.get(file) {
                    Some(first) => FileContent::SameAs(first.clone()),
                    None => FileContent::Staged(staged.clone()),
                };
                first_of_file.entry(*file).or_insert_with(|| to.clone());
                parcel.pieces.push(FileChange {
                    to: to.clone(),
                    kind: FileKind::Video,
                    content,
                    sha256: verified.sha256.clone(),
                    bytes: verified.bytes,
                });
                let covers = covers.for_target(preset, &folder, &mut parcel);
                let post = post(shop, judged, preset, (&folder, &mut parcel), &mut findings);
                rendition(&made, index, (to, verified), (covers, post))
            }
        };
        renditions.push(RenditionRow { output_key: key.clone(), draft: is_draft, rendition });
    }
    let others = not_asked_for(shop, judged)?;
    for row in &others {
        let folder = format!("{place}/{}", row.rendition.target);
        let rendition = parcel.keep_rendition(&row.rendition, &folder, library)?;
        renditions.push(RenditionRow { rendition, ..row.clone() });
    }
    in_known_order(&mut renditions, judged);
    if let Some(sheet) = covers.contact_sheet()? {
        parcel.bytes(format!("{place}/contact-sheet.jpg"), FileKind::Sheet, sheet);
    } else {
        keep_sheet((&place, judged), library, &mut parcel)?;
    }
    let likenesses = enclose(judged, &format!("{place}/likeness"), &mut parcel);
    if let Some(json) = judged.inspection.as_ref().and_then(fingerprint_file::content) {
        parcel.bytes(format!("{place}/{FINGERPRINT_FILE}"), FileKind::Manifest, json);
    }
    let mut work = work_record(shop, id, judged, &findings);
    work.likenesses = likenesses;
    work.renditions = renditions.iter().map(|row| row.rendition.clone()).collect();
    work.encodes = encodes(&made);
    if let Some(known) = &judged.submission.known {
        let others: BTreeSet<&str> = others.iter().map(|row| row.rendition.target.as_str()).collect();
        add_encodes(&mut work.encodes, &known.manifest.encodes, &others);
        // What was said of those targets holds on.
        let is_theirs = |target: &Option<String>| target.as_deref().is_some_and(|id| others.contains(id));
        let theirs = known.manifest.findings.iter().filter(|finding| is_theirs(&finding.target));
        work.findings.extend(theirs.cloned());
    }
    work.timings = made.timings;
    set_revision(&mut work, judged);
    work.timings.publish_ms = began.elapsed().as_millis() as u64;
    let manifest = Manifest::new(shop.now(), shop.program(), vec![work.clone()]);
    let json = manifest::to_json(&manifest).map_err(JobError::from)?;
    parcel.bytes(format!("{place}/manifest.json"), FileKind::Manifest, json);
    parcel.send(library)?;
    let inspection = judged.inspection.as_ref();
    record(
        shop,
        library,
        judged,
        (&work, inspection.map(|inspection| inspection.packets_sha256.clone())),
        (&renditions, &parcel.rows(id)),
    )?;
    drop(made.folder);
    Ok(work)
}

/// Targets that the work had before keep their order, so that a run of some of them changes nothing.
fn in_known_order(renditions: &mut [RenditionRow], judged: &Decision) {
    let Some(known) = &judged.submission.known else { return };
    let known: Vec<&str> = known.manifest.renditions.iter().map(|made| made.target.as_str()).collect();
    let place = |row: &RenditionRow| known.iter().position(|target| *target == row.rendition.target);
    renditions.sort_by_key(|row| place(row).unwrap_or(known.len()));
}

/// `SEASON/DEPARTMENT/TITLE-ID`.
fn place(shop: &Context, id: &str, judged: &Decision) -> String {
    let season = season_of(shop, judged).unwrap_or_else(|| "未分季".to_owned());
    let department = judged.submission.department(shop).unwrap_or_else(|| "未分系部".to_owned());
    format!(
        "{}/{}/{}",
        safe_name(&season),
        safe_name(&department),
        folder_name(&judged.submission.title(), id)
    )
}

fn post(
    shop: &Context,
    judged: &Decision,
    preset: &Preset,
    (folder, parcel): (&str, &mut Changeset),
    findings: &mut Vec<Finding>,
) -> Option<PostRecord> {
    preset.post.as_ref()?;
    let details = &judged.submission.details;
    let input = PostInput {
        title: judged.submission.title(),
        text: details.text.clone().unwrap_or_default(),
        authors: details.authors.clone(),
        department: judged.submission.department(shop),
        tags: details.tags.clone(),
    };
    let (text, more) = posting::compose(preset, &shop.config.campaign, &input);
    findings.extend(more);
    parcel.bytes(format!("{folder}/post.txt"), FileKind::Post, posting::render(&text, preset).into_bytes());
    Some(text)
}

fn rendition(
    made: &RenderedWork,
    index: usize,
    (file, verified): (String, &Verified),
    (covers, post): (Vec<Cover>, Option<PostRecord>),
) -> Rendition {
    let output = &made.plan.outputs[index];
    let picture = &made.plan.pictures[output.picture];
    Rendition {
        target: output.target.clone(),
        file,
        sha256: verified.sha256.clone(),
        bytes: verified.bytes,
        duration_ms: verified.duration_us.div_ceil(1000),
        width: verified.size.width,
        height: verified.size.height,
        frame_rate: verified.frame_rate,
        video: VideoTrack {
            codec: verified.video_codec.clone(),
            profile: verified.profile.clone(),
            recipe: picture.key(),
        },
        audio: output.sound.map(|sound| AudioTrack {
            codec: verified.audio_codec.clone().unwrap_or_default(),
            channels: verified.channels.unwrap_or(0),
            recipe: made.plan.sounds[sound].key(),
        }),
        loudness_lufs: verified.loudness_lufs,
        true_peak_dbtp: verified.true_peak_dbtp,
        edition: output.edition,
        covers,
        post,
    }
}

/// A work whose season or title changed lies in another folder now, and its sheet still in the old one.
fn keep_sheet(
    (place, judged): (&str, &Decision),
    library: &Library,
    parcel: &mut Changeset,
) -> Result<(), JobError> {
    const SHEET: &str = "contact-sheet.jpg";
    let renditions = judged.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let before = renditions.filter_map(|rendition| Path::new(&rendition.file).parent()?.parent()).next();
    let folders = [Some(Path::new(place)), before];
    const MOST_BYTES: u64 = 64 << 20;
    for folder in folders.into_iter().flatten() {
        let sheet = library.staging.library().join(folder).join(SHEET);
        if let Some(bytes) = read_if_there(&sheet, MOST_BYTES)? {
            parcel.bytes(format!("{place}/{SHEET}"), FileKind::Sheet, bytes);
            break;
        }
    }
    Ok(())
}
