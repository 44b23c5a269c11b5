//! Publishes a verified work: covers, posting texts, manifest, catalogue.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::library::catalog::{FileKind, RenditionRow};
use crate::library::fingerprint_file::FINGERPRINT_FILE;
use crate::library::open::Library;
use crate::library::{fingerprint_file, manifest};
use crate::model::finding::{Code, Finding};
use crate::model::job::Verified;
use crate::model::manifest::{AudioTrack, Cover, Manifest, PostRecord, Rendition, VideoTrack, Work};
use crate::model::preset::Preset;
use crate::pipeline::changeset::{Changeset, FileChange, FileContent, attach, read_if_there};
use crate::pipeline::covers::{CoverMaker, add_canvas};
use crate::pipeline::edits::{keep_edits, left_edits};
use crate::pipeline::manifest_entry::{add_encodes, encodes, work_record};
use crate::pipeline::record::{Entry, record, set_revision};
use crate::pipeline::render::{Origin, Output, RenderedWork};
use crate::policy::planner::Mode;
use crate::policy::posting;
use crate::policy::posting::PostInput;
use crate::text::{folder_name, safe_name};
use crate::work::context::{Context, Events, RunContext, found};
use crate::work::decision::{Decision, Identified};
use crate::work::failure::{Failure, JobError};
use crate::work::retained::unrequested_renditions;

/// The contact sheet's name in a work's folder.
const CONTACT_SHEET: &str = "contact-sheet.jpg";

/// Publishes a rendered work and records it. Returns its manifest entry.
pub(crate) fn publish(
    run: &RunContext,
    identified: &Identified,
    made: RenderedWork,
    events: &Events,
) -> Result<Work, Failure> {
    let (context, library, Identified { id, decision }) = (run.context(), run.library(), identified);
    let began = std::time::Instant::now();
    let title = decision.inspected.submission.title();
    // The mark keeps a draft from being posted by mistake.
    let is_draft = context.options.mode == Mode::Draft;
    let draft = if is_draft { "（小样）" } else { "" };
    let name = safe_name(&format!("{draft}{title}"));
    let work_folder = work_folder(context, id, decision);
    let mut findings = decision.findings.clone();
    // The render decoded everything: its measure of damage is exact, the inspection's was of a part.
    if made.findings.iter().any(|finding| finding.code == Code::Damaged) {
        findings.retain(|finding| finding.code != Code::Damaged);
    }
    findings.extend(made.findings.iter().cloned());
    // What is found from here on is not reported yet.
    let told = findings.len();
    let mut changeset = Changeset::default();
    let rendered = |target: &str| {
        let made = made.plan.outputs.iter().zip(&made.outputs);
        made.into_iter()
            .any(|(output, how)| output.target == target && matches!(how.from, Origin::Rendered(_)))
    };
    let presets: Vec<&Preset> = context.presets.iter().filter(|preset| rendered(&preset.id)).collect();
    let covers = CoverMaker::new(context, decision, &made, &presets, &mut findings)?;
    let mut renditions = Vec::new();
    let mut first_of_file: HashMap<usize, String> = HashMap::new();
    for (index, Output { key, from }) in made.outputs.iter().enumerate() {
        let output = &made.plan.outputs[index];
        let Some(preset) = context.presets.iter().find(|preset| preset.id == output.target) else { continue };
        let folder = format!("{work_folder}/{}", output.target);
        let rendition = match from {
            Origin::Kept(kept) => changeset.keep_rendition(kept, &folder, library)?,
            Origin::Rendered(file) => {
                let (staged, verified) = &made.files[*file];
                let to = format!("{folder}/{name}.{}", output.container);
                let content = match first_of_file.get(file) {
                    Some(first) => FileContent::SameAs(first.clone()),
                    None => FileContent::Staged(staged.clone()),
                };
                first_of_file.entry(*file).or_insert_with(|| to.clone());
                changeset.files.push(FileChange {
                    to: to.clone(),
                    kind: FileKind::Video,
                    content,
                    sha256: verified.sha256.clone(),
                    bytes: verified.bytes,
                });
                let mut own = covers.for_target(preset, &folder, &mut changeset);
                if let Some(canvas) = made.canvases.get(&output.picture) {
                    own.push(add_canvas(canvas, verified.size, &folder, &mut changeset)?);
                }
                let post = add_post(context, decision, preset, &folder, &mut changeset, &mut findings);
                rendition_record(&made, index, to, verified, own, post)
            }
        };
        renditions.push(RenditionRow { output_key: key.clone(), draft: is_draft, rendition });
    }
    let others = unrequested_renditions(context, decision)?;
    for row in &others {
        let folder = format!("{work_folder}/{}", row.rendition.target);
        let rendition = changeset.keep_rendition(&row.rendition, &folder, library)?;
        renditions.push(RenditionRow { rendition, ..row.clone() });
    }
    sort_in_known_order(&mut renditions, decision);
    if let Some(sheet) = covers.contact_sheet()? {
        changeset.add(format!("{work_folder}/{CONTACT_SHEET}"), FileKind::Sheet, sheet);
    } else {
        retain_sheet(&work_folder, decision, library, &mut changeset)?;
    }
    let likenesses = attach(decision, &format!("{work_folder}/likeness"), &mut changeset);
    if let Some(json) = decision.inspected.inspection.as_ref().and_then(fingerprint_file::content) {
        changeset.add(format!("{work_folder}/{FINGERPRINT_FILE}"), FileKind::Manifest, json);
    }
    let mut edits = keep_edits(&mut changeset, library)?;
    edits.extend(left_edits(library, id, &changeset)?);
    findings.extend(edits);
    for finding in &findings[told..] {
        events(found(decision.name(), finding));
    }
    let mut work = work_record(context, id, decision, &findings);
    work.likenesses = likenesses;
    work.renditions = renditions.iter().map(|row| row.rendition.clone()).collect();
    work.encodes = encodes(&made);
    if let Some(known) = &decision.inspected.submission.known {
        let others: BTreeSet<&str> = others.iter().map(|row| row.rendition.target.as_str()).collect();
        add_encodes(&mut work.encodes, &known.manifest.encodes, &others);
        // The findings about those targets still hold.
        let is_of_others = |target: &Option<String>| target.as_deref().is_some_and(|id| others.contains(id));
        let kept = known.manifest.findings.iter().filter(|finding| is_of_others(&finding.target));
        work.findings.extend(kept.cloned());
    }
    work.timings = made.timings;
    set_revision(&mut work, decision);
    work.timings.publish_ms = began.elapsed().as_millis() as u64;
    let manifest = Manifest::new(context.now(), context.program(), vec![work.clone()]);
    let json = manifest::to_json(&manifest).map_err(JobError::from)?;
    changeset.add(format!("{work_folder}/manifest.json"), FileKind::Manifest, json);
    changeset.commit(library)?;
    record(run, decision, &Entry { work: &work, renditions: &renditions, files: &changeset.rows(id) })?;
    drop(made.folder);
    Ok(work)
}

/// Sorts renditions of targets that the work had before into their previous order, so that a run of some of them changes
/// nothing.
fn sort_in_known_order(renditions: &mut [RenditionRow], decision: &Decision) {
    let Some(known) = &decision.inspected.submission.known else { return };
    let known: Vec<&str> = known.manifest.renditions.iter().map(|made| made.target.as_str()).collect();
    let place = |row: &RenditionRow| known.iter().position(|target| *target == row.rendition.target);
    renditions.sort_by_key(|row| place(row).unwrap_or(known.len()));
}

/// Returns a work's folder in the library: `SEASON/DEPARTMENT/TITLE-ID`.
fn work_folder(context: &Context, id: &str, decision: &Decision) -> String {
    let season = decision.inspected.season(context).unwrap_or_else(|| "未分季".to_owned());
    let department =
        decision.inspected.submission.department(context).unwrap_or_else(|| "未分系部".to_owned());
    format!(
        "{}/{}/{}",
        safe_name(&season),
        safe_name(&department),
        folder_name(&decision.inspected.submission.title(), id)
    )
}

/// Composes the posting text of a target that has one, and adds it to the changeset.
fn add_post(
    context: &Context,
    decision: &Decision,
    preset: &Preset,
    folder: &str,
    changeset: &mut Changeset,
    findings: &mut Vec<Finding>,
) -> Option<PostRecord> {
    preset.post.as_ref()?;
    let details = &decision.inspected.submission.details;
    let own = details.post_for(&preset.id);
    let input = PostInput {
        title: own.title.unwrap_or_else(|| decision.inspected.submission.title()),
        text: own.text.or_else(|| details.text.clone()).unwrap_or_default(),
        authors: details.authors.clone(),
        department: decision.inspected.submission.department(context),
        tags: own.tags.unwrap_or_else(|| details.tags.clone()),
        college: context.config.college.clone(),
        about: details.about.clone(),
        credit: context.config.post.credit.clone(),
        ai: details.ai,
    };
    let (text, more) = posting::compose(preset, &context.config.campaign, &input);
    findings.extend(more);
    changeset.add(
        format!("{folder}/{}", posting::POST_FILE),
        FileKind::Post,
        posting::render(&text, preset).into_bytes(),
    );
    Some(text)
}

/// Returns the manifest's record of the plan's output `index`, which was rendered to `file`.
fn rendition_record(
    made: &RenderedWork,
    index: usize,
    file: String,
    verified: &Verified,
    covers: Vec<Cover>,
    post: Option<PostRecord>,
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
        released: None,
        receipts: Vec::new(),
    }
}

/// Keeps the contact sheet that the library has: in the work's folder, or in the previous one, where its season or title
/// changed.
fn retain_sheet(
    work_folder: &str,
    decision: &Decision,
    library: &Library,
    changeset: &mut Changeset,
) -> Result<(), JobError> {
    const MAX_BYTES: u64 = 64 << 20;
    let renditions = decision.inspected.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let previous = renditions.filter_map(|rendition| Path::new(&rendition.file).parent()?.parent()).next();
    let folders = [Some(Path::new(work_folder)), previous];
    for folder in folders.into_iter().flatten() {
        let sheet = library.staging.library().join(folder).join(CONTACT_SHEET);
        if let Some(bytes) = read_if_there(&sheet, MAX_BYTES)? {
            changeset.add(format!("{work_folder}/{CONTACT_SHEET}"), FileKind::Sheet, bytes);
            break;
        }
    }
    Ok(())
}
